"""Dated events of loyalty programmes and of relationship management, each with its source and the source's date."""

from __future__ import annotations

import pandas as pd

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
