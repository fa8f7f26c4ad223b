"""Tables and cards, and that nothing hostile in the content reaches the page as markup."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest

from jamhot.answers import json_ld
from jamhot.answers.batch import Batch, measurable
from jamhot.catalog.content import Content
from jamhot.catalog.matching import Match
from jamhot.catalog.types import EndPointTest, Keeping, KeepingMethod, ProcessingRow, Recipe, Step, WarningKind
from jamhot.web import format as fmt
from jamhot.web import recipe as recipe_module
from jamhot.web import views
from jamhot.web.recipe import Asked, RecipeView, StepView
from jamhot.web.recipe import Line as RecipeLine
from jamhot.web.render import environment, script_data

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


def rows(*figures: tuple[int, int, int]) -> tuple[ProcessingRow, ...]:
    return tuple(ProcessingRow(jar_ml=jar, above_m=above, minutes=minutes) for jar, above, minutes in figures)


def test_a_jar_without_a_row_of_its_own_keeps_the_time_below() -> None:
    keeping = Keeping(
        method="boiling_water",
        note="A year.",
        processing=rows(
            (473, 0, 15), (473, 305, 20), (473, 1829, 25), (946, 0, 20), (946, 305, 25), (946, 914, 30), (946, 1829, 35)
        ),
    )
    table = views.processing(keeping)
    assert table is not None
    assert table.jars == ["pint (473 ml)", "quart (946 ml)"]
    assert [cells for _, cells in table.rows] == [[15, 20], [20, 25], [20, 30], [25, 35]]
    assert table.rows[1][0] == "305–914 m (1,000–3,000 ft)"


def test_a_jar_that_the_source_does_not_time_stays_empty() -> None:
    table = views.processing(
        Keeping(method="boiling_water", note="A year.", processing=rows((236, 305, 5), (473, 0, 10)))
    )
    assert table is not None
    assert table.rows[0][1] == [None, 10]


def test_no_table_without_times() -> None:
    assert views.processing(Keeping(method="refrigerate", note="Four weeks.")) is None


def test_every_processing_time_of_the_catalogue_is_shown(content: Content) -> None:
    for recipe in content.recipes:
        table = views.processing(recipe.keeping)
        shown = {minutes for _, cells in table.rows for minutes in cells} if table else set()
        assert shown - {None} == {row.minutes for row in recipe.keeping.processing}, recipe.slug


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (get_args(WarningKind), views.WARNING_NAMES),
        (get_args(EndPointTest), views.END_TESTS),
        (get_args(KeepingMethod), views.KEEPING),
        (get_args(Match), views.HEADINGS),
    ],
)
def test_every_word_of_the_catalogue_has_one_for_the_page(words: tuple[str, ...], said: dict[str, str]) -> None:
    assert set(words) == set(said)


def recipe_page(recipe: Recipe, template: str = "recipe.html") -> str:
    lines = [RecipeLine(*fmt.in_system(line, ""), line) for line in recipe.ingredients]
    shown = RecipeView(
        recipe=recipe,
        written=recipe,
        asked=Asked(),
        url=views.recipe_url(recipe),
        colours=views.PLAIN,
        fruits=[],
        lines=lines,
        steps=[StepView(step, lines) for step in recipe.instructions],
        batch=Batch(recipe, 1.0),
        stocks=measurable(recipe),
        processing=views.processing(recipe.keeping),
        ld=script_data(json_ld.encoded(json_ld.recipe_ld(recipe, [], None))),
    )
    page = environment().get_template(template)
    return page.render(view=shown, recipe=recipe, recipes=recipe_module, count=2, date="", canonical=None, path="/")


def test_hostile_text_in_a_recipe_stays_text(content: Content) -> None:
    recipe = content.recipes[0]
    hostile = recipe.model_copy(
        update={
            "title": HOSTILE,
            "summary": HOSTILE,
            "source": HOSTILE,
            "licence": HOSTILE,
            "ingredients": (recipe.ingredients[0].model_copy(update={"item": HOSTILE, "preparation": HOSTILE}),),
            "instructions": (Step(text=HOSTILE, uses=(HOSTILE,)),),
            "keeping": recipe.keeping.model_copy(update={"note": HOSTILE, "processing_source": HOSTILE}),
        }
    )
    html = recipe_page(hostile)
    assert [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag] == [
        '<script type="application/ld+json">'
    ]
    assert html.count("</script>") == html.count("<script")
    data = json.loads(html.partition('ld+json">')[2].partition("</script>")[0])
    assert data["name"] == HOSTILE
    assert "<img" not in html
    assert html.count("&lt;script&gt;") >= 9


@pytest.mark.parametrize("template", ["cook.html", "labels.html"])
def test_hostile_text_stays_text_at_the_stove_and_on_the_jar(content: Content, template: str) -> None:
    recipe = content.recipes[0]
    steps = (Step(text=HOSTILE, uses=(HOSTILE,)),)
    html = recipe_page(recipe.model_copy(update={"title": HOSTILE, "instructions": steps}), template)
    assert "<img" not in html
    assert "alert(1)</script>" not in html
    assert html.count("&lt;script&gt;") >= 2


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,<script>", "ftp://x"])
def test_a_source_address_that_is_not_of_the_web_is_no_link(content: Content, address: str) -> None:
    html = recipe_page(content.recipes[0].model_copy(update={"source_url": address}))
    assert address.split(":")[0] + ":" not in re.findall(r'href="([^"]*)"', html)
    assert not any(href.startswith(address[:5]) for href in re.findall(r'href="([^"]*)"', html))
