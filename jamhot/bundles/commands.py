"""`jamhot model …`, and what scripts/test_model.py and scripts/upload_model.py call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jamhot.errors import InvalidRequest
from jamhot.settings import SHIPPED_BUNDLE, load_settings

if TYPE_CHECKING:
    from jamhot.bundles.examine import Examined, Score
    from jamhot.vision.bundle import Bundle

model = typer.Typer(no_args_is_help=True, help="Models: test one, publish it, roll back, teach it a kind.")

MOST_KEPT = 1000
"""Six gigabytes in the database: whoever asks for more has mistyped."""

Folder = Annotated[Path, typer.Argument(help="Folder of the bundle.", exists=True, file_okay=False)]
Photos = Annotated[
    Path | None,
    typer.Option(help="A folder with a folder of photos for each fruit.", exists=True, file_okay=False),
]
AnyProfile = Annotated[str | None, typer.Option("--profile", help="free or paid; left out, any.")]
Profile = Annotated[str, typer.Option("--profile", help="free or paid.")]
Keep = Annotated[
    int,
    typer.Option(help="How many published models of the profile are kept, this one included.", min=1, max=MOST_KEPT),
]


@model.command("test")
def check(folder: Folder = SHIPPED_BUNDLE, photos: Photos = None, profile: AnyProfile = None) -> None:
    """Verify a bundle; say how it answers its check pictures, what it costs, and how right it is on photos.

    Exit 1, with the reason, when the service would refuse it.
    """
    from jamhot.bundles import examine

    settings = load_settings()
    found = examine.examine(folder, examine.terms(settings, profile))
    _tell(found)
    if photos is not None:
        _ask(found.bundle, photos, settings.confidence_threshold)
    typer.echo("This bundle may be published.")


@model.command()
def upload(folder: Folder, keep: Keep = 3, profile: AnyProfile = None) -> None:
    """Verify a bundle and publish it to DATABASE_URL (or DATABASE_PUBLIC_URL), in one transaction.

    Every running service of its profile takes it within a minute of being used. Ctrl-C: nothing was published.
    """
    from jamhot.bundles import examine, publish
    from jamhot.database import bundles
    from jamhot.database.commands import connected, database_url

    settings = load_settings()
    with connected(database_url()) as connection:
        seen = bundles.in_use(connection, profile or publish.profile_of(folder))
        found = examine.examine(folder, examine.terms(settings, profile))
        _tell(found)
        parcel = publish.parcel(found.bundle)
        if seen and seen.digest == parcel.digest:
            typer.echo(f"{parcel.version} is what services of the profile {parcel.profile} use: nothing to do")
            return
        with progress("sending", parcel.bytes, size=True) as step:
            number, gone = bundles.publish(connection, parcel, seen=seen, keep=keep, tell=step)
    typer.echo(f"published {parcel.version} (number {number}) for the profile {parcel.profile}")
    if seen and keep == 1:
        typer.echo(f"before:    {seen.version}, not kept: --rollback goes to the bundle in each service's folder")
    else:
        typer.echo(f"before:    {seen.version if seen else 'nothing published'}; back to it: --rollback")
    for version in gone:
        typer.echo(f"removed:   {version}")


@model.command("list")
def show() -> None:
    """List the published models, the newest of each profile first."""
    from jamhot.database.bundles import listed
    from jamhot.database.commands import connected, database_url

    with connected(database_url()) as connection:
        found = listed(connection)
    for one in found:
        mark = "in use" if one.in_use else ""
        typer.echo(
            f"{one.profile:5} {one.number:>4}  {one.version:24} {one.published:%Y-%m-%d %H:%M} UTC "
            f"{one.bytes / 1e6:5.1f} MB  {mark}".rstrip()
        )
    for profile in ("free", "paid"):
        if not any(one.in_use for one in found if one.profile == profile):
            typer.echo(f"{profile:5} nothing in use: services speak with the bundle in their folder")


@model.command()
def rollback(profile: Profile = "free") -> None:
    """Put the model that was published before the one in use in its place; before the first, the folder's."""
    from jamhot.database.bundles import roll_back
    from jamhot.database.commands import connected, database_url

    with connected(database_url()) as connection:
        before, after = roll_back(connection, profile)
    now = after.version if after else "the bundle in each service's folder"
    typer.echo(f"{profile}: back from {before.version} to {now}; services take it within a minute of being used")


@model.command()
def teach(
    kind: Annotated[str, typer.Argument(help="Name of the fruit, such as quince.")],
    photos: Annotated[list[Path], typer.Argument(help="5 to 50 photos of it.", exists=True, dir_okay=False)],
    folder: Annotated[
        Path, typer.Option("--model", help="Folder of the bundle that learns.", exists=True, file_okay=False)
    ] = SHIPPED_BUNDLE,
    out: Annotated[Path | None, typer.Option(help="Folder for the new bundle; default: model-with-KIND here.")] = None,
    others: Annotated[
        Path | None,
        typer.Option(help="Labelled photos of other fruit to learn against, instead of the bundle's own memory.",
                     exists=True, file_okay=False),
    ] = None,
) -> None:  # fmt: skip
    """Write a new bundle that also knows KIND, from a few photos; say what it does to the others. Sends nothing.

    The bundle that learns stays as it was. Test the new one, then publish it: jamhot model upload model-with-KIND.
    """
    from jamhot.bundles import school
    from jamhot.vision.bundle import verify
    from jamhot.vision.classifier import Classifier

    bundle = verify(folder)
    name = school.kind_of(kind, bundle.labels)
    with progress("other fruit", 0) as step:
        known = school.remembered(bundle, others, step)
    for doubt in school.doubts(name, bundle, known):
        typer.echo(f"warning: {doubt}", err=True)
    with progress(name, len(photos)) as step:
        lesson = school.lesson_of(Classifier(bundle), name, photos, step)
    made = school.teach(bundle, name, lesson, known, out or Path(f"model-with-{name}"))
    score = made.score
    typer.echo(
        f"{name}: {score.recognised:.0%} of its {score.photos} photos are named first by a model that has not seen them"
    )
    typer.echo(
        f"others: {score.others_before:.1%} of {score.others} remembered photos were named rightly, "
        f"{score.others_after:.1%} are now; {score.taken:.1%} are taken for {name}"
    )
    typer.echo(f"{made.bundle.card.version} is in {made.bundle.folder}")


@contextmanager
def progress(what: str, total: int, *, size: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar on standard error; `step(n)` moves it. size: `total` is bytes."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    amount = DownloadColumn() if size else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda steps: bar.advance(task, steps)


def _tell(found: Examined) -> None:
    card, agreed = found.bundle.card, found.agreement
    typer.echo(
        f"bundle:        {card.version} ({card.name}), profile {card.profile}, {len(found.bundle.labels.fruits)} fruits"
    )
    typer.echo(f"input:         {card.preprocessing.size} px, {len(card.views)} view(s) of a photo")
    typer.echo(f"agreement:     {_off(agreed.network)} (network), {_off(agreed.whole_way)} (whole way)")
    typer.echo(
        f"costs:         {found.measured.memory_mb:.0f} MB, {found.measured.seconds * 1000:.0f} ms of processor time "
        f"a photo ({found.photo_ms:.0f} ms elapsed)"
    )
    held = card.accuracy.held_out
    typer.echo(f"card says:     top-1 {held.top1:.1%}, top-5 {held.top5:.1%} of {held.photos} held-out photos")


def _ask(bundle: Bundle, photos: Path, threshold: float) -> None:
    """Says how right it is on a folder of labelled photos, and which of them cannot be read. Raises InvalidRequest."""
    from jamhot.bundles import examine
    from jamhot.vision.classifier import Classifier

    chosen = examine.labelled(photos, bundle.labels)
    said, unread = [], []
    with progress("photos", len(chosen)) as step:
        for one in examine.ask_all(Classifier(bundle), chosen, threshold):
            if isinstance(one, examine.Unread):
                unread.append(one)
            else:
                said.append(one)
            step(1)
    if not said:
        raise InvalidRequest(f"None of the {len(unread)} photos can be read, {unread[0].path} first: {unread[0].why}")
    nothing = bundle.labels.names[bundle.labels.no_fruit]
    _tell_score("fruit", examine.score([one for one in said if one.label != nothing]))
    others = [one for one in said if one.label == nothing]
    if others:
        given = sum(one.named is not None for one in others)
        typer.echo(f"no fruit:      {len(others)} pictures, {given} of them got a fruit ({given / len(others):.1%})")
    if unread:
        typer.echo(f"left out:      {len(unread)} that cannot be read")
    for one in unread:
        typer.echo(f"  {one.path}: {one.why}")


def _off(difference: float | None) -> str:
    return "no checks on the card" if difference is None else f"at most {difference:.4f} off"


def _tell_score(what: str, found: Score | None) -> None:
    if found is None:
        return
    right = "–" if found.right is None else f"{found.right:.1%}"
    typer.echo(
        f"{what + ':':15}{found.photos} photos, top-1 {found.top1:.1%}, top-5 {found.top5:.1%}; "
        f"named {found.answered:.1%}, {right} of them rightly"
    )
