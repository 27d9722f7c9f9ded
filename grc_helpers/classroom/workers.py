"""Jobs in parallel processes: they tell their progress, survive each other's failures, never outlive their parent."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from grc_helpers.classroom.execute import CellFailure
from grc_helpers.errors import GrcError


@dataclass(frozen=True)
class Outcome:
    """How a job ended: its result, or what stopped it, in French."""

    result: Any = None
    error: str | None = None


def run_jobs(
    jobs: list, task: Callable, count: int, *, set_up: Callable[[], None], scratch: Path, on_event: Callable
) -> list[Outcome]:
    """Run ``task(job, notify)`` on every job, ``count`` at a time.

    Parameters
    ----------
    jobs : list
        Anything that can be pickled.
    task : callable
        A module-level function of a job and of ``notify``, which it calls with what it wants to tell.
    count : int
        Processes at once.
    set_up : callable
        A module-level function (or partial) that each process calls first.
    scratch : Path
        A folder that the processes remove if their parent is killed before it can.
    on_event : callable
        Called here with (index of the job, what was told), and at last with (index, its outcome).

    Returns
    -------
    list of Outcome
        In the order of the jobs. An exception, or the death of its process, ends one job only.
    """
    waiting, outcomes = deque(enumerate(jobs)), [Outcome()] * len(jobs)
    idle: list[Worker] = []
    busy: dict[Connection, Worker] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                worker = idle.pop() if idle else Worker(task, set_up, scratch)
                worker.give(*waiting.popleft())
                busy[worker.connection] = worker
            for connection in wait(list(busy)):
                worker = busy[connection]
                try:
                    kind, told = connection.recv()
                except EOFError:
                    kind, told = "dead", Outcome(error=_obituary(worker.process))
                on_event(worker.index, told)
                if kind == "event":
                    continue
                outcomes[worker.index] = told
                del busy[connection]
                if kind == "end":
                    idle.append(worker)
        return outcomes
    finally:
        for worker in [*idle, *busy.values()]:
            worker.stop()


class Worker:
    """One process, fed with jobs one at a time."""

    def __init__(self, task: Callable, set_up: Callable[[], None], scratch: Path):
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, task, set_up, scratch), daemon=False)
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: the parent decides
        try:
            self.process.start()
        finally:
            signal.signal(signal.SIGINT, before)
        theirs.close()
        self.index = -1

    def give(self, index: int, job: object) -> None:
        """Send a job; what the process tells about it is read from ``connection``."""
        self.index = index
        self.connection.send(job)

    def stop(self) -> None:
        """End the process, whatever it is doing; its kernel ends by itself."""
        self.connection.close()
        self.process.terminate()
        self.process.join(timeout=5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _obituary(process) -> str:
    process.join(timeout=5)
    return f"le processus s'est arrêté net (code {process.exitcode}), sans doute faute de mémoire"


def _work(connection: Connection, task: Callable, set_up: Callable[[], None], scratch: Path) -> None:
    """Do jobs until the connection closes (in the process)."""
    threading.Thread(target=_die_with_parent, args=(scratch,), daemon=True).start()
    set_up()
    while True:
        try:
            job = connection.recv()
        except EOFError:
            return
        try:
            outcome = Outcome(task(job, lambda told: connection.send(("event", told))))
        except (GrcError, CellFailure) as error:
            outcome = Outcome(error=str(error))
        except Exception as error:
            outcome = Outcome(error=_unforeseen(error))
        connection.send(("end", outcome))


def _unforeseen(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"erreur imprévue, {type(error).__name__} : {error} ({Path(last.filename).name}, ligne {last.lineno})"


def _die_with_parent(scratch: Path) -> None:
    wait([multiprocessing.parent_process().sentinel])
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(1)
