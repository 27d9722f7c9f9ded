"""Uplift: what a campaign changes for each customer, learned from a trial, judged by a Qini curve and in money."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.campaigns.effects import MEANS, difference
from grc_helpers.campaigns.trials import outcomes

QUARTERS = ["1er quart", "2e", "3e", "4e quart"]


def known_before(customers: pd.DataFrame, daily: pd.DataFrame, contracts: pd.DataFrame, *, ids, launch) -> pd.DataFrame:
    """Return what the firm knows of customers on the eve of a campaign, numbers only.

    Returns
    -------
    DataFrame, indexed by ``ids``
        web account, size of household, age (0 and an indicator where unknown), maintenance contract, orders and
        spending of the last 365 days, days since the last order.
    """
    launch = pd.Timestamp(launch)
    people = customers.set_index("customer_id").reindex(ids)
    past = daily[daily["date"] < launch]
    year = past[past["date"] >= launch - pd.Timedelta(days=365)].groupby("customer_id")
    signed = contracts.loc[pd.to_datetime(contracts["start"]) < launch, "customer_id"]
    last = past.groupby("customer_id")["date"].max().reindex(ids)
    return pd.DataFrame(
        {
            "web": people["web_user"].astype(float),
            "household": people["household_size"].fillna(0).astype(float),
            "age": (launch.year - people["birth_year"]).fillna(0).astype(float),
            "known": people["birth_year"].notna().astype(float),
            "office": people["kind"].eq("bureau").astype(float),
            "contract": people.index.isin(signed).astype(float),
            "orders": np.log1p(year["orders"].sum().reindex(ids).fillna(0)),
            "spent": np.log1p(year["amount"].sum().reindex(ids).fillna(0)),
            "silence": (launch - last).dt.days.fillna(9999).clip(upper=730) / 365,
        },
        index=pd.Index(ids, name="customer_id"),
    )


def transformed(outcome, treated, share: float) -> np.ndarray:
    """Return ``y (w − p) / (p (1 − p))``, whose mean given what is known is the uplift (Athey & Imbens 2016).

    Parameters
    ----------
    outcome, treated : array-like
        y and w (0 or 1).
    share : float
        p: the chance of being treated.
    """
    treated = np.asarray(treated, dtype=float)
    return np.asarray(outcome, dtype=float) * (treated - share) / (share * (1 - share))


def predict_uplift(known: pd.DataFrame, outcome, treated, *, method: str, seed: int, folds: int = 5) -> np.ndarray:
    """Return each customer's predicted uplift, by models that have not seen the customer.

    Parameters
    ----------
    known : DataFrame
        What :func:`known_before` returns.
    outcome, treated : array-like of 0 and 1
    method : {"deux modèles", "résultat transformé", "réponse"}
        A model of the outcome in each group, and their difference; a model of the transformed outcome; or, to compare,
        the outcome of the treated alone (which is no uplift).
    folds : int
        Each part is predicted by models learned on the others.
    """
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def response_model(at):
        return make_pipeline(StandardScaler(), LogisticRegression()).fit(x[at], y[at])

    x, y, w = known.to_numpy(), np.asarray(outcome, dtype=int), np.asarray(treated, dtype=bool)
    found = np.zeros(len(y))
    for learn, apply in StratifiedKFold(folds, shuffle=True, random_state=seed).split(x, 2 * w + y):
        if method == "résultat transformé":
            model = RandomForestRegressor(60, min_samples_leaf=60, random_state=seed)
            model.fit(x[learn], transformed(y[learn], w[learn], w[learn].mean()))
            found[apply] = model.predict(x[apply])
        else:
            found[apply] = response_model(learn[w[learn]]).predict_proba(x[apply])[:, 1]
        if method == "deux modèles":
            found[apply] -= response_model(learn[~w[learn]]).predict_proba(x[apply])[:, 1]
    return found


def qini_curve(treated, outcome) -> np.ndarray:
    """Return the additional responses when the first k customers are treated, for k = 0 … n (Radcliffe 2007).

    Parameters
    ----------
    treated, outcome : array-like of 0 and 1
        In the order of the score, best first.

    Returns
    -------
    ndarray, n + 1
        Responses of the treated among the first k, less those of the control scaled to as many customers.
    """
    w, y = np.asarray(treated, dtype=float), np.asarray(outcome, dtype=float)
    n_treated, n_control = np.cumsum(w), np.cumsum(1 - w)
    got, base = np.cumsum(w * y), np.cumsum((1 - w) * y)
    scale = np.divide(n_treated, n_control, out=np.zeros_like(w), where=n_control > 0)
    return np.concatenate([[0.0], got - base * scale])


def qini_coefficient(score, treated, outcome) -> float:
    """Return the area between the Qini curve of a score and the straight line of a random order, per treated customer.

    The unit is additional responses per treated customer, averaged over depths; 0 for a random order.
    """
    order = np.argsort(-np.asarray(score, dtype=float), kind="stable")
    curve = qini_curve(np.asarray(treated)[order], np.asarray(outcome)[order]) / np.sum(treated)
    line = curve[-1] * np.linspace(0, 1, len(curve))
    return float((curve - line).mean())


def bootstrap(statistic, *arrays, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return an estimate and its 95 % percentile interval, customers drawn again with their scores."""
    arrays = [np.asarray(array) for array in arrays]
    rng, n = np.random.default_rng(seed), len(arrays[0])
    draws = []
    for _ in range(n_boot):
        at = rng.integers(0, n, n)
        draws.append(statistic(*(array[at] for array in arrays)))
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(statistic(*arrays)), float(low), float(high)


def targeted_profit(score, treated, outcome, *, depth: float, margin: float, cost: float, share: float) -> float:
    """Return the profit per customer of the base when the first ``depth`` of them by score get the offer.

    Parameters
    ----------
    score, treated, outcome : array-like
        Of the customers of the trial.
    depth : float
        Share of the customers targeted.
    margin, cost : float
        Margin of a response, cost of a contact.
    share : float
        Chance of being treated in the trial: a customer stands for ``1 / share``, or ``1 / (1 − share)``.
    """
    score, w, y = np.asarray(score), np.asarray(treated, dtype=float), np.asarray(outcome, dtype=float)
    count = round(depth * len(score))
    first = np.argsort(-score, kind="stable")[:count]
    added = (y[first] * (w[first] / share - (1 - w[first]) / (1 - share))).sum()
    return float((margin * added - cost * count) / len(score))


def profit_curves(scores: dict[str, np.ndarray], treated, outcome, *, depths, **terms) -> pd.DataFrame:
    """Return the profit per customer of the base at each depth (rows), for each way of ranking customers (columns)."""
    return pd.DataFrame(
        {
            name: [targeted_profit(score, treated, outcome, depth=depth, **terms) for depth in depths]
            for name, score in scores.items()
        },
        index=pd.Index(depths, name="depth"),
    )


def true_profit(score, expected, *, depth: float, margin: float, cost: float) -> float:
    """Return the same, when each customer's true expected uplift is known."""
    count = round(depth * len(score))
    first = np.argsort(-np.asarray(score), kind="stable")[:count]
    return float((margin * np.asarray(expected)[first].sum() - cost * count) / len(score))


def _levels(values, names: list[str]) -> np.ndarray:
    rank = pd.Series(np.asarray(values, dtype=float)).rank(method="average", pct=True)
    return np.array(names)[np.minimum((rank * len(names)).astype(int), len(names) - 1)]


def by_level(values, treated, outcome, *, names: list[str]) -> pd.DataFrame:
    """Return the effect of a trial by level of a known quantity (levels of equal numbers of customers, ties together).

    Returns
    -------
    DataFrame, one row a level, lowest first
        ``customers``, ``control_mean`` and ``treated_mean`` (response rates), ``effect``, ``low``, ``high``. Levels
        without two customers in each group are left out.
    """
    level = _levels(values, names)
    treated, outcome, rows = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=float), {}
    for name in names:
        here = level == name
        if min((here & treated).sum(), (here & ~treated).sum()) >= 2:
            rows[name] = {"customers": int(here.sum()), **difference(outcome[here], treated[here])}
    table = pd.DataFrame(rows).T[["customers", "control", "treated", "effect", "low", "high"]]
    return table.astype({"customers": int}).rename_axis("level").rename(columns=MEANS)


def loyalty_levels(daily: pd.DataFrame, trial: pd.DataFrame, *, outcome, truth: pd.Series) -> pd.DataFrame:
    """Return the effect of a trial by quarter of the orders of the 365 days before it, and the true effect.

    Parameters
    ----------
    daily, trial : DataFrame
        As in :func:`~grc_helpers.campaigns.trials.outcomes`.
    outcome : array-like
        Of each customer of the trial.
    truth : Series
        True effect, by customer; the mean of those it has is taken in each quarter.

    Returns
    -------
    DataFrame, one row a quarter, least loyal first
        What :func:`by_level` returns, and ``truth``.
    """
    before = outcomes(daily, trial, start=-365, stop=0)["orders"]
    true = trial["customer_id"].map(truth.astype(float))
    table = by_level(before, trial["treated"], outcome, names=QUARTERS)
    return table.assign(truth=true.groupby(_levels(before, QUARTERS)).mean().reindex(table.index))


def level_money(daily: pd.DataFrame, trial: pd.DataFrame, *, truth: pd.Series, margin: float) -> pd.DataFrame:
    """Return what a treated customer costs and truly leaves, by the same quarters.

    Parameters
    ----------
    truth : Series
        Orders truly caused, by customer.
    margin : float
        Margin of an order.

    Returns
    -------
    DataFrame, one row a quarter, least loyal first
        ``cost``, ``net_value`` (margin × orders caused, less the cost).
    """
    before = outcomes(daily, trial, start=-365, stop=0)["orders"]
    net = margin * trial["customer_id"].map(truth) - trial["cost"]
    money = pd.DataFrame({"cost": trial["cost"], "net_value": net})[trial["treated"]]
    return money.groupby(_levels(before, QUARTERS)[trial["treated"]]).mean().reindex(QUARTERS).rename_axis("level")


def quadrants(score, types: pd.Series, *, parts: int = 4) -> pd.DataFrame:
    """Return the true kinds of customers (columns, shares) in each part of the base, best predicted uplift first."""
    rank = pd.Series(-np.asarray(score)).rank(method="first", pct=True)
    part = np.ceil(rank * parts).astype(int).to_numpy()
    return pd.crosstab(pd.Series(part, name="quarter"), pd.Series(np.asarray(types), name="kind"), normalize="index")


def qini_curves(scores: dict[str, np.ndarray], treated, outcome) -> dict[str, np.ndarray]:
    """Return the Qini curve of each score."""
    orders = {name: np.argsort(-np.asarray(score, dtype=float), kind="stable") for name, score in scores.items()}
    return {name: qini_curve(np.asarray(treated)[at], np.asarray(outcome)[at]) for name, at in orders.items()}


def score_table(scores: dict, treated, outcome, types: pd.Series, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return what each score is worth: area of its Qini curve, and whom its best quarter truly holds.

    Returns
    -------
    DataFrame, one row a score, then « tous les clients » (without area)
        ``area``, ``low``, ``high`` (additional responses for a hundred treated), and the share of each kind.
    """
    rows = {}
    for name, score in scores.items():
        found = bootstrap(qini_coefficient, score, treated, outcome, n_boot=n_boot, seed=seed)
        area = dict(zip(("area", "low", "high"), 100 * np.array(found), strict=True))
        rows[name] = area | quadrants(score, types).iloc[0].to_dict()
    rows["tous les clients"] = types.value_counts(normalize=True).to_dict()
    return pd.DataFrame(rows).T.rename_axis("model")


def profit_gap(one, other, treated, outcome, *, n_boot: int, seed: int, **terms) -> dict[str, float]:
    """Return what ranking by one score rather than by another brings per customer of the base, with its interval."""

    def gap(first, second, w, y):
        return targeted_profit(first, w, y, **terms) - targeted_profit(second, w, y, **terms)

    found = bootstrap(gap, one, other, treated, outcome, n_boot=n_boot, seed=seed)
    return dict(zip(("effect", "low", "high"), found, strict=True))
