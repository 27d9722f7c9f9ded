"""Tables of the chapter on identification, ready to be shown: French columns, one row an item."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.identity import audit, collection, evaluation, privacy, timeline, weights
from grc_helpers.identity.duplicate_costs import firm_prices, yearly_costs
from grc_helpers.identity.duplicates import last_word
from grc_helpers.identity.firm import Firm
from grc_helpers.identity.linkage import Linkage
from grc_helpers.identity.reading import read_source
from grc_helpers.identity.registry import source
from grc_helpers.style import interval, number, percent

NAME = ("given_name", "family_name", "postcode")
SIMPLE_RULES = {
    "même e-mail": [("email",)],
    "même portable": [("mobile",)],
    "mêmes nom, prénom et code postal": [NAME],
    "l'un des trois": [("email",), ("mobile",), NAME],
}
CLUES = {
    ("prénom", "identique"),
    ("nom", "identique"),
    ("portable", "identique"),
    ("e-mail", "identique"),
    ("foyer", "même adresse ou même fixe"),
    ("naissance", "même année"),
    ("naissance", "différente"),
    ("prénom", "différent"),
}
DECISIONS = (
    "Coûts de la maison : couts_canaux (courrier, e-mail), tickets (une demande traitée), lignes (marge d'une "
    "commande). Supposés : tous les fichiers servent aux envois ; une relance, une offre par an ; le club ajoute à "
    "chaque membre les achats que la simulation y a mis. « En vérité » : le même calcul avec les vraies personnes."
)
SERVICES = {
    "boutiques": "caisse_carte",
    "site": "comptes_web",
    "commerciaux et téléphone": "telephone_crm",
    "marketing (enquête)": "enquete",
    "service après-vente": "service",
}


def most_spread(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records that share the mobile found in the largest number of sources."""
    spread = records.groupby("mobile")["source"].agg(["nunique", "size"])
    found = spread.sort_values(["nunique", "size"], ascending=False, kind="stable").index[0]
    return records[records["mobile"] == found]


def simple_rules(records: pd.DataFrame, truth: pd.Series) -> pd.DataFrame:
    """Judge the rules that come to mind: pairs united, precision, recall."""
    rows = []
    for rule, columns in SIMPLE_RULES.items():
        scores = evaluation.link_scores(evaluation.exact_pairs(records, *columns), truth, threshold=0)
        rows.append((rule, scores.united, scores.precision, scores.recall))
    return pd.DataFrame(rows, columns=["Règle", "Paires réunies", "Précision", "Rappel"])


def clues(linkage: Linkage) -> pd.DataFrame:
    """Return by how much a few observations multiply the odds that two records are of one person."""
    known = linkage.parameters
    shown = known[[pair in CLUES for pair in zip(known["comparison"], known["label"], strict=True)]]
    shown = shown.assign(times=2.0 ** shown["weight"]).sort_values("weight", ascending=False)
    names = ["Champ", "Ce que l'on voit", "Multiplie les chances par"]
    return shown[["comparison", "label", "times"]].set_axis(names, axis=1)


def what_escapes(groups: pd.Series, truth: pd.Series, errors: pd.Series) -> pd.DataFrame:
    """Return the share of true pairs found, by kind of mistake, the worst first."""
    table = evaluation.recall_by_error(groups, truth, errors)
    table.columns = ["Faute dans l'une des deux fiches", "Vraies paires", "Retrouvées", "Part retrouvée"]
    return table.sort_values("Part retrouvée", kind="stable")


def golden_cards(records: pd.DataFrame) -> pd.DataFrame:
    """Return golden records one a column, with the French names of their fields."""
    names = {"golden_id": "Client", "given_name": "Prénom", "family_name": "Nom", "number": "Numéro", "street": "Voie"}
    names |= {"postcode": "Code postal", "city": "Ville", "mobile": "Portable", "email": "E-mail"}
    names |= {"records": "Fiches réunies"}
    cards = records[list(names)].rename(columns=names).astype(object).fillna("–").T.rename_axis("Champ")
    return cards.set_axis([f"Fiche dorée {place + 1}" for place in range(cards.shape[1])], axis=1).map(str)


def learning(persons: pd.DataFrame, *, most: int = 5) -> pd.DataFrame:
    """Return how much is known of a customer, by the number of times that a service wrote something down.

    Parameters
    ----------
    persons : pandas.DataFrame
        Golden records.
    most : int
        Records from which customers are put together.

    Returns
    -------
    pandas.DataFrame
        By number of records: customers, fields known (of the eight of `audit.IDENTITY`, on average), what the last
        record brought, share of the customers whom an e-mail or a mobile reaches.
    """
    mine = persons[persons["customer"]]
    given = mine[list(audit.IDENTITY)].notna()
    facts = pd.DataFrame({"known": given.sum(axis=1), "reached": given[["email", "mobile"]].any(axis=1)})
    by_records = facts.groupby(mine["records"].clip(upper=most))
    table = by_records.agg(customers=("known", "size"), known=("known", "mean"), reached=("reached", "mean"))
    table.insert(2, "more", table["known"].diff())
    table.index = pd.Index([*map(str, table.index[:-1]), f"{table.index[-1]} et plus"], name="Fiches réunies")
    return table.set_axis(["Clients", "Champs connus, sur huit", "Gagnés", "Joignables"], axis=1)


def wrong_decisions(firm: Firm, accounts: pd.Series, after: pd.DataFrame) -> pd.DataFrame:
    """Return what duplicates cost in a year, with the persons found and with the true ones; the last row is the sum.

    Parameters
    ----------
    firm : Firm
    accounts : pandas.Series
        Golden customer by record_key.
    after : pandas.DataFrame
        Sales under golden customers.
    """
    prices = firm_prices(firm.table("couts_canaux"), firm.table("tickets"), firm.table("lignes"), firm.effects)
    given = {"records": firm.records, "sales": firm.sales, "consents": firm.consents, "prices": prices}
    found = yearly_costs(accounts, contacts=firm.contacts(after), **given)
    true = yearly_costs(firm.persons.set_index("record_key")["person_id"], contacts=firm.contacts(), **given)
    table = found.assign(true=true["cost"])
    total = pd.DataFrame(
        [("Total", "", np.nan, np.nan, table["cost"].sum(), table["true"].sum())], columns=table.columns
    )
    names = ["Poste", "Décision mal prise", "Cas par an", "Coût d'un cas", "Coût par an", "En vérité"]
    return pd.concat([table, total], ignore_index=True).set_axis(names, axis=1)


def services(records: pd.DataFrame, accounts: pd.Series) -> pd.DataFrame:
    """Return what each service knows alone, and what all know together."""
    keys = {name: records.loc[records["source"] == source, "record_key"] for name, source in SERVICES.items()}
    table = timeline.views({name: set(accounts[mine]) for name, mine in keys.items()})
    return table.set_axis(["Service", "Clients connus", "Connus de lui seul", "Part du total"], axis=1)


def worth_of_fields(linkage: Linkage, *, wrong: float, missed: float) -> pd.DataFrame:
    """Return what each field saves in linking, in all and for a thousand pairs that have it."""
    table = collection.field_value(linkage, wrong=wrong, missed=missed)
    each = 1000 * table["saved"] / (table["present"] * len(linkage.pairs))
    names = ["Champ", "Présent dans", "Erreurs évitées", "Pour 1 000 paires qui l'ont"]
    return table.assign(each=each).set_axis(names, axis=1)


def reward_effects(fits: dict[str, collection.OptIn]) -> pd.DataFrame:
    """Return the effect of one euro of reward on the logit of giving one's data, fit by fit."""
    rows = []
    for label, fit in fits.items():
        b = fit.coefficients.loc["reward"]
        rows.append((label, number(b["estimate"], 2), f"[{number(b['low'], 2)} ; {number(b['high'], 2)}]", fit.n))
    return pd.DataFrame(rows, columns=["Période", "Effet d'un euro", "Intervalle à 95 %", "Demandes"])


def outside_check(tests: dict[str, tuple], *, threshold: float, seed: int) -> pd.DataFrame:
    """Judge linkages by their true pairs: precision, recall, F1 and its 95 % interval.

    Parameters
    ----------
    tests : dict
        By name: pairs (left, right, weight) and the true person by record.
    threshold : float
        Weight from which a pair is united.
    """
    rows = []
    for name, (pairs, truth) in tests.items():
        scores = evaluation.link_scores(pairs, truth, threshold=threshold)
        bounds = evaluation.link_interval(pairs, truth, threshold=threshold, seed=seed)
        rows.append((name, scores.true, scores.precision, scores.recall, f"{percent(scores.f1)} {interval(*bounds)}"))
    return pd.DataFrame(rows, columns=["Essai", "Vraies paires", "Précision", "Rappel", "F1 et intervalle à 95 %"])


def wilson(shares: tuple[float, ...], sizes: tuple[int, ...]) -> pd.DataFrame:
    """Return the 95 % interval (Wilson) of shares, by number of firms asked."""
    from statsmodels.stats.proportion import proportion_confint

    cells = {
        percent(share, 0): [
            interval(*proportion_confint(round(share * n), n, method="wilson"), decimals=0) for n in sizes
        ]
        for share in shares
    }
    return pd.DataFrame(cells, index=pd.Index([number(n) for n in sizes], name="Entreprises interrogées"))


def known_customers(firm: Firm, persons: pd.DataFrame, accounts: pd.Series, orders: pd.Series) -> pd.DataFrame:
    """Return how many buyers are known better and better (see `audit.knowledge`)."""
    records = firm.records
    asked = set(accounts[records.loc[records["source"] == "enquete", "record_key"]])
    return audit.knowledge(persons, orders, asked).set_axis(["Clients qui…", "Nombre", "Part"], axis=1)


def last_words(consents: pd.DataFrame, accounts: pd.Series, customers: pd.Index) -> pd.DataFrame:
    """Return the last word of each customer: one row a customer, one column a channel (oui | non | missing)."""
    words = last_word(consents, accounts).pivot(index="owner", columns="channel", values="answer")
    return words.reindex(customers)


def consent_shares(words: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each answer by channel."""
    shares = words.fillna("jamais demandé").apply(lambda answers: answers.value_counts(normalize=True))
    table = shares.T.reindex(columns=["oui", "non", "jamais demandé"], fill_value=0.0)
    return table.rename_axis("Canal")


def anonymity(people: pd.DataFrame, *, k: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return who would be recognised when fields are crossed finely, then broadly; and the counts that may be shown.

    Parameters
    ----------
    people : pandas.DataFrame
        birth_year, zone, household_size.
    k : int
        Smallest group that is shown.
    """
    people = people.dropna(subset=["birth_year", "household_size"])
    age = (people["birth_year"] // 20 * 20).astype(int).astype(str) + "…"
    broad = people.assign(age=age, home=people["household_size"].clip(upper=3))
    rows = [
        ("année, zone, foyer", *privacy.anonymity(people, ["birth_year", "zone", "household_size"], k=k)),
        ("vingt ans, zone, foyer (3 et plus)", *privacy.anonymity(broad, ["age", "zone", "home"], k=k)),
    ]
    names = ["Ce que l'on croise", "Plus petit groupe", "Seuls de leur espèce", f"Dans un groupe de moins de {k}"]
    counts = pd.crosstab(broad["age"], broad["zone"]).rename_axis(index="Né dans les vingt ans depuis", columns=None)
    return pd.DataFrame(rows, columns=names), counts


def renamed_key(folder: Path) -> str:
    """Return in one line what the reading answers to the web accounts when their key has another name."""
    web = source("comptes_web")
    with tempfile.TemporaryDirectory() as place:
        damaged = Path(place, web.file)
        damaged.write_bytes((folder / web.file).read_bytes().replace(b"compte,", b"numero,", 1))
        try:
            read_source(damaged, web)
        except GrcError as error:
            return str(error).replace("\n", " · ")
    return "aucune"


def counted_twice(agree: np.ndarray, true: np.ndarray, m: np.ndarray, u: np.ndarray, prior: float) -> pd.DataFrame:
    """Return how many pairs look sure, and are true, when the first field is counted once, then twice."""
    doubled = np.column_stack([agree, agree[:, 0]]), np.append(m, m[0]), np.append(u, u[0])
    rows = []
    for label, parts in (("chaque champ une fois", (agree, m, u)), ("champ A compté deux fois", doubled)):
        sure = weights.to_probability(weights.total_weight(*parts, prior)) > 0.99
        rows.append((label, int(sure.sum()), true[sure].mean()))
    return pd.DataFrame(rows, columns=["Modèle", "Paires dites sûres à 99 %", "Vraies, en fait"])


def febrl_truth(*files: pd.DataFrame) -> pd.Series:
    """Return the true person by record of FEBRL's files: the number that its rec_id carries."""
    ids = pd.concat([table["rec_id"] for table in files])
    return pd.Series(ids.str.extract(r"rec-(\d+)-")[0].to_numpy(), index=ids)
