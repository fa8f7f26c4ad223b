"""`jamhot …`: serve on this machine, check the content, classify a photo from the shell."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Annotated

import typer

from jamhot.bundles.commands import model
from jamhot.console import quiet_end
from jamhot.errors import JamHotError
from jamhot.files import written_whole
from jamhot.scraping.command import scrape
from jamhot.settings import ROOT, SHIPPED_BUNDLE, load_settings

cli = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Jam Hot: from a fruit to a jar of jam.")
catalog = typer.Typer(no_args_is_help=True, help="The content: fruits and recipes.")
cli.add_typer(catalog, name="catalog")
feedback = typer.Typer(no_args_is_help=True, help="What people say a photo really showed.")
cli.add_typer(feedback, name="feedback")
cli.add_typer(model, name="model")
cli.add_typer(scrape, name="scrape")

KEEP_ALIVE_S = 65
"""Longer than the 60 s that a platform's edge keeps an idle connection, so that it never meets a closed one."""


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen; 0.0.0.0 lets phones on your network in.")] = "127.0.0.1",
) -> None:
    """Serve on this machine, with a PostgreSQL of its own unless DATABASE_URL is set.

    PORT (8000) is the port; 0 takes a free one. Everything is stopped by Ctrl-C.
    """
    # A plain SIGTERM must pass through the database's own shutdown, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = load_settings()
    listener = _listen(host, settings.port)
    from jamhot.database.embedded import EmbeddedPostgres

    server = nullcontext(settings.database_url) if settings.database_url else EmbeddedPostgres.for_checkout(ROOT)
    with listener, server as url:
        # At a terminal there is Ctrl-C; and what starts anew would miss the database that this command keeps.
        environment = {"WATCHDOG": "false", **os.environ, "DATABASE_URL": str(url)}
        for script in ("run_migrations.py", "populate_database.py"):
            subprocess.run([sys.executable, str(ROOT / "scripts" / script)], env=environment, check=True)  # noqa: S603 (our own fixed command)
        typer.echo(f"\n  Jam Hot is at {_address(host, listener.getsockname()[1])}  (Ctrl-C stops it)\n")
        _serve(listener, environment)


def _address(host: str, port: int) -> str:
    shown = "localhost" if host == "127.0.0.1" else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    """The socket, bound before anything slow begins, so that a taken port is told at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise typer.Exit(
            _fail(f"port {port} cannot be used at {host}: {error.strerror}. Set PORT or --host to another.")
        ) from error
    return listener


def _serve(listener: socket.socket, environment: dict[str, str]) -> None:
    os.environ.update(environment)
    sys.path.insert(0, str(ROOT))
    import uvicorn

    config = uvicorn.Config("main:app", timeout_keep_alive=KEEP_ALIVE_S, access_log=False, log_config=None)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


@cli.command()
def classify(
    photos: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Photos of fruit.")],
    model: Annotated[Path, typer.Option(help="Folder of the bundle.")] = SHIPPED_BUNDLE,
) -> None:
    """Say which fruit each photo shows, without a server."""
    from jamhot.answers.identify import look
    from jamhot.vision.bundle import verify
    from jamhot.vision.classifier import Classifier

    classifier = Classifier(verify(model))
    threshold = load_settings().confidence_threshold
    for path in photos:
        with path.open("rb") as file:
            (sight,) = look([file], classifier, threshold)
        verdict = sight.verdict
        others = ", ".join(f"{one.name} {one.confidence:.0%}" for one in verdict.alternatives)
        typer.echo(f"{path.name}: {verdict.status} {verdict.name or '–'} ({others})")


@cli.command()
def jamlab(
    fruits: Annotated[list[str], typer.Argument(help='Fruit with its amount: "plum 1300g", "frozen cherries 3 cups".')],
    kind: Annotated[str, typer.Option(help="jam, jelly, marmalade or butter.")] = "jam",
    sweetness: Annotated[str, typer.Option(help="traditional or reduced.")] = "traditional",
    ripeness: Annotated[str, typer.Option(help="under, just or over.")] = "just",
    sugar: Annotated[float | None, typer.Option(help="Grams; left out, the lab chooses.")] = None,
    lemon: Annotated[float, typer.Option(help="Lemon juice, ml.")] = 0.0,
    altitude: Annotated[float, typer.Option(help="Metres above the sea.")] = 0.0,
    jar: Annotated[int, typer.Option(help="What a jar holds, ml.")] = 240,
    jam_sugar: Annotated[int | None, typer.Option(help="The sugar is jam sugar: 1, 2 or 3, of fruit to 1.")] = None,
) -> None:
    """Say whether a batch will set, and what it needs."""
    from jamhot.answers import lab
    from jamhot.catalog.build import load_content
    from jamhot.catalog.snapshot import Snapshot

    asked = [one for text in fruits for one in lab.parse_fruits(text)]
    question = lab.ask(asked, kind=kind, sweetness=sweetness, ripeness=ripeness, sugar_g=sugar, lemon_juice_ml=lemon,
                       altitude_m=altitude, jar_ml=jar, jam_sugar_sets=jam_sugar)  # fmt: skip
    for line in lab.told(lab.plan(Snapshot(load_content(), version=0), question)):
        typer.echo(line)


@cli.command()
def doctor(json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Look at every part of the service on this machine, and say what mends what is broken. Exit 1: something is."""
    from jamhot import doctor as surgery

    raise typer.Exit(surgery.main(["--json"] if json else []))


@catalog.command()
def check() -> None:
    """Check every rule of the content; exit 1 when one is broken."""
    from jamhot.catalog.rules import check_content

    problems = check_content()
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("The content keeps all its rules.")


@feedback.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to write; standard output when not given.")] = None,
) -> None:
    """Write the feedback in DATABASE_URL (or DATABASE_PUBLIC_URL) as CSV, the oldest first."""
    from jamhot.database import feedback as kept
    from jamhot.database.commands import connected, database_url

    with connected(database_url()) as connection:
        if file is None:
            kept.export(connection, sys.stdout.buffer)
            return
        try:
            with written_whole(file) as whole:
                rows = kept.export(connection, whole)
        except OSError as error:
            raise typer.Exit(_fail(f"{file} cannot be written: {error.strerror}")) from error
    typer.echo(f"{file}: {rows} rows")


def _fail(message: str) -> int:
    typer.echo(f"jamhot: {message}", err=True)
    return 1


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; an error of ours is one line and exit code 1."""
    try:
        with quiet_end():
            cli(arguments)
    except JamHotError as error:
        raise SystemExit(_fail(error.message + (f" ({error.hint})" if error.hint else ""))) from None
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.returncode) from None
