"""French label and unit of each column of the marketing tables."""

LABELS: dict[str, dict[str, tuple[str, str | None]]] = {}
