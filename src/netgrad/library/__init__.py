"""The functions of the library: each command as one call, at one point or many."""
