"""Behavioural segmentation: occasions, benefits, user status, loyalty, usage; from segments to a policy."""
