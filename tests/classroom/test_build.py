"""The builder: the same bytes each time, no needless execution, no failure stored."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grc_helpers.classroom import build
from grc_helpers.errors import GrcError

PACKAGE = Path(build.__file__).parents[2]
HEADER = """---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
grc:
  number: "91"
  title: Court
  time_limit: {time_limit}
---

# Court

```{{code-cell}} ipython3
:tags: [parameters]

n: int = 1  # nombre
```

"""


def write_short(workbook, *sources, time_limit=60):
    """Replace the workbook's text by a short one with these code cells."""
    for text in (workbook / "notebooks" / "textes").glob("*.md"):
        text.unlink()
    cells = "\n\n".join(f"```{{code-cell}} ipython3\n{source}\n```" for source in sources)
    path = workbook / "notebooks" / "textes" / "91_court.md"
    path.write_text(HEADER.format(time_limit=time_limit) + cells + "\n", encoding="utf-8")
    return path


def refusal(workbook, *sources, **options):
    """Build a short notebook that must be refused; return the message."""
    write_short(workbook, *sources, **options)
    with pytest.raises(GrcError) as caught:
        build.build_notebooks()
    assert not (workbook / "notebooks" / "91_court.ipynb").exists()
    return str(caught.value)


@pytest.fixture
def short(workbook):
    """Return the paths of a short text and its notebook, built."""
    text = write_short(workbook, "print(n)")
    build.build_notebooks()
    return text, workbook / "notebooks" / "91_court.ipynb"


@pytest.fixture
def recorder():
    """Return a callback that notes the steps, and the notes: nothing noted is nothing executed."""
    steps = []
    return (lambda *step: steps.append(step)), steps


def test_two_builds_give_the_same_bytes_wherever_they_are_made(workbook, tmp_path, monkeypatch):
    stored = workbook / "notebooks" / "90_essai.ipynb"
    assert build.build_notebooks() == [build.Built("90_essai", "construit")]
    first = stored.read_bytes()
    assert b"image/png" in first
    stored.unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    assert build.build_notebooks() == [build.Built("90_essai", "construit")]
    assert stored.read_bytes() == first
    assert build.build_notebooks(force=True) == [build.Built("90_essai", "inchangé")]

    notebook = nbformat.reads(first, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.grc.parameters == {"n": {"min": 1, "max": 100}}
    assert set(notebook.metadata) == {"grc", "kernelspec", "language_info"}
    assert "version" not in notebook.metadata.language_info
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in codes] == list(range(1, len(codes) + 1))
    assert all(set(cell.metadata) <= {"tags", "nbgrader", "jupyter", "grc"} for cell in notebook.cells)
    assert codes[0].metadata.tags == ["parameters"]
    assert notebook.cells[1].metadata.grc == {"level": "socle", "notions": ["E9"]}
    check = next(cell for cell in codes if cell.metadata.get("nbgrader", {}).get("grade_id") == "ex-90-2-controle")
    assert check.outputs[0].data["text/plain"] == "juste"


def test_solutions_are_collapsed_and_checks_are_not(workbook):
    notebook = build.read_text(workbook / "notebooks" / "textes" / "90_essai.md")
    for cell in notebook.cells:
        solution = cell.metadata.get("nbgrader", {}).get("solution", False)
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == solution
        assert ("hide-input" in cell.metadata.get("tags", [])) == solution
    assert sum("exercice" in cell.metadata.get("tags", []) for cell in notebook.cells) == 2


def test_cell_ids_stay_when_another_cell_changes_and_twins_differ(workbook):
    before = [cell.id for cell in build.read_text(write_short(workbook, "print(1)", "print(2)", "print(2)")).cells]
    after = [cell.id for cell in build.read_text(write_short(workbook, "print(0)", "print(2)", "print(2)")).cells]
    assert len(set(before)) == 5
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, False, True, True]


def test_what_a_notebook_used_is_remembered_and_nothing_else(short, workbook):
    used = json.loads((workbook / ".cache" / "notebooks.json").read_text(encoding="utf-8"))["91_court"]
    assert set(used) == {"notebooks/textes/91_court.md", "notebooks/91_court.ipynb", "datasets", "requirements.lock"}


def test_nothing_changed_nothing_executed(short, recorder):
    note, steps = recorder
    assert build.build_notebooks(on_step=note) == [build.Built("91_court", "inchangé")]
    assert steps == []
    build.build_notebooks(force=True, on_step=note)
    assert steps == [("91_court", 1, 3), ("91_court", 2, 3), ("91_court", 3, 3)]


def test_a_changed_text_is_executed_again(short, recorder):
    note, steps = recorder
    text, stored = short
    text.write_text(text.read_text().replace("print(n)", "print(n + 1)"))
    assert build.build_notebooks(["91"], on_step=note) == [build.Built("91_court", "construit")]
    assert steps
    assert nbformat.read(stored, as_version=4).cells[-1].outputs[0].text == "2\n"


def test_changed_data_lead_to_a_new_execution(short, recorder, workbook):
    note, steps = recorder
    (workbook / "datasets" / "cdnow").mkdir()
    (workbook / "datasets" / "cdnow" / "cdnow.csv").write_text("a\n")
    assert build.build_notebooks(on_step=note) == [build.Built("91_court", "inchangé")]
    assert steps


def test_changed_code_leads_to_a_new_execution(workbook, recorder):
    note, steps = recorder
    write_short(workbook, "from grc_helpers.style import percent\n\nprint(percent(0.5))")
    build.build_notebooks()
    cache = workbook / ".cache" / "notebooks.json"
    digests = json.loads(cache.read_text())
    style = next(name for name in digests["91_court"] if name.endswith("grc_helpers/style.py"))
    assert not any(name.endswith("cli.py") for name in digests["91_court"])
    digests["91_court"][style] = "the digest of another version"
    cache.write_text(json.dumps(digests))
    build.build_notebooks(on_step=note)
    assert steps


def test_a_notebook_edited_by_hand_is_built_again(short):
    _, stored = short
    good = stored.read_bytes()
    stored.write_bytes(good.replace(b'"1\\n"', b'"2\\n"'))
    assert stored.read_bytes() != good
    assert build.build_notebooks() == [build.Built("91_court", "construit")]
    assert stored.read_bytes() == good


def test_a_spoilt_cache_is_ignored(short, workbook, recorder):
    note, steps = recorder
    (workbook / ".cache" / "notebooks.json").write_text("{half")
    assert build.build_notebooks(on_step=note) == [build.Built("91_court", "inchangé")]
    assert steps


def test_an_unknown_notebook_is_named(workbook):
    with pytest.raises(GrcError, match="Aucun cahier ne s'appelle « 55 »"):
        build.build_notebooks(["55"])


def test_a_failing_cell_is_named_and_the_stored_notebook_stays(short):
    text, stored = short
    good = stored.read_bytes()
    text.write_text(text.read_text().replace("print(n)", "# un commentaire\nprint(absent)"))
    with pytest.raises(GrcError) as caught:
        build.build_notebooks()
    message = str(caught.value)
    assert message.startswith("Cahier 91_court, cellule de code n° 2 : NameError : name 'absent' is not defined")
    assert "« # un commentaire »" in message
    assert stored.read_bytes() == good
    assert sorted(path.name for path in stored.parent.iterdir()) == ["91_court.ipynb", "textes"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import sys\n\nsys.stderr.write('attention')", "n° 2 : avertissement à supprimer : attention"),
        ("import warnings\n\nwarnings.warn('vieux', FutureWarning)", "FutureWarning: vieux"),
        ("print('x.py:3: UserWarning: bizarre')", "x.py:3: UserWarning: bizarre"),
    ],
)
def test_warnings_are_refused(workbook, source, message):
    assert message in refusal(workbook, source)


def test_a_cell_that_passes_its_time_limit_is_named(workbook):
    message = refusal(workbook, "while True:\n    pass", time_limit=1)
    assert "cellule de code n° 2 : elle dure plus de 1 s, ce qui est permis à une cellule" in message
    assert "« while True: »" in message


def test_a_dead_kernel_is_named(workbook):
    assert "n° 2 : Python s'est arrêté" in refusal(workbook, "import os\n\nos._exit(1)")


def test_a_heavy_notebook_is_refused(workbook):
    message = refusal(workbook, r"print('\n'.join(['x' * 97] * 16_000))")
    assert message.startswith("Le cahier 91_court est trop lourd.\nOù : 1,")
    assert "Mo une fois exécuté ; maximum 1,50 Mo" in message


def test_a_text_that_cannot_be_read_is_named(workbook):
    path = write_short(workbook, "print(1)")
    path.write_text(path.read_text().replace(":tags: [parameters]", "---\ntags: [parameters\n---"))
    with pytest.raises(GrcError, match="91_court.md ne se lit pas"):
        build.read_text(path)


def test_the_kernel_is_this_pythons_in_an_empty_folder_and_not_graded(workbook, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    source = "import os, sys\n\nprint(sys.executable, os.listdir(), os.environ.get('NBGRADER_EXECUTION'))"
    write_short(workbook, source)
    build.build_notebooks()
    notebook = nbformat.read(workbook / "notebooks" / "91_court.ipynb", as_version=4)
    assert notebook.cells[-1].outputs[0].text == f"{sys.executable} [] None\n"


def test_text_and_notebook_in_step(short, workbook):
    text, stored = short
    assert build.check_in_step() == []
    good = text.read_text()
    text.write_text(good.replace("print(n)", "print(n + 1)"))
    assert build.check_in_step() == [
        "Le cahier 91_court.ipynb ne suit pas son texte (à partir de la cellule 3, « print(n + 1) ») : "
        "lancez « make notebooks »."
    ]
    text.write_text(good.replace("title: Court", "title: Long"))
    assert "(en-tête)" in build.check_in_step()[0]
    text.write_text(good.replace("# Court", '+++ {"grc": {"level": "socle"}}\n\n# Court'))
    assert "(à partir de la cellule 1, « # Court »)" in build.check_in_step()[0]
    text.write_text(good + "\n# Une cellule de plus\n")
    assert "(à partir de la cellule 4, « # Une cellule de plus »)" in build.check_in_step()[0]
    stored.rename(workbook / "notebooks" / "92_autre.ipynb")
    assert build.check_in_step() == [
        "Le texte 91_court.md n'a pas de cahier : lancez « make notebooks ».",
        "Le cahier 92_autre.ipynb n'a pas de texte : écrivez notebooks/textes/92_autre.md.",
    ]


def test_the_hook_says_what_differs(short, capsys):
    text, _ = short
    assert build.main(["--check"]) == 0
    assert capsys.readouterr().err == ""
    text.write_text(text.read_text().replace("print(n)", "print(1 / 0)"))
    assert build.main(["--check"]) == 1
    assert "ne suit pas son texte" in capsys.readouterr().err
    assert build.main(["--ckeck"]) == 2
    assert "Usage" in capsys.readouterr().err


def test_nbval_passes_the_build_and_fails_an_altered_output(short):
    _, stored = short
    nbval = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", stored.name]
    paths = os.pathsep.join([str(PACKAGE), os.environ.get("PYTHONPATH", "")])
    options = {"cwd": stored.parent, "env": os.environ | {"PYTHONPATH": paths}, "capture_output": True, "text": True}
    passed = subprocess.run(nbval, **options)
    assert passed.returncode == 0 and "2 passed" in passed.stdout, passed.stdout
    stored.write_bytes(stored.read_bytes().replace(b'"1\\n"', b'"2\\n"'))
    failed = subprocess.run(nbval, **options)
    assert failed.returncode == 1 and "Cell outputs differ" in failed.stdout, failed.stdout
