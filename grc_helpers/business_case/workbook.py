"""The business case as a spreadsheet with live formulas: change an input, everything follows."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from grc_helpers.business_case.case import NAMES, Programme
from grc_helpers.business_case.cashflows import check_rate
from grc_helpers.data.exports import create_file
from grc_helpers.style import SYMBOLS, money

TOP = 22  # row of year 0
TALL = 30  # height of a row whose texts take two lines, in points
MONEY, SHARE = "#,##0.00", "0.0%"
HEAD = (
    "Année", "Nouveaux clients", "Clients comptés pleins", "Dépense de départ", "Marge", "Récompenses", "Coût annuel",
    "Flux", "Facteur d'actualisation", "Valeur actuelle", "Cumul",
)  # fmt: skip
SHAPES = ("0", "#,##0.0", "#,##0.0", MONEY, MONEY, MONEY, MONEY, MONEY, "0.0000", MONEY, MONEY)
EFFECTS = (0.25, 0.5, 0.75, 1.0, 1.25)  # shares of the expected effect that the last table tries


def write_case(path: str | Path, programme: Programme, *, rate: float, currency: str = "EUR") -> Path:
    """Write a programme's business case as an Excel workbook whose results are formulas.

    Sheet « Dossier »: inputs in B3:B12, where each comes from beside them, results in B15:B19 (net present value,
    internal rate, payback, two checks), the flows year by year from row 22, and under them the value for other effects.

    Parameters
    ----------
    path : str or Path
        A file ending in .xlsx that does not exist yet.
    rate : float
        Annual discount rate.
    currency : str
        ISO code, named beside the amounts.

    Raises
    ------
    GrcError
        When the file exists or is no .xlsx, or the rate is impossible.
    """
    from openpyxl import Workbook

    check_rate(rate)
    book, symbol = Workbook(), SYMBOLS.get(currency, currency)
    sheet = book.active
    sheet.title = "Dossier"
    _inputs(sheet, programme, rate, symbol)
    last = _flows(sheet, programme.years)
    _results(sheet, last, symbol)
    _other_effects(sheet, last + 3)
    _layout(sheet, len(HEAD))

    def content() -> bytes:
        buffer = BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return create_file(path, content, suffix=".xlsx")


def tell_case(path: str, programme: Programme, *, rate: float, currency: str) -> str:
    """Write the workbook if ``path`` is not empty, and say which value its cell B15 shows."""
    value = money(float(programme.value(rate)), currency, 2)
    if not path:
        return f"Aucun classeur demandé. Sa case B15 montrerait {value}."
    written = write_case(path, programme, rate=rate, currency=currency).name
    return f"Classeur écrit : {written}. Sa case B15 doit montrer {value}."


def _inputs(sheet, programme: Programme, rate: float, symbol: str) -> None:
    """Write the inputs in B3:B12, in the order of ``lines``: formulas name them by these cells."""
    from openpyxl.styles import Alignment

    central = {name: one.central for name, one in programme.inputs.items()}
    _title(sheet["A1"], "Dossier du programme : changez les cases bleues, le reste se recalcule")
    lines = [
        ("members", "Clients invités", programme.members, "#,##0"),
        ("added", NAMES["added"], central["added"], "0.0000"),
        ("paid", "Récompenses payées par nouveau client ajouté", programme.paid, "0.000"),
        ("reward", f"Montant d'une récompense ({symbol})", programme.reward, MONEY),
        ("margin", f"{NAMES['margin']} ({symbol})", central["margin"], MONEY),
        ("persistence", NAMES["persistence"], central["persistence"], SHARE),
        ("fading", NAMES["fading"], central["fading"], SHARE),
        ("investment", f"{NAMES['investment']} ({symbol})", central["investment"], MONEY),
        ("yearly_cost", f"{NAMES['yearly_cost']} ({symbol})", central["yearly_cost"], MONEY),
        ("rate", "Taux d'actualisation annuel", rate, SHARE),
    ]
    for row, (name, text, value, shape) in enumerate(lines, start=3):
        sheet.cell(row, 1, text)
        _input(sheet.cell(row, 2, value)).number_format = shape
        sheet.cell(row, 3, programme.sources.get(name, "réglage")).alignment = Alignment(indent=1)


def _flows(sheet, years: int) -> int:
    """Write the flows, year by year, and return the last row."""
    last = TOP + years
    sheet.row_dimensions[TOP - 1].height = TALL
    for column, text in enumerate(HEAD, start=1):
        _head(sheet.cell(TOP - 1, column, text))
    for row in range(TOP, last + 1):
        above, now = row - 1, row == TOP
        formulas = [
            "=0" if now else f"=A{above}+1",
            "=0" if now else ("=$B$3*$B$4" if row == TOP + 1 else f"=B{above}*(1-$B$9)"),
            "=0" if now else f"=C{above}*$B$8+B{row}",
            "=-$B$10" if now else "=0",
            f"=C{row}*$B$7",
            f"=-B{row}*$B$5*$B$6",
            "=0" if now else "=-$B$11",
            f"=SUM(D{row}:G{row})",
            f"=1/(1+$B$12)^A{row}",
            f"=H{row}*I{row}",
            f"=J{row}" if now else f"=K{above}+J{row}",
        ]
        for column, (formula, shape) in enumerate(zip(formulas, SHAPES, strict=True), start=1):
            sheet.cell(row, column, formula).number_format = shape
    return last


def _results(sheet, last: int, symbol: str) -> None:
    """Write B15 net present value, B16 the same by the spreadsheet's own function, B17 rate, B18 payback, B19 costs."""
    _head(sheet["A14"]).value = "Résultats"
    flows = f"H{TOP}:H{last}"
    lines = [
        (f"Valeur actuelle nette ({symbol})", f"=SUM(J{TOP}:J{last})", MONEY),
        ("La même, par la fonction du tableur", f"=H{TOP}+NPV(B12,H{TOP + 1}:H{last})", MONEY),
        ("Taux de rendement interne", f'=IF(ISERROR(IRR({flows})),"aucun",IRR({flows}))', SHARE),
        ("Années pour récupérer la mise (actualisé, en années pleines)",
         f'=IF(K{last}<0,"jamais",COUNTIF(K{TOP}:K{last},"<0"))', "0"),
        (f"Valeur si aucun client ne vient ({symbol})", f"=-B10-B11*SUM(I{TOP + 1}:I{last})", MONEY),
    ]  # fmt: skip
    for row, (text, formula, shape) in enumerate(lines, start=15):
        sheet.cell(row, 1, text)
        sheet.cell(row, 2, formula).number_format = shape


def _other_effects(sheet, top: int) -> None:
    """Write the value for other effects: it is a line in the effect, from B19 (none) through B15 (the expected one)."""
    _head(sheet.cell(top, 1, "Si l'effet n'est que cette part de celui attendu"))
    _head(sheet.cell(top, 2, "Valeur actuelle nette"))
    sheet.row_dimensions[top].height = TALL
    for row, share in enumerate(EFFECTS, start=top + 1):
        _input(sheet.cell(row, 1, share)).number_format = "0%"
        sheet.cell(row, 2, f"=$B$19+A{row}*($B$15-$B$19)").number_format = MONEY


def _title(cell, text: str) -> None:
    from openpyxl.styles import Font

    cell.value, cell.font = text, Font(bold=True, size=12)


def _input(cell):
    from openpyxl.styles import Font, PatternFill

    cell.font, cell.fill = Font(color="0072B2"), PatternFill("solid", start_color="DCEBF5")
    return cell


def _head(cell):
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="E6E9EC")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _layout(sheet, columns: int) -> None:
    """Set the widths of the columns, and print on one page's width."""
    from openpyxl.utils import get_column_letter

    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for column in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 58 if column == 1 else 15
