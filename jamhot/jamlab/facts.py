"""What a fruit brings: soluble solids, pectin and acid with their ranges, from its profile or from its class."""

from __future__ import annotations

from dataclasses import dataclass

from jamhot.catalog.types import Chemistry, Fruit
from jamhot.jamlab import constants as c
from jamhot.jamlab.constants import Span
from jamhot.jamlab.types import Figure, Portion, Ranged


@dataclass(frozen=True, slots=True)
class Known:
    """Per 100 g; `estimated`: from the class, because no table has it."""

    span: Span
    source: str
    estimated: bool


def ranged(span: Span, digits: int = 2) -> Ranged:
    return Ranged(low=round(span.low, digits), value=round(span.mid, digits), high=round(span.high, digits))


def scaled(span: Span, by: float) -> Span:
    return Span(span.low * by, span.mid * by, span.high * by)


def times(span: Span, by: Span) -> Span:
    """End by end: the low of one with the low of the other."""
    return Span(*(a * b for a, b in zip(span, by, strict=True)))


def _chemistry(fruit: Fruit) -> Chemistry | None:
    return fruit.profile.chemistry if fruit.profile else None


def solids(fruit: Fruit) -> Known:
    """Between the sugars alone and all that is neither water nor fibre."""
    chem = _chemistry(fruit)
    if chem is None:
        return Known(c.SOLIDS_UNKNOWN, f"no profile: the middle of {c.SR28}", estimated=True)
    fibre = chem.fibre.value or 0.0
    sugars, water, carbohydrate = chem.sugars.value, chem.water.value, chem.carbohydrate.value
    most = 100 - water - fibre if water is not None else None
    least = sugars if sugars is not None else (carbohydrate - fibre if carbohydrate is not None else None)
    if least is None and most is None:
        return Known(c.SOLIDS_UNKNOWN, f"no figure: the middle of {c.SR28}", estimated=True)
    low, high = sorted((least if least is not None else most or 0.0, most if most is not None else least or 0.0))
    low, high = max(low, 0.5), max(high, 0.5)
    source = chem.sugars.source or chem.carbohydrate.source or c.SR28
    return Known(Span(low, (low + high) / 2, high), source, estimated=sugars is None)


def pectin(fruit: Fruit) -> Known:
    """Where a figure and a class disagree, the middle of both, and the range of both (docs/jamlab.md)."""
    chem = _chemistry(fruit)
    figure = chem.pectin.value if chem else None
    named = chem.pectin_class.value if chem else None
    by_class = c.PECTIN_BY_CLASS.get(named, c.PECTIN_BY_CLASS[None])
    if chem is None or figure is None:
        return Known(by_class, f"class {named or 'unknown'}: {c.UGA_GROUPS}; {c.BELITZ}", estimated=True)
    source = chem.pectin.source or c.BELITZ
    if named is None:
        return Known(_around(figure), source, estimated=False)
    ends = _around(figure)
    span = Span(min(ends.low, by_class.low), (figure + by_class.mid) / 2, max(ends.high, by_class.high))
    return Known(span, f"{source}; class {named}: {chem.pectin_class.source}", estimated=False)


def acid(fruit: Fruit) -> Known:
    """Titratable, as citric."""
    chem = _chemistry(fruit)
    figure = chem.titratable_acid.value if chem else None
    if chem is not None and figure is not None:
        return Known(_around(figure), chem.titratable_acid.source or c.BELITZ, estimated=False)
    named = chem.acid_class.value if chem else None
    span = c.ACID_BY_CLASS.get(named, c.ACID_BY_CLASS[None])
    return Known(span, f"class {named or 'unknown'} by its pH; {c.BELITZ}", estimated=True)


def _around(figure: float) -> Span:
    return Span(figure * (1 - c.SPREAD_OF_FIGURE), figure, figure * (1 + c.SPREAD_OF_FIGURE))


def figures(portions: tuple[Portion, ...]) -> list[Figure]:
    """What was taken for each fruit, once."""
    fruits = dict.fromkeys(one.fruit.name for one in portions)
    by_name = {one.fruit.name: one.fruit for one in portions}
    found = []
    for name in fruits:
        fruit = by_name[name]
        for what, known in (("soluble_solids", solids(fruit)), ("pectin", pectin(fruit)), ("acid", acid(fruit))):
            found.append(
                Figure.model_validate(
                    {
                        "fruit": name,
                        "what": what,
                        "grams_per_100_g": ranged(known.span),
                        "source": known.source,
                        "estimated": known.estimated,
                    }
                )
            )
    return found


def is_low_acid(fruit: Fruit) -> bool:
    """The catalogue warns of it, or its class says so."""
    chem = _chemistry(fruit)
    named = chem.acid_class.value if chem else None
    return any(one.kind == "low_acid" for one in fruit.warnings) or named in ("low", "borderline")
