"""The clock of purchases: week and December rhythm as a change of time, so that counts keep their law."""

from datetime import date

import numpy as np

from grc_helpers.data.simulator.config import END, START, SimulationConfig

DAYS = (END - START).days + 1
WEEKDAYS = np.array([0.70, 0.95, 1.05, 1.00, 1.20, 1.95, 0.15])  # Monday to Sunday, mean 1


def day_number(day: date) -> int:
    """Return a date as the number of days since the start."""
    return (day - START).days


HORIZON = float(DAYS)


def weekday(days: np.ndarray) -> np.ndarray:
    """Return the weekday (0 = Monday) of days since the start."""
    return (np.floor(days).astype(int) + START.weekday()) % 7


class Clock:
    """Calendar days to and from business days, which have the same mean over a year.

    Attributes
    ----------
    weights : numpy.ndarray
        Business days in each calendar day of the period.
    """

    def __init__(self, config: SimulationConfig):
        days = np.arange(DAYS)
        week = 1 + config.weekly_season * (WEEKDAYS[weekday(days)] - 1)
        month = (np.datetime64(START) + days).astype("datetime64[M]").astype(int) % 12
        year = np.where(month == 11, 1 + config.december_peak, 1 - config.december_peak * 31 / 334)
        self.weights = week * year
        self._edges = np.concatenate([[0.0], np.cumsum(self.weights)])

    def business(self, days: np.ndarray) -> np.ndarray:
        """Return the business time of calendar days."""
        return np.interp(days, np.arange(DAYS + 1), self._edges)

    def calendar(self, business: np.ndarray) -> np.ndarray:
        """Return the calendar days of a business time."""
        return np.interp(business, self._edges, np.arange(DAYS + 1))
