"""The course's sentences on satisfaction and loyalty: the claim, why data settle it or not, what would."""

from __future__ import annotations

CLAIMS = {
    "B19": {
        "source": "S4",
        "claim": "« il faut ajouter la qualité de la relation à la qualité du produit… »",
        "why": "dans la firme simulée, la relation porte {relation} de la variance de la recommandation et la "
        "qualité (attendue et perçue) {quality} : ce partage est un réglage. Et un partage de variance "
        "n'est pas un effet.",
        "needed": "une relation améliorée chez des clients tirés au sort, et la rétention des uns et des autres",
    },
    "J16": {
        "source": "S4",
        "claim": "au niveau 1, « on aura du mal à justifier des prix plus élevés par rapport aux entreprises qui "
        "proposent un niveau de valeur supérieur »",
        "why": "une enquête donne un supplément DÉCLARÉ, ici {inflation} fois le vrai ; entre les niveaux "
        "supérieurs et le niveau 1, l'écart déclaré est de {gap} point {interval}, et le simulateur n'en a "
        "mis aucun.",
        "needed": "des prix vraiment différents, proposés au hasard à des clients de chaque niveau",
    },
    "J17": {
        "source": "S4",
        "claim": "grâce à l'expérience de vente, les entreprises peuvent « créer d'excellentes relations avec leurs "
        "clients. C'est particulièrement vrai pour les entreprises en BtoC » [lue ainsi : l'expérience retient "
        "davantage les particuliers que les bureaux]",
        "why": "un écart-type d'expérience ajoute {people} point de rachat chez les particuliers, {offices} chez les "
        "bureaux, écart {gap} : {count} bureaux suivis, alors que cinq points en demandent {needed}. Et dans la "
        "firme simulée, le réglage de cet effet est le même pour tous.",
        "needed": "la même enquête chez de vraies firmes des deux sortes, avec assez de clients professionnels",
    },
    "J18": {
        "source": "S4",
        "claim": "« bon nombre d'entreprises en BtoB sont très compétents à ce niveau » [sic] [lue ainsi : en BtoB, "
        "résoudre les problèmes du client ne distingue plus]",
        "why": "la phrase compare des fournisseurs, ces fichiers n'en ont qu'un, simulé. Ils disent seulement à qui "
        "il rend ce service : {offices} de ses bureaux {interval}, {people} de ses particuliers.",
        "needed": "l'offre de plusieurs fournisseurs des mêmes clients professionnels, et ce que ceux-ci en disent",
    },
    "K5": {
        "source": "S4",
        "claim": "« La satisfaction est nécessaire mais n'est pas suffisante pour conserver ses clients »",
        "why": "chez Merle (simulé), {gone} de ceux qui n'ont pas racheté recommandaient la maison à 7 ou plus, et"
        " des détracteurs restent ({stay}) : ni suffisante, ni strictement nécessaire. C'est ainsi que la "
        "firme est faite.",
        "needed": "la satisfaction et la conduite ultérieure des mêmes clients, silencieux compris, chez de vraies "
        "firmes",
    },
    "K6": {
        "source": "S1",
        "claim": "« Satisfaction vertueuse […] Profit Fidélité » : « Ce n'est pas automatique »",
        "why": "le premier maillon est mal connu : un écart-type de satisfaction ajoute {link} point de rachat "
        "{interval} ; dans des firmes simulées aux mêmes réglages, {truth} en un an. Un réglage ne dit rien d'une "
        "autre firme.",
        "needed": "chaque maillon mesuré chez de vraies firmes, avec une satisfaction améliorée au hasard",
    },
    "K7 achats": {
        "source": "S1",
        "claim": "les fidèles font « Plus achats » [sic]",
        "why": "avec l'intensité, l'affirmation est vraie par construction : on a classé les foyers par leurs "
        "achats. Avec l'ancienneté, la seule firme qui la connaît ici est simulée : mêmes clients, année 2 "
        "contre 1, {gap} {interval}, pour un effet propre réglé à zéro.",
        "needed": "des clients suivis depuis leur premier achat, les partis compris, et leurs campagnes connues",
    },
    "K7 coûts": {
        "source": "S1",
        "claim": "les fidèles font « moins de coûts » [lue ainsi : la remise des plus assidus est plus faible ; "
        "mesure : taux de remise des 20 % les plus assidus moins celui des 20 % les moins assidus]",
    },
    "K7 prix": {
        "source": "S1",
        "claim": "les fidèles paient un « prix plus élevé » [mesure : prix payé par les plus assidus, rapporté à "
        "celui des moins assidus, mêmes produits ; écart relatif]",
    },
}


def claim(name: str, **figures: str) -> dict[str, str]:
    """Return a claim's parts, ``figures`` written in its reason."""
    return {part: text.format(**figures) if figures else text for part, text in CLAIMS[name].items()}
