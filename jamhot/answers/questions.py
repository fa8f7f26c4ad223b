"""Questions that tell two look-alikes apart: the one place to write another.

Chosen from the model's confusions (the card's `accuracy.confusions`). A person answers by looking, feeling or cutting;
nothing here asks anybody to taste what they do not know. Wild berries are not told apart for eating: their warnings
are said beside, whatever the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """`text` with what the answer is for each of the two, by label."""

    text: str
    answers: Mapping[str, str]


def question_for(labels: Iterable[str]) -> PairQuestion | None:
    """The question between exactly these two labels; None where there is none, or they are not two."""
    return _BY_PAIR.get(frozenset(labels))


def everything() -> tuple[PairQuestion, ...]:
    """All questions."""
    return _ALL


def _ask(text: str, **answers: str) -> PairQuestion:
    return PairQuestion(text, MappingProxyType(answers))


_ALL = (
    _ask("Is the skin fuzzy?", peach="yes, like felt", nectarine="no, smooth and shiny"),
    _ask("Is the skin fuzzy?", peach="yes, like felt", plum="no, smooth, often with a dusty bloom"),
    _ask("Is the skin fuzzy?", peach="yes, like felt", apple="no, smooth"),
    _ask("How big is it?", peach="as big as a fist", apricot="as big as an egg, orange all through"),
    _ask("Is the skin velvety?", apricot="yes, finely", plum="no, smooth, with a dusty bloom"),
    _ask("Is the skin dimpled, and does it peel?", mandarin="yes, with tiny pores", apricot="no, it is velvety"),
    _ask("Is the skin dimpled like leather?", orange="yes, with tiny pores", apricot="no, it is velvety"),
    _ask("Is there one big stone in it?", apricot="yes, and it comes free", mango="a flat one that clings"),
    _ask("Has it a core with pips, or one stone?", apple="a core with pips", nectarine="one stone"),
    _ask("Has it a core with pips, or one stone?", apple="a core with pips", plum="one stone"),
    _ask("What colour is the flesh at the stone?", nectarine="often red there", plum="one colour throughout"),
    _ask("How big is the stone?", nectarine="as a walnut, deeply furrowed", cherry="as a pea, smooth"),
    _ask("Is there a little crown at the end?", pomegranate="yes, stiff and dry", apple="no, only a dent"),
    _ask("Is there a little crown at the end?", pomegranate="yes, stiff and dry", nectarine="no, a smooth end"),
    _ask("Are these seeds or berries?", pomegranate="angular seeds in red jelly", cranberry="round, whole berries"),
    _ask("What sits at the stem?", tomato="a green star of leaves", apple="a woody stalk in a dent"),
    _ask("How are the leaves at the stem?", tomato="a thin green star", persimmon="four broad, dry leaves"),
    _ask("Are there seeds on the outside?", strawberry="yes, all over", tomato="no, the skin is smooth"),
    _ask("Are there seeds on the outside?", strawberry="yes, all over", raspberry="no, small beads, and hollow inside"),
    _ask("Are there seeds on the outside?", strawberry="yes, all over", cranberry="no, the skin is smooth"),
    _ask("Where is the widest part?", apple="near the stem or in the middle", pear="at the bottom, with a neck above"),
    _ask("How big is it?", apple="as a fist", crab_apple="as a cherry or a walnut, on a long stalk"),
    _ask(
        "How does it peel?",
        mandarin="by hand, loosely, and it is flattened",
        orange="hardly without a knife, and it is round",
    ),
    _ask("What colour is it inside?", orange="orange", grapefruit="pink, red or pale yellow, and it is the bigger one"),
    _ask("How big is it?", mandarin="fits in a closed hand", grapefruit="bigger than a fist"),
    _ask(
        "What shape is it?", lemon="longer than wide, with a nipple at the end", grapefruit="round, bigger than a fist"
    ),
    _ask("What shape is it?", lemon="longer than wide, with a nipple at the end", mandarin="flattened, and orange"),
    _ask("What shape is it?", lemon="longer than wide, with a nipple at the end", orange="round, and orange"),
    _ask("What colour is the skin?", lemon="yellow", lime="green, thin, and it is smaller and rounder"),
    _ask(
        "Is the skin waxy with pores?",
        lemon="yes, and it smells when scratched",
        mango="no, smooth, with one flat stone",
    ),
    _ask(
        "Is the skin waxy with pores?", lemon="yes, and it smells when scratched", melon="no, dry; and it is far bigger"
    ),
    _ask(
        "How thick is the rind?", pomelo="as a finger, and it is as big as a head", grapefruit="thinner than a pencil"
    ),
    _ask("How big is it?", pomelo="as a head", lime="smaller than an egg"),
    _ask("How big is it?", pomelo="as a head, with a thick pale rind", lemon="as an egg"),
    _ask("What does the skin do?", pomelo="it is dimpled and thick", pear="it is smooth and thin"),
    _ask("What does the skin do?", pomelo="it is dimpled, with oil in it", mango="it is smooth, without pores"),
    _ask("How big is it?", kumquat="as an olive; the skin is eaten", orange="as a fist"),
    _ask("How big is it?", kumquat="as an olive; the skin is eaten", mandarin="fits in a closed hand"),
    _ask("Is there one big stone in it?", avocado="yes, round, in green butter", lime="no, segments full of juice"),
    _ask("How is the skin?", avocado="pebbly or leathery, green to black", pear="thin and smooth, with a long stalk"),
    _ask("How is the skin?", avocado="pebbly or leathery", mango="smooth, often red and yellow"),
    _ask("What is inside?", papaya="many black beads in the middle", mango="one flat stone"),
    _ask("What is inside?", melon="pale seeds in a hollow", watermelon="seeds all through red flesh"),
    _ask("What is inside?", papaya="many black beads in a hollow", melon="pale flat seeds in a hollow"),
    _ask(
        "What is the shell like?", passion_fruit="stiff, often wrinkled, hollow with seeds", plum="soft skin, one stone"
    ),
    _ask("What is the shell like?", mangosteen="thick and hard, white segments inside", plum="soft skin, one stone"),
    _ask(
        "How long is it?",
        banana="as a hand; sweet, peels easily",
        plantain="longer and angular; hard, cooked before eating",
    ),
    _ask("Is there a stone in it?", cherry="yes, one, and a long stalk", cranberry="no, tiny seeds and air"),
    _ask("Is there a stone in it?", cherry="yes, one, and a long stalk", blackcurrant="no, many seeds, and a dry tip"),
    _ask("Is there a stone in it?", cherry="yes, one", grape="no, or small pips; it hangs in bunches"),
    _ask("Is there a stone in it?", cherry="yes, one", redcurrant="no; clear red beads on a string"),
    _ask("What is inside?", cranberry="air, in four chambers", bearberry="dry meal and hard seeds"),
    _ask("Does it hang in a string of many?", redcurrant="yes, clear as glass", cranberry="no, one by one"),
    _ask("What is at the end of each berry?", blueberry="a little five-pointed crown", blackcurrant="a dry brown tip"),
    _ask("What is at the end of each berry?", blueberry="a little five-pointed crown", grape="nothing; it is smooth"),
    _ask(
        "What is inside?", blueberry="pale flesh, seeds hardly felt", huckleberry="dark flesh, hard seeds that crunch"
    ),
    _ask("How long is it?", honeyberry="longer than wide, like a small barrel", blueberry="round, with a crown"),
    _ask(
        "Is there one stone in it?",
        blueberry="no, seeds hardly felt",
        damson="yes, one, and it is as long as a thumb joint",
    ),
    _ask("How big is it?", plum="as an egg or bigger", damson="as a thumb joint, blue-black, and sharp"),
    _ask("Is it one berry, or made of beads?", blackberry="of beads", blackcurrant="one round berry"),
    _ask("Is it one berry, or made of beads?", blackberry="of beads", grape="one smooth berry"),
    _ask("Is it one berry, or made of beads?", blackberry="of beads", blueberry="one round berry with a crown"),
    _ask(
        "Did it grow on thorns or on a tree?",
        blackberry="on thorny canes",
        mulberry="on a tree, with a green stalk left on",
    ),
    _ask("Is it hollow inside?", raspberry="yes, like a thimble", blackberry="no, with a pale core"),
    _ask("Is it hollow inside?", raspberry="yes, like a thimble", tayberry="no, and it is twice as long"),
    _ask("Is it hollow inside?", raspberry="yes, like a thimble", loganberry="no, and it is darker and longer"),
    _ask("Are the stems covered in red hairs?", wineberry="yes, sticky ones", raspberry="no, with fine prickles"),
    _ask("Are the stems covered in red hairs?", wineberry="yes, sticky ones", blackberry="no, with hooked thorns"),
    _ask("Are the stems covered in red hairs?", wineberry="yes, sticky ones", tayberry="no, with prickles"),
    _ask("How long is it?", tayberry="up to 4 cm, a slim cone", loganberry="2 to 3 cm, dull dark red, sharper"),
    _ask("Has it a papery lantern?", physalis="yes, or had one", orange="no"),
    _ask("How is the skin?", rambutan="with long soft hairs", lychee="rough and thin, without hairs"),
    _ask("How is the skin?", longan="smooth, light brown", lychee="rough, red to brown"),
    _ask("What are the spikes like?", durian="hard, they hurt", jackfruit="short and blunt, and it is huge"),
    _ask("What are the bumps like?", breadfruit="flat, in a net", jackfruit="pointed studs"),
    _ask("Is the skin downy?", loquat="yes, with one to four big brown seeds", apricot="velvety, with one stone"),
    _ask("Are there stripes from end to end?", gooseberry="yes, pale ones", grape="no"),
)
_BY_PAIR: Mapping[frozenset[str], PairQuestion] = MappingProxyType({frozenset(one.answers): one for one in _ALL})
