"""The simulated firm of the course, Cafés Merle: every mechanism is stated, every truth is kept apart."""
