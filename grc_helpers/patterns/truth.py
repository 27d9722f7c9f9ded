"""Lifts found on the simulated firm, beside those that were written into it."""

import pandas as pd

from grc_helpers.data.loading import Dataset
from grc_helpers.data.product_lines import product_lines
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.data.warehouse import collect
from grc_helpers.patterns.baskets import basket_items, basket_matrix
from grc_helpers.patterns.pairs import min_count, pair_counts
from grc_helpers.patterns.rules import measured, strongest


def lifts_against_truth(firm: Dataset, *, min_support: float = 0.0005) -> pd.DataFrame:
    """Return every pair of categories of a simulated firm with its lift, its intervals and the true one (``truth``)."""
    items = basket_items(product_lines(firm)).cache()
    n, least = min_count(items, min_support=min_support)
    pairs = measured(collect(pair_counts(items, min_count=least)), n_baskets=n)
    table = strongest(pairs, basket_matrix(items), n=len(pairs))
    truth = read_truth(firm.name if firm.card.folder is None else firm.card.folder, "associations")
    names = [sorted(pair) for pair in truth[["first", "second"]].to_numpy()]
    truth = pd.DataFrame(names, columns=["first", "second"]).assign(truth=truth["lift"].to_numpy())
    return table.merge(truth, on=["first", "second"])
