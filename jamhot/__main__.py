"""`python -m jamhot`: the same as the `jamhot` command."""

from jamhot.cli import main

main()
