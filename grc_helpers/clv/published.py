"""Results printed in the papers of the models, recomputed on the papers' own data."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from grc_helpers.clv.bg_bb import BgBb
from grc_helpers.clv.bg_nbd import BgNbd
from grc_helpers.clv.gamma_gamma import GammaGamma
from grc_helpers.clv.nbd import Nbd
from grc_helpers.clv.pareto_nbd import ParetoNbd
from grc_helpers.data.loading import read_table
from grc_helpers.data.warehouse import collect, customer_base
from grc_helpers.style import number

WEEKS = 39


class Result(NamedTuple):
    """A published figure and ours: the oracle it belongs to ("" for the others), the paper, what, how precisely."""

    oracle: str
    paper: str
    what: str
    published: float
    ours: float
    tolerance: float
    decimals: int

    def told(self) -> dict:
        """Return what a notebook shows of it."""
        parts = {"published": self.published, "ours": self.ours, "tolerance": self.tolerance, "decimals": self.decimals}
        return {"label": f"{self.paper}, {self.what}"} | parts


def results(sample: pd.DataFrame, later: pd.DataFrame, donations: pd.DataFrame) -> list[Result]:
    """Recompute the published results.

    Parameters
    ----------
    sample : DataFrame
        CDNOW's sample as published: frequency, recency, T (weeks 1 to 39), monetary_value.
    later : DataFrame
        The same customers, in the same order, over 78 weeks.
    donations : DataFrame
        frequency, recency, T, weights.
    """
    bought = (later["frequency"] - sample["frequency"]).to_numpy()
    bg, pareto = BgNbd().fit(sample), ParetoNbd().fit(sample)
    return [
        *_bg_nbd(bg, sample, bought),
        *_pareto_nbd(pareto, ParetoNbd().fit(later), sample, bought),
        *_nbd(Nbd().fit(sample)),
        *_spend(GammaGamma().fit(sample), sample),
        *_bg_bb(BgBb().fit(donations, sample_weight=donations["weights"]), donations),
    ]


def course_results(cdnow) -> list[Result]:
    """Recompute them from the course's data sets: CDNOW's sales, the published sample, the donations."""
    names = {"x": "frequency", "t_x": "recency", "zbar": "monetary_value"}
    sample = read_table("cdnow", "sample.parquet").rename(columns=names)
    everyone = collect(customer_base(cdnow.table, observation_end=cdnow.observation_end, unit="week"))
    later = everyone.set_index("customer_id").loc[sample["customer_id"]].reset_index()
    return results(sample, later, read_table("donations").rename(columns={"periods": "T"}))


def table(found: list[Result]) -> pd.DataFrame:
    """Return the results as a table in French: source, what, published, ours, difference."""
    rows = [
        (_short(one.paper), one.what, number(one.published, one.decimals), number(one.ours, one.decimals),
         number(one.ours - one.published, one.decimals))
        for one in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Source", "Grandeur", "Publié", "Retrouvé", "Écart"])


def _short(paper: str) -> str:
    """Return "BG/NBD 2005a" for "Fader, Hardie et Lee 2005a (BG/NBD)": the models' authors are in the references."""
    when, what = re.search(r"(\d{4}\w?|note \d+)? \((.*)\)", paper).groups()
    return f"{what} {when}" if when else what


def _estimates(oracle: str, paper: str, model, values: tuple[float, ...], tolerance: float, likelihood: float):
    for name, published in zip(model.names, values, strict=True):
        yield Result(oracle, paper, name, published, model.params_[name], tolerance, 3)
    yield Result(oracle, paper, "log-vraisemblance", likelihood, model.log_likelihood_, 0.05, 1)


def _bg_nbd(model: BgNbd, sample: pd.DataFrame, bought: np.ndarray):
    paper = "Fader, Hardie et Lee 2005a (BG/NBD)"
    yield from _estimates("O1", paper, model, (0.243, 4.414, 0.793, 2.426), 6e-4, -9582.4)
    one = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})
    ours = model.predict(one, t=WEEKS).iloc[0]
    yield Result("O2", paper, "achats attendus du client (2 ; 30,43 ; 38,86), 39 semaines", 1.226, ours, 5e-4, 3)
    forecast, total = model.predict(sample, t=WEEKS), model.expected_purchases(WEEKS + sample["T"].to_numpy()).sum()
    for past, published in ((0, 0.23), (3, 1.52)):
        ours = forecast[sample["frequency"] == past].mean()
        yield Result("", paper, f"achats attendus en 39 semaines après {past} réachat(s)", published, ours, 0.006, 2)
    ours = np.corrcoef(forecast, bought)[0, 1]
    yield Result("", paper, "corrélation de la prévision et des achats faits", 0.626, ours, 5e-4, 3)
    ours = total / (sample["frequency"].sum() + bought.sum()) - 1
    yield Result("", paper, "écart du cumul à 78 semaines", -0.04, ours, 0.005, 2)


def _pareto_nbd(model: ParetoNbd, at_78: ParetoNbd, sample: pd.DataFrame, bought: np.ndarray):
    paper = "Fader, Hardie et Lee 2005a (Pareto/NBD)"
    yield from _estimates("O3", paper, model, (0.553, 10.578, 0.606, 11.669), 2e-3, -9595.0)
    forecast = model.predict(sample, t=WEEKS)
    for past, published in ((0, 0.14), (3, 1.71)):
        ours = forecast[sample["frequency"] == past].mean()
        yield Result("", paper, f"achats attendus en 39 semaines après {past} réachat(s)", published, ours, 0.005, 2)
    ours = np.corrcoef(forecast, bought)[0, 1]
    yield Result("", paper, "corrélation de la prévision et des achats faits", 0.630, ours, 5e-4, 3)
    paper = "Fader, Hardie et Lee 2005b (RFM et CLV)"
    seen = pd.DataFrame({"frequency": [3, 9], "recency": 39.0, "T": 77.86})
    for past, published, ours in zip((3, 9), (4.6, 1.9), at_78.dert(seen, rate=0.0027), strict=True):
        what = f"achats actualisés à venir (DERT) : {past} réachats, le dernier en semaine 39 sur 78"
        yield Result("", paper, what, published, ours, 0.05, 1)


def _nbd(model: Nbd):
    yield from _estimates("O4", "Fader et Hardie (repère NBD)", model, (0.385, 12.072), 6e-4, -9763.7)


def _spend(model: GammaGamma, sample: pd.DataFrame):
    paper = "Fader et Hardie 2013 (Gamma-Gamma)"
    for name, published in zip(model.names, (6.25, 3.74, 15.44), strict=True):
        yield Result("O5", paper, name, published, model.params_[name], 0.01, 2)
    published = GammaGamma().with_params([6.25, 3.74, 15.44]).predict(sample.head(1)).iloc[0]
    yield Result("", paper, "dépense attendue du premier client ($)", 24.65, published, 0.06, 2)
    paper = "Fader, Hardie et Lee 2005b (RFM et CLV)"
    check = model.independence_
    yield Result("", paper, "corrélation de la fréquence et de la dépense", 0.11, check["pearson"], 0.005, 2)
    yield Result("", paper, "la même, sans le client extrême", 0.06, check["without_extreme"], 0.005, 2)


def _bg_bb(model: BgBb, donations: pd.DataFrame):
    paper = "Fader, Hardie et Shang 2010 (BG/BB)"
    yield from _estimates("O6", paper, model, (1.204, 0.750, 0.657, 2.783), 6e-4, -33225.6)
    people = pd.DataFrame({"frequency": [0, 2, 6], "recency": [0, 4, 6], "T": 6})
    profiles = ("jamais redonné", "deux dons, le dernier en 1999", "six dons sur six")
    for profile, published, ours in zip(profiles, (0.11, 0.59, 0.93), model.p_alive(people), strict=True):
        yield Result("", paper, f"P(vivant en 2002), {profile}", published, ours, 0.005, 2)
    ours = (model.predict(donations, t=5) * donations["weights"]).sum()
    yield Result("", "Fader et Hardie, note 10 (BG/BB)", "dons attendus de tous, 2002-2006", 12884.2, ours, 0.5, 1)
