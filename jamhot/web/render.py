"""Templates to responses: one environment, one set of headers."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from jamhot.api.caching import respond
from jamhot.api.services import services_of
from jamhot.web import format as fmt
from jamhot.web import home, jamlab, plots, views
from jamhot.web.assets import asset_url

HTML = "text/html; charset=utf-8"
FRAGMENT = "x-fragment"
"""A request with this header gets the answer alone, for the page's script to put in its place."""


@cache
def environment() -> Environment:
    """The compiled templates. Everything that is printed is escaped."""
    env = Environment(
        loader=PackageLoader("jamhot.web"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals |= {"fmt": fmt, "views": views, "jamlab": jamlab, "plots": plots, "asset_url": asset_url}
    env.globals |= {"fruits_url": home.fruits_url, "MOST_FRUITS": home.MOST_FRUITS}
    env.globals["m"] = env.get_template("macros.html").module
    return env


def render(request: Request, template: str, *, of: str | None = None, **values: object) -> str:
    """A whole page, or a part of one, as HTML.

    Args:
        of: path of the page that this is another view of; search engines are sent there.
    """
    services = services_of(request)
    canonical = f"{services.public_url}{of or request.url.path}" if services.public_url else None
    return (
        environment()
        .get_template(template)
        .render(
            canonical=canonical,
            path=request.url.path,
            all_fruits=lambda: home.picker(services.desk),
            **values,
        )
    )


def script_data(json: bytes) -> Markup:
    """JSON for a script element that holds data: nothing in it can end the element or begin another."""
    text = json.decode()
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 (every sign that means something in HTML is escaped above)


def kept(request: Request, html: str) -> Response:
    """A catalogue page, with the ETag that lets a browser keep it."""
    return respond(request, html.encode(), HTML)


def fresh(html: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A page that nobody may keep: an answer to a photo, or an error."""
    return Response(html, status, {"Cache-Control": "no-store", **(headers or {})}, media_type=HTML)


def moved(url: str) -> Response:
    """To the address that this page should have been asked at; not kept for ever, because names may be added."""
    return RedirectResponse(url, 301, {"Cache-Control": "public, max-age=300"})
