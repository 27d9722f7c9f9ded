"""What the plan's figures say, in sentences: compared with other plans, promised against honest, without a trial."""

from __future__ import annotations

import pandas as pd

from grc_helpers.evaluation.plan_untested import FIRST
from grc_helpers.evaluation.plan_words import between
from grc_helpers.style import money, number, percent

UNTESTED = {
    "source": "S0",
    "claim": "« CRM doit conduire à adaptation des politiques et des budgets au potentiel des clients »",
    "why": "des ventes disent le potentiel, pas l'effet d'un contact : rien n'y est tiré au sort, et ceux que l'on "
    "contacte sont souvent choisis parce qu'ils achètent plus. Un budget réparti selon le potentiel peut aller à ceux "
    "qu'il ne change pas.",
    "needed": "un essai tiré au sort dans chaque segment, à la taille indiquée ci-dessus, puis le plan des "
    "sections 12 à 14",
}


def compared(values: pd.DataFrame, gaps: pd.DataFrame, *, control: float, currency: str) -> str:
    """Say what a plan is worth more than each other one, beyond doubt or not, and what its control group costs."""
    parts = []
    for name, gap in gaps.iterrows():
        sure = "" if gap["low"] > 0 or gap["high"] < 0 else ", écart non tranché"
        parts.append(f"« {name} », {money(gap['net_value'], currency)} {between(gap['low'], gap['high'], 0)}{sure}")
    return (
        f"Chances que le plan gagne plus que ne rien faire : {chances(values.iloc[0]['chance'])}. Ce qu'il "
        f"vaut de plus que : " + " ; ".join(parts) + ". Tous gardent des témoins ; ceux du plan auraient rapporté "
        f"{money(control, currency)} : c'est le prix de la mesure."
    )


def chances(share: float) -> str:
    """Write a share of draws: none or all of some thousand is no certainty."""
    return "plus de 99,9 %" if share > 0.999 else "moins de 0,1 %" if share < 0.001 else percent(float(share), 0)


def promised(halves: dict, announced: float, true: float, *, currency: str) -> str:
    """Say what plans chosen on measured figures promise, what other figures say, and the truth of the plan kept."""
    return (
        f"Choisis sur les effets bruts d'une moitié (moyenne de dix partages), les plans promettent "
        f"{money(halves['promised'], currency)} ; l'autre moitié dit "
        f"{money(halves['honest'], currency)} {between(halves['low'], halves['high'], 0)}. Ramener les effets "
        f"a le même but sans perdre la moitié "
        f"des clients : le plan retenu annonce {money(announced, currency)}, et la vérité est {money(true, currency)}."
    )


def first_trial(drawn: pd.DataFrame, limits: pd.DataFrame, *, currency: str) -> str:
    """Say what the first trial would be; or that there is none, for want of money or of customers."""
    if drawn.empty:
        short = "Un essai serait utile, mais ne tient pas dans ce budget : il faudrait plus d'argent"
        few = "Aucun segment ne permet un essai utile : il faudrait plus de clients, viser une hausse plus grande"
        missing = short if (limits["advice"] == FIRST).any() else few
        return f"{missing}, ou des contacts moins chers. Ne rien faire, et le dire, est le plan."
    sizes = drawn["group"].value_counts()
    names = ", ".join(f"« {name} »" for name in drawn["segment"].unique())
    return (
        f"Le premier essai : {names}, {number(sizes['à contacter'])} clients à contacter et "
        f"{number(sizes['témoin'])} témoins, tirés au sort, pour "
        f"{money(drawn['cost'].sum(), currency)}. Gain attendu : inconnu, c'est ce qu'il mesurera."
    )


def own_plan(own: dict | None, *, currency: str) -> str:
    """Say what the plan of a user's own trial is worth; or that there is no trial."""
    if own is None:
        return "Pas d'essai donné (réglage trial) : ce que l'on sait d'un premier essai est ci-dessus."
    value, best = own["value"], own["best"]
    if not value["contacts"]:
        return f"« {own['action'].name} » ne rembourse son coût dans aucun segment : le plan est de ne rien faire."
    names = ", ".join(f"« {name} »" for name in own["named"]["segment"].unique())
    return (
        f"« {own['action'].name} » chez {number(value['contacts'])} clients ({names}), pour "
        f"{money(value['cost'], currency)} : gain net attendu "
        f"{money(value['net_value'], currency)} {between(value['low'], value['high'], 0)} ; chances de gagner "
        f": {chances(value['chance'])}. "
        f"Un euro de budget de plus en rapporterait {number(best['prices']['budget'], 2)}."
    )
