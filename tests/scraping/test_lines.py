"""An ingredient line is taken apart; what it says is never lost. The lines are ours, shaped as pages shape them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jamhot.scraping.lines import as_json, structure_line
from jamhot.scraping.types import LINE_UNITS, LineRole, RawLine

AMOUNTS = [
    ("1½–2 kg damsons", 1.5, 2, "kilogram", "damsons"),
    ("2-1/2 pounds greengages", 2.5, None, "pound", "greengages"),
    ("1 - 1/2 cups honey", 1.5, None, "cup", "honey"),
    ("3/4-1 cup cider", 0.75, 1, "cup", "cider"),
    ("6 to 7 cups sugar", 6, 7, "cup", "sugar"),
    ("2 or 3 quinces", 2, 3, None, "quinces"),
    ("1 3- to 4-pound pumpkin", 1, None, None, "pumpkin"),
    ("4cm/2in ginger", 4, None, "centimetre", "ginger"),
    ("1 ea. pomelo", 1, None, None, "pomelo"),
    ("garlic, 3 cloves, bruised", 3, None, "clove", "garlic"),
    ("green pepper (capsicum) 1/2, diced", 0.5, None, None, "green pepper"),
    ("limes 4 -5, halved", 4, 5, None, "limes"),
    ("some nutmeg", None, None, None, "nutmeg"),
    ("half a vanilla pod", 0.5, None, None, "vanilla pod"),
    ("one and a half litres of water", 1.5, None, "litre", "water"),
    ("1,250 g medlars", 1250, None, "gram", "medlars"),
    ("1&frac12; lb rhubarb", 1.5, None, "pound", "rhubarb"),
    ("l-l/2 qt. red currants", 1.5, None, "quart", "red currants"),
    ("3 T lime juice", 3, None, "tablespoon", "lime juice"),
    ("3 t mustard seed", 3, None, "teaspoon", "mustard seed"),
    ("2 c. mulberries", 2, None, "cup", "mulberries"),
    ("2 tbs rum", 2, None, "tablespoon", "rum"),
    ("4 fl. oz cider vinegar", 4, None, "fluid ounce", "cider vinegar"),
    ("2 x 400g tins lychees", 2, None, "tin", "lychees"),
    ("2 x 250 g blueberries", 500, None, "gram", "blueberries"),
    ("1 (3 fluid ounce) pouch liquid pectin", 1, None, "pouch", "liquid pectin"),
    ("One 1-3/4-ounce pkg. powdered pectin", 1, None, "package", "powdered pectin"),
    ("1 - 3 oz pouch liquid pectin", 1, None, "pouch", "liquid pectin"),
    ("1/2 of a 6-ounce bottle liquid pectin", 0.5, None, "bottle", "liquid pectin"),
    ("2 No. 2 cans crushed pineapple", 2, None, "can", "crushed pineapple"),
    ("1.2 kg/2lb 10oz loganberries", 1.2, None, "kilogram", "loganberries"),
    ("225g (8oz) caster sugar", 225, None, "gram", "caster sugar"),
    ("2 lb 4 oz tayberries", 2.25, None, "pound", "tayberries"),
    ("1 cup plus 2 tablespoons sugar", 1.125, None, "cup", "sugar"),
    ("2 heaped tbsp chestnut honey", 2, None, "tablespoon", "chestnut honey"),
    ("1 scant cup water", 1, None, "cup", "water"),
    ("a knob of butter", 1, None, "knob", "butter"),
    ("Pinch of salt", 1, None, "pinch", "salt"),
    ("a few sprigs of thyme", None, None, "sprig", "thyme"),
    ("3-inch piece of ginger", 1, None, "piece", "ginger"),
    ("a thumb-sized piece of ginger", 1, None, "piece", "ginger"),
    ("5 cloves", 5, None, None, "cloves"),
    ("5 cloves garlic", 5, None, "clove", "garlic"),
    ("2 cinnamon sticks", 2, None, None, "cinnamon sticks"),
    ("2 garlic cloves, bruised", 2, None, "clove", "garlic"),
    ("1 chopped clove garlic", 1, None, "clove", "garlic"),
    ("3 small celery sticks", 3, None, None, "celery sticks"),
    ("3 small celery stalks", 3, None, "stalk", "celery"),
    ("2 fresh thyme sprigs", 2, None, "sprig", "fresh thyme"),
    ("3cm/1¼in piece root ginger", 1, None, "piece", "root ginger"),
    ("4 x 2in/5cm pieces cassia bark", 4, None, "piece", "cassia bark"),
    ("2 tablespoons, plus 2 teaspoons, honey", 2.6667, None, "tablespoon", "honey"),
    ("1/3 cup plus 1/4 cup rum", 0.5833, None, "cup", "rum"),
    ("1/2 cup plus 1 pinch sugar", 0.5, None, "cup", "sugar"),
    ("1 level tspn canning salt", 1, None, "teaspoon", "canning salt"),
    ("(1 tablespoon kirsch)", 1, None, "tablespoon", "kirsch"),
    ("Juice of 2 lemons", 2, None, None, "lemons"),
    ("Sugar - 500 g", 500, None, "gram", "Sugar"),
    ("Cloudberries (2 lb)", 2, None, "pound", "Cloudberries"),
    ("about 4 cups crushed feijoas (from 2 quarts)", 4, None, "cup", "feijoas"),
    ("■ 300 g sloes", 300, None, "gram", "sloes"),
    ("🍋 2 citrons", 2, None, None, "citrons"),
    ("2pomelos", 2, None, None, "pomelos"),
    ("Juice 1 lime", 1, None, None, "lime"),
    ("finely grated zest and juice ½ pomelo", 0.5, None, None, "pomelo"),
    ("1 lime zest and juice", 1, None, None, "lime"),
    ("Lime peel from 3 limes", 3, None, None, "limes"),
    ("seeds scraped from 2 vanilla pods", 2, None, None, "vanilla pods"),
    ("1 lime and 1 pomelo", 1, None, None, "lime and pomelo"),
    ("¼ cup fresh juice from 3 limes", 0.25, None, "cup", "fresh lime juice"),
    ("1 cup juice from 3 peaches or tomatoes", 1, None, "cup", "peach or tomato juice"),
    ("2 cups juice of ripe cherries", 2, None, "cup", "ripe cherry juice"),
    ("bunch mint", 1, None, "bunch", "mint"),
    ("sprigs of mint", None, None, "sprig", "mint"),
    ("large thumb-size piece ginger", 1, None, "piece", "ginger"),
    ("6 thin slices of quince", 6, None, "slice", "quince"),
    ("5 thin lime slices", 5, None, "slice", "lime"),
    ("1 ½-inch slice of butter", 1, None, "slice", "butter"),
    ('1 2"-wide strip lime peel', 1, None, "strip", "lime peel"),
    ('3 3x1" strips lime peel', 3, None, "strip", "lime peel"),
    ("5 cups 1-inch pieces rhubarb", 5, None, "cup", "rhubarb"),
    ("3 pouches 3-ounce size pectin", 3, None, "pouch", "pectin"),
    ("500 ml jar passata", 500, None, "millilitre", "passata"),
    ("20g/¾oz knob of lard", 20, None, "gram", "lard"),
    ("5 250 ml jars with lids", 5, None, None, "250 ml jars with lids"),
    ("1 quart sized jar", 1, None, None, "quart sized jar"),
    ("a scant 1/2 cup honey", 0.5, None, "cup", "honey"),
    ("2 pounds, 4 ounces to 3 pounds sugar", 2.25, 3, "pound", "sugar"),
    ("½ cup or 1 stick butter", 0.5, None, "cup", "butter"),
    ("2 pounds (4 cups) cups sugar", 2, None, "pound", "sugar"),
    ("350g (12oz sultanas", 350, None, "gram", "sultanas"),
    ("4 dessert spoons cognac", 4, None, "dessertspoon", "cognac"),
    ("1.5k medlars", 1.5, None, "kilogram", "medlars"),
    ("Semi-ripe papayas – 3 (peeled)", 3, None, None, "Semi-ripe papayas"),
    ("Honey** approximately 200g depending on the fruit", 200, None, "gram", "Honey"),
    ("Chopped 3 cloves of garlic", 3, None, "clove", "garlic"),
    ("½ pint medium dry perry", 0.5, None, "pint", "medium dry perry"),
    ("1 large or 2 small lemons", 1, None, None, "lemons"),
    ("3 medium-sized or 5 little quinces, cored", 3, None, None, "quinces"),
    ("2 kg ripe or half-ripe apricots", 2, None, "kilogram", "ripe or half-ripe apricots"),
    ("1.5l jar pickling vinegar", 1.5, None, "litre", "pickling vinegar"),
    ("3 1bs. plums", 3, None, "pound", "plums"),
    ("6 x 250 ml jars that close well, lids", 6, None, None, "250 ml jars that close well"),
    ("Raspberries - 3 cups crushed", 3, None, "cup", "Raspberries"),
    ("salt to taste", None, None, None, "salt"),
    ("water to cover", None, None, None, "water"),
]


@pytest.mark.parametrize(("raw", "least", "most", "unit", "item"), AMOUNTS, ids=[row[0] for row in AMOUNTS])
def test_amount_and_item(raw: str, least: float | None, most: float | None, unit: str | None, item: str) -> None:
    line = structure_line(raw)
    assert (line.quantity, line.quantity_max, line.unit, line.item) == (least, most, unit, item)
    assert line.raw == raw


@pytest.mark.parametrize(
    ("raw", "item", "preparation", "note"),
    [
        ("4 cups finely chopped, peeled pears", "pears", "finely chopped, peeled", None),
        ("2 large quinces - peeled, cored and diced", "quinces", "peeled, cored and diced", "large"),
        ("2 tbsp freshly squeezed lemon juice", "lemon juice", "freshly squeezed", None),
        ("7 cups sugar, divided", "sugar", "divided", None),
        ("1 lb apricots, halved and stoned (about 12)", "apricots", "halved and stoned", "about 12"),
        ("1 kg ripe, sound plums", "ripe, sound plums", None, None),
        ("2 cups apple, pear, or quince juice", "apple, pear, or quince juice", None, None),
        ("zest and juice of 1 orange", "orange", "zest and juice", None),
        ("1 (20 ounce) can crushed pineapple, undrained", "crushed pineapple", "undrained", "20 ounce"),
        ("3 firm medium quinces", "firm quinces", None, "medium"),
        ("1/2 cup mild, runny honey, such as acacia", "mild, runny honey", None, "such as acacia"),
        ("1/4 cup slivered almonds", "almonds", "slivered", None),
        ("1/4 cup blanched almonds", "blanched almonds", None, None),
        ("½ tsp fresh ground black pepper", "black pepper", "fresh ground", None),
        ("salt and freshly ground pepper", "salt and pepper", "freshly ground", None),
        ("3 cups water for the pears", "water", None, "for the pears"),
        ("75g pineapple into chunky pieces", "pineapple", "into chunky pieces", None),
        (
            "3 pounds unpeeled apples, tart crab apples, or quinces",
            "apples, tart crab apples, or quinces",
            "unpeeled",
            None,
        ),
        (
            "500 g mixed damsons, gooseberries and raspberries",
            "mixed damsons, gooseberries and raspberries",
            None,
            None,
        ),
        ("1 firm, medium-size ripe quince", "firm, ripe quince", None, "medium-size"),
        ("3 cups raisins tossed in sugar", "raisins", "tossed in sugar", None),
        ("2 tbsp rum, kirsch or brandy", "rum, kirsch or brandy", None, None),
        ("2 cups sugar, caster or granulated", "sugar", "caster or granulated", None),
        ("2 lb apples, Bramley or Cox", "apples", "Bramley or Cox", None),
        ("½ tsp butter (optional)", "butter", None, "optional"),
        ("4 cups sugar, or to taste", "sugar", None, "or to taste"),
        ("2 cups frozen pitted damsons, thawed", "frozen pitted damsons", "thawed", None),
        ("1 (15 ounce) can sliced loquats, drained", "loquats", "sliced, drained", "15 ounce"),
        ("1 loosely packed cup sorrel", "sorrel", None, "loosely packed"),
        ("2 lg quinces", "quinces", None, "lg"),
        ("3 cups (tinned) lychees", "lychees", "tinned", None),
        ("1 kg greengages washed and wiped", "greengages", "washed and wiped", None),
        ("2 lb pears diced and cooked if large", "pears", "diced and cooked if large", None),
        ("5 lb apples after coring", "apples", "after coring", None),
        ("2 cups medlars sieved or mashed", "medlars", "sieved or mashed", None),
        ("2 cups or so honey", "honey", None, "or so"),
        ("1 tsp each of mace, ginger and caraway seeds", "mace, ginger and caraway seeds", None, None),
        ("3 quinces, core and skin removed", "quinces", "core and skin removed", None),
        ("2 blood, navel or Seville oranges", "blood, navel or Seville oranges", None, None),
        ("juice of 3 limes and zest of 1", "limes", "juice, and zest of 1", None),
        ("Grated rind and juice (about 90 ml) of 2 lemons", "lemons", "Grated rind and juice", None),
        ("leaves from 3 sprigs of thyme", "thyme", "leaves from", None),
        ("few juniper berries", "juniper berries", None, "few"),
        ("2 grapefruit total, sliced", "grapefruit", "sliced", "total"),
        ("50g blanched, slivered almonds", "blanched almonds", "blanched, slivered", None),
        ("400 g muscovado sugar - or any dark sugar", "muscovado sugar", None, "or any dark sugar"),
        ("2 lemon(s), sliced", "lemons", "sliced", None),
        ("250 ml freshly brewed tea", "tea", "freshly brewed", None),
        ("1/2 cup lime juice fresh or bottled", "lime juice", "fresh or bottled", None),
        ("1 can finely chopped guava", "guava", "finely chopped", None),
        ("500 g jaggery. Dark or light.", "jaggery", "Dark or light", None),
        ("2 kg quinces or same amount frozen", "quinces", None, "or same amount frozen"),
        ("2 tbsp honey more to taste", "honey", None, "more to taste"),
        ("2 cups honey adjust according to taste", "honey", None, "adjust according to taste"),
        ("4 cups medlar pulp or two tins of it", "medlar pulp", None, "or two tins of it"),
        ("1 kg sorb apples, or other tart fruit", "sorb apples", None, "or other tart fruit"),
        ("Sloes, bullaces, or other wild plums", "Sloes, bullaces, or other wild plums", None, None),
        ("60 g Stilton or grated Cheddar", "Stilton or Cheddar", "grated", None),
        ("60 g whole or chopped almonds", "whole or chopped almonds", None, None),
        ("3 cups water, boiled or filtered", "water", "boiled or filtered", None),
        ("1 cup slivered blanched almonds", "blanched almonds", "slivered blanched", None),
        ("8 medlars washed and tied up in muslin", "medlars", "washed and tied up in muslin", None),
        ("3 egg yolks beaten lightly", "egg yolks", "beaten lightly", None),
        ("2 kg oven-dried, unsulphured apricots", "oven-dried, unsulphured apricots", None, None),
        ("1 fat red chilli", "red chilli", None, "fat"),
        ("2 whole large eggs", "eggs", None, "whole, large"),
        ("200 g minced pork", "minced pork", None, None),
        ("3 medlars weighing 200 g", "medlars", None, "weighing 200 g"),
    ],
)
def test_what_is_done_to_it_and_what_is_remarked(
    raw: str, item: str, preparation: str | None, note: str | None
) -> None:
    line = structure_line(raw)
    assert (line.item, line.preparation, line.note) == (item, preparation, note)


@pytest.mark.parametrize(
    ("raw", "role", "fruits"),
    [
        ("3 lb green tomatoes", "fruit", ("tomato",)),
        ("2 cups pineapple chunks", "fruit", ("pineapple",)),
        ("1 prickly pear", "fruit", ("prickly_pear",)),
        ("3 tbsp lemon juice", "acid", ("lemon",)),
        ("juice of 1 lime", "acid", ("lime",)),
        ("2 lemons, thinly sliced", "fruit", ("lemon",)),
        ("grated zest of 1 orange", "spice", ("orange",)),
        ("1 cup apple cider vinegar", "acid", ("apple",)),
        ("500 g preserving sugar", "sugar", ()),
        ("1 cup honeydew, diced", "fruit", ("melon",)),
        ("1 box fruit pectin", "pectin", ()),
        ("1 cup water", "liquid", ()),
        ("1 tsp ground cinnamon", "spice", ()),
        ("1 tbsp unsalted butter", "other", ()),
        ("6 half-pint jars with lids and bands", "equipment", ()),
        ("1 jar raspberry jam", "other", ("raspberry",)),
        ("2 cups mixed berries", "fruit", ()),
    ],
)
def test_role_and_fruits(raw: str, role: LineRole, fruits: tuple[str, ...]) -> None:
    line = structure_line(raw)
    assert (line.role, line.fruits) == (role, fruits)


def test_a_sites_own_mark_up_is_believed_before_the_text() -> None:
    line = structure_line(
        RawLine("2 cups (300 g) sloes pricked", group="Gin", amount="2", unit="cups", item="sloes", note="pricked")
    )
    assert (line.quantity, line.unit, line.item, line.preparation) == (2, "cup", "sloes", "pricked")
    assert (line.note, line.group, line.raw) == (None, "Gin", "2 cups (300 g) sloes pricked")


def test_a_line_of_the_filter_has_the_eight_fields_and_whole_numbers() -> None:
    assert as_json(structure_line("4 cups sugar")) == {
        "raw": "4 cups sugar",
        "quantity": 4,
        "quantity_max": None,
        "unit": "cup",
        "item": "sugar",
        "preparation": None,
        "note": None,
        "role": "sugar",
    }
    assert isinstance(as_json(structure_line("4 cups sugar"))["quantity"], int)


PIECES = st.sampled_from(
    [
        "1", "2½", "1/0", "3-4", "a", "half", "x", "(", ")", ",", "-", "/", "of", "to", "or", "cups", "kg", "g", "T",
        "l", "oz.", "jar", "pouch", "plums", "juice", "sugar,", "chopped", "&amp;", "½", "zest", "'", '"', ":",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    ["1 cup plums " + "chopped and " * 48, "freshly chopped " * 36 + "pears", "finely finely chopped, " * 25],
    ids=["chopped and chopped", "freshly chopped", "finely finely"],
)
def test_a_line_of_nothing_but_work_comes_to_an_end(raw: str) -> None:
    """Each word could be read in two ways, the line in two to their number: for that a minute is nothing."""
    command = [sys.executable, "-m", "jamhot.scraping.lines"]
    told = subprocess.run(command, input=raw, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(told.stdout)["raw"] == raw


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join)))
def test_no_line_is_ever_lost(raw: str) -> None:
    line = structure_line(raw)
    assert line.raw == raw
    assert line.item or not raw.strip()
    assert line.unit is None or line.unit in LINE_UNITS
    if line.quantity is not None:
        assert 0 < line.quantity < float("inf")
        assert line.quantity_max is None or line.quantity_max > line.quantity


@given(
    st.integers(1, 40),
    st.sampled_from(["cup", "pound", "kg", "g", "tbsp", "quart"]),
    st.sampled_from(["plums", "brown sugar", "medlars"]),
)
def test_a_plain_line_is_read_whatever_its_numbers(count: int, unit: str, item: str) -> None:
    line = structure_line(f"{count} {unit} {item}")
    assert (line.quantity, line.item) == (count, item)
    assert line.unit is not None


def test_prepared_fruit_is_the_fruit_in_its_brackets() -> None:
    line = structure_line("3 cups prepared fruit (about 2 lb ripe apricots)")
    assert (line.item, line.role, line.fruits) == ("prepared fruit", "fruit", ("apricot",))


def test_what_stands_in_a_kitchen_is_equipment() -> None:
    assert {structure_line(raw).role for raw in ("Stockpot", "Potato masher", "Paper towels", "1 ladle")} == {
        "equipment"
    }
