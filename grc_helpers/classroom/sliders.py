"""A figure with sliders in JupyterLab; the same figure, still, in a stored notebook and in reports."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

# JupyterLab names its session to the kernels that it starts for a reader; building, tests and reports do not.
SESSION = "JPY_SESSION_NAME"


@dataclass(frozen=True)
class Slider:
    """One setting that a reader can move.

    Attributes
    ----------
    label : str
        In French.
    value : float
        Where it starts: what the still figure shows.
    low, high, step : float
        The values it takes, ``value`` included.
    write : callable
        From value to French text.
    """

    label: str
    value: float
    low: float
    high: float
    step: float
    write: Callable[[float], str]

    def values(self) -> list[float]:
        """Return the values that it takes, in order; the starting one is always among them."""
        count = round((self.high - self.low) / self.step)
        return sorted({round(self.low + k * self.step, 10) for k in range(count + 1)} | {self.value})


def explore(draw: Callable, sliders: dict[str, Slider]) -> None:
    """Show what ``draw`` draws; in JupyterLab, with sliders that redraw it.

    Parameters
    ----------
    draw : callable
        Takes one keyword a slider, and shows a figure (``chapter.show``).
    sliders : dict of str to Slider
    """
    if SESSION not in os.environ:
        draw(**{name: slider.value for name, slider in sliders.items()})
        return
    import ipywidgets
    from IPython.display import display

    wide = {"layout": {"width": "34em"}, "style": {"description_width": "14em"}, "continuous_update": False}
    made = {
        name: ipywidgets.SelectionSlider(
            options=[(slider.write(value), value) for value in slider.values()],
            value=slider.value,
            description=slider.label,
            **wide,
        )
        for name, slider in sliders.items()
    }
    display(ipywidgets.VBox([*made.values(), ipywidgets.interactive_output(draw, made)]))
