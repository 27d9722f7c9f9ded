"""Parquet with true dates and numbers is read where it is: with the table and the fiche of the general reading."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grc_helpers.data import decisions
from grc_helpers.data.loading import load
from grc_helpers.data.warehouse import connect
from grc_helpers.errors import GrcError

CONNECTION = connect(threads=1)
CLIENTS = [None, "", " ", "a", " a\u00a0", "A", "b", "1,2E+05", "7.0", "Total", "é;\n"]
DAYS = [None, date(1999, 12, 31), date(2024, 1, 31), date(2024, 2, 1), date(2150, 1, 1)]
AMOUNTS = [None, 0.0, -0.0, 10.0, -4.5, 12.345, 0.1 + 0.2, float("nan"), float("inf"), 1e12, 19.99]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(CLIENTS),
        st.sampled_from(DAYS),
        st.sampled_from(AMOUNTS),
        st.sampled_from([None, "X1", " X2 "]),
        st.sampled_from(["EUR", "CHF", "€", None]),
    ),
    max_size=12,
)
POLICIES = {
    "regles.sous_totaux": ["exclure", "refuser"],
    "regles.clients_vides": ["exclure", "exclure", "refuser"],
    "regles.clients_abimes": ["garder", "exclure", "refuser"],
    "regles.commandes_vides": ["exclure", "exclure", "refuser"],
    "regles.dates_illisibles": ["exclure", "exclure", "refuser"],
    "regles.montants_illisibles": ["exclure", "exclure", "refuser"],
    "regles.decimales": ["arrondir", "exclure", "refuser"],
    "regles.autres_monnaies": ["exclure"],
    "regles.hors_periode": ["exclure", "refuser"],
    "regles.doublons": ["garder", "retirer", "refuser"],
    "regles.montants_nuls": ["garder", "exclure", "refuser"],
    "regles.retours": ["garder", "compenser", "refuser"],
    "lecture.monnaie": ["EUR", None],
    "lecture.fin": [date(2024, 12, 31), None],
}
OPTIONS = st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in POLICIES.items()})
WITH = st.sets(st.sampled_from(["order_id", "currency"]))
TYPES = {"customer_id": pa.string(), "date": pa.date32(), "amount": pa.float64()}
TYPES |= {"order_id": pa.string(), "currency": pa.string()}


def outcome(path, options):
    """Return the rows and the fiche, or the refusal and what was detected."""
    try:
        dataset = load(path, connection=CONNECTION, options=options)
    except GrcError as error:
        return str(error), getattr(error, "facts", None)
    return dataset.table.to_pyarrow().to_pylist(), dataset.reading


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=ROWS, options=OPTIONS, columns=WITH)
def test_typed_parquet_is_read_as_the_general_way_reads_it(tmp_path, rows, options, columns):
    names = [name for name in TYPES if name in ("customer_id", "date", "amount") or name in columns]
    held = {name: [row[place] for row in rows] for place, name in enumerate(TYPES) if name in names}
    pq.write_table(pa.table({name: pa.array(held[name], TYPES[name]) for name in names}), tmp_path / "v.parquet")
    direct = outcome(tmp_path / "v.parquet", options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decisions, "is_typed", lambda parts: False)
        assert repr(outcome(tmp_path / "v.parquet", options)) == repr(direct)


PERMISSIVE = {
    f"regles.{name}": "exclure"
    for name in ("clients_vides", "clients_abimes", "dates_illisibles", "montants_illisibles")
} | {"regles.decimales": "arrondir"}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=ROWS, doubles=st.sampled_from(["garder", "retirer"]), returns=st.sampled_from(["garder", "compenser"]))
def test_typed_parquet_is_read_as_the_same_values_in_text(tmp_path, rows, doubles, returns):
    """The same rows typed and as text: same table, same counts and lines, same totals."""
    rows = [("x", date(2024, 1, 30), 1.25), *(row[:3] for row in rows)]
    clients, days, values = (list(column) for column in zip(*rows, strict=True))
    values = [None if value is None else value + 0.0 for value in values]  # -0.0 and 0.0 are one number, two texts
    values = [round(value, 12) if value else value for value in values]
    text_days = [day and day.isoformat() for day in days]
    text_values = [None if value is None else f"{value:f}" if abs(value) < 1e15 else str(value) for value in values]
    typed = {"customer_id": clients, "date": pa.array(days, pa.date32()), "amount": pa.array(values, pa.float64())}
    text = {"date": pa.array(text_days, pa.string()), "amount": pa.array(text_values, pa.string())}
    pq.write_table(pa.table(typed), tmp_path / "typed.parquet")
    pq.write_table(pa.table(typed | text), tmp_path / "text.parquet")
    options = PERMISSIVE | {"regles.doublons": doubles, "regles.retours": returns}
    (table, reading), (again, other) = (outcome(tmp_path / name, options) for name in ("typed.parquet", "text.parquet"))
    assert table == again
    found = [
        [(item.rule, item.tally.rows, item.tally.lines, item.excluded) for item in fiche.findings]
        for fiche in (reading, other)
    ]
    assert found[0] == found[1]
    sizes = ("rows_read", "rows_kept", "customers", "days", "total_cents", "start", "end", "notes")
    assert [getattr(reading, name) for name in sizes] == [getattr(other, name) for name in sizes]


def test_a_nan_that_the_bounds_of_the_file_leave_out_is_found(tmp_path):
    """pyarrow writes 1.25 as the largest of 1.25 and NaN; the engine would believe it."""
    amounts = pa.array([1.25, None, float("nan")], pa.float64())
    table = {"customer_id": ["a", "b", "c"], "date": pa.array([date(2024, 1, 31)] * 3), "amount": amounts}
    pq.write_table(pa.table(table), tmp_path / "v.parquet")
    assert pq.read_metadata(tmp_path / "v.parquet").row_group(0).column(2).statistics.max == 1.25
    with pytest.raises(GrcError, match="montants vides ou illisibles : 2, lignes 2, 3"):
        load(tmp_path / "v.parquet", connection=CONNECTION)
