"""Answers of notebook 14 found in another way, on a file that the notebook has never seen."""

import numpy as np
import pandas as pd
import pytest


def status(rendered):
    return rendered.record["status"]


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    from grc_helpers import open_chapter

    rng, rows = np.random.default_rng(7), []
    for k in range(600):
        rate, leaves, week = rng.gamma(0.8, 1 / 6), rng.beta(0.8, 3), rng.uniform(0, 20)
        while week < 100:
            rows.append((f"C{k:03d}", pd.Timestamp("2022-01-03") + pd.Timedelta(days=int(7 * week)), rng.gamma(4, 9)))
            if len(rows) > 1 and rows[-2][0] == rows[-1][0] and rng.random() < leaves:
                break
            week += rng.exponential(1 / rate)
    file = tmp_path_factory.mktemp("answers") / "ventes.csv"
    pd.DataFrame(rows, columns=["client", "date", "montant"]).round(2).to_csv(file, index=False)
    return open_chapter("14", dataset=str(file), top_share=0.25, treatment_gain=0.2, margin_rate=0.5)


def test_answers_from_the_raw_lines(chapter):
    lines = chapter.data.table.to_pandas()
    lines["date"] = pd.to_datetime(lines["date"])
    start, end = lines["date"].min(), lines["date"].max()
    cut = start + pd.Timedelta(days=round(0.5 * ((end - start).days + 1)) - 1)
    first = lines.groupby("customer_id")["date"].min()
    known = first[first <= cut].index
    later = lines[(lines["date"] > cut) & lines["customer_id"].isin(known)]
    answer = 0.2 * 0.5 * later["amount_cents"].sum() / 100 / len(known)
    assert status(chapter.check("14.4", answer)) == "right"
    assert "seul le gain" in chapter.check("14.4", answer / 0.2).text


def test_expected_purchases_by_the_formula_of_the_paper(chapter):
    from lifetimes import BetaGeoFitter

    from grc_helpers.classroom.answers.ch14 import prepared

    model = prepared(chapter).model
    theirs = BetaGeoFitter()
    theirs.params_ = model.params_
    theirs.predict = None
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(26, 3, 20, 30)
    assert status(chapter.check("14.2", float(expected))) == "right"
    wrong = theirs.conditional_expected_number_of_purchases_up_to_time(26, 3, 10, 30)
    assert "pas le temps écoulé" in chapter.check("14.2", float(wrong)).text


def test_shares_by_sorting(chapter):
    from grc_helpers.classroom.answers.ch14 import prepared

    found = prepared(chapter)
    best = round(0.1 * len(found.people))
    past = set(found.people["total_spend"].sort_values(ascending=False).index[:best])
    future = set(found.value.sort_values(ascending=False).index[:best])
    assert status(chapter.check("14.3", 1 - len(past & future) / best)) == "right"
    low = sum(found.model.p_alive(found.known) < 0.5) / len(found.known)
    assert status(chapter.check("14.1", low)) == "right"
    assert status(chapter.check("14.1", 100 * low)) == "wrong"
