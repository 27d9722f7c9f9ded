"""French label and unit of each column of the tables on consent."""

LABELS: dict[str, dict[str, tuple[str, str | None]]] = {}
