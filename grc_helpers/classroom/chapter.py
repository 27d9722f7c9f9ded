"""One open chapter: its parameters, its data, and what its cells show."""

from __future__ import annotations

from types import SimpleNamespace

from grc_helpers.classroom import display, exercises, fiches, small_groups, verdicts
from grc_helpers.classroom.spec import NotebookSpec, find_spec, validate
from grc_helpers.errors import GrcError
from grc_helpers.style import GREY, STYLE, money, number


def open_chapter(number_: str, **values) -> Chapter:
    """Validate a notebook's parameters, load its data, and return the chapter.

    Parameters
    ----------
    number_ : str
        The notebook's number, for instance ``"04"``.
    **values
        The parameters of the notebook's own cell.

    Raises
    ------
    GrcError
        Before anything runs, when a parameter or the data set is wrong.
    """
    import matplotlib

    from grc_helpers.data.loading import load_first
    from grc_helpers.data.warehouse import connect

    spec = find_spec(number_)
    values = validate(spec, values)
    connection = connect()
    currency = values.get("currency") or None
    data = load_first(values["dataset"], kinds=spec.kinds, connection=connection, currency=currency)
    matplotlib.rcParams.update(STYLE)
    return Chapter(spec, SimpleNamespace(**values), data, connection)


class Chapter:
    """What a notebook works with.

    Attributes
    ----------
    spec : NotebookSpec
    parameters : SimpleNamespace
        The validated parameters.
    data : Dataset
        The data set in use (``chapter.data.table`` is its Ibis table).
    """

    def __init__(self, spec: NotebookSpec, parameters: SimpleNamespace, data, connection):
        self.spec, self.parameters, self.data, self.connection = spec, parameters, data, connection
        self._course = {(data.name, data.kind): data} if data.card else {}
        self._fiches: dict[str, fiches.Fiche] = {}

    def course(self, name: str, kind: str = "transactions"):
        """Return one of the course's own data sets as a kind of table, loaded once, whatever ``dataset`` is."""
        from grc_helpers.data.loading import load

        if (name, kind) not in self._course:
            self._course[name, kind] = load(name, kind=kind, connection=self.connection)
        return self._course[name, kind]

    def money(self, value: float, decimals: int = 0) -> str:
        """Write an amount in the data set's currency."""
        return money(value, self.data.currency, decimals)

    def cover(self) -> display.Rendered:
        """Show which data are in use: nature, size, period, currency."""
        sizes = self.data.counts()
        rows, customers = number(sizes.rows), number(sizes.customers)
        bounds = self.data.observation_start, self.data.observation_end
        lines = [f"{rows} lignes, {customers} clients."]
        if self.data.kind == "transactions":
            start, end = (f"{day:%d/%m/%Y}" for day in bounds)
            lines = [
                f"{rows} lignes d'achat, {customers} clients, du {start} au {end}, montants en {self.data.currency}.",
                f"Lignes à montant nul : {number(sizes.zero_rows)} ; "
                f"à montant négatif : {number(sizes.negative_rows)} ; toutes sont gardées.",
            ]
        if self.data.reading:
            lines[1:] = self.data.reading.summary()
        record = {
            "type": "cover",
            "number": self.spec.number,
            "title": self.spec.title,
            "dataset": self.data.title,
            "nature": self.data.nature,
            "currency": self.data.currency,
            "n_customers": sizes.customers,
            "n_rows": sizes.rows,
            "start": bounds[0] and bounds[0].isoformat(),
            "end": bounds[1] and bounds[1].isoformat(),
        }
        if self.data.kind != "transactions":
            priced = any(name.endswith("_cents") for name in self.data.table.columns)
            record |= {"kind": self.data.kind, "currency": self.data.currency if priced else None}
        nature = "vos données" if self.data.nature == "vôtre" else f"données de nature {self.data.nature}"
        if self.data.reading:
            record["reading"] = " ".join(self.data.reading.summary())
        return display.box("cover", GREY, f"{self.data.title} · {nature}", lines, record)

    def show(self, drawn, *, alt: str) -> None:
        """Show a figure; ``alt`` says in French what it shows, for those who cannot see it and under it.

        ``drawn`` is a Figure, or Axes whose title (the finding) then opens the sentence.
        """
        display.figure(drawn, alt)

    def table(self, frame, *, caption: str, data=None, **options) -> display.Rendered:
        """Show a table with French labels and numbers, amounts in the currency of its data (see ``display.table``).

        ``data`` is the data set in use unless told: in a report, small groups are hidden in a reader's own file only.
        """
        data = data or self.data
        usual = {"currency": data.currency, "smallest": small_groups.smallest_group(data.nature)}
        return display.table(frame, caption=caption, **usual | options)

    def finding(self, text: str) -> display.Rendered:
        """Show a sentence that code wrote from the data."""
        return display.finding(text)

    def key_figure(self, label: str, text: str, value: float, low: float, high: float) -> display.Rendered:
        """Show a figure that the index of reports will quote, with its 95 % interval."""
        record = {"type": "key_figure", "label": label, "text": text, "value": round(float(value), 4)}
        record |= {"low": round(float(low), 4), "high": round(float(high), 4)}
        return display.box("key", "#0072b2", f"Chiffre clé · {label}", [text], record)

    def verdict(self, notion: str, *, data=None, **judgement) -> display.Rendered:
        """Confront a claim with data (see ``verdicts.judge``); ``data`` is the data set in use unless told."""
        data = data or self.data
        return verdicts.judge(notion, data=data.title, nature=data.nature, **judgement)

    def undecidable(self, notion: str, *, data=None, **reasons) -> display.Rendered:
        """Say that a claim cannot be settled here (see ``verdicts.undecidable``)."""
        data = data or self.data
        return verdicts.undecidable(notion, data=data.title, nature=data.nature, **reasons)

    def oracle(self, identifier: str, **result) -> display.Rendered:
        """Show a published result, ours and the difference (see ``verdicts.oracle``)."""
        return verdicts.oracle(identifier, **result)

    def fiche(self, notion: str, *, blank: str = "À compléter", answers: dict | None = None, **sheet):
        """Show a fact sheet of a qualitative notion, the reader's answers in place (see ``fiches.make_fiche``)."""
        self._fiches[notion] = fiches.make_fiche(notion, blank=blank, answers=answers or {}, **sheet)
        return fiches.to_rendered(self._fiches[notion])

    def write_fiches(self, path: str) -> display.Rendered:
        """Write the fact sheets shown so far as one new HTML document, which a word processor opens too."""
        sheets = list(self._fiches.values())
        written = fiches.write_fiches(sheets, path, title=f"{self.spec.title} : fiches sur « {self.data.title} »")
        plural = "s" * (len(sheets) > 1)
        return self.finding(f"{number(len(sheets))} fiche{plural} écrite{plural} dans {written.name}.")

    def not_applicable(self, section: str, missing: str) -> display.Rendered:
        """Say that the data cannot feed a section, and what is missing."""
        record = {"type": "not_applicable", "section": section, "missing": missing}
        return display.box("not-applicable", GREY, f"Non applicable · {section}", [f"Il manque : {missing}"], record)

    def require(self, condition: bool, *, missing: str) -> None:
        """Stop with a clear message when the data cannot feed the chapter."""
        if not condition:
            raise GrcError(
                f"Ces données ne permettent pas de traiter ce cahier : « {self.data.title} ».",
                where=f"il manque : {missing}",
                todo="donnez un fichier plus complet, ou choisissez un jeu du cours avec « dataset »",
            )

    def check(self, identifier: str, answer) -> display.Rendered:
        """Tell whether an exercise's answer is right, on the data set in use."""
        return exercises.check(self, identifier, answer)

    def quiz(self, identifier: str, answer) -> display.Rendered:
        """Tell whether a quiz answer (a letter) is right, and why."""
        return exercises.quiz(self, identifier, answer)
