"""Which model speaks: the newest published one, the one kept on disk, the folder's at MODEL_PATH, or the shipped one.

Whoever asks never waits for the database. Another one is looked for only while the service is used, at most once a
minute; it is fetched, tried in a process of its own, and put in the old one's place in one step. Requests in flight
keep the one that they began with. Whatever goes wrong, the old one goes on and `problem` says so.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from jamhot.errors import BundleError, DatabaseError, ModelError
from jamhot.vision.card import Profile
from jamhot.vision.classifier import Classifier
from jamhot.vision.published import Published, PublishedBundles
from jamhot.vision.shelf import BundleShelf, check_card, write_part
from jamhot.vision.trial import Terms, accept, try_out

log = logging.getLogger(__name__)

CHECK_EVERY_S = 60.0
AGAIN_AFTER_S = 3.0
"""While the database is away."""
ANSWER_S = 5.0
REFRESH_S = 300.0
LET_GO_TURNS = 600
"""Of a tenth of a second: longer than any request keeps an old model."""

Origin = Literal["path", "shipped", "disk", "database"]


@dataclass(frozen=True)
class Folders:
    """Where bundles lie that were not published: the one asked for, and the one that ships."""

    path: Path
    shipped: Path


@dataclass(frozen=True)
class _Found:
    classifier: Classifier | None
    origin: Origin | None
    trouble: str | None


@dataclass(frozen=True)
class Supply:
    """Where published bundles come from, and where the one in use is kept for the next start."""

    source: PublishedBundles
    shelf: BundleShelf


class ModelKeeper:
    """Holds the classifier in use.

    Args:
        supply: of published bundles, or None: there is no database, or MODEL_PIN keeps the folder's.
        clock: monotonic seconds; tests give their own.
        release: gives free memory back to the system, once an old model is gone.
    """

    def __init__(
        self,
        folders: Folders,
        terms: Terms,
        batch_size: int = 1,
        supply: Supply | None = None,
        clock: Callable[[], float] = time.monotonic,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._folders = folders
        self._terms = terms
        self._batch_size = batch_size
        self._supply = supply
        self._clock = clock
        self._release = release
        self._checked = float("-inf")
        self._every_s = CHECK_EVERY_S
        self._task: asyncio.Task[None] | None = None
        self._published: Published | None = None
        self._refused: tuple[Published, str] | None = None
        self._folder_trouble: str | None = None
        self._trouble: str | None = None
        self.classifier: Classifier | None = None
        """The one in use; None when no bundle at all could be loaded."""
        self.origin: Origin | None = None
        """Where it came from."""

    @property
    def version(self) -> str | None:
        return self.classifier.version if self.classifier else None

    @property
    def profile(self) -> Profile | None:
        return self.classifier.profile if self.classifier else None

    @property
    def names(self) -> frozenset[str]:
        """Fruits that it names."""
        return frozenset(self.classifier.labels.fruits) if self.classifier else frozenset()

    @property
    def problem(self) -> str | None:
        """What is not as it was asked for; None when all is well."""
        refused = self._refused and f"published model {self._refused[0].version} refused: {self._refused[1]}"
        return "; ".join(filter(None, (self._folder_trouble, refused, self._trouble))) or None

    def require(self) -> Classifier:
        """The classifier. Raises ModelError when there is none."""
        if self.classifier is None:
            raise ModelError("No model is loaded: photos cannot be answered now.", hint="The recipes are all there.")
        return self.classifier

    def start(self) -> None:
        """Loads what lies on this disk. A bad bundle raises nothing: the service starts, and health tells."""
        kept = self._supply.shelf.read() if self._supply else None
        if kept is not None:
            published, folder = kept
            try:
                self._speak(self._accepted(folder, self._terms), "disk", published)
            except BundleError as error:
                log.warning("bundle on disk refused: %s", error.message)
                shutil.rmtree(folder, ignore_errors=True)
        if self.classifier is None:
            self._take(self._from_folders())

    def look_for_newer(self) -> None:
        """Called when somebody comes: starts a look in the background if the last was long enough ago."""
        due = self._clock() - self._checked >= min(self._every_s, CHECK_EVERY_S)
        if self._supply is not None and due and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._refresh(self._supply))

    async def close(self) -> None:
        """Gives up a look in progress."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _refresh(self, supply: Supply) -> None:
        self._checked, before = self._clock(), self._trouble
        self._every_s = CHECK_EVERY_S
        try:
            async with asyncio.timeout(REFRESH_S):
                await self._look(supply)
            self._trouble = None
        except DatabaseError as error:
            self._every_s = AGAIN_AFTER_S
            self._trouble = f"published models cannot be looked for: {error.message}"
        except TimeoutError:
            self._trouble = "a published model was not fetched and verified in time"
        except OSError as error:
            self._trouble = f"a published model cannot be taken: {error.strerror}"
        except MemoryError:
            self._trouble = "a published model cannot be taken: there is not enough memory beside the old one"
        except RuntimeError as error:  # no thread to be had; who else would tell of it? nobody awaits this task
            self._trouble = f"a published model cannot be taken: {error}"
        if self._trouble and self._trouble != before:  # told once, however often it is tried
            log.warning("%s", self._trouble)

    async def _newest(self, source: PublishedBundles) -> Published | None:
        try:
            async with asyncio.timeout(ANSWER_S):
                return await source.newest()
        except TimeoutError as error:
            raise DatabaseError("it did not answer in time") from error

    async def _look(self, supply: Supply) -> None:
        """Another number is another publication, also when it is a lower one: it was rolled back."""
        newest = await self._newest(supply.source)
        if self._refused and self._refused[0] != newest:
            self._refused = None
        if newest == self._published or self._refused:
            return
        old = weakref.ref(self.classifier) if self.classifier else None
        if newest is None:
            log.info("published models were rolled back: the folder's speaks")
            self._take(await asyncio.to_thread(self._from_folders))
            supply.shelf.clear()
        else:
            await self._take_published(supply, newest)
        await self._let_go(old)

    async def _take_published(self, supply: Supply, newest: Published) -> None:
        try:
            with supply.shelf.draft() as draft:
                async for name, data in supply.source.parts(newest):
                    await asyncio.to_thread(write_part, draft, name, data)
                check_card(draft, newest)
                measured = await asyncio.to_thread(try_out, draft, self._terms)
                # in a busy process its memory cannot be measured, and has been
                unmeasured = replace(self._terms, memory_mb=None)
                classifier = await asyncio.to_thread(self._accepted, draft, unmeasured)
                supply.shelf.keep(draft, newest)
        except BundleError as error:
            self._refused = (newest, error.message)
            log.error("published model %s refused, %s goes on: %s", newest.version, self.version, error.message)
            return
        self._speak(classifier, "database", newest)
        log.info("model %s: %.0f MB, %.0f ms a photo", newest.version, measured.memory_mb, measured.seconds * 1000)

    def _accepted(self, folder: Path, terms: Terms) -> Classifier:
        return Classifier(accept(folder, terms, thorough=False), batch_size=self._batch_size)

    def _from_folders(self) -> _Found:
        """The bundle asked for, else the shipped one, whatever profile it is made for: it is what there is."""
        terms = replace(self._terms, profile=None)
        problems = []
        for folder in dict.fromkeys((self._folders.path, self._folders.shipped)):
            try:
                classifier = self._accepted(folder, terms)
            except BundleError as error:
                log.error("bundle at %s refused: %s", folder, error.message)
                problems.append(error.message)
                continue
            origin: Origin = "shipped" if folder == self._folders.shipped else "path"
            return _Found(classifier, origin, "; ".join(problems) or None)
        return _Found(None, None, "; ".join(problems))

    def _take(self, found: _Found) -> None:
        """A folder's bundle; where there is none that can be used, the old one goes on."""
        self._folder_trouble = found.trouble
        if found.classifier is not None:
            self._speak(found.classifier, found.origin, None)

    def _speak(self, classifier: Classifier, origin: Origin | None, published: Published | None) -> None:
        """The swap. It is done in the event loop, where nobody reads in between."""
        self.classifier, self.origin, self._published = classifier, origin, published

    async def _let_go(self, old: weakref.ref[Classifier] | None) -> None:
        """Waits until the last request is done with the old model, then gives its memory back."""
        for _ in range(LET_GO_TURNS):
            if old is None or old() in (None, self.classifier):
                break
            await asyncio.sleep(0.1)
        await asyncio.to_thread(self._release)
