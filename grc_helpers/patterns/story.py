"""Diapers and beer: what one retailer's baskets say of a story that was told of another one."""

import numpy as np
import pandas as pd

from grc_helpers.patterns.rules import clustered_lift_of, wilson

DIAPERS, BEER = "DIAPERS & DISPOSABLES", "BEERS/ALES"
FRIDAY, HOURS = 4, (16, 20)  # Monday is 0; from, to (excluded)


def diapers_and_beer(lines: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Count baskets with diapers, with beer and with both, at all times and late on Fridays (Complete Journey).

    Parameters
    ----------
    lines : DataFrame
        household_id, basket_id, product_id, transaction_timestamp (store time).
    products : DataFrame
        product_id, product_category.

    Returns
    -------
    DataFrame
        Indexed by moment: baskets, n_first (diapers), n_second (beer), n_both; confidence (beer, given diapers) and
        Wilson's interval; lift and an interval that takes households as independent.
    """
    category = products.set_index("product_id")["product_category"]
    kind = lines["product_id"].map(category[category.isin([DIAPERS, BEER])])
    held = pd.DataFrame({"basket": lines["basket_id"], "diapers": kind.eq(DIAPERS), "beer": kind.eq(BEER)})
    baskets = held.groupby("basket")[["diapers", "beer"]].any()
    first = lines.drop_duplicates("basket_id").set_index("basket_id").reindex(baskets.index)
    when = first["transaction_timestamp"]
    late = (when.dt.day_of_week == FRIDAY) & when.dt.hour.between(HOURS[0], HOURS[1] - 1)
    homes = pd.factorize(first["household_id"])[0]
    moments = {"Toute la semaine": np.ones(len(baskets), bool), "Vendredi, de 16 h à 20 h": late.to_numpy()}
    rows = {}
    for name, inside in moments.items():
        a, b = (baskets[column].to_numpy()[inside].astype(int) for column in ("diapers", "beer"))
        both = int((a * b).sum())
        low, high = wilson(np.array([both]), np.array([a.sum()]))
        lift = clustered_lift_of(a, b, homes[inside])
        rows[name] = (len(a), a.sum(), b.sum(), both, both / a.sum(), low[0], high[0], *lift)
    columns = ["baskets", "n_first", "n_second", "n_both", "confidence", "confidence_low", "confidence_high"]
    columns += ["lift", "lift_low", "lift_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("moment")
