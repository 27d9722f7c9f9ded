"""« More purchases, fewer costs, higher prices »: three claims, three tests, with tenure and with intensity."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from ibis import _

from grc_helpers.data.warehouse import collect

YEAR = 365


def ratio_gap(top: pd.DataFrame, bottom: pd.DataFrame, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return by how much a ratio of sums differs from one group of customers to another, with its 95 % interval.

    Parameters
    ----------
    top, bottom : DataFrame, (customers, 2)
        What is above and under the bar (cost and orders; paid and listed), one row a customer.

    Returns
    -------
    (gap, low, high)
        Ratio of the first group ÷ ratio of the second − 1; customers are drawn with replacement.
    """
    rng = np.random.default_rng(seed)

    def draws(table: pd.DataFrame) -> np.ndarray:
        values = table.to_numpy(dtype=float)
        sums = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), size=n_boot) @ values
        return sums[:, 0] / sums[:, 1]

    low, high = np.quantile(draws(top) / draws(bottom) - 1, [0.025, 0.975])
    ratio = [table.iloc[:, 0].sum() / table.iloc[:, 1].sum() for table in (top, bottom)]
    return float(ratio[0] / ratio[1] - 1), float(low), float(high)


def share_gap(top: pd.DataFrame, bottom: pd.DataFrame, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return the difference between two ratios of sums, in shares, with its 95 % interval (see ``ratio_gap``)."""
    rng = np.random.default_rng(seed)
    drawn, found = [], []
    for table in (top, bottom):
        values = table.to_numpy(dtype=float)
        sums = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), size=n_boot) @ values
        drawn.append(sums[:, 0] / sums[:, 1])
        found.append(values[:, 0].sum() / values[:, 1].sum())
    low, high = np.quantile(drawn[0] - drawn[1], [0.025, 0.975])
    return float(found[0] - found[1]), float(low), float(high)


def assiduity_gaps(homes: pd.DataFrame, *, n_boot: int, seed: int) -> list[dict[str, float]]:
    """Return the price paid, then the discount, of the most assiduous fifth against the least (``intensity_table``).

    Returns
    -------
    list of dict
        ``estimate``, ``low``, ``high``: relative gap of the price paid for the same goods; gap of the discount, shares.
    """
    most, least = (homes[homes["group"] == group] for group in (5, 1))
    dearer = ratio_gap(most[["paid", "listed"]], least[["paid", "listed"]], n_boot=n_boot, seed=seed)
    cheaper = share_gap(most[["discount", "before"]], least[["discount", "before"]], n_boot=n_boot, seed=seed)
    return [dict(zip(("estimate", "low", "high"), found, strict=True)) for found in (dearer, cheaper)]


def same_customers(orders: pd.DataFrame, acquired: pd.Series, *, end, n_boot: int, seed: int) -> tuple:
    """Return by how much customers buy more in their second year than in their first, the same ones.

    Only customers who bought again after their second year: they were there all along. The first purchase, which makes
    the customer, is not counted.

    Parameters
    ----------
    orders : DataFrame
        ``customer_id``, ``date``.
    acquired : Series
        Day of the first purchase, by customer.

    Returns
    -------
    (gap, low, high, customers)
    """
    age = (orders["date"] - pd.to_datetime(orders["customer_id"].map(acquired))).dt.days
    seen = pd.to_datetime(acquired) <= pd.Timestamp(end) - pd.Timedelta(days=2 * YEAR)
    stayed = age.groupby(orders["customer_id"]).max().gt(2 * YEAR)
    kept = stayed.index[stayed & seen.reindex(stayed.index)]
    inside = orders["customer_id"].isin(kept) & (age > 0) & (age <= 2 * YEAR)
    second = (age > YEAR)[inside]
    counts = pd.crosstab(orders.loc[inside, "customer_id"], second).reindex(kept, fill_value=0)
    rng = np.random.default_rng(seed)
    sums = rng.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=n_boot) @ counts.to_numpy()
    low, high = np.quantile(sums[:, 1] / sums[:, 0] - 1, [0.025, 0.975])
    total = counts.sum()
    return float(total[True] / total[False] - 1), float(low), float(high), len(counts)


def three_tests(firm, *, end, n_boot: int, seed: int) -> pd.DataFrame:
    """Test the three claims on a firm that knows when each customer came, naively then at equal composition.

    Parameters
    ----------
    firm : Firm
        Its ``clients``, ``sales``, ``lines``, ``costs`` (service costs by customer and year), ``own_sales`` (truth:
        those that no campaign caused).

    Returns
    -------
    DataFrame, one row a test
        ``claim``, ``way``, ``gap``, ``gap_low``, ``gap_high`` (old against recent ones, relative), ``setting``.
    """
    clients, sales, draw = firm["clients"].set_index("customer_id"), firm["sales"], {"n_boot": n_boot, "seed": seed}
    year, acquired = pd.Timestamp(end).year, pd.to_datetime(clients["acquired"])
    people = clients["kind"] == "particulier"
    old, recent = acquired.dt.year <= year - 2, acquired.dt.year == year - 1
    orders = sales[sales["date"].dt.year == year].groupby("customer_id").size().reindex(clients.index).dropna()
    bought = pd.DataFrame({"orders": orders, "customers": 1.0})
    cost = firm["costs"].query("year == @year and orders > 0").set_index("customer_id")[["service_cost", "orders"]]
    paid = _paid_and_listed(firm, year)
    ways = (
        "Anciens contre récents",
        "Mêmes clients, année 2 contre 1",
        "Mêmes clients, hors achats causés par une campagne",
    )
    rows = [("Plus d'achats", ways[0], *_compared(bought, old, recent, **draw), "0 %")]
    for way, table in ((ways[1], sales), (ways[2], firm.own_sales)):
        rows.append(("Plus d'achats", way, *same_customers(table, acquired, end=end, **draw)[:3], "0 %"))
    for claim, table in (("Moins de coûts", cost), ("Prix plus élevé", paid)):
        rows.append((claim, ways[0], *_compared(table, old, recent, **draw), ""))
        rows.append((claim, "Particuliers seulement", *_compared(table, old & people, recent & people, **draw), ""))
    return pd.DataFrame(rows, columns=["claim", "way", "gap", "gap_low", "gap_high", "setting"])


def _compared(table: pd.DataFrame, first: pd.Series, second: pd.Series, **draw) -> tuple[float, float, float]:
    groups = (table[mask.reindex(table.index).fillna(False).astype(bool)] for mask in (first, second))
    return ratio_gap(*groups, **draw)


def _paid_and_listed(firm: dict[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Return what each customer paid in a year, and what it was listed at: ``paid``, ``listed``."""
    sales = firm["sales"]
    lines = firm["lines"].merge(sales.loc[sales["date"].dt.year == year, ["order_id", "customer_id"]], on="order_id")
    lines["listed"] = lines["amount"] + lines["discount"]
    return lines.groupby("customer_id")[["amount", "listed"]].sum().set_axis(["paid", "listed"], axis=1)


def duration_and_profit(firm: dict[str, pd.DataFrame], *, before, n_boot: int, seed: int) -> tuple:
    """Return the correlation between how long customers stayed and the profit they left, with its 95 % interval.

    Profit: gross margin minus service costs, over the whole observation; customers acquired up to ``before``, who are
    drawn with replacement (profits are too uneven for Fisher's formula).

    Returns
    -------
    (rho, low, high, customers)
    """
    sales, lines = firm["sales"], firm["lines"]
    margin = (lines["amount"] - lines["cost"]).groupby(lines["order_id"]).sum()
    lives = (
        sales.assign(margin=sales["order_id"].map(margin))
        .groupby("customer_id")
        .agg(first=("date", "min"), last=("date", "max"), margin=("margin", "sum"))
    )
    lives["profit"] = lives["margin"] - firm["costs"].groupby("customer_id")["service_cost"].sum()
    lives = lives[lives["first"] <= pd.Timestamp(before)]
    pair = np.array([(lives["last"] - lives["first"]).dt.days, lives["profit"]], dtype=float)
    rng = np.random.default_rng(seed)
    drawn = [np.corrcoef(pair[:, rng.integers(0, len(lives), len(lives))])[0, 1] for _ in range(n_boot)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(np.corrcoef(pair)[0, 1]), float(low), float(high), len(lives)


def goods_apart(products: pd.DataFrame) -> set[str]:
    """Return Complete Journey's products whose quantities are no units: fuel (thousandths of a gallon), sundries."""
    return set(products.loc[products["department"].isin(["FUEL", "MISCELLANEOUS"]), "product_id"])


def intensity_table(transactions: ibis.Table, *, apart: set[str], least: int = 20, groups: int = 5) -> pd.DataFrame:
    """Return what each household of Complete Journey paid, against the mean price of the same products.

    Products sold fewer than ``least`` times, and those of ``apart`` (fuel, in thousandths of a gallon), are left out.

    Returns
    -------
    DataFrame, one row a household
        ``visits``, ``paid``, ``listed`` (at the mean price of each product), ``discount`` (of the card), ``before``
        (paid + discount), ``group`` (1: fewest visits … ``groups``).
    """
    lines = transactions.filter((_.quantity > 0) & (_.amount_cents > 0)).select(
        "customer_id", "order_id", "product_id", "quantity", "amount_cents", "retail_disc"
    )
    prices = lines.group_by("product_id").agg(cents=_.amount_cents.sum(), units=_.quantity.sum(), sold=_.count())
    prices = prices.filter(_.sold >= least).select("product_id", price=_.cents.cast("float64") / _.units / 100)
    kept = lines.inner_join(prices, "product_id").filter(~_.product_id.isin(sorted(apart)))
    homes = kept.group_by("customer_id").agg(
        visits=_.order_id.nunique(),
        paid=_.amount_cents.sum() / 100,
        listed=(_.quantity * _.price).sum(),
        discount=_.retail_disc.sum(),
    )
    table = collect(homes)
    place = table["visits"].rank(method="first", pct=True)
    return table.assign(before=table["paid"] + table["discount"], group=np.ceil(place * groups).astype(int))


def by_intensity(table: pd.DataFrame) -> pd.DataFrame:
    """Return, by group of visits: households, visits, spending, basket, price paid against the mean, discount."""
    sums = table.groupby("group").agg(
        households=("visits", "size"), visits=("visits", "sum"), paid=("paid", "sum"), listed=("listed", "sum"),
        discount=("discount", "sum"), before=("before", "sum"),
    )  # fmt: skip
    return pd.DataFrame(
        {
            "households": sums["households"],
            "visits_mean": sums["visits"] / sums["households"],
            "basket": sums["paid"] / sums["visits"],
            "price_index": sums["paid"] / sums["listed"] - 1,
            "discount_share": sums["discount"] / sums["before"],
        }
    ).rename_axis("intensity")
