"""Hiding the end of the observation, against CDNOW's published weeks and small files counted by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv import holdout
from grc_helpers.clv.averages import repeat_rates
from grc_helpers.clv.bg_nbd import BgNbd
from grc_helpers.clv.nbd import Nbd
from grc_helpers.data.loading import load
from grc_helpers.style import typeset

CUT = date(1997, 9, 30)


@pytest.fixture(scope="module")
def cdnow():
    return load("cdnow")


@pytest.fixture(scope="module")
def known(cdnow):
    return holdout.split(cdnow, cut=CUT)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Three customers; the second returns all it bought; the last is new after the cut."""
    lines = [("a", "2024-01-01", 10), ("a", "2024-01-15", 20), ("a", "2024-02-05", 30), ("a", "2024-02-05", 5),
             ("b", "2024-01-01", 10), ("b", "2024-01-08", -10), ("c", "2024-02-10", 99)]  # fmt: skip
    file = tmp_path_factory.mktemp("shop") / "ventes.csv"
    pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    return load(file)


def test_half_of_cdnow_is_39_weeks(cdnow):
    assert holdout.cut_day(cdnow.observation_start, cdnow.observation_end, 0.5) == CUT


def test_the_split_gives_the_published_sample_and_its_next_39_weeks(known, sample, bought_later):
    ours = known.set_index("customer_id").loc[sample["customer_id"]]
    assert ours["frequency"].tolist() == sample["frequency"].tolist()
    assert ours["bought"].tolist() == bought_later.tolist()
    assert np.allclose(ours["T"], sample["T"], atol=0.01)


def test_split_by_hand(shop):
    found = holdout.split(shop, cut=date(2024, 1, 31)).set_index("customer_id")
    assert list(found.index) == ["a", "b"]  # c is not known yet
    assert found["bought"].tolist() == [1, 0] and found["future_spend"].tolist() == [35, 0]
    kept, n = holdout.without_spend(found.reset_index())
    assert n == 1 and kept["customer_id"].tolist() == ["a"]


def test_tracking_counts_repeat_days_of_known_customers_only(shop):
    known = holdout.split(shop, cut=date(2024, 1, 31))
    model = Nbd().with_params([1.0, 10.0])  # a tenth of a purchase a week
    weeks = holdout.tracking(shop, model, known, cut=date(2024, 1, 31))
    assert weeks["actual"].tolist() == [0, 1, 2, 2, 2]  # b on the 8th, a on the 15th; a again on the 36th, a sixth week
    assert weeks["past"].tolist() == [True] * 4 + [False]
    ages = 7 * weeks["week"] - 1  # both came on the first day
    assert weeks["expected"].tolist() == pytest.approx((2 * 0.1 * ages / 7).tolist())


def test_tracking_of_cdnow_s_sample_is_within_4_percent_as_published(cdnow, known, sample):
    """Fader, Hardie & Lee (2005a), section 4: the BG/NBD underforecasts the total at week 78 by 4 %."""
    ours = known[known["customer_id"].isin(sample["customer_id"])]
    last = holdout.tracking(cdnow, BgNbd().fit(sample), ours, cut=CUT).iloc[-1]
    assert last["week"] == 78 and last["expected"] / last["actual"] - 1 == pytest.approx(-0.04, abs=0.005)


def test_by_past_purchases_gives_the_published_figure(known, sample):
    """BTYD's walkthrough (BG/NBD): expectations by number of calibration purchases, 7 and more together."""
    ours = known.set_index("customer_id").loc[sample["customer_id"]].reset_index()
    table = holdout.by_past_purchases(ours, {"BG/NBD": BgNbd().fit(sample).predict(sample, t=39)})
    published = [0.2250893, 0.5231364, 1.044126, 1.520256, 2.163824, 2.653789, 3.503957, 6.157036]
    assert table["BG/NBD"].tolist() == pytest.approx(published, abs=5e-4)
    assert table.loc[3, "actual"] == 1.56 and table.loc[0, "customers"] == 1411


def test_classes_of_p_alive_hold_everyone_and_set_one_time_buyers_apart():
    customers = pd.DataFrame({"frequency": [0, 1, 1, 2], "bought": [1, 0, 2, 0]})
    table = holdout.alive_classes(customers, pd.Series([1.0, 0.05, 0.05, 0.3]), pd.Series([0.5, 0.1, 0.1, 0.2]))
    names = [typeset(name) for name in ("moins de 10 %", "30 à 50 %", "un seul achat")]
    assert table["customers"].to_dict() == dict(zip(names, (2, 1, 1), strict=True))
    assert table.loc[names[0], ["bought_again", "actual_purchases"]].tolist() == [0.5, 1.0]
    assert (table["low"] <= table["bought_again"]).all() and (table["bought_again"] <= table["high"]).all()


@pytest.mark.parametrize(
    ("rows", "weeks", "said"),
    [(500, 5.0, "huit semaines"), (10, 50, "cent clients"), (500, 50, "trente clients"), (501, 50, "après la coupure")],
)
def test_what_is_missing_is_said(rows, weeks, said):
    frequency = [1] * rows if rows != 500 else [0] * rows
    customers = pd.DataFrame({"frequency": frequency, "bought": 0})
    assert said in holdout.enough(customers, weeks=weeks)
    assert holdout.enough(pd.DataFrame({"frequency": [1] * 200, "bought": 1}), weeks=50) == ""


def test_repeat_rates_by_hand_and_on_customers_who_are_all_alike():
    table, average = repeat_rates(pd.Series([0, 0, 1, 3]), most=3)
    assert table["customers"].tolist() == [4, 2, 1] and table["again"].tolist() == [0.5, 0.5, 1.0]
    assert average == 4 / 8 and table["if_average"].tolist() == [4, 2, 1]
    alike = pd.Series(np.random.default_rng(1).geometric(0.4, 50_000) - 1)
    table, average = repeat_rates(alike, most=5)
    assert average == pytest.approx(0.6, abs=0.01)
    assert ((table["low"] <= 0.61) & (table["high"] >= 0.59)).all()  # no rise when nobody differs
    assert table["if_average"].to_numpy() == pytest.approx(table["customers"].to_numpy(), rel=0.05)


@pytest.mark.parametrize("growth", [0.0, 0.5])
def test_amounts_after_the_cut_follow_the_slope_of_the_past_or_not(tmp_path, growth):
    """A purchase a week for two years, amounts growing at a known rate (5 % apart): each forecast is right in turn."""
    days = pd.date_range("2022-01-03", periods=104, freq="7D")
    rng = np.random.default_rng(1)
    mean = 50 * (1 + growth) ** (np.arange(104) * 7 / 365.25)
    lines = [
        (f"c{k:02d}", day, round(a, 2))
        for k in range(60)
        for day, a in zip(days, mean * rng.gamma(400, 1 / 400, 104), strict=True)
    ]
    file = tmp_path / "ventes.csv"
    pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    data = load(file)
    cut = holdout.cut_day(data.observation_start, data.observation_end, 0.5)
    known = holdout.split(data, cut=cut)
    past_mean = known["total_spend"] / known["n_orders"]
    found = holdout.amounts_ahead(data, known, past_mean, cut=cut)
    # Three quarters of 780 purchases: 0.05 × √(2/780) × 2 periods to the year: an error of 0.5 % of 1 + growth.
    assert found["growth"] == pytest.approx(growth, abs=0.03)
    assert found["came"] == pytest.approx(mean[52:].mean(), rel=0.02) and found["low"] < found["came"] < found["high"]
    assert found["trend"] == pytest.approx(found["came"], rel=0.03)
    assert (found["model"] == pytest.approx(found["came"], rel=0.03)) == (growth == 0)


def test_a_short_past_has_no_slope(shop):
    assert holdout.amounts_ahead(shop, holdout.split(shop, cut=date(2024, 1, 31)), None, cut=date(2024, 1, 31)) is None
