"""From satisfaction to loyalty to profit: what respondents did next, link by link, against the simulator's truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.loyalty.questions import share_interval
from grc_helpers.style import number

CLASSES = {"Détracteurs (0 à 6)": (0, 6), "Neutres (7, 8)": (7, 8), "Promoteurs (9, 10)": (9, 10)}
CONVEXITY = 4  # the simulator's effect follows (satisfaction ÷ 10)⁴
YEAR = 365.25 / 7  # weeks


def order_margins(sales: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return each order's gross margin: ``customer_id``, ``date``, ``order_id``, ``amount``, ``margin``."""
    margin = (lines["amount"] - lines["cost"]).groupby(lines["order_id"]).sum()
    return sales[["customer_id", "date", "order_id", "amount"]].assign(margin=sales["order_id"].map(margin).fillna(0.0))


def in_window(people: pd.DataFrame, orders: pd.DataFrame, *, first: int, last: int) -> pd.DataFrame:
    """Return what each person bought from ``first`` to ``last`` days after their own date: ``orders``, ``margin``.

    Parameters
    ----------
    people : DataFrame
        ``customer_id``, ``date``; one row a person and a date.
    orders : DataFrame
        What ``order_margins`` returns.
    """
    asked = people[["customer_id", "date"]].reset_index(drop=True).rename(columns={"date": "day"})
    joined = asked.reset_index().merge(orders, on="customer_id")
    days = (joined["date"] - joined["day"]).dt.days
    found = joined[(days >= first) & (days <= last)].groupby("index")["margin"].agg(["size", "sum"])
    found = found.reindex(asked.index, fill_value=0).set_axis(["orders", "margin"], axis=1)
    return found.set_index(people.index)


def follow(answers: pd.DataFrame, orders: pd.DataFrame, *, days: int, end) -> pd.DataFrame:
    """Follow respondents for so many days after their answer; those whose time is not over are left out.

    Returns
    -------
    DataFrame
        The answers, and ``kept`` (bought again), ``margin`` (of those days), ``orders_before``,
        ``margin_before`` (the 365 days up to the answer).
    """
    due = answers[pd.to_datetime(answers["date"]) + pd.Timedelta(days=days) <= pd.Timestamp(end)]
    if due.empty:
        raise GrcError(
            f"Aucune réponse n'est suivie pendant {days} jours.", todo="choisissez une durée plus courte (follow_days)"
        )
    after = in_window(due, orders, first=1, last=days)
    before = in_window(due, orders, first=-364, last=0)
    return due.assign(
        kept=after["orders"] > 0, margin=after["margin"], orders_before=before["orders"], margin_before=before["margin"]
    )


def leaving_table(followed: pd.DataFrame, *, mark: str) -> pd.DataFrame:
    """Return, for each class of the Net Promoter Score, how many did not buy again, and their part of all who left.

    Returns
    -------
    DataFrame
        ``respondents``, ``gone``, ``gone_low``, ``gone_high`` (share that bought nothing since), ``part_of_gone``.
    """
    rows, gone = {}, ~followed["kept"]
    for name, (low, high) in CLASSES.items():
        inside = followed[mark].between(low, high)
        share = share_interval((inside & gone).sum(), inside.sum())
        rows[name] = [int(inside.sum()), *share, (inside & gone).sum() / max(gone.sum(), 1)]
    names = ["respondents", "gone", "gone_low", "gone_high", "part_of_gone"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def standardised(values) -> np.ndarray:
    """Return values with mean 0 and standard deviation 1."""
    values = np.asarray(values, dtype=float)
    return (values - values.mean()) / values.std(ddof=1)


def least_squares(y, *columns) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of a linear regression (constant first) and their robust standard errors (HC1)."""
    import statsmodels.api as sm

    fitted = sm.OLS(np.asarray(y, dtype=float), sm.add_constant(np.column_stack(columns))).fit(cov_type="HC1")
    return np.asarray(fitted.params), np.asarray(fitted.bse)


def links(followed: pd.DataFrame, *, mark: str, n_boot: int, seed: int) -> pd.DataFrame:
    """Estimate the chain: satisfaction → stays → margin, and what does not go through staying.

    A standard deviation more of satisfaction adds ``a`` to the chance of staying; a customer who stays brings ``b``
    more; among those who stay, satisfaction adds ``c`` to the margin. The margin that goes through loyalty is a × b
    (Baron & Kenny 1986; interval by drawing respondents). Past orders and past margin are held constant.

    Returns
    -------
    DataFrame, one row a link
        ``link_value``, ``low``, ``high`` (95 %): shares for the first, money for the others.
    """
    rng = np.random.default_rng(seed)
    table = followed.dropna(subset=[mark])

    def once(part: pd.DataFrame) -> list[float]:
        z = standardised(part[mark])
        past, kept = np.log1p(part["orders_before"].to_numpy()), part["kept"].to_numpy(dtype=float)
        ones = np.ones(len(part))
        a = np.linalg.lstsq(np.column_stack([ones, z, past]), kept, rcond=None)[0][1]
        spent, before = part["margin"].to_numpy(), part["margin_before"].to_numpy()
        b = np.linalg.lstsq(np.column_stack([ones, kept, z, before]), spent, rcond=None)[0][1]
        stay = kept > 0
        c = np.linalg.lstsq(np.column_stack([ones, z, before])[stay], spent[stay], rcond=None)[0][1]
        return [a, b, a * b, c]

    drawn = [once(table.iloc[rng.integers(0, len(table), len(table))]) for _ in range(n_boot)]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    names = [
        "Satisfaction → reste",
        "Reste → marge",
        "Satisfaction → reste → marge",
        "Satisfaction → marge, sans partir",
    ]
    return pd.DataFrame({"link_value": once(table), "low": low, "high": high}, index=names).rename_axis("link")


def links_shown(linked: pd.DataFrame, *, truth: float) -> pd.DataFrame:
    """Return the links for reading: the first in points, the others in money, beside what the simulator was set to."""
    units = ["points", "€", "€", "€"]
    table = linked * np.array([[100.0], [1.0], [1.0], [1.0]])
    table.index = [f"{name} ({unit})" for name, unit in zip(linked.index, units, strict=True)]
    return table.assign(setting=[number(100 * truth, 1), "–", "–", "0"]).rename_axis("link")


def merle_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the answers to the simulated firm's survey with two indices: the twelve questions, those of the purchase.

    Parameters
    ----------
    answers : DataFrame
        ``enquete_satisfaction``.
    """
    stages = answers.filter(regex=r"^(before|during|after)_\d$")
    during = answers.filter(regex=r"^during_\d$")
    return answers.assign(satisfaction=stages.mean(axis=1), during=during.mean(axis=1))


def still_there(followed: pd.DataFrame, nature: pd.DataFrame) -> pd.Series:
    """Return the respondents who, the simulator knows, had not left when they answered (``customer_id``)."""
    ended = pd.to_datetime(followed["customer_id"].map(nature["lifetime_end"]))
    return followed.loc[ended.isna() | (ended >= followed["date"]), "customer_id"]


def one_link(followed: pd.DataFrame, *, mark: str) -> tuple[float, float, float]:
    """Return what a standard deviation more of a mark adds to the chance of staying, past orders constant (95 %)."""
    part = followed.dropna(subset=[mark])
    slopes, errors = least_squares(part["kept"], standardised(part[mark]), np.log1p(part["orders_before"]))
    return slopes[1], slopes[1] - 1.96 * errors[1], slopes[1] + 1.96 * errors[1]


def satisfaction_score(satisfaction) -> np.ndarray:
    """Return the normal score behind a true satisfaction from 0 to 10 (see the simulator's card)."""
    share = np.clip(np.asarray(satisfaction, dtype=float) / 10, 1e-9, 1 - 1e-9)
    return (np.log(share / (1 - share)) - 1.0) / 0.75


def leaving_factor(satisfaction, *, effect: float) -> np.ndarray:
    """Return what a true satisfaction multiplies the risk of leaving by: 1 − e·((s/10)⁴ − m), m its mean (.310)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    mean = (weights / (1 + np.exp(-(1.0 + 0.75 * nodes))) ** CONVEXITY).sum() / weights.sum()
    return 1 - effect * ((np.asarray(satisfaction, dtype=float) / 10) ** CONVEXITY - mean)


def true_link(clients: pd.DataFrame, *, effect: float, weeks: float = YEAR) -> float:
    """Return what one standard deviation of satisfaction adds to the chance of being there after so many weeks.

    In the simulator, a customer who buys at rate λ leaves at each purchase with probability p·f(s): the chance of
    staying is exp(−λ·p·f(s)·t). Mean, over these customers, of the difference between half a deviation above and below.

    Parameters
    ----------
    clients : DataFrame
        Their truth: ``rate`` (a week), ``dropout``, ``satisfaction``.
    """
    score, pace = satisfaction_score(clients["satisfaction"]), clients["rate"] * clients["dropout"] * weeks
    ends = [10 / (1 + np.exp(-(1.0 + 0.75 * (score + step)))) for step in (0.5, -0.5)]
    above, below = (np.exp(-pace * leaving_factor(level, effect=effect)).mean() for level in ends)
    return float(above - below)


def leaving_curve(clients: pd.DataFrame, orders: pd.DataFrame, incidents: set, *, effect: float, bands) -> pd.DataFrame:
    """Return how the risk of leaving, relative to what the customer's nature says, follows true satisfaction.

    For each band: departures observed ÷ departures expected, Σ p over the purchases made (p: the customer's own risk at
    each purchase, known to the simulator). Departures that an incident caused are left out.

    Returns
    -------
    DataFrame, one row a band
        ``satisfaction`` (middle), ``departures``, ``ratio``, ``ratio_low``, ``ratio_high`` (Poisson, 95 %), ``truth``.
    """
    from scipy.stats import chi2

    repeat = orders.merge(
        clients[["customer_id", "acquired", "dropout", "satisfaction", "lifetime_end"]], on="customer_id"
    )
    repeat = repeat[repeat["date"] > pd.to_datetime(repeat["acquired"])]
    expected = repeat.groupby("customer_id")["dropout"].sum()
    table = clients.set_index("customer_id").assign(expected=expected).dropna(subset=["expected"])
    ended = pd.to_datetime(table["lifetime_end"]).notna() & ~table.index.isin(incidents)
    middle = pd.cut(table["satisfaction"], bands, labels=[(a + b) / 2 for a, b in zip(bands, bands[1:], strict=False)])
    found = pd.DataFrame(
        {"o": ended.groupby(middle, observed=True).sum(), "e": table["expected"].groupby(middle, observed=True).sum()}
    )
    table = pd.DataFrame(
        {"satisfaction": found.index.astype(float), "departures": found["o"], "ratio": found["o"] / found["e"]}
    )
    table["ratio_low"] = chi2.ppf(0.025, 2 * found["o"]) / 2 / found["e"]
    table["ratio_high"] = chi2.ppf(0.975, 2 * (found["o"] + 1)) / 2 / found["e"]
    table["truth"] = leaving_factor(table["satisfaction"], effect=effect)
    return table.reset_index(drop=True)


def answers_needed(effect: float, *, share: float) -> int:
    """Return how many answers would show such an effect on a share, four times in five: (2.8·σ ÷ effect)²."""
    return int(np.ceil((2.8 * np.sqrt(share * (1 - share)) / effect) ** 2))
