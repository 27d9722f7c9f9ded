"""Interact: what a useful interaction costs by channel, which channels are efficient, what a contact causes."""

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

USEFUL = ("clic", "commande", "filleul", "répondu", "résolu")


def cost_per_useful(contacts: pd.DataFrame, costs: pd.DataFrame, *, incoming_cost: float, year: int) -> pd.DataFrame:
    """Return what a useful interaction costs on each channel, in a year.

    Parameters
    ----------
    contacts : DataFrame
        date, channel, direction ("sortant", "entrant"), cost, outcome.
    costs : DataFrame
        channel, role, year, fixed_cost: the year's fixed cost of a contact channel falls on its outgoing contacts.
    incoming_cost : float
        What the treatment of one incoming contact costs.

    Returns
    -------
    DataFrame
        One row a channel and direction: channel, direction, contacts, useful_kinds (the useful ends seen, most
        frequent first), useful_rate and its 95 % interval ``useful_low, useful_high`` (Wilson, on as many contacts as
        are worth n / design effect: a customer's contacts are alike), contact_cost (mean, fixed cost included),
        useful_cost = contact_cost / useful_rate and its interval ``useful_cost_low, useful_cost_high``; cheapest useful
        interaction first.
    """
    rows = contacts[contacts["date"].dt.year == year].copy()
    rows["useful"] = rows["outcome"].isin(USEFUL)
    rows["cost"] = rows["cost"].where(rows["direction"].eq("sortant"), incoming_cost)
    table = rows.groupby(["channel", "direction"], as_index=False).agg(
        contacts=("useful", "size"), useful=("useful", "sum"), variable=("cost", "sum")
    )
    fixed = costs[(costs["year"] == year) & costs["role"].eq("contact")].set_index("channel")["fixed_cost"]
    fixed = table["channel"].map(fixed).fillna(0.0).where(table["direction"].eq("sortant"), 0.0)
    table["contact_cost"] = (table["variable"] + fixed) / table["contacts"]
    table["useful_rate"] = table["useful"] / table["contacts"]
    groups = [rows[rows["channel"].eq(row.channel) & rows["direction"].eq(row.direction)] for row in table.itertuples()]
    table["useful_kinds"] = [
        ", ".join(group.loc[group["useful"], "outcome"].value_counts().index) or "–" for group in groups
    ]
    worth = table["contacts"] / [design_effect(group["useful"], group["customer_id"]) for group in groups]
    low, high = proportion_confint(table["useful_rate"] * worth, worth, method="wilson")
    table["useful_low"], table["useful_high"] = low, high
    for name, rate in (
        ("useful_cost", "useful_rate"),
        ("useful_cost_low", "useful_high"),
        ("useful_cost_high", "useful_low"),
    ):
        table[name] = table["contact_cost"] / table[rate].where(table[rate] > 0)
    return table.drop(columns=["useful", "variable"]).sort_values("useful_cost", ignore_index=True)


def design_effect(useful: pd.Series, customers: pd.Series) -> float:
    """Return by how much the likeness of one customer's contacts multiplies a variance (Kish 1965), 1 at least."""
    rest = useful.astype(float) - useful.mean()
    sums, alone = rest.groupby(customers.to_numpy()).sum(), float((rest**2).sum())
    return max(1.0, float((sums**2).sum()) / alone) if alone > 0 else 1.0


def efficient_frontier(points: pd.DataFrame) -> pd.DataFrame:
    """Tell which channels are efficient: no other channel, and no mix of two, does better for as little.

    Starting from no contact (0, 0), the frontier is the upper concave envelope of (contact_cost, useful_rate).

    Parameters
    ----------
    points : DataFrame
        channel, contact_cost (> 0), useful_rate.

    Returns
    -------
    DataFrame
        The points by rising cost, with efficient (bool) and marginal_cost: on the frontier, the cost of one more useful
        interaction when one moves up to this channel from the one before (NaN off the frontier).
    """
    table = points.sort_values(["contact_cost", "useful_rate"], ascending=[True, False], ignore_index=True)
    cost, rate = table["contact_cost"].to_numpy(), table["useful_rate"].to_numpy()
    marginal, place, here = np.full(len(table), np.nan), -1, (0.0, 0.0)
    while True:
        better = [i for i in range(place + 1, len(table)) if rate[i] > here[1]]
        if not better:
            break
        steps = [(cost[i] - here[0]) / (rate[i] - here[1]) for i in better]
        place = better[int(len(steps) - 1 - np.argmin(steps[::-1]))]
        marginal[place], here = min(steps), (cost[place], rate[place])
    return table.assign(efficient=~np.isnan(marginal), marginal_cost=marginal)


def caused_orders(targeting: pd.DataFrame, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Compare, for campaigns drawn by lot, the cost of an order observed after a contact and of an order it caused.

    Parameters
    ----------
    targeting : DataFrame
        campaign_id, group ("traité", "témoin"), bought.
    campaigns : DataFrame
        campaign_id, name, channel, unit_cost.

    Returns
    -------
    DataFrame
        name, channel, with_offer (share of the treated who buy), control, uplift and its 95 % interval
        ``uplift_low, uplift_high`` (Newcombe), observed_cost = unit_cost / with_offer, caused_cost = unit_cost / uplift
        and its interval ``caused_cost_low, caused_cost_high`` (NaN if the interval of the uplift holds 0).
    """
    rows = []
    for campaign in campaigns.itertuples():
        counts = (
            targeting[targeting["campaign_id"].eq(campaign.campaign_id)].groupby("group")["bought"].agg(["sum", "size"])
        )
        (yes, n), (no, m) = counts.loc["traité"], counts.loc["témoin"]
        low, high = confint_proportions_2indep(yes, n, no, m, method="newcomb")
        effect = yes / n - no / m
        caused = campaign.unit_cost / np.array([effect, high, low]) if low > 0 else [np.nan] * 3
        rows.append(
            (
                campaign.name,
                campaign.channel,
                yes / n,
                no / m,
                effect,
                low,
                high,
                campaign.unit_cost * n / yes,
                *caused,
            )
        )
    columns = [
        "name",
        "channel",
        "with_offer",
        "control",
        "uplift",
        "uplift_low",
        "uplift_high",
        "observed_cost",
        "caused_cost",
        "caused_cost_low",
        "caused_cost_high",
    ]
    return pd.DataFrame(rows, columns=columns)
