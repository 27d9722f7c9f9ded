"""The student edition: the notebooks without solutions or outputs, and never over a student's work.

Solutions follow nbgrader's conventions; the result is the one nbgrader gives. What was delivered is noted in
``.edition.json``: a notebook that differs from it by a byte is the student's own, and stays as it is.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from grc_helpers.classroom.build import HIDE_INPUT, REBUILD, to_bytes
from grc_helpers.classroom.files import write_atomically
from grc_helpers.classroom.spec import find_spec, list_specs
from grc_helpers.errors import GrcError, obstacle

STUB = "# À vous : écrivez votre réponse ici."
TEXT_STUB = "À vous : écrivez votre réponse ici."
BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
MANIFEST = ".edition.json"


@dataclass(frozen=True)
class Written:
    """What became of one notebook.

    ``status`` is « nouveau », « remplacé » (the student had not touched it), « inchangé » (this edition was
    already there) or « à côté » (the student's notebook stays; ``path`` is the new one, beside it).
    """

    path: Path
    status: str


def strip(notebook):
    """Return a copy of a notebook without solutions, outputs and execution counts.

    Each solution region becomes one line to fill in, with the region's indentation; tags, parameters and nbgrader's
    metadata stay; solution cells, collapsed in the reference edition, are shown.

    Raises
    ------
    GrcError
        Naming the cell whose BEGIN/END SOLUTION lines do not pair, or which is not marked as a solution.
    """
    edition = copy.deepcopy(notebook)
    for place, cell in enumerate(edition.cells, 1):
        try:
            cell.source = _without_solution(cell)
        except ValueError as error:
            first = next((line for line in cell.source.splitlines() if line.strip()), "")
            raise GrcError(
                f"Cahier {edition.metadata.get('grc', {}).get('number', '?')}, cellule {place} : {error}.",
                where=f"la cellule qui commence par « {first} »",
                todo=f"une solution va de « ### {BEGIN} » à « ### {END} », dans une cellule marquée « solution: true »",
            ) from None
        reveal(cell)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            for name in ("collapsed", "scrolled"):
                cell.metadata.pop(name, None)
    return edition


def _without_solution(cell) -> str:
    """Return a cell's source with each solution region replaced; raise ValueError, in French, if it cannot be."""
    stub = STUB if cell.cell_type == "code" else TEXT_STUB
    is_solution = cell.metadata.get("nbgrader", {}).get("solution", False)
    kept, inside, regions = [], False, 0
    for line in cell.source.split("\n"):
        if BEGIN in line:
            if inside:
                raise ValueError(f"deux « {BEGIN} » de suite")
            kept.append(re.match(r"\s*", line)[0] + stub)
            inside, regions = True, regions + 1
        elif END in line:
            if not inside:
                raise ValueError(f"« {END} » sans « {BEGIN} »")
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(f"« {BEGIN} » sans « {END} »")
    if regions and not is_solution:
        raise ValueError("une solution dans une cellule qui n'est pas marquée comme telle")
    return stub if is_solution and not regions else "\n".join(kept)


def reveal(cell) -> None:
    """Show the source of a cell that the reference edition collapses."""
    if cell.metadata.get("jupyter", {}).pop("source_hidden", None) is None:
        return
    if not cell.metadata["jupyter"]:
        del cell.metadata["jupyter"]
    tags = [tag for tag in cell.metadata.pop("tags", []) if tag != HIDE_INPUT]
    if tags:
        cell.metadata["tags"] = tags


def write_editions(numbers: list[str] | None = None, *, out: Path, today: date | None = None) -> list[Written]:
    """Write the student edition of notebooks, leaving alone those that a student has changed.

    Parameters
    ----------
    numbers : list of str, optional
        Numbers or slugs; all notebooks unless told.
    out : Path
        The folder; made if its parent exists.
    today : date, optional
        The date in the name of a notebook that arrives beside a changed one.

    Raises
    ------
    GrcError
        When a notebook has not been built, or the folder cannot be written.
    """
    specs = [find_spec(number) for number in numbers] if numbers else list_specs()
    editions = {spec.path.stem: _edition(spec.path) for spec in specs}
    try:
        if not out.is_dir():
            out.mkdir()
        return [_deliver(out, stem, data, today or date.today()) for stem, data in editions.items()]
    except OSError as error:
        raise GrcError(
            "L'édition étudiante ne peut pas être écrite.",
            where=f"« {out} » : {obstacle(error)}",
            todo="vérifiez que ce dossier existe et que vous pouvez y écrire, ou choisissez-en un autre avec --out",
        ) from error


def _edition(path: Path) -> bytes:
    """Return the student edition of a stored notebook."""
    import nbformat

    if not path.exists():
        raise GrcError(f"Le cahier {path.name} n'est pas construit.", todo=REBUILD)
    return to_bytes(strip(nbformat.read(path, as_version=4)))


def _deliver(out: Path, stem: str, data: bytes, today: date) -> Written:
    """Write one notebook where it harms nothing, and note it in the manifest."""
    delivered, digest = _read_manifest(out), hashlib.sha256(data).hexdigest()
    for name, known in delivered.items():
        if known == digest and (out / name).exists():
            # This very edition is here, whatever the student has made of it since: nothing new to hand over.
            return Written(out / name, "inchangé")
    path = out / f"{stem}.ipynb"
    present = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
    if present is None:
        status = "nouveau"
    elif present == digest:
        status = "inchangé"
    elif present == delivered.get(path.name):
        status = "remplacé"
    else:
        status, path = "à côté", _free_name(out, f"{stem} (nouvelle version {today.isoformat()}")
    if status != "inchangé":
        write_atomically(path, data)
    manifest = json.dumps(delivered | {path.name: digest}, indent=1, sort_keys=True, ensure_ascii=False)
    write_atomically(out / MANIFEST, manifest.encode())
    return Written(path, status)


def _free_name(out: Path, start: str) -> Path:
    """Return the first of « start).ipynb », « start, 2).ipynb »… that does not exist."""
    path, count = out / f"{start}).ipynb", 1
    while path.exists():
        count += 1
        path = out / f"{start}, {count}).ipynb"
    return path


def _read_manifest(out: Path) -> dict[str, str]:
    """Return what was delivered, name by name; nothing if the manifest is missing or spoilt."""
    try:
        delivered = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return delivered if isinstance(delivered, dict) else {}
