"""What the chapter on identification says of its results: sentences in French, written from the numbers."""

from __future__ import annotations

import pandas as pd

from grc_helpers.identity import evaluation, privacy
from grc_helpers.identity.collection import OptIn
from grc_helpers.identity.linkage import Linkage
from grc_helpers.style import interval, money, number, percent


def compared(linkage: Linkage, *, seconds: float) -> str:
    """Say how many pairs were worth comparing, and that it did not take long (rounded up to a minute)."""
    minutes = int(seconds // 60) + 1
    return (
        f"Sur {number(linkage.possible / 1e6, 1)} millions de paires possibles, {number(linkage.compared)} ont un "
        "point commun qui mérite de les comparer : même e-mail, même portable, même nom et même ville… "
        f"Durée : moins de {number(60 * minutes)} secondes."
    )


def found(groups: pd.Series, truth: pd.Series, linkage: Linkage, *, threshold: float, seed: int) -> str:
    """Say what became of the records, judged by the truth, and whether the probabilities mean what they say."""
    scores, bounds = evaluation.pair_scores(groups, truth), evaluation.f1_interval(groups, truth, seed=seed)
    told = evaluation.calibration(linkage.pairs, truth, threshold=threshold)
    return (
        f"{number(len(groups))} fiches deviennent {number(groups.nunique())} personnes (en vérité "
        f"{number(truth.nunique())}). Précision {percent(scores.precision)}, rappel {percent(scores.recall)}, F1 "
        f"{percent(scores.f1)}, intervalle à 95 % {interval(*bounds)}. Au-dessus de la barre, le modèle attendait "
        f"{percent(told['expected'])} de fausses paires, il y en a {percent(told['real'])} ; {percent(told['unseen'])} "
        "des vraies n'ont pu être pesées."
    )


def most_useful(worth: pd.DataFrame) -> str:
    """Say which field saves most (see `tables.worth_of_fields`)."""
    dense = worth.loc[worth["Pour 1 000 paires qui l'ont"].idxmax(), "Champ"]
    return (
        f"En tout, « {worth['Champ'].iloc[0]} » évite le plus ; là où il est rempli, c'est « {dense} ». Jugé avec les "
        "probabilités du modèle, sans la vérité ; « présent » : dans les deux fiches."
    )


def reward_effect(fit: OptIn, true: float) -> str:
    """Say whether the interval of the effect of one euro holds the one of the simulation."""
    b = fit.coefficients.loc["reward"]
    start = f"Effet mis dans la simulation, à client égal : {number(true, 2)}. "
    if b["low"] <= true <= b["high"]:
        return start + "L'intervalle de 2025, à client égal, le contient."
    return start + (
        "L'intervalle de 2025, à client égal, le manque : à 95 %, cela arrive une fois sur vingt, et sans la vérité on "
        "ne le saurait pas."
    )


def rewards(fit: OptIn, bounds: pd.DataFrame) -> str:
    """Say the intervals of the best reward and of what a minute and a sensitive field weigh, in euros."""
    best, minute, sensitive = (f"[{number(low, 1)} ; {number(high, 1)}] €" for low, high in bounds.to_numpy())
    minute_price, sensitive_price = (money(fit.price_of(term), "EUR", 2) for term in ("minutes", "sensitive"))
    return (
        f"Intervalles à 95 % : meilleure récompense {best} ; une minute de plus vaut {minute_price} {minute} ; une "
        f"donnée sensible, {sensitive_price} {sensitive}."
    )


def marked(paid: pd.Series, interest: pd.Series, weights: dict[str, float]) -> str:
    """Say which marks are measured, and what one piece of data costs (see `ideas`)."""
    costs = " ; ".join(f"{idea} {money(cost, 'EUR', 2)}" for idea, cost in paid.items())
    told = ", ".join(f"{name.lower()} {percent(weight, 0)}" for name, weight in weights.items())
    return (
        f"Intérêt mesuré : {', '.join(interest.index)}. Coût mesuré, à la récompense la plus rentable : {costs} par "
        f"donnée. Le reste est un exemple. 5 : le mieux. Poids supposés : {told}."
    )


def options(table: pd.DataFrame, *, persons: int, review: float, collect: float, reach: float, error: float) -> str:
    """Say what was supposed of the two options (see `collection.merge_or_restart`), and when the other one wins."""
    even = table["cost"][0] / table["cost_per_person"][1] / persons
    return (
        f"Supposé : {money(review, 'EUR', 2)} par fiche à rapprocher, {money(collect, 'EUR', 2)} par personne à "
        f"réinterroger, dont {percent(reach, 0)} répondent ; {money(error, 'EUR')} par confusion. À ces coûts, "
        "repartir de zéro ne devient moins cher par personne que si l'on retrouvait moins de "
        f"{percent(even, 0)} des paires."
    )


def callable_customers(words: pd.Series, under_contract: pd.Series) -> str:
    """Say what share of the customers may be called, before and after the opt-in.

    Parameters
    ----------
    words : pandas.Series
        Last word by telephone of each customer (oui | non | missing).
    under_contract : pandas.Series
        Customers who have a contract that runs.
    """
    more = words.index.isin(under_contract) & words.isna()
    return (
        "Avant le 11 août 2026, on pouvait appeler qui ne s'y opposait pas (hors liste Bloctel, absente d'ici) : "
        f"{percent(1 - words.eq('non').mean())} des clients. Depuis, {percent(words.eq('oui').mean())}, plus "
        f"{percent(more.mean())} qui ont un contrat d'entretien, et pour lui seulement."
    )


def unmasked(phones: list[str], masks: set[str], *, tried: range) -> str:
    """Say how many telephones are found behind bare hashes, and that keyed pseudonyms stay apart.

    Parameters
    ----------
    phones : list of str
        Mobiles that begin with 06.
    masks : set of str
        Their pseudonyms.
    tried : range
        Numbers tried, after 06.
    """
    hashes = [privacy.bare_hash(phone) for phone in phones]
    seen = privacy.unmask(hashes, (f"06{end:08d}" for end in tried))
    return (
        f"Empreintes nues : {percent(len(seen) / len(phones), 0)} des {number(len(phones))} portables retrouvés en "
        f"essayant {number(len(tried))} numéros (ceux de la simulation sont dans cette tranche ; de vrais en demandent "
        "cent à deux cents millions, ce qu'un ordinateur fait). "
        f"Avec une clé : {number(len(masks))} pseudonymes, et rien à essayer sans elle."
    )


def addresses(versions: pd.DataFrame, moved: int) -> str:
    """Say how many customers have several addresses, and how many have moved in truth."""
    several = (versions.groupby("customer_id").size() > 1).sum()
    return (
        f"Histoire des adresses : {number(several)} clients en ont plusieurs. En vérité, {number(moved)} personnes ont "
        "déménagé : on ne voit que les déménagements qui ont laissé deux adresses complètes."
    )


def gained(gain: dict) -> str:
    """Say what the fields of a household add to a prediction (see `collection.households_gain`)."""
    return (
        f"{number(gain['n'])} ménages. Aire sous la courbe ROC : {number(gain['without'], 3)} avec les achats seuls, "
        f"{number(gain['with'], 3)} avec le foyer ; gain {number(gain['gain'], 3)}, intervalle à 95 % "
        f"[{number(gain['low'], 3)} ; {number(gain['high'], 3)}]."
    )
