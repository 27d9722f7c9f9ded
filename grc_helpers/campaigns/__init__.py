"""Programmes and campaigns: what a card costs, what a campaign adds, whom to target, and when not to conclude."""
