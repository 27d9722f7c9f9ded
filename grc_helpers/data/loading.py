"""Loading: a course data set by its name, or a user's own file, as a `Dataset` that every chapter takes."""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
from ibis import _

from grc_helpers.data.cards import Card, read_card, read_folder_card, refuse_truth
from grc_helpers.data.decisions import DEFAULT_CURRENCY
from grc_helpers.data.reading import Reading
from grc_helpers.data.settings import is_currency, read_side_file
from grc_helpers.data.user_files import EXTENSIONS, read_user_file
from grc_helpers.data.warehouse import connect
from grc_helpers.errors import GrcError, visible


@dataclass(frozen=True)
class Counts:
    """What a transactions table holds, returns and free orders included."""

    rows: int
    customers: int
    days: int
    negative_rows: int
    zero_rows: int
    non_positive_days: int  # customer × day pairs whose net amount is zero or less


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
        Kind of table: "transactions".
    currency : str
        ISO 4217 code.
    table : ibis.Table
        customer_id (string), date, amount_cents (int64), order_id (string, only if the source has orders), then the
        source's other columns. Returns and free orders (amounts ≤ 0) are kept.
    observation_start, observation_end : date
        First and last day on which a purchase could have been seen.
    card : Card or None
        The course's card.
    reading : Reading or None
        How a user's file was read (None for a course data set).
    """

    name: str
    title: str
    nature: str
    kind: str
    currency: str
    table: ibis.Table = field(repr=False)
    observation_start: date
    observation_end: date
    card: Card | None
    reading: Reading | None = field(default=None, repr=False, hash=False)

    def counts(self) -> Counts:
        """Count rows, customers, days, and what is not a plain sale."""
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
    """Load transactions from the course or from a user's file.

    Parameters
    ----------
    source : str or Path
        Name of a course data set, folder written by ``grc simulate``, or path of a CSV, Excel or Parquet file that has
        a customer, a date and an amount on each row. What its side file ``FILE.grc.toml`` states is followed.
    kind : {"transactions"}
        Kind of table.
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
    if kind != "transactions":
        raise GrcError(f"Les tables de type « {kind} » ne se chargent pas.", todo="demandez le type « transactions »")
    if currency is not None and not is_currency(currency):
        raise GrcError(
            f"« {currency} » n'est pas un code de monnaie.",
            todo="écrivez son code à trois lettres, par exemple EUR, CHF ou USD",
        )
    connection = connection or connect()
    if is_folder(source):
        return _load_course(read_folder_card(Path(source).expanduser()), connection, currency or DEFAULT_CURRENCY)
    if is_path(source):
        return _load_file(Path(source).expanduser(), connection, {"lecture.monnaie": currency, **(options or {})})
    return _load_course(read_card(str(source)), connection, currency or DEFAULT_CURRENCY)


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


def _load_course(card: Card, connection, currency: str) -> Dataset:
    source = card.transactions
    if source is None:
        raise GrcError(
            f"Le jeu de données « {card.name} » ne contient pas de transactions.",
            todo=f'lisez-le tel quel avec read_table("{card.name}")',
        )
    raw = connection.read_parquet(card.path(source.file))
    used = {source.customer_id, source.date, source.amount, source.order_id}
    table = raw.select(
        customer_id=raw[source.customer_id].cast("string"),
        date=raw[source.date].cast("date"),
        amount_cents=(raw[source.amount].cast("float64") * 100).round().cast("int64"),
        **({"order_id": raw[source.order_id].cast("string")} if source.order_id else {}),
        **{name: raw[name] for name in raw.columns if name not in used},
    )
    return Dataset(
        name=card.name,
        title=card.title,
        nature=card.nature,
        kind="transactions",
        currency=card.currency or currency,
        table=table,
        observation_start=source.observation_start,
        observation_end=source.observation_end,
        card=card,
    )


def _load_file(path: Path, connection, options: Mapping[str, object]) -> Dataset:
    if (path.resolve().parents[1] / "README.md").is_file():
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
    table, reading = read_user_file(path, connection, read_side_file(path).with_values(options))
    return Dataset(
        name=visible(path.stem),
        title=visible(f"Votre fichier {path.name}"),
        nature="vôtre",
        kind="transactions",
        currency=reading.currency,
        table=table,
        observation_start=reading.settings["lecture.debut"] or reading.start,
        observation_end=reading.settings["lecture.fin"] or reading.end,
        card=None,
        reading=reading,
    )
