"""The records of the firm's files: who is in which file, since when, and what became of each field.

A person is in the till's file (``caisse_carte``), in the web shop's (``comptes_web``) or in the office's
(``telephone_crm``) when an order went through it, from the day of the first one; sometimes twice: then later orders
are under the second record. The survey, the service desk and the bought file hold other selections, and the last one
persons who are no customers.
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.clock import DAYS
from grc_helpers.data.simulator.config import START, SimulationConfig
from grc_helpers.data.simulator.draws import as_days
from grc_helpers.data.simulator.mistakes import change, initial, shortened, typo, wrong_date, wrong_digit, wrong_email
from grc_helpers.data.simulator.people import ADDRESS, make_people
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

CHANNELS = {
    "boutique": "caisse_carte",
    "web": "comptes_web",
    "téléphone": "telephone_crm",
    "commercial": "telephone_crm",
}
SOURCES = ("caisse_carte", "comptes_web", "telephone_crm", "enquete", "service", "fichier_externe")
KEYS = {"caisse_carte": "F", "comptes_web": "W", "telephone_crm": "C-", "enquete": "R", "service": "SAV-"}
KEYS |= {"fichier_externe": "X"}
SELECTED = {"enquete": 0.17, "service": 0.15, "fichier_externe": 0.32}  # share of the customers
STRANGERS = 0.14  # persons of the bought file who are no customers, as a share of the customers
TWICE = {"caisse_carte": 0.14, "comptes_web": 0.13, "telephone_crm": 0.10, "enquete": 0.04, "service": 0.16}
TWICE |= {"fichier_externe": 0.03}
# Share of the records that have the field, by source; the till asks little of those who have no card.
FILLED = pd.DataFrame(
    {
        "caisse_carte": [0.99, 1.00, 0.95, 0.98, 0.95, 0.70, 0.82],
        "caisse_sans_carte": [0.97, 1.00, 0.25, 0.90, 0.94, 0.58, 0.00],
        "comptes_web": [0.99, 0.99, 0.92, 0.97, 0.90, 1.00, 0.48],
        "telephone_crm": [0.97, 1.00, 0.96, 0.98, 0.97, 0.76, 0.00],
        "enquete": [0.97, 0.90, 0.00, 0.94, 0.00, 0.97, 0.90],
        "service": [0.97, 1.00, 0.00, 0.78, 0.97, 0.80, 0.00],
        "fichier_externe": [0.99, 1.00, 0.98, 1.00, 0.62, 0.00, 0.98],
    },
    index=["given_name", "family_name", "street", "postcode", "phone", "email", "birth_date"],
).T
# Share of the records with the mistake, by source.
WRONG = pd.DataFrame(
    {
        "caisse_carte": [0.050, 0.030, 0.03, 0.04, 0.015, 0.04, 0.020, 0.03, 0.04, 0.08],
        "comptes_web": [0.025, 0.020, 0.06, 0.00, 0.030, 0.03, 0.015, 0.00, 0.04, 0.10],
        "telephone_crm": [0.050, 0.030, 0.02, 0.05, 0.010, 0.00, 0.020, 0.03, 0.03, 0.15],
        "enquete": [0.030, 0.020, 0.10, 0.00, 0.020, 0.02, 0.000, 0.02, 0.00, 0.08],
        "service": [0.060, 0.030, 0.05, 0.05, 0.030, 0.00, 0.025, 0.03, 0.00, 0.15],
        "fichier_externe": [0.020, 0.010, 0.00, 0.01, 0.005, 0.01, 0.000, 0.00, 0.02, 0.00],
    },
    index=[
        *("faute dans le nom", "faute dans le prénom", "prénom abrégé", "initiale", "nom et prénom échangés"),
        *("date de naissance fausse", "téléphone faux", "e-mail faux", "faute dans la rue", "autre e-mail"),
    ],
).T


def make_records(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the records of all the files for a block of customers.

    Parameters
    ----------
    population, orders : pandas.DataFrame
        The LATENT frame and the orders of the block.

    Returns
    -------
    pandas.DataFrame
        One row a record: source, record_key, person_id (customer_id, or "X…" for a stranger), created, updated, errors
        (French labels joined by « | »), card (bool), title, given_name, family_name, company, number, street,
        complement, postcode, city, mobile, landline, email, birth_date (ISO text), score (0 to 10). A missing
        text is "".
    """
    block = block_of(population)
    people = make_people(config, population, block=block)
    strangers = _strangers(config, population, block)
    everyone = pd.concat([people, strangers], ignore_index=True)
    members = _twice(config, _members(config, population, orders, len(strangers), block), block)
    records = _observed(everyone, members, population, config, block)
    for source in SOURCES:
        mine = records["source"].eq(source).to_numpy()
        records.loc[mine] = _spoiled(config, records[mine], source, block)
    records = records.sort_values(["source", "created", "person_id", "family_name"], kind="stable", ignore_index=True)
    number = 1 + records.groupby("source").cumcount() + 100_000 * block
    records["record_key"] = records["source"].map(KEYS) + number.astype(str).str.zfill(6)
    return records


def keyed_orders(orders: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """Return the record under which each order was registered: the last one of its file made before it."""
    accounts = records[records["source"].isin(set(CHANNELS.values()))]
    left = orders[["customer_id", "date", "channel"]].assign(source=orders["channel"].map(CHANNELS), place=orders.index)
    left["date"] = left["date"].astype("datetime64[s]")
    right = accounts[["source", "person_id", "created", "record_key"]].rename(columns={"person_id": "customer_id"})
    right["created"] = right["created"].astype("datetime64[s]")
    found = pd.merge_asof(
        left.sort_values("date", kind="stable"),
        right.sort_values("created", kind="stable"),
        left_on="date",
        right_on="created",
        by=["customer_id", "source"],
    )
    return found.set_index("place")["record_key"].reindex(orders.index)


def _strangers(config: SimulationConfig, population: pd.DataFrame, block: int) -> pd.DataFrame:
    """Return persons who are no customers but look like them."""
    individuals = population[population["kind"] == "particulier"]
    size = round(STRANGERS * len(population))
    drawn = individuals.iloc[stream(config.seed, "sources/inconnus", block).integers(0, len(individuals), size)]
    drawn = drawn.assign(customer_id=[f"X{block * 10_000 + k + 1:07d}" for k in range(size)], household_size=1)
    return make_people(config, drawn.reset_index(drop=True), block=block, table="inconnus")


def _members(config, population: pd.DataFrame, orders: pd.DataFrame, strangers: int, block: int) -> pd.DataFrame:
    """Return who is in which file (source, row), from which day to which day (days since the start)."""
    row = orders["customer_id"].map(pd.Series(population.index, index=population["customer_id"]))
    by_order = pd.DataFrame({"source": orders["channel"].map(CHANNELS), "row": row, "day": as_days(orders["date"])})
    found = [by_order.groupby(["source", "row"], as_index=False)["day"].agg(first="min", last="max")]
    rows, start = np.arange(len(population)), as_days(population["acquired"])
    office = population["kind"].eq("bureau").to_numpy()
    for source, share in SELECTED.items():
        rng = stream(config.seed, f"sources/{source}/membres", block)
        weight = population["service_load"].to_numpy() if source == "service" else np.ones(len(rows))
        chosen = rng.random(len(rows)) < share * weight / weight.mean()
        chosen &= ~office | (source == "service")
        day = start + (DAYS - start) * rng.random(len(rows))
        if source == "fichier_externe":  # collected by others, before and during the period
            day = -500 + (DAYS + 300) * rng.random(len(rows))
        found.append(pd.DataFrame({"source": source, "row": rows, "first": day, "last": DAYS - 1.0})[chosen])
    others = stream(config.seed, "sources/fichier_externe/inconnus", block).random(strangers)
    first = -500 + (DAYS + 300) * others
    place = len(population) + np.arange(strangers)
    found.append(pd.DataFrame({"source": "fichier_externe", "row": place, "first": first, "last": DAYS - 1.0}))
    return pd.concat(found, ignore_index=True)


def _twice(config: SimulationConfig, members: pd.DataFrame, block: int) -> pd.DataFrame:
    """Add second records: made on a later day of the same customer in the same file."""
    rng = stream(config.seed, "sources/doublons", block)
    u, when = rng.random(len(members)), rng.random(len(members))
    again = (u < members["source"].map(TWICE) * config.source_duplicates) & (members["last"] > members["first"] + 1)
    later = members[again].copy()
    later["first"] = later["first"] + 1 + (later["last"] - later["first"] - 1) * when[again]
    both = pd.concat([members.assign(again=False), later.assign(again=True)], ignore_index=True)
    both["created"] = np.floor(both["first"])
    return both.sort_values(["source", "row", "created"], kind="stable", ignore_index=True)


def _observed(everyone, members, population, config, block) -> pd.DataFrame:
    """Return each record as the person was on the day when the record was last brought up to date."""
    rng = stream(config.seed, "sources/mise_a_jour", block)
    refreshed, share = rng.random(len(members)) < 0.4, rng.random(len(members))
    created = members["created"].to_numpy()
    updated = np.floor(np.where(refreshed, created + (DAYS - 1 - created) * share, created))
    who = everyone.iloc[members["row"]].reset_index(drop=True)
    records = pd.DataFrame({"source": members["source"], "record_key": "", "person_id": who["customer_id"]})
    for name, days in (("created", created), ("updated", updated)):
        records[name] = (np.datetime64(START) + days.astype("timedelta64[D]")).astype("datetime64[s]")
    stale = (records["updated"] < who["moved"]).to_numpy()
    married = (records["updated"] < who["renamed"]).to_numpy()
    held = as_days(population["card_from"])
    held = np.concatenate([held, np.full(len(everyone) - len(population), np.nan)])[members["row"]]
    records["errors"] = np.where(stale, "|ancienne adresse", "") + pd.Series(np.where(married, "|ancien nom", ""))
    records["card"] = members["source"].eq("caisse_carte") & (updated >= held)
    records["title"] = np.where(who["sex"] == "F", "Mme", "M.")
    records["given_name"], records["company"] = who["given_name"], who["company"]
    records["family_name"] = who["family_name"].where(~married, who["former_name"])
    for part in ADDRESS:
        records[part] = who[part].where(~stale, who[f"former_{part}"])
    records["mobile"], records["landline"] = who["mobile"], who["landline"]
    records["email"], records["second_email"] = who["email"], who["second_email"]
    records["birth_date"] = who["birth_date"].dt.strftime("%Y-%m-%d").fillna("")
    records["again"] = members["again"].to_numpy()
    opinion = np.append(population["satisfaction"].to_numpy(), 7.0)[np.minimum(members["row"], len(population))]
    score = np.round(opinion + stream(config.seed, "sources/note", block).normal(0, 1.2, len(members))).clip(0, 10)
    records["score"] = score.astype("int64")
    return records


def _spoiled(config: SimulationConfig, records: pd.DataFrame, source: str, block: int) -> pd.DataFrame:
    """Empty some fields of a file's records and spoil others; say which in ``errors``."""
    rng, records = stream(config.seed, f"sources/{source}/fautes", block), records.copy()
    poor = records["source"].where(records["card"] | (source != "caisse_carte"), "caisse_sans_carte")
    kept = {name: rng.random(len(records)) < poor.map(FILLED[name]).to_numpy(dtype=float) for name in FILLED}
    hit = {name: rng.random(len(records)) < WRONG.loc[source, name] * config.source_errors for name in WRONG}
    other = (hit["autre e-mail"] | records["again"].to_numpy()) & records["second_email"].ne("").to_numpy()
    records["email"] = records["email"].where(~other, records["second_email"])
    hit["autre e-mail"] = other
    one_phone = source != "telephone_crm"
    cell = records["mobile"].ne("") & (rng.random(len(records)) < 0.85) if one_phone else True
    records["mobile"] = records["mobile"].where(cell & kept["phone"], "")
    records["landline"] = records["landline"].where((~cell if one_phone else True) & kept["phone"], "")
    for name in ("given_name", "family_name", "email", "birth_date"):
        records[name] = records[name].where(kept[name], "")
    for names, field in ((("number", "street", "complement"), "street"), (("postcode", "city"), "postcode")):
        for name in names:
            records[name] = records[name].where(kept[field], "")
    named = records["given_name"].ne("") & records["family_name"].ne("")
    hit["nom et prénom échangés"] &= named.to_numpy()
    slips = {
        "faute dans le nom": ("family_name", typo(rng)),
        "faute dans le prénom": ("given_name", typo(rng)),
        "prénom abrégé": ("given_name", shortened),
        "initiale": ("given_name", initial),
        "date de naissance fausse": ("birth_date", wrong_date(rng)),
        "téléphone faux": ("mobile", wrong_digit(rng)),
        "e-mail faux": ("email", wrong_email(rng)),
        "faute dans la rue": ("street", typo(rng)),
    }
    for label, (name, how) in slips.items():
        before = records[name]
        records[name] = change(before, hit[label] & before.ne("").to_numpy(), how)
        hit[label] = records[name].ne(before).to_numpy()
    swap = hit["nom et prénom échangés"]
    records.loc[swap, ["given_name", "family_name"]] = records.loc[swap, ["family_name", "given_name"]].to_numpy()
    for label, mask in hit.items():
        records["errors"] = records["errors"] + np.where(mask, f"|{label}", "")
    records["errors"] = records["errors"].str.removeprefix("|")
    return records
