"""Settings of the sources: who is recorded where, and with which errors."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class IdentitySettings:
    """Stated truths of the source files."""
