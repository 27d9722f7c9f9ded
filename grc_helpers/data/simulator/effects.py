"""The table of truths: settings, and what follows from them (``verite/effets``, ``verite/associations``)."""

from dataclasses import fields

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.baskets import pair_truth
from grc_helpers.data.simulator.config import SimulationConfig


def make_effects(config: SimulationConfig) -> dict[str, pd.DataFrame]:
    """Return ``verite/effets`` (name, label, unit, value as text) and ``verite/associations`` (pairs of categories)."""
    rows = [
        (item.name, item.metadata["label"], item.metadata["unit"], str(getattr(config, item.name)))
        for item in fields(config)
    ]
    effects = pd.DataFrame(rows, columns=["name", "label", "unit", "value"]).sort_values("name", ignore_index=True)
    return {"verite/effets": effects, "verite/associations": pair_truth().round(6)}


def web_displacement(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return ``verite/cannibalisation``: web sales by zone and quarter, and how much of them shops would have made.

    A web order of a customer who exists only thanks to the site displaces nothing. One of a customer who prefers the
    web and would have come anyway is displaced whole. One made through the web as a second channel is displaced but for
    what the effect e of that channel adds: ``(s − e (1 − s)) / (s (1 + e))`` with s its share of orders.
    """
    share, effect = config.second_channel_share, config.multichannel_effect
    second = (share - effect * (1 - share)) / (share * (1 + effect)) if share else 0.0
    prefers = population["preferred_channel"].eq("web").to_numpy()
    displaced = np.where(prefers, ~population["web_incremental"].to_numpy(), second)
    web = orders[orders["channel"] == "web"]
    part = displaced[web["row"]]
    table = pd.DataFrame(
        {
            "zone": population["zone"].to_numpy()[web["row"]],
            "quarter": web["date"].dt.to_period("Q").astype(str),
            "web_orders": 1,
            "displaced_orders": part,
            "web_cents": web["amount_cents"],
            "displaced_cents": np.round(part * web["amount_cents"]).astype("int64"),
        }
    )
    return table.groupby(["zone", "quarter"], as_index=False).sum()
