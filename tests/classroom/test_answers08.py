"""Answers of notebook 08 found by hand, and its own errors."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError


def status(rendered):
    return rendered.record["status"]


@pytest.fixture(scope="module")
def answer_file(tmp_path_factory):
    """Two groups: half of group A says yes, a tenth of group B."""
    file = tmp_path_factory.mktemp("cible") / "cible.csv"
    rows = [(f"{group}{i}", group, int(i % (2 if group == "A" else 10) == 0)) for group in "AB" for i in range(1000)]
    pd.DataFrame(rows, columns=["client", "groupe", "reponse"]).to_csv(file, index=False)
    return file


def test_answers_by_hand_on_two_groups(answer_file):
    from grc_helpers import open_chapter
    from grc_helpers.scoring.tables import scoring_table, split

    chapter = open_chapter("08", dataset=str(answer_file), contact_cost=2.0, response_margin=10.0, judge_share=0.5)
    table = scoring_table(chapter.data.table.to_pandas())
    _, judge = split(table, judge_share=0.5, seed=chapter.parameters.seed)
    in_a, yes = table.X.loc[judge, "groupe"] == "A", table.y[judge] == 1
    # A yes beats a no when it is in A and the no in B; they tie when both are in the same group.
    a_yes, a_no = in_a[yes].mean(), in_a[~yes].mean()
    auc = a_yes * (1 - a_no) + (a_yes * a_no + (1 - a_yes) * (1 - a_no)) / 2
    assert status(chapter.check("08.1", 2 * auc - 1)) == "right"
    # Twice the cost of 2 for a margin of 10: 40 %, between the two groups.
    assert status(chapter.check("08.2", in_a.mean())) == "right"
    # Odds of 1 against 1/9: nine times, 20 × log2(9) = 63 points, but for who learnt, the prior and the ridge.
    (points,) = [points for points in range(101) if status(chapter.check("08.3", points)) == "right"]
    assert points == pytest.approx(63, abs=6)


def test_a_target_with_one_answer_is_refused_before_anything_runs(tmp_path):
    from grc_helpers import open_chapter

    file = tmp_path / "cible.csv"
    pd.DataFrame({"client": range(50), "reponse": 1, "age": np.arange(50)}).to_csv(file, index=False)
    with pytest.raises(GrcError, match="n'a qu'une valeur"):
        open_chapter("08", dataset=str(file))
