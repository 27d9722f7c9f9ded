"""What each customer allowed, record by record: asked where, on which day, in which words; and taken back, sometimes.

The office and the till ask for the telephone only since the law of 30 June 2025 was published (prospecting by telephone
needs prior consent from 11 August 2026); older records have no answer. Each record keeps its own answer: two records
of one person may contradict each other.
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import END, SimulationConfig
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

ASKED = {  # source: {channel: (how, share of the records asked)}
    "caisse_carte": {"e-mail": ("formulaire de carte", 0.95), "téléphone": ("formulaire de carte", 0.85)},
    "comptes_web": {"e-mail": ("case à cocher du site", 1.0), "téléphone": ("case à cocher du site", 1.0)},
    "telephone_crm": {"e-mail": ("oral, au téléphone", 0.55), "téléphone": ("oral, au téléphone", 0.7)},
}
SLIP = 0.05  # share of the answers that are not what the person wants
WITHDRAWN = 0.08  # share of the e-mail agreements taken back later


def make_consents(config: SimulationConfig, population: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Return the answers collected, by date.

    Parameters
    ----------
    population : pandas.DataFrame
        With customer_id, consent_email, consent_phone: what each one wants.
    records : pandas.DataFrame
        See `sources.make_records`.

    Returns
    -------
    pandas.DataFrame
        source, record_key, channel (e-mail | téléphone), answer (oui | non), date, how (French).
    """
    block = block_of(population)
    wishes = population.set_index("customer_id")[["consent_email", "consent_phone"]]
    found = []
    for source, asked in ASKED.items():
        mine = records[records["source"].eq(source) & (records["card"] | (source != "caisse_carte"))]
        wanted = wishes.reindex(mine["person_id"])
        for channel, (how, share) in asked.items():
            rng = stream(config.seed, f"consentements/{source}/{channel}", block)
            agreed = wanted["consent_email" if channel == "e-mail" else "consent_phone"].to_numpy(dtype=bool)
            slip, u = rng.random((2, len(mine)))
            date = mine["created"]
            answered = u < share
            if channel == "téléphone":
                date = mine["updated"]
                answered &= (date >= pd.Timestamp(config.phone_consent_from)).to_numpy()
            table = pd.DataFrame(
                {
                    "source": source,
                    "record_key": mine["record_key"],
                    "channel": channel,
                    "answer": np.where(agreed ^ (slip < SLIP), "oui", "non"),
                    "date": date,
                    "how": how,
                }
            )
            found.append(table[answered])
    answers = pd.concat(found, ignore_index=True)
    both = pd.concat([answers, _withdrawals(config, answers, block)], ignore_index=True)
    return both.sort_values(["date", "source", "record_key", "channel"], kind="stable", ignore_index=True)


def _withdrawals(config: SimulationConfig, answers: pd.DataFrame, block: int) -> pd.DataFrame:
    """Return the agreements taken back by the link at the foot of an e-mail."""
    rng = stream(config.seed, "consentements/retraits", block)
    chance, when = rng.random((2, len(answers)))
    gone = answers["channel"].eq("e-mail") & answers["answer"].eq("oui") & (chance < WITHDRAWN)
    left = (pd.Timestamp(END) - answers["date"]).dt.days
    date = answers["date"] + pd.to_timedelta(np.ceil(left * when), unit="D").astype("timedelta64[s]")
    return answers.assign(answer="non", date=date.astype("datetime64[s]"), how="lien de désinscription")[gone]
