"""What browsers and robots ask for around the pages: static files, the manifest, the worker that serves offline."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from jamhot.api.services import ServicesDep
from jamhot.errors import NotFound
from jamhot.web.assets import asset_url, assets, edition
from jamhot.web.render import environment, kept, render

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
SHELL = ("app.css", "fraunces.woff2", "site.js", "photo.js", "cook.js", "favicon.svg")
"""Static files that the pages need offline."""


@router.api_route("/static/{digest}/{name}", methods=READ)
async def static_file(request: Request, digest: str, name: str) -> Response:
    """A static file. A page kept from before an update names an older digest: it gets today's file, not to keep."""
    asset = assets().get(name)
    if asset is None:
        raise NotFound("There is no such file.")
    headers = {"Cache-Control": FOR_EVER if digest == asset.digest else "no-cache", "Vary": "Accept-Encoding"}
    if asset.gzipped and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.gzipped, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(asset.body, media_type=asset.media_type, headers=headers)


@router.api_route("/favicon.ico", methods=READ)
async def favicon() -> Response:
    """Where browsers look without being told."""
    asset = assets()["favicon.svg"]
    return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": A_DAY})


@router.api_route("/manifest.webmanifest", methods=READ)
async def manifest() -> Response:
    """What makes it an app on a home screen."""
    icons = [
        {"src": asset_url(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    body = {
        "id": "/",
        "name": "Jam Hot",
        "short_name": "Jam Hot",
        "description": "Photograph a fruit, learn what it is, and make jam from it tonight.",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf3e4",
        "theme_color": "#fbf3e4",
        "icons": icons,
    }
    return Response(
        json.dumps(body), media_type="application/manifest+json", headers={"Cache-Control": "public, max-age=3600"}
    )


@router.api_route("/sw.js", methods=READ)
async def worker() -> Response:
    """The service worker, from the root because it serves the root; another text whenever a static file is another."""
    text = environment().get_template("sw.js").render(edition=edition(), shell=[asset_url(name) for name in SHELL])
    return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.api_route("/offline", methods=READ)
async def offline(request: Request) -> Response:
    """What the service worker shows where there is no line and no page kept."""
    return kept(request, render(request, "offline.html"))


@router.api_route("/robots.txt", methods=READ)
async def robots(services: ServicesDep) -> Response:
    lines = ["User-agent: *", "Disallow: /api/"]
    if services.public_url:
        lines.append(f"Sitemap: {services.public_url}/sitemap.txt")
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": A_DAY})


@router.api_route("/sitemap.txt", methods=READ)
async def sitemap(services: ServicesDep) -> Response:
    """Addresses of all fruits and of the lists, where it is known where this service stands."""
    if not services.public_url:
        raise NotFound("There is no map of this site.")
    fruits = (f"/fruitdex/fruit/{name}" for name in services.desk.snapshot.fruits)
    paths = ("/", "/jamdex", "/fruitdex", "/jamlab", "/about", "/about/model", *fruits)
    text = "\n".join(services.public_url + path for path in paths)
    return PlainTextResponse(text + "\n", headers={"Cache-Control": A_DAY})
