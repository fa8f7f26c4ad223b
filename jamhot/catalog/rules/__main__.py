"""`python -m jamhot.catalog.rules`: the check; `… counts`: how many of each rule; `… table`: fruits × kinds."""

from __future__ import annotations

import sys
from collections import Counter

from jamhot.catalog.build import load_content
from jamhot.catalog.rules import find_problems
from jamhot.catalog.rules.coverage import table


def main(what: str) -> int:
    if what == "table":
        print("\n".join(table(load_content())))
        return 0
    problems = find_problems()
    if what == "counts":
        print("\n".join(f"{count:5} {rule}" for rule, count in Counter(p.rule for p in problems).most_common()))
    else:
        print("\n".join(map(str, problems)) or "the content is sound")
    return bool(problems)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
