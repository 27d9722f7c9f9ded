"""The one family of exceptions of the workbook."""


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
        self.what, self.where, self.todo = what, where, todo
        lines = [what]
        if where:
            lines.append(f"Où : {where}")
        if todo:
            lines.append(f"À faire : {todo}")
        super().__init__("\n".join(lines))
