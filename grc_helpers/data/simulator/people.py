"""The persons behind the customers: names, birth dates, addresses, e-mails, telephones, and how they change.

Names are those of Faker's French provider. Two customers of one household share their address, their landline and
often their name; a few sons bear their father's name; some move house, some change their name. Identities are
correlated with nothing that purchases depend on.
"""

import unicodedata

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.clock import DAYS
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.draws import Draws, as_dates, pick
from grc_helpers.data.simulator.places import (
    COMMUNES,
    COMPLEMENTS,
    FIRMS,
    HANDLES,
    MAIL_DOMAINS,
    STREET_NAMES,
    STREET_TYPES,
)

ADDRESS = ["number", "street", "complement", "postcode", "city"]


def make_people(
    config: SimulationConfig, population: pd.DataFrame, *, block: int = 0, table: str = "personnes"
) -> pd.DataFrame:
    """Return who each customer of a block is.

    Parameters
    ----------
    config : SimulationConfig
    population : pandas.DataFrame
        customer_id, kind, sex, birth_year, household_size, zone, distance_km.
    block : int
        Number of the block.
    table : str
        Name of the random streams.

    Returns
    -------
    pandas.DataFrame
        One row a customer, in the order of ``population``: customer_id, kind, sex (of an office: of who orders),
        given_name, family_name, former_name and renamed (NaT: never changed), birth_date (individuals), company
        (offices); number, street, complement, postcode, city; the same with ``former_`` and moved (NaT: never moved);
        email, second_email, mobile, landline; relation ("", couple, parent, enfant) and relative (row of the other
        one, −1: none). A text that does not exist is "".
    """
    draws = Draws(config, block, table)
    draws.size = len(population)
    people = population[["customer_id", "kind"]].reset_index(drop=True)
    office = people["kind"].eq("bureau").to_numpy()
    people["sex"] = np.where(office, pick(draws.uniform("office_sex"), {"F": 0.6, "M": 0.4}), population["sex"])
    people["relation"], people["relative"] = "", -1
    _add_names(people, draws)
    _add_birth(people, population, draws)
    _add_addresses(people, population, draws, config)
    _add_contacts(people, draws)
    _join_households(people, population, draws, config)
    _rename(people, draws, config)
    _add_emails(people, draws)
    return people


def plain(text: str) -> str:
    """Return a text as an e-mail has it: lower case, no accent, no sign."""
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in bare if sign.isalnum() and sign.isascii())


def family_names(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw family names; the provider's list goes from the most to the least frequent in France."""
    from faker.providers.person.fr_FR import Provider

    names = np.array(Provider.last_names, dtype=object)
    weight = 1 / (np.arange(len(names)) + 30)
    names = names[rng.choice(len(names), size, p=weight / weight.sum())]
    double = rng.random(size) < 0.03
    return np.where(double, names + "-" + rng.permutation(names), names)


def given_names(rng: np.random.Generator, sex: np.ndarray) -> np.ndarray:
    """Draw given names; one in twenty is compound."""
    from faker.providers.person.fr_FR import Provider

    drawn = np.empty(len(sex), dtype=object)
    for letter, names, first in (("M", Provider.first_names_male, "Jean"), ("F", Provider.first_names_female, "Marie")):
        unique = np.array(sorted(set(names)), dtype=object)
        names = unique[(len(unique) * rng.random(len(sex)) ** 1.4).astype(int)]
        names = np.where((rng.random(len(sex)) < 0.05) & (names != first), first + "-" + names, names)
        drawn = np.where(sex == letter, names, drawn)
    return drawn


def _add_names(people: pd.DataFrame, draws: Draws) -> None:
    people["given_name"] = given_names(draws.rng("given_name"), people["sex"].to_numpy())
    people["family_name"] = family_names(draws.rng("family_name"), draws.size)
    firm = np.array(FIRMS, dtype=object)[draws.rng("firm").integers(0, len(FIRMS), draws.size)]
    owner = family_names(draws.rng("owner"), draws.size)
    company = [pattern.format(name) for pattern, name in zip(firm, owner, strict=True)]
    people["company"] = np.where(people["kind"] == "bureau", company, "")


def _add_birth(people: pd.DataFrame, population: pd.DataFrame, draws: Draws) -> None:
    year = population["birth_year"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    first = np.where(np.isnan(year), 1970, year).astype(int).astype(str).astype("datetime64[Y]").astype("datetime64[D]")
    born = (first + (365 * draws.uniform("birthday")).astype("timedelta64[D]")).astype("datetime64[s]")
    people["birth_date"] = pd.Series(born).where(~np.isnan(year))


def _addresses(zone: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Draw an address in each customer's zone."""
    size = len(zone)
    kind = pick(rng.random(size), STREET_TYPES)
    name = np.array(STREET_NAMES, dtype=object)[rng.integers(0, len(STREET_NAMES), size)]
    number = (1 + 140 * rng.random(size) ** 2).astype(int).astype(str).astype(object)
    number = np.where(rng.random(size) < 0.06, number + " bis", number)
    complement = np.array(COMPLEMENTS, dtype=object)[rng.integers(0, len(COMPLEMENTS), size)]
    complement = np.where(rng.random(size) < 0.18, complement, "")
    place = rng.random(size)
    city = np.empty(size, dtype=object)
    for label, communes in COMMUNES.items():
        city = np.where(zone == label, pick(place, {f"{code}|{town}": weight for code, town, weight in communes}), city)
    town = pd.Series(city).str.split("|", expand=True)
    values = [number, kind + " " + name, complement, town[0].to_numpy(), town[1].to_numpy()]
    return pd.DataFrame(dict(zip(ADDRESS, values, strict=True)))


def _add_addresses(people, population, draws: Draws, config: SimulationConfig) -> None:
    zone = population["zone"].to_numpy(dtype=object)
    people[ADDRESS] = _addresses(zone, draws.rng("address"))
    former = _addresses(zone, draws.rng("former_address"))
    movers = (draws.uniform("moves") < config.move_share) & people["kind"].eq("particulier").to_numpy()
    for name in ADDRESS:
        people[f"former_{name}"] = former[name].where(movers, "")
    people["moved"] = as_dates(np.where(movers, 60 + (DAYS - 120) * draws.uniform("moved"), np.nan))


def _add_contacts(people: pd.DataFrame, draws: Draws) -> None:
    """Give telephones: unique in a block (10 000 numbers a range)."""
    for name, prefix in (("mobile", "063998"), ("landline", "026191")):
        numbers = draws.rng(name).permutation(10_000)[: draws.size]
        people[name] = [f"{prefix}{digits:04d}" for digits in numbers]
    office = people["kind"].eq("bureau")
    people["mobile"] = people["mobile"].where(draws.uniform("has_mobile") < np.where(office, 0.5, 0.94), "")
    people["landline"] = people["landline"].where(draws.uniform("has_landline") < np.where(office, 0.95, 0.55), "")


def _join_households(people, population, draws: Draws, config: SimulationConfig) -> None:
    """Make couples, and parents with a grown-up child, of neighbours: two customers of the same zone and distance."""
    order = np.lexsort([population["distance_km"], population["zone"], population["kind"]])
    order = order[: len(order) // 2 * 2]
    one, two = order[::2], order[1::2]
    size = population["household_size"].astype("Float64").to_numpy(dtype=float, na_value=0)
    year = population["birth_year"].astype("Float64").to_numpy(dtype=float, na_value=0)
    zone, sex = population["zone"].to_numpy(), people["sex"].to_numpy()
    able = (size[one] > 1) & (size[two] > 1) & (zone[one] == zone[two])
    gap, chance = np.abs(year[one] - year[two]), draws.uniform("household")[one]
    couple = able & (sex[one] != sex[two]) & (gap <= 12) & (chance < config.couple_share)
    lineage = able & (gap >= 20) & (gap <= 42) & (chance < config.couple_share / 2)
    for name, pairs, labels in (("couple", couple, ("couple", "couple")), ("lineage", lineage, ("parent", "enfant"))):
        older = np.where(year[one] <= year[two], one, two)[pairs]
        younger = np.where(year[one] <= year[two], two, one)[pairs]
        people.loc[older, "relation"], people.loc[older, "relative"] = labels[0], younger
        people.loc[younger, "relation"], people.loc[younger, "relative"] = labels[1], older
        shared = ["landline", "moved", *ADDRESS, *(f"former_{part}" for part in ADDRESS)]
        people.loc[younger, shared] = people.loc[older, shared].to_numpy(dtype=object)
        u = draws.uniform(f"{name}_name")[older]
        same = u < (0.75 if name == "couple" else 0.9)
        people.loc[younger[same], "family_name"] = people.loc[older[same], "family_name"].to_numpy(dtype=object)
        if name == "lineage":  # the first-born bears his father's name
            alike = same & (sex[older] == sex[younger]) & (draws.uniform("namesake")[older] < 0.2)
            people.loc[younger[alike], "given_name"] = people.loc[older[alike], "given_name"].to_numpy(dtype=object)


def _rename(people: pd.DataFrame, draws: Draws, config: SimulationConfig) -> None:
    """Change the name of some women: marriage or divorce."""
    able = people["sex"].eq("F") & people["kind"].eq("particulier")
    renamed = (draws.uniform("renamed") < config.rename_share) & able.to_numpy()
    people["former_name"] = np.where(renamed, family_names(draws.rng("former_name"), draws.size), "")
    people["renamed"] = as_dates(np.where(renamed, 60 + (DAYS - 120) * draws.uniform("renamed_on"), np.nan))


def _add_emails(people: pd.DataFrame, draws: Draws) -> None:
    """Give e-mails: half are made of the name, the others say nothing of it; some couples share one."""
    both = pd.concat([_emails(people, draws, "email", 0.5), _emails(people, draws, "second_email", 0.4)])
    again = both.groupby(["local", "host"]).cumcount()  # the next ones have a number
    address = both["local"] + np.where(again > 0, "." + (again + 1).astype(str), "") + "@" + both["host"]
    people["email"] = address.iloc[: draws.size]
    second = draws.uniform("has_second") < 0.35
    people["second_email"] = address.iloc[draws.size :].where(second, "")
    shares = (people["relation"] == "couple") & (people["relative"] < people.index)
    shares &= draws.uniform("shared_email") < 0.15
    people.loc[shares, "email"] = people["email"].to_numpy(dtype=object)[people.loc[shares, "relative"].to_numpy(int)]


def _emails(people: pd.DataFrame, draws: Draws, name: str, from_name: float) -> pd.DataFrame:
    """Draw the two halves of an e-mail for each person."""
    rng = draws.rng(name)
    u, form, handle = rng.random(draws.size), rng.random(draws.size), rng.integers(0, len(HANDLES), (draws.size, 2))
    digits, domain = rng.integers(1, 100, draws.size), pick(rng.random(draws.size), MAIL_DOMAINS)
    year = people["birth_date"].dt.year.fillna(0).astype(int).to_numpy() % 100
    known_as = people["former_name"].where(people["former_name"] != "", people["family_name"])  # e-mails outlive names
    local = []
    for k, (given, family, company) in enumerate(zip(people["given_name"], known_as, people["company"], strict=True)):
        given, family = plain(given), plain(family)
        if company and form[k] < 0.6:
            local.append("contact" if form[k] < 0.25 else f"{given}.{family}")
        elif u[k] < from_name:
            forms = (f"{given}.{family}", f"{given[0]}{family}", f"{given}{family}{year[k]:02d}", f"{family}.{given}")
            local.append(forms[int(4 * form[k])])
        else:
            local.append(HANDLES[handle[k, 0]] + (f".{HANDLES[handle[k, 1]]}" if form[k] < 0.5 else str(digits[k])))
    firm = [f"{plain(company)}.example" if company else "" for company in people["company"]]
    return pd.DataFrame({"local": local, "host": np.where(people["company"] != "", firm, domain)})
