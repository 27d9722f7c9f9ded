"""Which columns of which file of a data set hold what, for each kind of table: what its card says."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Transactions:
    """Which columns of which file are a purchase, and between which days purchases could be seen."""

    file: str
    customer_id: str
    date: str
    amount: str
    order_id: str | None
    observation_start: date
    observation_end: date


@dataclass(frozen=True)
class Lines:
    """Which columns of which file are a line of an order, and what a catalogue adds to its product.

    The customer and the day are those of the transactions where the lines have none; ``name`` and ``category`` are
    columns of ``catalogue``, which has one row a ``product``.
    """

    file: str
    order_id: str
    product: str
    amount: str
    customer_id: str | None = None
    date: str | None = None
    quantity: str | None = None
    cost: str | None = None
    catalogue: str | None = None
    name: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Contracts:
    """Which columns are a contract: its dates, or its tenure in months at a month's first day and whether it ended."""

    file: str
    customer_id: str
    observation_end: date
    observation_start: date | None = None
    contract_id: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    tenure_months: str | None = None
    ended: str | None = None
    ended_value: str | None = None
    contract_type: str | None = None
    amount: str | None = None


@dataclass(frozen=True)
class Contacts:
    """Which columns are a contact, and between which days contacts could be seen."""

    file: str
    customer_id: str
    date: str
    observation_start: date
    observation_end: date
    contact_id: str | None = None
    channel: str | None = None
    direction: str | None = None
    function: str | None = None
    reason: str | None = None
    campaign_id: str | None = None
    cost: str | None = None


@dataclass(frozen=True)
class Target:
    """Which column is to be predicted, and its value that means yes; all the others are predictors."""

    file: str
    customer_id: str
    outcome: str
    positive: str


@dataclass(frozen=True)
class Survey:
    """Which columns are a respondent and answers; ``scales`` gives each question's smallest and largest answers."""

    file: str
    customer_id: str
    scales: dict[str, tuple[int, int]]
    date: str | None = None
    recommendation: str | None = None
    satisfaction: str | None = None


SOURCES = {
    "transactions": Transactions,
    "contracts": Contracts,
    "contacts": Contacts,
    "target": Target,
    "survey": Survey,
}
Source = Transactions | Contracts | Contacts | Target | Survey


def check_lines(lines: Lines, files: dict[str, list[str]]) -> None:
    """Compare the lines with the columns of the card's files; raise ValueError, in French, if they disagree."""
    columns = (lines.order_id, lines.product, lines.amount, lines.customer_id, lines.date, lines.quantity, lines.cost)
    for file, named in ((lines.file, columns), (lines.catalogue, (lines.product, lines.name, lines.category))):
        if file is not None and file not in files:
            raise ValueError(f"lines : le fichier « {file} » n'est pas décrit")
        if unknown := [name for name in named if file is not None and name is not None and name not in files[file]]:
            raise ValueError(f"lines : colonne absente de « {file} » : {', '.join(unknown)}")


def check_source(kind: str, source: Source, files: dict[str, list[str]]) -> None:
    """Compare a source with the columns of the card's files; raise ValueError, in French, if they disagree."""
    if source.file not in files:
        raise ValueError(f"{kind} : le fichier « {source.file} » n'est pas décrit")
    known = files[source.file]
    values = {name: getattr(source, name) for name in source.__dataclass_fields__}
    days = {name: values.pop(name) for name in ("observation_start", "observation_end") if name in values}
    named = [value for name, value in values.items() if name not in ("file", "ended_value", "positive", "scales")]
    unknown = [name for name in [*named, *values.get("scales", ())] if name is not None and name not in known]
    if unknown:
        raise ValueError(f"{kind} : colonne absente de « {source.file} » : {', '.join(map(str, unknown))}")
    optional = kind == "contracts" and days["observation_start"] is None
    if any(not isinstance(day, date) for name, day in days.items() if not (optional and name == "observation_start")):
        raise ValueError(f"{kind} : observation_start et observation_end s'écrivent 1997-01-31")
    if len(days) == 2 and not optional and days["observation_start"] > days["observation_end"]:
        raise ValueError(f"{kind} : observation_start vient après observation_end")
    if kind == "contracts" and (source.start_date is None) == (source.tenure_months is None):
        raise ValueError(
            "contracts : start_date et end_date, ou tenure_months, ended et ended_value, mais non les deux"
        )
