"""Scoring: from clues to points, from points to a decision."""
