"""Ball Mason Jars (Fresh Preserving until 2021): a maker's recipes; lists without mark-up at first."""

from jamhot.scraping.adapters.base import Site
from jamhot.scraping.extract.cards import Layout

BALL = Site(
    name="ball",
    title="Ball Mason Jars",
    hosts=("www.ballmasonjars.com", "ballmasonjars.com", "www.freshpreserving.com", "freshpreserving.com"),
    starts=("https://www.ballmasonjars.com",),
    recipe=r"^/blog(?:/recipes)?\?cid=[a-z0-9-]+|^/blog/recipes/[a-z0-9-]+|^/[a-z0-9-]+(?:-recipe[a-z0-9-]*|-br\d+)\.html$",
    categories=("/recipes-ingredients/jams-jellies.html?page={page}", "/blog?fdid=recipes&fruit={fruit}"),
    search="/search?q={fruit}+jam",
    layouts=(
        Layout(name="ball", title="h1.recipe-title, h1.content-title, h1",
               ingredients=".recipe-ingredients li, .ingredients li, .recipe__ingredients li, .ingredient-list li, "
                           "#ingredients li, .recipe-ingredient",
               instructions=".recipe-directions li, .directions li, .recipe__directions li, .recipe-steps li, "
                        "#directions li",
               yields=".recipe-yield, .makes, .recipe__yield, .recipe-meta .yield",
           prep=".recipe-prep-time, .prep-time",
               cook=".recipe-cook-time, .cook-time, .processing-time",
           rating=".bv-rating-average, [itemprop=ratingValue]",
               rating_count=".bv-rating-count, [itemprop=reviewCount]"),
    ),
)  # fmt: skip
