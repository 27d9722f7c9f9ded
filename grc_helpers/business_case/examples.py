"""Invented examples that show a method: firms, tools, marks and a calendar. They say nothing of any product."""

from __future__ import annotations

import pandas as pd

from grc_helpers.business_case.balance import Market
from grc_helpers.clv.acquisition import fit_response

# Today: spending per head, rate, and the rate that no money can pass (with the rate of those on whom nothing is spent).
HYPOTHETICAL = {
    "Abonnement (service aux particuliers)": (20_000, 8_000, (4.0, 0.05, 0.15, 0.0), (6.0, 0.82, 0.92, 0.65), 90.0),
    "Détail (achats fréquents)": (30_000, 5_000, (2.0, 0.04, 0.12, 0.0), (5.0, 0.70, 0.85, 0.55), 60.0),
    "Entre entreprises (peu de comptes)": (600, 200, (150.0, 0.06, 0.20, 0.0), (300.0, 0.88, 0.95, 0.70), 2_400.0),
}
TOOLS = {
    "Tableur amélioré": {"setup": 1_500.0, "training": 500.0, "licence": 0.0, "upkeep": 2_500.0},
    "Outil léger en ligne": {"setup": 6_000.0, "training": 3_000.0, "licence": 420.0, "upkeep": 2_000.0},
    "Suite intégrée": {"setup": 30_000.0, "training": 9_000.0, "licence": 900.0, "upkeep": 6_000.0},
}
CAPTURED = {"Tableur amélioré": 0.35, "Outil léger en ligne": 0.85, "Suite intégrée": 1.0}  # part of the effect
MARKS = pd.DataFrame(
    {
        "fonctionnalités": [7.0, 12.0, 18.0, 10.0],
        "suite analytique": [3.0, 11.0, 16.0, 10.0],
        "compréhension du problème": [12.0, 16.0, 10.0, 9.0],
        "mise en service": [17.0, 14.0, 6.0, 13.0],
        "souplesse": [15.0, 13.0, 9.0, 12.0],
    },
    index=pd.Index(["Outil X", "Outil Y", "Outil Z", "Outil W"], name="tool"),
)
TASKS = {
    "Analyse stratégique": (4, ()),
    "Diagnostic et besoins": (4, ("Analyse stratégique",)),
    "Alternatives, coûts-bénéfices": (3, ("Diagnostic et besoins",)),
    "Décision": (0, ("Alternatives, coûts-bénéfices",)),
    "Implantation": (12, ("Décision",)),
    "Formation du personnel": (5, ("Décision",)),
    "Gestion du changement": (8, ("Formation du personnel",)),
    "Ouverture": (0, ("Implantation", "Gestion du changement")),
    "Veille et BI": (6, ("Ouverture",)),
}


def hypothetical_market(name: str, *, discount_rate: float) -> tuple[Market, float]:
    """Return a hypothetical firm and its yearly budget: what it spends today on prospects and customers."""
    prospects, customers, won, kept, margin = HYPOTHETICAL[name]
    winning = fit_response(won[0], won[1], ceiling=won[2], floor=won[3])
    keeping = fit_response(kept[0], kept[1], ceiling=kept[2], floor=kept[3])
    market = Market(prospects, customers, winning, keeping, margin, discount_rate)
    return market, prospects * won[0] + customers * kept[0]
