"""Any table written in any dialect is read back equal; the sample and the template against an independent reader."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grc_helpers.data.loading import load
from grc_helpers.data.warehouse import connect

SAMPLE = Path(__file__).resolve().parents[2] / "exemples" / "ventes_exemple.csv"
CONNECTION = connect(threads=1)
NOT_SPACE = st.characters(codec="cp1252", exclude_characters="\x7f", exclude_categories=("Cc", "Zs"))
IDENTIFIERS = st.one_of(
    st.text(NOT_SPACE, min_size=1, max_size=8),
    st.sampled_from(["007", "01/02/2024", "1 234,5", "NA", "null", "a;b", 'a"b', "a\nb", "a,b\tc|d", "=1+1", "é€œ’"]),
)
# The first row proves both the order of the dates and the decimal mark.
ROWS = st.lists(
    st.tuples(IDENTIFIERS, st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.integers(-(10**9), 10**11)), max_size=12
).map(lambda rows: [("00", date(2024, 1, 31), 150), *rows])
MINUS = {"front": "-{}", "behind": "{}-", "parentheses": "({})", "typographic": "\u2212{}"}
DATES = ["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%SZ"]
DIALECTS = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
        "delimiter": st.sampled_from([";", ",", "\t", "|"]),
        "ends": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "dates": st.sampled_from(DATES),
        "mark": st.sampled_from([",", "."]),
        "thousands": st.sampled_from(["", "\u00a0", "\u202f", " ", "other"]),
        "minus": st.sampled_from(list(MINUS)),
        "currency": st.sampled_from(["", " €", " EUR"]),
        "titles": st.integers(0, 3),
        "names": st.sampled_from([("client", "date", "montant"), ("N° client", "Date d'achat", "Montant TTC")]),
    }
)


def amount(cents: int, dialect: dict) -> str:
    thousands = {"other": "." if dialect["mark"] == "," else ","}.get(dialect["thousands"], dialect["thousands"])
    units, rest = divmod(abs(cents), 100)
    text = f"{units:,}".replace(",", thousands) + dialect["mark"] + f"{rest:02d}"
    text = MINUS[dialect["minus"]].format(text) if cents < 0 else text
    return text + (dialect["currency"] if dialect["minus"] != "parentheses" or cents >= 0 else "")


def write(rows: list[tuple], dialect: dict) -> bytes:
    out = io.StringIO(newline="")
    # Before Python 3.13 the writer leaves a line break without quotes when it is not the one that ends its lines.
    quoting = csv.QUOTE_ALL if any("\n" in client for client, *_ in rows) else dialect["quoting"]
    writer = csv.writer(out, delimiter=dialect["delimiter"], lineterminator=dialect["ends"], quoting=quoting)
    for _ in range(dialect["titles"]):
        out.write("Ventes" + dialect["ends"])
    writer.writerow(dialect["names"])
    for client, day, cents in rows:
        text = day.strftime(dialect["dates"])
        writer.writerow(
            [client, text.zfill(10) if dialect["dates"].startswith("%Y-") else text, amount(cents, dialect)]
        )
    return out.getvalue().encode(dialect["encoding"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=ROWS, dialect=DIALECTS)
def test_any_table_in_any_dialect_is_read_back_equal(tmp_path, rows, dialect):
    # In Windows-1252 a few signs make the encoding doubtful (refused, see the cases); it has no narrow space.
    if dialect["encoding"] == "cp1252":
        doubtful = "‚ƒ„†‡ˆ‰Š‹Ž˜žÂÃâ"
        rows = [("".join(sign for sign in client if sign not in doubtful) or "x", *rest) for client, *rest in rows]
        narrow = dialect["thousands"] == "\u202f"
        dialect = dialect | {"minus": "front", "thousands": "\u00a0" if narrow else dialect["thousands"]}
    path = tmp_path / "v.csv"
    path.write_bytes(write(rows, dialect))
    table = load(path, connection=CONNECTION).table.select("customer_id", "date", "amount_cents")
    assert [tuple(row.values()) for row in table.to_pyarrow().to_pylist()] == rows


def test_the_sample_against_an_independent_reader():
    """Read the file again with csv and Decimal alone."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    assert "fictives" in lines[0][0] and not lines[1]
    *sales, total = lines[3:]
    cents = [int(Decimal(line[4].replace("\u202f", "").replace(",", ".")) * 100) for line in sales]
    days = [date(*map(int, reversed(line[1].split("/")))) for line in sales]
    assert total[0] == "Total" and int(Decimal(total[4].replace("\u202f", "").replace(",", ".")) * 100) == sum(cents)
    dataset = load(SAMPLE, connection=CONNECTION)
    reading = dataset.reading
    table = dataset.table.to_pyarrow().to_pylist()
    assert [
        (row["customer_id"], row["date"], row["amount_cents"], row["order_id"], row["Magasin"]) for row in table
    ] == [(line[0], day, cent, line[2], line[3]) for line, day, cent in zip(sales, days, cents, strict=True)]
    assert (reading.rows_kept, reading.total_cents) == (len(sales), sum(cents))
    assert reading.finding("retours").tally.rows == sum(cent < 0 for cent in cents) > 20
    assert reading.finding("sous_totaux").tally.lines == (len(lines),)
    assert min(days) + timedelta(days=500) < max(days)


def test_the_sample_is_what_its_script_makes():
    import runpy

    script = runpy.run_path(str(SAMPLE.with_name("faire_ventes_exemple.py")))
    assert script["text"]().encode("utf-8-sig") == SAMPLE.read_bytes()


@pytest.mark.parametrize("rows", [70_001])
def test_lines_stay_right_in_a_large_file_with_everything_odd(tmp_path, rows):
    """Batches of rows, of which some have line breaks, blank lines between, and bad quotes far down."""
    text = ["client;date;montant"]
    for place in range(rows):
        text.append(f'"c\n{place}";31/01/2024;1,00' if place % 1000 == 7 else f"c{place};31/01/2024;1,00")
        if place % 5000 == 9:
            text.append("")
    text += ['"x"y;31/01/2024;1', "z;31/01/2024;un"]
    whole = "\n".join(text)
    (tmp_path / "v.csv").write_text(whole, encoding="utf-8")
    expected = {name: whole[: whole.index(name)].count("\n") + 1 for name in ('"x"y', "z;31")}
    with pytest.raises(Exception, match="rien n'est chargé") as caught:
        load(tmp_path / "v.csv", connection=CONNECTION)
    message = str(caught.value)
    assert "guillemets mal fermés : 1, ligne " + str(expected['"x"y']) in message
    assert "illisibles : 1, ligne " + str(expected["z;31"]) + " (« un »)" in message
