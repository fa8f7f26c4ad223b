"""AllRecipes: microdata until 2018, lists with check boxes until 2021, JSON-LD since."""

from jamhot.scraping.adapters.base import Site
from jamhot.scraping.extract.cards import Layout

ALLRECIPES = Site(
    name="allrecipes",
    title="Allrecipes",
    hosts=("www.allrecipes.com", "allrecipes.com"),
    starts=("https://www.allrecipes.com",),
    recipe=r"^/recipe/\d+/|^/[a-z0-9-]+-recipe-\d+$",
    categories=("/recipes/1068/side-dish/sauces-and-condiments/canning-and-preserving/jams-and-jellies/?page={page}",),
    search="/search?q={fruit}+jam",
    layouts=(
        Layout(name="allrecipes", title="h1.recipe-summary__h1, h1#itemTitle, h1.headline, h1",
               ingredients=".checkList__line .recipe-ingred_txt, .checkList__line, li.ingredients-item, #liIngredient, "
                           "li.mntl-structured-ingredients__list-item, .mm-recipes-structured-ingredients__list-item",
               instructions=".recipe-directions__list--item, .directions li, .instructions-section-item .paragraph, "
                            ".instructions-section .section-body, .recipe-instructions li, .mntl-sc-block-group--LI",
               yields="#metaRecipeServings@content, #lblYield, .servings-count",
               prep="time[itemprop=prepTime]@datetime", cook="time[itemprop=cookTime]@datetime",
               total="time[itemprop=totalTime]@datetime",
               rating="meta[itemprop=ratingValue]@content, .rating-stars@data-ratingstars, "
                  "[id*=mntl-recipe-review-bar__rating]",
               rating_count="[itemprop=reviewCount], .review-count"),
    ),
)  # fmt: skip
