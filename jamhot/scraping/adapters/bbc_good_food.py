"""BBC Good Food: microdata with tooltips until 2020, JSON-LD and `__NEXT_DATA__` since."""

from jamhot.scraping.adapters.base import Site
from jamhot.scraping.extract.cards import Layout

BBC_GOOD_FOOD = Site(
    name="bbc_good_food",
    title="BBC Good Food",
    hosts=("www.bbcgoodfood.com", "bbcgoodfood.com"),
    starts=("https://www.bbcgoodfood.com",),
    recipe=r"^/recipes/(?!collection/|category/)[a-z0-9-]+/?$|^/recipes/\d+/[a-z0-9-]+$",
    sitemap_names=r"recipe",
    categories=("/recipes/collection/jam-recipes?page={page}", "/recipes/collection/chutney-recipes?page={page}"),
    search="/search?q={fruit}+jam",
    layouts=(
        Layout(name="bbc_good_food", title="h1[itemprop=name], h1.recipe-header__title, h1.heading-1, h1",
               ingredients="li.ingredients-list__item@content, li.ingredients-list__item, "
                           ".recipe__ingredients li, .ingredients-list li, #recipe-ingredients li",
               instructions=".method__item, .recipe__method-steps li p, .method-steps__list-item p, "
                        ".grouped-list__list li p",
               yields=".recipe-details__text[itemprop=recipeYield], .recipe-cook-and-prep-details__item--servings, "
                      ".post-header__servings, .recipe-details__item--servings",
               prep=".recipe-details__cooking-time-prep", cook=".recipe-details__cooking-time-cook",
               rating="meta[itemprop=ratingValue]@content, [itemprop=ratingValue], .rating__values",
           rating_count=".rate-info"),
    ),
)  # fmt: skip
