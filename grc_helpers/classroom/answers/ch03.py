"""Answers of notebook 03, recomputed from the sources in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question


@lru_cache(maxsize=2)
def identified(chapter):
    """Return step 1 on the sources in use (those of Cafés Merle when the data set has none)."""
    from grc_helpers.identity.registry import has_sources, sources_dir
    from grc_helpers.identity.steps import identify

    given = chapter.parameters
    folder = sources_dir(given.dataset if has_sources(given.dataset) else "cafes_merle")
    return identify(folder, wrong=given.wrong_merge, missed=given.missed_duplicate, seed=given.seed)


def accounts(chapter) -> int:
    """Return the number of accounts that have bought."""
    return identified(chapter).before["customer_id"].nunique()


def customers(chapter) -> int:
    """Return the number of golden customers who have bought."""
    return identified(chapter).after["customer_id"].nunique()


@lru_cache(maxsize=4)
def email_share(chapter, *, answer: str = "oui", first: bool = False) -> float:
    """Return the share of the customers whose last word (or first) by e-mail is this answer."""
    from grc_helpers.identity.duplicates import last_word
    from grc_helpers.identity.reading import read_consents
    from grc_helpers.identity.registry import has_sources, sources_dir

    dataset = chapter.parameters.dataset
    consents = read_consents(sources_dir(dataset if has_sources(dataset) else "cafes_merle"))
    consents = consents[consents["channel"] == "e-mail"]
    owner = identified(chapter).accounts
    if first:
        consents = consents.assign(owner=consents["record_key"].map(owner)).drop_duplicates("owner")
    word = last_word(consents, owner)
    buyers = set(identified(chapter).after["customer_id"])
    return float((word["owner"].isin(buyers) & word["answer"].eq(answer)).sum() / len(buyers))


def among_answers(chapter) -> float:
    """Return the share of yes among those who were asked (a usual mistake)."""
    yes, no = email_share(chapter), email_share(chapter, answer="non")
    return yes / (yes + no)


EXERCISES = {
    "03.1": Exercise(
        lambda chapter: accounts(chapter) - customers(chapter),
        tolerance=1e-9,
        hint="Comptez les comptes différents de `sales`, puis les clients différents de `after`, et soustrayez.",
        mistakes=(
            (accounts, "C'est le nombre de comptes : combien en faudrait-il s'il n'y en avait qu'un par client ?"),
            (customers, "C'est le nombre de clients : on demande les comptes en trop."),
            (
                lambda chapter: 1 - customers(chapter) / accounts(chapter),
                "C'est la part des comptes en trop : on demande leur nombre.",
            ),
            (
                lambda chapter: len(identified(chapter).records) - len(identified(chapter).golden),
                "Vous avez compté toutes les fiches : on demande les comptes qui ont acheté.",
            ),
            (
                lambda chapter: customers(chapter) - accounts(chapter),
                "Le signe est à l'envers : il y a plus de comptes que de clients.",
            ),
        ),
    ),
    "03.2": Exercise(
        lambda chapter: 30 / 32,
        tolerance=0.001,
        hint="Section 5 : on réunit quand la probabilité dépasse c / (c + d), c étant le coût de confondre.",
        mistakes=(
            (
                lambda chapter: 2 / 32,
                "Vous avez échangé les deux coûts : plus confondre coûte cher, plus la barre est haute.",
            ),
            (lambda chapter: 100 * 30 / 32, "Le calcul est bon, mais on attend un nombre entre 0 et 1."),
            (lambda chapter: 28 / 30, "C'est 1 − d/c : il faut c / (c + d)."),
            (lambda chapter: 30 / 2, "C'est le rapport des coûts : il faut c / (c + d)."),
        ),
    ),
    "03.3": Exercise(
        email_share,
        hint="Comptez les « oui » de la colonne « e-mail » de `word`, divisés par tous les clients, même sans réponse.",
        mistakes=(
            (among_answers, "C'est la part parmi ceux qui ont répondu : on demande la part de tous les clients."),
            (lambda chapter: email_share(chapter, answer="non"), "C'est la part des « non »."),
            (lambda chapter: 100 * email_share(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
            (
                lambda chapter: email_share(chapter, first=True),
                "C'est leur première réponse : certains ont changé d'avis, c'est la dernière qui compte.",
            ),
        ),
    ),
}

QUIZ = {
    "03.1": Question(
        "b",
        "Juste : le champ est rempli, mais la valeur ne se lit pas comme un téléphone.",
        {
            "a": "La complétude dit que le champ est rempli : il l'est.",
            "c": "L'unicité dit si une fiche en répète une autre.",
        },
    ),
    "03.2": Question(
        "a",
        "Juste : la barre c / (c + d) monte avec c, et l'on réunit moins de paires.",
        {
            "b": "Confondre coûte plus cher : on devient plus prudent, la barre ne descend pas.",
            "c": "La barre ne dépend que des deux coûts (section 5).",
        },
    ),
    "03.3": Question(
        "c",
        "Juste : il n'y a pas assez de numéros pour qu'une empreinte sans clé les cache (section 13).",
        {
            "a": "On ne la renverse pas, on essaie : cent millions de portables, quelques minutes.",
            "b": "Interne ou non, la donnée reste personnelle, et chacun peut refaire l'empreinte.",
        },
    ),
}
