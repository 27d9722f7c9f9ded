"""The plan that earns most under a budget and capacities; what one more euro would earn; whom it names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import number

COLUMNS = ["segment", "band", "able"]


def check_budget(budget: float, control_share: float) -> None:
    """Refuse a budget that is not positive, and a control group that holds nobody, or everybody."""
    if not budget > 0:
        raise GrcError(
            "Un plan demande un budget positif.",
            where=f"budget : {number(budget, 2)}",
            todo="donnez un montant au-dessus de zéro ; sans argent, le plan est « ne rien faire »",
        )
    if not 0 < control_share < 1:
        raise GrcError(
            "Un plan sans témoin ne s'évalue pas, un plan sans contact n'agit pas.",
            where=f"part de témoins : {number(control_share, 2)}",
            todo="donnez une part entre 0 et 1, par exemple 0.1",
        )


def make_lots(people: pd.DataFrame, eligible: pd.DataFrame) -> pd.DataFrame:
    """Group the customers who are in one segment, as likely to be there, and may have the same actions.

    Parameters
    ----------
    people : DataFrame by customer
        ``segment``, ``p_alive``.
    eligible : DataFrame of bool, customers × actions

    Returns
    -------
    DataFrame indexed by customer
        ``segment``, ``band`` (tenths of the chance of being there, from 1 to 10), ``able`` (actions allowed, joined by
        « | »), ``p_alive`` (own), ``p_lot`` (mean of the lot).
    """
    able = eligible.reindex(people.index).fillna(False).astype(bool)
    words = [" | ".join(able.columns[row]) for row in able.to_numpy()]
    band = np.clip(np.ceil(10 * people["p_alive"]), 1, 10).astype(int)
    lots = people[["segment", "p_alive"]].assign(band=band, able=words)
    return lots.assign(p_lot=lots.groupby(COLUMNS)["p_alive"].transform("mean"))


def choose(
    lots: pd.DataFrame, found: dict, *, budget: float, capacity: dict[str, float], channels: dict[str, str],
    control_share: float, by: str = "worth",
) -> dict:  # fmt: skip
    """Return the contacts that earn most: a linear programme, rounded to whole contacts.

    ``max Σ (p·worth − unit)·x`` with x whole contacts of a lot by an action, under: ``Σ (unit + p·variable)·x ≤
    budget``; capacity of each channel; one action a customer, and a share of each lot kept as control: ``Σ x ≤ (1 −
    share) × customers``. The optimum has few fractional lots, about one a binding constraint on budget and capacities:
    rounding loses about a contact each.

    Parameters
    ----------
    lots : DataFrame
        What :func:`make_lots` returns.
    found : dict
        What ``plan_effects.gains`` returns; an action that has no figure in a segment is not used there.
    budget : float
    capacity : dict by channel
        Contacts, at most.
    channels : dict
        Channel of each action.
    control_share : float
        Between 0 and 1.
    by : {"worth", "raw"}
        The figures kept, or those measured.

    Returns
    -------
    dict
        ``contacts`` (Series by segment, band, able and action), ``gain``, ``spent``, ``prices`` (Series: what one more
        unit of the budget, or of a channel's capacity, would earn).
    """
    from scipy.optimize import linprog

    check_budget(budget, control_share)
    worths, variable, unit = found[by], found["variable"], found["unit"]
    groups = lots.groupby(COLUMNS)["p_lot"].agg(["size", "mean"])
    rows = [
        (*place, action, group, p * worths.at[place[0], action] - unit[action],
         unit[action] + p * variable.at[place[0], action])
        for group, (place, p) in enumerate(groups["mean"].items())
        for action in place[2].split(" | ")
        if action and place[0] in worths.index
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=[*COLUMNS, "action", "group", "worth", "price"])
    table = table[table["worth"] > 0]  # leaves out what was not measured, too
    index = pd.MultiIndex.from_frame(table[[*COLUMNS, "action"]])
    if table.empty:
        prices = pd.Series({"budget": 0.0})
        return {"contacts": pd.Series([], index=index, dtype="int64"), "gain": 0.0, "spent": 0.0, "prices": prices}
    channel = table["action"].map(channels)
    names, kept = list(channel.unique()), table["group"].unique()
    per_channel = (channel.to_numpy() == np.array(names)[:, None]).astype(float)
    per_lot = (table["group"].to_numpy() == kept[:, None]).astype(float)
    room = np.floor((1 - control_share) * groups["size"].to_numpy()[kept] + 1e-9)
    left = np.vstack([table["price"], per_channel, per_lot])
    right = np.r_[budget, [min(capacity[name], len(lots)) for name in names], room]
    loss = -table["worth"].to_numpy()
    solved = linprog(loss, A_ub=left, b_ub=right)
    x = _whole(solved.x, loss, left, right)
    marginals = solved.ineqlin.marginals[: 1 + len(names)]
    return {
        "contacts": pd.Series(x, index), "gain": float(-loss @ x), "spent": float(table["price"] @ x),
        "prices": pd.Series(-marginals, ["budget", *names]) + 0.0,
    }  # fmt: skip


def _whole(x: np.ndarray, loss: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Round a plan down to whole contacts, then give what is left of each constraint to the best contacts per euro."""
    whole = np.floor(x + 1e-6)
    rest = right - left @ whole
    for place in np.argsort(loss / np.maximum(left[0], 1e-12), kind="stable"):
        used = left[:, place] > 0
        more = np.floor((rest[used] / left[used, place]).min() + 1e-9)
        if more > 0:
            whole[place] += more
            rest = rest - more * left[:, place]
    return whole.astype("int64")


def name_customers(lots: pd.DataFrame, contacts: pd.Series, *, control_share: float, seed: int) -> pd.DataFrame:
    """Draw, within each lot, the customers to contact and those kept as control.

    Returns
    -------
    DataFrame indexed by customer
        ``segment``, ``action``, ``group`` (« à contacter » or « témoin »): one row a customer drawn.
    """
    rng, parts, members = np.random.default_rng(seed), [], lots.groupby(COLUMNS).groups
    for place, here in contacts[contacts > 0].groupby(level=COLUMNS):
        drawn = rng.permutation(members[place].sort_values())
        for action, n in here.droplevel(COLUMNS).items():
            kept = min(round(n * control_share / (1 - control_share)), len(drawn) - n)
            groups = ["à contacter"] * int(n) + ["témoin"] * int(kept)
            rows = {"segment": place[0], "action": action, "group": groups}
            parts.append(pd.DataFrame(rows, index=drawn[: n + kept]))
            drawn = drawn[n + kept :]
    empty = pd.DataFrame({"segment": [], "action": [], "group": []}, dtype=object)
    return pd.concat(parts).rename_axis("customer_id") if parts else empty.rename_axis("customer_id")


def within(named: pd.DataFrame, lots: pd.DataFrame, found: dict, *, budget: float) -> pd.DataFrame:
    """Leave out of a plan the last contacts that its budget does not pay for.

    The plan counts each customer of a lot for the mean of the lot; those drawn may cost some euros more together.
    """
    contacted = named[named["group"] == "à contacter"]
    keys = pd.MultiIndex.from_frame(contacted[["segment", "action"]])
    variable = found["variable"].stack().reindex(keys).to_numpy()
    cost = contacted["action"].map(found["unit"]) + lots.loc[contacted.index, "p_alive"] * variable
    return named.drop(cost.index[cost.cumsum() > budget + 1e-9])


def one_action_for(
    order: pd.Index, lots: pd.DataFrame, found: dict, *, action: str, budget: float, most: float
) -> pd.DataFrame:
    """Return the naive plan: one action, to customers in an order, until the money or the capacity is spent.

    Parameters
    ----------
    order : Index
        Customers, first to be contacted first. Who may not have the action, or is in a segment where it was not
        measured, is passed over.
    most : float
        Capacity of the channel.

    Returns
    -------
    DataFrame
        As :func:`name_customers`, without control.
    """
    able = (
        lots["able"].map(lambda words: action in words.split(" | "))
        & lots["segment"].map(found["worth"][action]).notna()
    )
    asked = lots.loc[order[able.reindex(order).to_numpy(dtype=bool)]]
    spent = (found["unit"][action] + asked["p_alive"] * asked["segment"].map(found["variable"][action])).cumsum()
    kept = asked[((spent <= budget) & (np.arange(len(asked)) < most)).to_numpy()]
    return kept[["segment"]].assign(action=action, group="à contacter")


def contacts_of(named: pd.DataFrame, lots: pd.DataFrame) -> pd.DataFrame:
    """Count the contacts of a plan, by segment and action: ``n``, ``present`` (sum of the chances of being there)."""
    contacted = named[named["group"] == "à contacter"].join(lots["p_alive"])
    return contacted.groupby(["segment", "action"])["p_alive"].agg(n="size", present="sum")


def value_of(named: pd.DataFrame, lots: pd.DataFrame, found: dict) -> dict[str, float]:
    """Return what a plan is expected to earn, with its interval, from the draws of the effects (`plan_effects.gains`).

    Returns
    -------
    dict
        ``contacts``, ``cost``, ``net_value``, ``low``, ``high`` (95 %, of the expected gain: what the contacted will do
        varies more), ``chance`` (that it earns more than nothing), ``drawn`` (array of draws).
    """
    counts, drawn = contacts_of(named, lots), np.zeros(len(found["draws"]))
    cost, worth = 0.0, found["worth"]
    for (segment, action), (n, present) in counts.iterrows():
        place = worth.index.get_loc(segment), worth.columns.get_loc(action)
        drawn = drawn + present * found["draws"][:, *place] - n * found["unit"][action]
        cost += n * found["unit"][action] + present * found["variable"].loc[segment, action]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {
        "contacts": int(counts["n"].sum()), "cost": float(cost), "net_value": float(drawn.mean()), "low": float(low),
        "high": float(high), "chance": float((drawn > 0).mean()), "drawn": drawn,
    }  # fmt: skip


def budget_curve(lots: pd.DataFrame, found: dict, budgets, **terms) -> pd.DataFrame:
    """Return, by budget, the expected gain of the best plan, its spending, and what the last euro earns."""
    rows = {}
    for budget in budgets:
        plan = choose(lots, found, budget=budget, **terms)
        rows[budget] = (plan["gain"], plan["spent"], plan["prices"]["budget"])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["gain", "spent", "price"]).rename_axis("budget")
