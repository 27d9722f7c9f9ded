"""The course's sentences on customer value that no data here can settle: the claim, why, and what would settle it."""

from __future__ import annotations

CLAIMS = {
    "I4": {
        "source": "S0",
        "claim": "se soucier de la fidélité dans le temps, « durée de relation avec marque car plus elle est accrue "
        "plus les ventes le sont »",
        "why": "{measured} Ces données observent, elles n'essaient pas : l'ancienneté y avance avec le "
        "calendrier, et ceux qui durent ne sont pas ceux qui partent. La comparaison par durée monte aussi dans "
        "l'entreprise simulée où l'ancienneté ne fait rien : elle ne prouve donc pas l'effet.",
        "needed": "les mêmes clients suivis de plusieurs dates d'arrivée, ou une relation prolongée par tirage au sort",
    },
    "J3": {
        "source": "S4",
        "claim": "la valeur client « a surtout un sens » quand la durée de vie est élevée, comme en "
        "assurance ou en banque (« souvent supérieure à 15 ans »)",
        "why": "« avoir un sens » ne se mesure pas, et le cours ne donne pas de données de banque ni "
        "d'assurance. Le calcul nuance : plus la vie est longue, plus la valeur dépend d'années "
        "lointaines, que le taux d'actualisation pèse plus que les données.",
        "needed": "des durées de vie observées dans ces métiers, et la décision que la valeur doit éclairer",
    },
    "J4": {
        "source": "S4",
        "claim": "« travailler sur des valeurs actualisées permet de gommer les effets d'une éventuelle "
        "l'inflation » [sic]",
        "why": "vrai si le taux et les marges parlent la même monnaie ; avec des marges constantes et un"
        " taux nominal, la valeur est trop basse de {gap}. La phrase ne dit pas lequel des deux "
        "elle suppose.",
        "needed": "dire si les marges sont prévues à prix courants ou constants, et si le taux est nominal ou réel",
    },
    "J5": {
        "source": "S4",
        "claim": "la valeur vie client est « surtout pertinente et utilisée dans le domaine des services "
        "ou du B to B »",
        "why": "un jeu de ventes ne compare pas des métiers. Il montre une autre frontière : sans "
        "contrat, la rétention ne se lit pas, elle s'estime, car un silence n'est pas un départ.",
        "needed": "des entreprises de plusieurs métiers, avec et sans contrat, et l'usage qu'elles font de "
        "cette valeur",
    },
    "J11": {
        "source": "S4",
        "claim": "« la rétention des bons clients constitue un impératif catégorique »",
        "why": "un impératif ne se mesure pas. Sous nos hypothèses, retenir vaut davantage pour un bon "
        "client, mais le meilleur taux reste sous 100 % ({best}) : les derniers partants coûtent "
        "plus qu'ils ne valent.",
        "needed": "la réponse de la rétention à la dépense, mesurée par un essai, segment par segment",
    },
    "J12": {
        "source": "S1",
        "claim": "la réduction de l'attrition a « des effets très importants sur la fausse [hausse ?] de "
        "la rentabilité »",
        "why": "le passage est corrompu et sans chiffre. Le calcul donne de {low} à {high} pour cinq "
        "points, selon la rétention, le taux et la première marge, et il ne compte pas ce que ces"
        " points coûtent.",
        "needed": "le texte d'origine, un chiffre annoncé, et le coût des points gagnés",
    },
}


def claim(notion: str, **figures: str) -> dict[str, str]:
    """Return a claim's source, words, reason and missing data, ``figures`` written in its reason."""
    return {part: text.format(**figures) for part, text in CLAIMS[notion].items()}
