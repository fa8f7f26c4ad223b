"""The pages: home with the answer to a photo, recipes, fruits, the jam lab, and what all of it stands on."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi import APIRouter
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from jamhot.answers.feedback import Feedback
from jamhot.answers.identify import Options
from jamhot.api.intake import read_small_form
from jamhot.api.presence import while_present
from jamhot.api.services import Services, ServicesDep, client_of
from jamhot.errors import InvalidRequest, NotFound, RateLimited
from jamhot.web import fruitdex, home, jamdex, jamlab, recipe
from jamhot.web.render import FRAGMENT, fresh, kept, moved, render

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]


@router.api_route("/", methods=READ)
async def home_page(request: Request, services: ServicesDep, fruits: str = "", add: str = "") -> Response:
    """Take a photo; or the recipes for the fruits that are named. `add`: one more beside them."""
    desk = services.desk
    names = home.names_in(fruits)
    if added := home.names_in(add):
        return RedirectResponse(home.fruits_url(*dict.fromkeys((*names, *added))), 303)
    if not names:
        html = render(request, "home.html", shelf=home.shelf(desk), recipes_total=len(desk.snapshot.recipes), typed="")
        return kept(request, html)
    table = home.table(desk, names)
    html = render(request, "table.html", table=table, typed=", ".join(names))
    return kept(request, html) if table.fruits else fresh(html, 404)


@router.post("/")
async def photo_answer(request: Request, services: ServicesDep, fruits: str = "") -> Response:
    """The answer to a photo: a whole page for a form, the answer alone for the page's script.

    `fruits`: what lay on the table already; the photo's is laid beside it.
    """
    services.limiter.count(client_of(request, services))
    async with services.door.admit(request) as intake:
        if len(intake.photos) > 1:
            raise InvalidRequest("One photo at a time, please.")
        work = services.desk.identify(intake.photos, Options(threshold=services.threshold))
        found = await while_present(request, work)
    template = "answer_fragment.html" if FRAGMENT in request.headers else "answer.html"
    with services.metrics.stage("render"):
        before = home.on_the_table(services.desk, home.names_in(fruits))
        html = render(request, template, answer=home.answer(services.desk, found, before), typed="")
    return fresh(html, headers={"Vary": FRAGMENT})


@router.post("/feedback")
async def correction(request: Request, services: ServicesDep) -> Response:
    """What a photo really showed, sent because somebody pressed the button that says so."""
    try:
        status, headers, message = 200, {}, await _corrected(request, services)
    except (InvalidRequest, NotFound, RateLimited) as error:
        again = " Try another name for it." if isinstance(error, NotFound) else ""
        status, headers, message = error.status, error.headers, error.message + again
    if FRAGMENT in request.headers:
        return PlainTextResponse(message, status, {"Cache-Control": "no-store", **headers})
    return fresh(render(request, "thanks.html", message=message), status, headers)


async def _corrected(request: Request, services: Services) -> str:
    """What to say to the sender. Raises RateLimited, InvalidRequest, NotFound."""
    services.feedback_limiter.count(client_of(request, services))
    form = await read_small_form(request)
    try:
        said = Feedback(
            said=form.get("said") or None,
            meant=form.get("meant", ""),
            candidates=from_json(form.get("candidates", "[]")),
            model=form.get("model", ""),
        )
    except ValueError as error:
        raise InvalidRequest("Say which fruit it was, by its name.") from error
    return (await services.desk.feedback(said)).message


@router.api_route("/jamdex", methods=READ)
async def all_recipes(request: Request, services: ServicesDep) -> Response:
    """All recipes, or those that meet the form."""
    listing = jamdex.listing(services.desk, dict(request.query_params))
    return kept(request, render(request, "jamdex.html", listing=listing, asked=listing.asked, jamdex=jamdex))


@router.api_route("/jamdex/recipe/{reference}", methods=READ)
async def one_recipe(request: Request, services: ServicesDep, reference: str) -> Response:
    """One recipe, by its id; another slug than its own is sent to the right address."""
    return _recipe(request, services, reference, "recipe.html")


@router.api_route("/jamdex/recipe/{reference}/cook", methods=READ)
async def cook_mode(request: Request, services: ServicesDep, reference: str) -> Response:
    """The recipe for the stove: one step at a time, in large type."""
    return _recipe(request, services, reference, "cook.html", "/cook")


@router.api_route("/jamdex/recipe/{reference}/labels", methods=READ)
async def jar_labels(request: Request, services: ServicesDep, reference: str) -> Response:
    """Labels for its jars, to print."""
    return _recipe(request, services, reference, "labels.html", "/labels")


def _recipe(request: Request, services: ServicesDep, reference: str, template: str, under: str = "") -> Response:
    parts = re.fullmatch(r"([0-9]{1,10})(?:-.*)?", reference, re.DOTALL)
    if parts is None:
        raise NotFound("There is no such recipe.")
    query = dict(request.query_params)
    view = recipe.recipe_view(services.desk, int(parts[1]), services.public_url, query)
    if request.url.path != view.url + under:
        return moved(view.url + under + (f"?{request.url.query}" if request.url.query else ""))
    count = recipe.label_count(view, query.get("count", "")) if under == "/labels" else 0
    date = query.get("date", "")[:30].replace("\x00", "")
    html = render(request, template, of=view.url, view=view, recipe=view.recipe, recipes=recipe, count=count, date=date)
    return kept(request, html)


@router.api_route("/fruitdex", methods=READ)
async def all_fruits(request: Request, services: ServicesDep, q: str = "") -> Response:
    """All fruits from A to Z, or those that are called so."""
    return kept(request, render(request, "fruitdex.html", listing=fruitdex.listing(services.desk, q)))


@router.api_route("/fruitdex/fruit/{name}", methods=READ)
async def one_fruit(request: Request, services: ServicesDep, name: str) -> Response:
    """One fruit; any other name it goes by is sent to its address."""
    view = fruitdex.fruit_view(services.desk, name[: home.MOST_TEXT])
    if request.url.path != view.url:
        return moved(quote(view.url))
    return kept(request, render(request, "fruit.html", view=view, fruit=view.fruit, profile=view.fruit.profile))


@router.api_route("/jamlab", methods=READ)
async def jam_lab(request: Request, services: ServicesDep) -> Response:
    """The jam lab: a form, and the plan for what it says."""
    view = jamlab.lab_view(services.desk, dict(request.query_params))
    html = render(request, "jamlab.html", view=view, plan=view.plan)
    return kept(request, html) if view.problem is None else fresh(html, view.status)


@router.api_route("/about", methods=READ)
async def about(request: Request, services: ServicesDep) -> Response:
    """What it stands on: sources, licences, and what happens to a photo."""
    desk = services.desk
    return kept(request, render(request, "about.html", sources=desk.recipe_sources(), report=desk.model_report()))


@router.api_route("/about/model", methods=READ)
async def about_model(request: Request, services: ServicesDep) -> Response:
    """How sure the camera may be, from the papers of its model."""
    return kept(request, render(request, "about_model.html", report=services.desk.model_report()))
