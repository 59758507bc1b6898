"""Use cases: the only layer that both reads data and computes; owns transactions."""
