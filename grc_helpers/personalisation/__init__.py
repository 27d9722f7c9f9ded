"""One-to-one: who is known, how customers differ, what a contact costs, and when a personal offer pays."""
