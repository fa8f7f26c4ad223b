"""Serious Eats: the microformat hRecipe until 2018, JSON-LD since; the publisher's lists like AllRecipes' from 2021."""

from jamhot.scraping.adapters.base import Site
from jamhot.scraping.extract.cards import Layout

SERIOUS_EATS = Site(
    name="serious_eats",
    title="Serious Eats",
    hosts=("www.seriouseats.com", "seriouseats.com"),
    starts=("https://www.seriouseats.com",),
    recipe=r"^/recipes/\d{4}/\d{2}/.+|^/[a-z0-9-]+-recipe(?:-\d+)?/?$",
    categories=("/condiment-recipes-5117823", "/preserve-recipes-5117824"),
    search="/search?q={fruit}+jam",
    layouts=(
        Layout(name="serious_eats", title="h1.heading__title, h1.recipe-title, .hrecipe .fn, h1",
               ingredients=".recipe-ingredients li.ingredient, li.ingredient, .structured-ingredients__list-item, "
                           ".mntl-structured-ingredients__list-item, .section--ingredients li.simple-list__item",
               instructions=".recipe-procedure-text, .recipe-procedures li, .structured-project__steps li > p, "
                            "#structured-project__steps_1-0 .mntl-sc-block-group--LI",
               yields=".recipe-about .yield, .info.yield, .recipe-serving .meta-text__data",
               prep=".prep-time .meta-text__data", cook=".cook-time .meta-text__data",
               total=".total-time .meta-text__data, .info.totalTime", rating=".rating .value, [itemprop=ratingValue]",
               rating_count=".rating .count"),
    ),
)  # fmt: skip
