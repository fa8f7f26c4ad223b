"""`python -m benchmarks.catalog_growth`: the catalogue with 300, 3,000 and 30,000 recipes: memory, start, queries.

The recipes are the shipped ones, varied: another fruit in the place of the first, other amounts, times, ratings,
titles and sources, each made anew from JSON so that nothing is shared. Each size runs in a process of its own, so
that memory is told apart. Queries go through the desk's own path to the bytes of an answer, without its cache.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.quick import percentile
from jamhot.answers.cookbook import RecipeSearch, one_json, page_json
from jamhot.catalog.build import load_content
from jamhot.catalog.content import Content
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import Recipe
from jamhot.database.catalog_store import RECIPES, load, populate
from jamhot.database.embedded import EmbeddedPostgres
from jamhot.database.migrate import migrate
from jamhot.operations.memory import release_free_memory

RESULTS = Path(__file__).parent / "results" / "catalog_growth.json"
SIZES = (300, 3_000, 30_000)
ROUNDS = 200
STYLES = ("Quick", "Grandmother's", "Sunday", "Spiced", "Dark", "Light", "Old-fashioned", "Sharp", "Smooth", "Rustic")
HOUSES = ("Orchard House", "The Mill", "Hill Farm", "Harbour Kitchen", "Rose Cottage", "The Vicarage")
QUERIES: dict[str, RecipeSearch] = {
    "first page": RecipeSearch(),
    "page at offset 200": RecipeSearch(offset=200),
    "one fruit": RecipeSearch(fruits=("strawberry",)),
    "two fruits": RecipeSearch(fruits=("strawberry", "rhubarb")),
    "five fruits": RecipeSearch(fruits=("apple", "pear", "plum", "lemon", "quince")),
    "fruit, kind, tested": RecipeSearch(fruits=("strawberry",), kind="jam", tested=True),
    "words": RecipeSearch(q="spiced plum jam"),
    "words with a typo": RecipeSearch(q="strawbery jam"),
    "words that are not there": RecipeSearch(q="zucchini"),
    "time, difficulty, source": RecipeSearch(max_minutes=60, difficulty="easy", source="hill farm"),
    "what I have": RecipeSearch(fruits=("strawberry", "rhubarb"), have="strawberry:700g"),
}


def varied(shipped: Content, count: int) -> Iterator[Recipe]:
    """`count` recipes; the same every time."""
    chance = random.Random(6)  # noqa: S311 (nothing secret)
    fruits = [fruit.name for fruit in shipped.fruits]
    texts = [recipe.model_dump(mode="json", by_alias=True) for recipe in shipped.recipes]
    for number in range(count):
        recipe = dict(texts[number % len(texts)])
        if number >= len(texts):
            recipe |= _another(recipe, chance, fruits)
        recipe |= {"id": number + 1, "slug": f"r-{number + 1}"}
        yield Recipe.model_validate_json(json.dumps(recipe))


def _another(recipe: dict[str, Any], chance: random.Random, fruits: list[str]) -> dict[str, object]:
    others = [name for name in recipe["fruits"] if name not in recipe["primary_fruits"]]
    primary = chance.sample(fruits, len(recipe["primary_fruits"]))
    times = {"prep_minutes": chance.randrange(10, 60), "cook_minutes": chance.randrange(10, 120), "rest_minutes": 0}
    named = " and ".join(primary).replace("_", " ")
    return {
        "title": f"{chance.choice(STYLES)} {named} {recipe['kind']} of {chance.choice(HOUSES)}"[:120],
        "primary_fruits": primary,
        "fruits": list(dict.fromkeys((*primary, *others))),
        "ingredients": [
            line | {"quantity": line["quantity"] and round(line["quantity"] * chance.uniform(0.5, 2), 2)}
            for line in recipe["ingredients"]
        ],
        "times": times | {"total_minutes": times["prep_minutes"] + times["cook_minutes"]},
        "tested": chance.random() < 0.2,
        "rating": round(chance.uniform(2, 5), 1) if chance.random() < 0.7 else None,
        "review_count": chance.randrange(500),
        "source": f"{chance.choice(HOUSES)}, page {chance.randrange(300)}",
    }


def resident_mb() -> float:
    """Private and shared memory of this process in MB, after everything that is free was given back."""
    gc.collect()
    release_free_memory()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def measured(count: int) -> dict[str, object]:
    """One size, in this process."""
    shipped = load_content()
    text = json.dumps([json.loads(one.model_dump_json()) for one in varied(shipped, count)]).encode()
    before = resident_mb()
    started = time.perf_counter()
    recipes = RECIPES.validate_json(text)
    parsed = time.perf_counter()
    content = Content(shipped.fruits, recipes)
    snapshot = Snapshot(content, version=1)
    built = time.perf_counter()
    estimate = Snapshot.estimated_bytes(content)
    del recipes, content
    return {
        "recipes": count,
        "json_mb": round(len(text) / 1e6, 1),
        "memory_mb": round(resident_mb() - before, 1),
        "estimated_mb": round(estimate / 1e6, 1),
        "read_json_s": round(parsed - started, 3),
        "build_s": round(built - parsed, 3),
        "queries_ms": {name: asked(snapshot, search) for name, search in QUERIES.items()}
        | {"one recipe by id": timed(lambda: one_json(snapshot, count // 2))},
        "memory_after_queries_mb": round(resident_mb() - before, 1),
    }


def asked(snapshot: Snapshot, search: RecipeSearch) -> dict[str, float]:
    return timed(lambda: page_json(snapshot, search))


def timed(work: Callable[[], object]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    work()
    found = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return {"p50": round(percentile(found, 0.5), 3), "p99": round(percentile(found, 0.99), 3)}


def shipped_loads() -> dict[str, float]:
    """Milliseconds, best of five: from YAML to content, from PostgreSQL to content, from content to snapshot."""
    content = load_content()
    return {
        "yaml_to_content_ms": best(load_content),
        "postgresql_to_content_ms": _from_postgresql(content),
        "content_to_snapshot_ms": best(lambda: Snapshot(content, version=0)),
    }


def best(work: Callable[[], object]) -> float:
    found = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return round(min(found), 1)


def _from_postgresql(content: Content) -> float:
    """Milliseconds to read the shipped content from a local PostgreSQL."""

    async def timed_load(url: str) -> float:
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            found = []
            for _ in range(5):
                started = time.perf_counter()
                await load(connection)
                found.append((time.perf_counter() - started) * 1000)
            return round(min(found), 1)

    with tempfile.TemporaryDirectory(prefix="jamhot-growth-") as folder:
        Path(folder).chmod(0o755)
        with EmbeddedPostgres(Path(folder) / "server", durable=False) as url:
            migrate(url)
            with psycopg.connect(url) as connection:
                populate(connection, content)
            return asyncio.run(timed_load(url))


def in_a_process(count: int) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.catalog_growth", "--only", str(count)]
    found: dict[str, object] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the figures go")
    parser.add_argument("--only", type=int, help="one size, printed and not kept")
    asked_for = parser.parse_args()
    if asked_for.only:
        print(json.dumps(measured(asked_for.only)))
        return
    figures = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "shipped": shipped_loads(),
        "sizes": [in_a_process(count) for count in SIZES],
    }
    print(json.dumps(figures, indent=2))
    asked_for.out.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
