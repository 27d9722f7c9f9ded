"""Channels: map, funnel, effects, profit and loss, attribution, policy by segment, coherence."""
