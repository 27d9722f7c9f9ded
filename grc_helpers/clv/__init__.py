"""Customer lifetime value: by formula, as a Markov chain, and from probability models."""
