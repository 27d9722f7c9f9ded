"""How each software of the firm writes a record: its columns, its spelling habits, its formats."""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.mistakes import abbreviated, bare, change, postal
from grc_helpers.data.simulator.streams import stream

REASONS = (
    "machine en panne",
    "question",
    "détartrage",
    "retard de livraison",
    "café éventé",
    "facture",
)


def lay_out(config: SimulationConfig, records: pd.DataFrame, spent: pd.Series, block: int) -> dict[str, pd.DataFrame]:
    """Return the table of each file, as its own software writes it: text, but for true dates and numbers.

    Parameters
    ----------
    records : pandas.DataFrame
        See `sources.make_records`; with ``score``, the answer to the survey.
    spent : pandas.Series
        Total of the orders of each account, in euros, by record_key.
    """
    tables = {}
    for source, layout in LAYOUTS.items():
        mine = records[records["source"] == source].reset_index(drop=True)
        tables[source] = layout(mine, stream(config.seed, f"sources/{source}/ecriture", block), spent)
    return tables


def _spaced(number: str, mark: str) -> str:
    return mark.join(number[place : place + 2] for place in range(0, 10, 2))


def _phones(numbers: pd.Series, how: np.ndarray) -> pd.Series:
    """Write telephone numbers in one of three ways: 0: 06 39 98 00 00; 1: 06.39.98.00.00; 2: +33639980000."""
    written = {0: lambda text: _spaced(text, " "), 1: lambda text: _spaced(text, "."), 2: lambda text: f"+33{text[1:]}"}
    for kind, write in written.items():
        numbers = change(numbers, (how == kind) & numbers.ne("").to_numpy(), write)
    return numbers


def _phone(records: pd.DataFrame) -> pd.Series:
    return records["mobile"].where(records["mobile"] != "", records["landline"])


def _filler(values: pd.Series, rng: np.random.Generator, texts: tuple[str, ...], share: float) -> pd.Series:
    """Write something in a share of the empty fields: software that wants a value gets one."""
    empty = values.eq("").to_numpy() & (rng.random(len(values)) < share)
    drawn = np.array(texts, dtype=object)[rng.integers(0, len(texts), len(values))]
    return values.where(~empty, drawn)


def _dates_out_of_order(records: pd.DataFrame, rng: np.random.Generator, share: float) -> pd.DataFrame:
    """Exchange the two dates of a share of the records."""
    wrong = rng.random(len(records)) < share
    return records.assign(
        created=records["created"].where(~wrong, records["updated"]),
        updated=records["updated"].where(~wrong, records["created"]),
    )


def _street(records: pd.DataFrame, short: np.ndarray) -> pd.Series:
    """Write number and street in one line, some abbreviated."""
    street = change(records["street"], short & records["street"].ne("").to_numpy(), abbreviated)
    return (records["number"] + " " + street).str.strip()


def _french(days: pd.Series) -> pd.Series:
    return days.dt.strftime("%d/%m/%Y")


def _french_birth(texts: pd.Series) -> pd.Series:
    return texts.str.replace(r"(\d+)-(\d+)-(\d+)", r"\3/\2/\1", regex=True)


def _till(records: pd.DataFrame, rng: np.random.Generator, spent: pd.Series) -> pd.DataFrame:
    capital, lost, short, slip = rng.random((4, len(records)))
    records = _dates_out_of_order(records, rng, 0.012)
    town = records["city"].where((slip >= 0.02) | records["city"].eq(""), "Angers")  # the first one of the list
    phone = _phones(_phone(records), rng.integers(0, 2, len(records)))
    name = change(records["family_name"], capital < 0.6, str.upper)
    name = change(name, lost < 0.35, bare)
    total = records["record_key"].map(spent).fillna(0).map("{:.2f}".format).str.replace(".", ",")
    return pd.DataFrame(
        {
            "N° fiche": records["record_key"],
            "Carte": records["card"].map({True: "O", False: "N"}),
            "Civ.": records["title"],
            "Nom": name,
            "Prénom": change(records["given_name"], lost < 0.2, bare),
            "Adresse": _street(records, short < 0.55),
            "Complément": records["complement"],
            "CP": records["postcode"],
            "Ville": change(town, short < 0.3, lambda city: city.replace("Saint-", "St ").upper()),
            "Tél.": _filler(phone, rng, ("00 00 00 00 00", "NC", "06"), 0.25),
            "E-mail": _filler(records["email"], rng, ("néant", "pas d'e-mail", "x@x", "nc@"), 0.08),
            "Né(e) le": _filler(_french_birth(records["birth_date"]), rng, ("01/01/1900",), 0.06),
            "Créée le": _french(records["created"]),
            "Modifiée le": _french(records["updated"]),
            "Cumul achats": total,
        }
    )


def _web(records: pd.DataFrame, rng: np.random.Generator, spent: pd.Series) -> pd.DataFrame:
    small, short = rng.random((2, len(records)))
    company = records["company"].where(rng.random(len(records)) < 0.7, "")
    return pd.DataFrame(
        {
            "compte": records["record_key"],
            "prenom": change(records["given_name"], small < 0.3, str.lower),
            "nom": change(records["family_name"], small < 0.3, str.lower),
            "societe": company,
            "email": change(records["email"], small > 0.9, str.capitalize),
            "telephone": _filler(
                _phones(_phone(records), rng.choice([0, 2, 3], len(records), p=[0.3, 0.2, 0.5])),
                rng,
                ("0000000000", "0123"),
                0.3,
            ),
            "adresse": _street(records, short < 0.2),
            "complement": records["complement"],
            "code_postal": records["postcode"],
            "ville": change(records["city"], small < 0.3, str.lower),
            "date_naissance": records["birth_date"],
            "cree_le": records["created"].dt.strftime("%Y-%m-%d"),
            "derniere_connexion": records["updated"].dt.strftime("%Y-%m-%d"),
        }
    )


def _crm(records: pd.DataFrame, rng: np.random.Generator, spent: pd.Series) -> pd.DataFrame:
    short, typed = rng.random((2, len(records)))
    records = _dates_out_of_order(records, rng, 0.02)
    person = (records["family_name"].map(bare).str.upper() + " " + records["given_name"]).str.strip()
    office = records["company"] != ""
    title = pd.Series(np.where(short < 0.5, records["title"] + " " + person, person))
    landline = pd.Series(
        [
            int(text) if text and u < 0.2 else _spaced(text, " ")
            for text, u in zip(records["landline"], typed, strict=True)
        ],
        dtype=object,
    )  # typed as a number, Excel loses its zero
    return pd.DataFrame(
        {
            "Réf.": records["record_key"],
            "Client": records["company"].where(office, title),
            "Contact": person.where(office, ""),
            "Adresse": _street(records, short < 0.4),
            "CP": records["postcode"].map(lambda code: int(code) if code else ""),
            "Ville": records["city"].str.upper().map(bare),
            "Téléphone": landline.where(landline.ne(""), ""),
            "Portable": _phones(records["mobile"], np.zeros(len(records))),
            "Courriel": _filler(records["email"], rng, ("à demander", "?"), 0.15),
            "Créé le": records["created"].dt.to_pydatetime(),
            "Modifié le": records["updated"].dt.to_pydatetime(),
        }
    )


def _survey(records: pd.DataFrame, rng: np.random.Generator, spent: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Réponse": records["record_key"],
            "Date": records["created"].dt.strftime("%Y-%m-%d"),
            "Prénom": records["given_name"],
            "Nom (facultatif)": records["family_name"],
            "Adresse e-mail": records["email"],
            "Code postal": records["postcode"],
            "Année de naissance": records["birth_date"].str[:4],
            "Note de satisfaction (0 à 10)": records["score"],
        }
    )


def _service(records: pd.DataFrame, rng: np.random.Generator, spent: pd.Series) -> pd.DataFrame:
    way = rng.random(len(records))
    given, name = records["given_name"], records["family_name"]
    who = np.select(
        [way < 0.45, way < 0.72, way < 0.93],
        [given + " " + name, records["title"] + " " + given + " " + name.str.upper(), name.str.upper() + " " + given],
        records["title"] + " " + name,
    )
    return pd.DataFrame(
        {
            "Dossier": records["record_key"],
            "Ouvert le": _french(records["created"]),
            "Demandeur": pd.Series(who).str.replace("  ", " ").str.strip(),
            "Société": records["company"],
            "Téléphone": _phones(_phone(records), rng.integers(0, 4, len(records))),
            "Courriel": records["email"],
            "Code postal": records["postcode"],
            "Motif": np.array(REASONS, dtype=object)[rng.integers(0, len(REASONS), len(records))],
        }
    )


def _bought(records: pd.DataFrame, rng: np.random.Generator, spent: pd.Series) -> pd.DataFrame:
    text = {name: records[name].map(postal) for name in ("family_name", "given_name", "street", "complement", "city")}
    return pd.DataFrame(
        {
            "id_fiche": records["record_key"],
            "civilite": records["title"].map({"M.": "M", "Mme": "MME"}),
            "nom": text["family_name"],
            "prenom": text["given_name"],
            "telephone": _phone(records),
            "voie": (records["number"].str.upper() + " " + text["street"]).str.strip(),
            "complement": text["complement"],
            "code_postal": records["postcode"],
            "commune": text["city"],
            "naissance": pd.to_datetime(records["birth_date"], errors="coerce").dt.date,
            "mise_a_jour": records["updated"].dt.date,
        }
    ).replace("", None)


LAYOUTS = {
    "caisse_carte": _till,
    "comptes_web": _web,
    "telephone_crm": _crm,
    "enquete": _survey,
    "service": _service,
    "fichier_externe": _bought,
}
