"""nbgrader from end to end, as an instructor uses it: hand out, collect, grade."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from grc_helpers.classroom import build
from grc_helpers.classroom.edition import STUB, strip, write_editions
from grc_helpers.classroom.spec import list_specs

PACKAGE = Path(build.__file__).parents[2]
CONFIGURATION = "from grc_helpers.classroom.nbgrader_config import configure\n\nconfigure(get_config())\n"
TEXT = Path(__file__).parent / "fixtures_build" / "90_essai.md"


def nbgrader(course, *arguments):
    """Run an nbgrader command in the course's folder; fail with what it said."""
    # nbgrader calls « alembic » by its name: the environment's programs must be found.
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    paths = os.pathsep.join([str(PACKAGE), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": programs, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return done.stderr


def is_solution(cell):
    """Tell whether a cell holds a solution."""
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def answer(notebook, source, solve=lambda cell: cell.source):
    """Return a copy of a notebook whose solution cells are filled in from the reference edition's."""
    answers = {cell.metadata.nbgrader.grade_id: solve(cell) for cell in source.cells if is_solution(cell)}
    copy = nbformat.from_dict(notebook)
    for cell in copy.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return copy


def release(course, path):
    """Put a notebook of the reference edition in a course; return what nbgrader makes of it for students."""
    folder = course / "source" / "devoir"
    folder.mkdir(parents=True)
    (folder / path.name).write_bytes(path.read_bytes())
    (course / "nbgrader_config.py").write_text(CONFIGURATION)
    nbgrader(course, "generate_assignment", "devoir")
    return nbformat.read(course / "release" / "devoir" / path.name, as_version=4)


def grade(course, name, copies):
    """Hand in one copy a student, grade them all; return each one's points and the points there are."""
    for student, notebook in copies.items():
        folder = course / "submitted" / student / "devoir"
        folder.mkdir(parents=True)
        (folder / name).write_bytes(build.to_bytes(notebook))
    nbgrader(course, "autograde", "devoir")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submissions = gradebook.assignment_submissions("devoir")
        return {submission.student.id: (submission.score, submission.max_score) for submission in submissions}


def half_wrong(cell):
    """Return the right answer to the second exercise, a wrong one to the first."""
    return "double = 3 * n" if cell.metadata.nbgrader.grade_id == "ex-90-1" else cell.source


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a course where five students have handed in the fixture, and their scores."""
    home = tmp_path_factory.mktemp("cours")
    (home / "datasets").mkdir()
    (home / "notebooks" / "textes").mkdir(parents=True)
    (home / "notebooks" / "textes" / TEXT.name).write_bytes(TEXT.read_bytes())
    source = build.read_text(TEXT)
    reference = home / "notebooks" / "90_essai.ipynb"
    reference.write_bytes(build.to_bytes(source))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRC_HOME", str(home))
        released = release(home, reference)
        (written,) = write_editions(None, out=home / "travail")
        ours = nbformat.read(written.path, as_version=4)
        copies = {
            "vierge": released,
            "juste": answer(released, source),
            "moitie": answer(released, source, half_wrong),
            "edition_vierge": ours,
            "edition_juste": answer(ours, source),
        }
        return home, grade(home, reference.name, copies)


def test_what_nbgrader_releases_is_our_edition(course):
    home, _ = course
    released = nbformat.read(home / "release" / "devoir" / "90_essai.ipynb", as_version=4)
    ours = strip(nbformat.read(home / "notebooks" / "90_essai.ipynb", as_version=4))
    assert [cell.source for cell in released.cells] == [cell.source for cell in ours.cells]
    assert [cell.id for cell in released.cells] == [cell.id for cell in ours.cells]
    assert [cell.get("outputs") for cell in released.cells] == [cell.get("outputs") for cell in ours.cells]
    for theirs, cell in zip(released.cells, ours.cells, strict=True):
        # nbgrader adds a checksum and locks; it takes away nothing that we keep, and keeps nothing that we take away.
        added = set(theirs.metadata) - set(cell.metadata)
        assert added <= {"deletable", "editable"}
        assert set(cell.metadata) <= set(theirs.metadata)
        assert set(theirs.metadata.get("tags", [])) == set(cell.metadata.get("tags", []))
    assert sum(STUB in cell.source for cell in released.cells) == 2


def test_a_blank_copy_fails_and_a_right_one_gets_all_points(course):
    assert course[1] == {
        "vierge": (0, 3),
        "juste": (3, 3),
        "moitie": (2, 3),
        "edition_vierge": (0, 3),
        "edition_juste": (3, 3),
    }


def test_an_instructor_reads_why_a_copy_failed(course):
    graded = nbformat.read(course[0] / "autograded" / "vierge" / "devoir" / "90_essai.ipynb", as_version=4)
    failures = [output.evalue for cell in graded.cells for output in cell.get("outputs", []) if "evalue" in output]
    assert failures == ["pas de réponse", "pas de réponse"]


@pytest.mark.complet
@pytest.mark.parametrize("spec", list_specs(), ids=lambda spec: spec.slug)
def test_every_notebook_of_the_course_is_graded(spec, tmp_path):
    released = release(tmp_path, spec.path)
    source = nbformat.read(spec.path, as_version=4)
    points = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in source.cells)
    assert points > 0
    copies = {"vierge": strip(source), "juste": answer(released, source)}
    assert grade(tmp_path, spec.path.name, copies) == {"vierge": (0, points), "juste": (points, points)}
