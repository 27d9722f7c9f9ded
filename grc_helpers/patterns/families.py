"""The three families of data mining that the course takes from Dyché (2002)."""

import pandas as pd


def families() -> pd.DataFrame:
    """Return what each family answers, by which methods, on which data, and where the workbook treats it."""
    rows = (
        (
            "Association",
            "Qu'est-ce qui va ensemble ?",
            "support, confiance, lift ; paniers mélangés",
            "paniers",
            "sections 3 à 7 et 13",
        ),
        (
            "Séquence",
            "Dans quel ordre, et avant quoi ?",
            "motifs ordonnés (PrefixSpan) ; test par permutation",
            "événements datés",
            "sections 9 et 14",
        ),
        (
            "Prédiction",
            "Que fera ce client, qu'achètera-t-il ?",
            "habitudes, voisins, factorisation ; score",
            "historique par client",
            "sections 10 et 15 ; cahiers 08, 10, 13",
        ),
    )
    return pd.DataFrame(rows, columns=["Famille", "Question", "Méthodes", "Données", "Où"])
