"""Every constant of the jam lab, each with where it comes from.

*Chosen* marks a figure for which no source gives a number: it says what the choice rests on. *Fitted* marks one that
was set by the tested recipes: the yields' by the even half of them, and `python -m benchmarks.jamlab` reports the
other half; the needs of a gel by the least that any of them has (docs/jamlab.md says what that proves and what it
does not).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from jamhot.catalog.solids import STRAINED


class Span(NamedTuple):
    """A figure with its range."""

    low: float
    mid: float
    high: float


# Sources. An address is that of the page whose text was read; a source without one was not found as text, and stands
# for what the fact sheets or the writer's memory say of it.
AIB_539: Final = "USDA Complete Guide to Home Canning, AIB 539, guide 7 (edis.ifas.ufl.edu/he314)"
MCGEE: Final = (
    "H. McGee, On Food and Cooking (2004), Preserves: pectin 0.5–1.0 %, pH 2.8–3.5, 0.5 % acid, 60–65 % sugar "
    "(issuhub.com/view/index?id=3963&pageIndex=1154)"
)
MSU_SOFT: Final = (
    "Michigan State University Extension, Preserving Food Safely 01600631, Jelly problems: too soft "
    "(solareagle.com/PREP/PFS/01600631.HTM)"
)
MSU_STIFF: Final = (
    "Michigan State University Extension, Preserving Food Safely 01600632, Jelly problems: too stiff "
    "(solareagle.com/PREP/PFS/01600632.HTM)"
)
MSU_LITTLE_SUGAR: Final = (
    "Michigan State University Extension, Preserving Food Safely 01600960, reduced sugar "
    "(solareagle.com/PREP/PFS/01600960.HTM)"
)
MSU_REMAKE: Final = (
    "Michigan State University Extension, Preserving Food Safely 01600900, Remaking soft jellies "
    "(solareagle.com/PREP/PFS/01600900.HTM)"
)
NCHFP_CAUSES: Final = (
    "National Center for Home Food Preservation, Causes and Possible Solutions for Problems with Jellied "
    "Fruit Products (nchfp.uga.edu/how/make-jam-jelly/jams-jellies-general-information)"
)
OSU_PROBLEMS: Final = (
    "Oregon State University Extension SP 50-746, Jams and jellies: problems and solutions "
    "(extension.oregonstate.edu/food/preservation/jams-jellies-problems-solutions-sp-50-746)"
)
UGA_GROUPS: Final = (
    "University of Georgia, So Easy to Preserve (Bulletin 989): fruits in groups I, II and III "
    "(as copied at ourroadhouse.blogspot.com/2009/08/when-to-add-pectin-and-not-fruit-jams.html)"
)
RIPENESS: Final = (
    "Spayd and Morris (1981), puree of once-over harvested strawberries: acidity and protopectin fall, water-soluble "
    "pectin rises with ripeness (abstract: scilit.com/publications/7a9ee57a7ed94bacfee0d456ab3bb613)"
)
JAM_SUGAR: Final = (
    "makers of jam sugar: 1:1, 2:1 or 3:1 is fruit to sugar by weight (de.wikipedia.org/wiki/Gelierzucker); none says "
    "how much pectin"
)
BELITZ: Final = "Belitz, Grosch and Schieberle, Food Chemistry, table 18.3 (pectin, titratable acid)"
SR28: Final = "USDA SR28 (2015)"
TESTED: Final = "the tested recipes of the catalogue (docs/jamlab.md)"
STANDARD_ATMOSPHERE: Final = "ICAO standard atmosphere (ISO 2533)"
ANTOINE: Final = "Antoine equation of water, 1–100 °C (CRC Handbook of Chemistry and Physics)"
SUCROSE: Final = "sucrose in water: saturated at 66.7 % at 20 °C (Bates 1942)"

# --- what a gel needs
PECTIN_NEED_JAM: Final = 0.25
"""% of the finished jam for a soft set. Fitted. McGee's 0.5–1.0 % is a firm gel; USDA's raspberry and strawberry
jams without added pectin hold 0.26–0.30 % by the tables and set. Both are shown."""
PECTIN_NEED_JELLY: Final = 0.35
"""% of the finished jelly, which must stand by itself. Fitted."""
NEED_SPREAD: Final = 0.1
"""Of what there is of sugar, °Brix and room in the pan: no source knows the need to better than a tenth. Chosen."""
PECTIN_FIRM: Final = 0.5
"""% of the finished preserve from which it is firm (McGee)."""
ACID_NEED: Final = 0.65
"""g of acid, as citric, in 100 g of fruit, juice and lemon juice before sugar and water. Fitted: the least of the
tested recipes without added pectin, peach jam with its lemon juice, has 0.70. USDA's taste test (as tart as 1
teaspoon of lemon juice in 3 tablespoons of water and ½ teaspoon of sugar) comes to 0.5, McGee's 0.5 % of the
finished jam to 0.6–0.9."""
ACID_NEED_WITH_PECTIN: Final = 0.40
"""The same where boxed pectin is added: it brings acid of its own (MSU 01600959, not found as text), how much no box
says. Fitted."""
SUGAR_NEED: Final = 0.55
"""g of sugar a gram of fruit or juice where nothing but the fruit brings pectin. Fitted: mixed berry jam, the least
of the tested gels, has 0.57. With less the jam boils so long that its pectin breaks down and it is tough or runny
(MSU 01600631)."""
BRIX_NEED_WITH_PECTIN: Final = 50.0
"""°Brix at which boxed (high-methoxyl) pectin sets. Fitted: the tested recipes have 51–68. Makers say 59–66 for the
best gel."""
LOW_METHOXYL_NEED: Final = 0.75
"""% of low-methoxyl pectin in the finished jam. Chosen within the 0.5–3.0 % that makers give; any sugar, pH 2.5–6.5."""
MOST_FRUIT_G: Final = 2200.0
"""Fruit in one pan. USDA: do not double a recipe. The largest tested jam has 9 cups of berries, 2.1 kg."""
MOST_JUICE_G: Final = 1600.0
"""Juice in one pan: 4 to 6 cups (MSU 01600631), and the largest tested jelly, 6½ cups, 1.6 kg."""

# --- fruit where a figure is missing (per 100 g): the ranges and means of the fruits of that class that have one
PECTIN_BY_CLASS: Final[dict[str | None, Span]] = {
    "high": Span(0.5, 0.9, 1.7),
    "medium": Span(0.3, 0.5, 0.7),
    "low": Span(0.2, 0.35, 0.6),
    None: Span(0.2, 0.45, 0.9),
}
"""g. Belitz by the classes of UGA; *high* includes cranberry, gooseberry, quince, which Belitz does not list. *Low*
is under the mean of Belitz (0.5): what is measured as calcium pectate does not all gel (Baker 1997)."""
ACID_BY_CLASS: Final[dict[str | None, Span]] = {
    "high": Span(0.6, 1.3, 2.6),
    "medium": Span(0.4, 0.8, 1.2),
    "borderline": Span(0.2, 0.6, 1.4),
    "low": Span(0.1, 0.2, 0.4),
    None: Span(0.1, 0.6, 1.8),
}
"""g as citric. Belitz by the classes that pH gives."""
SOLIDS_UNKNOWN: Final = Span(6.0, 10.0, 16.0)
"""g: the middle and the ends of the berries and stone fruit in USDA SR28."""
SPREAD_OF_FIGURE: Final = 0.3
"""Of a measured figure, both ways: strawberries of one table differ so by variety. Chosen; apple's pectin alone is
printed as 0.14–0.96 %."""
PECTIN_RIPENESS: Final = {"under": Span(1.0, 1.15, 1.3), "just": Span(1.0, 1.0, 1.0), "over": Span(0.5, 0.7, 0.9)}
ACID_RIPENESS: Final = {"under": Span(1.0, 1.2, 1.4), "just": Span(1.0, 1.0, 1.0), "over": Span(0.6, 0.8, 1.0)}
"""Directions: RIPENESS, MSU_SOFT (overripe: too little pectin), OSU_PROBLEMS (overripe: too little acid). Sizes chosen;
the range is as wide as the shift itself, both ways."""
PECTIN_FROZEN: Final = Span(0.8, 0.95, 1.0)
"""Of a fruit's pectin after the freezer. Chosen: cooks say that frozen fruit sets a little less well, no source that
was found measured it, so the range is widened downwards and the middle hardly moves. Acid and sugar stay."""
JUICE_KEEPS_PECTIN: Final = 0.8
"""Of the fruit's pectin that its strained juice carries. Chosen: strawberry juice does not gel alone, grape juice
does."""
JUICE_FROM_FRUIT: Final = Span(STRAINED[0], 0.5, STRAINED[1])
"""g of strained juice a gram of fruit and water (catalog.solids says from where)."""

# --- what is added
LEMON_ACID: Final = Span(4.5, 4.9, 6.0)
"""g of citric acid in 100 g of lemon juice: Belitz 4.9 for lemon; bottled is made to 4.5 or more."""
LEMON_G_PER_ML: Final = 244 / 236.588
"""USDA SR28 NDB 09152, 1 cup = 244 g."""
LEMON_SOLIDS: Final = 6.0
"""g in 100 g of lemon juice: 2.5 of sugars and its acid (USDA SR28 NDB 09152)."""
LIQUID_PECTIN: Final = Span(0.02, 0.04, 0.06)
"""g of pectin a gram of liquid pectin. Chosen: no label says; industry's solutions hold 4–8 %, and 4 is what makes
USDA's recipes with a pouch come right."""
POWDERED_PECTIN: Final = Span(0.12, 0.21, 0.35)
"""g of pectin a gram of the powder in a box (the rest is dextrose and acid): 2 tablespoons, a third of a box, stand
for a pouch of 85 ml, by the makers' table."""
POUCH_G: Final = 88.0
"""A pouch of liquid pectin, 3 US fluid ounces."""
BOX_G: Final = 50.0
"""A box of powdered pectin, 1¾ oz (USDA SR28 NDB 19310)."""
DEFAULT_SUGAR: Final = {"jam": 0.85, "jelly": 0.75, "marmalade": 0.85, "butter": 0.26}
"""g a gram of fruit or juice: USDA's cup for cup, ¾–1 cup a cup of juice, marmalades 0.86, apple butter 0.26 (AIB
539)."""
SUGAR_TO_JUICE: Final = 0.615
"""g of sugar a gram of juice in a jelly: ¾ cup to the cup (150 g to 244 g), the least of AIB 539's. Juice beyond that
is boiled down before the sugar goes in."""
SUGAR_WITH_PECTIN: Final = 1.35
"""The same with boxed pectin: tested recipes 0.6–2.9, the middle of USDA's jams of crushed fruit."""
REDUCED_SUGAR: Final = 0.40
"""g a gram of fruit with low-methoxyl pectin. Chosen: half of the traditional."""

# --- how far it is boiled
GEL_BRIX: Final = Span(62.0, 65.0, 68.0)
"""°Brix at 4.4 °C above boiling: AIB 539, and McGee's 60–65 %."""
THICK_BRIX: Final = Span(27.0, 34.0, 43.0)
"""°Brix of a butter or of a spread with little sugar that is thick. Fitted on the even half: AIB 539's apple butter
comes to 27, its spreads to 33 and 33; SR28's apple butter (NDB 19294) to 43. Their mean."""
THICK_SWEET_BRIX: Final = Span(45.0, 51.0, 65.0)
"""The same with a jam's sugar in it, boiled until thick and not to the gel point. Fitted on the even half: NCHFP's fig
jam comes to 52, So Easy to Preserve's tomato marmalade to 50."""
GEL_ABOVE_BOILING_C: Final = 4.4
"""8 °F (AIB 539)."""
SUCROSE_SATURATED: Final = 2.0
"""g of sucrose that a gram of water holds at 20 °C (SUCROSE, from memory)."""
KEPT_TIMED: Final = 0.95
"""Of all that goes in, after a minute's boil with boxed pectin. Fitted."""
YIELD_SPREAD: Final = 0.15
"""Of the yield, both ways: what the tested recipes scatter by."""
EVAPORATION_G_PER_MIN: Final = Span(15.0, 25.0, 45.0)
"""Water driven off from a pan of 24–30 cm on a kitchen's hob at a full boil. Chosen from the tested recipes' own
times."""
DENSITY_LINEAR: Final = 3.87e-3
DENSITY_SQUARE: Final = 1.6e-5
"""g/ml at 20 °C = 1 + 0.00387 B + 0.000016 B², B in °Brix: a fit to the density table of sucrose solutions (1.179 at
40, 1.232 at 50, 1.289 at 60, 1.319 at 65 °Brix; ICUMSA), within 0.002."""
JAR_FILL: Final = 0.93
"""Of a jar's volume, to 6 mm (¼ in) below the rim (AIB 539): 18 of 237 ml in a jar 6 cm wide."""

# --- air and water
SEA_LEVEL_PA: Final = 101_325.0
LAPSE: Final = 2.25577e-5
EXPONENT: Final = 5.25588
"""p = 101325 (1 − 2.25577e-5 h)^5.25588: ISO 2533, to 11 km. From memory; a test holds it against USDA's table."""
ANTOINE_A: Final = 8.07131
ANTOINE_B: Final = 1730.63
ANTOINE_C: Final = 233.426
"""log10 p(mmHg) = A − B / (C + t). From memory; a test holds it against 100 °C at 101,325 Pa and two heights."""
PA_PER_MMHG: Final = 133.322

# --- what makes sense
LEAST_FRUIT_G: Final = 20.0
MOST_BATCH_G: Final = 20_000.0
LOWEST_M: Final = -430.0
"""The shore of the Dead Sea."""
HIGHEST_M: Final = 5_500.0
"""Nobody lives and cooks higher for long (La Rinconada, 5,100 m)."""
JAR_ML: Final = (30, 2000)
CUP_ML: Final = 236.588
"""US cup (NIST Handbook 44, appendix C)."""
DRY_PINT_ML: Final = 550.6
"""A punnet: one US dry pint (NIST Handbook 44, appendix C)."""

# --- keeping
FRIDGE_WEEKS: Final = 4
BOTTLED_LEMON_G_PER_G: Final = 0.033
"""Bottled lemon juice a gram of a low-acid fruit: NCHFP's fig jam, ¼ cup (61 g) to 2 quarts (1.86 kg) of figs."""

# --- rescue, a litre (for a US quart of 946 ml)
QUART_ML: Final = 946.353
REMAKE_LEMON_ML: Final = 29.6
"""2 tablespoons a quart."""
REMAKE_POWDER_G: Final = 11.0
"""4 teaspoons a quart; a box of 50 g holds 6 tablespoons."""
REMAKE_SUGAR_G: Final = 50.0
"""¼ cup a quart."""
REMAKE_WATER_ML: Final = 118.0
"""½ cup a quart."""
