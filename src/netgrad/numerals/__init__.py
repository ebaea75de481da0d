"""Many numbers at a time from text and to text, in numpy: correctly rounded, and shortest round-trip."""
