"""The course's sentences on attrition and competition: the claim, why data settle it or not, what would."""

from __future__ import annotations

CLAIMS = {
    "A7": {
        "source": "S1",
        "claim": "les barrières à la sortie « renforcent le capital client, en rendant les clients captifs » [lue "
        "ainsi : elles empêchent des départs ; mesure : la part de ceux de la première année qu'une pénalité empêche]",
    },
    "C16": {
        "source": "S0",
        "claim": "« Les distributeurs fidélisent leur client à leur marque de MDD » [lue ainsi : son taux de "
        "rachat dépasse celui d'une marque ordinaire de même taille ; mesure : l'écart]",
    },
    "I10": {
        "source": "S0",
        "claim": "« Plus conccu fidéliseront leurs clients plus difficultés pour les attirer » [sic]",
        "why": "un panel montre des passages, non ce qu'ils deviendraient si un concurrent fidélisait mieux. Par le "
        "calcul, si les autres passages gardent leurs proportions, {rival} à {retention} de rachat ramènerait la part "
        "de {brand} de {before} à {after}, et un client pris à {rival} demanderait {contacts} fois autant de contacts.",
        "needed": "des marchés où un concurrent a lancé un programme et d'autres où il ne l'a pas fait, avant et après",
    },
    "K8": {
        "source": "S2",
        "claim": "« perdre un client est préjudiciable, d'autant plus que sa conquête est coûteuse »",
        "why": "une somme suppose une marge, un taux et un modèle. Le calcul précise la phrase : la perte croît avec "
        "le coût de conquête si la place perdue est donnée à un autre, et jusqu'à {ceiling} seulement ; si l'on "
        "recrute sans limite, la perte est la valeur résiduelle, quel que soit ce coût.",
        "needed": "la marge de chaque client, et ce que l'entreprise a fait des places libérées",
    },
}


def claim(notion: str, **figures: str) -> dict[str, str]:
    """Return a claim's parts, ``figures`` written in its reason."""
    return {part: text.format(**figures) if figures else text for part, text in CLAIMS[notion].items()}
