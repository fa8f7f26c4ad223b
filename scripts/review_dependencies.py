#!/usr/bin/env python3
"""Review what the locks install: pins, hashes, licences, known-bad versions; with --advisories also what OSV knows."""

import json
import re
import sys
import urllib.request
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements" / "local.txt", ROOT / "requirements" / "dev.txt")
KNOWN_BAD = ROOT / "requirements" / "known_bad.txt"
OSV = "https://api.osv.dev/v1/querybatch"
FREE = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|LGPL|Unlicense|Zlib|HPND|0BSD|CNRI)\b", re.I
)
"""Licences that let the service be run and passed on with its own; LGPL and MPL as unchanged libraries."""
PATIENCE_S = 20
UNREACHED = 3


class Pin(NamedTuple):
    """A line of a lock: the package, and how many hashes it may have."""

    lock: str
    name: str
    version: str
    hashes: int


def pins(lock: Path) -> Iterator[Pin]:
    """Every package of a lock. Raises SystemExit for a line that is no pin."""
    text = re.sub(r"\\\n", " ", lock.read_text(encoding="utf-8"))
    for line in filter(None, (line.split(" #")[0].strip() for line in text.splitlines())):
        if line.startswith("#"):
            continue
        found = re.match(r"([a-z0-9][a-z0-9._-]*(?:\[[a-z,-]+\])?)==([\w.+!-]+)", line)
        if found is None:
            raise SystemExit(f"{lock.name}: not a pin: {line[:80]}")
        yield Pin(lock.name, found[1].partition("[")[0], found[2], line.count("--hash=sha256:"))


def problems(every: list[Pin]) -> Iterator[str]:
    """What is wrong with the locks, offline."""
    bad = [Requirement(line.split("#")[0]) for line in KNOWN_BAD.read_text().splitlines() if not line.startswith("#")]
    for pin in every:
        if not pin.hashes:
            yield f"{pin.lock}: {pin.name} {pin.version} has no hash"
        for one in bad:
            if one.name == pin.name and one.specifier.contains(pin.version):
                yield f"{pin.lock}: {pin.name} {pin.version} is known to be bad ({one})"
    production = {pin.name for pin in every if pin.lock == "requirements.txt"}
    for name in sorted(production):
        licence = licence_of(name)
        if licence is not None and not FREE.search(licence):
            yield f"requirements.txt: {name}: licence {licence[:60]!r} is not one of those we take"


def licence_of(name: str) -> str | None:
    """As the installed package says; None when it is not installed here (another platform's)."""
    try:
        said: Any = metadata(name)
    except PackageNotFoundError:
        return None
    classifiers = [one for one in said.get_all("Classifier") or [] if one.startswith("License")]
    return " ".join(filter(None, [said.get("License-Expression"), *classifiers, (said.get("License") or "")[:200]]))


def advisories(every: list[Pin], source: str) -> list[str]:
    """What OSV knows of these versions. Raises OSError when it cannot be asked."""
    asked = sorted({(pin.name, pin.version) for pin in every})
    queries = [{"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in asked]
    request = urllib.request.Request(  # noqa: S310 (https, or a test's loopback)
        source, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 (as above)
        results = json.load(answer)["results"]
    return [
        f"{name} {version}: {', '.join(one['id'] for one in result['vulns'])}"
        for (name, version), result in zip(asked, results, strict=True)
        if result.get("vulns")
    ]


def main(
    online: Annotated[bool, typer.Option("--advisories", help="Ask OSV, over the network, too.")] = False,
    source: Annotated[str, typer.Option(help="Where to ask.")] = OSV,
) -> None:
    """Check that every package of the locks is pinned, hashed, free and not known to be bad.

    Exit code 0: all is well; 1: something is not; 3: --advisories could not be asked, and the rest is well.
    """
    every = [pin for lock in LOCKS for pin in pins(lock)]
    wrong = list(problems(every))
    reached = True
    if online:
        try:
            wrong += advisories(every, source)
        except (OSError, ValueError, KeyError) as error:
            reached = False
            typer.echo(f"advisories could NOT be checked: {source}: {error}", err=True)
    for one in wrong:
        typer.echo(one, err=True)
    checked = "pins, hashes, licences, known-bad versions" + (", advisories" if online and reached else "")
    typer.echo(f"{len({(pin.name, pin.version) for pin in every})} packages: {checked}: {len(wrong)} problems")
    sys.exit(1 if wrong else 0 if reached else UNREACHED)


if __name__ == "__main__":
    typer.run(main)
