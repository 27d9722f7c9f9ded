"""The student edition: nbgrader's stripping, and never a byte of a student's work lost."""

import json
from datetime import date
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.preprocessors import ClearOutput, ClearSolutions

from grc_helpers.classroom.build import read_text, to_bytes
from grc_helpers.classroom.edition import MANIFEST, STUB, TEXT_STUB, Written, strip, write_editions
from grc_helpers.errors import GrcError

DAY = date(2026, 9, 1)
SOLUTION = {"nbgrader": {"solution": True, "grade": False, "grade_id": "a", "locked": False, "schema_version": 3}}


def solution_cell(source, kind=new_code_cell):
    """Return a notebook with one cell marked as a solution."""
    return new_notebook(cells=[kind(source, metadata=json.loads(json.dumps(SOLUTION)))])


def nbgraders(notebook):
    """Return what nbgrader makes of a notebook, with our stubs."""
    clear = ClearSolutions(code_stub={"python": STUB}, text_stub=TEXT_STUB)
    for preprocessor in (clear, ClearOutput()):
        notebook, _ = preprocessor.preprocess(nbformat.from_dict(json.loads(json.dumps(notebook))), {})
    return notebook


def pieces(notebook):
    """Return what nbgrader and we must agree on."""
    return [(cell.source, cell.get("outputs"), cell.get("execution_count", 0)) for cell in notebook.cells]


@pytest.fixture
def stored(workbook):
    """Return the path of a stored notebook (not executed: only sources matter here)."""
    path = workbook / "notebooks" / "90_essai.ipynb"
    path.write_bytes(to_bytes(read_text(workbook / "notebooks" / "textes" / "90_essai.md")))
    return path


@pytest.fixture
def deliver(workbook, stored):
    """Return the folder of the edition, and a function that delivers and gives (name, status)."""
    out = workbook / "travail"

    def run(day=DAY):
        (written,) = write_editions(None, out=out, today=day)
        assert written.path.parent == out and written.path.exists()
        return written.path.name, written.status

    return out, run


def renew(stored, word):
    """Change the stored notebook, as a new version of the workbook would."""
    stored.write_text(stored.read_text(encoding="utf-8").replace("# Essai", f"# Essai {word}"), encoding="utf-8")


# What is stripped


def test_a_solution_becomes_one_line_with_its_indentation():
    source = "def f(x):\n    y = None\n    ### BEGIN SOLUTION\n    y = x\n    ### END SOLUTION\n    return y"
    (cell,) = strip(solution_cell(source)).cells
    assert cell.source == "def f(x):\n    y = None\n    # À vous : écrivez votre réponse ici.\n    return y"


def test_nothing_else_is_lost_and_the_original_stays():
    code = new_code_cell("n: int = 3", metadata={"tags": ["parameters"], "scrolled": True})
    code.outputs, code.execution_count = [new_output("stream")], 4
    answer = new_code_cell(
        "a = None\n### BEGIN SOLUTION\na = 1\n### END SOLUTION",
        metadata=SOLUTION | {"tags": ["exercice", "hide-input"], "jupyter": {"source_hidden": True}},
    )
    hidden = new_code_cell("1", metadata={"tags": ["hide-input"], "jupyter": {"outputs_hidden": True}})
    text = new_markdown_cell("# Titre", metadata={"grc": {"notions": ["A1"]}})
    notebook = new_notebook(cells=[text, code, answer, hidden], metadata={"grc": {"number": "04"}})
    before = json.dumps(notebook)
    edition = strip(notebook)
    assert json.dumps(notebook) == before
    assert edition.metadata == notebook.metadata
    assert [cell.id for cell in edition.cells] == [cell.id for cell in notebook.cells]
    assert edition.cells[0] == text
    assert edition.cells[1].metadata == {"tags": ["parameters"]}
    assert (edition.cells[1].outputs, edition.cells[1].execution_count) == ([], None)
    assert edition.cells[2].metadata == SOLUTION | {"tags": ["exercice"]}
    assert edition.cells[3].metadata == hidden.metadata


def test_a_collapsed_solution_without_other_tags_is_shown():
    notebook = solution_cell("a = 1")
    notebook.cells[0].metadata |= {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}
    assert strip(notebook).cells[0].metadata == SOLUTION


def test_the_fixture_is_stripped_as_nbgrader_does(workbook):
    notebook = read_text(workbook / "notebooks" / "textes" / "90_essai.md")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [new_output("stream", text="x")], 3
    ours = strip(notebook)
    assert pieces(ours) == pieces(nbgraders(notebook))
    assert sum(cell.source != other.source for cell, other in zip(ours.cells, notebook.cells, strict=True)) == 2


line = st.sampled_from(["x = 1", "    y = 2", "", "# BEGIN", "# fin de la solution", "print('END')"])
mark = st.sampled_from(["### ", "    ### ", "\t#", "        # *** "])
region = st.tuples(mark, st.lists(line)).map(
    lambda part: "\n".join([f"{part[0]}BEGIN SOLUTION", *part[1], f"{part[0]}END SOLUTION"])
)


@given(st.lists(st.one_of(line, region), max_size=6), st.sampled_from([new_code_cell, new_markdown_cell]))
def test_any_solution_cell_is_stripped_as_nbgrader_does(parts, kind):
    notebook = solution_cell("\n".join(parts), kind)
    assert pieces(strip(notebook)) == pieces(nbgraders(notebook))


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("a\n### BEGIN SOLUTION\nb", "« BEGIN SOLUTION » sans « END SOLUTION »"),
        ("a\nb\n### END SOLUTION", "« END SOLUTION » sans « BEGIN SOLUTION »"),
        ("a\n### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "deux « BEGIN SOLUTION » de suite"),
    ],
)
def test_lines_that_do_not_pair_are_refused_naming_the_cell(source, problem):
    notebook = solution_cell(source)
    notebook.cells.insert(0, new_markdown_cell("# Titre"))
    notebook.metadata["grc"] = {"number": "04"}
    with pytest.raises(GrcError) as caught:
        strip(notebook)
    assert f"Cahier 04, cellule 2 : {problem}." in str(caught.value)
    assert "la cellule qui commence par « a »" in str(caught.value)


def test_a_solution_outside_a_solution_cell_is_refused():
    notebook = new_notebook(cells=[new_code_cell("### BEGIN SOLUTION\n1\n### END SOLUTION")])
    with pytest.raises(GrcError, match="cellule 1 : une solution dans une cellule qui n'est pas marquée"):
        strip(notebook)


# What is delivered


def test_a_new_edition_holds_no_solution(deliver):
    out, run = deliver
    assert run() == ("90_essai.ipynb", "nouveau")
    text = (out / "90_essai.ipynb").read_text(encoding="utf-8")
    assert STUB in text and "2 * n\\n" not in text and "a if a > b" not in text and "SOLUTION" not in text
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "90_essai.ipynb"]


def test_the_same_edition_is_not_written_twice(deliver):
    out, run = deliver
    run()
    before = (out / "90_essai.ipynb").stat().st_mtime_ns
    assert run() == ("90_essai.ipynb", "inchangé")
    assert (out / "90_essai.ipynb").stat().st_mtime_ns == before


def test_an_untouched_notebook_is_replaced(deliver, stored):
    out, run = deliver
    run()
    renew(stored, "deux")
    assert run() == ("90_essai.ipynb", "remplacé")
    assert "# Essai deux" in (out / "90_essai.ipynb").read_text(encoding="utf-8")
    assert run() == ("90_essai.ipynb", "inchangé")


def test_one_byte_of_the_students_is_enough_to_deliver_beside(deliver, stored):
    out, run = deliver
    run()
    mine = out / "90_essai.ipynb"
    mine.write_bytes(mine.read_bytes() + b"\n")
    work = mine.read_bytes()
    renew(stored, "deux")
    beside = "90_essai (nouvelle version 2026-09-01).ipynb"
    assert run() == (beside, "à côté")
    assert mine.read_bytes() == work
    assert "# Essai deux" in (out / beside).read_text(encoding="utf-8")
    # The same version again, on another day: nothing more is delivered.
    assert run(date(2026, 9, 2)) == (beside, "inchangé")
    # A newer version, the same day: neither the student's notebook nor the former delivery is written over.
    (out / beside).write_bytes(work)
    renew(stored, "trois")
    assert run() == ("90_essai (nouvelle version 2026-09-01, 2).ipynb", "à côté")
    assert (out / beside).read_bytes() == work == mine.read_bytes()


def test_a_changed_notebook_without_a_new_version_gets_no_twin(deliver):
    out, run = deliver
    run()
    (out / "90_essai.ipynb").write_bytes(b"{}")
    assert run() == ("90_essai.ipynb", "inchangé")
    assert (out / "90_essai.ipynb").read_bytes() == b"{}"
    assert sorted(path.name for path in out.iterdir()) == [MANIFEST, "90_essai.ipynb"]


@pytest.mark.parametrize("manifest", [None, "{half", "[]", '{"autre.ipynb": "0"}'])
def test_a_notebook_that_no_manifest_knows_is_the_students(deliver, stored, manifest):
    out, run = deliver
    run()
    work = (out / "90_essai.ipynb").read_bytes()
    (out / MANIFEST).unlink()
    if manifest is not None:
        (out / MANIFEST).write_text(manifest)
    renew(stored, "deux")
    assert run() == ("90_essai (nouvelle version 2026-09-01).ipynb", "à côté")
    assert (out / "90_essai.ipynb").read_bytes() == work


def test_a_lost_manifest_is_made_again_for_what_is_the_edition(deliver, stored):
    out, run = deliver
    run()
    (out / MANIFEST).unlink()
    assert run() == ("90_essai.ipynb", "inchangé")
    renew(stored, "deux")
    assert run() == ("90_essai.ipynb", "remplacé")


def test_a_notebook_thrown_away_comes_back(deliver):
    out, run = deliver
    run()
    (out / "90_essai.ipynb").unlink()
    assert run() == ("90_essai.ipynb", "nouveau")


def test_a_write_cut_short_leaves_the_former_file(deliver, stored, monkeypatch):
    out, run = deliver
    run()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    renew(stored, "deux")

    def cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", cut)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


# What cannot be delivered


def refusal(out):
    """Deliver where it cannot be; return the message."""
    with pytest.raises(GrcError) as caught:
        write_editions(None, out=out)
    return str(caught.value)


def test_a_folder_whose_parent_is_missing_is_refused(stored, tmp_path):
    message = refusal(tmp_path / "absent" / "travail")
    assert "L'édition étudiante ne peut pas être écrite." in message
    assert "le dossier qui doit le contenir n'existe pas" in message


def test_a_file_in_place_of_the_folder_is_refused(stored, tmp_path):
    (tmp_path / "travail").write_text("")
    assert "un fichier porte déjà ce nom" in refusal(tmp_path / "travail")


def test_a_read_only_folder_is_refused(stored, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    # The superuser may write in read-only folders: what the system answers to others is played here.
    monkeypatch.setattr("tempfile.mkstemp", refuse)
    (tmp_path / "travail").mkdir()
    message = refusal(tmp_path / "travail")
    assert f"« {tmp_path / 'travail'} » : écriture refusée" in message
    assert "choisissez-en un autre avec --out" in message


def test_a_notebook_that_is_not_built_is_named(workbook):
    assert "Le cahier 90_essai.ipynb n'est pas construit." in refusal(workbook / "travail")


def test_an_unknown_notebook_is_named(stored, workbook):
    with pytest.raises(GrcError, match="Aucun cahier ne s'appelle « 55 »"):
        write_editions(["55"], out=workbook / "travail")
    assert write_editions(["90"], out=workbook / "travail") == [
        Written(Path(workbook / "travail" / "90_essai.ipynb"), "nouveau")
    ]
