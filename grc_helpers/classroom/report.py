"""From a command to a folder of reports: choose notebooks, check everything, run in parallel, write, index."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from grc_helpers.classroom.execute import limit_threads, run_notebook, select_cells
from grc_helpers.classroom.files import write_atomically
from grc_helpers.classroom.index import Failure, write_index
from grc_helpers.classroom.kernel import READERS, environment
from grc_helpers.classroom.pdf import printer, to_pdf
from grc_helpers.classroom.pseudonyms import KEY_VARIABLE, report_key
from grc_helpers.classroom.render import render
from grc_helpers.classroom.small_groups import SMALLEST, VARIABLE
from grc_helpers.classroom.spec import NotebookSpec, coerce, find_spec, list_specs, read_spec, suggestion, validate
from grc_helpers.classroom.workers import run_jobs
from grc_helpers.data.paths import root
from grc_helpers.errors import GrcError, obstacle


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook and everything that its process needs to know."""

    spec: NotebookSpec
    notebook: Path
    values: dict
    level: str
    key: str
    smallest: int
    today: date
    out: Path
    printer: str | None
    pages: frozenset[str]


@dataclass(frozen=True)
class Report:
    """What became of a job: the page that was written, or what stopped it."""

    job: Job
    error: str | None

    @property
    def path(self) -> Path:
        """Where the page is."""
        return self.job.out / f"{self.job.spec.slug}.html"


def plan(
    names: list[str],
    *,
    dataset: str | None,
    assignments: list[str],
    level: str,
    out: Path,
    pdf: bool,
    unmasked: bool = False,
) -> list[Job]:
    """Check everything that can be checked before anything runs, and return the jobs.

    Parameters
    ----------
    names : list of str
        Numbers, slugs or paths of notebooks; empty for all.
    dataset : str, optional
        Name or file given to the notebooks' ``dataset`` parameter.
    assignments : list of str
        ``name=value`` (goes to every notebook that knows the name) or ``05:name=value``.
    level, out, pdf
        See `Job`; ``out`` is made absolute.
    unmasked : bool
        Identifiers and small groups are shown as they are.

    Raises
    ------
    GrcError
        Listing every problem; nothing has run.
    """
    chosen = list(dict.fromkeys(map(choose, names))) or [(spec, spec.path) for spec in list_specs()]
    for _, notebook in chosen:
        if not notebook.is_file():
            raise GrcError(f"Le cahier « {notebook.name} » n'a pas été construit.", todo="lancez : grc notebooks")
    specs = [spec for spec, _ in chosen]
    all_values = assign_parameters(specs, [*([f"dataset={dataset}"] if dataset else []), *assignments])
    tool = printer() if pdf else None
    key, smallest = ("", 0) if unmasked else (report_key(root() / ".cache"), SMALLEST)
    today = date.today()
    pages = frozenset({spec.slug for spec in specs} | {path.stem for path in out.glob("[0-9][0-9]_*.html")})
    return [
        Job(spec, notebook, values, level, key, smallest, today, out.resolve(), tool, pages)
        for (spec, notebook), values in zip(chosen, all_values, strict=True)
    ]


def choose(name: str) -> tuple[NotebookSpec, Path]:
    """Return a notebook's specification and file from its number, its slug or its path."""
    path = Path(name)
    if path.suffix not in (".ipynb", ".md"):
        spec = find_spec(name.zfill(2) if name.isdigit() else name)
        return spec, spec.path
    text = path.parent.resolve() / "textes" / f"{path.stem}.md"
    if path.suffix == ".md" and path.is_file():
        text = path.resolve()
    spec = read_spec(text) if text.is_file() else find_spec(path.stem)
    return spec, path.resolve() if path.suffix == ".ipynb" else spec.path


def assign_parameters(specs: list[NotebookSpec], assignments: list[str]) -> list[dict]:
    """Give each value to the notebooks it is for, and return the full parameters of each notebook.

    Raises
    ------
    GrcError
        Listing every unknown name (with a suggestion), wrong type and value out of range.
    """
    given: dict[str, dict] = {spec.number: {} for spec in specs}
    problems: list[str] = []
    for assignment in assignments:
        target, name, raw = _split(assignment, problems)
        aimed = [spec for spec in specs if target in (None, spec.number)]
        takers = [spec for spec in aimed if name in spec.parameters]
        if target and not aimed:
            problems.append(f"« {assignment} » vise le cahier {target}, qui n'est pas demandé")
        elif name and not takers:
            known = sorted({known for spec in aimed for known in spec.parameters})
            problems.append(f"paramètre inconnu « {name} »{suggestion(name, known)}")
        for spec in takers:
            try:
                given[spec.number][name] = coerce(spec.parameters[name], absolute(raw) if name == "dataset" else raw)
            except GrcError as error:
                problems.append(f"cahier {spec.number} : {error.what.rstrip('.')} ; {error.todo}")
    problems += [
        f"cahier {spec.number} : {wrong}"
        for spec in specs
        for name, value in given[spec.number].items()
        if (wrong := spec.parameters[name].problem(value))
    ]
    if problems:
        raise GrcError(
            f"{len(problems)} paramètre{'s' if len(problems) > 1 else ''} à corriger : rien n'a été exécuté.",
            where=problems[0] if len(problems) == 1 else "".join(f"\n  • {problem}" for problem in problems),
            todo="corrigez l'option et relancez (forme : -p nom=valeur, ou -p 05:nom=valeur pour un seul cahier)",
        )
    return [validate(spec, given[spec.number]) for spec in specs]


def _split(assignment: str, problems: list[str]) -> tuple[str | None, str, str]:
    """Return the notebook aimed at (None for all), the name and the raw value of ``05:name=value``."""
    left, equals, raw = assignment.partition("=")
    if not equals:
        problems.append(f"« {assignment} » n'a pas la forme nom=valeur")
    target, _, name = left.strip().rpartition(":")
    return target.zfill(2) if target else None, name if equals else "", raw


def absolute(source: str) -> str:
    """Return a data set's name as it is, and a file's path from the root: notebooks run in another folder."""
    path = Path(source).expanduser()
    is_file = path.is_file() or (path / "README.md").is_file() or bool(path.suffix) or len(path.parts) > 1
    return str(path.resolve()) if is_file else source


def check_data(jobs: list[Job]) -> None:
    """Load each data set that was asked for, so that a file which cannot be read is refused before anything runs."""
    asked = set()
    for job in jobs:
        default = job.spec.parameters.get("dataset")
        if job.spec.kinds and default and job.values["dataset"] != default.default:
            asked.add((job.values["dataset"], job.spec.kinds, job.values.get("currency") or None))
    if asked:
        from grc_helpers.data.loading import load_first

        for source, kinds, currency in sorted(asked, key=str):
            load_first(source, kinds=kinds, currency=currency)


def check_folder(out: Path) -> None:
    """Make the folder of the reports; raise GrcError if nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out).close()
    except OSError as error:
        raise GrcError(
            "Les rapports ne peuvent pas être écrits dans ce dossier : rien n'a été exécuté.",
            where=f"« {out} » : {obstacle(error)}",
            todo="donnez-en un autre : --out DOSSIER",
        ) from error


def make_reports(jobs: list[Job], count: int, on_event: Callable) -> list[Report]:
    """Make the reports, ``count`` at a time, then the index; what was there before is replaced only by whole files.

    Parameters
    ----------
    jobs : list of Job
        What `plan` returned.
    count : int
        Processes at once.
    on_event : callable
        Called with (index of the job, what is told): (cells done, cells in all), or what is being done, in French;
        at last, its `workers.Outcome`.
    """
    check_folder(jobs[0].out)
    threads = max(1, (os.cpu_count() or 1) // count)
    with tempfile.TemporaryDirectory(prefix="grc-", ignore_cleanup_errors=True) as scratch:
        set_up = partial(prepare_process, threads, jobs[0].key, jobs[0].smallest, scratch)
        outcomes = run_jobs(jobs, produce, count, set_up=set_up, scratch=Path(scratch), on_event=on_event)
    reports = [Report(job, outcome.error) for job, outcome in zip(jobs, outcomes, strict=True)]
    failures = [
        Failure(report.job.spec.slug, report.job.spec.number, report.job.spec.title, report.error)
        for report in reports
        if report.error
    ]
    write_index(jobs[0].out, failures, today=jobs[0].today)
    return reports


def prepare_process(threads: int, key: str, smallest: int, scratch: str) -> None:
    """Set what a process and its kernels share: threads, masks, and a scratch folder that is thrown away."""
    import logging

    folder = Path(tempfile.mkdtemp(dir=scratch))
    for name in READERS:
        os.environ.pop(name, None)
    os.environ.update(environment(folder) | {KEY_VARIABLE: key, VARIABLE: str(smallest)})
    os.environ.update(dict.fromkeys(("JUPYTER_RUNTIME_DIR", "TMPDIR", "TEMP", "TMP"), str(folder)))
    tempfile.tempdir = str(folder)
    limit_threads(threads)
    for talkative in ("papermill", "traitlets"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)


def produce(job: Job, notify: Callable) -> None:
    """Execute a notebook, render it and write its page (in a process of its own)."""
    import nbformat

    notify("ouverture du cahier")
    nb = select_cells(nbformat.read(job.notebook, as_version=4), job.level)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        executed = run_notebook(
            nb,
            job.values,
            folder=Path(folder),
            time_limit=job.spec.time_limit,
            on_cell=lambda done, total: notify((done, total)),
        )
    notify("mise en page")
    page = render(
        executed,
        job.spec,
        job.values,
        level=job.level,
        key=job.key,
        today=job.today,
        folder=job.notebook.parent,
        pdf=job.printer is not None,
        pages=job.pages,
    )
    if job.printer:
        notify("PDF")
        write_atomically(job.out / f"{job.spec.slug}.pdf", to_pdf(page, job.printer))
    write_atomically(job.out / f"{job.spec.slug}.html", page.encode())
