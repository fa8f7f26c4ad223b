"""Coverage: which fruits the catalogue knows, which the model names, and which to write next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jamhot.database.catalog_store import SyncConnection
from jamhot.database.failures import translated
from jamhot.database.locks import WRITER

ENOUGH_RECIPES = 2

MARK = """
    UPDATE public.fruits SET recognizable = coalesce(ai_identifier = ANY (%(labels)s), false)
    WHERE recognizable IS DISTINCT FROM coalesce(ai_identifier = ANY (%(labels)s), false)
    RETURNING fruit_name
"""
UNKNOWN_LABELS = """
    SELECT label FROM unnest(%(labels)s::text[]) label
    WHERE NOT EXISTS (SELECT FROM public.fruits WHERE ai_identifier = label) ORDER BY label COLLATE "C"
"""
READ = 'SELECT fruit_name, covered, recognizable, recipe_count FROM public.coverage ORDER BY fruit_name COLLATE "C"'


@dataclass(frozen=True, slots=True)
class FruitCoverage:
    """One fruit. `recognizable` is None while nobody told which labels the model has."""

    name: str
    covered: bool
    recognizable: bool | None
    recipes: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """All fruits by name, how many rows this run changed, and labels that no fruit carries."""

    fruits: tuple[FruitCoverage, ...]
    changed: int
    unknown_labels: tuple[str, ...]

    @property
    def covered(self) -> list[FruitCoverage]:
        return [fruit for fruit in self.fruits if fruit.covered]

    @property
    def uncovered(self) -> list[FruitCoverage]:
        return [fruit for fruit in self.fruits if not fruit.covered]

    @property
    def unseen(self) -> list[FruitCoverage]:
        """Fruits that the model does not name."""
        return [fruit for fruit in self.fruits if fruit.recognizable is False]

    @property
    def few_recipes(self) -> list[FruitCoverage]:
        return [fruit for fruit in self.covered if fruit.recipes < ENOUGH_RECIPES]

    @property
    def next_to_write(self) -> list[FruitCoverage]:
        """What is missing, most wanted first.

        A fruit that a photo is answered with and that we know nothing of comes first, then covered ones with few
        recipes, then what no camera sees; within each, those that recipes already speak of.
        """
        wanted = [fruit for fruit in self.fruits if not fruit.covered or fruit.recipes < ENOUGH_RECIPES]
        return sorted(wanted, key=_urgency)


def _urgency(fruit: FruitCoverage) -> tuple[int, int, str]:
    if fruit.covered:
        return (1, fruit.recipes, fruit.name)
    return (2 if fruit.recognizable is False else 0, -fruit.recipes, fruit.name)


def update_coverage(connection: SyncConnection, recognizable: Collection[str] | None) -> Coverage:
    """Stores which fruits the model names and tells how the catalogue covers them: one transaction, idempotent.

    Args:
        recognizable: the model's labels; None when they are not known, which leaves what is stored.

    Raises:
        DatabaseError: unreachable, or not migrated.
    """
    with translated(), connection.transaction():
        for statement in WRITER:
            connection.execute(statement)
        changed, unknown = 0, []
        if recognizable is not None:
            labels = {"labels": list(recognizable)}
            changed = len(connection.execute(MARK, labels).fetchall())
            unknown = [row[0] for row in connection.execute(UNKNOWN_LABELS, labels).fetchall()]
        fruits = tuple(FruitCoverage(*row) for row in connection.execute(READ).fetchall())
    return Coverage(fruits, changed, tuple(unknown))
