"""Satisfaction and loyalty: what a survey measures, what it announces, and what loyal customers bring."""
