"""Simulate firms, then recover: bias and coverage of the estimates of the chapter on satisfaction and loyalty.

``python -m benchmarks.loyalty_recovery [--worlds 100] [--write]``. Each firm has the course's settings, another seed
and 5 000 customers. ``--write`` makes the table that the workbook shows (``grc_helpers/loyalty/recovery.csv``).
"""

import argparse

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from benchmarks.transactions import SEED
from grc_helpers.data.simulator.config import END, SimulationConfig
from grc_helpers.data.simulator.simulate import sales_tables
from grc_helpers.loyalty import chain, complaints, scores, tenure
from grc_helpers.loyalty.recovery import TABLE

CUSTOMERS, DAYS = 5_000, 182
FIGURES = {
    "NPS de tous, par relance de silencieux (points)": 1.0,
    "NPS de tous, réponses spontanées (points)": 1.0,
    "Geste commercial : départs évités (points)": 100.0,
    "Réclamation résolue : départs évités (points)": 100.0,
    "Réclamation résolue : rachats ajoutés, à rythme égal (points)": 100.0,
    "Réclamation résolue : rachats ajoutés, comparée seule (points)": 100.0,
    "Ancienneté : année 2 contre 1, hors campagnes (%)": 100.0,
    "Un écart-type de satisfaction, ceux qui viennent d'arriver : rétention à six mois (points)": 100.0,
    "Premier maillon, tel que l'indice le mesure : rachat en un an (points)": 1.0,
    "Premier maillon, bruit de l'indice ôté : rachat en un an (points)": 1.0,
    "Risque de partir des plus satisfaits, note vraie de 8,5 à 10 (1 : moyenne)": 1.0,
}
POOLED = "Premier maillon"  # their truth: the same regression on true satisfaction, everyone asked, mean of all firms


def one_world(seed: int) -> list[tuple[float, float, float, float]]:
    """Return (estimate, low, high, truth) of each figure, on one firm."""
    config = SimulationConfig(customers=CUSTOMERS, seed=seed)
    population, orders, made = sales_tables(config, 0)
    made = {name: table.rename(columns=lambda column: column.removesuffix("_cents")) for name, table in made.items()}
    silence = scores.silence_table(made["enquete_envois"], made["enquete_satisfaction"], made["verite/enquete"])
    last = silence[silence["wave"] == "2025"].set_index("way")
    rows = [
        tuple(last.loc[way, ["nps", "nps_low", "nps_high", "true_nps"]])
        for way in ("Relance d'un échantillon de silencieux", "Réponses spontanées")
    ]
    sold = pd.DataFrame(
        {"customer_id": orders["customer_id"], "date": orders["date"], "order_id": orders["order_id"], "margin": 0.0}
    )
    # Departures caused are known to the simulator: they are the outcome here, so that the setting is the truth.
    told = complaints.follow_tickets(made["tickets"], sold, kind="réclamation", days=DAYS, end=END)
    left = made["verite/incidents"].dropna(subset="order_id").set_index("order_id")["left"]
    told = told[told["order_id"].isin(left.index)]
    gone = told["order_id"].map(left).astype(bool)
    exact = complaints.recovery_effects(told.assign(back=~gone))
    spared = {"gesture": config.recovery_compensation, "resolved": config.recovery_resolution}
    rows += [(*exact.loc[lever], spared[lever]) for lever in spared]
    # What can be seen is a purchase: a customer spared comes back as often as those who did not leave.
    seen = spared["resolved"] * told.loc[~gone, "back"].mean()
    rows += [(*complaints.recovery_effects(told, adjusted=flag).loc["resolved"], seen) for flag in (True, False)]
    own = sold[(orders["origin"] == "base").to_numpy()]
    acquired = population.set_index("customer_id")["acquired"]
    rows.append((*tenure.same_customers(own, acquired, end=END, n_boot=400, seed=seed)[:3], config.tenure_effect))
    rows.append(newcomers(config, population))
    rows += first_link(made, sold, seed)
    nature, lost = population.drop(columns="acquired_time"), set(made["verite/departs"]["customer_id"])
    curve = chain.leaving_curve(nature, own, lost, effect=config.satisfaction_effect, bands=[0, 5, 6.5, 7.5, 8.5, 10])
    rows.append(tuple(curve[["ratio", "ratio_low", "ratio_high", "truth"]].iloc[-1]))
    return rows


def first_link(made: dict[str, pd.DataFrame], sold: pd.DataFrame, seed: int) -> list[tuple[float, float, float, float]]:
    """Return the first link as the survey of 2024 gives it, raw and mended, and with true satisfaction (see POOLED)."""
    dated = {name: made[f"enquete_{name}"].query("wave == 2024") for name in ("satisfaction", "envois")}
    dated = {name: table.assign(date=pd.to_datetime(table["date"])) for name, table in dated.items()}
    followed = chain.follow(chain.merle_answers(dated["satisfaction"]), sold, days=365, end=END)
    found = chain.links(followed, scales=["before", "during", "after"], n_boot=200, seed=seed).iloc[:2]
    asked = chain.follow(dated["envois"], sold, days=365, end=END)
    score = made["verite/enquete"].query("wave == 2024").set_index("customer_id")["satisfaction_score"]
    score = chain.standardised(score.reindex(asked["customer_id"]))
    truth = 100 * chain.least_squares(asked["kept"], score, np.log1p(asked["orders_before"]))[0][1]
    return [(*found.iloc[place], truth) for place in (0, 1)]


def newcomers(config: SimulationConfig, population: pd.DataFrame) -> tuple[float, float, float, float]:
    """Return the effect of satisfaction on who is still there six months after coming, and its truth by formula.

    Incidents and departures of reps are left out: individuals whom no incident lost.
    """
    arrived = pd.to_datetime(population["acquired"])
    seen = (arrived <= pd.Timestamp(END) - pd.Timedelta(days=DAYS)) & (population["kind"] == "particulier")
    people = population[seen]
    stayed = ~((pd.to_datetime(people["lifetime_end"]) - arrived[seen]).dt.days <= DAYS)
    score = chain.standardised(chain.satisfaction_score(people["satisfaction"]))
    slopes, errors = chain.least_squares(
        stayed, score, np.log(people["rate"]), chain.standardised(people["perceived_quality"])
    )
    truth = chain.true_link(people, effect=config.satisfaction_effect, weeks=DAYS / 7)
    return slopes[1], slopes[1] - 1.96 * errors[1], slopes[1] + 1.96 * errors[1], truth


def table_of(worlds: list[list[tuple[float, float, float, float]]]) -> pd.DataFrame:
    """Sum up the firms, one row a figure (see ``recovery.read_recovery``)."""
    rows, count = [], len(worlds)
    risk = 1 - 0.95 ** (1 / len(FIGURES))
    band = binom.ppf([risk / 2, 1 - risk / 2], count, 0.95) / count
    for place, (figure, unit) in enumerate(FIGURES.items()):
        estimate, low, high, truth = np.array([world[place] for world in worlds], dtype=float).T * unit
        truth = np.full(count, truth.mean()) if figure.startswith(POOLED) else truth
        error = estimate - truth
        chance = norm.isf(risk / 2) * error.std(ddof=1) / np.sqrt(count)
        covered = ((low <= truth) & (truth <= high)).mean()
        rows.append((figure, count, CUSTOMERS, truth.mean(), estimate.mean(), error.mean(), chance, covered, *band))
    names = [
        "figure",
        "worlds",
        "customers",
        "truth",
        "mean_estimate",
        "bias",
        "bias_band",
        "coverage",
        "coverage_low",
        "coverage_high",
    ]
    return pd.DataFrame(rows, columns=names)


def main() -> None:
    """Simulate, estimate, show, and write the table if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    table = table_of([one_world(SEED + 1 + k) for k in range(given.worlds)])
    print(table.round(3).to_string())
    if given.write:
        how = "python -m benchmarks.loyalty_recovery --write"
        head = f"# {given.worlds} firms of {CUSTOMERS} customers, the course's settings: {how}"
        TABLE.write_text(f"{head}\n{table.round(5).to_csv(index=False)}", encoding="utf-8")


if __name__ == "__main__":
    main()
