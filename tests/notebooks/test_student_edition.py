"""The student edition of every notebook runs from top to bottom, as do the core sections alone."""

import nbformat
import pytest

from grc_helpers.classroom.edition import write_editions
from grc_helpers.classroom.execute import select_cells
from grc_helpers.classroom.kernel import run
from grc_helpers.classroom.outputs import records
from grc_helpers.classroom.spec import list_specs
from grc_helpers.errors import GrcError

SPECS = list_specs()
# Run at each « make test »; « make test-all » runs them all.
CHOSEN = {"04"}
EACH = [pytest.param(s, marks=[] if s.number in CHOSEN else pytest.mark.complet, id=s.slug) for s in SPECS]


def edition(spec, folder):
    """Return the student edition of a notebook, as it is delivered."""
    (written,) = write_editions([spec.number], out=folder)
    return nbformat.read(written.path, as_version=4)


@pytest.mark.parametrize("spec", EACH)
def test_it_runs_and_every_check_waits_for_an_answer(spec, tmp_path):
    notebook = edition(spec, tmp_path)
    exercises = sum(cell.metadata.get("nbgrader", {}).get("grade", False) for cell in notebook.cells)
    run(notebook, name=spec.slug, time_limit=spec.time_limit)
    statuses = [record["status"] for record in records(notebook) if record["type"] in {"check", "quiz"}]
    assert statuses == ["blank"] * exercises
    assert exercises >= 3
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.complet
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.slug)
def test_a_blank_fails_when_it_is_graded(spec, tmp_path):
    with pytest.raises(GrcError, match="(?s)AssertionError : .*Pas encore de réponse"):
        run(
            edition(spec, tmp_path),
            name=spec.slug,
            time_limit=spec.time_limit,
            variables={"NBGRADER_EXECUTION": "autograde"},
        )


@pytest.mark.complet
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.slug)
def test_the_core_sections_stand_alone(spec):
    core = select_cells(nbformat.read(spec.path, as_version=4), "socle")
    assert "approfondissement" not in {cell.metadata.get("grc", {}).get("level") for cell in core.cells}
    run(core, name=spec.slug, time_limit=spec.time_limit)
