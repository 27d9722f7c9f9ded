"""Evaluate and decide: indicators with intervals, a learning loop, the allocation of a budget, the action plan."""
