"""Food.com (Genius Kitchen from 2017 to 2019): JSON-LD since 2016, lists with separate quantities before."""

from jamhot.scraping.adapters.base import Site
from jamhot.scraping.extract.cards import Layout

FOOD_COM = Site(
    name="food_com",
    title="Food.com",
    hosts=("www.food.com", "food.com", "www.geniuskitchen.com", "geniuskitchen.com"),
    starts=("https://www.food.com",),
    recipe=r"^/recipe/[a-z0-9-]+-\d+$",
    sitemap_names=r"sitemap",
    categories=("/ideas/jam-jelly-recipes-6712",),
    search="/search/{fruit}+jam",
    layouts=(
        Layout(name="food_com", title="header.recipe h1, .recipe-header h1, h1.fn, h1",
               ingredients=".ingredient-list > li, .recipe-ingredients__item, li[data-ingredient], "
                           "ul.ingredient-list li, .ingredients li.ingredient, .recipe-ingredients__ingredient",
               instructions=".directions-inner ol > li, .recipe-directions__step, .directions ol li, "
                            ".direction-list li, "
                            ".instructions li",
               yields=".recipe-facts__yield, .recipe-facts__servings, td.servings .count, .yield .value, .yield",
               total=".recipe-facts__time, td.time", prep=".preptime", cook=".cooktime",
               rating=".average, .rating .sr-only, .fd-rating-percent@style",
           rating_count=".count, .recipe-ratings-count"),
    ),
)  # fmt: skip
