"""Food Network, American and British: microdata until 2016, JSON-LD besides its own lists since."""

from jamhot.scraping.adapters.base import Site
from jamhot.scraping.extract.cards import Layout

FOOD_NETWORK = Site(
    name="food_network",
    title="Food Network",
    hosts=("www.foodnetwork.com", "foodnetwork.com", "www.foodnetwork.co.uk", "foodnetwork.co.uk"),
    starts=("https://www.foodnetwork.com",),
    recipe=r"^/recipes/(?!photos|packages|articles)[a-z0-9-]+/[a-z0-9-]+-(?:recipe-)?\d+$|^/recipes/[a-z0-9-]+-recipe-?\d*$",
    categories=("/topics/jam/p/{page}", "/topics/preserves/p/{page}"),
    search="/search/{fruit}-jam-",
    layouts=(
        Layout(name="food_network", title=".o-AssetTitle__a-HeadlineText, .recipe-title h1, h1[itemprop=name], h1",
               ingredients=".o-Ingredients__a-Ingredient--CheckboxLabel, .o-Ingredients__a-Ingredient, "
                           ".o-Ingredients__a-ListItemText, .ingredients-instructions li[itemprop=ingredients], "
                           ".recipe-ingredients li, li.ingredient",
               instructions=".o-Method__m-Step, .o-Method__m-Body p, .recipe-directions-list li, .directions li, "
                            ".recipe-instructions p, .cooking-instructions",
               yields=".o-RecipeInfo__m-Yield .o-RecipeInfo__a-Description, .o-Yield .o-RecipeInfo__a-Description, "
                      ".difficulty dd:nth-of-type(2)",
               total=".o-RecipeInfo__a-Description--Total, .m-RecipeInfo__a-Description--Total, .total-time",
               rating=".gig-rating-stars@title, .rating-stars@title, [itemprop=ratingValue]",
               rating_count=".gig-rating-ratingsum, .review-count"),
    ),
)  # fmt: skip
