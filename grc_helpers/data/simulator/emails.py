"""Newsletters: who consents receives them; a trial sets the pressure by lot; opens are measured with two errors.

Some mail programs fetch the images of every e-mail, read or not: opens are counted that nobody made. Others block the
pixel: reading leaves no trace. Clicks need a reader. Who unsubscribes receives nothing more.
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import END, SimulationConfig
from grc_helpers.data.simulator.draws import pick
from grc_helpers.data.simulator.events import contact_rows, numbered, with_mean
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

LEVELS = np.array([1, 2, 4, 8])  # e-mails in 28 days
TRIAL = "ESSAI-PRESSION"


def _schedule(config: SimulationConfig) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of the sendings, and the lowest level that receives each (1: everyone)."""
    start = np.datetime64(config.pressure_start)
    stop = start + np.timedelta64(28 * config.pressure_months, "D")
    months = np.arange(np.datetime64("2024-01"), np.datetime64(END) + 1, dtype="datetime64[M]").astype("datetime64[D]")
    months = months + (1 - (months.astype(int) + 3)) % 7  # 1970-01-01 was a Thursday: the first Tuesday of the month
    monthly = months[(months < start) | (months >= stop)]
    slots = np.arange(8 * config.pressure_months)
    lowest = np.select([slots % 8 == 0, slots % 4 == 0, slots % 2 == 0], LEVELS[:3], LEVELS[3])
    days = np.concatenate([monthly, start + (slots * 3.5).astype(int)])
    order = np.argsort(days, kind="stable")
    return days[order], np.concatenate([np.zeros(len(monthly), dtype=int), lowest])[order]


def make_emails(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Send the newsletters and the e-mails of the trial.

    Returns
    -------
    dict of pandas.DataFrame
        emails (email_id, campaign_id, customer_id, date, pressure (e-mails in 28 days), opened as measured, clicked,
        unsubscribed), contacts, verite/ouvertures (email_id, mail_program, read).
    """
    people = population[population["consent_email"]].reset_index(drop=True)
    rng = stream(config.seed, "emails", block_of(population))
    level = LEVELS[rng.integers(0, len(LEVELS), len(people))]
    read_rate = with_mean(config.email_spread * rng.standard_normal(len(people)), config.email_read)
    shares = {"précharge": config.email_prefetch, "bloque": config.email_blocked}
    program = pick(rng.random(len(people)), shares | {"fidèle": max(1 - sum(shares.values()), 0.0)})

    days, lowest = _schedule(config)
    pressure = np.where(lowest[None, :] > 0, level[:, None], 1)
    sent = (level[:, None] >= lowest[None, :]) & (people["acquired"].to_numpy()[:, None] < days[None, :])
    read_u, click_u, machine_u, leave_u = rng.random((4, *sent.shape))
    read = read_u < read_rate[:, None] * np.exp(-config.email_fatigue * (pressure - 1))
    leaves = leave_u < config.email_unsubscribe * (1 + config.email_unsubscribe_growth * (pressure - 1))
    leaves &= sent
    sent &= np.cumsum(leaves, axis=1) - leaves == 0
    clicked = read & (click_u < config.email_click)
    fetched = (program == "précharge")[:, None] & (machine_u < config.email_prefetch_open)
    opened = read & (program != "bloque")[:, None] | fetched

    column, row = np.nonzero(sent.T)  # by day, then by customer
    table = pd.DataFrame(
        {
            "email_id": numbered("E", block_of(population), len(row)),
            "campaign_id": np.where(lowest > 0, TRIAL, np.char.add("INFO-", days.astype("datetime64[M]").astype(str)))[
                column
            ],
            "customer_id": people["customer_id"].to_numpy()[row],
            "date": days[column].astype("datetime64[s]"),
            "pressure": pressure[row, column],
            "opened": opened[row, column],
            "clicked": clicked[row, column],
            "unsubscribed": leaves[row, column],
        }
    )
    outcome = np.where(table["clicked"], "clic", np.where(table["unsubscribed"], "désabonnement", None))
    return {
        "emails": table,
        "contacts": contact_rows(
            table["customer_id"], table["date"], "e-mail", "marketing", "e-mail d'offre",
            campaign_id=table["campaign_id"], cost=config.email_cost, outcome=outcome,
        ),
        "verite/ouvertures": pd.DataFrame(
            {"email_id": table["email_id"], "mail_program": program[row], "read": read[row, column]}
        ),
    }  # fmt: skip
