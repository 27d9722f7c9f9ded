"""Figures that a reader moves with sliders, on a chapter's settings."""

from __future__ import annotations

from grc_helpers.classroom.sliders import Slider, explore
from grc_helpers.style import percent


def explore_value(chapter) -> None:
    """Show how a typical customer's value builds up beside the acquisition cost, from the chapter's settings."""
    import matplotlib.pyplot as plt

    from grc_helpers.clv.figures import plot_value_build

    def draw(**settings) -> None:
        fig, ax = plt.subplots()
        chapter.show(fig, alt=plot_value_build(ax, currency=chapter.data.currency, **settings))

    start, money = chapter.parameters, chapter.money
    margin, cost = start.margin, start.acquisition_cost
    sliders = {
        "margin": Slider("Marge annuelle", margin, margin / 4, 3 * margin, margin / 4, money),
        "retention": Slider("Rétention", start.retention, 0.05, 0.95, 0.05, percent),
        "discount_rate": Slider("Actualisation", start.discount_rate, 0.01, 0.30, 0.01, percent),
        "acquisition_cost": Slider("Coût d'acquisition", cost, 0, 5 * margin, margin / 3, money),
    }
    explore(draw, sliders)
