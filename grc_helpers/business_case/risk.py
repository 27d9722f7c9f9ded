"""What one does not know: ranges, correlated draws, probability of loss, and what a test would be worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import money, number


@dataclass(frozen=True)
class Uncertain:
    """One input: central value, low and high.

    ``law`` "normal": low and high are the bounds of a 95 % interval (an estimate from data); "triangular": the lowest
    and the highest that one believes possible, the central value being the most likely (an opinion).
    """

    low: float
    central: float
    high: float
    law: str = "triangular"

    def __post_init__(self):
        if not self.low <= self.central <= self.high:
            raise GrcError(
                "Les bornes d'une hypothèse ne sont pas dans l'ordre.",
                where=f"basse {self.low:g}, centrale {self.central:g}, haute {self.high:g}",
                todo="donnez la plus basse, la plus probable, la plus haute",
            )

    def quantile(self, share):
        """Return the value below which a share of the draws fall."""
        from scipy import stats

        share = np.asarray(share, dtype=float)
        if self.low == self.high:
            return np.full(share.shape, self.central)
        if self.law == "normal":
            return stats.norm.ppf(share, self.central, (self.high - self.low) / (2 * stats.norm.ppf(0.975)))
        wide = self.high - self.low
        return stats.triang.ppf(share, (self.central - self.low) / wide, self.low, wide)


def draw_correlated(inputs: dict[str, Uncertain], correlations: dict[tuple[str, str], float], *, n: int, seed: int):
    """Draw inputs together: each keeps its law, ranks are correlated (Gaussian copula).

    Parameters
    ----------
    inputs : dict of str to Uncertain
    correlations : dict of (str, str) to float
        Correlation of the underlying normal variables; 0 for the pairs left out.
    n, seed : int

    Returns
    -------
    DataFrame, n rows
        One column an input.

    Raises
    ------
    GrcError
        An unknown input, or correlations that contradict one another.
    """
    from scipy import stats

    names = list(inputs)
    matrix = np.eye(len(names))
    for (one, other), value in correlations.items():
        if one not in inputs or other not in inputs or one == other:
            raise GrcError(
                f"Corrélation entre des entrées inconnues : « {one} » et « {other} ».", todo=", ".join(names)
            )
        at = names.index(one), names.index(other)
        matrix[at] = matrix[at[::-1]] = value
    if np.linalg.eigvalsh(matrix).min() < 1e-9:
        raise GrcError(
            "Ces corrélations se contredisent : aucun monde ne les a toutes.",
            where=", ".join(f"{a} et {b} : {value:g}" for (a, b), value in correlations.items()),
            todo="rapprochez-les de zéro",
        )
    normal = np.random.default_rng(seed).standard_normal((n, len(names))) @ np.linalg.cholesky(matrix).T
    shares = stats.norm.cdf(normal)
    return pd.DataFrame({name: inputs[name].quantile(shares[:, k]) for k, name in enumerate(names)})


def tornado(value, inputs: dict[str, Uncertain]) -> pd.DataFrame:
    """Return the value when one input alone goes to its 5 % and 95 % points, the widest gap first.

    Parameters
    ----------
    value : callable
        From one keyword an input to a number.

    Returns
    -------
    DataFrame, one row an input
        ``input_low``, ``input_high``, ``value_low``, ``value_high``: the inputs, and the values that they give.
    """
    centre = {name: one.central for name, one in inputs.items()}
    rows = {}
    for name, one in inputs.items():
        ends = one.quantile([0.05, 0.95])
        rows[name] = [*ends, *(float(value(**centre | {name: end})) for end in ends)]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["input_low", "input_high", "value_low", "value_high"])
    order = (table["value_high"] - table["value_low"]).abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].rename_axis("input")


def compare(options: dict, correlations: dict, *, rate: float, n: int, seed: int) -> pd.DataFrame:
    """Return the expected value of several programmes, their probability of loss and their 5 % worst value.

    Parameters
    ----------
    options : dict of str to Programme
        Drawn with the same seed: what they share differs by nothing but themselves.
    correlations : dict
        See :func:`draw_correlated`.
    rate : float
        Annual discount rate.

    Returns
    -------
    DataFrame, one row an option
        ``value_expected``, ``value_lost`` (share of draws below zero), ``value_worst`` (5 % quantile).
    """
    rows = {}
    for name, option in options.items():
        values = option.value(rate, **draw_correlated(option.inputs, correlations, n=n, seed=seed))
        rows[name] = [values.mean(), loss_share(values)[0], np.quantile(values, 0.05)]
    names = ["value_expected", "value_lost", "value_worst"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("case_option")


def loss_share(values) -> tuple[float, float, float]:
    """Return the share of draws below zero and its 95 % interval (Wilson): what the number of draws leaves unsure."""
    from statsmodels.stats.proportion import proportion_confint

    values = np.asarray(values)
    lost = int((values < 0).sum())
    return lost / len(values), *proportion_confint(lost, len(values), method="wilson")


def information_values(values, draws: pd.DataFrame) -> tuple[float, pd.Series]:
    """Return what it would be worth to know everything, and to know each input alone, before deciding.

    Knowing all: E[max(V, 0)] − max(E[V], 0) (EVPI). Knowing x alone: E[max(E[V | x], 0)] − max(E[V], 0), with E[V | x]
    estimated by a cubic regression on the draws.

    Parameters
    ----------
    values : array-like, (n,)
        Net present value of each draw.
    draws : DataFrame, n rows
        What :func:`draw_correlated` returns.

    References
    ----------
    Raiffa, H. & Schlaifer, R. (1961). *Applied Statistical Decision Theory*. Strong, M., Oakley, J. E. & Brennan, A.
    (2014). *Medical Decision Making* 34(3): the regression.
    """
    values = np.asarray(values, dtype=float)
    now = max(values.mean(), 0.0)
    found = {}
    for name in draws:
        x = draws[name].to_numpy()
        if np.ptp(x) == 0:
            found[name] = 0.0
            continue
        x = (x - x.mean()) / x.std()
        expected = np.polyval(np.polyfit(x, values, 3), x)
        found[name] = max(float(np.maximum(expected, 0).mean() - now), 0.0)
    return float(np.maximum(values, 0).mean() - now), pd.Series(found).sort_values(ascending=False, kind="stable")


def tell_waiting(expected: float, worth: float, rate: float, currency: str) -> str:
    """Say what it is worth to wait a year for a trial that would tell one input exactly, against deciding now.

    (max(E[V], 0) + worth)/(1 + rate) − max(E[V], 0): the most that a trial can bring, before its own cost.
    """
    now = max(expected, 0.0)
    gain = (now + worth) / (1 + rate) - now
    if abs(gain) < 0.5:
        return "Attendre un an pour connaître exactement l'effet n'apporterait rien : la décision est déjà claire."
    said = (
        f"au plus {money(gain, currency)} de mieux que décider maintenant, avant le coût de l'essai."
        if gain > 0
        else f"{money(-gain, currency)} de moins que décider maintenant, même si l'essai ne coûtait rien."
    )
    return f"Attendre un an pour connaître exactement l'effet, puis payer le devis ou non : {said}"


def line_in(programme, name: str, *, rate: float, n: int, seed: int) -> tuple[float, float]:
    """Return a programme's expected value with an input at 0 and at 1, the others drawn apart: a line between.

    Parameters
    ----------
    programme : Programme
    name : str
        An input in which the value is a line (``added``, for instance).
    """
    others = draw_correlated({one: law for one, law in programme.inputs.items() if one != name}, {}, n=n, seed=seed)
    return tuple(float(programme.value(rate, **others, **{name: at}).mean()) for at in (0.0, 1.0))


def tell_effect(effect: dict[str, float], true: float, *, line: tuple[float, float], size: int, currency: str) -> str:
    """Say what a trial found, the effect from which the programme pays, and what the simulated truth is worth.

    Parameters
    ----------
    effect : dict
        ``effect``, ``low``, ``high``, per year.
    true : float
    line : (float, float)
        Expected value with an effect of 0 and of 1 (see :func:`line_in`).
    size : int
        Customers in the trial.
    """
    base, slope = line[0], line[1] - line[0]
    return (
        f"L'essai de Merle, sur {number(size)} clients, a trouvé {number(effect['effect'], 3)} "
        f"[{number(effect['low'], 3)} ; {number(effect['high'], 3)}] par an ; le seuil de rentabilité est "
        f"{number(-base / slope, 3)}. Le simulateur de Merle sait : {number(true, 3)}, soit pour ce dossier une VAN "
        f"attendue de {money(base + true * slope, currency)}."
    )


def positive_part(mean: float, error: float) -> float:
    """Return E[max(X, 0)] of a normal X: mean·Φ(mean/error) + error·φ(mean/error)."""
    from scipy.stats import norm

    if error <= 1e-12 * abs(mean):  # nothing left to chance
        return max(mean, 0.0)
    return float(mean * norm.cdf(mean / error) + error * norm.pdf(mean / error))


def trial_value(
    sizes, *, mean: float, error: float, spread: float, base: float, slope: float, delay_rate: float, unit_cost: float
) -> pd.DataFrame:
    """Return what a trial before deciding is worth, by its size (half treated, half control).

    One believes the effect normal (mean, error); the programme is worth base + slope·effect if launched, nothing
    else. A trial of n customers estimates the effect with error e = 2·spread/√n, then the posterior mean is normal
    with variance error⁴/(error² + e²) seen from today. Waiting a year discounts what is decided by 1 + delay_rate.

    Parameters
    ----------
    sizes : sequence of int
        Customers in the trial.
    mean, error : float
        What one believes of the effect before the trial: mean and standard deviation.
    spread : float
        Standard deviation of the outcome between customers.
    base, slope : float
        Present value of the programme: base + slope·effect.
    delay_rate : float
        What a year of waiting costs, as a discount rate.
    unit_cost : float
        Cost of a customer in the trial.

    Returns
    -------
    DataFrame, one row a size
        ``trial_error`` (e), ``information`` (E[max(posterior, 0)] − max(prior, 0): what the sample is worth, before its
        cost and delay), ``test_value`` (test, wait, decide: net), ``decide_now``.
    """
    if error <= 0 or spread <= 0:
        raise GrcError(
            "Une incertitude nulle ne laisse rien à apprendre d'un essai.",
            where=f"écart-type de l'opinion {error:g}, entre clients {spread:g}",
            todo="donnez un intervalle à l'opinion de départ",
        )
    now = max(base + slope * mean, 0.0)
    rows = {}
    for n in sizes:
        if n < 2:
            raise GrcError(f"Un essai compte au moins deux clients, pas {n}.")
        noise = 2 * spread / np.sqrt(n)
        learnt = abs(slope) * error**2 / np.sqrt(error**2 + noise**2)
        after = positive_part(base + slope * mean, learnt)
        rows[n] = {
            "trial_error": noise, "information": after - now,
            "test_value": after / (1 + delay_rate) - unit_cost * n, "decide_now": now,
        }  # fmt: skip
    return pd.DataFrame(rows).T.rename_axis("trial_size")
