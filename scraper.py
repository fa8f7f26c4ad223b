"""`python scraper.py`: fills the local database with jam recipes from the web, then says what is covered."""

import sys

from jamhot.cli import main

if __name__ == "__main__":
    main(["scrape", "run", *sys.argv[1:]])
