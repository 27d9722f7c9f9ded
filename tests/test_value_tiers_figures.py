"""Figures of value tiers: their titles state the finding, whatever the data."""

import pandas as pd
import pytest

from grc_helpers.profitability import whale_curve
from grc_helpers.tier_stability import tier_transitions
from grc_helpers.value_tiers import lorenz
from grc_helpers.value_tiers_figures import plot_lorenz, plot_pareto, plot_tier_moves, plot_tiers, plot_whale


def title(ax):
    """Return a figure's title, with ordinary spaces, and close the figure."""
    import matplotlib.pyplot as plt

    plt.close(ax.figure)
    return (ax.get_title() or ax.get_title(loc="left")).replace("\u202f", " ")


def test_titles_of_concentration():
    curve = lorenz([10, 20, 30, 40])
    assert title(plot_pareto(curve, share=0.25)) == "Les 25 % premiers clients font 40,0 % du CA"
    assert title(plot_lorenz({"achats": curve}, title="Essai")) == "Essai"


@pytest.mark.parametrize(
    ("small", "told"), [(4.0, "Un bon client achète autant que 2,5 petits"), (0.0, "Les petits : aucun achat")]
)
def test_title_of_tiers_never_divides_by_nothing(small, told):
    tiers = pd.DataFrame(
        {"customer_share": [0.2, 0.8], "sales_share": [0.4, 0.6], "sales_per_customer": [10.0, small]},
        index=["Bons", "Petits"],
    )
    assert title(plot_tiers(tiers)) == told


def test_title_of_tier_moves():
    before = pd.Series({"a": "Bons", "b": "Bons", "c": "Petits"})
    moves = tier_transitions(before, pd.Series({"a": "Bons", "b": "Petits"}))
    assert title(plot_tier_moves(moves)) == "50,0 % des bons clients le sont encore à la période suivante"


@pytest.mark.parametrize(
    ("profit", "told"),
    [
        ([6, 4, -2], "Les 67 % plus rentables font 125 % du profit"),
        ([6, 4, 2], "Aucun client ne fait perdre d'argent"),
        ([6000, 4, -2], "Presque rien n'est perdu"),
    ],
)
def test_title_of_the_whale(profit, told):
    assert title(plot_whale(whale_curve(profit))) == f"{told} (coûts simulés)"
