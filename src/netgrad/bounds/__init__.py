"""Rigorous bounds on rounding errors: arithmetic with balls, sigma of a ball, Algorithm 1 with balls."""
