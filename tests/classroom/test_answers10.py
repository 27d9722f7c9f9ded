"""Answers of notebook 10, by hand."""

import pytest

from grc_helpers.classroom.answers import ch10


@pytest.fixture(scope="module")
def chapter():
    from grc_helpers import open_chapter

    given = {"cost_mass": 1.0, "cost_semi": 7.0, "cost_personal": 67.0, "lift_semi": 0.04, "lift_personal": 0.10}
    return open_chapter("10", dataset="cdnow", lift_mass=0.01, margin_rate=0.5, **given)


def test_thresholds_by_hand(chapter):
    assert ch10.semi_threshold(chapter) == pytest.approx(200)  # (7 − 1) ÷ (0,04 − 0,01)
    assert ch10.personal_threshold(chapter) == pytest.approx(1_000)  # (67 − 7) ÷ (0,10 − 0,04)
    assert ch10.against_nothing(chapter) == pytest.approx(175)  # 7 ÷ 0,04


def test_share_above_is_counted_from_the_purchases(chapter):
    spend = chapter.data.table.to_pyarrow().to_pandas().groupby("customer_id")["amount_cents"].sum() / 100
    days = (chapter.data.observation_end - chapter.data.observation_start).days + 1
    known = ch10.margins(chapter).index
    margin = 0.5 * spend.reindex(known) * 365 / days
    assert ch10.share_above(chapter) == pytest.approx(float((margin >= 200).mean()))


def test_the_caused_cost_uses_the_control_group():
    row = ch10.christmas()
    assert row["uplift"] == pytest.approx(row["with_offer"] - row["control"])
    assert 2 / row["uplift"] > 2 / row["with_offer"]
