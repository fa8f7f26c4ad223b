"""The Jamdex: all recipes, by what a person wants of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast, get_args
from urllib.parse import urlencode

from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.desk import Desk
from jamhot.answers.types import FruitAnswer, RecipePage
from jamhot.catalog.types import Difficulty, Kind
from jamhot.web import views
from jamhot.web.home import fruit_or_none

PAGE = 60
MOST_TEXT = 100
"""Characters of a search that are looked at; the API takes as many."""
DIFFICULTIES: tuple[Difficulty, ...] = get_args(Difficulty)
TIMES: Final = {"30": "half an hour", "60": "an hour", "120": "two hours", "240": "four hours"}
SORTS: Final = {"title": "A to Z", "best": "best first"}
TESTED: Final = {"yes": "tested only", "no": "traditional only"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, cleaned: what makes no sense there is empty."""

    q: str
    fruit: str
    kind: str
    tested: str
    time: str
    difficulty: str
    sort: str

    @property
    def any(self) -> bool:
        return any((self.q, self.fruit, self.kind, self.tested, self.time, self.difficulty))

    def address(self, page: int) -> str:
        said = {name: getattr(self, name) for name in self.__slots__}
        if said["sort"] == "title":
            said["sort"] = ""
        return f"/jamdex?{urlencode({name: value for name, value in (*said.items(), ('page', page)) if value})}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of recipes.

    `before` and `after` are the addresses of the pages beside it; `message` says what was not found, or read otherwise.
    """

    asked: Asked
    fruit: FruitAnswer | None
    total: int
    page: int
    pages: int
    message: str | None
    cards: list[views.Card]
    before: str | None
    after: str | None


def listing(desk: Desk, query: Mapping[str, str]) -> Listing:
    """The recipes that meet the form; what makes no sense in it is left out, as a person would."""
    asked = _asked(query)
    fruit = fruit_or_none(desk, asked.fruit) if asked.fruit else None
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1
    found, number, last = _page(desk, _search(asked, fruit), number)
    missing = f"No fruit here is called “{asked.fruit}”; these are of any fruit." if asked.fruit and not fruit else None
    return Listing(
        asked=asked,
        fruit=fruit,
        total=found.total_count,
        page=number,
        pages=last,
        message=missing or found.message,
        cards=[views.card(recipe, desk.snapshot.fruits) for recipe in found.recipes],
        before=asked.address(number - 1) if number > 1 else None,
        after=asked.address(number + 1) if number < last else None,
    )


def _asked(query: Mapping[str, str]) -> Asked:
    said = {name: text[:MOST_TEXT].replace("\x00", " ").strip() for name, text in query.items()}

    def one_of(name: str, known: Mapping[str, str] | tuple[str, ...], otherwise: str = "") -> str:
        return said.get(name, "") if said.get(name) in known else otherwise

    return Asked(
        q=said.get("q", ""),
        fruit=said.get("fruit", "")[:60],
        kind=one_of("kind", views.KINDS),
        tested=one_of("tested", TESTED),
        time=one_of("time", TIMES),
        difficulty=one_of("difficulty", DIFFICULTIES),
        sort=one_of("sort", SORTS, "title"),
    )


def _search(asked: Asked, fruit: FruitAnswer | None) -> RecipeSearch:
    return RecipeSearch(
        fruits=(fruit.name,) if fruit else (),
        q=asked.q or None,
        kind=cast("Kind", asked.kind) if asked.kind else None,
        tested={"yes": True, "no": False}.get(asked.tested),
        difficulty=cast("Difficulty", asked.difficulty) if asked.difficulty else None,
        max_minutes=int(asked.time) if asked.time else None,
        limit=PAGE,
        order="best" if asked.sort == "best" else "title",
    )


def _page(desk: Desk, asked: RecipeSearch, number: int) -> tuple[RecipePage, int, int]:
    """Page `number`, counted from 1, or the nearest there is; which it is, and which is the last."""
    found = desk.recipes(replace(asked, offset=max(number - 1, 0) * PAGE))
    last = max((found.total_count - 1) // PAGE + 1, 1)
    if number > last:
        found = desk.recipes(replace(asked, offset=(last - 1) * PAGE))
    return found, min(max(number, 1), last), last
