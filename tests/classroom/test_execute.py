"""Which cells a report runs, and what is said of a cell that fails."""

import json
import sys
from pathlib import Path

import jupytext
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grc_helpers.classroom.execute import THREADS, CellFailure, limit_threads, run_notebook, select_cells
from grc_helpers.classroom.kernel import environment

FIXTURES = Path(__file__).parent / "fixtures"


def section(title, level):
    return new_markdown_cell(f"## {title}", metadata={"grc": {"level": level}})


@pytest.fixture
def lesson():
    return new_notebook(
        cells=[
            new_markdown_cell("# Titre"),
            section("Un", "socle"),
            new_code_cell("un = 1"),
            new_markdown_cell("30 minutes de plus", metadata={"grc": {"level": "approfondissement"}}),
            section("Deux", "approfondissement"),
            new_markdown_cell("### Suite"),
            new_code_cell("deux = 2"),
            section("Exercices", "socle"),
            new_markdown_cell("**Exercice 1.**", metadata={"nbgrader": {"solution": False, "grade": False}}),
            new_code_cell("reponse = 1", metadata={"tags": ["exercice"], "nbgrader": {"solution": True}}),
            new_code_cell("controle()", metadata={"nbgrader": {"grade": True, "solution": False}}),
            new_markdown_cell("Parce que.", metadata={"nbgrader": {"solution": True}}),
            new_markdown_cell("Relancez la cellule.", metadata={"tags": ["hors-rapport"]}),
            new_code_cell("fin = 3"),
        ]
    )


def test_a_report_leaves_out_answers_checks_and_what_is_for_the_notebook_only(lesson):
    sources = [cell.source for cell in select_cells(lesson, "complet").cells]
    assert sources == [
        "# Titre",
        "## Un",
        "un = 1",
        "30 minutes de plus",
        "## Deux",
        "### Suite",
        "deux = 2",
        "## Exercices",
        "**Exercice 1.**",
        "fin = 3",
    ]


def test_socle_leaves_out_further_study(lesson):
    sources = [cell.source for cell in select_cells(lesson, "socle").cells]
    assert sources == ["# Titre", "## Un", "un = 1", "## Exercices", "**Exercice 1.**", "fin = 3"]


def test_socle_says_its_own_duration_only():
    durations = (
        "Socle\u00a0: 60 minutes. Approfondissement\u00a0: 30 minutes de plus\u202f; on peut\nles sauter. Suite."
    )
    nb = new_notebook(cells=[new_markdown_cell(durations)])
    assert select_cells(nb, "socle").cells[0].source == "Socle\u00a0: 60 minutes. Suite."
    assert select_cells(nb, "complet").cells[0].source == durations
    last = new_notebook(cells=[new_markdown_cell("Socle : 1 h. Approfondissement : 1 h.\n\nSuite.")])
    assert select_cells(last, "socle").cells[0].source == "Socle : 1 h. \n\nSuite."


def test_cells_keep_the_number_that_jupyterlab_shows_and_the_notebook_is_left_alone(lesson):
    before = lesson.copy()
    numbers = {
        cell.source: cell.metadata["grc_number"]
        for cell in select_cells(lesson, "socle").cells
        if cell.cell_type == "code"
    }
    assert numbers == {"un = 1": 1, "fin = 3": 5}
    assert lesson == before and "grc_number" not in lesson.cells[2].metadata


def run(name_or_nb, folder, **options):
    nb = jupytext.read(FIXTURES / f"{name_or_nb}.md") if isinstance(name_or_nb, str) else name_or_nb
    options = {"time_limit": 120, "on_cell": lambda done, total: None} | options
    return run_notebook(select_cells(nb, "complet"), {}, folder=folder, **options)


def test_a_failing_cell_is_named_by_number_first_line_and_message(tmp_path):
    told = []
    with pytest.raises(CellFailure) as failure:
        run("91_echec", tmp_path, on_cell=lambda done, total: told.append((done, total)))
    said = str(failure.value)
    assert said == "cellule de code 3 (« panier = 1 / (seuil - seuil) ») : ZeroDivisionError : float division by zero"
    assert told[0] == (1, 6) and told[-1] == (5, 6)


def test_a_cell_that_passes_its_time_limit_is_stopped_and_named(tmp_path):
    with pytest.raises(CellFailure, match=r"cellule de code 2 \(« import time »\) : la limite de 1\u202fs"):
        run("92_lent", tmp_path, time_limit=1)


def test_a_kernel_that_dies_is_told(tmp_path):
    nb = new_notebook(cells=[new_code_cell("import os\nos._exit(9)")])
    with pytest.raises(CellFailure, match="cellule de code 1 .*le noyau Python s'est arrêté net"):
        run(nb, tmp_path)


def test_our_own_errors_keep_their_words_only(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", environment(tmp_path)["PYTHONPATH"])
    source = "from grc_helpers.errors import GrcError\nraise GrcError('Rien à compter.', todo='ajoutez des lignes')"
    with pytest.raises(CellFailure) as failure:
        run(new_notebook(cells=[new_code_cell(source)]), tmp_path)
    assert failure.value.message == "Rien à compter.\nÀ faire : ajoutez des lignes"


def test_the_kernel_is_the_interpreter_that_runs_this(tmp_path, monkeypatch):
    other = tmp_path / "jupyter" / "kernels" / "python3"
    other.mkdir(parents=True)
    spec = {"argv": ["/nonexistent/python", "-f", "{connection_file}"], "display_name": "autre", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    nb = run(new_notebook(cells=[new_code_cell("import sys; print(sys.prefix)")]), tmp_path)
    assert nb.cells[-1].outputs[0].text.strip() == sys.prefix


def test_the_engine_of_a_kernel_uses_the_threads_it_is_given(monkeypatch):
    from grc_helpers.data.warehouse import connect

    for variable in THREADS:
        monkeypatch.setenv(variable, "7")  # so that what limit_threads sets is taken back
    limit_threads(1)
    assert connect().raw_sql("select current_setting('threads')").fetchone() == (1,)


def test_a_notebook_runs_in_a_folder_too_deep_for_the_address_of_a_socket(tmp_path):
    deep = tmp_path / ("é" * 30) / ("long" * 20)
    deep.mkdir(parents=True)
    nb = run(new_notebook(cells=[new_code_cell("print(6 * 7)")]), deep)
    assert nb.cells[0].outputs[0].text == "42\n"
