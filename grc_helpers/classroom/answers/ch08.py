"""Answers of notebook 08, recomputed from the data set in use."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace

import numpy as np

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.scoring.card import Scorecard
from grc_helpers.scoring.evaluation import auc_interval
from grc_helpers.scoring.rivals import CountOfClues
from grc_helpers.scoring.tables import scoring_table, split


@lru_cache(maxsize=4)
def lesson(chapter) -> SimpleNamespace:
    """Return the card, its rival and the two groups of customers, as the lesson has them."""
    given = chapter.parameters
    table = scoring_table(chapter.data.table.to_pandas(), labels=given.label_columns)
    learn, judge = split(table, judge_share=given.judge_share, seed=given.seed)
    X, y = table.X.loc[learn], table.y[learn]
    card = Scorecard(max_clues=given.max_clues).fit(X, y)
    return SimpleNamespace(
        X=X,
        y=y,
        X_judge=table.X.loc[judge],
        y_judge=table.y[judge],
        card=card,
        count=CountOfClues(card.clues_).fit(X, y),
        probability=card.predict_proba(table.X.loc[judge])[:, 1],
    )


def auc_of_count(chapter) -> float:
    """Return the AUC of the count of clues on the customers who judge."""
    seen = lesson(chapter)
    return auc_interval(seen.y_judge, seen.count.decision_function(seen.X_judge))[0]


def auc_of_count_learning(chapter) -> float:
    """Return the same on the customers who learnt."""
    seen = lesson(chapter)
    return auc_interval(seen.y, seen.count.decision_function(seen.X))[0]


def above(chapter, times: float) -> float:
    """Return the share of the customers who judge whose probability is above a multiple of the break-even."""
    given = chapter.parameters
    limit = times * given.contact_cost / given.response_margin
    return float((lesson(chapter).probability >= limit).mean())


def best_total(chapter) -> float:
    """Return the sum of the best points of each clue."""
    return float(lesson(chapter).card.card_.groupby("clue")["points"].max().sum())


EXERCISES = {
    "08.1": Exercise(
        lambda chapter: 2 * auc_of_count(chapter) - 1,
        hint="auc_interval(y_judge, …)[0] donne l'AUC ; Gini = 2·AUC − 1.",
        mistakes=(
            (auc_of_count, "C'est l'AUC : il reste à calculer 2·AUC − 1."),
            (
                lambda chapter: 200 * auc_of_count(chapter) - 100,
                "On attend un nombre entre −1 et 1, pas un pourcentage.",
            ),
            (
                lambda chapter: 2 * auc_interval(lesson(chapter).y_judge, lesson(chapter).probability)[0] - 1,
                "C'est le Gini de la carte : on demande celui du compte d'indices, by_count.",
            ),
            (
                lambda chapter: 2 * auc_of_count_learning(chapter) - 1,
                "Ce sont les clients qui ont appris : prenez ceux qui jugent.",
            ),
        ),
    ),
    "08.2": Exercise(
        lambda chapter: above(chapter, 2),
        hint="Nouveau point mort : 2 × contact_cost ÷ response_margin ; comptez les probabilités qui l'atteignent.",
        mistakes=(
            (lambda chapter: above(chapter, 1), "C'est la part d'avant : le point mort double avec le coût."),
            (lambda chapter: above(chapter, 0.5), "Le coût double : le point mort monte, il ne descend pas."),
            (lambda chapter: 1 - above(chapter, 2), "C'est la part de ceux que l'on ne contacte plus."),
            (lambda chapter: 100 * above(chapter, 2), "On attend une part entre 0 et 1, pas un pourcentage."),
            (
                lambda chapter: above(chapter, 2) * len(lesson(chapter).probability),
                "C'est un nombre de clients : divisez par le nombre de clients qui jugent.",
            ),
        ),
    ),
    "08.3": Exercise(
        best_total,
        hint="Prenez le plus grand nombre de points de chaque indice (groupby), puis additionnez.",
        mistakes=(
            (
                lambda chapter: float(lesson(chapter).card.card_["points"].sum()),
                "Vous avez additionné toutes les classes : un client n'est que dans une classe par indice.",
            ),
            (
                lambda chapter: float(lesson(chapter).card.card_["points"].max()),
                "C'est la meilleure classe d'un seul indice : il en faut une par indice.",
            ),
        ),
        tolerance=1e-9,
    ),
}

QUIZ = {
    "08.1": Question(
        "b",
        f"Juste : ln(10 % ÷ 5 %) = ln 2 = {np.log(2):.2f}".replace(".", ",") + ", la classe plaide pour oui.",
        {
            "a": "Le signe : la classe tient plus de place parmi les oui que parmi les non.",
            "c": "C'est l'écart des deux parts : le poids est le logarithme de leur rapport.",
        },
    ),
    "08.2": Question(
        "c",
        "Juste : le jour où l'on doit décider, la lettre n'est pas encore arrivée. C'est une fuite (section 7).",
        {
            "a": "Trop beau : demandez-vous si cet indice est connu le jour de la décision.",
            "b": "Le Gini n'est que 2·AUC − 1 : il serait tout aussi flatté.",
        },
    ),
    "08.3": Question(
        "a",
        "Juste : p* = 3 ÷ 60 = 5 %.",
        {
            "b": "20, c'est 60 ÷ 3, le nombre de contacts qu'un oui rembourse : prenez l'inverse.",
            "c": "Pourquoi 20 % ? Le point mort ne fixe pas une part de clients, mais une probabilité.",
        },
    ),
}
