"""Verdicts: a claim of the course, the data, a tolerance fixed beforehand, an estimate, an outcome."""

from __future__ import annotations

from grc_helpers.classroom.display import Rendered, box, verdict
from grc_helpers.style import GREY, interval, number

FOUND, NOT_FOUND, UNDECIDABLE = "retrouvé sur ces données", "non retrouvé sur ces données", "indécidable ici"
SETTLES = {"réelle", "vôtre"}


def outcome(low: float, high: float, tolerance: tuple[float, float]) -> str:
    """Compare an interval to the tolerance: inside, outside, or astride (which decides nothing)."""
    if tolerance[0] <= low and high <= tolerance[1]:
        return FOUND
    if high < tolerance[0] or low > tolerance[1]:
        return NOT_FOUND
    return UNDECIDABLE


def explain(result: str, nature: str, band: str) -> tuple[str, str]:
    """Return the outcome that the nature of the data allows, and one sentence why."""
    where = {FOUND: "tout entier dans", NOT_FOUND: "tout entier hors de", UNDECIDABLE: "à cheval sur"}[result]
    reason = f"l'intervalle est {where} la plage fixée d'avance {band}"
    if nature in SETTLES:
        limit = " Un jeu de données ne réfute pas une règle « en moyenne »." if result == NOT_FOUND else ""
        return result, f"{reason[0].upper()}{reason[1:]}.{limit}"
    if nature == "disputée":
        return UNDECIDABLE, (
            f"Ce jeu est présenté tantôt comme réel, tantôt comme simulé. S'il est réel : « {result} », car {reason} ; "
            "s'il est simulé, il ne dit rien du monde."
        )
    return (
        UNDECIDABLE,
        f"Données de nature {nature} : elles montrent ce que la méthode identifie ({reason}), pas le monde.",
    )


def judge(
    notion: str,
    *,
    claim: str,
    source: str,
    data: str,
    nature: str,
    estimate: float,
    low: float,
    high: float,
    tolerance: tuple[float, float],
    unit: str = "%",
) -> Rendered:
    """Confront a claim about a share, or a gap between two, with data.

    Parameters
    ----------
    notion : str
        Id of the notion in the course's inventory.
    claim, source : str
        The sentence of the course and the document it comes from.
    data, nature : str
        The data set's title and its nature.
    estimate, low, high : float
        The share measured and its 95 % interval.
    tolerance : (float, float)
        The band, fixed before looking, within which the claim is called found.
    unit : {"%", "points"}
        ``points`` for a gap between two shares.
    """
    band = interval(*tolerance, decimals=0, unit=unit)
    result, why = explain(outcome(low, high, tolerance), nature, band)
    lines = [
        f"Affirmation ({source}) : {claim}",
        f"Données : {data} (nature : {nature}) · plage fixée d'avance : {band}",
        f"Mesure : {number(100 * estimate, 1, unit)}, intervalle à 95 % {interval(low, high, unit=unit)}",
        f"Pourquoi : {why}",
    ]
    figures = {
        "estimate": round(estimate, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "tolerance": list(tolerance),
    }
    record = {"notion": notion, "claim": claim, "source": source, "data": data, "nature": nature}
    return verdict(record | figures | {"outcome": result, "why": why}, lines)


def undecidable(notion: str, *, claim: str, source: str, data: str, nature: str, why: str, needed: str) -> Rendered:
    """Say that the data at hand cannot settle a claim, why, and what data would."""
    lines = [
        f"Affirmation ({source}) : {claim}",
        f"Données : {data} (nature : {nature})",
        f"Pourquoi : {why}",
        f"Ce qui trancherait : {needed}",
    ]
    record = {"notion": notion, "claim": claim, "source": source, "data": data, "nature": nature}
    return verdict(record | {"outcome": UNDECIDABLE, "why": why, "needed": needed}, lines)


def oracle(identifier: str, *, label: str, published: float, ours: float, tolerance: float, decimals: int) -> Rendered:
    """Show a published result, ours, and the difference; ``tolerance`` is absolute, from the published rounding."""
    agrees = bool(abs(published - ours) <= tolerance)
    lines = [
        f"Publié : {number(published, decimals)} · retrouvé : {number(ours, decimals)} · "
        f"écart : {number(ours - published, decimals)} (tolérance {number(tolerance, decimals)})",
    ]
    record = {"type": "oracle", "id": identifier, "label": label, "published": published}
    record |= {"ours": round(ours, decimals), "difference": round(ours - published, decimals), "agrees": agrees}
    title = f"Résultat publié {identifier} · {label} · {'retrouvé' if agrees else 'NON retrouvé'}"
    return box("oracle", GREY if agrees else "#d55e00", title, lines, record)
