"""The fiche de lecture: what was detected in a user's file, what each rule found, and what was done about it."""

from dataclasses import dataclass
from datetime import date

from grc_helpers.data.refusals import Tally, capitalized, counted
from grc_helpers.data.settings import Settings
from grc_helpers.style import number


@dataclass(frozen=True)
class Finding:
    """What one rule found, and what was done with these rows.

    Attributes
    ----------
    rule : str
        Name of the rule, as in the side file's section ``regles``.
    tally : Tally
        How many rows, and the first lines.
    action : str
        What was done, in French.
    excluded : int
        Rows that left the table because of it.
    """

    rule: str
    tally: Tally
    action: str
    excluded: int

    @property
    def title(self) -> str:
        """What the rows are; for an answer, to which question."""
        asked = self.rule in ("reponses_illisibles", "hors_echelle")
        return capitalized(self.tally.what) + (f" (« {self.tally.column} »)" if asked else "")


@dataclass(frozen=True)
class Reading:
    """How a user's file was read.

    Attributes
    ----------
    kind : str
        Kind of table.
    file : str
        Its name.
    facts : tuple of (label, text)
        What was detected or stated: encoding, separator, columns, order of dates, decimal mark, currency.
    findings : tuple of Finding
        Every rule that touched a row. The rows read are the rows kept plus the sum of ``excluded``.
    notes : tuple of str
        What the file cannot answer, and what deserves a look.
    gist : str
        What is kept, in a sentence.
    rows_read, rows_kept, customers : int
    days, total_cents : int or None
        Number of days, and sum of the amounts kept, if the file has dates, or amounts.
    start, end : date or None
        First and last day of the rows kept.
    currency : str
        ISO 4217 code.
    settings : Settings
        Everything that was decided, as the side file keeps it.
    names : dict
        For each canonical column, its name in the file.
    scales : dict
        For each question of a survey (its name in the loaded table), its smallest and largest answers.
    """

    kind: str
    file: str
    facts: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    gist: str
    rows_read: int
    rows_kept: int
    customers: int
    days: int | None
    total_cents: int | None
    start: date | None
    end: date | None
    currency: str
    settings: Settings
    names: dict[str, str]
    scales: dict[str, tuple[int, int]]

    def finding(self, rule: str) -> Finding | None:
        """Return what a rule found, or None if it found nothing."""
        return next((finding for finding in self.findings if finding.rule == rule), None)

    def summary(self) -> list[str]:
        """Return two lines for a cover: rows read and kept, and what was done with the others."""
        done = [f"{found.title} : {number(found.tally.rows)} ({found.action})" for found in self.findings]
        return [
            f"Fichier lu : {counted(self.rows_read, 'ligne')}, {counted(self.rows_kept, 'gardée')}.",
            " ; ".join([*done[:1], *(text[:1].lower() + text[1:] for text in done[1:])]) + "."
            if done
            else "Aucune ligne particulière.",
        ]
