"""The value of one customer as a spreadsheet with live formulas: change an input, everything follows."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from grc_helpers.clv.formulas import check_rates, timing_fraction
from grc_helpers.data.exports import create_file
from grc_helpers.style import SYMBOLS

FIRST = 16  # row of period 0
HEAD = (
    ("Période", "0"),
    ("Encore client", "0.0%"),
    ("Marge s'il l'est", "#,##0.00"),
    ("Marge attendue", "#,##0.00"),
    ("Facteur d'actualisation", "0.0000"),
    ("Valeur actuelle", "#,##0.00"),
    ("Valeur cumulée", "#,##0.00"),
    ("Reste à rembourser", "#,##0.00"),
)
RETENTIONS, RATES = (0.6, 0.7, 0.8, 0.9), (0.10, 0.12, 0.14, 0.16)


def write_workbook(
    path: str | Path,
    *,
    margin: float,
    retention: float,
    discount_rate: float,
    acquisition_cost: float,
    growth: float = 0.0,
    timing: str = "start",
    periods: int = 30,
    currency: str = "EUR",
) -> Path:
    """Write one customer's value as an Excel workbook whose results are formulas.

    Sheet « Valeur » holds the inputs, the table of :func:`grc_helpers.clv.formulas.cash_flows` and its totals; sheet
    « Rétention » the margin multiple r/(1 + i − r) and what five points of retention add to it.

    Parameters
    ----------
    path : str or Path
        A file ending in .xlsx that does not exist yet.
    margin, retention, discount_rate, growth, timing, periods
        As in :func:`grc_helpers.clv.formulas.cash_flows`.
    acquisition_cost : float
        In currency units.
    currency : str
        ISO code, named beside the amounts.

    Raises
    ------
    GrcError
        When the file exists or is no .xlsx, or an input is impossible.
    """
    from openpyxl import Workbook

    check_rates(retention, discount_rate, growth)
    book = Workbook()
    inputs = [
        (f"Marge de la première période ({SYMBOLS.get(currency, currency)})", margin, "#,##0.00"),
        ("Rétention par période", retention, "0.0%"),
        ("Taux d'actualisation par période", discount_rate, "0.0%"),
        ("Croissance de la marge par période", growth, "0.0%"),
        ("Échéance de la marge (0 : début de période ; 0,5 : milieu ; 1 : fin)", timing_fraction(timing), "0.0"),
        (f"Coût d'acquisition ({SYMBOLS.get(currency, currency)})", acquisition_cost, "#,##0.00"),
    ]
    sheet = book.active
    sheet.title = "Valeur"
    _value_sheet(sheet, inputs, periods)
    _retention_sheet(book.create_sheet("Rétention"))
    path.parent.mkdir(parents=True, exist_ok=True)

    def content() -> bytes:
        buffer = BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return create_file(path, content, suffix=".xlsx")


def _value_sheet(sheet, inputs: list[tuple[str, float, str]], periods: int) -> None:
    """Write inputs (B3:B8), results (B10:B13) and the table of periods."""
    last = FIRST + periods - 1
    _title(sheet, "Valeur vie d'un client : changez les cases bleues, le reste se recalcule")
    for row, (text, value, shape) in enumerate(inputs, start=3):
        _line(sheet, row, text, value, shape, is_input=True)
    # Built to be read in a cell: B3 margin, B4 retention, B5 rate, B6 growth, B7 timing, B8 cost.
    closed = "B3*(1+B5)^(1-B7)/(1+B5-B4*(1+B6))"
    results = [
        (f"Valeur sur {periods} périodes", f"=SUM(F{FIRST}:F{last})", "#,##0.00"),
        ("Valeur sans limite de durée", f'=IF(B4*(1+B6)<1+B5,{closed},"infinie")', "#,##0.00"),
        ("Valeur nette du coût d'acquisition, sans limite", '=IF(ISNUMBER(B11),B11-B8,"infinie")', "#,##0.00"),
        ("Remboursé à la période", f'=IF(MAX(G{FIRST}:G{last})>=B8,COUNTIF(H{FIRST}:H{last},">0"),"jamais")', "0"),
    ]
    for row, (text, formula, shape) in enumerate(results, start=10):
        _line(sheet, row, text, formula, shape)
    for column, (text, _shape) in enumerate(HEAD, start=1):
        _head(sheet.cell(FIRST - 1, column, text))
    for row in range(FIRST, last + 1):
        above, first = row - 1, row == FIRST
        formulas = [
            "=0" if first else f"=A{above}+1",
            "=1" if first else f"=B{above}*$B$4",
            "=$B$3" if first else f"=C{above}*(1+$B$6)",
            f"=B{row}*C{row}",
            f"=1/(1+$B$5)^(A{row}+$B$7)",
            f"=D{row}*E{row}",
            f"=F{row}" if first else f"=G{above}+F{row}",
            f"=MAX($B$8-G{row},0)",
        ]
        for column, (formula, (_text, shape)) in enumerate(zip(formulas, HEAD, strict=True), start=1):
            sheet.cell(row, column, formula).number_format = shape
    sheet.freeze_panes, sheet.row_dimensions[FIRST - 1].height = f"A{FIRST}", 32
    _widths(sheet, [62, *[16] * (len(HEAD) - 1)])


def _retention_sheet(sheet) -> None:
    """Write the margin multiple by retention (rows) and discount rate (columns), and the gain of five points."""
    _title(sheet, "Multiple r/(1 + i − r) (première marge dans une période) et gain de cinq points de rétention")
    for top, text, formula in (
        (3, "Multiple", "=$A{r}/(1+{c}${h}-$A{r})"),
        (10, "Gain de +5 points", "=(($A{r}+0.05)/(1+{c}${h}-$A{r}-0.05))/($A{r}/(1+{c}${h}-$A{r}))-1"),
    ):
        _head(sheet.cell(top, 1, f"{text} : rétention en ligne, taux en colonne"))
        for column, rate in enumerate(RATES, start=2):
            _head(sheet.cell(top, column, rate)).number_format = "0%"
        for row, kept in enumerate(RETENTIONS, start=top + 1):
            sheet.cell(row, 1, kept).number_format = "0%"
            for column in range(2, 2 + len(RATES)):
                cell = sheet.cell(row, column)
                cell.value = formula.format(r=row, c=cell.column_letter, h=top)
                cell.number_format = "0.00" if top == 3 else "0.0%"
    _widths(sheet, [52, *[10] * len(RATES)])


def _title(sheet, text: str) -> None:
    from openpyxl.styles import Font

    sheet["A1"] = text
    sheet["A1"].font = Font(bold=True, size=12)


def _line(sheet, row: int, text: str, value, shape: str, *, is_input: bool = False) -> None:
    from openpyxl.styles import Font, PatternFill

    sheet.cell(row, 1, text)
    cell = sheet.cell(row, 2, value)
    cell.number_format = shape
    cell.font = Font(bold=not is_input, color="0072B2" if is_input else "000000")
    if is_input:
        cell.fill = PatternFill("solid", start_color="DCEBF5")


def _head(cell):
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="E6E9EC")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _widths(sheet, widths: list[int]) -> None:
    """Set the widths of the columns, and print the sheet on one page's width."""
    from openpyxl.utils import get_column_letter

    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
