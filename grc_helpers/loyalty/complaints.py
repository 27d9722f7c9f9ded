"""Complaints and repairs: what solving them keeps, and what it is worth spending on it at most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import customer_value
from grc_helpers.loyalty.chain import in_window, least_squares
from grc_helpers.loyalty.questions import points, share_interval
from grc_helpers.style import money, number, percent

SHORT = 8  # weeks and one order added to what is seen of a customer, so that a newcomer has no extreme pace
CAP = 10  # days of waiting after which, in the simulator, waiting longer changes nothing
LEVERS = {"resolved": "Réclamation résolue", "gesture": "Geste commercial", "wait": "Un jour d'attente de plus"}


def ticket_table(tickets: pd.DataFrame) -> pd.DataFrame:
    """Return, for each kind of ticket, how many, the share solved with its interval, the delay, the cost of one.

    Parameters
    ----------
    tickets : DataFrame
        ``type``, ``resolved``, ``delay_days``, ``cost``.
    """
    rows = {}
    for kind, part in tickets.groupby("type"):
        solved = share_interval(part["resolved"].sum(), len(part))
        late = (part["delay_days"] > 7).mean()
        rows[kind.capitalize()] = [len(part), *solved, part["delay_days"].mean(), late, part["cost"].mean()]
    names = ["tickets_count", "solved", "solved_low", "solved_high", "mean_delay", "late", "ticket_cost"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("ticket_kind")


def follow_tickets(tickets: pd.DataFrame, orders: pd.DataFrame, *, kind: str, days: int, end) -> pd.DataFrame:
    """Follow the customers of one kind of ticket after its closing; those whose time is not over are left out.

    Returns
    -------
    DataFrame
        ``customer_id``, ``date`` (of closing), ``resolved``, ``gesture``, ``wait`` (days, 10 at most), ``back`` (bought
        again), ``margin`` (of those days), ``pace`` (logarithm of past orders a week, drawn to a common mean when the
        customer has been seen for a short time).
    """
    rows = tickets[(tickets["type"] == kind) & tickets["closed"].notna()]
    rows = rows.assign(date=pd.to_datetime(rows["closed"]), gesture=rows["compensation"] > 0)
    rows = rows[rows["date"] + pd.Timedelta(days=days) <= pd.Timestamp(end)]
    after, before = in_window(rows, orders, first=1, last=days), in_window(rows, orders, first=-9_999, last=0)
    came = rows["customer_id"].map(orders.groupby("customer_id")["date"].min())
    weeks = (rows["date"] - came).dt.days / 7
    pace = np.log((before["orders"] + 1) / (weeks + SHORT))
    wait = rows["delay_days"].clip(upper=CAP)
    rows = rows.assign(wait=wait, back=after["orders"] > 0, margin=after["margin"], pace=pace)
    return rows[["customer_id", "order_id", "date", "resolved", "gesture", "wait", "back", "margin", "pace"]]


def recovery_effects(rows: pd.DataFrame, *, adjusted: bool = True) -> pd.DataFrame:
    """Return what each lever adds to the chance that the customer comes back (linear probability, robust intervals).

    Parameters
    ----------
    rows : DataFrame
        What ``follow_tickets`` returns.
    adjusted : bool
        Hold the other levers and the pace of past purchases constant; else each lever is compared alone.

    Returns
    -------
    DataFrame, one row a lever
        ``effect``, ``effect_low``, ``effect_high``.
    """
    levers, past = rows[list(LEVERS)].astype(float), rows["pace"]
    if adjusted:
        slopes, errors = least_squares(rows["back"], *(levers[name] for name in levers), past)
        slopes, errors = slopes[1:4], errors[1:4]
    else:
        alone = [least_squares(rows["back"], levers[name]) for name in levers]
        slopes, errors = (np.array([pair[k][1] for pair in alone]) for k in (0, 1))
    table = {"effect": slopes, "effect_low": slopes - 1.96 * errors, "effect_high": slopes + 1.96 * errors}
    return pd.DataFrame(table, index=list(LEVERS))


def compared(rows: pd.DataFrame, truth: dict[str, float]) -> pd.DataFrame:
    """Return each lever's effect compared alone, at equal conditions, and what the simulator was set to.

    Parameters
    ----------
    rows : DataFrame
        What ``follow_tickets`` returns.
    truth : dict
        For each lever, the departures that it avoids.
    """
    alone = recovery_effects(rows, adjusted=False).add_prefix("alone_").rename(columns={"alone_effect": "alone"})
    both = alone.join(recovery_effects(rows)).assign(setting_effect=pd.Series(truth))
    both = both.rename(columns={"alone_effect_low": "alone_low", "alone_effect_high": "alone_high"})
    both = both.rename(columns=lambda name: name.replace("effect", "at_equal") if name.startswith("effect") else name)
    return both.rename(index=LEVERS).rename_axis("lever")


def yearly_retention(orders: pd.DataFrame, *, end) -> float:
    """Return the share of the buyers of the year before last who bought again in the last one."""
    last, before = (pd.Timestamp(end) - pd.Timedelta(days=365 * k) for k in (1, 2))
    first = orders.loc[(orders["date"] > before) & (orders["date"] <= last), "customer_id"].unique()
    second = orders.loc[orders["date"] > last, "customer_id"].unique()
    return float(np.isin(first, second).mean())


def kept_value(rows: pd.DataFrame, *, days: int, retention: float, discount_rate: float) -> float:
    """Return the value of a customer who came back: the yearly margin of those who did, kept and discounted."""
    yearly = rows.loc[rows["back"], "margin"].mean() * 365 / days
    return float(customer_value(yearly, retention, discount_rate, timing="mid"))


def repair_reading(repairs: pd.DataFrame, worth: float, retention: float, *, silent: float, currency: str) -> str:
    """Say whether a machine repaired keeps its customer, and how a kept customer is valued.

    Parameters
    ----------
    repairs : DataFrame
        What ``follow_tickets`` returns for breakdowns.
    worth, retention, silent : float
        Value of a kept customer, yearly retention, share of incidents that nobody tells.
    """
    slopes, errors = least_squares(repairs["back"], repairs["resolved"].astype(float), repairs["pace"])
    gap, reach = slopes[1], 1.96 * errors[1]
    seen = "le hasard peut le faire" if abs(gap) < reach else "plus que le hasard"
    return (
        f"Un client gardé vaut {money(worth, currency)} : marge annuelle de ceux qui sont revenus (qui réclame achète "
        f"plus que la moyenne), gardés à {percent(retention)} par an, actualisée, année en cours comprise. SAV : une "
        f"panne réparée ajoute {points(gap)} au rachat (à 95 % : de {number(100 * (gap - reach), 1)} à "
        f"{number(100 * (gap + reach), 1)}) ; {seen}, et le simulateur n'y a mis aucun effet. "
        f"Incidents que personne ne dit (réglage) : {percent(silent, 0)}."
    )


def ceiling(rows: pd.DataFrame, *, days: int, retention: float, discount_rate: float, n_boot: int, seed: int):
    """Return the most that it is worth spending on a lever: customers kept × what a kept customer is worth.

    CLV recovered − CLV not recovered = effect (``recovery_effects``) × value (``kept_value``). Customers are drawn with
    all their complaints, so that the interval holds the doubt on the effect and on the margin; the yearly retention is
    taken as known.

    Returns
    -------
    DataFrame, one row a lever
        ``ceiling``, ``ceiling_low``, ``ceiling_high``, ``label``.
    """
    rng = np.random.default_rng(seed)
    owner, names = pd.factorize(rows["customer_id"])
    table = np.column_stack([np.ones(len(rows)), rows[[*LEVERS, "pace"]].astype(float)])
    back, margin = rows["back"].to_numpy(dtype=float), rows["margin"].to_numpy()
    multiple = customer_value(365 / days, retention, discount_rate, timing="mid")

    def once(weight: np.ndarray) -> np.ndarray:
        root = np.sqrt(weight)
        slopes = np.linalg.lstsq(table * root[:, None], back * root, rcond=None)[0]
        return slopes[1:4] * np.average(margin, weights=weight * back) * multiple

    times = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=n_boot)
    low, high = np.quantile([once(drawn[owner].astype(float)) for drawn in times], [0.025, 0.975], axis=0)
    columns = {"ceiling": once(np.ones(len(rows))), "ceiling_low": low, "ceiling_high": high}
    return pd.DataFrame(columns, index=list(LEVERS)).assign(label=list(LEVERS.values()))
