"""The pages: home with the answer to a photo, recipes, fruits, and what browsers and robots ask for."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from jamhot.answers.identify import Options
from jamhot.api.services import ServicesDep, client_of
from jamhot.errors import InvalidRequest, NotFound
from jamhot.web import fruitdex, home, jamdex, jamlab
from jamhot.web.assets import assets
from jamhot.web.render import FRAGMENT, fresh, kept, moved, render

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
FOR_EVER = "public, max-age=31536000, immutable"


@router.api_route("/", methods=READ)
async def home_page(request: Request, services: ServicesDep, fruits: str = "") -> Response:
    """Take a photo; or the recipes for the fruits that are named."""
    desk = services.desk
    names = home.names_in(fruits)
    if not names:
        return kept(request, render(request, "home.html", shelf=home.shelf(desk), typed=""))
    table = home.table(desk, names)
    html = render(request, "table.html", table=table, typed=", ".join(names))
    return kept(request, html) if table.fruits else fresh(html, 404)


@router.post("/")
async def photo_answer(request: Request, services: ServicesDep) -> Response:
    """The answer to a photo: a whole page for a form, the answer alone for the page's script."""
    services.limiter.count(client_of(request, services))
    async with services.door.admit(request) as intake:
        if len(intake.photos) > 1:
            raise InvalidRequest("One photo at a time, please.")
        found = await services.desk.identify(intake.photos, Options(threshold=services.threshold))
    template = "answer_fragment.html" if FRAGMENT in request.headers else "answer.html"
    with services.metrics.stage("render"):
        html = render(request, template, answer=home.answer(services.desk, found), typed="")
    return fresh(html, headers={"Vary": FRAGMENT})


@router.api_route("/jamdex", methods=READ)
async def all_recipes(request: Request, services: ServicesDep, q: str = "", kind: str = "", page: str = "") -> Response:
    """All recipes from A to Z, or those that meet the words and the kind."""
    listing = jamdex.listing(services.desk, q, kind, page)
    return kept(request, render(request, "jamdex.html", listing=listing))


@router.api_route("/jamdex/recipe/{reference}", methods=READ)
async def one_recipe(request: Request, services: ServicesDep, reference: str, altitude: str = "") -> Response:
    """One recipe, by its id; another slug than its own is sent to the right address."""
    parts = re.fullmatch(r"([0-9]{1,10})(?:-.*)?", reference, re.DOTALL)
    if parts is None:
        raise NotFound("There is no such recipe.")
    view = jamdex.recipe_view(services.desk, int(parts[1]), services.public_url, altitude)
    if request.url.path != view.url:
        return moved(view.url)
    return kept(request, render(request, "recipe.html", view=view, recipe=view.recipe))


@router.api_route("/fruitdex", methods=READ)
async def all_fruits(request: Request, services: ServicesDep) -> Response:
    """All fruits from A to Z."""
    return kept(request, render(request, "fruitdex.html", fruits=fruitdex.listing(services.desk)))


@router.api_route("/fruitdex/fruit/{name}", methods=READ)
async def one_fruit(request: Request, services: ServicesDep, name: str) -> Response:
    """One fruit; any other name it goes by is sent to its address."""
    view = fruitdex.fruit_view(services.desk, name[: home.MOST_TEXT])
    if request.url.path != view.url:
        return moved(view.url)
    return kept(request, render(request, "fruit.html", view=view, fruit=view.fruit, profile=view.fruit.profile))


@router.api_route("/jamlab", methods=READ)
async def jam_lab(request: Request, services: ServicesDep) -> Response:
    """The jam lab: a form, and the plan for what it says."""
    view = jamlab.lab_view(services.desk, dict(request.query_params))
    html = render(request, "jamlab.html", view=view, plan=view.plan)
    return kept(request, html) if view.problem is None else fresh(html, view.status)


@router.api_route("/static/{digest}/{name}", methods=READ)
async def static_file(digest: str, name: str) -> Response:
    """A static file. A page kept from before an update names an older digest: it gets today's file, not to keep."""
    asset = assets().get(name)
    if asset is None:
        raise NotFound("There is no such file.")
    caching = FOR_EVER if digest == asset.digest else "no-cache"
    return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": caching})


@router.api_route("/favicon.ico", methods=READ)
async def favicon() -> Response:
    """Where browsers look without being told."""
    asset = assets()["favicon.svg"]
    return Response(
        asset.body,
        media_type=asset.media_type,
        headers={"Cache-Control": "public, max-age=86400"},
    )


@router.api_route("/robots.txt", methods=READ)
async def robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /api/\n", headers={"Cache-Control": "public, max-age=86400"})
