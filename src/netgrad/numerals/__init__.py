"""Numbers as text: their grammar, and many at a time in numpy: correctly rounded, and shortest round-trip."""
