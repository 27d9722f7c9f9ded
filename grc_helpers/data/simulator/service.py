"""Tickets, complaints and what they cost or save; answers that differ from one channel to the other.

A purchase may go wrong; only a share of the customers concerned complains. A complaint may be resolved (good
customers first), after a delay, with or without a gesture (drawn by lot). Whether the customer then leaves follows a
linear probability: ``loss_complaint + loss_delay × min(days, 10) − recovery_resolution × resolved −
recovery_compensation × gesture``.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from grc_helpers.data.simulator.clock import HORIZON
from grc_helpers.data.simulator.config import START, SimulationConfig
from grc_helpers.data.simulator.contracts import make_contracts, make_precursors
from grc_helpers.data.simulator.costs import TICKET_CENTS
from grc_helpers.data.simulator.draws import as_dates, as_days, pick
from grc_helpers.data.simulator.events import cents, contact_rows, numbered, rate_score, standard
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

CHANNELS = {"téléphone": 0.5, "e-mail": 0.3, "boutique": 0.2}
QUESTIONS = {  # what is asked, and the answers that a channel may give
    "frais de port": ("offerts dès 35 €", "offerts dès 45 €", "offerts dès 60 €"),
    "délai de livraison": ("2 jours", "4 jours", "6 jours"),
    "validité des points": ("6 mois", "12 mois", "24 mois"),
    "retour d'une machine": ("14 jours", "30 jours", "60 jours"),
    "fin du contrat": ("sans préavis", "préavis d'un mois", "préavis de deux mois"),
}
LIMIT = pd.Timestamp(START) + pd.Timedelta(days=HORIZON)


def make_incidents(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the incidents of a block, said or not, up to the departure that one of them may cause.

    Returns
    -------
    pandas.DataFrame
        row, order_id, opened (days since the start, as the others), delay (days), closed, complaint, resolved,
        gesture (bool), p_leave, left (bool).
    """
    rng = stream(config.seed, "service/incidents", block_of(population))
    row = orders["row"].to_numpy()
    quality = standard(population["perceived_quality"])
    chance = config.incident_rate * np.exp(-config.incident_quality * quality)[row]
    draws = rng.random((7, len(orders)))
    happens = draws[0] < chance
    table = pd.DataFrame({"row": row[happens], "order_id": orders["order_id"].to_numpy()[happens]})
    u = draws[1:, happens]
    ordered = as_days(orders["date"])[happens]
    table["opened"] = ordered + np.floor(1 + 6 * u[0])
    table["delay"] = np.floor(np.exp(np.log(3) + 0.8 * rng.standard_normal(len(table)))).clip(0, 45)
    table["complaint"] = u[1] < config.complaint_share
    priority = config.resolution_priority * rate_score(population)[table["row"]]
    resolved = u[2] < expit(logit(np.clip(config.resolution_rate, 1e-9, 1 - 1e-9)) + priority)
    table["resolved"] = table["complaint"] & resolved
    table["gesture"] = table["complaint"] & (u[3] < config.compensation_share)
    table["closed"] = table["opened"] + np.where(table["complaint"], table["delay"], 0)
    spoken = config.loss_complaint + config.loss_delay * np.minimum(table["delay"], 10)
    spoken = spoken - config.recovery_resolution * table["resolved"] - config.recovery_compensation * table["gesture"]
    table["p_leave"] = np.where(table["complaint"], spoken, config.loss_silent).clip(0, 1)
    table["left"] = u[4] < table["p_leave"]
    gone = np.full(len(population), np.inf)
    np.minimum.at(gone, table["row"][table["left"]], table["closed"][table["left"]])
    return table[ordered <= gone[table["row"]]].reset_index(drop=True)


def make_service(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Open the tickets, answer them, and let some customers leave.

    Returns
    -------
    dict of pandas.DataFrame
        tickets (ticket_id, customer_id, date, channel, type: réclamation | question | panne, order_id, delay_days,
        closed, resolved, compensation_cents, cost_cents), contacts, verite/incidents, verite/departs (customer_id,
        date, cause), verite/reponses (customer_id, date, subject, elsewhere, contradiction), -ventes.
    """
    block = block_of(population)
    incidents = make_incidents(config, population, orders)
    leaving = incidents[incidents["left"]].sort_values("closed", kind="stable").drop_duplicates("row")
    gone = np.full(len(population), np.inf)
    gone[leaving["row"]] = leaving["closed"]
    lost = orders["order_id"][as_days(orders["date"]) > gone[orders["row"]]]
    questions, contacts, truth = _questions(config, population, orders, block)
    complaints = incidents[incidents["complaint"]].assign(type="réclamation")
    calm = _breakdowns(config, population, block)
    tickets = pd.concat([complaints, calm, questions], ignore_index=True)
    tickets = tickets[(tickets["opened"] <= gone[tickets["row"]]) & (tickets["opened"] < HORIZON)]
    tickets = tickets.sort_values(["opened", "row", "type"], kind="stable", ignore_index=True)
    table = _as_table(config, population, tickets, block)
    ids = population["customer_id"].to_numpy()
    at, reached = as_days(contacts["date"]), contacts.pop("row")
    contacts = contacts[(at <= gone[reached]) & (at < HORIZON)]
    spoken = table[table["type"] != "question"]
    return {
        "tickets": table,
        "contacts": pd.concat(
            [
                contact_rows(spoken["customer_id"], spoken["date"], spoken["channel"], "service",
                             spoken["type"].replace({"panne": "panne de machine"}),
                             direction="entrant", outcome=np.where(spoken["resolved"], "résolu", "sans suite")),
                contacts,
                _calls(config, population, block),
            ]
        ),
        "verite/incidents": incidents.drop(columns="row").assign(
            customer_id=ids[incidents["row"]],
            opened=as_dates(incidents["opened"]),
            closed=as_dates(incidents["closed"]),
        ),
        "verite/departs": pd.DataFrame(
            {
                "customer_id": ids[leaving["row"]],
                "date": as_dates(leaving["closed"].to_numpy()),
                "cause": np.where(leaving["complaint"], "réclamation", "incident tu"),
            }
        ),
        "verite/reponses": truth,
        "-ventes": lost.to_frame(),
    }  # fmt: skip


def _breakdowns(config: SimulationConfig, population: pd.DataFrame, block: int) -> pd.DataFrame:
    """Return machines that break down under contract, and the tickets that precede some cancellations."""
    contracts = make_contracts(config, population)
    row = pd.Index(population["customer_id"]).get_indexer(contracts["customer_id"])
    since, until = as_days(contracts["start"]), np.nan_to_num(as_days(contracts["end"]), nan=HORIZON)
    rng = stream(config.seed, "service/pannes", block)
    count = rng.poisson(config.breakdown_rate * (until - since) / 365.25)
    day = np.repeat(since, count) + rng.random(count.sum()) * np.repeat(until - since, count)
    broken = pd.DataFrame({"row": np.repeat(row, count), "opened": np.floor(day), "type": "panne"})
    before = make_precursors(config, contracts, block)
    before = before[before["event"] == "ticket"]
    place = pd.Index(population["customer_id"]).get_indexer(before["customer_id"])
    follow = pd.DataFrame({"row": place, "opened": as_days(before["date"]), "type": "panne"})
    table = pd.concat([broken, follow], ignore_index=True)
    table["delay"] = np.floor(np.exp(np.log(2) + 0.7 * rng.standard_normal(len(table))))
    table["resolved"] = rng.random(len(table)) < 0.85
    return table.assign(closed=table["opened"] + table["delay"], gesture=False)


def _calls(config: SimulationConfig, population: pd.DataFrame, block: int) -> pd.DataFrame:
    before = make_precursors(config, make_contracts(config, population), block)
    calls = before[before["event"] == "appel"]
    answer = np.array(QUESTIONS["fin du contrat"])[
        stream(config.seed, "service/appels", block).integers(0, 3, len(calls))
    ]
    return contact_rows(calls["customer_id"], calls["date"], "téléphone", "service", "question", direction="entrant",
                        subject="fin du contrat", outcome="répondu", answer=answer)  # fmt: skip


def _questions(config, population, orders, block) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ask questions, some of them twice; return tickets, contacts (with row) and which answers contradict."""
    rng = stream(config.seed, "service/questions", block)
    row = orders["row"].to_numpy()
    asks = np.flatnonzero(rng.random(len(orders)) < config.question_rate * population["service_load"].to_numpy()[row])
    n = len(asks)
    reason = np.array(list(QUESTIONS), dtype=object)[rng.integers(0, len(QUESTIONS), n)]
    day = as_days(orders["date"])[asks] + rng.integers(0, 4, n)
    channel = pick(rng.random(n), CHANNELS)
    again = rng.random(n) < config.repeat_share
    elsewhere = rng.random(n) < config.repeat_elsewhere
    names = np.array(list(CHANNELS), dtype=object)
    place = pd.Index(names).get_indexer(channel)
    other = names[(place + np.where(elsewhere, rng.integers(1, len(names), n), 0)) % len(names)]
    contradiction = rng.random(n) < np.where(elsewhere, config.contradiction_elsewhere, config.contradiction_same)
    first = rng.integers(0, 3, n)
    second = (first + np.where(contradiction, rng.integers(1, 3, n), 0)) % 3
    answers = np.array([QUESTIONS[name] for name in reason], dtype=object).reshape(n, 3)
    later = day + rng.integers(1, 6, n)
    ids = population["customer_id"].to_numpy()[row[asks]]
    once = contact_rows(ids, as_dates(day), channel, "service", "question", direction="entrant", subject=reason,
                        answer=answers[np.arange(n), first], outcome="répondu").assign(row=row[asks])  # fmt: skip
    twice = contact_rows(ids, as_dates(later), other, "service", "question", direction="entrant", subject=reason,
                         answer=answers[np.arange(n), second], outcome="répondu").assign(row=row[asks])  # fmt: skip
    tickets = pd.DataFrame({"row": row[asks], "opened": day, "closed": day, "delay": 0.0, "resolved": True,
                            "gesture": False, "type": "question", "channel": channel})  # fmt: skip
    truth = pd.DataFrame({"customer_id": ids, "date": as_dates(later), "subject": reason, "elsewhere": elsewhere,
                          "contradiction": contradiction})  # fmt: skip
    return tickets, pd.concat([once, twice[again]]), truth[again].reset_index(drop=True)


def _as_table(config, population, tickets: pd.DataFrame, block: int) -> pd.DataFrame:
    drawn = pick(stream(config.seed, "service/canal", block).random(len(tickets)), CHANNELS)
    closed = tickets["closed"].to_numpy()
    done = closed < HORIZON
    return pd.DataFrame(
        {
            "ticket_id": numbered("T", block, len(tickets)),
            "customer_id": population["customer_id"].to_numpy()[tickets["row"]],
            "date": as_dates(tickets["opened"].to_numpy()),
            "channel": tickets["channel"].where(tickets["channel"].notna(), pd.Series(drawn)).to_numpy(),
            "type": tickets["type"],
            "order_id": tickets["order_id"],
            "closed": as_dates(np.where(done, closed, np.nan)),
            "delay_days": np.where(done, tickets["delay"], np.nan),
            "resolved": done & tickets["resolved"].astype(bool),
            "compensation_cents": cents(tickets["gesture"].astype(bool) * config.compensation_value),
            "cost_cents": np.full(len(tickets), TICKET_CENTS),
        }
    )
