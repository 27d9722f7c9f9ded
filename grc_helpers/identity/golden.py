"""Golden records: one record a person, each field from the record that deserves it most; the sales under it."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.identity.registry import FIELDS as FILE_FIELDS

FIELDS = FILE_FIELDS | {"landline": "fixe"}
ADDRESS = ("number", "street", "complement", "postcode", "city")
BOUGHT = "fichier_externe"  # persons who are in no other file are no customers


@dataclass(frozen=True)
class Rule:
    """How a field survives.

    Attributes
    ----------
    fields : tuple of str
        Taken together, from one record.
    choice : str
        « le plus fréquent » (the most recent on a tie), « le plus récent », « le plus complet » (the most frequent, but
        a whole name before an initial or the beginning of that name).
    why : str
        In French.
    """

    fields: tuple[str, ...]
    choice: str
    why: str


RULES = (
    Rule(("family_name",), "le plus fréquent", "une faute ne se répète guère ; à égalité, le plus récent"),
    Rule(("given_name",), "le plus complet", "« J. » et « Alex » disent moins qu'« Alexandre »"),
    Rule(("title",), "le plus fréquent", "une civilité ne change guère"),
    Rule(("company",), "le plus fréquent", "une faute est rare, deux fois la même encore plus"),
    Rule(("birth_date",), "le plus fréquent", "une date de naissance ne change pas : les fautes se contredisent"),
    Rule(ADDRESS, "le plus récent", "on déménage ; l'adresse se prend d'un bloc"),
    Rule(("mobile",), "le plus récent", "un numéro se remplace"),
    Rule(("landline",), "le plus récent", "un numéro se remplace"),
    Rule(("email",), "le plus récent", "une adresse e-mail se remplace"),
)


def golden_records(records: pd.DataFrame, groups: pd.Series, rules: tuple[Rule, ...] = RULES) -> pd.DataFrame:
    """Make one record of each group.

    Parameters
    ----------
    records : pandas.DataFrame
        What `standard.standardise` returns.
    groups : pandas.Series
        By record_id: the group.
    rules : tuple of Rule
        One for each field.

    Returns
    -------
    pandas.DataFrame
        golden_id (G000001…, oldest group first), the fields of the rules, created (first), updated (last), records,
        sources (their number), customer (bool: in a file of the firm's own).
    """
    table = records.assign(group=records["record_id"].map(groups))
    table = table.sort_values(["updated", "record_id"], ascending=[False, True], kind="stable")
    by_group = table.groupby("group")
    golden = by_group.agg(
        created=("created", "min"),
        updated=("updated", "max"),
        records=("record_id", "size"),
        sources=("source", "nunique"),
    )
    golden["customer"] = table["source"].ne(BOUGHT).groupby(table["group"]).any()
    for rule in rules:
        golden = golden.join(_survivors(table, rule))
    golden = golden.reset_index().sort_values(["created", "group"], kind="stable", ignore_index=True)
    golden.insert(0, "golden_id", "G" + (golden.index + 1).astype(str).str.zfill(6))
    texts = [name for rule in rules for name in rule.fields]
    golden[texts] = golden[texts].astype(object).where(golden[texts].notna(), None)
    return golden[["golden_id", *texts, "created", "updated", "records", "sources", "customer", "group"]]


def _survivors(table: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return the fields of a rule, by group; the table goes from the most to the least recent record."""
    main = "postcode" if rule.fields == ADDRESS else rule.fields[0]
    held = table[table[main].notna()]
    if rule.fields == ADDRESS:  # a whole address before a bare postcode
        held = held.assign(whole=held["street"].notna()).sort_values("whole", ascending=False, kind="stable")
    elif rule.choice != "le plus récent":
        held = held.assign(times=held.groupby(["group", main])[main].transform("size"))
        held = held.sort_values("times", ascending=False, kind="stable")
        if rule.choice == "le plus complet":
            best = held.groupby("group")[main].agg(fullest)
            held = held[held[main] == held["group"].map(best)]
    return held.drop_duplicates("group").set_index("group")[list(rule.fields)]


def fullest(names: pd.Series) -> str:
    """Return the first name, or the first one longer than three letters; a longer one that begins like it wins."""
    best = next((name for name in names if len(name) > 3), names.iloc[0])
    return next((name for name in names if name.startswith(best) and len(name) > len(best) + 1), best)


def account_map(records: pd.DataFrame, golden: pd.DataFrame, groups: pd.Series) -> pd.Series:
    """Return the golden_id of each account, by record_key."""
    name = golden.set_index("group")["golden_id"]
    return pd.Series(
        records["record_id"].map(groups).map(name).to_numpy(), index=records["record_key"], name="golden_id"
    )


def golden_sales(sales: pd.DataFrame, accounts: pd.Series) -> pd.DataFrame:
    """Return the sales under golden customers: customer_id takes the place of account_id."""
    return sales.assign(customer_id=sales["account_id"].map(accounts)).drop(columns="account_id")


def golden_of(clean: pd.Series, golden: pd.Series) -> pd.Series:
    """Return the golden customer of each customer number of other tables, by the orders that they share.

    Parameters
    ----------
    clean, golden : pandas.Series
        By order_id: the number that the other tables use, and the golden one. The most frequent wins.
    """
    both = pd.DataFrame({"clean": clean, "golden": golden.reindex(clean.index)}).dropna()
    return both.groupby("clean")["golden"].agg(lambda names: names.mode()[0])


def rules_table(rules: tuple[Rule, ...] = RULES) -> pd.DataFrame:
    """Return the rules in French: field, choice, why."""
    rows = [
        ("adresse entière" if rule.fields == ADDRESS else FIELDS[rule.fields[0]], rule.choice, rule.why)
        for rule in rules
    ]
    return pd.DataFrame(rows, columns=["Champ", "On garde", "Pourquoi"])


def field_accuracy(golden: pd.DataFrame, persons: pd.Series, identities: pd.DataFrame) -> pd.DataFrame:
    """Return, by field, the share of golden records that say the truth.

    Parameters
    ----------
    golden : pandas.DataFrame
        What `golden_records` returns.
    persons : pandas.Series
        By golden_id: the true customer.
    identities : pandas.DataFrame
        customer_id and the true fields, standardised.

    Returns
    -------
    pandas.DataFrame
        field, known (golden records with the field, of a known person), right (share).
    """
    both = golden.assign(customer_id=golden["golden_id"].map(persons)).merge(
        identities, on="customer_id", suffixes=("", "_true")
    )
    rows = []
    for name in (name for name in golden.columns if f"{name}_true" in both):
        known = both[name].notna() & both[f"{name}_true"].notna()
        rows.append((name, int(known.sum()), float((both[name] == both[f"{name}_true"])[known].mean())))
    return pd.DataFrame(rows, columns=["field", "known", "right"])


def write_sales(folder: str | Path, tables: dict[str, pd.DataFrame]) -> list[str]:
    """Write sales that other notebooks read as ``dataset``: customer_id, date, amount, order_id; nothing is replaced.

    Parameters
    ----------
    folder : str or Path
        A folder that exists.
    tables : dict
        By stem of the file (« ventes_dorees »…): a table with these four columns.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    GrcError
        No such folder, or a file that exists already.
    """
    folder = Path(folder).expanduser()
    paths = {folder / f"{name}.parquet": table for name, table in tables.items()}
    if not folder.is_dir():
        raise GrcError(f"Le dossier « {folder} » n'existe pas.", todo="créez-le, ou donnez-en un autre à « export »")
    taken = [path.name for path in paths if path.exists()]
    if taken:
        raise GrcError(
            f"Le dossier « {folder} » contient déjà {' et '.join(taken)} : rien n'a été écrit.",
            todo="donnez un autre dossier à « export », ou déplacez ces fichiers",
        )
    for path, table in paths.items():
        kept = table[["customer_id", "date", "amount", "order_id"]]
        kept.assign(date=pd.to_datetime(kept["date"]).dt.date).to_parquet(path, index=False)
    return [path.name for path in paths]
