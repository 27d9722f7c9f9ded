"""Tables on the typical customer of a chapter: conventions, prices, far years, and a retention that slides."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import cash_flows, customer_value, margin_multiple, real_rate, share_beyond
from grc_helpers.style import number, percent

# What a verdict names as its data when it rests on a calculation.
CALCULATION = SimpleNamespace(title="un calcul sur le client-type", nature="hypothèses")


def timing_table(margin: float, retention: float, discount_rate: float) -> pd.DataFrame:
    """Return the same customer's value under four conventions on the first margin (column « Valeur »)."""
    when = {
        "Début d'année (abonnement payé d'avance)": "start",
        "Milieu d'année (achats répartis)": "mid",
        "Fin d'année": "end",
    }
    values = {text: customer_value(margin, retention, discount_rate, timing=timing) for text, timing in when.items()}
    values["Dans un an, et la première n'est pas comptée"] = margin * margin_multiple(retention, discount_rate)
    return pd.DataFrame({"Valeur": values}).rename_axis("La première marge tombe")


def multiple_table(retentions, rates) -> pd.DataFrame:
    """Return r/(1 + i − r) with one row a retention and one column a discount rate (Gupta & Lehmann 2003)."""
    columns = {percent(i, 0): [margin_multiple(r, i) for r in retentions] for i in rates}
    return pd.DataFrame(columns, index=[percent(r, 0) for r in retentions]).rename_axis("Rétention")


def inflation_table(
    margin: float, retention: float, discount_rate: float, *, inflation: float, years: int
) -> pd.DataFrame:
    """Return the value of margins at current or constant prices (rows), at a nominal or real rate (columns).

    Margins at current prices grow with ``inflation``; the real rate is Fisher's (1930).
    """
    rates = {"nominal": discount_rate, "réel": real_rate(discount_rate, inflation)}
    growths = {"Marges à prix courants": inflation, "Marges à prix constants": 0.0}
    columns = {
        f"Taux {name} ({percent(rate)})": [
            customer_value(margin, retention, rate, horizon=years, growth=growth) for growth in growths.values()
        ]
        for name, rate in rates.items()
    }
    return pd.DataFrame(columns, index=list(growths)).rename_axis("Prévision")


def beyond_table(retention: float, *, rates, years) -> pd.DataFrame:
    """Return the share of a value that lies beyond each of ``years`` (columns), by discount rate (rows)."""
    columns = {f"Au-delà de {n} ans": [share_beyond(n, retention, i) for i in rates] for n in years}
    return pd.DataFrame(columns, index=[percent(i, 0) for i in rates]).rename_axis("Taux d'actualisation")


def sliding_table(margin: float, retention: float, discount_rate: float, *, losses) -> pd.DataFrame:
    """Return the value when retention loses some points a year for five years, and the change it makes.

    Parameters
    ----------
    losses : sequence of float
        Lost each year, as shares (0.01 is one point); retention never falls under 0.
    """
    rows = {}
    for loss in losses:
        path = np.maximum(retention - loss * np.minimum(np.arange(1, 200), 5), 0)
        flows = cash_flows(margin, path, discount_rate, periods=200)
        rows[f"{number(100 * loss)} point{'s' if loss > 0.01 else ''} par an"] = flows["present_value"].sum()
    table = pd.DataFrame({"Valeur": rows}).rename_axis("La rétention perd, pendant cinq ans")
    return table.assign(Écart=table["Valeur"] / customer_value(margin, retention, discount_rate) - 1)
