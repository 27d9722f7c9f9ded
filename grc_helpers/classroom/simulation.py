"""``grc simulate``: the simulated firm, from the command line."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from grc_helpers.data.simulator.config import SimulationConfig, make_config, read_config
from grc_helpers.style import typeset


def settings_of(config: Path | None, **overrides) -> SimulationConfig:
    """Return the settings of a file, or the course's; what the command line says wins (None: says nothing)."""
    if config:
        return read_config(config, **overrides)
    return make_config({name: value for name, value in overrides.items() if value is not None})


def list_settings(console: Console, config: SimulationConfig) -> None:
    """Print each setting as a line of a TOML file, with what it means and what is allowed."""
    table = Table("Réglage", "Sens", "Admis", box=None, pad_edge=False)
    for item in fields(config):
        meta, value = item.metadata, getattr(config, item.name)
        text = value.isoformat() if isinstance(value, date) else f'"{value}"' if isinstance(value, str) else str(value)
        if meta["choices"]:
            allowed = ", ".join(meta["choices"])
        else:
            allowed = f"{meta['low']} à {meta['high']}" if meta["low"] is not None else ""
        unit = f" ({meta['unit']})" if meta["unit"] else ""
        table.add_row(f"{item.name} = {text}", typeset(meta["label"] + unit), allowed)
    console.print(table, markup=False, highlight=False)


def run(console: Console, config: SimulationConfig, out: Path) -> Path:
    """Write the firm under a progress bar; return its folder."""
    from grc_helpers.data.simulator.simulate import simulate

    columns = TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[step]}")
    with Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Simulation", total=None, step="")

        def show(done: int, total: int, step: str) -> None:
            progress.update(bar, completed=done, total=total, step=step)

        return simulate(config, out, show)
