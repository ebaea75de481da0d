"""`python -m netgrad`."""

from netgrad.cli.main import main

main()
