"""The command line: ``grc report``, ``notebooks``, ``edition``, ``lab``, ``check``, ``template`` and ``simulate``."""

from __future__ import annotations

import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from typer.exceptions import TyperException

from grc_helpers.classroom.cli_french import FrenchCommand, FrenchGroup, speak_french, translate
from grc_helpers.classroom.workers import Outcome
from grc_helpers.errors import GrcError

app = typer.Typer(
    cls=FrenchGroup,
    help="Le cahier de gestion de la relation client : ouvrir, construire, distribuer, rapporter.",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console, errors = Console(), Console(stderr=True)
INTERRUPTED = 130
KINDS = "transactions (ventes), contracts (contrats), contacts, target (réponse à prévoir), survey (enquête)"
Numbers = Annotated[list[str] | None, typer.Argument(metavar="CAHIER", help="Numéros ; tous par défaut.")]


class Level(StrEnum):
    """How much of the notebooks a report keeps."""

    socle = "socle"
    complet = "complet"


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Montre les versions, et s'arrête.")] = False,
) -> None:
    """Print the versions, or the help when there is no command."""
    if version:
        from grc_helpers.classroom.versions import versions

        for name, value in versions().items():
            console.print(f"{name} {value}", highlight=False)
        raise typer.Exit()
    if context.invoked_subcommand is None:
        context.get_help()
        raise typer.Exit()


@app.command(cls=FrenchCommand)
def report(
    notebooks: Annotated[
        list[str] | None, typer.Argument(metavar="CAHIER", help="Numéros, noms ou fichiers ; tous par défaut.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(metavar="JEU", help="Jeu de données du cours, ou votre fichier.")
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter", "-p", metavar="NOM=VALEUR", help="Change un paramètre ; 05:NOM=VALEUR pour un seul cahier."
        ),
    ] = None,
    level: Annotated[
        Level, typer.Option(metavar="socle|complet", help="Avec ou sans approfondissement.")
    ] = Level.complet,
    out: Annotated[Path, typer.Option(metavar="DOSSIER", help="Où écrire les pages et leur index.")] = Path("rapports"),
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", metavar="N", help="Cahiers à la fois ; un par cœur par défaut.")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Écrit aussi chaque page en PDF.")] = False,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Montre les identifiants des clients et les petits groupes tels quels.")
    ] = False,
) -> int:
    """Exécute des cahiers et en écrit les rapports, avec un index.

    Rien n'est exécuté si un paramètre ou le jeu de données ne convient pas.
    """
    from grc_helpers.classroom.report import check_data, make_reports, plan

    if jobs is not None and jobs < 1:
        raise GrcError("L'option « --jobs » attend un nombre entier, 1 ou plus.", where=f"--jobs {jobs}")
    with console.status("Vérification des paramètres et des données…"):
        manner = {"level": level.value, "out": out, "pdf": pdf, "unmasked": unmasked}
        planned = plan(notebooks or [], dataset=dataset, assignments=parameters or [], **manner)
        check_data(planned)
    count = min(jobs or os.cpu_count() or 1, len(planned))
    try:
        with notebook_bars() as progress:
            bars = [add_bar(progress, f"{job.spec.number} {job.spec.title}") for job in planned]
            reports = make_reports(planned, count, lambda index, told: show_step(progress, bars[index], told))
    except KeyboardInterrupt:
        errors.print("Interrompu. Les rapports déjà écrits sont entiers ; les autres n'ont pas changé.", style="red")
        return INTERRUPTED
    for made in reports:
        name = f"{made.job.spec.number} {made.job.spec.title}"
        if made.error:
            errors.print(f"✘ {name} : {made.error}", style="red", markup=False, highlight=False, soft_wrap=True)
        else:
            console.print(f"✔ {name} : {shown_path(made.path)}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"Index : {shown_path(planned[0].out / 'index.html')}", markup=False, highlight=False, soft_wrap=True)
    return 1 if any(made.error for made in reports) else 0


@app.command(cls=FrenchCommand)
def notebooks(
    numbers: Numbers = None,
    force: Annotated[bool, typer.Option("--force", help="Exécute même ce qui n'a pas changé.")] = False,
) -> int:
    """Construit et exécute les cahiers dont le texte, le code ou les données ont changé."""
    from grc_helpers.classroom.build import build_notebooks

    bars: dict[str, int] = {}
    with notebook_bars() as progress:

        def step(name: str, done: int, total: int) -> None:
            if name not in bars:
                bars[name] = add_bar(progress, name)
            show_step(progress, bars[name], (done, total))

        built = build_notebooks(numbers, force=force, on_step=step)
        for notebook in built:
            if notebook.name in bars:
                show_step(progress, bars[notebook.name], notebook.status)
    for notebook in built:
        console.print(f"{notebook.name} : {notebook.status}", markup=False, highlight=False)
    return 0


@app.command(cls=FrenchCommand)
def edition(
    numbers: Numbers = None,
    out: Annotated[Path, typer.Option(metavar="DOSSIER", help="Où écrire les cahiers.")] = Path("travail"),
) -> int:
    """Écrit l'édition étudiante, sans solutions, sans jamais écraser un cahier modifié."""
    from grc_helpers.classroom.edition import write_editions

    for written in write_editions(numbers, out=out):
        console.print(f"{written.status} : {shown_path(written.path)}", markup=False, highlight=False, soft_wrap=True)
    return 0


@app.command(cls=FrenchCommand)
def lab(
    port: Annotated[int | None, typer.Option(metavar="PORT", help="Port ; le premier libre par défaut.")] = None,
    browser: Annotated[
        bool,
        typer.Option("--browser/--no-browser", show_default=False, help="Ouvre un navigateur (par défaut), ou non."),
    ] = True,
) -> int:
    """Ouvre JupyterLab, en français, sur l'édition étudiante."""
    from grc_helpers.classroom.lab import start_lab

    return start_lab(port, browser)


@app.command(cls=FrenchCommand)
def check(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Votre fichier : CSV, Excel ou Parquet.")],
    kind: Annotated[str, typer.Option(metavar="TYPE", help=f"Ce que le fichier contient : {KINDS}.")] = "transactions",
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", "-s", metavar="NOM=VALEUR", help="Dit comment lire : lecture.ordre_dates=jour-mois."),
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Garde les réglages dans FICHIER.grc.toml.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Avec --save, remplace des réglages différents.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="PAGE", help="Écrit aussi la fiche en HTML.")] = None,
) -> int:
    """Vérifie qu'un fichier se lit, et montre sa fiche de lecture.

    Code de sortie : 0 s'il est accepté, 1 s'il est refusé, 2 si la commande ne convient pas.
    """
    from grc_helpers.classroom import check as checking
    from grc_helpers.data.refusals import FileRefused

    options = checking.read_options(assignments or [])
    with console.status("Lecture du fichier…"):
        read = checking.read_file(file, kind, options)
    checking.print_fiche(console, file, read)
    if html:
        checking.write_html(html, file, read)
        console.print(f"Page : {shown_path(html)}", markup=False, highlight=False, soft_wrap=True)
    if isinstance(read, FileRefused):
        return 1
    if save:
        side = checking.save(file, read, force=force)
        console.print(f"Réglages : {shown_path(side)}", markup=False, highlight=False, soft_wrap=True)
    return 0


@app.command(cls=FrenchCommand)
def template(
    kind: Annotated[
        str, typer.Argument(metavar="TYPE", help=f"Ce que le fichier contiendra : {KINDS}.")
    ] = "transactions",
    out: Annotated[Path | None, typer.Option(metavar="FICHIER", help="Où l'écrire.")] = None,
) -> int:
    """Écrit un fichier d'exemple à remplir, qu'Excel ouvre tel quel."""
    from grc_helpers.classroom.check import write_template

    path = shown_path(write_template(kind, out))
    console.print(f"Modèle : {path}", markup=False, highlight=False, soft_wrap=True)
    option = "" if kind == "transactions" else f" --kind {kind}"
    console.print(f'Une fois rempli : grc check "{path}"{option}', markup=False, highlight=False, soft_wrap=True)
    return 0


@app.command(cls=FrenchCommand)
def simulate(
    out: Annotated[Path | None, typer.Option(metavar="DOSSIER", help="Où écrire ; ne doit pas exister.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Graine : même graine, mêmes données.")] = None,
    customers: Annotated[int | None, typer.Option(metavar="N", help="Nombre de clients.")] = None,
    tables: Annotated[
        str | None, typer.Option(metavar="toutes|coeur", help="Toutes les tables, ou ventes et clients seulement.")
    ] = None,
    config: Annotated[Path | None, typer.Option(metavar="FICHIER", help="Réglages, au format TOML.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Montre les réglages, et s'arrête.")] = False,
) -> int:
    """Écrit les Cafés Merle, l'entreprise simulée du cours, dont la vérité est connue.

    La vérité va dans le sous-dossier « verite », que seul read_truth lit.
    """
    from grc_helpers.classroom import simulation

    settings = simulation.settings_of(config, seed=seed, customers=customers, tables=tables)
    if list_:
        simulation.list_settings(console, settings)
        return 0
    if out is None:
        raise GrcError("Il manque le dossier où écrire.", todo="ajoutez par exemple --out mes_donnees")
    try:
        folder = simulation.run(console, settings, out)
    except KeyboardInterrupt:
        errors.print("Interrompu : rien n'a été écrit.", style="red")
        return INTERRUPTED
    console.print(f"✔ {shown_path(folder)}", markup=False, highlight=False, soft_wrap=True)
    return 0


def notebook_bars():
    """Return a progress display: one bar a notebook, with the cells done and what is being done."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(bar_width=30), TextColumn("{task.fields[step]}")
    return Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal)


def add_bar(progress, name: str) -> int:
    """Add a notebook's bar, whose clock starts with the notebook."""
    return progress.add_task(name, start=False, total=None, step="en attente")


def show_step(progress, bar: int, told: tuple[int, int] | str | Outcome) -> None:
    """Move a notebook's bar: (cells done, cells in all), what is being done, or how it ended."""
    progress.start_task(bar)
    if isinstance(told, Outcome):
        progress.update(bar, step="échec" if told.error else "écrit")
        progress.stop_task(bar)
    elif isinstance(told, str):
        progress.update(bar, step=told)
    else:
        progress.update(bar, completed=told[0], total=told[1], step=f"cellule {told[0]}/{told[1]}")


def shown_path(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status (2 when it was refused, 1 when a notebook failed)."""
    speak_french()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # « kill » tidies up like Ctrl-C
    try:
        return app(args=arguments, standalone_mode=False, prog_name="grc") or 0
    except GrcError as error:
        errors.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
    except TyperException as error:
        message, context = translate(error.format_message()), getattr(error, "ctx", None)
        command = context.command_path if context else "grc"
        errors.print(f"{message}\nAide : {command} --help", style="red", markup=False, highlight=False, soft_wrap=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
