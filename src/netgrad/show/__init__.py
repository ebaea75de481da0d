"""Values -> rich tables, as text for a terminal."""
