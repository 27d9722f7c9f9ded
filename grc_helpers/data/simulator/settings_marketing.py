"""Settings of campaigns, loyalty card, service, surveys and market."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MarketingSettings:
    """Stated truths of the marketing tables."""
