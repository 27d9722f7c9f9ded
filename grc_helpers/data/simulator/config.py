"""Settings of a simulation: one documented field a stated truth; reading them from a TOML file."""

import difflib
import tomllib
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from grc_helpers.data.simulator.fields import setting
from grc_helpers.data.simulator.settings_core import CoreSettings
from grc_helpers.data.simulator.settings_identity import IdentitySettings
from grc_helpers.data.simulator.settings_marketing import MarketingSettings
from grc_helpers.errors import GrcError
from grc_helpers.style import number

START, END = date(2023, 1, 1), date(2025, 12, 31)  # first and last day of sales
BLOCK = 10_000  # customers are made in blocks of this size, whatever the memory
MAX_ALL_TABLES = 50_000
TYPES = {int: "un nombre entier", float: "un nombre", str: "un texte", date: "une date comme 2024-03-04"}


@dataclass(frozen=True, kw_only=True)
class SimulationConfig(CoreSettings, MarketingSettings, IdentitySettings):
    """What a simulated firm is made of; metadata of each field: label, unit, low, high, choices, neutral.

    A whole number is accepted where a decimal one is expected.

    Raises
    ------
    GrcError
        Values of a wrong type or out of bounds, all listed.
    """

    seed: int = setting(2026, "Graine des tirages au hasard", low=0, high=2**32 - 1)
    customers: int = setting(5_000, "Nombre de clients", low=50, high=5_000_000)
    tables: str = setting("toutes", "Tables écrites", choices=("toutes", "coeur"))

    def __post_init__(self) -> None:
        for item in fields(self):
            if type(item.default) is float and type(getattr(self, item.name)) is int:
                object.__setattr__(self, item.name, float(getattr(self, item.name)))
        problems = [text for item in fields(self) if (text := _problem(item, getattr(self, item.name)))]
        if not problems and self.web_opening_county < self.web_opening:
            problems.append("« web_opening_county » vient avant « web_opening »")
        if not problems and self.tables == "toutes" and self.customers > MAX_ALL_TABLES:
            most = number(MAX_ALL_TABLES)
            problems.append(f'« tables = "toutes" » s\'arrête à {most} clients ; au-delà, écrivez tables = "coeur"')
        if problems:
            raise GrcError(
                "Les réglages de la simulation ne conviennent pas.",
                where=" ; ".join(problems),
                todo="corrigez ces valeurs, ou retirez-les pour garder celles du cours",
            )

    @property
    def blocks(self) -> int:
        """Return the number of blocks of customers."""
        return -(-self.customers // BLOCK)

    def block_size(self, block: int) -> int:
        """Return the number of customers of a block."""
        return min(BLOCK, self.customers - block * BLOCK)

    def pure(self) -> Self:
        """Return the same settings with every effect and season off: sales follow the models of the literature."""
        neutral = {item.name: item.metadata["neutral"] for item in fields(self) if item.metadata["neutral"] is not None}
        return replace(self, **neutral)


def read_config(path: Path, **overrides: Any) -> SimulationConfig:
    """Read settings from a TOML file (``name = value`` lines); ``overrides`` win, None is ignored.

    Raises
    ------
    GrcError
        File not found or malformed, unknown setting (a close one is suggested), wrong value.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GrcError(
            f"Le fichier de réglages « {path} » ne se lit pas.",
            where=str(error),
            todo="donnez un fichier TOML en UTF-8, une ligne par réglage, par exemple : customers = 5000",
        ) from error
    return make_config(values | {name: value for name, value in overrides.items() if value is not None})


def make_config(values: dict[str, Any]) -> SimulationConfig:
    """Make settings of a mapping; an unknown name is refused (a close one is suggested)."""
    known = {item.name: item for item in fields(SimulationConfig)}
    unknown = [name for name in values if name not in known]
    if unknown:
        close = [difflib.get_close_matches(name, known, n=1) for name in unknown]
        hints = [
            f"« {name} » (vouliez-vous dire « {hint[0]} » ?)" if hint else f"« {name} »"
            for name, hint in zip(unknown, close, strict=True)
        ]
        raise GrcError(
            "Des réglages de la simulation sont inconnus.",
            where=" ; ".join(hints),
            todo="grc simulate --list montre les réglages, leurs valeurs et ce qu'ils veulent dire",
        )
    return SimulationConfig(**values)


def _problem(item, value: Any) -> str:
    kind = type(item.default)
    if type(value) is not kind:
        return f"« {item.name} » doit être {TYPES[kind]}, pas « {value} »"
    meta = item.metadata
    if meta["choices"] and value not in meta["choices"]:
        return f"« {item.name} » vaut « {value} » ; admis : {', '.join(meta['choices'])}"
    if meta["low"] is not None and not meta["low"] <= value <= meta["high"]:
        return f"« {item.name} » vaut {value} ; admis : de {meta['low']} à {meta['high']}"
    return ""
