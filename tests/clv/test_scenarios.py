"""The seven difficulties: what each must do to the value whatever the example, and shared loyalty's limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.clv.formulas import customer_value
from grc_helpers.clv.scenarios import seven_difficulties, shared_loyalty_value


@settings(deadline=None)
@given(margin=st.floats(1, 1000), r=st.floats(0.05, 0.94), i=st.floats(0.01, 0.5))
def test_what_each_difficulty_does_to_the_value(margin, r, i):
    table = seven_difficulties(margin, r, i).set_index("notion")
    assert list(table.index) == ["J8a", "J8b", "J8c", "J8d", "J8e", "J8f", "J8g"]
    assert table.loc["J8a", "change"] == pytest.approx(-0.10)
    assert (table.loc[["J8b", "J8f"], "change"] > 0).all()  # the notebook's prose says so
    assert (table.loc[["J8c", "J8d", "J8e", "J8g"], "change"] < 0).all()


def test_shared_loyalty_without_sharing_is_the_usual_value():
    assert shared_loyalty_value(30, 0.8, 0.1, kept=0, share=0.4, back=0.2) == pytest.approx(
        customer_value(30, 0.8, 0.1)
    )


def test_shared_customers_worth_as_much_as_the_others_are_not_lost():
    """All leavers share, at full margin, without return: the first departure costs nothing, only the second counts."""
    value = shared_loyalty_value(30, 0.8, 0.1, kept=1, share=1, back=0)
    later = customer_value(30, 0.8, 0.1)
    assert value == pytest.approx(later + 0.2 / 1.1 / (1 - 0.8 / 1.1) * later)
