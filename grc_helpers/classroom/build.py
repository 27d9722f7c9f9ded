"""From the text of a notebook to the executed notebook, byte for byte the same each time.

The text (``notebooks/textes/NN_slug.md``) is what people write; ``notebooks/NN_slug.ipynb`` is built from it.
What a notebook used (its text, modules of the package, data, lock) is kept as digests in
``.cache/notebooks.json``, with the digest of the notebook itself: while all hold, it is not executed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from grc_helpers.classroom.files import write_atomically
from grc_helpers.classroom.kernel import OnStep, fail, run
from grc_helpers.classroom.spec import NotebookSpec, find_spec, list_specs
from grc_helpers.data.paths import datasets_dir, root
from grc_helpers.errors import GrcError
from grc_helpers.style import typeset

MAX_BYTES = 1_500_000
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
HIDE_INPUT = "hide-input"
REBUILD = "lancez « make notebooks »"


@dataclass(frozen=True)
class Built:
    """What became of one notebook: ``status`` is « inchangé » or « construit »."""

    name: str
    status: str


def build_notebooks(
    numbers: list[str] | None = None, *, force: bool = False, on_step: OnStep | None = None
) -> list[Built]:
    """Build and execute the notebooks whose text, package code or data changed.

    Parameters
    ----------
    numbers : list of str, optional
        Numbers or slugs; all notebooks unless told.
    force : bool
        Execute even those where nothing changed.
    on_step : callable, optional
        Called after each cell with the notebook's name, the cells done and the cells there are.

    Raises
    ------
    GrcError
        At the first cell that fails, warns or passes its time limit; the stored notebook is then left as it was.
    """
    specs = [find_spec(number) for number in numbers] if numbers else list_specs()
    return [Built(spec.slug, _build(spec, force, on_step)) for spec in specs]


def _build(spec: NotebookSpec, force: bool, on_step: OnStep | None) -> str:
    """Build one notebook; return its status."""
    if not force and _is_current(spec):
        return "inchangé"
    notebook = read_text(spec.text)
    modules = run(notebook, name=spec.slug, time_limit=spec.time_limit, on_step=on_step)
    _refuse_warnings(spec.slug, notebook)
    data = to_bytes(notebook)
    if len(data) > MAX_BYTES:
        size, limit = (f"{octets / 1e6:.2f}".replace(".", ",") for octets in (len(data), MAX_BYTES))
        raise GrcError(
            f"Le cahier {spec.slug} est trop lourd.",
            where=f"{size} Mo une fois exécuté ; maximum {limit} Mo",
            todo="réduisez le nombre ou la taille des figures et des tableaux",
        )
    changed = not spec.path.exists() or spec.path.read_bytes() != data
    if changed:
        write_atomically(spec.path, data)
    _remember(spec, modules)
    return "construit" if changed else "inchangé"


def read_text(text: Path):
    """Return the notebook that a text describes, not executed.

    Cell ids are a hash of the cell's type, its source and its occurrence, so that they do not move when another
    cell is edited. Prose gets its no-break spaces. Solution cells are collapsed, as the reference edition shows them.
    """
    import jupytext

    try:
        notebook = jupytext.read(text, fmt="md:myst")
    except Exception as error:  # jupytext lets through whatever its parsers raise
        raise GrcError(f"Le texte {text.name} ne se lit pas.", where=str(error)) from error
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["language_info"] = LANGUAGE
    seen = Counter()
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = typeset(cell.source)
        key = f"{cell.cell_type}\n{cell.source}"
        seen[key] += 1
        cell["id"] = hashlib.sha256(f"{key}\n{seen[key]}".encode()).hexdigest()[:12]
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), HIDE_INPUT]
    return notebook


def to_bytes(notebook) -> bytes:
    """Return the bytes of a notebook's file."""
    import nbformat

    return (nbformat.writes(notebook, version=4) + "\n").encode()


def _refuse_warnings(name: str, notebook) -> None:
    """Raise GrcError if an output goes to the error stream or carries a warning."""
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            stream = output.output_type == "stream"
            text = output.text if stream else str(output.data.get("text/plain", ""))
            warnings = [line for line in text.splitlines() if "Warning: " in line]
            if warnings or (stream and output.name == "stderr"):
                fail(name, notebook, index, f"avertissement à supprimer : {warnings[0] if warnings else text.strip()}")


def _cache_path() -> Path:
    return root() / ".cache" / "notebooks.json"


def _read_cache() -> dict:
    """Return the digests of the last builds; nothing if the file is missing or spoilt."""
    try:
        return json.loads(_cache_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _digest(path: Path) -> str:
    """Return the sha256 of a file, or of all the files in a folder; empty if there is none."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
        data = "\n".join(f"{file.relative_to(path).as_posix()} {_digest(file)}" for file in files).encode()
    elif path.is_file():
        data = path.read_bytes()
    else:
        return ""
    return hashlib.sha256(data).hexdigest()


def _is_current(spec: NotebookSpec) -> bool:
    """Tell whether a notebook, its text and all that it used are what they were when it was built."""
    digests = _read_cache().get(spec.slug, {})
    return bool(digests) and all(_digest(root() / name) == digest for name, digest in digests.items())


def _remember(spec: NotebookSpec, modules: list[Path]) -> None:
    """Keep the digests of a notebook, its text and all that it used."""
    used = [spec.text, spec.path, datasets_dir(), root() / "requirements.lock", *modules]
    if any(module.name == "notions.py" for module in modules):  # the index is read from every text
        used.append(spec.text.parent)
    if any(module.name == "gathered.py" for module in modules):  # verdicts are read from every other notebook
        used += [spec.text.parent, *(other.path for other in list_specs() if other != spec)]
    names = [os.path.relpath(path, root()) for path in used]
    cache = _read_cache() | {spec.slug: {name: _digest(root() / name) for name in names}}
    write_atomically(_cache_path(), json.dumps(cache, indent=1, sort_keys=True).encode())


def source_of(notebook) -> list[tuple]:
    """Return what a text and its notebook have in common: metadata, then each cell without its results."""
    cells = [(cell.get("id"), cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]
    return [("", "", "", notebook.metadata), *cells]


def check_in_step() -> list[str]:
    """Compare each text with its stored notebook, without executing; return a French sentence a difference."""
    import nbformat

    specs, problems = list_specs(), []
    for spec in specs:
        if not spec.path.exists():
            problems.append(f"Le texte {spec.text.name} n'a pas de cahier : {REBUILD}.")
            continue
        wanted, stored = source_of(read_text(spec.text)), source_of(nbformat.read(spec.path, as_version=4))
        if wanted != stored:
            place = _first_difference(wanted, stored)
            problems.append(f"Le cahier {spec.path.name} ne suit pas son texte ({place}) : {REBUILD}.")
    orphans = set((root() / "notebooks").glob("*.ipynb")) - {spec.path for spec in specs}
    for path in sorted(orphans):
        problems.append(f"Le cahier {path.name} n'a pas de texte : écrivez notebooks/textes/{path.stem}.md.")
    return problems


def _first_difference(wanted: list[tuple], stored: list[tuple]) -> str:
    """Say in French where two lists of cells part."""
    shorter = min(len(wanted), len(stored))
    place = next((i for i in range(shorter) if wanted[i] != stored[i]), shorter)
    if place == 0:
        return "en-tête"
    source = (wanted if place < len(wanted) else stored)[place][2]
    first = next((line for line in source.splitlines() if line.strip()), "")
    return f"à partir de la cellule {place}, « {first[:60]} »"


def main(arguments: list[str]) -> int:
    """Compare texts and notebooks (``--check``): 0 if all are in step, else 1 and a sentence a difference."""
    if arguments != ["--check"]:
        sys.stderr.write("Usage : python -m grc_helpers.classroom.build --check (pour construire : grc notebooks)\n")
        return 2
    problems = check_in_step()
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
