"""``grc check`` and ``grc template``: the fiche de lecture of a user's file, its side file, and a file to fill in."""

from __future__ import annotations

import textwrap
from pathlib import Path

from grc_helpers.classroom.file_templates import TEMPLATES
from grc_helpers.classroom.files import write_atomically
from grc_helpers.data.kinds import find_kind
from grc_helpers.data.reading import Reading
from grc_helpers.data.refusals import FileRefused
from grc_helpers.data.settings import OPTIONS, Settings, read_side_file, side_path, side_text
from grc_helpers.errors import GrcError, obstacle, visible
from grc_helpers.style import number, typeset


def read_options(assignments: list[str]) -> dict[str, str]:
    """Return ``NOM=VALEUR`` assignments as options of reading (checked)."""
    options = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals:
            raise GrcError(
                f"« {assignment} » n'a pas la forme NOM=VALEUR.",
                todo="écrivez par exemple --set lecture.ordre_dates=jour-mois",
            )
        options[name.strip()] = value
    Settings({}).with_values(options)
    return options


def read_file(path: Path, kind: str, options: dict[str, str]) -> Reading | FileRefused:
    """Read a user's file; return its fiche, or why it is refused.

    Raises
    ------
    GrcError
        When the command itself is wrong: no such file or kind, side file that cannot be read.
    """
    from grc_helpers.data.loading import load

    try:
        return load(path, kind=kind, options=options).reading
    except FileRefused as refusal:
        return refusal


def save(path: Path, reading: Reading, *, force: bool) -> Path:
    """Write the side file of a data file; what was changed there by hand is only replaced when told so."""
    side, text = side_path(path), side_text(path.name, reading.settings, reading.kind)
    if side.is_file() and not force and side.read_text(encoding="utf-8-sig") != text:
        before, after = read_side_file(path), reading.settings
        changed = [
            f"{name} : {before[name]} → {after[name]}"
            for name in OPTIONS
            if name in before.stated and before[name] != after[name]
        ]
        raise GrcError(
            f"Le fichier de réglages « {side.name} » existe déjà et dit autre chose : il n'a pas été remplacé.",
            where=" ; ".join(changed) or "mêmes réglages, mais d'autres lignes ou commentaires",
            todo="effacez-le, ou relancez avec --force pour le remplacer",
        )
    write_atomically(side, text.encode())
    return side


def write_template(kind: str, out: Path | None) -> Path:
    """Write an example file to fill in, that Excel opens as it is; never over another file."""
    content = TEMPLATES[find_kind(kind).name]
    path = out or Path(f"modele_{kind}.csv")
    if path.exists():
        raise GrcError(f"Le fichier « {path} » existe déjà.", todo="donnez un autre nom : --out FICHIER")
    try:
        write_atomically(path, content.encode("utf-8-sig"))
    except OSError as error:
        raise GrcError(
            f"« {path} » ne peut pas être écrit.", where=obstacle(error), todo="donnez un autre dossier : --out FICHIER"
        ) from error
    return path


def rule_rows(reading: Reading) -> list[tuple[str, str, str, str]]:
    """Return each rule that found something: what, how many rows, what was done, the first lines."""
    return [
        (
            typeset(found.title),
            number(found.tally.rows),
            typeset(found.action),
            ", ".join(map(str, found.tally.lines)) + ("…" if found.tally.rows > len(found.tally.lines) else ""),
        )
        for found in reading.findings
    ]


def print_fiche(console, path: Path, read: Reading | FileRefused) -> None:
    """Print a fiche de lecture, or what was detected and why the file is refused."""
    from rich.table import Table
    from rich.text import Text

    refused = isinstance(read, FileRefused)
    verdict = Text("refusé", style="bold red") if refused else Text("accepté", style="bold green")
    heading = visible(typeset(f"Fiche de lecture · {path.name} : "))
    console.print(Text.assemble(heading, verdict), soft_wrap=True)
    if read.facts:
        facts = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        facts.add_column(style="dim", no_wrap=True)
        facts.add_column(no_wrap=True)
        room = console.width - max(len(label) for label, _ in read.facts) - 4
        for label, text in read.facts:
            facts.add_row(label, Text(_wrapped(text, room)))
        console.print(facts)
    if refused:
        console.print()
        console.print(Text(typeset(str(read)), style="red"), soft_wrap=True)
        return
    if read.findings:
        rules = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
        for label in ("Lignes particulières", "Nombre", "Ce qui est fait", "Lignes"):
            rules.add_column(label, justify="right" if label == "Nombre" else "left")
        for row in rule_rows(read):
            rules.add_row(*(Text(visible(text)) for text in row))
        console.print()
        console.print(rules)
    console.print()
    console.print(Text(_wrapped(read.gist, console.width)), soft_wrap=True)
    for note in read.notes:
        console.print(Text(_wrapped(f"À savoir : {note}", console.width), style="yellow"), soft_wrap=True)


def _wrapped(text: str, width: int) -> str:
    """Cut a text into lines, at ordinary spaces only (rich would cut at the no-break ones too)."""
    return textwrap.fill(visible(typeset(text)), max(width, 20), break_on_hyphens=False)


def write_html(out: Path, path: Path, read: Reading | FileRefused) -> None:
    """Write a fiche as one self-contained page."""
    from grc_helpers.classroom.render import environment

    refused = isinstance(read, FileRefused)
    html = (
        environment()
        .get_template("reading.html.j2")
        .render(
            file=path.name,
            refusal=read if refused else None,
            facts=read.facts,
            rules=[] if refused else rule_rows(read),
            notes=[] if refused else read.notes,
            result="" if refused else typeset(read.gist),
        )
    )
    write_atomically(out, html.encode())
