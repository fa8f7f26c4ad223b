#!/usr/bin/env python3
"""Look at every part of the service on this machine, and say what mends what is broken."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from jamhot.doctor import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
