"""The method in our own words: what is done, how long, how hot, and how to know it is done.

A page's sentences belong to who wrote them; that jam was boiled for ten minutes is a fact. Rules find the facts, and
fixed sentences of ours tell them. No processing times: those come from tested sources alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jamhot.catalog.types import EndPoint, EndPointTest

MOST_STEPS: Final = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """Our steps, and how the page knows that it is done. `processed`: the page processes its jars in boiling water."""

    steps: tuple[str, ...]
    end_point: EndPoint
    processed: bool


_NUMBER: Final = (
    r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|half an|an?|a few)"
)
_TIME: Final = re.compile(
    rf"\b(?P<low>{_NUMBER})(?:\s*(?:-|–|to|or)\s*(?P<high>{_NUMBER}))?[\s-]*(?P<unit>min(?:ute)?s?|hours?|hrs?)\b|"
    r"\b(?P<overnight>overnight)\b",
    re.I,
)
_TEMPERATURE: Final = re.compile(r"(?P<value>\d{2,3}(?:\.\d)?)\s*(?:°|º|degrees?)?\s*(?P<unit>[CF])\b")
_TESTS: Final[tuple[tuple[EndPointTest, str], ...]] = (
    ("wrinkle", r"wrinkl|(?:cold|chilled|frozen) (?:plate|saucer)|saucer|plate test|freezer test"),
    ("sheeting", r"sheets? (?:off|from)|sheeting|spoon or jelmeter|slides? off the spoon"),
    ("mound", r"\bmounds?\b|holds? its shape|rounds? up on"),
    ("thickened", r"thick(?:en)?|coats? the back|syrupy|reduced? (?:by|to)|consistency"),
)
_BOIL: Final = r"\bboil(?:s|ed|ing)?\b"
_SIMMER: Final = r"\bsimmer"
_CANNER: Final = r"process(?:ed|ing)? (?:\w+ ){0,5}?(?:in|for|\d)|(?:boiling[- ])?water[- ]?(?:bath|canner)|canner"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A kind of work: the pattern that shows it, and our sentence; `{time}` becomes ` for 10 minutes`, or nothing."""

    name: str
    shown_by: re.Pattern[str]
    sentence: str


def _rule(name: str, pattern: str, sentence: str) -> _Rule:
    return _Rule(name, re.compile(pattern, re.I), sentence)


_RULES: Final = (
    _rule("canner", _CANNER, ""),
    _rule("jars_ready",
          r"steriliz|sterilis|(?:wash|heat|warm|prepare|boil)\w* (?:the |your |\w+ )?(?:jars|lids|canner|glasses)",
          "Have clean, hot jars ready."),
    _rule("stand", r"overnight|macerat|let (?:it |them |the \w+ )?(?:stand|sit|rest|steep|soak)|set aside|"
          r"leave (?:\w+ ){0,4}(?:to|for)|stand(?:ing)? (?:for|in)|soak", "Let it stand{time}."),
    _rule("drip", r"jelly bag|muslin|cheesecloth|strain|drip", "Strain it{time}."),
    _rule("pectin", r"pectin", "Stir in the pectin."),
    _rule("boil_hard", r"(?:rolling|full|hard)(?: \w+)? boil|boil (?:it )?(?:hard|rapidly|vigorously)",
          "Boil hard{time}, stirring."),
    _rule("simmer", _SIMMER, "Simmer{time}."),
    _rule("bring", r"bring (?:\w+ ){0,6}to (?:a|the) (?:\w+ )?boil", "Bring to the boil{boiling}."),
    _rule("boil", _BOIL, "Boil{time}, stirring."),
    _rule("bake", r"\bbake|\boven\b|roast", "Cook in the oven{time}."),
    _rule("slow_cooker", r"slow cooker|crock", "Cook in a slow cooker{time}."),
    _rule("cook", r"\bcook|\bheat\b", "Cook{time}."),
    _rule("puree", r"pur[eé]e|food mill|blend|sieve|food processor", "Make it smooth: a food mill, blender or sieve."),
    _rule("crush", r"crush|mash", "Crush the fruit."),
    _rule("prepare", r"\b(?:wash|rinse|hull|stem|peel|pit|core|stone|chop|slice|dice|quarter|halve|cut|zest|trim|"
          r"shred)\w*",
          "Wash the fruit and prepare it as the ingredients say."),
    _rule("dissolve", r"dissolv", "Warm with the sugar until it is dissolved."),
    _rule("combine", r"combine|mix|stir|add|place|put", "Put the ingredients together."),
    _rule("skim", r"\bskim", "Skim off the foam."),
    _rule("fill", r"\b(?:ladle|fill|pour|spoon|pack|pot)\w*\b.{0,60}\b(?:jars?|glasses|pots|containers?)\b",
          "Fill into the jars."),
    _rule("chill", r"refrigerat|fridge|chill", "Cool, and keep it in the fridge."),
    _rule("freeze", r"freez", "It can be frozen."),
)  # fmt: skip
"""What a sentence may tell; one sentence may tell several."""
_ORDER: Final = ("prepare", "crush", "combine", "stand", "dissolve", "drip", "pectin", "bring", "boil_hard", "boil",
                 "simmer", "slow_cooker", "bake", "cook", "puree", "skim", "jars_ready", "fill", "chill",
                 "freeze")  # fmt: skip
"""Of one sentence, what comes first."""


def summarise(instructions: Sequence[str]) -> Summary:
    """Our steps from the page's; at least one, whatever it says."""
    sentences = [part for step in instructions for part in re.split(r"(?<=[.;!])\s+", step) if part]
    told: list[tuple[str, str]] = []
    processed = False
    for sentence in sentences:
        shown = {rule.name: rule for rule in _RULES if rule.shown_by.search(sentence)}
        if "canner" in shown:
            processed = True
            continue  # processing is for tested sources
        names = [name for name in _ORDER if name in shown and _adds(name, shown)]
        told += [(name, _filled(shown[name].sentence, sentence)) for name in names]
    end = end_point(sentences)
    steps = _without_repetition(told)[:MOST_STEPS]
    steps.append(_end_sentence(end))
    return Summary(tuple(step for step in steps if step) or ("Cook as the source says.",), end, processed)


def _adds(name: str, shown: dict[str, _Rule]) -> bool:
    """A plain word says nothing beside a finer one: `bring to a boil` is not to boil."""
    finer = {
        "boil": ("boil_hard", "bring", "jars_ready"), "bring": ("boil_hard",), "bake": ("jars_ready",),
        "cook": ("boil", "boil_hard", "simmer", "bring", "bake", "slow_cooker"), "crush": ("puree",),
        "combine": ("fill", "bring", "boil", "boil_hard", "simmer", "pectin", "dissolve", "skim", "stand", "drip",
                    "chill", "crush"),
        "prepare": ("fill", "jars_ready", "skim"), "stand": ("chill",),
    }  # fmt: skip
    return not any(other in shown for other in finer.get(name, ()))


def _filled(sentence: str, said: str) -> str:
    time = _time(said)
    boiling = f" and boil for {time}" if time and re.search(r"boil (?:\w+ )?(?:for )?(?:\d|one|a)", said, re.I) else ""
    return sentence.format(
        time=f" for {time}" if time not in ("", "overnight") else f" {time}".rstrip(), boiling=boiling
    )


def _time(said: str) -> str:
    found = _TIME.search(said)
    if found is None:
        return ""
    if found["overnight"]:
        return "overnight"
    unit = "hour" if found["unit"].lower().startswith("h") else "minute"
    low, high = found["low"].lower(), (found["high"] or "").lower()
    plural = "" if not high and low in ("1", "one", "a", "an", "half an") else "s"
    return f"{low}{f' to {high}' if high else ''} {unit}{plural}"


def _without_repetition(told: list[tuple[str, str]]) -> list[str]:
    """Each sentence once; of one kind of work the first two, and the last where a time was given."""
    kept: list[str] = []
    counts: dict[str, int] = {}
    for name, sentence in told:
        timed = any(sign.isdigit() for sign in sentence)
        if sentence in kept or counts.get(name, 0) >= (2 if timed else 1):
            continue
        counts[name] = counts.get(name, 0) + 1
        kept.append(sentence)
    return kept


def end_point(sentences: Sequence[str]) -> EndPoint:
    """How the page knows that it is done, canning aside."""
    cooking = [one for one in sentences if not re.search(_CANNER + r"|oven|steriliz|sterilis", one, re.I)]
    tests: list[EndPointTest] = []
    celsius = next((value for one in cooking if (value := _set_temperature(one)) is not None), None)
    if celsius is not None:
        tests.append("thermometer")
    tests += [name for name, pattern in _TESTS if any(re.search(pattern, one, re.I) for one in cooking)]
    if not tests and any(re.search(_BOIL, one, re.I) and _TIME.search(one) for one in cooking):
        tests.append("timed")
    return EndPoint(tests=tuple(tests), celsius=celsius)


def _set_temperature(sentence: str) -> float | None:
    """°C of a jam's gel point in the sentence; ovens and canners are hotter."""
    for found in _TEMPERATURE.finditer(sentence):
        value = float(found["value"])
        celsius = value if found["unit"] == "C" else (value - 32) * 5 / 9
        if 95 <= celsius <= 112:
            return round(celsius, 1)
    return None


_ENDS: Final[dict[EndPointTest, str]] = {
    "wrinkle": "a drop on a cold plate wrinkles when it is pushed",
    "sheeting": "it runs off a spoon in a sheet",
    "mound": "it stands on a spoon",
    "thickened": "it is thick",
}
_SAYING: Final[Callable[[str], str]] = "It is done when {}.".format


def _end_sentence(end: EndPoint) -> str:
    signs = [f"it reaches {end.celsius:g} °C"] if end.celsius is not None else []
    signs += [_ENDS[test] for test in end.tests if test in _ENDS]
    return _SAYING(" or ".join(signs)) if signs else ""
