"""Helpers of the GRC workbook: data, methods, classroom."""

__version__ = "0.1.0"


def __getattr__(name: str):
    """Import the two usual entry points only when they are asked for."""
    if name == "open_chapter":
        from grc_helpers.classroom.chapter import open_chapter

        return open_chapter
    if name == "load":
        from grc_helpers.data.loading import load

        return load
    raise AttributeError(f"module 'grc_helpers' has no attribute {name!r}")
