"""Tables of points: bytes <-> chunks of float64, and the one loop over data."""
