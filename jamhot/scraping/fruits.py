"""Which fruits a text speaks of: the longest whole-word match over the catalogue's names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from jamhot.catalog.build import SEED, load_fruit_entries
from jamhot.catalog.names import normalise

ALSO_CALLED: Final = {
    "currant": "redcurrant", "muscadine": "grape", "scuppernong": "grape", "concord": "grape", "pluot": "plum",
    "plumcot": "plum", "prune": "plum", "satsuma plum": "plum",
    "bosc": "pear", "bartlett": "pear", "anjou pear": "pear", "honeycrisp": "apple", "gala apple": "apple",
    "cantaloupe melon": "melon", "canteloupe": "melon", "mandarine": "mandarin", "tangerine": "mandarin",
    "strawberrie": "strawberry", "strawbery": "strawberry", "rasberry": "raspberry", "rhubard": "rhubarb",
    "blackraspberry": "raspberry", "black raspberry": "raspberry", "red plum": "plum",
    "italian prune plum": "plum", "victoria plum": "plum",
    "quetsche": "plum", "zwetschgen": "plum",
    "crabapple": "crab_apple", "crab": "crab_apple", "tomatoe": "tomato", "roma tomato": "tomato",
    "persimon": "persimmon", "mangoe": "mango", "haskap berry": "honeyberry",
    "black berry": "blackberry", "blue berry": "blueberry", "straw berry": "strawberry", "goose berry": "gooseberry",
    "seville marmalade": "seville_orange", "pie cherry": "sour_cherry", "maraschino cherry": "cherry",
    "goosberry": "gooseberry", "raspberrie": "raspberry", "applesauce": "apple", "apple sauce": "apple",
    "ugli fruit": "tangelo", "minneola": "tangelo",
}  # fmt: skip
"""Names that pages use and the catalogue does not, and common slips of the pen."""
UNLISTED: Final = (
    "sloe", "rowan", "rowanberry", "rowan berry", "hawthorn", "hawthorn berry", "haw", "saskatoon", "saskatoon berry",
    "serviceberry", "juneberry", "aronia", "aronia berry", "chokeberry", "buffaloberry", "salmonberry",
    "thimbleberry",
    "dewberry", "olallieberry", "youngberry", "medlar", "yuzu", "calamansi", "bergamot", "citron", "soursop",
    "salal", "oregon grape", "autumn olive", "autumn olive berry", "beautyberry", "bumbleberry", "jumbleberry",
    "mixed berry", "mixed berries", "berry", "berries", "fruit", "fruits", "citrus", "triple berry", "summer fruit",
    "stone fruit", "raisin", "sultana", "myrtle berry", "cornelian cherry", "calamondin", "quandong", "lilly pilly",
    "riberry", "hedgerow", "amla", "orchard fruit", "garden fruit", "forest fruit", "tutti frutti",
    "davidson plum", "finger lime", "kaffir lime", "maypop", "pawpaw", "mulberrie", "boysen", "sorb",
)  # fmt: skip
"""Fruits that the catalogue does not name, and words for fruits in general."""
NOT_FRUIT: Final = (
    "lemon balm", "lemon thyme", "lemon verbena", "lemon pepper", "lemon basil", "lemon grass", "lemon lime soda",
    "lemon extract", "lemon flavoring", "orange extract", "orange blossom water", "orange blossom",
    "orange flower water",
    "orange flower", "orange liqueur", "orange food coloring", "lime leaf", "lime leaves", "makrut lime leaves",
    "kaffir lime leaves", "kaffir lime leaf", "fig leaves", "fig leaf", "grape leaves", "grape leaf", "cherry leaves",
    "blackcurrant leaves", "peach leaves", "sugar plum", "plum sauce", "apple pie spice", "pumpkin pie spice",
    "pumpkin spice", "pumpkin seeds", "pumpkin seed", "apple mint", "pineapple mint", "pineapple sage", "apple corer",
    "cherry pitter", "grape seed oil", "grapeseed oil", "coconut oil", "coconut sugar", "coconut milk",
    "coconut cream",
    "coconut water", "coconut flour", "coconut extract", "date sugar", "best before date", "use by date", "to date",
    "date of", "fruit pectin", "fruit fresh", "fruit preserver", "fruit pectin crystals", "fruit protector",
    "sure jell fruit pectin", "kiwi extract", "passion flower", "dried currant", "dried currants", "zante currants",
    "juniper berries", "juniper berry",
    "juniperberry", "juniperberries", "allspice berries", "allspice berry", "berry sugar", "fruit sugar",
    "wheat berries",
    "berry spoon", "fruit salt", "dragons eye", "tomato ketchup", "tomato sauce", "tomato paste", "tomato puree",
    "orange jello", "orange gelatin", "cherry gelatin", "lemon gelatin", "cherry wood", "apple wood", "apple corers",
    "rose hip tea", "big apple", "apple of my eye", "cherry on top", "cherry bomb", "cherry peppers", "cherry pepper",
    "melon baller", "banana pepper", "banana peppers", "banana shallots", "banana shallot", "plum pudding",
    "fig newton",
    "black mission", "date night", "orange pepper", "orange peppers", "orange bell pepper", "lime salt", "pie spice",
)  # fmt: skip
"""Phrases that hold a fruit's name and mean something else."""
TOO_SHORT: Final = frozenset(
    {"gage", "gean", "anar", "biwa", "kaki", "granada", "seville", "crab", "concord", "haw", "poha", "josta"}
    | {"apple pear", "apple pears"}
)
"""Names that are common words or places, which count only as plurals or before a word of fruit; and an "apple pear
butter" is of two fruits."""
_ANY_BERRY: Final = r"[a-z]{3,}berr(?:y|ies)"
"""What ends so is a fruit, whether anybody lists it or not: crowberry, nannyberries."""
_PAIRED: Final = re.compile(
    r"\b(red|white|black|pink|sweet|sour|tart) (?:and|&|or) (red|white|black|pink|sweet|sour|tart) (currants?|"
    r"cherr(?:y|ies))\b"
)
""" "red and white currant" names two fruits."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A fruit in a text: its canonical name (None: one the catalogue does not name) and the words, as normalised."""

    name: str | None
    words: str
    start: int
    end: int


def plain(text: str) -> str:
    """Lower case words with single blanks; punctuation other than commas and brackets becomes blanks."""
    words = " ".join(re.sub(r"[^\w,()/&+.%]+", " ", normalise(text)).split())
    return _PAIRED.sub(r"\1 \3 and \2 \3", words)


class FruitFinder:
    """Finds fruits by name; where names overlap the longest counts."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._names: dict[str, str | None] = {}
        for phrase in NOT_FRUIT:
            self._names[phrase] = ""
        for spelt, name in names:
            self._add(spelt, name)
        for spelt, name in ALSO_CALLED.items():
            self._add(spelt, name)
        for spelt in UNLISTED:
            self._add(spelt, None)
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))}|{_ANY_BERRY})(?!\w)")

    def _add(self, spelt: str, name: str | None) -> None:
        word = plain(spelt)
        for form in _forms(word):
            if form not in TOO_SHORT:
                self._names.setdefault(form, name)

    def mentions(self, text: str) -> list[Mention]:
        """Every fruit that `text` names, in the order of the text, repeated names included."""
        found = []
        for match in self._pattern.finditer(plain(text)):
            name = self._names.get(match.group())
            if name != "":
                found.append(Mention(name, match.group(), match.start(), match.end()))
        return found

    def names(self, text: str) -> tuple[str, ...]:
        """Canonical names of the fruits in `text`, each once, in the order of the text."""
        return tuple(dict.fromkeys(m.name for m in self.mentions(text) if m.name))


def _forms(word: str) -> tuple[str, ...]:
    """The singular and plurals of a name."""
    if word.endswith("y") and not word.endswith(("ey", "ay", "oy")):
        return word, f"{word[:-1]}ies", f"{word}s"
    if word.endswith(("ch", "sh", "s", "x")):
        return word, f"{word}es"
    if word.endswith("o"):
        return word, f"{word}s", f"{word}es"
    return word, f"{word}s"


@cache
def finder() -> FruitFinder:
    """Over the names of the content files; read once, a fifth of a second."""
    entries = load_fruit_entries(SEED)
    names = [(spelt, e.name) for e in entries for spelt in (e.name, e.display_name, e.plural, *e.other_names)]
    return FruitFinder(names)


@cache
def broader() -> dict[str, str]:
    """Finer kind → the fruit it is a kind of ("sour_cherry" → "cherry")."""
    return {entry.name: entry.kind_of for entry in load_fruit_entries(SEED) if entry.kind_of}
