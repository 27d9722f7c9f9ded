"""What the tables of the chapter on programmes say, in French sentences that hold whatever the data."""

from __future__ import annotations

from functools import partial

import pandas as pd

from grc_helpers.style import interval, money, number, percent

euros = partial(money, currency="EUR", decimals=2)


def bounds(found, digits: int = 2, *, scale: float = 1.0) -> str:
    """Write an effect and its interval: ``0,09 [0,04 ; 0,14]``."""
    effect, low, high = (number(scale * found[name], digits) for name in ("effect", "low", "high"))
    return f"{effect} [{low} ; {high}]"


def card_terms(terms: dict[str, float]) -> str:
    """Say what :func:`grc_helpers.campaigns.card.card_terms` found."""
    lost = f"{percent(terms['breakage'])} des points arrivés à terme ont expiré, et d'autres attendent"
    if pd.isna(terms["breakage"]):
        lost = "vos ventes sont trop courtes pour qu'un point expire, et des points attendent"
    reached = f"{percent(terms['reached'])} des clients obtiennent un bon"
    if pd.notna(terms["first_month"]):
        reached += f", le premier après {number(terms['first_month'])} mois (médiane)"
    repaid = "aucune hausse des ventes ne rembourse la carte"
    if terms["needed_lift"] < float("inf"):
        repaid = f"hausse des ventes qui rembourse la carte : {percent(terms['needed_lift'])}"
    discounts = f"Remise faciale : {percent(terms['face_discount'], 2)} ; effective : {percent(terms['discount'], 2)}"
    return f"{discounts}, car {lost}. {reached} ; {repaid}."


def ledger(held: dict[str, float], points: dict[str, float], *, dormant: float) -> str:
    """Say what :func:`~grc_helpers.campaigns.card.holders` and ``ledger_summary`` found for Cafés Merle."""
    return (
        f"Cafés Merle (fictif), 2025 : taux d'encartement {percent(held['held'])}, CA encarté {percent(held['sales'])}."
        f" Sur trois ans : {number(points['earned'])} points gagnés, {number(points['used'])} utilisés "
        f"({euros(points['cost'])} de bons), {number(points['expired'])} expirés, {number(points['outstanding'])} en "
        f"attente. Breakage : {percent(points['breakage'])}, en partie parce que {percent(dormant, 0)} des porteurs "
        "n'utilisent jamais leurs points (vérité du simulateur)."
    )


def holders_claim(groups: pd.DataFrame) -> dict[str, str]:
    """Return the figures of the claim I9: how much more holders buy, with and without the card (``card``)."""
    ratios = {"gap": groups["orders"], "own": groups["without_card"]}
    return {name: percent(column.iloc[0] / column.iloc[1] - 1, 0) for name, column in ratios.items()}


def added(during, *, days: int, truth: float | None) -> str:
    """Say the orders that a campaign added during its window, and what the simulator knows of it, if it does."""
    known = "" if truth is None else f" ; vérité du simulateur : {number(truth, 3)}"
    return f"Achats ajoutés par client traité en {days} jours : {bounds(during, 3)}{known}."


def smallest(least: float, cost: float, coin, *, added: float | None, margin: float) -> str:
    """Say the smallest gain that a trial could see, and the true one: orders ``added`` × ``margin`` − ``cost``."""
    known = ""
    if added is not None:
        known = (
            f" Le simulateur sait : {number(added, 3)} achat ajouté par client, soit environ "
            f"{coin(margin * added - cost)} net."
        )
    seen = f"Plus petit gain que cet essai pouvait voir, à 80 % : {coin(least)} par client traité"
    return f"{seen}, pour un coût de {coin(cost)}.{known}"


def sizes(needed: dict[float, int], *, mean: str, spread: str, days: int, have: int) -> str:
    """Say how many customers each rise takes, and how many there are."""
    rows = " ; ".join(f"+{percent(lift, 0)}, {number(n)}" for lift, n in needed.items())
    return (
        f"Dépense moyenne en {days} jours : {mean} par client, écart-type {spread}. Clients à mettre dans l'essai, "
        f"moitié de témoins : {rows}. Votre fichier en a {number(have)}."
    )


def uses(kinds: pd.Series) -> str:
    """Say what the vouchers of Cafés Merle paid for (``kinds``: the use of each, nothing when it did not come back)."""
    shares = kinds.value_counts(normalize=True).map(partial(percent, decimals=0))
    return (
        f"Chez Merle (fictif), {number(kinds.notna().sum())} bons sont revenus. Le simulateur sait que "
        f"{shares['aubaine']} ont payé un achat qui se serait fait au même moment (une aubaine), {shares['avancé']} un "
        f"achat seulement avancé, {shares['ajouté']} un achat ajouté."
    )


def levels(table: pd.DataFrame) -> str:
    """Say what a voucher costs and truly leaves by level of loyalty (:func:`~.uplift.level_money`)."""
    cost, net = (", ".join(euros(value) for value in table[name]) for name in ("cost", "net_value"))
    return (
        f"Le bon, du quart le moins fidèle au plus fidèle : coût par client traité, {cost} ; vrai gain net, {net}. "
        "Les plus fidèles ajoutent plus d'achats, mais leurs bons paient aussi plus d'achats qu'ils auraient faits."
    )


def levels_claim(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Return the figures of the claim K10: effects of two campaigns for a hundred customers, level by level."""
    said = (", ".join(number(100 * effect, 1) for effect in table["effect"]) for table in tables.values())
    return dict(zip(("first", "second"), said, strict=True))


def reward(first_year: float, limits: dict[str, float], *, paid: float) -> str:
    """Say how high a reward may go (:func:`grc_helpers.campaigns.rewards.reward_limits`), and what is paid."""
    return (
        f"Marge de la première année d'un filleul : {euros(first_year)}. Récompense à ne pas dépasser, en euros : "
        f"{bounds(limits)}, si cette marge est sûre ; coût réel d'un filleul amené : {euros(paid)}."
    )


def referral(found: dict[str, float], *, true_share: float) -> str:
    """Say what :func:`grc_helpers.campaigns.rewards.referral_effect` found."""
    return (
        f"Filleuls par client : {number(found['invited'], 3)} chez les invités, {number(found['control'], 3)} chez les "
        f"autres. Sur {number(found['credited'])} filleuls récompensés, le programme en a amené "
        f"{percent(found['share'])} {interval(found['share_low'], found['share_high'])} ; "
        f"vérité : {percent(true_share)}."
    )


def club(spent: pd.Series, orders, jump: dict[str, float], *, threshold: float, truth: float) -> str:
    """Say what members of a club buy more than the others, and the jump at its threshold (``observed``)."""
    inside = (spent >= threshold - 1e-6).to_numpy()
    gap = orders[inside].mean() - orders[~inside].mean()
    return (
        f"Membres moins autres : {number(gap, 2)} achats. Saut au seuil ({number(jump['below'])} clients dessous, "
        f"{number(jump['above'])} dessus) : {bounds(jump)}. Vérité : {number(truth, 2)} achat par membre en moyenne."
    )


def felt(jumps: pd.DataFrame) -> str:
    """Say which jumps of what customers say they feel exclude zero, though the simulator put none."""
    off = jumps.index[(jumps["low"] > 0) | (jumps["high"] < 0)]
    if not len(off):
        return "Aucun intervalle n'exclut zéro, et le simulateur n'a mis aucun saut."
    return (
        f"{', '.join(off)} : l'intervalle exclut zéro, alors que le simulateur n'a mis aucun saut. C'est l'un des "
        "intervalles qui manquent la vérité ; en essayant plusieurs notes, on finit par en trouver un."
    )


def felt_claim(jumps: pd.DataFrame) -> dict[str, str]:
    """Return the figures of the claim K13, from the first row of ``observed.felt_jumps``."""
    first = jumps.iloc[0]
    return {
        "jump": bounds(first), "near": number(first["respondents"]), "needed": number(first["answers_wanted"])
    }  # fmt: skip


def recovery(table: pd.DataFrame) -> str:
    """Say which estimators of :func:`~.recovery.read_recovery` keep a bias that chance does not explain."""
    off = table[table["bias"].abs() > table["bias_high"]]
    said = " ; ".join(
        f"{row['figure']} ({percent(row['bias'] / row['truth'], 0)} de l'effet)" for _, row in off.iterrows()
    )
    low, high = (percent(table[name].iloc[0], 0) for name in ("coverage_low", "coverage_high"))
    return (
        f"Biais que le hasard n'explique pas, sur {number(len(table))} lignes : {said}. "
        f"Couverture compatible avec 95 % : de {low} à {high}. Bandes pour toutes les lignes ensemble, à 95 %."
    )


def shares(heinz: pd.Series, hunt: pd.Series) -> str:
    """Say how households share their ketchup between two brands."""
    return (
        f"{number(len(heinz))} foyers, part de client en nombre d'achats. Heinz : moyenne {percent(heinz.mean())}, "
        f"médiane {percent(heinz.median())} ; {percent((heinz == 1).mean())} des foyers n'achètent qu'elle. Hunt's : "
        f"{percent((hunt > 0).mean())} des foyers en ont acheté, {percent((hunt == 1).mean())} n'achètent qu'elle."
    )
