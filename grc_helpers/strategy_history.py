"""Dated events of loyalty programmes and of relationship management, each with its source and the source's date."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

TIMELINE = SimpleNamespace(title="la frise ci-dessus", nature="sources datées, secondaires")
HEADINGS = {"year": "Année", "event": "Événement", "kind": "Objet", "source": "Source et sa date"}
PROGRAMME, IDEA = "programme de fidélité", "idée et outils de la GRC"
EVENTS = (
    (
        1896,
        "timbres S&H (États-Unis)",
        PROGRAMME,
        "D. Ta-Yao, « The history and evolution of loyalty programs », mars 2018",
    ),
    (
        1954,
        "Fnac : club et bons de réduction (France)",
        PROGRAMME,
        "A. Essel, cité par LSA, février 2009 ; Kering, même mois",
    ),
    (1981, "AAdvantage, American Airlines", PROGRAMME, "American Airlines, tribune de G. Arpey, mai 2011"),
    (1983, "« relationship marketing », L. Berry", IDEA, "Berry, American Marketing Association, 1983"),
    (1993, "Siebel Systems, éditeur de logiciels", IDEA, "destinationCRM, « CRM's Storied Past », avril 2022"),
    (1995, "Clubcard, Tesco (Royaume-Uni)", PROGRAMME, "The Retail Bulletin, janvier 2025"),
    (2000, "carte Leclerc (France)", PROGRAMME, "Libération, 15 avril 2004"),
    (2002, "S'Miles, Auchan, Intermarché (France)", PROGRAMME, "Libération, 7 mars 2002 et 15 avril 2004"),
    (2004, "carte Carrefour (France)", PROGRAMME, "Libération, 15 avril 2004"),
)


def events() -> pd.DataFrame:
    """Return the dated events: year, event, kind, source; oldest first."""
    return pd.DataFrame(EVENTS, columns=["year", "event", "kind", "source"])


def stages() -> pd.DataFrame:
    """Return the five stages that S2 announces; the document gives the fifth only, and nothing is made up here."""
    lost = "rien : absent de la transcription"
    told = (
        "« Partenariat et fidélisation » ; « perdre un client est préjudiciable, d'autant plus que sa conquête est "
        "coûteuse »"
    )
    rows = [(f"Période {k}", told if k == 5 else lost) for k in range(1, 6)]
    return pd.DataFrame(rows, columns=["Étape", "Ce que S2 en dit"])


def empty_slides() -> pd.DataFrame:
    """Return the slides that reached us without their text or their diagram."""
    title_only, cut = "le titre, sans texte", "une phrase qui finit sur « : », schéma perdu"
    rows = [
        ("Missions du marketing relationnel", "S4, 5", title_only),
        ("Facteurs de réussite", "S4, 6", title_only),
        ("Avantages, inconvénients et contraintes", "S4, 12", title_only),
        ("Impacts d'une culture GRC", "S4, 13", title_only),
        ("Canal et valeur stratégique du client", "S2, 14", cut),
        ("Segmentation et culture d'entreprise", "S2, 16", cut),
    ]
    return pd.DataFrame(rows, columns=["Sujet", "Document, diapositive", "Ce qui reste"])
