"""Up-selling: the price per unit, and moves to a dearer range; cross-selling: what a randomised offer adds."""

import numpy as np
import pandas as pd

from grc_helpers.data.loading import Dataset, read_table
from grc_helpers.data.product_lines import product_lines
from grc_helpers.data.warehouse import collect

RANGES = ("entrée", "milieu", "haut")


def unit_prices(lines: pd.DataFrame, products: pd.DataFrame, *, category: str) -> pd.DataFrame:
    """Return the lines of one category sold by the ounce, with their price per ounce.

    Parameters
    ----------
    lines : DataFrame
        household_id, transaction_date, product_id, quantity, sales_value, retail_disc (already taken off).
    products : DataFrame
        product_id, product_category, package_size (« 12 OZ »).

    Returns
    -------
    DataFrame
        household_id, date, product_id, ounces, sales, list_price (per ounce, card discount put back: the range of a
        product is not the promotion of the day).
    """
    chosen = products[products["product_category"].eq(category)]
    ounces = chosen["package_size"].str.extract(r"^\s*(\d*\.?\d+)\s*OZ\s*$")[0].astype(float)
    chosen = chosen.assign(size=ounces)[["product_id", "size"]].dropna()
    table = lines.merge(chosen, on="product_id")
    table = table[(table["quantity"] > 0) & (table["sales_value"] > 0)]
    weight = table["size"] * table["quantity"]
    return pd.DataFrame(
        {
            "household_id": table["household_id"],
            "date": table["transaction_date"],
            "product_id": table["product_id"],
            "ounces": weight,
            "sales": table["sales_value"],
            "list_price": (table["sales_value"] + table["retail_disc"]) / weight,
        }
    )


def product_ranges(lines: pd.DataFrame) -> pd.Series:
    """Cut the products into three ranges that each sell about a third of the weight, by their median list price."""
    by = lines.groupby("product_id").agg(price=("list_price", "median"), ounces=("ounces", "sum"))
    by = by.sort_values(["price"], kind="stable")
    middle = (by["ounces"].cumsum() - by["ounces"] / 2) / by["ounces"].sum()
    return pd.Series(np.array(RANGES, dtype=object)[np.minimum((3 * middle).astype(int), 2)], by.index, name="range")


def range_moves(lines: pd.DataFrame, ranges: pd.Series, *, cut) -> pd.DataFrame:
    """Return, for households that buy on both sides of a day, the range they bought most of before and after.

    Returns
    -------
    DataFrame
        Indexed by household: before, after (a range), price_before, price_after (paid per ounce).
    """
    side = np.where(lines["date"] < pd.Timestamp(cut), "before", "after")
    table = lines.assign(range=lines["product_id"].map(ranges), side=side)
    weight = table.pivot_table(
        index=["household_id", "side"], columns="range", values="ounces", aggfunc="sum", fill_value=0
    )
    main = weight.reindex(columns=RANGES, fill_value=0).idxmax(axis=1).unstack("side").dropna()
    sums = table.groupby(["household_id", "side"])[["sales", "ounces"]].sum()
    price = (sums["sales"] / sums["ounces"]).unstack("side").reindex(main.index)
    return main[["before", "after"]].assign(price_before=price["before"], price_after=price["after"])


def net_migration(moves: pd.DataFrame) -> dict[str, float]:
    """Return how many households moved up and down, and the net share with its interval.

    Returns
    -------
    dict
        up, down, n, net (share), low, high: variance of a difference of two shares of the same households.
    """
    step = moves["after"].map(RANGES.index) - moves["before"].map(RANGES.index)
    sign = np.sign(step.to_numpy())
    n, net = len(sign), float(sign.mean())
    half = 1.96 * float(sign.std(ddof=1)) / np.sqrt(n)
    up, down = int((sign > 0).sum()), int((sign < 0).sum())
    return {"up": up, "down": down, "n": n, "net": net, "low": net - half, "high": net + half}


def response_and_uplift(trial: pd.DataFrame, groups: dict[str, pd.Series], *, cost: float) -> pd.DataFrame:
    """Compare what a rule promises with what the offer adds, group by group, in a randomised trial.

    Parameters
    ----------
    trial : DataFrame
        treated (bool), bought (bool), margin (currency units), a row a customer.
    groups : dict of str to boolean Series
        Who is in each group, in the order of the trial's rows.
    cost : float
        Of one offer.

    Returns
    -------
    DataFrame
        Indexed by group: customers, control (share that buys without the offer), response (with it), uplift and its
        interval ``uplift_low, uplift_high``, gain (margin added by an offer, its cost paid), ``gain_low, gain_high``.
    """
    rows = {}
    for name, inside in groups.items():
        part = trial[np.asarray(inside)]
        on, off = part[part["treated"]], part[~part["treated"]]
        values = [_difference(on[column].astype(float), off[column].astype(float)) for column in ("bought", "margin")]
        uplift, (gain, low, high) = values
        rows[name] = (
            len(part),
            off["bought"].mean(),
            on["bought"].mean(),
            *uplift,
            gain - cost,
            low - cost,
            high - cost,
        )
    columns = [
        "customers",
        "control",
        "response",
        "uplift",
        "uplift_low",
        "uplift_high",
        "gain",
        "gain_low",
        "gain_high",
    ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("group")


def uplift_gap(effects: pd.DataFrame, one: str, other: str) -> tuple[float, float, float]:
    """Return how much more the offer adds in one group than in another without a common customer, with its interval."""
    both = effects.loc[[one, other]]
    gap = both["uplift"].iloc[0] - both["uplift"].iloc[1]
    half = np.hypot(*(both["uplift_high"] - both["uplift"]))
    return float(gap), float(gap - half), float(gap + half)


def _difference(on: pd.Series, off: pd.Series) -> tuple[float, float, float]:
    value = on.mean() - off.mean()
    half = 1.96 * np.sqrt(on.var(ddof=1) / len(on) + off.var(ddof=1) / len(off))
    return value, value - half, value + half


def christmas_trial(firm: Dataset) -> tuple[pd.DataFrame, dict[str, pd.Series], float]:
    """Return the simulated firm's offer of a Christmas box, made by lot: who was treated, the groups, the unit cost."""
    targets, clients, campaigns = (
        read_table(firm.name, f"{name}.parquet") for name in ("ciblage", "clients", "campagnes")
    )
    trial = targets[targets["campaign_id"].eq("NOEL-2024")].assign(treated=lambda table: table["group"].eq("traité"))
    offer = campaigns.set_index("campaign_id").loc["NOEL-2024"]
    groups = trial_groups(trial, collect(product_lines(firm)), clients, launch=offer["launch"])
    return trial, groups, float(offer["unit_cost"])


def trial_groups(trial: pd.DataFrame, lines: pd.DataFrame, clients: pd.DataFrame, *, launch) -> dict[str, pd.Series]:
    """Return who a rule points to (bought chocolate in the year before the offer), and who has an account on the site.

    Parameters
    ----------
    trial, clients : DataFrame
        customer_id; clients has web_user.
    lines : DataFrame
        customer_id, date, category.
    launch : date
        Day of the offer: nothing after it is looked at.
    """
    launch = pd.Timestamp(launch)
    year = lines[(lines["date"] < launch) & (lines["date"] >= launch - pd.DateOffset(years=1))]
    sweet = trial["customer_id"].isin(year.loc[year["category"].eq("chocolat"), "customer_id"])
    web = trial["customer_id"].map(clients.set_index("customer_id")["web_user"]).astype(bool)
    return {
        "A acheté du chocolat": sweet,
        "Pas de chocolat": ~sweet,
        "A un compte sur le site": web,
        "Pas de compte": ~web,
    }
