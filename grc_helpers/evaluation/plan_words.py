"""A plan told row by row: for each segment and for each customer, the action, its cost, what it brings, and why."""

from __future__ import annotations

from math import isnan

import pandas as pd

from grc_helpers.evaluation.plan_actions import NOTHING
from grc_helpers.evaluation.plan_choice import contacts_of
from grc_helpers.evaluation.plan_customers import in_order
from grc_helpers.style import NBSP, NNBSP, money, number

CONTROL = "témoin"
NET = {"gain": "worth", "low": "low", "high": "high"}


def plan_rows(
    named: pd.DataFrame, lots: pd.DataFrame, found: dict, channels: dict[str, str], *, currency: str
) -> pd.DataFrame:
    """Return the plan, one row a segment and action (« Ne rien faire » included), with its reason.

    Returns
    -------
    DataFrame
        ``segment``, ``action``, ``channel``, ``customers`` (contacted), ``control``, ``cost`` (of all), ``gain``,
        ``low``, ``high`` (net, of a contact), ``total`` (net, of all), ``reason``.
    """
    counts, control = contacts_of(named, lots), named[named["group"] == CONTROL].groupby(["segment", "action"]).size()
    rest = lots["segment"].value_counts().sub(named["segment"].value_counts(), fill_value=0)
    rows = []
    for segment in in_order(lots["segment"].unique()):
        chosen = counts.index.get_level_values("segment") == segment
        for (_, action), (n, present) in counts[chosen].iterrows():
            said = net_of(segment, action, present / n, found)
            kept = int(control.get((segment, action), 0))
            bounds = [said[name] for name in ("gain", "low", "high")]
            text = why(segment, action, present / n, found, currency)
            rows.append(
                (segment, action, channels[action], int(n), kept, n * said["cost"], *bounds, n * said["gain"], text)
            )
        if rest[segment] > 0:
            text = why_nothing(segment, lots, found, chosen=chosen.any())
            rows.append((segment, NOTHING, "–", int(rest[segment]), 0, 0.0, 0.0, 0.0, 0.0, 0.0, text))
    names = ["segment", "action", "channel", "customers", "control", "cost", "gain", "low", "high", "total", "reason"]
    return pd.DataFrame(rows, columns=names)


def net_of(segment: str, action: str, p_alive: float, found: dict) -> dict[str, float]:
    """Return what a contact earns net (``gain``, ``low``, ``high``) and costs, for a chance of being there."""
    unit = found["unit"].at[action]
    net = {name: p_alive * found[key].at[segment, action] - unit for name, key in NET.items()}
    return net | {"cost": unit + p_alive * found["variable"].at[segment, action]}


def between(low: float, high: float, decimals: int = 2) -> str:
    """Write the two ends of an interval of money: ``[1,20 ; 3,40]``."""
    return f"[{number(low, decimals)}{NNBSP}; {number(high, decimals)}]"


def why(segment: str, action: str, p_alive: float, found: dict, currency: str) -> str:
    """Return, in a sentence, why this action for this segment."""
    said = net_of(segment, action, p_alive, found)
    text = f"Un contact rapporte {money(said['gain'], currency, 2)} net {between(said['low'], said['high'])}"
    worth, unit = found["worth"], found["unit"]
    others = {name: p_alive * worth.at[segment, name] - unit.at[name] for name in worth if name != action}
    others = {name: net for name, net in others.items() if not isnan(net)}
    if not others:
        return text + "."
    other = max(others, key=others.get)
    return text + f" ; la meilleure autre action (« {other} »), {money(others[other], currency, 2)}."


def why_nothing(segment: str, lots: pd.DataFrame, found: dict, *, chosen: bool) -> str:
    """Return, in a sentence, why the others of a segment are left alone."""
    here = lots[lots["segment"] == segment]
    net = (here["p_alive"].mean() * found["worth"].loc[segment] - found["unit"]).dropna()
    if net.empty:
        return "Aucun essai n'a mesuré d'effet chez ces clients."
    best = net.idxmax()
    if net.max() <= 0:
        return f"Aucune action mesurée ne rembourse son coût ici (la moins mauvaise{NBSP}: « {best} »)."
    if not chosen:
        return "Chaque euro rapporte plus chez d'autres."
    closed = ~here["able"].str.contains(best, regex=False)
    if not closed.any():
        return f"Les autres{NBSP}: au-delà du budget, ou de la part de clients que le plan contacte."
    return (
        f"Les autres{NBSP}: {number(closed.sum())} ne peuvent pas recevoir « {best} » (adresse, accord, ou déjà fait)."
    )


def customer_rows(
    named: pd.DataFrame, lots: pd.DataFrame, found: dict, channels: dict[str, str], *, names: pd.Series | None = None,
    values: pd.Series, currency: str,
) -> pd.DataFrame:  # fmt: skip
    """Return the plan, one row a customer: what is handed over.

    Parameters
    ----------
    names : Series, optional
        Name of each customer.
    values : Series
        Margin expected in the next twelve months, by customer.

    Returns
    -------
    DataFrame
        ``customer_id``, ``name`` (if known), ``segment``, ``value``, ``action``, ``channel``, ``group``, ``cost``,
        ``gain``, ``low``, ``high``, ``reason``; most valuable action first, ties by customer.
    """
    table = lots[["segment"]].copy()
    if names is not None:
        table.insert(0, "name", names.reindex(table.index).fillna(""))
    table["value"] = values.reindex(table.index)
    table["action"] = named["action"].reindex(table.index).fillna(NOTHING)
    table["channel"] = table["action"].map(channels).fillna("–")
    table["group"] = named["group"].reindex(table.index).fillna("–")
    contact, zero = table["group"] == "à contacter", dict.fromkeys(("gain", "low", "high", "cost"), 0.0)
    alive = lots["p_alive"]
    net = [
        net_of(segment, action, p, found) if go else zero
        for segment, action, p, go in zip(table["segment"], table["action"], alive, contact, strict=True)
    ]
    table = table.join(pd.DataFrame(net, index=table.index)[["cost", "gain", "low", "high"]])
    chosen = set(named["segment"])
    idle = {s: why_nothing(s, lots, found, chosen=s in chosen) for s in table["segment"].unique()}
    table["reason"] = [
        why(segment, action, p, found, currency) if go else idle[segment]
        for segment, action, p, go in zip(table["segment"], table["action"], alive, contact, strict=True)
    ]
    kept = "Témoin, tiré au sort : ne pas contacter ; il mesurera l'effet de cette vague."
    table.loc[table["group"] == CONTROL, "reason"] = kept
    table = table.rename_axis("customer_id").reset_index()
    return table.sort_values(["gain", "value", "customer_id"], ascending=[False, False, True], ignore_index=True)
