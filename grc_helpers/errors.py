"""The one family of exceptions of the workbook."""

import errno
import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

OBSTACLES = {
    errno.ENOENT: "le dossier qui doit le contenir n'existe pas",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENOTDIR: "l'un des dossiers de ce chemin est un fichier",
    errno.EACCES: "écriture refusée",
    errno.EPERM: "écriture refusée",
    errno.EROFS: "dossier en lecture seule",
    errno.ENOSPC: "disque plein",
}


def visible(text: str) -> str:
    """Write control characters as a sign: what a file holds must not command a terminal, nor turn text around."""
    return CONTROL.sub("\ufffd", text)


def obstacle(error: OSError) -> str:
    """Return, in French, why the system refused to write."""
    return OBSTACLES.get(error.errno) or error.strerror or str(error)


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
