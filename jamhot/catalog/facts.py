"""The fact sheets as committed tables: numbers, units and neutral names, so that a check needs no source text.

`python -m jamhot.catalog.facts IN OUT` was run once on the two fact sheets (`recipe_facts.jsonl`, `fruit_facts.csv`)
and wrote `seed/facts/`: `recipes.csv`, `yields.csv`, `fruits.csv` and `shingles.bin`, the hashes of every eight words
in a row that the sheets hold. `python -m jamhot.catalog.facts read TEXT… OUT` adds the hashes of other texts that a
writer has read.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

SHINGLE_WORDS = 8
HASH_BYTES = 8
UNITS = {
    "lb": "pound", "oz": "ounce", "kg": "kilogram", "g": "gram", "l": "litre", "ml": "millilitre", "qt": "quart",
    "pt": "pint", "tbsp": "tablespoon", "tsp": "teaspoon", "box": "packet",
}  # fmt: skip
IMPERIAL = frozenset({"bt"})
"""Sources whose pint is 20 fluid ounces; the other books are American."""
_PER = re.compile(r"\bper (?:\d+(?:\.\d+)? )?(lb|cup|pt|qt)\b(?: (\w+))?", re.I)
_YIELD = re.compile(
    r"(\d+)(?:-(\d+))? (?:x )?(half-pints?|pints?|6 fl oz|8 oz)(?: per (\d+) cups juice)?(?! \(as printed)"
)
_JAR_ML = {"half-pint": 236.6, "pint": 473.2, "6 fl oz": 177.4, "8 oz": 236.6}
_PART_OF_FRUIT = ("juice", "rind", "peel", "pulp", "grated rind")
_FIGURES = {
    "water": ("water_g", "nutrient_source"),
    "energy": ("energy_kcal", "nutrient_source"),
    "carbohydrate": ("carbohydrate_g", "nutrient_source"),
    "sugars": ("sugars_g", "nutrient_source"),
    "fibre": ("fibre_g", "nutrient_source"),
    "vitamin_c": ("vitamin_c_mg", "nutrient_source"),
    "pectin": ("pectin_g_100g", "pectin_g_source"),
    "titratable_acid": ("titratable_acid_pct", "titratable_acid_source"),
    "ph.low": ("ph_low", "ph_source"),
    "ph.high": ("ph_high", "ph_source"),
    "pectin_class": ("pectin_class", "pectin_class_source"),
    "acid_class": ("acid_class", "acid_class_source"),
}
_CLASSES = ("high", "medium", "borderline", "low")
_SOURCE_IDS = {
    "USDA SR28": "usda_sr28", "UGA/Clemson": "uga_ph", "houzz": "extension_ph", "Belitz": "belitz",
    "Univ. Georgia": "uga_groups", "pH range": "acid_limit", "Sew": "sew_2013", "reference.com": "fda_ph",
    "MSU": "msu_pectin", "Cruess": "cruess_mcnair", "Florida": "florida_235", "experts123": "experts123",
    "about.com": "about_pectin", "trantor": "trantor_pectin", "Hong Kong": "hk_eatsmart",
}  # fmt: skip


class FactLine(NamedTuple):
    """One ingredient of a source's recipe. `per` is what a rate refers to: sugar 0.75 cup per cup of juice."""

    recipe: str
    source: str
    name: str
    quantity: float | None
    quantity_max: float | None
    unit: str | None
    per: str | None
    optional: bool

    @property
    def imperial(self) -> bool:
        return self.source in IMPERIAL


class YieldFact(NamedTuple):
    """How many jars a source says its recipe fills, from the quantities in the table."""

    recipe: str
    jars: float
    jars_max: float
    jar_ml: float


class FruitFact(NamedTuple):
    """One figure of a fruit per 100 g, or its class, with the source's id in `sources.yaml`."""

    fruit: str
    field: str
    value: str
    source: str


def words(text: str) -> list[str]:
    """The words of a text as they are hashed: lower case, letters and digits only."""
    return re.findall(r"[^\W_]+", text.lower())


def shingles(text: str) -> set[bytes]:
    """Hashes of every run of `SHINGLE_WORDS` words."""
    run = words(text)
    return {
        blake2b(" ".join(run[at : at + SHINGLE_WORDS]).encode(), digest_size=HASH_BYTES).digest()
        for at in range(len(run) - SHINGLE_WORDS + 1)
    }


def read_recipe_facts(path: Path) -> dict[str, list[FactLine]]:
    """Lines by the id of the fact sheet."""
    facts: dict[str, list[FactLine]] = {}
    for row in _rows(path):
        line = FactLine(
            row["recipe"], row["source"], row["name"], _number(row["quantity"]), _number(row["quantity_max"]),
            row["unit"] or None, row["per"] or None, row["optional"] == "yes",
        )  # fmt: skip
        facts.setdefault(line.recipe, []).append(line)
    return facts


def read_yields(path: Path) -> dict[str, YieldFact]:
    """Yields by the id of the fact sheet."""
    return {
        row["recipe"]: YieldFact(row["recipe"], float(row["jars"]), float(row["jars_max"]), float(row["jar_ml"]))
        for row in _rows(path)
    }


def read_fruit_facts(path: Path) -> dict[str, list[FruitFact]]:
    """Figures by the fruit's name."""
    facts: dict[str, list[FruitFact]] = {}
    for row in _rows(path):
        facts.setdefault(row["fruit"], []).append(FruitFact(row["fruit"], row["field"], row["value"], row["source"]))
    return facts


def read_shingles(path: Path) -> frozenset[bytes]:
    data = path.read_bytes()
    return frozenset(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _number(text: str) -> float | None:
    return float(text) if text else None


def recipe_lines(recipe: Mapping[str, Any]) -> Iterable[FactLine]:
    for part in recipe["ingredients"]:
        item = part["item"]
        per = _PER.search(item)
        yield FactLine(
            recipe=recipe["id"],
            source=recipe["source_key"].lower(),
            name=_neutral(item),
            quantity=part["quantity"],
            quantity_max=part.get("quantity_max"),
            unit=UNITS.get(part["unit"], part["unit"]),
            per=f"{UNITS.get(per.group(1), per.group(1))} {per.group(2) or ''}".strip() if per else None,
            optional="optional" in item,
        )


def yields(recipe: Mapping[str, Any]) -> Iterable[YieldFact]:
    """The yield of a row, where it is in jars. The sheet's rates are by one cup of juice, and their yields by four."""
    if found := _YIELD.search(recipe.get("yield_text") or ""):
        low, high, jar, cups = found.groups()
        share = float(cups or 1)
        yield YieldFact(recipe["id"], float(low) / share, float(high or low) / share, _JAR_ML[jar.rstrip("s")])


def _neutral(item: str) -> str:
    """The thing alone: without how it is cut, in brackets or after a comma."""
    name = re.split(r",| \(| per ", item.lower())[0].strip()
    bracket = re.search(r"\(([^)]*)\)", item)
    return f"{name} {bracket.group(1)}" if bracket and bracket.group(1) in _PART_OF_FRUIT else name


def fruit_figures(row: Mapping[str, str]) -> Iterable[FruitFact]:
    for field, (column, source) in _FIGURES.items():
        if row[column] and row[source] and (not field.endswith("_class") or row[column] in _CLASSES):
            yield FruitFact(row["canonical"], field, row[column], _source_id(row[source]))


def _source_id(text: str) -> str:
    """The id of a source that the sheet writes out. Raises KeyError for one that it does not know."""
    for start, source in _SOURCE_IDS.items():
        if text.startswith(start):
            return source
    raise KeyError(text)


def convert(given: Path, made: Path) -> None:
    """Writes the four tables. Raises OSError where a sheet is not there."""
    made.mkdir(parents=True, exist_ok=True)
    sheet = (given / "recipe_facts.jsonl").read_text(encoding="utf-8")
    recipes = [json.loads(line) for line in sheet.splitlines()]
    _write_csv(made / "recipes.csv", FactLine._fields, (line for recipe in recipes for line in recipe_lines(recipe)))
    _write_csv(made / "yields.csv", YieldFact._fields, (fact for recipe in recipes for fact in yields(recipe)))
    figures = (fact for row in _rows(given / "fruit_facts.csv") for fact in fruit_figures(row))
    _write_csv(made / "fruits.csv", FruitFact._fields, figures)
    add_shingles(made / "shingles.bin", (text for r in recipes for text in (r["title"], r["steps_facts"])))


def add_shingles(path: Path, texts: Iterable[str]) -> None:
    known = read_shingles(path) if path.exists() else frozenset()
    path.write_bytes(b"".join(sorted(known.union(*map(shingles, texts)))))


def _write_csv(path: Path, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        for row in rows:
            writer.writerow(["yes" if cell is True else "" if cell in (None, False) else cell for cell in row])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit("usage: python -m jamhot.catalog.facts IN OUT | read TEXT… OUT")
    *given, made = sys.argv[1:]
    if given[0] == "read":
        add_shingles(Path(made) / "shingles.bin", (Path(text).read_text(encoding="utf-8") for text in given[1:]))
    else:
        convert(Path(given[0]), Path(made))
