"""From a pattern to an offer: what a bundle earns net of what it takes from itself, and the next best offer."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from ibis import _

from grc_helpers.errors import GrcError
from grc_helpers.patterns.baskets import item_column
from grc_helpers.patterns.prediction import Split, scores, split_day, time_split, top_items
from grc_helpers.style import number, percent


def item_margins(lines: ibis.Table, *, level: str, margin_rate: float) -> pd.DataFrame:
    """Return what an order that holds an item spends on it, and the margin it leaves.

    Parameters
    ----------
    lines : ibis.Table
        `grc_helpers.data.product_lines`.
    margin_rate : float
        Share of the amount that is margin, where the lines have no cost.

    Returns
    -------
    DataFrame
        Indexed by item: price (mean amount of an order that holds it, currency units), margin.
    """
    kept = lines.mutate(item=lines[item_column(lines, level)]).filter(_.amount_cents >= 0, _.item.notnull())
    sums = {"cents": _.amount_cents.sum().cast("float64"), "orders": _.order_id.nunique()}
    if "cost_cents" in kept.columns:
        sums["cost"] = _.cost_cents.sum().cast("float64")
    table = kept.group_by("item").agg(**sums).to_pyarrow().to_pandas().set_index("item").sort_index()
    price = table["cents"] / 100 / table["orders"]
    margin = price - table["cost"] / 100 / table["orders"] if "cost" in table else margin_rate * price
    return pd.DataFrame({"price": price, "margin": margin})


def bundles(
    pairs: pd.DataFrame, margins: pd.DataFrame, *, discount: float, conversion: float, cannibalisation: float
) -> pd.DataFrame:
    """Reckon what selling a pair as a bundle, at a discount, would change.

    Parameters
    ----------
    pairs : DataFrame
        first, second, n_both, n_first, n_second (baskets).
    margins : DataFrame
        `item_margins`.
    discount : float
        Share taken off the price of the pair.
    conversion : float
        Share of the baskets that hold one of the two only, and would take the bundle.
    cannibalisation : float
        Share of the items so added that would have been bought anyway, later or elsewhere in the shop, for the same
        margin.

    Returns
    -------
    DataFrame
        The pairs with given (discount left to those who buy both already), reach (baskets that hold one only), added
        (margin of the converted, displaced sales and discount taken off), gain = added − given, break_even (conversion
        at which the gain is zero; NaN when no conversion is enough).
    """
    for name, value in {"discount": discount, "conversion": conversion, "cannibalisation": cannibalisation}.items():
        if not 0 <= value <= 1:
            raise GrcError(f"« {name} » est une part, entre 0 et 1.", where=f"{name} = {value}")
    table = pairs.reset_index(drop=True)
    price = margins["price"].reindex(table["first"]).to_numpy() + margins["price"].reindex(table["second"]).to_numpy()
    cut = discount * price
    only_first, only_second = table["n_first"] - table["n_both"], table["n_second"] - table["n_both"]
    extra_first = (1 - cannibalisation) * margins["margin"].reindex(table["second"]).to_numpy() - cut
    extra_second = (1 - cannibalisation) * margins["margin"].reindex(table["first"]).to_numpy() - cut
    unit = only_first * extra_first + only_second * extra_second
    table["given"], table["reach"], table["added"] = table["n_both"] * cut, only_first + only_second, conversion * unit
    table["gain"] = table["added"] - table["given"]
    needed = np.divide(table["given"], unit, out=np.full(len(table), np.nan), where=unit.to_numpy() > 0)
    table["break_even"] = np.where(needed <= 1, needed, np.nan)
    return table


def tell_obvious(lots: pd.DataFrame, *, share: float = 0.1) -> str:
    """Say whether the most strongly tied pairs make the worst bundles.

    Parameters
    ----------
    lots : DataFrame
        `bundles`: lift, n_both, gain.
    share : float
        Share of the bundles, of highest lift, called obvious.

    Returns
    -------
    str
        Spearman's rank correlations with the gain of the lift and of the baskets that hold both, and the bundles that
        lose, among the obvious ones and among all. It describes these bundles: pairs share products and customers.
    """
    if len(lots) < 10:
        return f"{number(len(lots))} lots seulement : trop peu pour dire si les paires les plus liées sont les pires."
    ties = {
        name: lots[column].corr(lots["gain"], method="spearman")
        for name, column in {"lift": "lift", "paniers communs": "n_both"}.items()
    }
    top = lots.nlargest(round(share * len(lots)), "lift")
    losers, all_losers = (percent((some["gain"] < 0).mean()) for some in (top, lots))
    worst = min(ties, key=ties.get)
    told = {"lift": "leur lift", "paniers communs": "leurs paniers communs, plus qu'à leur lift"}[worst]
    told = (
        f"Les plus coûteux se reconnaissent à {told}."
        if ties[worst] < 0
        else "Ni l'un ni l'autre ne désigne les pires."
    )
    signs = ", ".join(f"{name} {'+' if value > 0 else ''}{number(value, 2)}" for name, value in ties.items())
    return (
        f"{number(len(lots))} lots possibles. Corrélation de rang avec le gain : {signs}. Lots perdants : {losers} du "
        f"dixième de plus fort lift, {all_losers} de tous. {told}"
    )


def purchase_chances(earlier: Split, later: Split, *, model: str = "voisins", seed: int = 0) -> np.ndarray:
    """Return the chance that each customer's next order holds each item never bought before.

    Parameters
    ----------
    earlier : Split
        An older future, on which scores are turned into chances.
    later : Split
        The histories to predict from; the same items.

    Returns
    -------
    ndarray, shape (n_customers, n_items)
        0 for items already bought. Logistic regression of « bought » on the logarithms of the item's popularity among
        those who did not have it, and of the customer's score.
    """
    from sklearn.linear_model import LogisticRegression

    if not np.array_equal(earlier.items, later.items):
        raise GrcError("Les deux périodes n'ont pas les mêmes produits.", todo="partagez la même table de commandes")
    new = earlier.history.toarray() == 0
    taken = (earlier.target.toarray() > 0) & new
    rate = (taken.sum(axis=0) + 0.5) / (new.sum(axis=0) + 1.0)

    def features(split):
        value = np.log(np.maximum(scores(split, model, seed=seed), 1e-6))
        return np.stack([np.broadcast_to(np.log(rate), value.shape), value], axis=-1)

    x, y = features(earlier)[new], taken[new]
    if y.sum() < 10:
        raise GrcError("Trop peu de premiers achats pour estimer une probabilité.", where=f"{int(y.sum())} observés")
    fitted = LogisticRegression(C=1e3, max_iter=200).fit(x, y)
    unseen = later.history.toarray() == 0
    chance = np.zeros(unseen.shape)
    chance[unseen] = fitted.predict_proba(features(later)[unseen])[:, 1]
    return chance


def offers_of_last_period(orders: pd.DataFrame, split: Split, margins: pd.DataFrame, *, start: date) -> pd.DataFrame:
    """Return `next_best_offers` on a split, chances being learned on an older future of the same orders.

    Parameters
    ----------
    orders : DataFrame
        `prediction.order_table`.
    split : Split
        Its `prediction.time_split`.
    margins : DataFrame
        `item_margins`.
    start : date
        First day of observation.
    """
    day = split_day(start, split.day - timedelta(days=1))
    older = time_split(orders[orders["date"] < pd.Timestamp(split.day)], day=day, items=split.items)
    margin = margins["margin"].reindex(split.items).fillna(0.0).to_numpy()
    return next_best_offers(split, purchase_chances(older, split), margin)


def next_best_offers(split: Split, chance: np.ndarray, margin: np.ndarray) -> pd.DataFrame:
    """Choose one item never bought for each customer, by chance or by expected margin, and see what came of it.

    Returns
    -------
    DataFrame
        Indexed by rule (« popularité », « probabilité », « probabilité × marge »): promised (mean expected margin of
        the offers), margin and its interval ``margin_low, margin_high`` (margin of the offered item in the next order;
        nothing was offered then: it is what the choice finds, not what an offer adds), share (offers bought).
    """
    unseen = np.where(split.history.toarray() == 0, 1.0, 0.0)
    popular = np.broadcast_to(np.asarray(split.history.sum(axis=0)).ravel(), unseen.shape)
    rules = {"popularité": popular + 1e-9, "probabilité": chance, "probabilité × marge": chance * np.maximum(margin, 0)}
    bought, people, rows = split.target.toarray() > 0, np.arange(len(unseen)), {}
    for name, value in rules.items():
        choice = top_items(np.where(unseen > 0, value, -1.0), k=1)[:, 0]
        found = bought[people, choice] * (unseen[people, choice] > 0)
        earned = found * margin[choice]
        half = 1.96 * earned.std(ddof=1) / np.sqrt(len(earned))
        promised = (chance[people, choice] * margin[choice]).mean()
        rows[name] = promised, earned.mean(), earned.mean() - half, earned.mean() + half, found.mean()
    columns = ["promised", "margin", "margin_low", "margin_high", "share"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("rule")
