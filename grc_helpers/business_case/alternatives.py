"""Which tool: total cost of ownership, break-even of automation, weighted criteria, and a market figure read again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.business_case.cashflows import present_value
from grc_helpers.errors import GrcError
from grc_helpers.style import number

FRANCS_PER_EURO = 6.55957  # fixed on 31 December 1998 (Council Regulation (EC) No 2866/98)
MARKS = (0, 20)


def ownership(costs: dict[str, dict[str, float]], *, years: int, rate: float, users: int) -> pd.DataFrame:
    """Return the total cost of ownership of each tool: now (licence, set-up, training), then each year.

    Parameters
    ----------
    costs : dict of str to dict
        For each tool, ``setup`` and ``training`` (paid now), ``licence`` (per user and year), ``upkeep`` (per year),
        all ≥ 0.
    years, users : int
    rate : float
        Annual discount rate; yearly costs fall at the end of each year.

    Returns
    -------
    DataFrame, one row a tool
        ``setup_cost``, ``running_cost`` (a year), ``ownership_cost`` (present value of all), ``hidden_share`` (what is
        not licence).
    """
    rows = {}
    for tool, cost in costs.items():
        if min(cost.values()) < 0:
            raise GrcError(f"Un coût de « {tool} » est négatif.", todo="donnez des coûts positifs ou nuls")
        first, licence = cost["setup"] + cost["training"], cost["licence"] * users
        yearly = licence + cost["upkeep"]
        total = float(present_value([first, *[yearly] * years], rate))
        licences = float(present_value([0.0, *[licence] * years], rate))
        rows[tool] = [first, yearly, total, 1 - licences / total if total else float("nan")]
    names = ["setup_cost", "running_cost", "ownership_cost", "hidden_share"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("tool")


def break_even_volume(*, fixed: float, by_hand: float, automated: float) -> float:
    """Return the yearly volume from which automating pays: fixed ÷ (unit cost by hand − unit cost automated).

    Infinite when automating saves nothing per unit: no volume pays.
    """
    if min(fixed, by_hand, automated) < 0:
        raise GrcError("Un coût ne peut pas être négatif.", where=f"{fixed:g}, {by_hand:g}, {automated:g}")
    return fixed / (by_hand - automated) if automated < by_hand else float("inf")


def automation_table(*, fixed: float, by_hand: float, automated: float, orders: float) -> pd.DataFrame:
    """Return what messages cost a year, by hand and automated, around the break-even volume and at one's own volume.

    Parameters
    ----------
    fixed : float
        Yearly cost of the tool (currency units).
    by_hand, automated : float
        Cost of a message each way (currency units).
    orders : float
        One's own volume, messages a year.

    Returns
    -------
    DataFrame, one row a volume
        ``messages``, ``by_hand_cost``, ``automated_cost`` (currency units a year); only one's own volume when no
        volume pays.
    """
    needed = break_even_volume(fixed=fixed, by_hand=by_hand, automated=automated)
    volumes = {"Une commande, un message": float(orders)}
    if np.isfinite(needed):
        needed = np.ceil(needed)
        volumes |= {"Moitié du point mort": needed / 2, "Point mort": needed, "Double du point mort": 2 * needed}
    each = pd.Series(volumes).sort_values()
    return pd.DataFrame(
        {"messages": each, "by_hand_cost": by_hand * each, "automated_cost": fixed + automated * each}
    ).rename_axis("volume_told")


def tell_automation(needed: float, orders: float) -> str:
    """Say whether a tool pays, for one message an order."""
    if needed == float("inf"):
        return "Automatiser n'économise rien par message : aucun volume ne rembourse l'outil."
    verb = "se rembourse" if orders >= needed else "ne se rembourse pas"
    return (
        f"Point mort : {number(np.ceil(needed))} messages par an. Vos ventes : {number(orders)} commandes en un an. "
        f"L'outil {verb}, si ces messages s'écrivaient vraiment à la main."
    )


def check_marks(marks: pd.DataFrame) -> pd.DataFrame:
    """Return marks (rows: tools; columns: criteria) as floats; refuse gaps, marks out of 0 to 20, a single tool."""
    table = marks.astype(float)
    if len(table) < 2 or table.shape[1] < 2:
        raise GrcError(
            "Un choix compare au moins deux outils sur deux critères.", where=f"{table.shape} (outils, critères)"
        )
    wrong = ~((table >= MARKS[0]) & (table <= MARKS[1]))
    if wrong.any(axis=None):
        tool, criterion = next((t, c) for t in table.index for c in table if wrong.loc[t, c])
        raise GrcError(
            f"Une note va de {MARKS[0]} à {MARKS[1]}.",
            where=f"« {tool} », « {criterion} » : {table.loc[tool, criterion]:g}",
            todo="complétez ou corrigez cette note",
        )
    return table


def weighted_choice(marks: pd.DataFrame, weights: dict[str, float]) -> pd.Series:
    """Return the weighted mean mark of each tool, best first.

    Raises
    ------
    GrcError
        Weights that do not name the criteria, or are negative, or are all zero.
    """
    table = check_marks(marks)
    if set(weights) != set(table) or min(weights.values()) < 0 or sum(weights.values()) <= 0:
        raise GrcError(
            "Les poids ne correspondent pas aux critères.",
            where=f"critères : {', '.join(table)} ; poids : {', '.join(f'{k} {v:g}' for k, v in weights.items())}",
            todo="donnez un poids positif ou nul à chaque critère, un au moins étant positif",
        )
    share = pd.Series(weights, dtype=float)[list(table)] / sum(weights.values())
    return (table * share).sum(axis=1).sort_values(ascending=False, kind="stable").rename("weighted_mark")


def ranking_robustness(marks: pd.DataFrame, *, draws: int = 20_000, seed: int) -> pd.DataFrame:
    """Return how often each tool comes first, over all weights drawn evenly (Dirichlet of ones), ties shared.

    Returns
    -------
    DataFrame, one row a tool
        ``first_share``, ``last_share``; ``dominated``: name of a tool at least as good on every criterion and better
        on one (it then never comes first alone), or "".
    """
    table = check_marks(marks)
    weights = np.random.default_rng(seed).dirichlet(np.ones(table.shape[1]), draws)
    scores = weights @ table.to_numpy().T
    best, worst = (np.isclose(scores, side(scores, axis=1)[:, None], rtol=0, atol=1e-9) for side in (np.max, np.min))
    rows = {"first_share": (best / best.sum(axis=1)[:, None]).mean(axis=0)}
    rows["last_share"] = (worst / worst.sum(axis=1)[:, None]).mean(axis=0)
    above = {
        tool: next(
            (
                o
                for o in table.index
                if (table.loc[o] >= table.loc[tool]).all() and (table.loc[o] > table.loc[tool]).any()
            ),
            "",
        )
        for tool in table.index
    }
    return pd.DataFrame(rows, index=table.index).assign(dominated=pd.Series(above)).rename_axis("tool")


def switch_weights(marks: pd.DataFrame, weights: dict[str, float]) -> pd.DataFrame:
    """Return, for each criterion, the weight (others kept in proportion) at which another tool becomes first.

    The mark of tool k with weight w on criterion c is w·m_kc + (1 − w)·o_k, with o_k the mean mark on the others: a
    line in w, and two lines cross at one w.

    Returns
    -------
    DataFrame, one row a criterion
        ``weight_now``, ``weight_switch`` (the nearest, NaN if none), ``tool_then`` ("" if none).
    """
    table, winner = check_marks(marks), weighted_choice(marks, weights).index[0]
    share = pd.Series(weights, dtype=float)[list(table)] / sum(weights.values())
    rows = {}
    for criterion in table:
        rest = share.drop(criterion)
        if rest.sum() == 0:
            rows[criterion] = [share[criterion], float("nan"), ""]
            continue
        others = (table[rest.index] * rest / rest.sum()).sum(axis=1)
        now, found = share[criterion], (float("nan"), "")
        for tool in table.index.drop(winner):
            slope = (table.loc[tool, criterion] - others[tool]) - (table.loc[winner, criterion] - others[winner])
            if abs(slope) < 1e-12:
                continue
            at = (others[winner] - others[tool]) / slope
            if -1e-12 <= at <= 1 and not abs(at - now) >= abs(found[0] - now):
                found = max(at, 0.0), tool
        rows[criterion] = [now, *found]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["weight_now", "weight_switch", "tool_then"]
    ).rename_axis("criterion")


def quadrant(understanding: float, capacity: float, *, middle: float) -> str:
    """Return one of the four types of Gartner's quadrant, of which S2 names three."""
    names = {(True, True): "leader", (True, False): "visionnaire", (False, True): "challenger", (False, False): "niche"}
    return names[understanding >= middle, capacity >= middle]


def movers(marks: pd.DataFrame, *, axes: tuple[str, str], middles: tuple[float, float]) -> dict[str, str]:
    """Return the tools that the second threshold puts in another case, with that case."""
    cases = {
        tool: [quadrant(*row, middle=middle) for middle in middles]
        for tool, row in marks[list(axes)].astype(float).T.items()
    }
    return {tool: second for tool, (first, second) in cases.items() if first != second}


def tell_quadrant(marks: pd.DataFrame, *, axes: tuple[str, str], middles: tuple[float, float]) -> str:
    """Say in which case of the quadrant each tool falls, and which tools change case with another threshold.

    Parameters
    ----------
    marks : DataFrame
        Rows: tools; columns: criteria.
    axes : (str, str)
        Criteria that stand for understanding and for capacity.
    middles : (float, float)
        The threshold of both axes, and another one.
    """
    if not set(axes) <= set(marks):
        return f"Vos notes n'ont pas les critères « {axes[0]} » et « {axes[1]} » : pas de quadrant."
    first = {tool: quadrant(*row, middle=middles[0]) for tool, row in marks[list(axes)].astype(float).T.items()}
    moved = [f"{tool} ({case})" for tool, case in movers(marks, axes=axes, middles=middles).items()]
    said = " ; ".join(f"{tool} : {name}" for tool, name in first.items())
    change = f"changent de case : {', '.join(moved)}" if moved else "aucun ne change de case"
    return f"Placés par « {axes[0]} » et « {axes[1]} », seuil {middles[0]} : {said}. Au seuil {middles[1]}, {change}."


def licence_market(francs: float, growth: float, *, half: float, half_growth: float) -> pd.DataFrame:
    """Return what a market of ``francs`` millions, "soit growth % par rapport à 2000", makes of the year before.

    Parameters
    ----------
    francs : float
        Millions of francs in 2001, known to ± ``half``.
    growth : float
        The announced change, known to ± ``half_growth``.

    Returns
    -------
    DataFrame, one row a reading
        ``millions_francs``, ``millions_low``, ``millions_high``, ``millions_euros`` (of 2000).
    """
    rows = {}
    for name, sign in (("Hausse de 3,4 %", 1), ("Baisse de 3,4 %", -1)):
        value = francs / (1 + sign * growth)
        ends = [
            a / (1 + sign * g)
            for a in (francs - half, francs + half)
            for g in (growth - half_growth, growth + half_growth)
        ]
        rows[name] = [value, min(ends), max(ends), value / FRANCS_PER_EURO]
    names = ["millions_francs", "millions_low", "millions_high", "millions_euros"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("growth_reading")
