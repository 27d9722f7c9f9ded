"""The course's sentences on programmes that no data here can settle: the claim, why, and what would settle it."""

from __future__ import annotations

CLAIMS = {
    "I9": {
        "source": "S0",
        "claim": "on peut « accroitre fidélité client en dvlpant relation entre marque et client par programme de "
        "fidélité » [sic] [lue ainsi : la carte fait acheter davantage]",
        "why": "la firme est fictive : l'effet de sa carte y est un réglage ({effect} d'achats en plus). Elle "
        "montre ce que vaut la comparaison habituelle : les porteurs achètent {gap} de plus que les autres ; sans la "
        "carte, ils auraient déjà acheté {own} de plus.",
        "needed": "une carte proposée à des clients tirés au sort, dans une enseigne réelle, suivie un an",
    },
    "K9": {
        "source": "S2",
        "claim": "« la fidélisation n'est ni une technique promotionnelle, ni une mode »",
        "why": "une définition ne se mesure pas. Ce qui se mesure : cet essai ajoute {during} achats pour cent clients "
        "pendant l'offre, et {rest} dans les {days} jours d'après, un intervalle qui "
        "{zero} zéro.",
        "needed": "des essais de promotions réelles, suivis longtemps après leur fin, et un programme suivi de même",
    },
    "K13": {
        "source": "S4",
        "claim": "au club, « les clients ont le sentiment de faire parvenir d'un groupe qui bénéficie d'une relation "
        "privilégiée » [sic] [lue ainsi : entrer au club fait monter l'attachement]",
        "why": "au seuil, l'indice d'attachement bouge de {jump} point sur 10, avec {near} répondants proches du "
        "seuil ; pour voir un saut d'un point, il en faudrait {needed}. Et le simulateur n'a mis aucun saut.",
        "needed": "la question « vous sentez-vous privilégié ? », posée aux clients proches du seuil d'un vrai club",
    },
    "C4": {
        "source": "S0",
        "claim": "« on peut ne destiner le programme qu'aux meilleurs clients, où à des segments spécifiques dont "
        "réponse sera particulièrement favorable » [sic]",
        "why": "la phrase permet les deux, sans dire lequel rapporte. Sur cette campagne simulée, cibler par "
        "réponse ajoutée rapporte en vérité {uplift} par client de la base, cibler les meilleurs clients {value} : "
        "l'ordre vient des réglages.",
        "needed": "un essai tiré au sort dans votre entreprise, pour l'action que vous voulez cibler",
    },
    "K10": {
        "source": "S2",
        "claim": "l'entreprise doit « segmenter, hiérarchiser sa clientèle et concentrer ses "
        "efforts sur les clients les plus fidèles »",
        "why": "deux actions d'une même firme, simulée, n'ajoutent pas leurs achats aux mêmes clients. Pour cent "
        "clients, du quart le moins fidèle au plus fidèle : {first} pour l'une ; {second} pour l'autre. Être fidèle "
        "n'est pas être influençable : tout dépend de l'action.",
        "needed": "des essais réels, tirés au sort à chaque niveau de fidélité, pour plusieurs sortes d'actions",
    },
}


def claim(notion: str, **figures: str) -> dict[str, str]:
    """Return a claim's source, words, reason and missing data, ``figures`` written in its reason."""
    return {part: text.format(**figures) for part, text in CLAIMS[notion].items()}
