"""Loading: a course data set by its name, or a user's own file, as a `Dataset` that every chapter takes."""

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
from ibis import _

from grc_helpers.data.cards import Card, read_card, read_folder_card, refuse_truth
from grc_helpers.data.course import course_table, source_names, source_scales
from grc_helpers.data.kinds import Kind, find_kind
from grc_helpers.data.money_columns import DEFAULT_CURRENCY
from grc_helpers.data.reading import Reading
from grc_helpers.data.refusals import ColumnsMissing
from grc_helpers.data.settings import is_currency, read_side_file
from grc_helpers.data.user_files import EXTENSIONS, read_user_file
from grc_helpers.data.warehouse import connect
from grc_helpers.errors import GrcError, visible


@dataclass(frozen=True)
class Counts:
    """What a table holds, returns and free orders included; of days and amounts, only transactions are counted."""

    rows: int
    customers: int
    days: int | None = None
    negative_rows: int | None = None
    zero_rows: int | None = None
    non_positive_days: int | None = None  # customer × day pairs whose net amount is zero or less


@dataclass(frozen=True)
class Dataset:
    """A loaded data set.

    Attributes
    ----------
    name, title : str
        Name (or stem of the user's file), and French title for covers and captions.
    nature : str
        réelle, disputée, fictive or artificielle; "vôtre" for a user's file.
    kind : str
        Kind of table: "transactions", "contracts", "contacts", "target" or "survey".
    currency : str
        ISO 4217 code.
    table : ibis.Table
        Canonical columns, then the source's other columns; those in brackets only if the source has them.

        - transactions: customer_id (string), date, amount_cents (int64), [order_id], [product], [category] (of a
          user's file; `product_lines` gives them for the course's data sets too). Returns and free orders (amounts ≤ 0)
          are kept.
        - contracts: [contract_id], customer_id, start_date, end_date (null: it runs at the end of the observation),
          [contract_type], [amount_cents].
        - contacts: [contact_id], customer_id, date, [channel], [direction] (entrant, sortant), [function], [reason],
          [campaign_id], [cost_cents].
        - target: customer_id (one row each), outcome (1 or 0); the others are predictors, numbers where all are.
        - survey: customer_id (the respondent), [date], [recommendation], [satisfaction]; every column of ``scales``
          is an answer (float64, null when there is none).
    observation_start, observation_end : date or None
        First and last day on which a purchase (a contact, a contract's end) could have been seen; None without dates.
    card : Card or None
        The course's card.
    reading : Reading or None
        How a user's file was read (None for a course data set).
    names : mapping
        For each canonical column, its name in the source.
    scales : mapping
        For each question of a survey, its smallest and largest answers.
    """

    name: str
    title: str
    nature: str
    kind: str
    currency: str
    table: ibis.Table = field(repr=False)
    observation_start: date | None
    observation_end: date | None
    card: Card | None
    reading: Reading | None = field(default=None, repr=False, hash=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
    scales: Mapping[str, tuple[int, int]] = field(default_factory=dict, repr=False, hash=False)

    def counts(self) -> Counts:
        """Count rows, customers, days, and what is not a plain sale."""
        if self.kind != "transactions":
            row = self.table.agg(rows=_.count(), customers=_.customer_id.nunique()).to_pyarrow()
            return Counts(**row.to_pylist()[0])
        net = self.table.group_by("customer_id", "date").agg(
            rows=_.count(),
            negative=(_.amount_cents < 0).sum(),
            zero=(_.amount_cents == 0).sum(),
            cents=_.amount_cents.sum(),
        )
        row = net.agg(
            rows=_.rows.sum(),
            customers=_.customer_id.nunique(),
            days=_.date.nunique(),
            negative_rows=_.negative.sum(),
            zero_rows=_.zero.sum(),
            non_positive_days=(_.cents <= 0).sum(),
        ).to_pyarrow()
        return Counts(**{name: int(value) for name, value in row.to_pylist()[0].items()})


def load(
    source: str | Path,
    *,
    kind: str = "transactions",
    connection=None,
    currency: str | None = None,
    options: Mapping[str, object] | None = None,
) -> Dataset:
    """Load a table from the course or from a user's file.

    Parameters
    ----------
    source : str or Path
        Name of a course data set, folder written by ``grc simulate``, or path of a CSV, Excel or Parquet file. What its
        side file ``FILE.grc.toml`` states is followed.
    kind : {"transactions", "contracts", "contacts", "target", "survey"}
        Kind of table (see `Dataset`).
    connection : ibis backend, optional
        Where the table will live; a new one with the default limits when left out.
    currency : str, optional
        ISO 4217 code of a user's file (when left out: what the file says, else EUR); a course data set has its card's.
    options : mapping, optional
        How to read a user's file, by option name (``{"lecture.ordre_dates": "jour-mois"}``, see ``settings.OPTIONS``);
        these win over the side file.

    Raises
    ------
    GrcError
        Unknown name or kind, missing file, or values that cannot be read without guessing.
    """
    kind_ = find_kind(kind)
    if currency is not None and not is_currency(currency):
        raise GrcError(
            f"« {currency} » n'est pas un code de monnaie.",
            todo="écrivez son code à trois lettres, par exemple EUR, CHF ou USD",
        )
    connection = connection or connect()
    if is_folder(source):
        return _load_course(
            read_folder_card(Path(source).expanduser()), kind_, connection, currency or DEFAULT_CURRENCY
        )
    if is_path(source):
        return _load_file(
            Path(source).expanduser(), kind_, connection, {"lecture.monnaie": currency, **(options or {})}
        )
    return _load_course(read_card(str(source)), kind_, connection, currency or DEFAULT_CURRENCY)


def load_first(source: str | Path, *, kinds: Sequence[str], **options) -> Dataset:
    """Load a source as the first of several kinds of table that it can feed.

    Parameters
    ----------
    source : str or Path
        As in `load`. A course data set is asked which kinds it has; a user's file, whether it has their columns.
    kinds : sequence of str
        In order of preference.
    **options
        As in `load`.

    Raises
    ------
    GrcError
        What `load` raises; when no kind fits, the refusal of the first says what each kind would need.
    """
    if is_folder(source) or not is_path(source):
        card = read_folder_card(Path(source).expanduser()) if is_folder(source) else read_card(str(source))
        held = [kind for kind in kinds if kind in card.kinds()]
        return load(source, kind=(held or kinds)[0], **options)
    refusals = []
    for kind in kinds:
        try:
            return load(source, kind=kind, **options)
        except ColumnsMissing as refusal:
            refusals.append(refusal)
        except GrcError as refusal:
            todo = _kept_beside(refusal.todo)
            if todo == refusal.todo:
                raise
            raise GrcError(refusal.what, where=refusal.where, todo=todo) from None
    first, others = refusals[0], [find_kind(kind) for kind in kinds[1:]]
    todo = " ; ou bien, ".join([_kept_beside(first.todo), *(f"pour {other.what} : {other.wanted}" for other in others)])
    raise ColumnsMissing(first.what, where=first.where, todo=todo)


def _kept_beside(todo: str | None) -> str | None:
    """Say which command takes the settings that a refusal advises, and keeps them for every notebook."""
    if not todo or "--set" not in todo:
        return todo
    return f"{todo} ; « grc check FICHIER --set … --save » garde ce réglage à côté du fichier, pour tous les cahiers"


def is_folder(source: str | Path) -> bool:
    """Tell the folder of a simulated firm, written by ``grc simulate``, from a file and from a course data set."""
    return is_path(source) and Path(source).expanduser().is_dir()


def is_path(source: str | Path) -> bool:
    """Tell a path (a separator, a known extension, an existing file, a folder with a card) from a course data set."""
    text = str(source)
    return any(
        (
            isinstance(source, Path),
            os.sep in text or "/" in text,
            text.lower().endswith(EXTENSIONS),
            Path(text).is_file(),
            (Path(text) / "README.md").is_file(),
        )
    )


def read_table(name: str, file: str | None = None) -> pd.DataFrame:
    """Read one table of a course data set as it is.

    Parameters
    ----------
    name : str
        Name of the data set, or folder written by ``grc simulate``.
    file : str, optional
        One of the files of its card; the first one when left out.

    Returns
    -------
    pandas.DataFrame
        Text stays text (identifiers keep their zeros), dates are datetimes.
    """
    card = read_folder_card(Path(name).expanduser()) if is_folder(name) else read_card(name)
    path = card.path(file or card.files[0].file)
    columns = next(item.columns for item in card.files if item.file == path.name)
    text = {column.name: "str" for column in columns if column.type == "string"}
    frame = pd.read_csv(path, dtype=text) if path.suffix == ".csv" else pd.read_parquet(path)
    days = [column.name for column in columns if column.type == "date"]
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})


def _load_course(card: Card, kind: Kind, connection, currency: str) -> Dataset:
    table, source = course_table(card, kind.name, connection)
    return Dataset(
        name=card.name,
        title=card.title,
        nature=card.nature,
        kind=kind.name,
        currency=card.currency or currency,
        table=table,
        observation_start=getattr(source, "observation_start", None),
        observation_end=getattr(source, "observation_end", None),
        card=card,
        names=source_names(source),
        scales=source_scales(source),
    )


def _load_file(path: Path, kind: Kind, connection, options: Mapping[str, object]) -> Dataset:
    if any((folder / "README.md").is_file() for folder in path.resolve().parents[1:2]):
        refuse_truth(path.resolve())
    if not path.is_file():
        folder = path.parent if path.parent.is_dir() else Path()
        names = [item.name for item in folder.iterdir() if item.name.lower().endswith(EXTENSIONS)]
        close = difflib.get_close_matches(path.name, names, n=1)
        raise GrcError(
            f"Le fichier « {path} » est introuvable.",
            where=f"cherché depuis le dossier « {Path.cwd()} »",
            todo=f"vouliez-vous dire « {folder / close[0]} » ?" if close else "vérifiez le chemin du fichier",
        )
    path = path.resolve()
    table, reading = read_user_file(path, connection, read_side_file(path).with_values(options), kind)
    return Dataset(
        name=visible(path.stem),
        title=visible(f"Votre fichier {path.name}"),
        nature="vôtre",
        kind=kind.name,
        currency=reading.currency,
        table=table,
        observation_start=reading.settings["lecture.debut"] or reading.start,
        observation_end=reading.settings["lecture.fin"] or reading.end,
        card=None,
        reading=reading,
        names=reading.names,
        scales=reading.scales,
    )
