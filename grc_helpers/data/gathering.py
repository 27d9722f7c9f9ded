"""What the steps of a reading gather: facts for the fiche, values for the side file, reasons to refuse the file."""

from dataclasses import dataclass, field
from pathlib import Path

import ibis

from grc_helpers.data import amounts
from grc_helpers.data.refusals import SHOWN, Tally
from grc_helpers.data.settings import Settings
from grc_helpers.data.staging import Staged


@dataclass
class Gathered:
    """What a step found.

    Attributes
    ----------
    staged : Staged
        Where the rows come from.
    settings : Settings
        What the user states.
    problems : list of (Tally, str)
        What is wrong, and what to do.
    facts : list of (label, text)
        For the fiche.
    values : dict
        What was decided, as values of options.
    notes : list of str
    """

    staged: Staged
    settings: Settings
    problems: list[tuple[Tally, str]]
    facts: list[tuple[str, str]]
    values: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """The user's file."""
        return self.staged.source

    def column(self, role: str) -> str:
        """Return the file's name of a role's column."""
        return self.staged.columns.roles[role]

    def blame(self, rows: ibis.Table, bad, text, column: str, what: str, todo: str) -> None:
        """Add a problem, if there is one: the rows of a table where ``bad`` holds."""
        found = tally(rows, bad, text, what=what, column=column)
        if found.rows:
            self.problems.append((found, todo))


def tally(rows: ibis.Table, bad, text, *, what: str, column: str = "", count: int | None = None) -> Tally:
    """Count the rows where ``bad`` holds, with the first lines and the first value that is not blank."""
    found = rows.filter(bad)
    count = found.count().to_pyarrow().as_py() if count is None else count
    first = found.order_by("line").limit(SHOWN).select("line", text=text).to_pyarrow().to_pylist()
    example = next((row["text"] for row in first if (row["text"] or "").strip()), "")
    return Tally(what, count, tuple(row["line"] for row in first), example.lstrip(amounts.TYPED)[:80], column)
