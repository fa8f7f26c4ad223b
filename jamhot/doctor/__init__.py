"""What an operator asks when something is wrong: each part looked at by itself, and the mend for what is broken.

Nothing but Python itself is imported until a check needs it, so that a broken installation is a finding, too.
"""

from __future__ import annotations

import io
import json
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import TextIO

from jamhot.console import quiet_end

HELP = """usage: diagnostics.py [--json]

Look at every part of the service on this machine, with this environment, and say what mends what is broken.
--json: all findings as one object, for programs.
Exit code 0: nothing is wrong; 1: something is; 2: wrong options."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part. `ok` is None where there is nothing to look at; `mend` is what to do when it is False."""

    name: str
    ok: bool | None
    said: str
    mend: str | None = None


class Ill(Exception):
    """A check's finding that something is wrong, and what mends it."""

    def __init__(self, said: str, mend: str) -> None:
        super().__init__(said)
        self.mend = mend


class Nothing(Exception):
    """There is nothing to look at, and why."""


Check = Callable[[], str]
"""Says how the part is. Raises Ill or Nothing."""


def examine(checks: dict[str, Check]) -> Iterator[Finding]:
    """Each check's finding, in turn; one that breaks is a finding, and the others go on."""
    for name, check in checks.items():
        try:
            yield Finding(name, True, check())
        except Nothing as nothing:
            yield Finding(name, None, str(nothing))
        except Ill as ill:
            yield Finding(name, False, str(ill), ill.mend)
        except ImportError as error:
            mend = "python -m pip install --require-hashes -r requirements.txt, with the python that runs this"
            yield Finding(name, False, f"{error.name or 'a package'} cannot be imported: {error}", mend)
        except Exception as error:  # noqa: BLE001 (whatever breaks a check is what the operator came to hear)
            yield Finding(name, False, *_broken(error))


def _broken(error: Exception) -> tuple[str, str]:
    hint = getattr(error, "hint", None)
    message = getattr(error, "message", None)
    if message is not None:
        return message, hint or "the message says what is missing; docs/operating.md has the part"
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{PurePath(last.filename).name}:{last.lineno}"
    return f"{type(error).__name__} at {place}: {error}", hint or "restart the service; if it stays, report this line"


def tell(findings: Iterator[Finding], as_json: bool, out: TextIO = sys.stdout) -> bool:
    """Prints findings as they come (or all as JSON at the end). Returns whether nothing is wrong."""
    signs = {True: "✔", False: "✘", None: "–"}
    seen = []
    for finding in findings:
        seen.append(finding)
        if not as_json:
            print(f"{signs[finding.ok]} {finding.name + ':':12}{finding.said}", file=out, flush=True)
            if finding.mend:
                print(f"  {'':12}mend: {finding.mend}", file=out, flush=True)
    well = all(finding.ok is not False for finding in seen)
    if as_json:
        json.dump({"ok": well, "findings": [asdict(finding) for finding in seen]}, out, ensure_ascii=False, indent=2)
        print(file=out)
    else:
        ill = sum(finding.ok is False for finding in seen)
        print("All is well." if well else f"{ill} of {len(seen)} parts are not well.", file=out)
    return well


def main(arguments: list[str]) -> int:
    """Looks at everything. 0: all is well; 1: something is not; 2: wrong options."""
    if arguments == ["--help"]:
        print(HELP)
        return 0
    if arguments not in ([], ["--json"]):
        print(HELP, file=sys.stderr)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no ✔ still gets the words
    from jamhot.doctor.checks import all_checks

    with quiet_end():
        return 0 if tell(examine(all_checks()), as_json=bool(arguments)) else 1
