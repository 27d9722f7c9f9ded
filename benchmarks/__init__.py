"""Measured comparisons with peers; run with ``python -m benchmarks``."""
