"""Results: what is computed of points, what its columns are called, and what is said of many points together."""
