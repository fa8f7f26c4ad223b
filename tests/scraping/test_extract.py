"""Pages in the shapes of real sites: what they tell is read, whatever is wrong with them, and no bytes crash it."""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
import subprocess
import sys
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from jamhot.scraping.adapters import SITES, site_of
from jamhot.scraping.extract import Page, extract
from jamhot.scraping.extract.cards import PLUGINS, Layout
from jamhot.scraping.extract.json_ld import parse
from jamhot.scraping.extract.page import MOST_BYTES, MOST_RECIPES, MOST_TAGS, canonical
from jamhot.scraping.extract.recipes import MOST_LINES
from jamhot.scraping.hosts import same_site
from jamhot.scraping.report import page_report
from jamhot.scraping.types import ExtractedRecipe
from jamhot.scraping.understand import outcomes
from tests.scraping.pages import (
    BLACKCURRANT,
    MARMALADE,
    NO_RATING,
    PEACH,
    PLUM,
    RELISH,
    SHAPES,
    TARTS,
    Told,
    _page,
    json_ld,
    rdfa,
    script,
    thing,
    wprm,
)

LAYOUTS = (*PLUGINS, *(layout for site in SITES.values() for layout in site.layouts))
LD = {"@context": "https://schema.org", **thing(PLUM)}


def read(html: str | bytes, url: str = "https://example.org/x") -> list[ExtractedRecipe]:
    body = html.encode() if isinstance(html, str) else html
    site = site_of(url)
    return extract(Page(body, url), site.name, site.layouts)


def says(found: ExtractedRecipe, told: Told) -> None:
    assert found.title == told.title
    assert tuple(line.text for line in found.ingredients) == told.lines
    assert found.instructions == told.steps
    assert found.yields == told.makes


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("told", [PLUM, PEACH, BLACKCURRANT, MARMALADE], ids=lambda told: told.title)
def test_every_shape_is_read(shape: str, told: Told) -> None:
    url, make = SHAPES[shape]
    (found,) = read(make(told, url), url)
    says(found, told)
    assert found.url == url
    if shape in NO_RATING:
        assert found.rating.value is None
    else:
        assert float(found.rating.value or 0) == told.rating


def test_a_card_says_what_its_lines_are_made_of() -> None:
    (found,) = read(wprm(PLUM))
    assert [line.amount for line in found.ingredients] == ["1", "800", "2"]
    assert {line.group for line in found.ingredients} == {"For the pan"}
    assert found.method == "wprm"


@pytest.mark.parametrize(
    "broken",
    [
        json.dumps(LD)[:-1] + ",}",
        json.dumps(LD)[:-30],
        "<!-- " + json.dumps(LD) + " -->",
        "//<![CDATA[\n" + json.dumps(LD) + "\n//]]>",
        json.dumps(LD) + ";",
        json.dumps(LD).replace("wide pan", 'wide "jam" pan'),
        json.dumps(LD).replace("skins are soft.", "skins\n\tare soft."),
        json.dumps(LD).replace("Ladle into", "Ladle\\' into".replace("'", "x")),
        json.dumps(LD) + json.dumps({"@type": "Person", "name": "x"}),
        json.dumps([[{"@graph": [[LD]]}]]),
        json.dumps({"@type": "WebPage", "mainEntity": {"mainEntity": LD}}),
        json.dumps(LD).replace('"Recipe"', '"http://schema.org/Recipe"'),
        json.dumps(LD).replace("800 g", "800&amp;nbsp;g"),
    ],
)
def test_broken_json_ld_is_mended(broken: str) -> None:
    (found,) = read(_page(PLUM, script(broken), ""))
    assert found.title == PLUM.title
    assert len(found.ingredients) == 3
    assert found.ingredients[1].text == PLUM.lines[1]
    assert len(found.instructions) >= 3


def test_a_wiki_hangs_edit_on_its_headings() -> None:
    edit = '<span>[</span><a href="/edit">edit</a><span>]</span>'
    lines, steps = ("".join(f"<li>{one}</li>" for one in told) for told in (PLUM.lines, PLUM.steps))
    (found,) = read(
        f"<h1>{PLUM.title}</h1><h2>Ingredients{edit}</h2><ul>{lines}</ul><h2>Procedure{edit}</h2><ol>{steps}</ol>"
    )
    assert [line.text for line in found.ingredients] == list(PLUM.lines)
    assert found.instructions == PLUM.steps


def test_json_ld_that_cannot_be_mended_is_skipped() -> None:
    (found,) = read(_page(PLUM, script("{{{ nothing ]"), rdfa(PLUM)))
    says(found, PLUM)
    assert found.method == "rdfa"


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        (list(PLUM.steps), 4),
        ("\n".join(PLUM.steps), 4),
        (f"<ol>{''.join(f'<li>{step}</li>' for step in PLUM.steps)}</ol>", 4),
        (" ".join(f"{number}. {step}" for number, step in enumerate(PLUM.steps, 1)), 4),
        ({"@type": "ItemList", "itemListElement": [{"@type": "HowToStep", "text": step} for step in PLUM.steps]}, 4),
        ([{"@type": "HowToSection", "name": "Jam", "itemListElement": [{"text": step} for step in PLUM.steps]}], 4),
        ([{"@type": "HowToStep", "name": step} for step in PLUM.steps], 4),
        ("[{", 0),
        (None, 0),
    ],
)
def test_steps_come_in_every_form(steps: object, count: int) -> None:
    (found,) = read(_page(PLUM, script({**LD, "recipeInstructions": steps}), ""))
    assert found.instructions == PLUM.steps[:count]


@pytest.mark.parametrize(
    ("rating", "value"),
    [
        ({"ratingValue": 4.2}, "4.2"),
        ({"ratingValue": "84", "bestRating": 100}, "84"),
        ([{"ratingValue": "3.5"}], "3.5"),
        ({"ratingValue": None}, None),
        (None, None),
        ("junk", "junk"),
    ],
)
def test_a_rating_in_any_form_and_none_are_taken(rating: object, value: str | None) -> None:
    (found,) = read(_page(PLUM, script({**LD, "aggregateRating": rating}), ""))
    assert found.rating.value == value


def test_two_recipes_in_a_page_are_both_kept_and_one_told_twice_is_one() -> None:
    both = script([{"@context": "https://schema.org", **thing(one)} for one in (PLUM, PEACH)])
    assert [one.title for one in read(_page(PLUM, both, ""))] == [PLUM.title, PEACH.title]
    assert len(read(_page(PLUM, script(LD) + script(LD), rdfa(PLUM)))) == 1


def test_of_several_recipes_the_one_that_the_page_is_about_comes_first() -> None:
    both = script([{"@context": "https://schema.org", **thing(one)} for one in (PLUM, PEACH)])
    page = _page(PEACH, both, f"<h1>{PEACH.title} and how I came to it</h1>")
    assert [one.title for one in read(page)] == [PEACH.title, PLUM.title]


def test_pages_that_a_browser_saved_say_where_they_are_from() -> None:
    url = "https://example.org/plum-jam"
    html = json_ld(PLUM).encode()
    complete = Page(html.replace(b"<html", b"<!-- saved from url=(0028)" + url.encode() + b" -->\n<html"))
    single = EmailMessage()
    single["Snapshot-Content-Location"] = url
    single.set_content(html.decode(), subtype="html", cte="quoted-printable")
    single.add_related(b"GIF89a", "image", "gif")
    for page in (complete, Page(b"From: <Saved by Blink>\n" + single.as_bytes())):
        (found,) = extract(page)
        says(found, PLUM)
        assert (page.address, found.url) == (url, url)


def test_the_yield_is_the_page_s_own_words() -> None:
    (found,) = read(_page(PLUM, script({**LD, "recipeYield": ["6", "6 half-pint jars"]}), ""))
    assert found.yields == "6 half-pint jars"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_is_read_whatever_the_server_says(encoding: str) -> None:
    told = dataclasses.replace(PLUM, lines=("1½ kg plums – stoned", "800 g crème de cassis"))
    html = json_ld(told).replace("utf-8", "utf-8" if encoding.startswith("utf") else "windows-1252")
    html = html.replace(json.dumps("1½ kg plums – stoned"), '"1½ kg plums – stoned"')
    html = html.replace(json.dumps("800 g crème de cassis"), '"800 g crème de cassis"')
    page = Page(html.encode(encoding), "https://example.org/x", "text/html; charset=iso-8859-1")
    assert tuple(line.text for line in extract(page)[0].ingredients) == told.lines


def test_a_gzip_bomb_is_cut() -> None:
    page = Page(gzip.compress(b"a" * (3 * MOST_BYTES)))
    assert len(page.text) == MOST_BYTES


def test_depth_is_no_danger() -> None:
    assert read("<div>" * 2_000 + "x") == []
    assert parse("[" * 20_000) == []
    assert len(parse("{} " * 20_000)) == 20_000
    read("<div itemscope itemtype='http://schema.org/Recipe' itemprop='a'>" * 1_000 + "<p itemprop=ingredients>x")
    assert parse('{"a":' * 20_000) == []


def test_a_deep_page_does_not_hold_up_the_next() -> None:
    code = """if True:
        from jamhot.scraping.extract.page import Page
        from jamhot.scraping.extract.peer import by_peer
        ITEM = b"<div itemscope itemtype='http://schema.org/Recipe' itemprop=a>"
        def called_from(depth, page):
            return called_from(depth - 1, page) if depth else by_peer(page)
        for depth in range(100, 900, 50):
            called_from(depth, Page(ITEM * 1000 + b"<p itemprop=ingredients>x"))
        by_peer(Page(ITEM + b"<p itemprop=ingredients>x"))
    """
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_selector_can_be_read(layout: Layout) -> None:
    tree = LexborHTMLParser("<p>x</p>")
    for field in dataclasses.fields(layout):
        value = getattr(layout, field.name)
        for selectors in ([value] if isinstance(value, str) else value or ()) if field.name != "name" else ():
            for one in filter(None, (part.strip() for part in selectors.split(", "))):
                tree.css(one.partition("@")[0])


def test_adapters_are_short() -> None:
    assert set(SITES) == {
        "allrecipes",
        "ball",
        "bbc_good_food",
        "blogs",
        "food_com",
        "food_network",
        "nchfp",
        "serious_eats",
    }
    for site in SITES.values():
        assert site_of(f"https://{site.hosts[0]}/x") is site


def decided(html: str | bytes, url: str = "https://example.org/x") -> list[str]:
    return [one.reason for one in outcomes(Page(html.encode() if isinstance(html, str) else html, url))]


def test_what_is_no_fruit_preserve_is_refused_with_its_reason() -> None:
    assert decided(json_ld(PLUM)) == ["accepted"]
    assert decided(json_ld(TARTS)) == ["a dish"]
    assert decided(json_ld(RELISH)) == ["not a preserve"]
    assert decided(json_ld(dataclasses.replace(PLUM, steps=()))) == ["no method"]
    assert decided(json_ld(dataclasses.replace(PLUM, rating=None))) == ["accepted"], "no rating is no reason"
    assert decided(json_ld(PLUM).replace('lang="en"', 'lang="nl"')) == ["not in English"]
    assert decided("<h1>Nothing</h1>") == []


def test_the_report_says_everything_and_is_json() -> None:
    page = Page(json_ld(PLUM).encode(), "https://example.org/x?utm_source=a#top")
    told = json.loads(json.dumps(page_report("x.html", page, outcomes(page), "elsewhere")))
    assert (told["title"], told["preserve"], told["kind"], told["primary_fruits"]) == (
        PLUM.title,
        True,
        "jam",
        ["plum"],
    )
    assert told["canonical_url"] == "https://example.org/x"
    assert told["rating"] == 4.5
    assert told["yield"]["unit"] == "half-pint jar"
    assert told["lines"][0]["quantity"] == 1
    assert told["lines"][0]["unit"] == "kilogram"
    assert told["times"]["cook"] == {"min": 40, "max": 40}
    assert told["recipes"][0]["title"] == PLUM.title


def test_one_page_has_one_canonical_spelling() -> None:
    spellings = ("http://www.example.org/a/", "https://example.org/a?utm_source=x", "https://EXAMPLE.org:443/a#b")
    assert {canonical(url) for url in spellings} == {"https://example.org/a"}
    assert canonical("javascript:void(0)") == canonical("") == canonical("https://[") == ""


def test_a_page_without_end_is_read_as_far_as_a_recipe_needs() -> None:
    comments = "<p>So good!</p>" * MOST_TAGS
    page = Page(json_ld(PLUM).replace("</body>", f"{comments}</body>").encode())
    assert page.text.count("<") == MOST_TAGS
    assert [one.title for one in extract(page)] == [PLUM.title]


def test_a_page_of_recipes_without_end_gives_few() -> None:
    listed = [
        {"@type": "Recipe", "name": f"Jam {n}", "recipeIngredient": [f"{n} plums", f"{n} g sugar{n}"]}
        for n in range(5 * MOST_RECIPES)
    ]
    page = Page(f'<script type="application/ld+json">{json.dumps(listed)}</script>'.encode())
    assert len(extract(page)) <= MOST_RECIPES
    cards = "".join(f"<div class=hrecipe><b class=ingredient>{n} plums</b>" for n in range(40 * MOST_RECIPES))
    assert len(extract(Page(f"<body>{cards}".encode()))) <= MOST_RECIPES


def test_a_recipe_of_lines_without_end_is_cut() -> None:
    told = {"@type": "Recipe", "name": "Jam", "recipeIngredient": [f"{n} g sugar" for n in range(5_000)]}
    (found,) = extract(Page(f'<script type="application/ld+json">{json.dumps(told)}</script>'.encode()))
    assert len(found.ingredients) == MOST_LINES


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.org/a", "http://example.org:8080/b", True),
        ("https://m.example.org/", "https://www.example.org/", True),
        ("https://plums.co.uk/", "https://damsons.co.uk/", False),
        ("https://www.plums.co.uk/", "https://shop.plums.co.uk/", True),
        ("https://one.blogspot.com/", "https://two.blogspot.com/", False),
        ("https://notexample.org/", "https://example.org/", False),
        ("https://[", "https://[", False),
        ("", "", False),
    ],
)
def test_addresses_are_of_one_site_by_their_hosts(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same
    assert same_site(other, one) is same


def test_a_stranger_under_the_same_suffix_is_not_the_pages_own_address() -> None:
    html = '<link rel="canonical" href="https://damsons.co.uk/jam">'
    assert Page(html.encode(), "https://plums.co.uk/jam").canonical == "https://plums.co.uk/jam"


WHOLE = json_ld(PLUM).encode()


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2**32), st.integers(0, 12))
def test_no_bytes_crash_it(noise: bytes, seed: int, cuts: int) -> None:
    """Noise alone, noise in a page, and pages with pieces taken out, doubled and turned round."""
    shaken = random.Random(seed)  # noqa: S311 (a test's own)
    _, make = SHAPES[shaken.choice(list(SHAPES))]
    body = bytearray(make(PLUM, "").encode())
    for _ in range(cuts):
        start, end = sorted(shaken.randrange(len(body)) for _ in range(2))
        end = min(end, start + 200)
        body[start:end] = shaken.choice([b"", noise, bytes(body[start:end]) * 2, bytes(body[start:end])[::-1]])
    for one in (noise, bytes(body), b"\x1f\x8b" + noise, gzip.compress(bytes(body))[: len(body) // 2]):
        page = Page(one)
        json.dumps(page_report("x", page, outcomes(page), ""))


@settings(max_examples=80, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*LD, "@id", "text", "value"]), inner,
                                                                max_size=4),
    max_leaves=12,
), st.sampled_from(sorted(set(LD) - {"@type", "@context"})))  # fmt: skip
def test_no_value_of_a_property_crashes_it(value: object, name: str) -> None:
    page = Page(_page(PLUM, script({**LD, name: value}), "").encode(), "https://example.org/x")
    json.dumps(page_report("x", page, outcomes(page), ""))
