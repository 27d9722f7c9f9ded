"""The one family of exceptions of the workbook."""

import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Write control characters as a sign: what a file holds must not command a terminal, nor turn text around."""
    return CONTROL.sub("\ufffd", text)


class GrcError(Exception):
    """An error whose message tells the user, in French, what to do.

    Parameters
    ----------
    what : str
        What is wrong, one sentence.
    where : str, optional
        Where: column, count, first rows.
    todo : str, optional
        What the user can do about it.
    """

    def __init__(self, what: str, *, where: str | None = None, todo: str | None = None):
        what = visible(what)
        where, todo = (text and visible(text) for text in (where, todo))
        self.what, self.where, self.todo = what, where, todo
        lines = [what]
        if where:
            lines.append(f"Où : {where}")
        if todo:
            lines.append(f"À faire : {todo}")
        super().__init__("\n".join(lines))
