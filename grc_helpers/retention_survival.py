"""How long customers last: Kaplan–Meier, mean lifetimes, Cox, and the bias of those who are still there."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError


def kaplan_meier(lives: pd.DataFrame, *, unit_days: float = 1.0, truncated: bool = True) -> pd.DataFrame:
    """Return the share of contracts still running at each age (statsmodels).

    S(t) = Π_{t_i ≤ t} (1 − departures at t_i / contracts followed at t_i); interval on log(−log S).

    Parameters
    ----------
    lives : DataFrame
        What ``retention.contract_lives`` returns: ``days``, ``entry``, ``left``.
    unit_days : float
        Days in the unit of the ages returned (365.25 / 12 for months).
    truncated : bool
        Count a contract from the age at which it was first followed; False counts it from its first day, as if nobody
        had left before the observation began (the survivors' bias).

    Returns
    -------
    DataFrame, one row an age with a departure, and a first row at 0
        ``age``, ``at_risk``, ``departed``, ``survival``, ``low``, ``high`` (95 %).

    Raises
    ------
    GrcError
        Nobody has left.

    References
    ----------
    Kaplan, E. L. & Meier, P. (1958). *Journal of the American Statistical Association* 53(282), 457-481.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    if not lives["left"].any():
        raise GrcError("Personne n'est encore parti : aucune courbe de survie ne peut être tracée.")
    entry = lives["entry"].to_numpy() if truncated and (lives["entry"] > 0).any() else None
    fit = SurvfuncRight(lives["days"].to_numpy(), lives["left"].to_numpy().astype(int), entry=entry)
    moved = fit.n_events > 0
    survival = fit.surv_prob[moved]
    inside = (survival > 0) & (survival < 1)
    reach = np.full(len(survival), np.nan)
    log = np.log(survival[inside])
    reach[inside] = 1.96 * fit.surv_prob_se[moved][inside] / (survival[inside] * -log)
    table = pd.DataFrame(
        {
            "age": fit.surv_times[moved] / unit_days,
            "at_risk": fit.n_risk[moved].astype(int),
            "departed": fit.n_events[moved].astype(int),
            "survival": survival,
            "low": survival ** np.exp(reach),
            "high": survival ** np.exp(-reach),
        }
    )
    table["low"], table["high"] = table["low"].fillna(0.0), table["high"].ffill().fillna(1.0)  # when nobody is left
    first = pd.DataFrame([[0.0, table["at_risk"].iloc[0], 0, 1.0, 1.0, 1.0]], columns=table.columns)
    return pd.concat([first, table], ignore_index=True)


def survival_at(curve: pd.DataFrame, age: float, column: str = "survival") -> float:
    """Return a step curve's value at an age."""
    return float(curve[column].to_numpy()[np.searchsorted(curve["age"].to_numpy(), age, side="right") - 1])


def share_gone(lives: pd.DataFrame, *, days: float) -> tuple[float, float, float]:
    """Return the share of contracts that end before an age in days (1 − S), and its 95 % interval."""
    curve = kaplan_meier(lives)
    kept, low, high = (survival_at(curve, days, column) for column in ("survival", "low", "high"))
    return 1 - kept, 1 - high, 1 - low


def band_and_truth(curve: pd.DataFrame, truth) -> str:
    """Say, in French, at how many whole ages (1, 2…) the band holds the true share; nothing when it is not known."""
    if truth is None:
        return ""
    bounds = [[survival_at(curve, age, column) for column in ("low", "high")] for age in range(1, len(truth))]
    held = sum(low <= share <= high for (low, high), share in zip(bounds, truth[1:], strict=True))
    return f" La vérité du simulateur est dans la bande à {held} âges sur {len(bounds)}."


def readable_age(curve: pd.DataFrame, *, at_least: int = 5) -> float:
    """Return the last whole age with a departure at which so many contracts were still followed (0: none)."""
    return float(np.floor(curve.loc[curve["at_risk"] >= at_least, "age"].max()))


def restricted_mean(curve: pd.DataFrame, *, horizon: float) -> float:
    """Return the mean lifetime up to a horizon: the area under the survival curve, which needs no projection."""
    ages = np.append(curve["age"].to_numpy()[curve["age"] < horizon], horizon)
    return float(np.diff(ages) @ curve["survival"].to_numpy()[: len(ages) - 1])


def expected_years(retention: float, *, horizon: int | None = None) -> float:
    """Return the mean number of periods of a customer kept with a constant retention, the first one counted.

    1 / (1 − r) without horizon; 1 + r + … + r^(horizon − 1) = (1 − r^horizon) / (1 − r) with one.
    """
    if not 0 <= retention < 1:
        raise GrcError("La rétention doit être comprise entre 0 et 1, 1 exclu.", where=f"{retention:g}")
    return (1 - (0 if horizon is None else retention**horizon)) / (1 - retention)


def snapshot(lives: pd.DataFrame, *, end: date, days: int) -> pd.DataFrame:
    """Keep what a file shows that was exported once: contracts that ran during the last days, and who left in them.

    ``entry`` becomes the age of each contract when these days began.
    """
    began = (pd.Timestamp(end) - lives["start_date"]).dt.days - days
    seen = lives.assign(entry=np.maximum(lives["entry"], began.clip(lower=0)))
    return seen[seen["days"] > seen["entry"]].reset_index(drop=True)


def upgrade_world(*, n: int, leaving: float, upgrading: float, months: int, seed: int) -> pd.DataFrame:
    """Simulate customers who all leave with the same chance each month, and whom a long contract does not keep.

    Those who are still there may sign for a long contract, with a constant chance a month: it changes nothing.

    Returns
    -------
    DataFrame, one row a customer
        ``days`` (months followed), ``entry`` (0), ``left``, ``signed`` (month of the long contract; NaN: never),
        ``long`` (bool: long contract when last seen).
    """
    rng = np.random.default_rng(seed)
    life, sign = rng.geometric(leaving, n), rng.geometric(upgrading, n)
    days = np.minimum(life, months)
    signed = np.where(sign < days, sign, np.nan)
    return pd.DataFrame({"days": days, "entry": 0, "left": life <= months, "signed": signed, "long": ~np.isnan(signed)})


def split_at_upgrade(lives: pd.DataFrame) -> pd.DataFrame:
    """Cut each life in two at the month of the long contract, so that a time counts for the contract of that time."""
    before = lives.assign(
        long=False, left=lives["left"] & lives["signed"].isna(), days=lives["signed"].fillna(lives["days"])
    )
    after = lives[lives["signed"].notna()]
    return pd.concat([before, after.assign(entry=after["signed"], long=True)], ignore_index=True)


def cox(lives: pd.DataFrame, columns) -> pd.DataFrame:
    """Return hazard ratios: by how much each column multiplies the chance of leaving at a given age (statsmodels).

    h(t | x) = h₀(t)·exp(Σ β_j x_j), estimated by partial likelihood (Efron's ties), entry ages taken into account.

    Parameters
    ----------
    lives : DataFrame
        ``days``, ``entry``, ``left`` and the columns, numbers or booleans.
    columns : sequence of str

    Returns
    -------
    DataFrame, one row a column
        ``ratio``, ``low``, ``high`` (95 %).

    References
    ----------
    Cox, D. R. (1972). Regression models and life-tables. *Journal of the Royal Statistical Society B* 34(2), 187-220.
    """
    from statsmodels.duration.hazard_regression import PHReg

    entry = np.nextafter(lives["entry"].to_numpy(dtype=float), np.inf)  # at risk after that age, not at it
    fit = PHReg(
        lives["days"].to_numpy(dtype=float),
        lives[list(columns)].to_numpy(dtype=float),
        status=lives["left"].to_numpy().astype(int),
        entry=entry if (lives["entry"] > 0).any() else None,
        ties="efron",
    ).fit(disp=0)
    bounds = fit.conf_int()
    return pd.DataFrame(
        {"ratio": np.exp(fit.params), "low": np.exp(bounds[:, 0]), "high": np.exp(bounds[:, 1])},
        index=pd.Index(columns, name="column"),
    )


def hazards(table: pd.DataFrame, by: str, *, periods: int) -> pd.DataFrame:
    """Return, for each group, the share of contracts that end at each renewal date, with 95 % intervals (Wilson).

    Parameters
    ----------
    table : DataFrame
        What ``retention.renewals`` returns, and the column ``by``.

    Returns
    -------
    DataFrame, one row a group and renewal date
        ``by``, ``renewal`` (1, 2…), ``at_risk``, ``departed``, ``rate``, ``low``, ``high``.
    """
    from statsmodels.stats.proportion import proportion_confint

    rows = []
    for group, part in table.groupby(by):
        left = part["frequency"] < part["T"]
        for renewal in range(1, periods + 1):
            at_risk, departed = (part["T"] >= renewal).sum(), (left & (part["T"] == renewal)).sum()
            if at_risk:
                bounds = proportion_confint(departed, at_risk, method="wilson")
                rows.append([group, renewal, at_risk, departed, departed / at_risk, *bounds])
    return pd.DataFrame(rows, columns=[by, "renewal", "at_risk", "departed", "rate", "low", "high"])


def later_gap(table: pd.DataFrame, *, held: int) -> tuple[float, float, float]:
    """Return by how much departures per renewal date are higher with a penalty than without, once it has ended.

    Parameters
    ----------
    table : DataFrame
        What :func:`hazards` returns by ``penalty`` (bool).
    held : int
        Renewal dates that the penalty covers.

    Returns
    -------
    gap, low, high : float
        Difference of shares and its 95 % interval (Newcombe).
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    sums = table[table["renewal"] > held].groupby("penalty")[["departed", "at_risk"]].sum()
    free, kept = sums.loc[False], sums.loc[True]
    counts = kept["departed"], kept["at_risk"], free["departed"], free["at_risk"]
    low, high = confint_proportions_2indep(*counts, method="newcomb")
    return counts[0] / counts[1] - counts[2] / counts[3], low, high


def misleading_ratios(subscribers: pd.DataFrame, *, seed: int) -> dict[str, pd.DataFrame]:
    """Return what Cox's model says of long contracts: where nothing is known, and where they change nothing.

    Parameters
    ----------
    subscribers : DataFrame
        The fictional operator's lives: ``contract_type`` is that of the day of the export ("One year", "Two year").
    seed : int
        Of :func:`upgrade_world`: 5 000 customers for 36 months, 4 % leave a month, 5 % sign a month.

    Returns
    -------
    dict of str to DataFrame
        What :func:`cox` returns, by source (in French).
    """
    years = {"Contrat d'un an": "One year", "Contrat de deux ans": "Two year"}
    calls = subscribers.assign(**{name: subscribers["contract_type"] == word for name, word in years.items()})
    world = upgrade_world(n=5_000, leaving=0.04, upgrading=0.05, months=36, seed=seed)
    simulated = [part.assign(**{"Contrat long": part["long"]}) for part in (world, split_at_upgrade(world))]
    seen = "contrat à la date de la photographie"
    return {
        f"Télécom (fictif), {seen}": cox(calls, list(years)),
        f"Simulé, {seen}": cox(simulated[0], ["Contrat long"]),
        "Simulé, contrat daté": cox(simulated[1], ["Contrat long"]),
    }
