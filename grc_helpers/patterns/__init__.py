"""Data mining of notebook 09: what is bought together, in which order, what comes next, and what none of it proves."""
