"""The command line: parse, one call below, show or write."""
