"""Attrition: how long contracts live, who falls silent, and rates that depend on what is called a departure."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

FEW = 20  # customers under which a rate is not shown
TERMS = (365.25, 365, 182.625, 182, 180, 91.3125, 91, 90, 30.4375, 30)  # days: years, half-years, quarters, months


def contract_lives(contracts: pd.DataFrame, *, start: date | None, end: date) -> pd.DataFrame:
    """Return how long each contract was followed, and whether it ended.

    Parameters
    ----------
    contracts : DataFrame
        ``customer_id``, ``start_date``, ``end_date`` (NaT while it runs), and any others, which are kept.
    start, end : date
        First and last day observed. A contract older than ``start`` is in the file only because it was still running
        then: it is counted from that age on (left truncation). No start: every contract is followed from its first day.

    Returns
    -------
    DataFrame, one row a contract
        The columns given, and ``days`` (age at the end, or at the last day observed; at least 1), ``entry`` (age from
        which it was followed, days), ``left`` (bool: it ended).

    Raises
    ------
    GrcError
        No contract at all was followed.
    """
    began, ended, last = contracts["start_date"], contracts["end_date"], pd.Timestamp(end)
    left = ended.notna() & (ended <= last)
    days = (ended.where(left, last) - began).dt.days.clip(lower=1)
    entry = (pd.Timestamp(start) - began).dt.days.clip(lower=0) if start else 0
    lives = contracts.assign(days=days, entry=entry, left=left)
    lives = lives[(lives["entry"] < lives["days"]) & (began <= last)].reset_index(drop=True)
    if lives.empty:
        raise GrcError("Aucun contrat n'a été suivi.", todo="vérifiez les dates de début et de fin d'observation")
    return lives


def renewals(lives: pd.DataFrame, *, period_days: int) -> pd.DataFrame:
    """Return the table of the sBG: renewal dates met (``T``) and renewals made (``frequency``).

    A departure belongs to the renewal date that closes its period (a tenth of a period late is still that date: months
    are unequal); a running contract has met the dates that lie behind it. Contracts that met none are left out.
    """
    periods = lives["days"] / period_days
    met = np.where(lives["left"], np.ceil(periods - 0.1).clip(lower=1), np.floor(periods)).astype(int)
    table = lives.assign(T=met, frequency=met - lives["left"].to_numpy())
    return table[table["T"] > 0].reset_index(drop=True)


def attrition_by_period(lives: pd.DataFrame, *, end: date, period_days: int, last: int = 8) -> pd.DataFrame:
    """Count arrivals and departures in periods that end on the last day observed.

    at_start + arrived − departed = at_end, and the rate is that of those who were there at the start.

    Parameters
    ----------
    lives : DataFrame
        What :func:`contract_lives` returns.
    last : int
        How many periods to keep, the latest; those that nobody had begun are left out.

    Returns
    -------
    DataFrame, one row a period
        ``period_end`` (a date), ``at_start``, ``arrived``, ``departed``, ``at_end``, ``attrition`` (of those there at
        the start, the share who left), ``naive_attrition`` (all departures over those at the end: a usual mistake).
    """
    began = lives["start_date"]
    gone = lives["end_date"].where(lives["left"], pd.Timestamp.max)
    rows = []
    for place in range(last, 0, -1):
        after = pd.Timestamp(end - timedelta(days=period_days * place))
        until = pd.Timestamp(end - timedelta(days=period_days * (place - 1)))
        there, here = (began <= after) & (gone > after), (began <= until) & (gone > until)
        if there.any():
            departed = (gone > after) & (gone <= until)
            arrived, lost = ((began > after) & (began <= until)).sum(), (there & departed).sum()
            counts = [there.sum(), arrived, departed.sum(), here.sum()]
            rows.append([f"{until:%d/%m/%Y}", *counts, lost / there.sum(), departed.sum() / max(here.sum(), 1)])
    columns = ["period_end", "at_start", "arrived", "departed", "at_end", "attrition", "naive_attrition"]
    return pd.DataFrame(rows, columns=columns)


def silent_share(base: pd.DataFrame, *, days: int) -> tuple[float, float, float]:
    """Return the share of customers silent for so many days or more, and its 95 % interval (Wilson)."""
    from statsmodels.stats.proportion import proportion_confint

    silent = (base["days_since_last"] >= days).sum()
    return silent / len(base), *proportion_confint(silent, len(base), method="wilson")


def renewal_days(lives: pd.DataFrame) -> int | None:
    """Return the days between two renewals that the ends of contracts show: the longest usual term of which nine ages
    at the end in ten are multiples, within three days (months are unequal); None when there is none."""
    ages = lives.loc[lives["left"], "days"].to_numpy()
    if len(ages) < FEW:
        return None
    for term in TERMS:
        times = np.maximum(np.round(ages / term), 1)
        if (np.abs(ages - times * term) <= 3).mean() >= 0.9:
            return int(term)
    return None


def reading_warnings(lives: pd.DataFrame, *, end: date, period_days: int) -> str:
    """Say, in French, what makes a reading of these contracts wrong: see the two functions below; else nothing."""
    found = (period_warning(lives, period_days=period_days), snapshot_warning(lives, end=end, period_days=period_days))
    return " ".join(text for text in found if text)


def period_warning(lives: pd.DataFrame, *, period_days: int) -> str:
    """Say that contracts end at another rhythm than ``period_days`` (a tenth apart or more)."""
    seen = renewal_days(lives)
    if seen is None or abs(seen / period_days - 1) < 0.1:
        return ""
    return (
        f"Attention : ces contrats finissent à des multiples de {seen} jours, et period_days vaut {period_days}. "
        f"Réglez-le à {seen}, sinon les échéances et la valeur d'un contrat sont fausses."
    )


def snapshot_warning(lives: pd.DataFrame, *, end: date, period_days: int) -> str:
    """Say that the departures are all recent in a file that goes back much further.

    Such a file was exported once, without those who had left before: its attrition and its survival are wrong.
    """
    left = lives[lives["left"]]
    recent = (pd.Timestamp(end) - left["end_date"]).dt.days < period_days
    if recent.mean() < 0.95 or (pd.Timestamp(end) - lives["start_date"].min()).days < 4 * period_days:
        return ""
    return (
        "Attention : presque tous les départs sont de la dernière période, alors que les contrats remontent bien plus "
        "loin. Ce fichier est sans doute une photographie, sans les anciens partis : ses taux et ses durées trompent "
        "(section 12)."
    )


def silence_table(transactions, base: pd.DataFrame, *, start: date, end: date, windows) -> pd.DataFrame:
    """Return the attrition that each length of silence would declare, and how often such silences end.

    Parameters
    ----------
    transactions : ibis.Table
        ``customer_id``, ``date``.
    base : DataFrame
        Customer table, with ``days_since_last``.
    start, end : date
        First and last day observed.
    windows : sequence of int
        Days without a purchase after which a customer is called lost.

    Returns
    -------
    DataFrame, one row a window
        ``silence_window`` (days), ``attrition`` (share silent so long at the end), ``silent_customers`` (silent so long
        at a cut one window before the end), ``silent_back`` (share of them who bought after the cut; NaN when the
        observation is shorter than two windows, or fewer than 20 were silent).
    """
    from grc_helpers.clv.observed import silent_then_back

    rows = []
    for window in windows:
        silent, returned = silent_then_back(transactions, observation_end=end, silence=window)
        known = silent >= FEW and (end - start).days >= 2 * window
        rows.append(
            [window, (base["days_since_last"] >= window).mean(), silent, returned / silent if known else np.nan]
        )
    return pd.DataFrame(rows, columns=["silence_window", "attrition", "silent_customers", "silent_back"])


def buyer_flows(transactions, *, start: date, end: date, period_days: int, last: int = 6) -> pd.DataFrame:
    """Count, between successive periods, buyers who came, stayed and stopped: the balance hides the three.

    Returns
    -------
    DataFrame, one row a period but the first
        ``period_end`` (a date), ``at_start`` (buyers of the period before), ``arrived`` (buyers now, not before),
        ``departed`` (buyers before, not now), ``at_end`` (buyers now), ``attrition`` = departed / at_start.
    """
    from grc_helpers.data.warehouse import collect, period_spend

    periods = min(((end - start).days + 1) // period_days, last + 1)
    if periods < 2:
        return pd.DataFrame(columns=["period_end", "at_start", "arrived", "departed", "at_end", "attrition"])
    cuts = [end - timedelta(days=period_days * k - 1) for k in range(periods, -1, -1)]
    activity = collect(period_spend(transactions, cuts=cuts))
    buyers = [set(activity.loc[activity["period"] == k, "customer_id"]) for k in range(periods)]
    rows = []
    for k, (before, now) in enumerate(zip(buyers, buyers[1:], strict=False), start=2):
        lost = len(before - now)
        day = f"{cuts[k] - timedelta(days=1):%d/%m/%Y}"
        rows.append([day, len(before), len(now - before), lost, len(now), lost / max(len(before), 1)])
    return pd.DataFrame(rows, columns=["period_end", "at_start", "arrived", "departed", "at_end", "attrition"])


def compare_definitions(gone: dict[str, pd.Series], truth: pd.Series | None = None) -> pd.DataFrame:
    """Return the attrition that each definition gives to the same customers, and, if it is known, against the truth.

    Parameters
    ----------
    gone : dict of str to Series
        For each definition, the probability (or True and False) that each customer has left.
    truth : Series of bool, optional
        Who has really left; same customers, same order.

    Returns
    -------
    DataFrame, one row a definition
        ``attrition``; with the truth, ``caught`` (of those who left, the share called gone: probability of one half or
        more), ``wronged`` (of those who are there, the share called gone).
    """
    table = pd.DataFrame({"attrition": {name: float(np.mean(flag)) for name, flag in gone.items()}})
    if truth is not None:
        left = np.asarray(truth, dtype=bool)
        called = {name: np.asarray(flag, dtype=float) >= 0.5 for name, flag in gone.items()}
        table["caught"] = [flag[left].mean() for flag in called.values()]
        table["wronged"] = [flag[~left].mean() for flag in called.values()]
    return table.rename_axis("definition")


def gone_probability(base: pd.DataFrame) -> pd.Series | None:
    """Return each customer's probability of having left, 1 − P(alive), by the likelier of BG/NBD and MBG/NBD.

    The second lets a customer leave after the first purchase, the first does not. None when neither can be trusted.

    Parameters
    ----------
    base : DataFrame
        Customer table: ``frequency``, ``recency``, ``T``, in days.
    """
    import warnings

    from grc_helpers.clv.bg_nbd import BgNbd, MbgNbd
    from grc_helpers.clv.model import FitWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        models = [model.fit(base) for model in (BgNbd(), MbgNbd())]
    sound = [model for model in models if not model.problems_]
    return 1 - max(sound, key=lambda model: model.log_likelihood_).p_alive(base) if sound else None


def three_definitions(base: pd.DataFrame, lives: pd.DataFrame, *, silence_days: int, truth: pd.Series) -> pd.DataFrame:
    """Call the holders of a contract gone by their contract, by their silence, and by 1 − P(alive).

    Parameters
    ----------
    base : DataFrame
        Customer table of everyone, ``customer_id`` included: the model is fitted on all of them.
    lives : DataFrame
        What :func:`contract_lives` returns, one contract a customer.
    silence_days : int
        Days without a purchase after which a customer is called lost.
    truth : Series of bool, by customer_id
        Who has really stopped buying.

    Returns
    -------
    DataFrame
        As :func:`compare_definitions`.
    """
    people = base.assign(gone=gone_probability(base)).set_index("customer_id")
    signed = lives.set_index("customer_id")["left"]
    holders = people.loc[signed.index]
    flags = {
        "Contrat résilié": signed,
        f"Aucun achat depuis {silence_days} jours": holders["days_since_last"] >= silence_days,
        "1 − P(vivant)": holders["gone"],
    }
    return compare_definitions(flags, truth.loc[signed.index])
