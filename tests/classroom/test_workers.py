"""Jobs in processes: together, apart in their failures, and gone with their parent."""

import os
import time

import pytest

from grc_helpers.classroom.workers import run_jobs

# Written to a module of its own: the processes import it.
TASKS = """
import os, time
from pathlib import Path
from grc_helpers.errors import GrcError

def set_up():
    os.environ["PRÊT"] = "oui"

def task(job, notify):
    kind, folder = job
    notify(kind)
    if kind in ("a", "b"):
        (Path(folder) / kind).touch()
        limit = time.monotonic() + 20
        while not (Path(folder) / {"a": "b", "b": "a"}[kind]).exists():
            if time.monotonic() > limit:
                raise GrcError("L'autre n'est pas venu.")
            time.sleep(0.02)
    if kind == "refus":
        raise GrcError("Ceci est refusé.", todo="autre chose")
    if kind == "erreur":
        raise ValueError("imprévu")
    if kind == "mort":
        os._exit(3)
    return os.environ["PRÊT"], os.getpid()
"""


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    import importlib
    import sys

    folder = tmp_path_factory.mktemp("taches")
    (folder / "taches_essai.py").write_text(TASKS, encoding="utf-8")
    sys.path.insert(0, str(folder))
    yield importlib.import_module("taches_essai")
    sys.path.remove(str(folder))


def outcomes_of(tasks, kinds, folder, count):
    told = []
    jobs = [(kind, str(folder)) for kind in kinds]
    options = {"set_up": tasks.set_up, "scratch": folder / "brouillon"}
    outcomes = run_jobs(jobs, tasks.task, count, on_event=lambda *event: told.append(event), **options)
    return outcomes, told


def test_two_jobs_run_at_the_same_time(tasks, tmp_path):
    outcomes, told = outcomes_of(tasks, ["a", "b"], tmp_path, 2)
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert {event[0] for event in told} == {0, 1}


def test_a_failure_ends_one_job_only(tasks, tmp_path):
    outcomes, told = outcomes_of(tasks, ["refus", "mort", "erreur", "bon", "bon"], tmp_path, 2)
    errors = [outcome.error for outcome in outcomes]
    assert errors[0] == "Ceci est refusé.\nÀ faire : autre chose"
    assert errors[1].startswith("le processus s'est arrêté net (code 3)")
    assert errors[2].startswith("erreur imprévue, ValueError : imprévu (taches_essai.py, ligne ")
    assert errors[3:] == [None, None]
    assert [outcome.result[0] for outcome in outcomes[3:]] == ["oui", "oui"]
    assert [event for event in told if event[1] in ("refus", "mort", "bon")] == [
        event for event in told if isinstance(event[1], str) and event[1] != "erreur"
    ]


def test_no_process_is_left(tasks, tmp_path):
    outcomes, _ = outcomes_of(tasks, ["bon"], tmp_path, 1)
    pid, limit = outcomes[0].result[1], time.monotonic() + 5
    while time.monotonic() < limit:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the process is still there")
