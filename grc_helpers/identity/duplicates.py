"""What duplicates hide: refusals not heard, the best customers, and the true picture of the base."""

from datetime import date, timedelta

import ibis
import pandas as pd

from grc_helpers.clv.formulas import margin_multiple
from grc_helpers.data.warehouse import collect, customer_base, period_spend
from grc_helpers.value_tiers import gini, top_share

MEASURES = {
    "customers": "Clients",
    "orders_per_customer": "Commandes par client",
    "spend_per_customer": "CA par client",
    "came_back": "Clients revenus",
    "median_days_since_last": "Jours depuis l'achat (médiane)",
    "top_5": "Part du CA des 5 % premiers",
    "gini": "Gini",
    "clv": "Valeur vie d'un client",
}
YEAR = timedelta(days=365)


def last_word(consents: pd.DataFrame, owner: pd.Series) -> pd.DataFrame:
    """Return the last answer of each owner (person, or record), by channel.

    Parameters
    ----------
    consents : pandas.DataFrame
        record_key, channel, answer (oui | non), date.
    owner : pandas.Series
        Owner by record_key. On one day, a refusal wins.

    Returns
    -------
    pandas.DataFrame
        owner, channel, answer, date.
    """
    table = consents.assign(owner=consents["record_key"].map(owner), refused=consents["answer"].eq("non"))
    table = table.sort_values(["date", "refused"], kind="stable").drop_duplicates(["owner", "channel"], keep="last")
    return table[["owner", "channel", "answer", "date"]].sort_values(["owner", "channel"], ignore_index=True)


def unheard_refusals(consents: pd.DataFrame, owner: pd.Series, channel: str) -> int:
    """Count the persons whose last word is no, but who have a record that still says yes."""
    mine = consents[consents["channel"] == channel]
    by_record = last_word(mine, pd.Series(mine["record_key"].unique(), index=mine["record_key"].unique()))
    agreed = by_record.loc[by_record["answer"] == "oui", "owner"].map(owner)
    word = last_word(mine, owner)
    return int(word.loc[word["answer"] == "non", "owner"].isin(set(agreed)).sum())


def lifetime_value(sales, *, observation_end: date, margin_rate: float, discount_rate: float) -> float:
    """Return the value of the margins to come of one of the last year's buyers, as a base of customers tells it.

    m · r / (1 + i − r) (Gupta & Lehmann 2003): m, the margin of the last 365 days per buyer of these days; r, the share
    of the buyers of the 365 days before who bought again in them; NaN when nobody had bought before.
    """
    cuts = [observation_end + timedelta(days=1) - years * YEAR for years in (2, 1, 0)]
    spend = collect(period_spend(sales, cuts=cuts)).query("n_orders > 0")
    early, late = (spend[spend["period"] == period].set_index("customer_id")["spend"] for period in (0, 1))
    if early.empty or late.empty:
        return float("nan")
    margin, retention = margin_rate * late.sum() / len(late), early.index.isin(late.index).mean()
    return float(margin * margin_multiple(retention, discount_rate))


def picture(sales, *, observation_end: date, margin_rate: float, discount_rate: float) -> dict[str, float]:
    """Return what a base of customers looks like.

    Parameters
    ----------
    sales : ibis.Table
        Canonical transactions.
    observation_end : date
    margin_rate, discount_rate : float
        Gross margin as a share of sales, and the rate of one year.

    Returns
    -------
    dict
        customers, orders_per_customer, spend_per_customer, came_back (share seen on two days or more),
        median_days_since_last, top_5 (share of sales of the 5 % largest), gini, clv (see `lifetime_value`).
    """
    rates = {"margin_rate": margin_rate, "discount_rate": discount_rate}
    base = collect(customer_base(sales, observation_end=observation_end))
    return {
        "customers": len(base),
        "orders_per_customer": float(base["n_orders"].mean()),
        "spend_per_customer": float(base["total_spend"].mean()),
        "came_back": float((base["frequency"] > 0).mean()),
        "median_days_since_last": float(base["days_since_last"].median()),
        "top_5": top_share(base["total_spend"], 0.05),
        "gini": gini(base["total_spend"].clip(lower=0)),
        "clv": lifetime_value(sales, observation_end=observation_end, **rates),
    }


def portraits(sides: dict[str, pd.DataFrame], *, margin_rate: float, discount_rate: float) -> pd.DataFrame:
    """Return the pictures of several bases side by side (French names of the measures; one that misses is left out).

    Parameters
    ----------
    sides : dict
        Sales by name of the base: customer_id, date, order_id, amount.
    margin_rate, discount_rate : float
        See `picture`.
    """
    rates = {"margin_rate": margin_rate, "discount_rate": discount_rate}
    end = max(sales["date"].max() for sales in sides.values()).date()
    drawn = {}
    for name, sales in sides.items():
        cents = (100 * sales["amount"]).round().astype("int64")
        table = sales[["customer_id", "order_id"]].assign(date=sales["date"].dt.date, amount_cents=cents)
        drawn[name] = picture(ibis.memtable(table), observation_end=end, **rates)
    return pd.DataFrame(drawn).dropna().rename(MEASURES).rename_axis("Mesure")


def missed_best(before: pd.DataFrame, after: pd.DataFrame, accounts: pd.Series, *, share: float = 0.05) -> float:
    """Return the share of the best customers none of whose accounts was among the best.

    Parameters
    ----------
    before, after : pandas.DataFrame
        Sales under accounts (customer_id), and under persons: customer_id, amount.
    accounts : pandas.Series
        Person by account.
    share : float
        Share of the base that is the best tier.
    """

    def best(sales: pd.DataFrame) -> set[str]:
        spent = sales.groupby("customer_id")["amount"].sum().sort_values(ascending=False, kind="stable")
        return set(spent.index[: round(share * len(spent))])

    best_before, best_after = best(before), best(after)
    seen = set(accounts.reindex(list(best_before)).dropna())
    return len(best_after - seen) / len(best_after) if best_after else float("nan")
