"""Answers of notebook 03, recomputed from the sources in use."""

import pytest

from grc_helpers.classroom.answers import ch03


@pytest.fixture(scope="module")
def chapter():
    from grc_helpers import open_chapter

    return open_chapter("03", dataset="cafes_merle")


def test_step_1_on_the_course_edition_pair_f1_without_looking_at_the_truth(chapter):
    import pandas as pd

    from grc_helpers.data.simulator.truth import read_truth
    from grc_helpers.identity.evaluation import pair_scores

    found, persons = ch03.identified(chapter), read_truth("cafes_merle", "personnes")
    truth = pd.Series(persons["person_id"].to_numpy(), index=persons["source"] + "/" + persons["record_key"])
    assert pair_scores(found.groups, truth).f1 >= 0.95
    customers = found.after["customer_id"].nunique()
    assert abs(customers / persons["customer_id"].nunique() - 1) < 0.03
    assert found.before["amount"].sum() == pytest.approx(found.after["amount"].sum())
