"""The front desk: everything that the API and the pages may ask for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import BinaryIO, Protocol

from jamhot.answers import cookbook, fruitbook, identify, json_ld, lab, model_report
from jamhot.answers.batch import Batch, by_factor, by_stock
from jamhot.answers.cookbook import RecipeSearch
from jamhot.answers.feedback import Feedback, FeedbackAnswer, FeedbackStore, take
from jamhot.answers.health import Health, HealthReport
from jamhot.answers.identify import Options, Sight
from jamhot.answers.lab import LabQuestion
from jamhot.answers.sources import RecipeSource, recipe_sources
from jamhot.answers.types import FruitAnswer, FruitList, Identification, Plan, RecipePage
from jamhot.catalog.keeper import CatalogKeeper
from jamhot.catalog.snapshot import Snapshot
from jamhot.catalog.types import Recipe
from jamhot.errors import MemoryLimit
from jamhot.operations.stages import Timing, untimed
from jamhot.vision.classifier import Classifier
from jamhot.vision.heavy import is_heavy
from jamhot.vision.keeper import ModelKeeper
from jamhot.vision.photo import Photo


class Lane(Protocol):
    """Where photos wait for a processor; `operations.admission.WorkerLane`."""

    async def run(self, work: partial[list[Sight]]) -> list[Sight]: ...


class Reader(Protocol):
    """What reads photos that are heavy to decode; `vision.heavy.HeavyReader`."""

    async def read(self, file: BinaryIO, needed: int) -> Photo: ...


class Desk:
    """Joins catalogue, model, worker lane and feedback. Handed to routes by the lifespan; there is one."""

    def __init__(
        self, keeper: CatalogKeeper, model: ModelKeeper, lane: Lane, heavy: Reader, health: Health,
        feedback: FeedbackStore | None = None, timing: Timing = untimed,
    ) -> None:  # fmt: skip
        self._keeper = keeper
        self._model = model
        self._lane = lane
        self._heavy = heavy
        self._health = health
        self._feedback = feedback
        self._timing = timing
        self._sources: tuple[str, list[RecipeSource]] = ("", [])

    @property
    def snapshot(self) -> Snapshot:
        """The catalogue to answer from; a look at it also looks for a newer one, and for a newer model, in the
        background."""
        self._keeper.look_for_newer()
        self._model.look_for_newer()
        return self._keeper.current

    @property
    def recognizable(self) -> frozenset[str]:
        """Names that the model gives."""
        return self._model.names

    @property
    def edition(self) -> str:
        """Changes whenever any answer from the catalogue may have changed."""
        return f"{self.snapshot.edition}-{self._model.version}"

    async def identify(self, photos: Sequence[BinaryIO], options: Options) -> Identification:
        """What the photos show, and what to make of it.

        Raises:
            InvalidImage, ImageTooLarge: one of the photos cannot be taken; `details["photo"]` says which.
            Busy: the queue is full. ModelError: there is no model. MemoryLimit: memory ran out.
        """
        started = time.monotonic()
        classifier = self._model.require()
        snapshot = self.snapshot
        try:
            sights = await self._look(photos, classifier, options.threshold)
        except MemoryError as error:
            raise MemoryLimit("There was not enough memory for this photo. Send a smaller one.", 5) from error
        whole = identify.combined(sights, classifier, options.threshold) if options.combine else None
        verdicts = [sight.verdict for sight in sights]
        return identify.answer(verdicts, snapshot, classifier.version, options, started, whole)

    async def _look(self, photos: Sequence[BinaryIO], classifier: Classifier, threshold: float) -> list[Sight]:
        """Batch by batch, each in its turn at the lane: five photos of one person do not hold up four others."""
        size = classifier.batch_size
        sights: list[Sight] = []
        for first in range(0, len(photos), size):
            batch = [await self._opened(photos[i], classifier, i) for i in range(first, min(first + size, len(photos)))]
            sights += await self._lane.run(partial(identify.look, batch, classifier, threshold, first, self._timing))
        return sights

    async def _opened(self, photo: BinaryIO, classifier: Classifier, index: int) -> BinaryIO | Photo:
        """A heavy photo, read in its own line; any other as it came, to be read by the lane."""
        with identify.naming(index):
            return await self._heavy.read(photo, classifier.needed) if is_heavy(photo) else photo

    def recipe(self, recipe_id: int) -> Recipe:
        """Raises NotFound."""
        return cookbook.one(self.snapshot, recipe_id)

    def batch(self, recipe: Recipe, *, factor: float = 1.0, have: str | None = None) -> Batch:
        """The recipe's amounts for today: `factor` times, or for what there is (`strawberry:730g`).

        Raises NotFound for an unknown fruit in `have`.
        """
        return by_factor(recipe, factor) if have is None else by_stock(self.snapshot, recipe, have)

    def model_report(self) -> model_report.ModelReport | None:
        """How sure the model may be; None when there is no model."""
        classifier = self._model.classifier
        return None if classifier is None else model_report.report(classifier.card, self.snapshot)

    def recipe_sources(self) -> list[RecipeSource]:
        """Whose recipes these are, most used first; counted once for each catalogue."""
        snapshot = self.snapshot
        if self._sources[0] != snapshot.edition:
            self._sources = snapshot.edition, recipe_sources(snapshot)
        return self._sources[1]

    def recipe_json(self, recipe_id: int) -> bytes:
        """The recipe as the API sends it. Raises NotFound."""
        return cookbook.one_json(self.snapshot, recipe_id)

    def recipe_ld(self, recipe_id: int, public_url: str | None) -> bytes:
        """The recipe as schema.org JSON-LD. Raises NotFound.

        Args:
            public_url: where this service stands, None where that is not known.
        """
        snapshot = self.snapshot
        recipe = cookbook.one(snapshot, recipe_id)
        fruits = [snapshot.fruits[name] for name in recipe.fruits if name in snapshot.fruits]
        url = f"{public_url}/jamdex/recipe/{recipe.id}-{recipe.slug}" if public_url else None
        return json_ld.encoded(json_ld.recipe_ld(recipe, fruits, url))

    def recipes(self, asked: RecipeSearch) -> RecipePage:
        """A page of recipes. Raises NotFound for an unknown fruit, InvalidRequest for a cursor that is none."""
        return cookbook.page(self.snapshot, asked)

    def recipes_json(self, asked: RecipeSearch) -> bytes:
        """The same as the API sends it."""
        return cookbook.page_json(self.snapshot, asked)

    def fruit(self, text: str) -> FruitAnswer:
        """Raises NotFound."""
        return fruitbook.one(self.snapshot, text, self.recognizable)

    def fruits(self, texts: list[str] | None = None) -> FruitList:
        """All fruits, or these. Raises NotFound for an unknown one."""
        if texts is None:
            return fruitbook.everything(self.snapshot, self.recognizable)
        return fruitbook.several(self.snapshot, texts, self.recognizable)

    def jamlab(self, question: LabQuestion) -> Plan:
        """Raises NotFound for an unknown fruit, InvalidRequest for what makes no sense."""
        return lab.plan(self.snapshot, question)

    def jamlab_recipe(self, recipe: Recipe, altitude_m: float = 0.0) -> Plan | None:
        """None for kinds that the lab does not know. Raises InvalidRequest for what no kitchen has."""
        return lab.of_recipe(self.snapshot, recipe, altitude_m)

    def jamlab_question(self, recipe: Recipe) -> LabQuestion | None:
        """The recipe as a question to the lab; None for kinds that it does not know. Raises InvalidRequest as above."""
        return lab.question_of(self.snapshot, recipe)

    async def feedback(self, feedback: Feedback) -> FeedbackAnswer:
        """Raises NotFound for a fruit that neither the model nor the catalogue names."""
        return await take(feedback, self.snapshot, self.recognizable, self._feedback)

    async def health(self) -> HealthReport:
        return await self._health.report(self._keeper, self._model)
