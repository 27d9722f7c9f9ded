"""From satisfaction to loyalty to profit: what respondents did next, link by link, against the simulator's truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.loyalty.questions import share_interval

CLASSES = {"Détracteurs (0 à 6)": (0, 6), "Neutres (7, 8)": (7, 8), "Promoteurs (9, 10)": (9, 10)}
LINKS = [
    "Satisfaction → rachète (points)",
    "La même, bruit de l'indice ôté (points)",
    "Rachète → marge (€)",
    "Satisfaction → rachète → marge (€)",
    "Satisfaction → marge, parmi ceux qui rachètent (€)",
]
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


def links(followed: pd.DataFrame, *, scales: list[str], n_boot: int, seed: int) -> pd.DataFrame:
    """Estimate the chain: satisfaction → buys again → margin, and what does not go through buying again.

    Satisfaction is the mean of several scales. A standard deviation more of it adds ``a`` to the chance of buying
    again; the index being noisy, ``a`` is too small: a ÷ √α is given too (α: Cronbach's alpha of the scales). A
    customer who buys again brings ``b`` more; the margin that goes through loyalty is a × b (Baron & Kenny 1986); among
    those who buy again, satisfaction adds ``c`` to the margin. Past orders and past margin are held constant; intervals
    by drawing respondents.

    Returns
    -------
    DataFrame, one row a link
        ``link_value``, ``low``, ``high`` (95 %): points for the first two, money for the others.
    """
    from grc_helpers.loyalty.reliability import cronbach, without_noise

    rng = np.random.default_rng(seed)
    table = followed.dropna(subset=scales)
    items = table[scales].to_numpy(dtype=float)
    past, before = np.log1p(table["orders_before"].to_numpy(dtype=float)), table["margin_before"].to_numpy(dtype=float)
    again, spent = table["kept"].to_numpy(dtype=float), table["margin"].to_numpy(dtype=float)

    def once(rows) -> list[float]:
        z, kept, margin, ones = standardised(items[rows].mean(axis=1)), again[rows], spent[rows], np.ones(len(again))
        a = _slopes(kept, ones, z, past[rows])[1]
        b = _slopes(margin, ones, kept, z, before[rows])[1]
        stay = kept > 0
        c = _slopes(margin[stay], ones[stay], z[stay], before[rows][stay])[1]
        return [100 * a, 100 * without_noise(a, cronbach(items[rows])), b, a * b, c]

    drawn = [once(rng.integers(0, len(table), len(table))) for _ in range(n_boot)]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    found = once(np.arange(len(table)))
    return pd.DataFrame({"link_value": found, "low": low, "high": high}, index=LINKS).rename_axis("link")


def _slopes(y: np.ndarray, *columns: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(np.column_stack(columns), y, rcond=None)[0]


def merle_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the answers to the simulated firm's survey with the mean of each scale (``during`` for ``during_1``…)."""
    names = answers.columns.str.extract(r"^(\w+)_\d$")[0].dropna().unique()
    return answers.assign(**{name: answers.filter(regex=rf"^{name}_\d$").mean(axis=1) for name in names})


def one_links(followed: pd.DataFrame, marks: dict[str, str]) -> pd.DataFrame:
    """Return what a standard deviation more of each mark, taken alone, adds to the chance of buying again.

    Past orders are held constant; robust intervals at 95 %.

    Parameters
    ----------
    marks : dict
        Column of ``followed``, and its name for reading.

    Returns
    -------
    DataFrame, one row a mark
        ``link_value``, ``low``, ``high``: points.
    """
    rows = {}
    for mark, name in marks.items():
        part = followed.dropna(subset=[mark])
        slopes, errors = least_squares(part["kept"], standardised(part[mark]), np.log1p(part["orders_before"]))
        rows[name] = 100 * slopes[1], *(100 * (slopes[1] + side * 1.96 * errors[1]) for side in (-1, 1))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["link_value", "low", "high"])
    return table.rename_axis("scale")


def links_by_kind(followed: pd.DataFrame, kinds: pd.Series, mark: str, name: str) -> pd.DataFrame:
    """Return ``one_links`` of a mark for each of two kinds of customers, then the first kind less the second.

    Parameters
    ----------
    kinds : Series, by customer
        Kind of each, a categorical: its two categories in the order in which they are compared.
    mark, name : str
        Column of ``followed``, and its name for reading.

    Returns
    -------
    DataFrame, one row a kind, then their gap
        ``link_value``, ``low``, ``high`` (points for a standard deviation of the kind), ``respondents``,
        ``answers_wanted`` (of the kind, to show five points four times in five; none for the gap).
    """
    kind, rows = followed["customer_id"].map(kinds), []
    for wanted in kinds.cat.categories:
        part = followed[kind == wanted]
        row = one_links(part, {mark: f"{name}, {wanted.lower()}"})
        rows.append(row.assign(respondents=len(part), answers_wanted=answers_needed(0.05, share=part["kept"].mean())))
    table = pd.concat(rows)
    gap = table["link_value"].iloc[0] - table["link_value"].iloc[1]
    reach = np.hypot(*((table["high"] - table["low"]) / 2))
    first, second = (wanted.lower() for wanted in kinds.cat.categories)
    table.loc[f"{name}, {first} moins {second}"] = [gap, gap - reach, gap + reach, len(followed), np.nan]
    return table.rename_axis("scale")


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
    each purchase, known to the simulator). Departures that an incident caused are left out; ``orders``: those that no
    campaign caused, since the others carry no risk.

    Returns
    -------
    DataFrame, one row a band
        ``satisfaction`` (mean of the band), ``departures``, ``ratio``, ``ratio_low``, ``ratio_high`` (Poisson, 95 %),
        ``truth`` (Σ p·f ÷ Σ p, f: ``leaving_factor``). Means weigh each customer by their expected departures.
    """
    from scipy.stats import chi2

    repeat = orders.merge(
        clients[["customer_id", "acquired", "dropout", "satisfaction", "lifetime_end"]], on="customer_id"
    )
    repeat = repeat[repeat["date"] > pd.to_datetime(repeat["acquired"])]
    expected = repeat.groupby("customer_id")["dropout"].sum()
    table = clients.set_index("customer_id").assign(expected=expected).dropna(subset=["expected"])
    ended = pd.to_datetime(table["lifetime_end"]).notna() & ~table.index.isin(incidents)
    band = pd.cut(table["satisfaction"], bands)
    factor = leaving_factor(table["satisfaction"], effect=effect)
    parts = pd.DataFrame({"departures": ended.astype(int), "expected": table["expected"]})
    parts = parts.assign(marks=table["satisfaction"] * table["expected"], truth=factor * table["expected"])
    found = parts.groupby(band, observed=True).sum()
    count, expected = found["departures"], found["expected"]
    shown = {"satisfaction": found["marks"], "ratio": count, "truth": found["truth"]}
    shown |= {"ratio_low": chi2.ppf(0.025, 2 * count) / 2, "ratio_high": chi2.ppf(0.975, 2 * (count + 1)) / 2}
    rates = pd.DataFrame(shown, index=found.index).div(expected, axis=0).fillna({"ratio_low": 0.0})
    return rates.assign(departures=count).reset_index(drop=True)


def answers_needed(effect: float, *, share: float) -> int:
    """Return how many answers would show such an effect on a share, four times in five: (2.8·σ ÷ effect)²."""
    return int(np.ceil((2.8 * np.sqrt(share * (1 - share)) / effect) ** 2))
