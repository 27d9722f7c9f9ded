"""Every published figure that the notebook shows is found within the rounding of the paper."""

import pytest

from grc_helpers.clv import published, recovery
from grc_helpers.data.loading import load


@pytest.fixture(scope="module")
def found():
    return published.course_results(load("cdnow"))


def test_all_are_found(found):
    missed = [one for one in found if not abs(one.ours - one.published) <= one.tolerance]
    assert missed == [] and {one.oracle for one in found} - {""} == {f"O{k}" for k in range(1, 7)}


def test_table_names_the_model_and_the_year(found):
    table = published.table(found)
    assert len(table) == len(found) and set(table["Source"]) == {
        "BG/NBD 2005a", "Pareto/NBD 2005a", "RFM et CLV 2005b", "repère NBD", "Gamma-Gamma 2013", "BG/BB 2010",
        "BG/BB note 10",
    }  # fmt: skip


def test_recovery_summary_counts_what_is_outside_of_chance():
    table = recovery.read_recovery()
    assert recovery.summary(table)["Hors du hasard"].sum() == 0
    spoiled = table.assign(coverage=table["coverage"].where(table.index > 0, 0.5))
    assert recovery.summary(spoiled).loc["BG/NBD", ["Hors du hasard", "Couverture la plus basse"]].tolist() == [1, 0.5]
    assert len(recovery.detail(table, "BgNbd")) == 8
