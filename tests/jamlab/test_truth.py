"""The lab against recipes known to work, batches known to fail, and USDA's tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.jamlab import cases
from jamhot.catalog.build import load_tables
from jamhot.catalog.content import Content
from jamhot.catalog.types import Fruit, ProcessingRow
from jamhot.jamlab.altitude import boiling_point_c, fahrenheit, gel_point_c
from jamhot.jamlab.balance import weigh
from jamhot.jamlab.gel import forecast
from jamhot.jamlab.keeping import minutes
from jamhot.jamlab.mend import additions
from jamhot.jamlab.plan import make_plan
from jamhot.jamlab.recipes import batch_of, why_no_batch
from jamhot.jamlab.types import Batch, Portion
from jamhot.jamlab.weights import WEIGHTS

FILE = Path(__file__).with_name("known_failures.csv")
ROOT = Path(__file__).parent.parent.parent
FAILURES = list(csv.DictReader(line for line in FILE.read_text(encoding="utf-8").splitlines() if line[0] != "#"))
MakeBatch = Callable[..., Batch]


def test_yields_of_tested_recipes() -> None:
    stated = [one for one in cases() if one.stated]
    held_out = [one for one in stated if one.recipe.id % 2]
    assert len(stated) >= 40
    assert sum(one.near for one in stated) / len(stated) >= 0.85
    assert sum(one.near for one in held_out) / len(held_out) >= 0.85


def test_tested_recipes_set() -> None:
    found = cases()
    gels = [one for one in found if one.batch.ending != "thick"]
    for group in (found, gels):
        assert sum(one.set.verdict == "likely" for one in group) / len(group) >= 0.95


def test_there_are_enough_known_failures() -> None:
    assert len(FAILURES) >= 15
    assert all(row["source"] for row in FAILURES)


@pytest.mark.parametrize("row", FAILURES, ids=lambda row: row["what"].replace(" ", "-"))
def test_a_known_failure_is_flagged_and_mended(
    batch: MakeBatch, fruits: Mapping[str, Fruit], row: dict[str, Any]
) -> None:
    name, grams = row["fruits"].split()
    made = batch(
        {name: float(grams)}, ripeness=row["ripeness"], juice=bool(row["juice"]), kind=row["kind"],
        **{key: float(row[key]) for key in row if key.endswith("_g")},
    )  # fmt: skip
    assert forecast(made).verdict != "likely"
    assert additions(made, fruits["apple"])


def test_typical_weights_are_those_of_the_catalogue() -> None:
    measures = load_tables().measures
    for name, told in WEIGHTS.items():
        for grams, key, per in ((told.each_g, told.each_key, "each"), (told.cup_g, told.cup_key, "cup")):
            if grams is not None and key is not None:
                assert (measures[key].grams, measures[key].per) == (grams, per), name


def test_no_failure_is_named_in_the_code() -> None:
    named = {row["fruits"].split()[0] for row in FAILURES} - {"apple"}
    for path in sorted((ROOT / "jamhot" / "jamlab").glob("*.py")):
        if path.stem == "weights":
            continue
        code = [line for line in path.read_text(encoding="utf-8").splitlines() if '"""' not in line]
        quoted = {part for line in code for part in line.split('"')[1::2]}
        assert not named & quoted, path.name


ALONE = ["crab_apple", "cranberry", "redcurrant", "gooseberry", "lemon", "loganberry", "plum", "quince", "damson"]
"""So Easy to Preserve, group I: enough pectin and acid of their own, when not overripe."""
NEEDY = ["blueberry", "fig", "peach", "pear", "sweet_cherry"]
"""Group III: always need added acid, pectin or both, also as USDA's jam."""
JELLY_NEEDS_PECTIN = ["strawberry", "raspberry", "blueberry", "peach", "sweet_cherry"]
"""USDA makes their jelly only with pectin (AIB 539, guide 7; MSU 01600959)."""


@pytest.mark.parametrize("name", ALONE)
def test_fruit_with_enough_of_both_needs_nothing(batch: MakeBatch, fruits: Mapping[str, Fruit], name: str) -> None:
    assert make_plan(batch({name: 1000})).set.verdict == "likely"
    assert not additions(batch({name: 1000}), fruits["apple"])


@pytest.mark.parametrize("name", NEEDY)
def test_fruit_that_lacks_something_gets_it(batch: MakeBatch, fruits: Mapping[str, Fruit], name: str) -> None:
    assert additions(batch({name: 1000}), fruits["apple"])


@pytest.mark.parametrize("name", JELLY_NEEDS_PECTIN)
def test_a_jelly_without_pectin_of_its_own_gets_pectin_or_apple(
    batch: MakeBatch, fruits: Mapping[str, Fruit], name: str
) -> None:
    what = {one.what for one in additions(batch({name: 976}, kind="jelly", juice=True), fruits["apple"])}
    assert "powdered_pectin" in what


def test_usda_gelling_temperatures() -> None:
    """AIB 539, guide 7: °F at sea level, 1,000, … 8,000 ft."""
    table = [220, 218, 216, 214, 212, 211, 209, 207, 205]
    for thousands, printed in enumerate(table):
        assert abs(fahrenheit(gel_point_c(thousands * 304.8)) - printed) < 0.75, thousands


def test_processing_tables_are_usdas() -> None:
    """Every jar and height of seed/processing.yaml comes out as it stands there, and just below a row the last
    holds."""
    for table in load_tables().processing.values():
        rows = [ProcessingRow(jar_ml=jar, above_m=above, minutes=told)
                for jar, heights in table.jars.items() for above, told in heights.items()]  # fmt: skip
        for jar, heights in table.jars.items():
            before = None
            for above, told in sorted(heights.items()):
                assert minutes(rows, jar, above) == told
                assert minutes(rows, jar, above + 0.5) == told
                if before is not None:
                    assert minutes(rows, jar, above - 0.1) == before
                before = told
        assert minutes(rows, 2000, 0) is None


@pytest.mark.parametrize(("altitude", "minutes_told"), [(0, 5), (300, 5), (305, 10), (1828, 10), (1830, 15)])
def test_a_tested_product_gets_its_time(batch: MakeBatch, content: Content, altitude: float, minutes_told: int) -> None:
    plain = batch({"strawberry": 928}, sugar_g=800, altitude_m=altitude)
    told = make_plan(plain, content.recipes).processing
    assert (told.method, told.minutes) == ("boiling_water", minutes_told)


@pytest.mark.parametrize(
    "changed",
    [{"sugar_g": 500}, {"sweetness": "reduced"}, {"kind": "jelly"}, {"powdered_pectin_g": 50}, {"jar_ml": 900},
     {"other_g": 50}],
)  # fmt: skip
def test_what_no_table_covers_goes_to_the_fridge(batch: MakeBatch, content: Content, changed: dict[str, Any]) -> None:
    told = make_plan(batch({"strawberry": 928}, **{"sugar_g": 800, **changed}), content.recipes).processing
    assert told.method == "refrigerate"
    assert told.minutes is None
    assert told.reason


def test_low_acid_fruit_is_warned_of_and_kept_cold(batch: MakeBatch, content: Content) -> None:
    plan = make_plan(batch({"fig": 1000, "banana": 200}), content.recipes)
    assert plan.processing.method == "refrigerate"
    assert any("bottled lemon juice" in one.text for one in plan.warnings)


def test_water_boils_where_it_does() -> None:
    assert boiling_point_c(0) == pytest.approx(100.0, abs=0.05)
    assert boiling_point_c(1609) == pytest.approx(94.8, abs=0.2)
    assert boiling_point_c(5100) == pytest.approx(83.2, abs=0.5)


def test_jam_sugar_sets_as_much_fruit_as_its_pack_says(batch: MakeBatch, fruits: Mapping[str, Fruit]) -> None:
    enough = make_plan(batch({"raspberry": 1000}, jam_sugar_sets=1))
    assert (enough.sugar.sugar_g, enough.set.verdict, enough.cooking.minutes_low) == (1000, "likely", 1)
    half = batch({"raspberry": 1000}, jam_sugar_sets=1, sugar_g=500)
    assert forecast(half).verdict == "unlikely"
    assert [(one.what, one.amount) for one in additions(half, fruits["apple"])] == [("jam_sugar", 500)]
    two = make_plan(batch({"raspberry": 1000}, jam_sugar_sets=2))
    assert (two.sugar.sugar_g, two.set.verdict) == (500, "likely")
    assert "3 weeks" in two.processing.keeps
    assert any("little sugar" in one.text for one in two.warnings)


def test_frozen_and_ripe_fruit_widen_the_range(batch: MakeBatch, fruits: Mapping[str, Fruit]) -> None:
    def pectin(frozen: bool, ripeness: Any) -> tuple[float, float, float]:
        made = Batch(portions=(Portion(fruits["raspberry"], 1000, ripeness, frozen),))
        have = next(leg.have for leg in forecast(made).legs if leg.name == "pectin")
        return have.low, have.value, have.high

    fresh, frozen, over = pectin(False, "just"), pectin(True, "just"), pectin(False, "over")
    assert frozen[0] < fresh[0]
    assert frozen[1] == pytest.approx(fresh[1] * 0.95, rel=0.01)
    assert over[0] == pytest.approx(fresh[0] * 0.5, rel=0.01)
    assert over[2] == pytest.approx(fresh[2] * 0.9, rel=0.01)


def _tested(content: Content, slug: str) -> Batch:
    recipe = next(one for one in content.recipes if one.slug == slug)
    made = batch_of(recipe, {fruit.name: fruit for fruit in content.fruits})
    assert made is not None
    return made


def test_boxed_pectin_gets_the_time_of_its_own_tested_recipe(content: Content) -> None:
    boxed = _tested(content, "peach-jam-liquid-pectin")
    assert make_plan(boxed, content.recipes).processing.minutes == 5
    for changed in ({"liquid_pectin_g": 0.0, "powdered_pectin_g": 50.0}, {"water_g": 300.0}, {"liquid_pectin_g": 40.0},
                    {"sugar_g": 900.0}, {"long_boil": True}):  # fmt: skip
        told = make_plan(replace(boxed, **changed), content.recipes).processing
        assert told.method == "refrigerate", changed
        assert "tested" in told.reason


def test_a_mixture_gets_a_time_only_in_the_proportions_of_a_tested_recipe(content: Content) -> None:
    mixed = _tested(content, "blueberry-redcurrant-jam")
    assert make_plan(mixed, content.recipes).processing.method == "boiling_water"
    first, *rest = mixed.portions
    other = replace(mixed, portions=(replace(first, weight_g=first.weight_g * 2), *rest), sugar_g=3000)
    assert "other proportions" in make_plan(other, content.recipes).processing.reason


def test_the_sugar_that_the_lab_chooses_is_that_of_the_tested_recipe(batch: MakeBatch, content: Content) -> None:
    told = make_plan(batch({"strawberry": 1856}), content.recipes)
    assert told.sugar.sugar_g == 1600
    assert "As the tested recipe “Strawberry jam" in told.sugar.text
    assert told.processing.minutes == 5
    assert make_plan(batch({"strawberry": 1000, "kiwi": 500}), content.recipes).sugar.sugar_g == 1275


def test_juice_is_not_measured_as_fruit(batch: MakeBatch, content: Content) -> None:
    told = make_plan(batch({"apple": 1000}, kind="jelly", juice=True, sugar_g=500, lemon_juice_g=40), content.recipes)
    assert told.processing.method == "refrigerate"
    assert "whole fruit" in told.processing.reason


def test_as_much_water_as_fruit_for_a_jelly_is_not_counted_twice(batch: MakeBatch) -> None:
    """Half of both drips through: just as much as the fruit weighed."""
    less, same, more = (weigh(batch({"apple": 1000}, kind="jelly", water_g=water)) for water in (999.0, 1000.0, 1001.0))
    assert less.into_pan_g < same.into_pan_g < more.into_pan_g
    juice = weigh(batch({"apple": 1000}, kind="jelly", juice=True, sugar_g=500, water_g=200))
    assert juice.into_pan_g == 1700


def test_a_butter_is_not_sent_to_a_gel_point(batch: MakeBatch) -> None:
    butter = make_plan(batch({"apple": 1000}, kind="butter"))
    assert butter.gel_point.celsius is None
    assert "gel" not in butter.cooking.text
    assert butter.cooking.text.endswith("Go by how thick it is.")
    assert make_plan(batch({"apple": 1000})).cooking.text.endswith("Go by the gel point.")


def test_why_there_is_no_time_is_said_of_the_batch(batch: MakeBatch, content: Content) -> None:
    def reason(**changed: Any) -> str:
        return make_plan(batch({"strawberry": 928}, **{"sugar_g": 800, **changed}), content.recipes).processing.reason

    assert "800 g of sugar" in reason(sugar_g=500)
    assert "overripe" in reason(ripeness="over")
    assert "jar of 900 ml" in reason(jar_ml=900)
    assert "jam sugar" in reason(jam_sugar_sets=1)
    assert (
        "Nobody tested this mixture"
        in make_plan(batch({"strawberry": 500, "kiwi": 500}), content.recipes).processing.reason
    )


def test_what_the_lab_does_not_know_says_why(content: Content, fruits: Mapping[str, Fruit]) -> None:
    for recipe in content.recipes:
        if batch_of(recipe, fruits) is None:
            assert why_no_batch(recipe)
            assert recipe.kind not in ("curd", "chutney", "compote") or recipe.kind in why_no_batch(recipe)


def test_rescues_are_computed_for_the_batch(batch: MakeBatch) -> None:
    small, large = (
        {one.problem: one.text for one in make_plan(batch({"plum": grams}, sugar_g=grams)).rescue}
        for grams in (500.0, 1500.0)
    )
    assert set(small) == {"did_not_set", "too_hard", "crystals", "floating_fruit"}
    assert all(small[problem] != large[problem] for problem in small)
    assert all("boiled too long" in text for text in (small["too_hard"], large["too_hard"]))
    # (500 + 53) / 0.65 = 851 g, 298 g of it water, which holds twice its weight of sugar
    assert "851 g" in small["too_hard"]
    assert "596 g of sugar" in small["crystals"]
    jelly = {one.problem: one.text for one in make_plan(batch({"apple": 1000}, kind="jelly", juice=True)).rescue}
    assert "no pieces" in jelly["floating_fruit"]
