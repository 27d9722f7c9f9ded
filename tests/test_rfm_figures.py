"""Figures of RFM and life cycles: their titles state the finding, whatever the data; the treemap's areas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.lifecycle import STATES
from grc_helpers.rfm import rfm_scores
from grc_helpers.rfm_figures import (
    plot_cells,
    plot_future,
    plot_gain,
    plot_recencies,
    plot_sales_grid,
    plot_score_makeup,
    plot_state_moves,
    plot_treemap,
    treemap,
)
from grc_helpers.rfm_validity import gain_curve


def title(ax):
    """Return a figure's title, with ordinary spaces, and close the figure."""
    import matplotlib.pyplot as plt

    plt.close(ax.figure)
    return (ax.get_title() or ax.get_title(loc="left")).replace("\u202f", " ")


def test_titles_of_scores_and_segments():
    customers = pd.DataFrame(
        {"days_since_last": range(5), "n_orders": [9, 1, 1, 1, 1], "total_spend": [60.0] + [10.0] * 4}
    )
    scores = rfm_scores(customers)
    told = title(plot_sales_grid(scores, customers["total_spend"]))
    assert told == "Les clients R5 F5 : 20,0 % de la base, 60,0 % du CA"
    scored = {"scores": scores["f"], "orders": customers["n_orders"]}
    assert "la note F de 80,0 % des clients" in title(plot_score_makeup(**scored, drawn=0.8))
    assert "ne décide d'aucune note F" in title(plot_score_makeup(**scored, drawn=0.0))
    weights = pd.DataFrame({"customer_share": [0.2, 0.8], "sales_share": [0.6, 0.4]}, index=["Champions", "Endormis"])
    assert title(plot_treemap(weights)) == "« Champions » : 20,0 % des clients, 60,0 % du CA"


@pytest.mark.parametrize(("profit", "told"), [([5.0, -3.0], "rapporte 3 €"), ([5.0, 3.0], "coûte 3 €")])
def test_titles_of_gains_tell_their_sign(profit, told):
    curves = {"a": gain_curve([2, 1], profit), "b": gain_curve([1, 1], profit)}
    assert title(plot_gain(curves, stop=0.5, currency="EUR")) == f"Écarter les cellules sous le point mort {told}"
    assert title(plot_gain(curves, stop=1.0, currency="EUR")).endswith("ne change rien")


def test_title_of_cells():
    cells = pd.DataFrame({"response": [0.5, 0.1], "low": [0.4, 0.0], "high": [0.6, 0.2], "customers": [9, 9]})
    assert title(plot_cells(cells, name="CDNOW")) == "CDNOW : de 10 % à 50 % de racheteurs selon la cellule"


def test_title_of_moves_follows_the_active_if_there_are_any():
    moves = pd.DataFrame(0, index=list(STATES), columns=list(STATES))
    moves.loc["Nouveau", ["Actif", "Dormant"]] = [1, 3]
    assert title(plot_state_moves(moves, step=30)) == "75,0 % des nouveaux sont dormants au pas suivant"
    moves.loc["Actif", ["Actif", "Dormant"]] = [1, 4]
    assert title(plot_state_moves(moves, step=30)) == "20,0 % des actifs le sont encore au pas suivant"


def test_titles_of_recencies_and_futures():
    customers = pd.DataFrame({"days_since_last": [3, 4], "recency": [0, 9], "frequency": [0, 2]})
    assert title(plot_recencies(customers, seed=1)) == "Récence des modèles : 0 pour 50,0 % des clients"
    grid = pd.DataFrame([[1.0, 2.0, np.nan], [2.0, 1.0, np.nan], [np.nan, 3.0, 4.0]], columns=["1", "9", "10 et plus"])
    assert title(plot_future(grid)).endswith(": 1 sur 3")  # by place, not by the alphabet


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_treemap_fills_the_square_with_the_right_areas(sizes):
    sizes = sorted(sizes, reverse=True)
    boxes = treemap(sizes)
    assert [w * h for _, _, w, h in boxes] == pytest.approx([size / sum(sizes) for size in sizes])
    assert all(-1e-9 <= x and x + w <= 1 + 1e-9 and -1e-9 <= y and y + h <= 1 + 1e-9 for x, y, w, h in boxes)
