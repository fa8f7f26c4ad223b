"""A yield phrase, as pages write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamhot.scraping.yields import as_json, structure_yield

YIELDS = [
    ("about 3 1-pint jars", 3, 3, "pint jar"),
    ("makes about six 400 g ½ lb jars", 6, 6, "400-gram jar"),
    ("6 half-pint jars", 6, 6, "half-pint jar"),
    ("Yield: About 5 to 6 half-pints", 5, 6, "half-pint"),
    ("about 7 1/2-pint jars", 7, 7, "half-pint jar"),
    ("5 (1/2 pint) jars", 5, 5, "half-pint jar"),
    ("4 ½ pints", 4.5, 4.5, "pint"),
    ("10 (8-ounce) half-pint jars", 10, 10, "half-pint jar"),
    ("Four 8-ounce jars", 4, 4, "8-ounce jar"),
    ("4 (8 ounce) jars", 4, 4, "8-ounce jar"),
    ("4 - 8 oz. jars", 4, 4, "8-ounce jar"),
    ("8 to 9 eight-ounce jars", 8, 9, "8-ounce jar"),
    ("Makes 4 x 450g jars", 4, 4, "450-gram jar"),
    ("Makes 3-4 x 1lb jars", 3, 4, "1-pound jar"),
    ("makes 5 jars (370ml each)", 5, 5, "370-millilitre jar"),
    ("8-10 500g jars", 8, 10, "500-gram jar"),
    ("one 16 oz. jar", 1, 1, "16-ounce jar"),
    ("2 (1-pint) jars", 2, 2, "pint jar"),
    ("1 quart jar", 1, 1, "quart jar"),
    ("2 dozen jars", 24, 24, "jar"),
    ("a jar", 1, 1, "jar"),
    ("Fills 3 medium jars", 3, 3, "jar"),
    ("Makes about 2.5kg/5½ lb", 2.5, 2.5, "kilogram"),
    ("5 cups (1.2 L)", 5, 5, "cup"),
    ("Makes 1.5 litres", 1.5, 1.5, "litre"),
    ("24 servings", 24, 24, "serving"),
    ("Serves 6-8", 6, 8, "serving"),
    ("64 (1 tablespoon) servings", 64, 64, "serving"),
    ("36 cookies", 36, 36, "cookie"),
    ("One batch (12 quinces) makes about 5 pints of butter", 5, 5, "pint"),
    ("It takes twenty limes to fill five jars", 5, 5, "jar"),
    ("7 half-pint/250 ml jars", 7, 7, "half-pint jar"),
    ("8 half pint or 4 pint jars", 8, 8, "half-pint jar"),
    ("fills 5 – 1/2 pint jars", 5, 5, "half-pint jar"),
    ("5 to 6 8-ounce half-pints", 5, 6, "half-pint"),
    ("6+ half-pints", 6, 6, "half-pint"),
    ("One recipe makes {7} 4oz jars", 7, 7, "4-ounce jar"),
    ("Makes 4 – 1/4 pint jars", 4, 4, "quarter-pint jar"),
    ("makes 20, 1 tbsp servings", 20, 20, "serving"),
    ("4 jars 300ml", 4, 4, "300-millilitre jar"),
    ("a scant 2 cups", 2, 2, "cup"),
    ("Makes a little over 3 cups", 3, 3, "cup"),
    ("about a cup and a half", 1.5, 1.5, "cup"),
    ("2 pints and a quarter", 2.25, 2.25, "pint"),
    ("one half-pint jar", 1, 1, "half-pint jar"),
    ("yields about (4) half-pint jars", 4, 4, "half-pint jar"),
    ("Made 6 lb jars", 6, 6, "1-pound jar"),
    ("Makes a 3 lb jar", 1, 1, "3-pound jar"),
    ("Makes 4 8-oz and 2 4-oz jars", 4, 4, "8-ounce jar"),
    ("(9) 1/2 pints", 9, 9, "half-pint jar"),
    ("Prep 20 min Cook 40 mins Serves 16", 16, 16, "serving"),
    ("we got half a dozen jars out of it", 6, 6, "jar"),
    ("A batch made eleven of the small jars", 11, 11, "jar"),
    ("8 - 4 oz servings", 8, 8, "serving"),
    ("6 - 1/2 cup servings", 6, 6, "serving"),
    ("2-9x5-inch loaves", 2, 2, "loaf"),
    ("half pint", 1, 1, "half-pint"),
    ("half a pint", 0.5, 0.5, "pint"),
    ("a half gallon", 0.5, 0.5, "gallon"),
    ("4 Weck jars (220 ml)", 4, 4, "220-millilitre jar"),
    ("6 Pint Jars", 6, 6, "pint jar"),
    ("two large jars (about 3 cups?) of sauce", 2, 2, "jar"),
    ("Fills 5 jam jars (about 1.5 kg)", 5, 5, "jar"),
    ("3 jars (1 1/2 pints)", 3, 3, "jar"),
    ("4 jars (2 cups total)", 4, 4, "jar"),
    ("4 jars (2 cups each)", 4, 4, "2-cup jar"),
    ("6 jars (about 250 ml)", 6, 6, "250-millilitre jar"),
    ("1 jar (approx. 350 g)", 1, 1, "350-gram jar"),
    ("4 jars approx 400g each", 4, 4, "400-gram jar"),
    ("3 jars holding 200 ml each", 3, 3, "200-millilitre jar"),
    ("4 jars at 250 ml each", 4, 4, "250-millilitre jar"),
    ("2 jars each weighing 300g", 2, 2, "300-gram jar"),
    ("5 (16 ounce) pint jars", 5, 5, "pint jar"),
    ("Six (6) 8-ounce jars", 6, 6, "8-ounce jar"),
    ("a scant cup", 1, 1, "cup"),
    ("a little less than a pint", 1, 1, "pint"),
    ("one biscuit tin of paste", 1, 1, "jar"),
    ("one old coffee jar full", 1, 1, "jar"),
    ("seven quilted half-pint jars", 7, 7, "half-pint jar"),
    ("3 sealed 8 oz jars", 3, 3, "8-ounce jar"),
    ("24 cookies in jars", 24, 24, "cookie"),
    ("Servings: 12 (1/3 cup each)", 12, 12, "serving"),
    ("16 (2 tablespoons each)", 16, 16, "serving"),
    ("Servings: 5 (60 g each)", 5, 5, "serving"),
    ("Servings: 30, 1 tablespoon per serving", 30, 30, "serving"),
    ("Servings: 6 half-pint jars", 6, 6, "half-pint jar"),
    ("Servings: 12 muffins", 12, 12, "muffin"),
    ("Serves 4 as a side", 4, 4, "serving"),
    ("Serving size: 1 tablespoon, 32 servings", 32, 32, "serving"),
    ("24 servings (makes 3 cups)", 3, 3, "cup"),
    ("Servings: 32 Yield: 2 pints", 2, 2, "pint"),
    ("Makes 3 cups (24 servings)", 3, 3, "cup"),
    ("24 servings (3 cups)", 24, 24, "serving"),
    ("1 kg of fruit makes 4 jars", 4, 4, "jar"),
    ("1 batch (about 3 cups)", 3, 3, "cup"),
    ("1 batch", 1, 1, "batch"),
    ("thirteen jars", 13, 13, "jar"),
    ("twenty-four 4-ounce jars", 24, 24, "4-ounce jar"),
    ("Makes enough to fill a 23cm cake", 1, 1, "cake"),
    ("12", 12, 12, None),
    ("as many jars as you have", None, None, None),
    ("", None, None, None),
]


@pytest.mark.parametrize(("raw", "least", "most", "unit"), YIELDS, ids=[row[0] for row in YIELDS])
def test_from_how_many_to_how_many_of_what(raw: str, least: float | None, most: float | None, unit: str | None) -> None:
    assert as_json(structure_yield(raw)) == {"raw": raw, "min": least, "max": most, "unit": unit}


@pytest.mark.parametrize(
    ("raw", "jar_ml", "grams"),
    [
        ("6 half-pint jars", 236.6, None),
        ("4 (8 ounce) jars", 236.6, None),
        ("2 pint jars", 473.2, None),
        ("4 x 450g jars", None, 450.0),
        ("3 x 1lb jars", None, 453.6),
        ("5 x 370 ml jars", 370.0, None),
        ("6 jars", None, None),
    ],
)
def test_a_jar_has_a_volume_or_a_weight_where_the_phrase_says(
    raw: str, jar_ml: float | None, grams: float | None
) -> None:
    found = structure_yield(raw)
    assert (found.jar_ml, found.grams) == (jar_ml, grams)


@given(st.text(max_size=60))
def test_no_phrase_is_refused(raw: str) -> None:
    found = structure_yield(raw)
    assert found.raw == raw
    assert found.least is None or (found.most is not None and 0 < found.least <= found.most)
