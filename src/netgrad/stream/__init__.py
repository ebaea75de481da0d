"""Bytes of tables: where they come from and go to, the pieces between, and the one loop over data."""
