"""The course's sentences on turnover, costs and the market that nothing here can settle: claim, why, what would."""

from __future__ import annotations

from types import SimpleNamespace

# What a verdict names as its data when it rests on a calculation.
CALCULATION = SimpleNamespace(title="un calcul, sans données", nature="hypothèses")
CLAIMS = {
    "I1": {
        "source": "S0",
        "claim": "« CA entp résultante : Nombre de clients recrutés ; De la part des dépenses de ces clients avec "
        "marque ; De la durée de la relation » [sic]",
        "why": "trois facteurs ne font pas un CA : leur produit n'est pas en euros. Il manque la dépense d'un client "
        "dans la catégorie. Chez Merle (fictif), elle passe de {first} à {last} par an en deux ans.",
        "needed": "un panel qui voit toute la dépense de la catégorie, suivi plusieurs années",
    },
    "C8": {
        "source": "S0",
        "claim": "« Pol relationnelle pas seulement coût supplémentaires pour accroître qualité de service, image d'un "
        "service client MAIS façon privilégié de dvper les ventes » [sic]",
        "why": "le dossier oppose un programme à ne rien faire : {net} de VAN, pour {paid} de dépenses actualisées, "
        "sur des avis pour l'essentiel. « Privilégiée » demande de battre une autre façon de vendre plus (publicité, "
        "prix, point de vente) : aucune n'est essayée ici.",
        "needed": "le même budget tiré au sort entre une action relationnelle et une autre action de vente, dans "
        "plusieurs entreprises",
    },
    "J9": {
        "source": "S4",
        "claim": "« Le coût d'acquisition d'un nouveau client est largement supérieur à celui d'en conserver un »",
        "why": "chez Merle (fictif), le rapport des coûts unitaires va de {low} à {high} selon ce que l'on range dans "
        "« conserver ». Sans règle d'affectation écrite, il ne se calcule pas.",
        "needed": "les comptes de plusieurs entreprises réelles, affectés par une même règle fixée d'avance",
    },
    "J10": {
        "source": "S1",
        "claim": "« Les entreprises investissent 10 fois plus en marketing pour conquérir de nouveaux clients que pour "
        "conserver les clients existants »",
        "why": "c'est un rapport de dépenses totales, pas de coûts par client, et le cours ne dit ni quelles "
        "entreprises ni quand. Chez Merle (fictif), il va de {low} à {high} selon la règle ; dans trois firmes "
        "supposées, dix pour un perd de {least} à {most} de la valeur.",
        "needed": "une enquête datée sur les budgets d'entreprises tirées au sort",
    },
    "M1": {
        "source": "S2",
        "claim": "« 2001 : en terme de licences :960 MF soit 3,4 % par rapport à 2000… (source IDC) »",
        "why": "le signe manque : 2000 valait {up} MF si 3,4 % est une hausse, {down} MF si c'est une baisse. Les "
        "fourchettes d'arrondi ne se touchent pas : il faut la source, pas un calcul. En euros, 960 MF "
        "font {euros} M€.",
        "needed": "l'étude d'IDC que cite le document, ou un article de presse de la même année",
    },
}


def claim(notion: str, **figures: str) -> dict[str, str]:
    """Return a claim's source, words, reason and missing data, ``figures`` written in its reason."""
    return {part: text.format(**figures) for part, text in CLAIMS[notion].items()}
