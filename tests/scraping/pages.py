"""Invented recipes, and pages that tell them in the shapes of real sites, old layouts and new. All text is ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from typing import Any


@dataclass(frozen=True)
class Told:
    """What a page tells, and so what must be read from it."""

    title: str
    lines: tuple[str, ...]
    steps: tuple[str, ...]
    makes: str
    rating: float | None = 4.5
    count: int = 12
    prep: str = "PT20M"
    cook: str = "PT40M"


PLUM = Told(
    "Windfall Plum Jam",
    ("1 kg ripe plums, stoned", "800 g granulated sugar", "2 tablespoons lemon juice"),
    ("Stone the plums and put them into a wide pan with the lemon juice.",
     "Simmer for 20 minutes until the skins are soft.",
     "Add the sugar and stir until it has dissolved. Boil rapidly for 15 minutes, until a drop wrinkles on a cold plate.",
     "Ladle into hot jars."),
    "5 half-pint jars",
)  # fmt: skip
PEACH = Told(
    "Slow Peach Butter",
    ("4 pounds peaches, peeled and sliced", "2 cups sugar", "1 teaspoon ground cinnamon"),
    ("Cook the peaches in a slow cooker for 6 hours.", "Stir in the sugar and cinnamon and puree with a blender.",
     "Cook for 2 hours more until thick. Keep it in the refrigerator."),
    "6 cups", 4.8, 203,
)  # fmt: skip
BLACKCURRANT = Told(
    "Garden Blackcurrant Jelly",
    ("900 g blackcurrants", "600 ml water", "700 g sugar"),
    ("Boil the blackcurrants in the water for 30 minutes.", "Strain through a jelly bag overnight.",
     "Bring the juice and the sugar to a boil and cook to 105°C."),
    "Makes 4 x 225g jars", 3.9, 7,
)  # fmt: skip
MARMALADE = Told(
    "Three-Day Orange Marmalade",
    ("1.5 kg Seville oranges", "2 lemons", "2 litres water", "2 kg sugar"),
    ("Shred the peel and soak it in the water overnight.", "Simmer for 2 hours until the peel is soft.",
     "Add the sugar and boil until it sets, about 25 minutes."),
    "8 jars", 5.0, 3,
)  # fmt: skip
TARTS = Told(
    "Jam Tarts for Tea",
    ("250 g shortcrust pastry", "6 tablespoons strawberry jam"),
    ("Roll out the pastry and line a tin.", "Fill each with jam and bake at 200C for 15 minutes."),
    "12 tarts",
)
RELISH = Told(
    "Sweet Corn Relish",
    ("6 ears of corn", "2 cups cider vinegar", "1 cup sugar", "1 onion, chopped"),
    ("Cut the corn from the ears.", "Simmer everything for 20 minutes."),
    "4 pints",
)


def _items(texts: tuple[str, ...], template: str) -> str:
    return "".join(template.format(escape(text)) for text in texts)


def _page(told: Told, head: str, body: str, url: str = "") -> str:
    canonical = f'<link rel="canonical" href="{url}">' if url else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(told.title)} | The Site</title>'
        f"{canonical}{head}</head><body><nav><ul><li>Home</li><li>Recipes</li></ul></nav>{body}"
        "<footer><p>All rights reserved</p></footer></body></html>"
    )


def thing(told: Told, **more: Any) -> dict[str, Any]:
    """The recipe as schema.org has it."""
    rating = {"@type": "AggregateRating", "ratingValue": str(told.rating), "ratingCount": told.count}
    return {
        "@type": "Recipe", "name": told.title, "recipeIngredient": list(told.lines), "recipeYield": told.makes,
        "recipeInstructions": [{"@type": "HowToStep", "text": step} for step in told.steps],
        "prepTime": told.prep, "cookTime": told.cook, "aggregateRating": rating if told.rating is not None else None,
        **more,
    }  # fmt: skip


def script(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


def json_ld(told: Told, url: str = "") -> str:
    """Every large site since 2021."""
    return _page(told, script({"@context": "https://schema.org", **thing(told)}), f"<h1>{escape(told.title)}</h1>", url)


def graph(told: Told, url: str = "") -> str:
    """Yoast's graph, as blogs and Serious Eats have it: the recipe among pages and people, its rating pointed to."""
    rating = {"@type": "AggregateRating", "@id": "#rating", "ratingValue": told.rating, "reviewCount": told.count}
    nodes = [{"@type": "WebPage", "name": "x"}, {"@type": ["Recipe", "NewsArticle"],
             **{k: v for k, v in thing(told).items() if k != "@type"}, "aggregateRating": {"@id": "#rating"}}, rating]  # fmt: skip
    return _page(
        told, script({"@context": "https://schema.org", "@graph": nodes}), f"<h1>{escape(told.title)}</h1>", url
    )


def allrecipes_2016(told: Told, url: str = "") -> str:
    lines = _items(told.lines, '<li class="checkList__line"><label><input type="checkbox"><span class="recipe-ingred_txt '
                   'added" itemprop="ingredients">{}</span></label></li>')  # fmt: skip
    steps = _items(told.steps, '<li class="step"><span class="recipe-directions__list--item">{}\n</span></li>')
    body = (
        f'<section itemscope itemtype="http://schema.org/Recipe"><h1 itemprop="name">{escape(told.title)}</h1>'
        f'<span itemprop="aggregateRating" itemscope itemtype="http://schema.org/AggregateRating"><meta itemprop='
        f'"ratingValue" content="{told.rating}"><span itemprop="reviewCount">{told.count}</span></span>'
        f'<meta itemprop="recipeYield" content="{escape(told.makes)}"><ul>{lines}<li class="checkList__line"><label>'
        f'<span class="recipe-ingred_txt white">Add all ingredients to list</span></label></li></ul>'
        f'<time itemprop="prepTime" datetime="{told.prep}">20 m</time><time itemprop="cookTime" datetime="{told.cook}">'
        f'40 m</time><ol class="recipe-directions__list" itemprop="recipeInstructions">{steps}</ol></section>'
    )
    return _page(told, "", body, url)


def allrecipes_2020(told: Told, url: str = "") -> str:
    """Between microdata and JSON-LD: lists of check boxes, nothing marked up."""
    lines = _items(told.lines, '<li class="ingredients-item"><label><input type="checkbox"><span class="ingredients-item-'
                   'name">{}</span></label></li>')  # fmt: skip
    steps = _items(told.steps, '<li class="instructions-section-item"><label>Step</label><div class="section-body"><div '
                   'class="paragraph"><p>{}</p></div></div></li>')  # fmt: skip
    rating = f'<meta property="og:rating" content="{told.rating}"><meta name="og:rating_count" content="{told.count}">'
    body = f'<h1 class="headline">{escape(told.title)}</h1><div class="recipe-meta-item"><div class="recipe-meta-item-header">Yield:</div><div class="recipe-meta-item-body">{escape(told.makes)}</div></div><ul>{lines}</ul><ul>{steps}</ul>'
    return _page(told, rating, body, url)


def bbc_2016(told: Told, url: str = "") -> str:
    lines = "".join(
        f'<li class="ingredients-list__item" itemprop="ingredients" content="{escape(line)}">{escape(line)}<a href="/glossary">'
        f'</a><div class="tooltip"><h2>Plum</h2><p>A fruit with a stone.</p></div></li>' for line in told.lines
    )  # fmt: skip
    steps = _items(told.steps, '<li class="method__item" itemprop="recipeInstructions"><p>{}</p></li>')
    body = (
        f'<article itemscope itemtype="http://schema.org/Recipe"><h1 class="recipe-header__title" itemprop="name">'
        f'{escape(told.title)}</h1><div itemprop="aggregateRating" itemscope itemtype="http://schema.org/AggregateRating">'
        f'<meta itemprop="ratingValue" content="{told.rating}"><meta itemprop="ratingCount" content="{told.count}"></div>'
        f'<span itemprop="recipeYield">{escape(told.makes)}</span><span itemprop="prepTime" content="{told.prep}">Prep</span>'
        f'<span itemprop="cookTime" content="{told.cook}">Cook</span><ul>{lines}</ul><ol>{steps}</ol></article>'
    )
    return _page(told, "", body, url)


def food_network_2016(told: Told, url: str = "") -> str:
    lines = _items(told.lines, '<li class="o-Ingredients__a-ListItem"><input type="checkbox"><label class="o-Ingredients__'
                   'a-ListItemText">{}</label></li>')  # fmt: skip
    steps = _items(told.steps, "<p>{}</p>")
    body = (
        f'<h1><span class="o-AssetTitle__a-HeadlineText">{escape(told.title)}</span></h1><section class="o-RecipeInfo o-Yield">'
        f'<dd class="o-RecipeInfo__a-Description">{escape(told.makes)}</dd></section><div class="gig-rating-stars" '
        f'title="{told.rating} of 5"></div><ul>{lines}</ul><div class="o-Method__m-Body">{steps}</div>'
    )
    return _page(told, "", body, url)


def serious_eats_2016(told: Told, url: str = "") -> str:
    lines = _items(told.lines, '<li class="ingredient">{}</li>')
    steps = "".join(
        f'<li class="recipe-procedure"><div class="recipe-procedure-number checked">{n}.</div><div class="recipe-procedure-'
        f'text"><p>{escape(step)}</p></div></li>' for n, step in enumerate(told.steps, 1)
    )  # fmt: skip
    body = (
        f'<section class="hrecipe"><h1 class="title recipe-title fn">{escape(told.title)}</h1><span class="info yield">'
        f'{escape(told.makes)}</span><span class="rating"><span class="value">{told.rating}</span><span class="count">'
        f'{told.count}</span></span><ul>{lines}</ul><ol class="recipe-procedures-list instructions">{steps}</ol></section>'
    )
    return _page(told, "", body, url)


def food_com_2016(told: Told, url: str = "") -> str:
    lines = _items(told.lines, '<li data-ingredient="x"><span>{}</span></li>')
    steps = _items(told.steps, "<li>{}</li>")
    body = (
        f'<header class="recipe"><h1 class="fn">{escape(told.title)}</h1></header><div class="yield"><span class="value">'
        f'{escape(told.makes)}</span></div><span class="average">{told.rating}</span><span class="count">{told.count}</span>'
        f'<ul class="ingredient-list">{lines}</ul><div class="directions-inner container-xs"><ol>{steps}'
        f'<li><a href="#">Submit a Correction</a></li></ol></div>'
    )
    return _page(told, "", body, url)


def ball(told: Told, url: str = "") -> str:
    lines, steps = _items(told.lines, "<li>{}</li>"), _items(told.steps, "<li>{}</li>")
    body = (
        f'<h1 class="content-title">{escape(told.title)}</h1><div class="recipe-yield">{escape(told.makes)}</div>'
        f'<div class="bv-rating-average">{told.rating}</div><div class="bv-rating-count">{told.count}</div>'
        f'<div class="recipe-ingredients"><ul>{lines}</ul></div><div class="recipe-directions"><ol>{steps}</ol></div>'
    )
    return _page(told, "", body, url)


def nchfp(told: Told, url: str = "") -> str:
    lines, steps = _items(told.lines, "<li>{}</li>"), _items(told.steps[1:], "<p>{}</p>")
    body = (
        f'<div id="content"><h1>{escape(told.title)}</h1><h3>Ingredients:</h3><ul>{lines}</ul><p><strong>Yield:</strong> '
        f"{escape(told.makes)}</p><p><strong>Procedure:</strong> {escape(told.steps[0])}</p>{steps}<table><caption>Table 1. "
        f"Recommended process time for jam in a boiling water canner.</caption><tr><th>Jar size</th><th>0 - 1,000 ft</th></tr>"
        f"<tr><td>Half-pints</td><td>5 min</td></tr></table><p>This document was adapted from a guide.</p></div>"
    )
    return _page(replace(told, title=f"{told.title} - National Center for Home Food Preservation"), "", body, url)


def wprm(told: Told, url: str = "") -> str:
    """WP Recipe Maker without its JSON-LD, which some themes take out."""
    parts = (line.partition(" ") for line in told.lines)
    lines = "".join(
        f'<li class="wprm-recipe-ingredient"><span class="wprm-recipe-ingredient-amount">{escape(amount)}</span> '
        f'<span class="wprm-recipe-ingredient-name">{escape(rest)}</span></li>' for amount, _, rest in parts
    )  # fmt: skip
    steps = _items(
        told.steps, '<li class="wprm-recipe-instruction"><div class="wprm-recipe-instruction-text">{}</div></li>'
    )
    body = (
        f'<h1>A long story about my garden</h1><p>Once upon a time.</p><div class="wprm-recipe-container"><div class='
        f'"wprm-recipe"><h2 class="wprm-recipe-name">{escape(told.title)}</h2><div class="wprm-recipe-rating"><span class='
        f'"wprm-recipe-rating-average">{told.rating}</span> from <span class="wprm-recipe-rating-count">{told.count}</span>'
        f'</div><span class="wprm-recipe-servings-with-unit">{escape(told.makes)}</span><div class='
        f'"wprm-recipe-ingredient-group"><h4 class="wprm-recipe-ingredient-group-name">For the pan</h4><ul>{lines}</ul></div>'
        f'<div class="wprm-recipe-instruction-group"><ul>{steps}</ul></div></div></div>'
    )
    return _page(told, "", body, url)


def tasty(told: Told, url: str = "") -> str:
    lines, steps = _items(told.lines, "<li>{}</li>"), _items(told.steps, "<li>{}</li>")
    body = (
        f'<h1>Story</h1><div class="tasty-recipes"><h2 class="tasty-recipes-title">{escape(told.title)}</h2><div class='
        f'"tasty-recipes-rating"><span class="average">{told.rating}</span> from <span class="count">{told.count}</span></div>'
        f'<span class="tasty-recipes-yield">{escape(told.makes)}</span><div class="tasty-recipes-ingredients"><ul>{lines}</ul>'
        f'</div><div class="tasty-recipes-instructions"><ol>{steps}</ol></div></div>'
    )
    return _page(told, "", body, url)


def rdfa(told: Told, url: str = "") -> str:
    lines = _items(told.lines, '<li property="v:ingredient">{}</li>')
    steps = _items(told.steps, "<li>{}</li>")
    body = (
        f'<div xmlns:v="http://rdf.data-vocabulary.org/#" typeof="v:Recipe"><h1 property="v:name">{escape(told.title)}</h1>'
        f'<span property="v:yield">{escape(told.makes)}</span><span typeof="v:Review-aggregate" rel="v:review" property='
        f'"v:aggregateRating"><span property="v:average">{told.rating}</span><span property="v:count">{told.count}</span>'
        f'</span><ul>{lines}</ul><ol property="v:instructions">{steps}</ol></div>'
    )
    return _page(told, "", body, url)


Shape = Callable[[Told, str], str]
SHAPES: dict[str, tuple[str, Shape]] = {
    "allrecipes, 2016": ("https://www.allrecipes.com/recipe/1234/x/", allrecipes_2016),
    "allrecipes, 2020": ("https://www.allrecipes.com/recipe/1235/x/", allrecipes_2020),
    "allrecipes, 2024": ("https://www.allrecipes.com/recipe/1236/x/", json_ld),
    "bbc good food, 2016": ("https://www.bbcgoodfood.com/recipes/x", bbc_2016),
    "bbc good food, 2024": ("https://www.bbcgoodfood.com/recipes/y", json_ld),
    "food network, 2016": ("https://www.foodnetwork.com/recipes/a/x-recipe-1", food_network_2016),
    "food network, 2024": ("https://www.foodnetwork.com/recipes/a/y-recipe-1", json_ld),
    "serious eats, 2016": ("https://www.seriouseats.com/recipes/2016/07/x-recipe.html", serious_eats_2016),
    "serious eats, 2024": ("https://www.seriouseats.com/x-recipe", graph),
    "food.com, 2015": ("https://www.food.com/recipe/x-1", food_com_2016),
    "food.com, 2024": ("https://www.food.com/recipe/y-1", json_ld),
    "ball": ("https://www.ballmasonjars.com/blog/recipes/x", ball),
    "nchfp": ("https://nchfp.uga.edu/how/make-jam-jelly/jams-jellies/x/", nchfp),
    "blog with WPRM": ("https://foodinjars.com/recipe/x/", wprm),
    "blog with Tasty": ("https://cookieandkate.com/x/", tasty),
    "blog with RDFa": ("https://example.org/x", rdfa),
    "blog with a graph": ("https://www.loveandlemons.com/x/", graph),
}
NO_RATING = frozenset({"nchfp"})
