"""How a setting of the simulator is declared: default, French label, unit, bounds, neutral value."""

from dataclasses import field
from datetime import date
from typing import Any

Value = int | float | str | date


def setting(
    default: Value,
    label: str,
    *,
    unit: str | None = None,
    low: Value | None = None,
    high: Value | None = None,
    choices: tuple[str, ...] | None = None,
    neutral: Value | None = None,
) -> Any:
    """Declare a field of the configuration.

    Parameters
    ----------
    default : int, float, str or date
        Value in the course's edition; its type is the type of the field.
    label, unit : str
        What it is, in French, and in what unit.
    low, high : optional
        Bounds, both allowed.
    choices : tuple of str, optional
        Values allowed.
    neutral : optional
        Value that switches the effect off; `SimulationConfig.pure` sets it.
    """
    return field(
        default=default,
        metadata={"label": label, "unit": unit, "low": low, "high": high, "choices": choices, "neutral": neutral},
    )
