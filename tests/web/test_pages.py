"""Pages as a browser without script gets them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, quote

import httpx
import pytest

from jamhot.web.assets import assets
from tests import pictures

PAGES = [
    "/",
    "/?fruits=strawberry",
    "/?fruits=strawberry,rhubarb",
    "/?fruits=strawberry,xyzzy",
    "/jamdex",
    "/jamdex?q=strawberry&kind=jam",
    "/jamdex/recipe/1-strawberry-jam",
    "/fruitdex",
    "/fruitdex/fruit/strawberry",
    "/jamlab",
    "/jamlab?fruits=plum%201300g&altitude=800",
    "/jamdex?fruit=plums&kind=jam&tested=yes&time=120&difficulty=easy&sort=best",
    "/jamdex/recipe/1-strawberry-jam?have=730&unit=g&units=metric&altitude=800",
    "/jamdex/recipe/1-strawberry-jam/cook?batch=2",
    "/jamdex/recipe/1-strawberry-jam/labels?count=3&date=today",
    "/fruitdex?q=gooseberry",
    "/fruitdex/fruit/avocado",
    "/about",
    "/about/model",
    "/offline",
]
HOSTILE = "\"'><script>alert(1)</script>"


def post_photo(browser: httpx.Client, body: bytes, name: str = "photo.jpg", **headers: str) -> tuple[int, str]:
    response = browser.post("/", files={"image": (name, body, "image/jpeg")}, headers=headers)
    return response.status_code, response.text


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_and_safe(browser: httpx.Client, address: str) -> None:
    response = browser.get(address)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    html = response.text
    assert html.startswith("<!doctype html>")
    assert '<html lang="en">' in html
    assert 'name="viewport"' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert re.search(r'<link rel="canonical" href="https://jam\.example\.org/', html)
    assert "style=" not in html
    assert "<style" not in html
    assert not re.search(r'<script(?! src=| type="application/ld\+json">)', html)
    assert not re.search(r"\son\w+=", html)
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]


@pytest.mark.parametrize("address", PAGES)
def test_every_inner_link_leads_somewhere(browser: httpx.Client, address: str) -> None:
    for link in sorted(set(re.findall(r'(?:href|src|action)="(/[^"]*)"', browser.get(address).text)))[:40]:
        assert browser.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_the_browser_has_is_not_sent_again(browser: httpx.Client, address: str) -> None:
    first = browser.get(address)
    assert "max-age" in first.headers["cache-control"]
    second = browser.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 304
    assert second.content == b""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"have": "99", "unit": "kg"}, "That is more than 20 times the recipe"),
        ({"have": "1", "unit": "g"}, "That is less than 0.05 of the recipe"),
        ({"have": "100,000", "unit": "g"}, "That amount makes no sense here"),
        ({"batch": "50"}, "That is more than 20 times the recipe"),
    ],
)
def test_an_amount_beyond_reason_is_told(browser: httpx.Client, asked: dict[str, str], told: str) -> None:
    address = "/jamdex/recipe/1-strawberry-jam"
    assert f'<p class="advice">{told}' in browser.get(address, params=asked).text
    assert "That is" not in browser.get(address, params={"have": "730", "unit": "g"}).text


@pytest.mark.parametrize("asked", [{"batch": "2", "units": "metric"}, {"have": "730", "unit": "g", "of": "strawberry"}])
def test_the_labels_form_keeps_what_is_cooked(browser: httpx.Client, asked: dict[str, str]) -> None:
    address = "/jamdex/recipe/1-strawberry-jam"
    html = browser.get(f"{address}/labels", params=asked).text
    form = html[html.index("<form") : html.index("</form>")]
    sent = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', form))
    assert sent == {**asked, "count": sent["count"], "date": ""}
    again = browser.get(f"{address}/labels", params={**sent, "date": "today"}).text
    (back,) = re.findall(rf'href="{address}\?([^"]+)"', again)
    assert dict(parse_qsl(unescape(back))) == asked


def test_head_is_answered(browser: httpx.Client) -> None:
    assert browser.head("/").status_code == 200


def test_recipes_stand_under_how_well_they_suit(browser: httpx.Client) -> None:
    html = browser.get("/?fruits=strawberry,rhubarb").text
    assert "Strawberry and rhubarb" in html
    assert html.index("Made of exactly this") < html.index("With some of your fruits")
    assert "Only the stalks are food" in html


def test_a_fruit_without_recipes_is_told_kindly(browser: httpx.Client) -> None:
    fruits = browser.get("/api/fruits").json()["fruits"]
    without = next(
        f for f in fruits if not browser.get("/api/recipes", params={"fruits": f["name"]}).json()["total_count"]
    )
    assert "Nothing yet, but…" in browser.get("/", params={"fruits": without["name"]}).text


def test_an_unknown_fruit_gets_names_like_it(browser: httpx.Client) -> None:
    response = browser.get("/?fruits=strewbery")
    assert response.status_code == 404
    assert "Did you mean" in response.text
    assert 'href="/?fruits=strawberry"' in response.text


def test_an_unknown_fruits_page_gets_names_like_it(browser: httpx.Client) -> None:
    response = browser.get("/fruitdex/fruit/strewbery")
    assert response.status_code == 404
    assert 'href="/fruitdex/fruit/strawberry"' in response.text


def test_a_fruit_beside_an_unknown_one_still_counts(browser: httpx.Client) -> None:
    response = browser.get("/?fruits=strawberry,qqqqq")
    assert response.status_code == 200
    assert "No fruit here is called “qqqqq”" in response.text


@pytest.mark.parametrize("address", ["/", "/jamdex", "/fruitdex/fruit/", "/jamdex/recipe/1-", "/nothing/"])
@pytest.mark.parametrize(
    "text", [HOSTILE, "\x00", "'; DROP TABLE recipes; --", "a" * 5000, "%", "{{ 7 * 7 }}", "é,ß,日本"]
)
def test_hostile_addresses(browser: httpx.Client, address: str, text: str) -> None:
    if address.endswith(("/", "-")) and address != "/":
        response = browser.get(address + quote(text, safe=""))
    else:
        response = browser.get(address, params={"fruits": text, "q": text, "kind": text, "page": text})
    assert response.status_code in (200, 301, 404)
    assert "<script>alert" not in response.text
    assert "49" not in re.sub(r'"[^"]*"', "", response.text) or "{{" not in text
    if response.status_code != 301:
        assert response.text.startswith("<!doctype html>")


def test_a_photo_sent_by_a_form_gets_a_whole_page(browser: httpx.Client) -> None:
    status, html = post_photo(browser, pictures.jpeg())
    assert status == 200
    assert html.startswith("<!doctype html>")
    assert 'id="answer-title"' in html
    assert html.count('class="chip"') >= 4


def test_a_photo_sent_by_script_gets_the_answer_alone(browser: httpx.Client) -> None:
    response = browser.post("/", files={"image": ("x.jpg", pictures.jpeg())}, headers={"X-Fragment": "answer"})
    assert response.status_code == 200
    assert response.text.lstrip().startswith('<section class="answer"')
    assert "<html" not in response.text
    assert response.headers["cache-control"] == "no-store"
    assert "X-Fragment" in response.headers["vary"] or "x-fragment" in response.headers["vary"]


@pytest.mark.parametrize(
    ("body", "status", "title"),
    [
        (b"hello, I am text", 415, "That is not a picture we can open"),
        (b"", 400, "That is not a picture we can open"),
        (pictures.jpeg()[:2000], 400, "That is not a picture we can open"),
        (pictures.huge_png_header(), 413, "That picture is too large"),
        (b"\xff\xd8\xff" + bytes(6_000_000), 413, "That picture is too large"),
    ],
)
@pytest.mark.parametrize("fragment", [True, False])
def test_a_bad_file_is_refused_in_words(
    browser: httpx.Client, body: bytes, status: int, title: str, fragment: bool
) -> None:
    got, html = post_photo(browser, body, **({"X-Fragment": "answer"} if fragment else {}))
    assert got == status
    assert title in html
    assert html.lstrip().startswith('<section class="answer trouble"' if fragment else "<!doctype html>")
    assert "Content-Type" not in html
    assert "Traceback" not in html


def test_a_hostile_file_name_is_never_shown(browser: httpx.Client) -> None:
    for body in (pictures.jpeg(), b"text"):
        _, html = post_photo(browser, body, name=HOSTILE + ".jpg")
        assert "alert(1)" not in html


def test_two_photos_at_once_are_refused(browser: httpx.Client) -> None:
    files = [("image", ("a.jpg", pictures.jpeg())), ("image", ("b.jpg", pictures.jpeg()))]
    response = browser.post("/", files=files)
    assert response.status_code == 422
    assert "One photo at a time" in response.text


def test_a_form_without_a_photo(browser: httpx.Client) -> None:
    response = browser.post("/", data={"image": "no file"}, files={"other": ("a.txt", b"x")})
    assert response.status_code == 422
    assert response.text.startswith("<!doctype html>")


def test_errors_are_pages_here_and_json_there(browser: httpx.Client) -> None:
    page = browser.get("/nowhere")
    assert page.status_code == 404
    assert "Nothing on this shelf" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert browser.get("/api/nowhere").json()["error"] == "NOT_FOUND"
    assert browser.put("/jamdex").status_code == 405


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("/jamdex/recipe/1", "/jamdex/recipe/1-strawberry-jam"),
        ("/jamdex/recipe/1-wrong-slug", "/jamdex/recipe/1-strawberry-jam"),
        ("/jamdex/recipe/0001-strawberry-jam", "/jamdex/recipe/1-strawberry-jam"),
        ("/fruitdex/fruit/Strawberries", "/fruitdex/fruit/strawberry"),
    ],
)
def test_a_wrong_address_leads_to_the_right_one(browser: httpx.Client, asked: str, right: str) -> None:
    response = browser.get(asked)
    assert response.status_code == 301
    assert response.headers["location"] == right


@pytest.mark.parametrize("reference", ["999999", "abc", "-1", "1.5", "9999999999", "99999999999999999999", "١"])
def test_a_recipe_that_is_not_there(browser: httpx.Client, reference: str) -> None:
    assert browser.get(f"/jamdex/recipe/{reference}").status_code == 404


def test_a_recipe_says_what_matters(browser: httpx.Client) -> None:
    html = browser.get("/jamdex/recipe/1-strawberry-jam").text
    for words in ("4 cups", "930 g", "as the source says", "Tested.", "Minutes in boiling water",
                  "Above 1,829 m (6,000 ft)",
                  "6 mm (¼ in)", "Michigan State University Extension", "4.4 °C (8 °F)"):  # fmt: skip
        assert words in html, words


def test_every_recipe_and_fruit_has_its_page(browser: httpx.Client) -> None:
    for fruit in browser.get("/api/fruits").json()["fruits"]:
        assert browser.get(f"/fruitdex/fruit/{fruit['name']}").status_code == 200, fruit["name"]
    total = browser.get("/api/recipes").json()["total_count"]
    for offset in range(0, total, 100):
        for recipe in browser.get("/api/recipes", params={"limit": 100, "offset": offset}).json()["recipes"]:
            assert browser.get(f"/jamdex/recipe/{recipe['id']}-{recipe['slug']}").status_code == 200, recipe["slug"]


def test_the_list_can_be_walked_to_its_end(browser: httpx.Client) -> None:
    seen: list[str] = []
    address: str | None = "/jamdex"
    while address:
        html = browser.get(address.replace("&amp;", "&")).text
        seen += re.findall(r'class="card" href="([^"]+)"', html)
        after = re.search(r'rel="next" href="([^"]+)"', html)
        address = after[1] if after else None
    assert len(seen) == len(set(seen)) == browser.get("/api/recipes").json()["total_count"]


def test_a_search_and_a_kind_narrow_the_list(browser: httpx.Client) -> None:
    html = browser.get("/jamdex?q=strawberry&kind=jelly").text
    assert "Strawberry and rhubarb jelly" in html
    assert "Overnight strawberry jam" not in html
    assert '<option value="jelly" selected>' in html


def test_a_search_says_what_it_did(browser: httpx.Client) -> None:
    assert "No recipe here has “zucchini” in it." in browser.get("/jamdex?q=zucchini").text
    assert "Read as “strawberry” for “strawbery”." in browser.get("/jamdex?q=strawbery").text


def test_a_page_past_the_end_is_the_last(browser: httpx.Client) -> None:
    cards = [
        re.findall(r'class="card" href="([^"]+)"', browser.get(f"/jamdex?page={n}").text) for n in ("6", "999", "0")
    ]
    assert cards[0] == cards[1] != cards[2]
    assert len(cards[2]) == 60


def test_static_files_are_kept_for_ever_under_their_digest(browser: httpx.Client) -> None:
    for name, asset in assets().items():
        response = browser.get(f"/static/{asset.digest}/{name}")
        assert response.content == asset.body
        assert "immutable" in response.headers["cache-control"]
        plain = browser.get(f"/static/{asset.digest}/{name}", headers={"Accept-Encoding": "identity"})
        assert plain.content == asset.body
        assert "content-encoding" not in plain.headers
        older = browser.get(f"/static/000000000000/{name}")
        assert older.content == asset.body
        assert older.headers["cache-control"] == "no-cache"
    assert browser.get("/static/x/../../../settings.py").status_code == 404
    assert browser.get("/static/x/..%2f..%2fpages.py").status_code == 404


def test_robots_and_favicon(browser: httpx.Client) -> None:
    assert "Disallow: /api/" in browser.get("/robots.txt").text
    assert browser.get("/favicon.ico").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize("address", [*PAGES, "/about", "/about/model", "/jamdex/recipe/1-strawberry-jam/cook"])
def test_the_first_load_is_small(browser: httpx.Client, address: str) -> None:
    """Compressed bytes of the page and all that it names: at most 70 KB, at most 25 KB of it script."""
    with browser.stream("GET", address) as response:
        html = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    named = {name: len(asset.gzipped or asset.body) for name, asset in assets().items()}
    assert len(html) + sum(named.values()) - named["icon-512.png"] < 70_000
    assert sum(size for name, size in named.items() if name.endswith(".js")) < 25_000
