"""The plan: against enumeration and another solver, its prices, whom it names, and what it refuses."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from grc_helpers.channels import policy
from grc_helpers.errors import GrcError
from grc_helpers.evaluation import plan_choice as plan

FREE = {"courrier": 1e9, "appel": 1e9}


def lots_of(sizes: dict[tuple[str, str], int], p_alive: float = 1.0) -> pd.DataFrame:
    rows = [key for key, n in sizes.items() for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["segment", "able"], index=[f"c{k:04d}" for k in range(len(rows))])
    return frame.assign(band=10, p_alive=p_alive, p_lot=p_alive)


def figures(gain: pd.DataFrame, cost: pd.DataFrame) -> dict:
    """Return effects such that a contact of somebody who is there gains and costs this much."""
    unit = pd.Series(0.1, gain.columns)
    return {"worth": gain + 0.1, "raw": gain + 0.1, "variable": cost - 0.1, "unit": unit}


def of(gain: dict, cost: dict) -> dict:
    return figures(pd.DataFrame(gain).T, pd.DataFrame(cost).T)


def test_the_best_plan_is_that_of_enumeration_but_for_a_contact_by_binding_constraint():
    rng = np.random.default_rng(1)
    channels, capacity = {"x": "courrier", "y": "appel"}, {"courrier": 4, "appel": 2}
    exact = 0
    for _ in range(25):
        lots = lots_of({("A", "x | y"): 3, ("B", "x | y"): 3, ("B", "x"): 2})
        gain, cost = (
            pd.DataFrame(rng.uniform(low, 3, (2, 2)).round(2), index=["A", "B"], columns=["x", "y"])
            for low in (-1, 0.2)
        )
        budget = round(rng.uniform(1, 8), 2)
        found = plan.choose(
            lots, figures(gain, cost), budget=budget, capacity=capacity, channels=channels, control_share=0.01
        )
        best = 0.0
        for ax, ay, bx, by, cx in product(range(3), range(3), range(3), range(3), range(2)):
            fits = ax + ay <= 2 and bx + by <= 2 and ax + bx + cx <= 4 and ay + by <= 2
            counts = np.array([[ax, ay], [bx + cx, by]])
            if fits and (counts * cost.to_numpy()).sum() <= budget + 1e-9:
                best = max(best, float((counts * gain.to_numpy()).sum()))
        assert best - 3 * max(gain.to_numpy().max(), 0) <= found["gain"] <= best + 1e-6
        assert found["spent"] <= budget + 1e-6
        exact += found["gain"] >= best - 1e-6
    assert exact >= 12  # most small plans lose nothing


def test_one_channel_gives_the_plan_and_price_of_the_chapter_on_channels():
    """`channels.policy` solves the linear problem of a gain that is lift × margin − cost: same gain, same price."""
    segments = pd.DataFrame({"customers": [400, 900, 2000], "margin": [90.0, 40.0, 12.0]}, index=["A", "B", "C"])
    channel = pd.DataFrame(
        {"unit_cost": [1.5], "capacity": [5000], "reach": [1.0], "lift": [0.1], "most": [1]}, ["courrier"]
    )
    theirs = policy.plan(segments, channel, budget=900)
    lots = lots_of({(name, "x"): 2 * n for name, n in segments["customers"].items()})
    gain = pd.DataFrame({"x": 0.1 * segments["margin"] - 1.5})
    ours = plan.choose(
        lots, figures(gain, pd.DataFrame({"x": [1.5] * 3}, index=gain.index)), budget=900, capacity={"courrier": 5000},
        channels={"x": "courrier"}, control_share=0.5,
    )  # fmt: skip
    assert ours["gain"] == pytest.approx(theirs["gain"])
    assert ours["prices"]["budget"] == pytest.approx(theirs["prices"]["budget"])


def test_the_price_of_the_budget_is_what_one_more_euro_earns():
    lots = lots_of({("A", "x"): 100, ("B", "x"): 100})
    found = of({"A": {"x": 3.0}, "B": {"x": 1.0}}, {"A": {"x": 2.0}, "B": {"x": 2.0}})
    terms = {"capacity": FREE, "channels": {"x": "courrier"}, "control_share": 0.1}
    curve = plan.budget_curve(lots, found, [100, 102, 300, 302, 900], **terms)
    assert curve.loc[100, "price"] == pytest.approx((curve.loc[102, "gain"] - curve.loc[100, "gain"]) / 2) == 1.5
    assert curve.loc[300, "price"] == pytest.approx((curve.loc[302, "gain"] - curve.loc[300, "gain"]) / 2) == 0.5
    assert curve.loc[900].tolist() == [90 * 3 + 90 * 1, 360, 0]


def test_a_capacity_binds_and_has_a_price():
    lots = lots_of({("A", "x"): 100})
    found = of({"A": {"x": 3.0}}, {"A": {"x": 2.0}})
    found = plan.choose(
        lots, found, budget=1e6, capacity={"courrier": 7}, channels={"x": "courrier"}, control_share=0.1
    )
    assert found["gain"] == 21 and found["prices"].to_dict() == {"budget": 0, "courrier": 3}


def test_what_loses_or_was_not_measured_is_not_done():
    lots = lots_of({("A", "x"): 50, ("B", "x"): 50, ("C", ""): 50})
    found = of({"A": {"x": -0.1}, "B": {"x": np.nan}, "C": {"x": 9.0}}, dict.fromkeys("ABC", {"x": 1.0}))
    found = plan.choose(lots, found, budget=100, capacity=FREE, channels={"x": "courrier"}, control_share=0.1)
    assert found["gain"] == 0 and found["contacts"].empty
    assert plan.name_customers(lots, found["contacts"], control_share=0.1, seed=1).empty


def test_whom_the_plan_names():
    lots = lots_of({("A", "x | y"): 200, ("A", "x"): 50, ("B", "y"): 100})
    contacts = pd.Series(
        [60, 90, 45, 30],
        pd.MultiIndex.from_tuples(
            [("A", 10, "x | y", "x"), ("A", 10, "x | y", "y"), ("A", 10, "x", "x"), ("B", 10, "y", "y")],
            names=[*plan.COLUMNS, "action"],
        ),
    )
    named = plan.name_customers(lots, contacts, control_share=0.1, seed=5)
    assert named.index.is_unique and named.equals(plan.name_customers(lots, contacts, control_share=0.1, seed=5))
    assert plan.contacts_of(named, lots)["n"].to_dict() == {("A", "x"): 105, ("A", "y"): 90, ("B", "y"): 30}
    kept = named[named["group"] == "témoin"].groupby(["segment", "action"]).size()
    assert kept.to_dict() == {("A", "x"): 7 + 5, ("A", "y"): 10, ("B", "y"): 3}
    assert all(action in lots.loc[who, "able"].split(" | ") for who, action in named["action"].items())


def test_the_naive_plan_stops_with_the_money_and_passes_over_who_may_not():
    lots = lots_of({("A", "x"): 3, ("A", ""): 2, ("B", "x"): 3, ("C", "x"): 2})
    found = of(
        {"A": {"x": -5.0}, "B": {"x": 1.0}, "C": {"x": np.nan}}, {"A": {"x": 2.0}, "B": {"x": 3.0}, "C": {"x": 1.0}}
    )
    named = plan.one_action_for(lots.index, lots, found, action="x", budget=9, most=100)
    assert list(named.index) == ["c0000", "c0001", "c0002", "c0005"]  # 2 + 2 + 2 + 3
    assert len(plan.one_action_for(lots.index, lots, found, action="x", budget=9, most=2)) == 2


def test_the_value_of_a_plan_is_the_sum_of_its_draws():
    draws = np.array([[[1.0], [10.0]], [[3.0], [-10.0]]])  # two draws, segments A and B, one action
    shape = {"index": pd.Index(["A", "B"], name="segment"), "columns": ["x"]}
    found = {
        "draws": draws, "worth": pd.DataFrame(draws.mean(axis=0), **shape), "unit": pd.Series({"x": 0.25}),
        "variable": pd.DataFrame([[2.0], [4.0]], **shape),
    }  # fmt: skip
    lots = lots_of({("A", "x"): 2, ("B", "x"): 2}).assign(p_alive=[1.0, 0.5, 0.5, 1.0])
    named = pd.DataFrame(
        {"segment": ["A", "A", "B", "B"], "action": "x", "group": ["à contacter"] * 3 + ["témoin"]}, index=lots.index
    )
    value = plan.value_of(named, lots, found)
    assert value["contacts"] == 3 and value["cost"] == pytest.approx(0.75 + 1.5 * 2 + 0.5 * 4)
    assert value["drawn"] == pytest.approx([1.5 * 1 + 0.5 * 10 - 0.75, 1.5 * 3 - 0.5 * 10 - 0.75])
    assert value["net_value"] == pytest.approx(value["drawn"].mean()) and value["chance"] == 0.5
    assert plan.value_of(named.iloc[:0], lots, found)["net_value"] == 0


def test_a_plan_is_cut_to_what_its_budget_pays():
    lots = lots_of({("A", "x"): 4}).assign(p_alive=[1.0, 0.5, 1.0, 1.0])
    found = of({"A": {"x": 3.0}}, {"A": {"x": 2.1}})  # unit 0.1, variable 2
    named = pd.DataFrame({"segment": "A", "action": "x", "group": ["à contacter"] * 3 + ["témoin"]}, index=lots.index)
    assert list(plan.within(named, lots, found, budget=5.3).index) == list(lots.index)  # 2.1 + 1.1 + 2.1
    assert list(plan.within(named, lots, found, budget=5.2).index) == ["c0000", "c0001", "c0003"]


def test_who_is_more_likely_there_comes_first():
    people = pd.DataFrame(
        {"segment": "A", "p_alive": [0.95] * 40 + [0.35] * 40}, index=[f"c{k:02d}" for k in range(80)]
    )
    lots = plan.make_lots(people, pd.DataFrame({"x": True}, index=people.index))
    assert lots["band"].tolist() == [10] * 40 + [4] * 40
    found = of({"A": {"x": 3.9}}, {"A": {"x": 1.1}})
    best = plan.choose(lots, found, budget=20, capacity=FREE, channels={"x": "courrier"}, control_share=0.5)
    assert best["contacts"].groupby("band").sum().loc[10] == 19  # each 0.1 + 0.95: 19.95 spent
    assert best["gain"] == pytest.approx(19 * (0.95 * 4 - 0.1))


@pytest.mark.parametrize("budget", [0, -50, float("nan")])
def test_a_budget_that_is_not_positive_is_refused(budget):
    with pytest.raises(GrcError, match="budget positif.*\n.*\n.*ne rien faire"):
        plan.check_budget(budget, 0.1)


@pytest.mark.parametrize("share", [0, 1, -0.2])
def test_no_control_is_refused(share):
    with pytest.raises(GrcError, match="sans témoin ne s'évalue pas"):
        plan.check_budget(100, share)
