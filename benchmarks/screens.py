"""The screens that are measured, and the tools that measure them: Debian's Chromium, and two packages of npm."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.service import first_health, running

SCREENS: Final = {
    "home": "/",
    "fruits on the table": "/?fruits=strawberry,rhubarb",
    "Jamdex": "/jamdex",
    "recipe": "/jamdex/recipe/1-strawberry-jam",
    "recipe, scaled": "/jamdex/recipe/1-strawberry-jam?have=730&unit=g&units=metric&altitude=800",
    "cook mode": "/jamdex/recipe/1-strawberry-jam/cook",
    "jar labels": "/jamdex/recipe/1-strawberry-jam/labels",
    "Fruitdex": "/fruitdex",
    "fruit": "/fruitdex/fruit/strawberry",
    "jam lab": "/jamlab?fruits=plum+1300g",
    "how sure are we": "/about/model",
    "sources": "/about",
    "offline": "/offline",
}
TOOLS: Final = Path(__file__).parent / "out" / "npm"
"""Outside git; `npm` puts the tools here."""
PACKAGES: Final = {"lighthouse": "12.8.2", "axe-core": "4.14.1"}


class Missing(RuntimeError):
    """A tool that is not here; the message says which."""


@contextmanager
def skipped_where_missing() -> Iterator[None]:
    """Around a measurement: where a tool is not here it says which, and that is no failure."""
    try:
        yield
    except Missing as error:
        print(f"skipped: {error}")


def told(figures: dict[str, Any]) -> str:
    """Prints the figures; returns what was printed, to be kept."""
    text = json.dumps(figures, indent=2, ensure_ascii=False)
    print(text)
    return text + "\n"


def chromium() -> str:
    """Raises Missing."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise Missing("no Chromium here: apt-get install chromium")
    return path


def installed(package: str) -> Path:
    """The package's folder, fetched with npm when it is not there. Raises Missing without npm or its registry."""
    folder = TOOLS / "node_modules" / package
    if folder.is_dir():
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("no npm here: apt-get install npm")
    TOOLS.mkdir(parents=True, exist_ok=True)
    wanted = f"{package}@{PACKAGES[package]}"
    done = subprocess.run(
        [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", TOOLS, wanted], check=False
    )
    if done.returncode != 0 or not folder.is_dir():
        raise Missing(f"npm could not fetch {wanted}")
    return folder


@contextmanager
def served() -> Iterator[str]:
    """The service as the platform starts it, without a database; yields where it stands."""
    with running(RATE_LIMIT_PER_MINUTE="0") as service:
        first_health(service.client)
        yield str(service.client.base_url).rstrip("/")
