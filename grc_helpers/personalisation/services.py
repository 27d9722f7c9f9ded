"""Associated services and departures: the raw gap, the gap once customers are made alike, and what neither can say."""

import numpy as np
import pandas as pd

from grc_helpers.style import number

SERVICES = {
    "tech_support": "assistance technique",
    "online_security": "sécurité en ligne",
    "online_backup": "sauvegarde en ligne",
    "device_protection": "protection du matériel",
}
BEFORE = ("female", "senior_citizen", "partner", "dependents", "phone_service", "fiber")
AFTER = ("tenure", "one_year", "two_years", "paperless_billing", "electronic_check")


def service_table(telecom: pd.DataFrame) -> pd.DataFrame:
    """Return internet subscribers with 0/1 columns (those without internet cannot take the services).

    Returns
    -------
    DataFrame
        churn, the services of ``SERVICES``, the columns of ``BEFORE`` (the customer and the access) and ``AFTER`` (the
        contract and the bill; tenure in years).
    """
    rows = telecom[telecom["internet_service"].ne("No")]
    table = rows[["female", "senior_citizen", "partner", "dependents", "phone_service", "paperless_billing"]].copy()
    table = table.assign(
        churn=rows["churn"].eq("Yes"),
        fiber=rows["internet_service"].eq("Fiber optic"),
        tenure=rows["tenure"] / 12,
        one_year=rows["contract"].eq("One year"),
        two_years=rows["contract"].eq("Two year"),
        electronic_check=rows["payment_method"].eq("Electronic check"),
        **{name: rows[name].eq("Yes") for name in SERVICES},
    )
    return table.astype(float)


def service_effects(table: pd.DataFrame) -> pd.DataFrame:
    """Return each service's link with departures, raw and adjusted twice.

    Returns
    -------
    DataFrame
        service, adjustment (« brut », « à client et accès égaux », « à contrat égal aussi »), effect (difference of the
        chance of leaving, with the service minus without) and its 95 % interval ``effect_low, effect_high``. Raw: two
        proportions; adjusted: mean effect of a logistic regression that holds the four services and the columns, delta
        method.
    """
    rows = [(label, "brut", *raw_gap(table, name)) for name, label in SERVICES.items()]
    for adjustment, columns in (("à client et accès égaux", BEFORE), ("à contrat égal aussi", BEFORE + AFTER)):
        effects = adjusted_effects(table, [*SERVICES], [*columns])
        rows += [(label, adjustment, *effects.loc[name]) for name, label in SERVICES.items()]
    return pd.DataFrame(rows, columns=["service", "adjustment", "effect", "effect_low", "effect_high"])


def service_pivot(effects: pd.DataFrame) -> pd.DataFrame:
    """Return `service_effects` as texts in French (points), one row a service, one column an adjustment."""
    texts = [
        f"{number(100 * row.effect, 1)} [{number(100 * row.effect_low, 1)} ; {number(100 * row.effect_high, 1)}]"
        for row in effects.itertuples(index=False)
    ]
    wide = effects.assign(text=texts).pivot(index="service", columns="adjustment", values="text")
    order = effects["service"].unique(), effects["adjustment"].unique()
    return wide.loc[order[0], order[1]].rename_axis(index="Service", columns=None)


def adjusted_effects(table: pd.DataFrame, targets: list[str], others: list[str]) -> pd.DataFrame:
    """Return the mean effect of each target (0 or 1) on the chance of leaving, all else equal.

    Every customer's chance is computed with the service, then without; the mean of the differences is the effect.

    Returns
    -------
    DataFrame
        Indexed by target: effect, low, high (95 %, delta method).
    """
    import statsmodels.api as sm

    design = sm.add_constant(table[[*targets, *others]].to_numpy())
    fitted = sm.Logit(table["churn"].to_numpy(), design).fit(disp=False)
    rows = []
    for place in range(1, len(targets) + 1):
        chances, slopes = [], []
        for value in (1.0, 0.0):
            moved = design.copy()
            moved[:, place] = value
            chance = fitted.predict(moved)
            chances.append(chance.mean())
            slopes.append((chance * (1 - chance)) @ moved / len(moved))
        slope, effect = slopes[0] - slopes[1], chances[0] - chances[1]
        half = 1.96 * np.sqrt(slope @ fitted.cov_params() @ slope)
        rows.append((effect, effect - half, effect + half))
    return pd.DataFrame(rows, index=targets, columns=["effect", "low", "high"])


def planted_world(table: pd.DataFrame, *, strength: float, hidden: float, seed: int) -> tuple[pd.DataFrame, float]:
    """Plant a service of known effect in the same subscribers.

    Departures follow what the real table's logistic regression says of the columns of ``BEFORE`` and ``AFTER``, less
    ``hidden`` × care, which the firm does not see: careful customers leave less and take the service more. The service
    adds ``strength`` to the log-odds of leaving.

    Returns
    -------
    world : DataFrame
        The columns, service and churn (0 or 1).
    effect : float
        True effect of the service: mean over these subscribers of the chance of leaving with it, minus without.
    """
    import statsmodels.api as sm

    rng, columns = np.random.default_rng(seed), [*BEFORE, *AFTER]
    design = sm.add_constant(table[columns].to_numpy())
    leaving, taking = (
        design @ sm.Logit(table[name].to_numpy(), design).fit(disp=False).params for name in ("churn", "tech_support")
    )
    care = hidden * rng.standard_normal(len(table))
    service = rng.random(len(table)) < _chance(taking + care)
    effect = (_chance(leaving - care + strength) - _chance(leaving - care)).mean()
    churn = rng.random(len(table)) < _chance(leaving - care + strength * service)
    return table[columns].assign(service=service.astype(float), churn=churn.astype(float)), float(effect)


def raw_gap(table: pd.DataFrame, name: str) -> tuple[float, float, float]:
    """Return churn with a service minus without, and its 95 % interval (two proportions)."""
    yes, no = (table.loc[table[name].eq(value), "churn"] for value in (1.0, 0.0))
    gap = yes.mean() - no.mean()
    half = 1.96 * np.sqrt(sum(part.mean() * (1 - part.mean()) / len(part) for part in (yes, no)))
    return float(gap), float(gap - half), float(gap + half)


def _chance(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit))
