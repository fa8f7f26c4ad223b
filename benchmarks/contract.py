"""Is the OpenAPI true? Schemathesis asks the real server all it allows, and more, then follows its links: every check.

python -m benchmarks.contract               # two thousand cases and more; benchmarks/results/contract.json
python -m benchmarks.contract --cases 200   # a taste; writes no results
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Err, Result
from schemathesis.core.transport import Response
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation import GenerationMode
from schemathesis.generation.stateful.state_machine import APIStateMachine, StepInput, StepOutput
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from benchmarks.mutants import seeds
from benchmarks.service import running, wait_until_up

RESULTS = Path(__file__).parent / "results" / "contract.json"
CASES = 2400
"""Half of them one by one, half along the links; the first half comes to less, where there is little to vary."""
BOTH = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
WALKS, STEPS = 10, 8
"""Walks along the links in a round, and steps in each."""
PHOTO_PATH = "/api/classify"
PHOTOS = ("JPEG", "PNG", "WEBP", "HEIC", "AVIF", "GIF", "BMP")
Say = Callable[[str], None]
Case = schemathesis.Case[Any]
Operation = APIOperation[Any, Any, Any, Any]


@dataclass
class Seen:
    """What came back, by phase, and what was not as described."""

    one_by_one: Counter[str] = field(default_factory=Counter)
    along_links: Counter[str] = field(default_factory=Counter)
    followed: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)
    """Which operation and what of it → the first request that showed it."""

    @property
    def cases(self) -> int:
        return self.one_by_one.total() + self.along_links.total()


def measure(cases: int, say: Say) -> dict[str, object]:
    """Asks every operation in both modes, then follows links until it is so many."""
    seen, began = Seen(), time.monotonic()
    photos_are_pictures()
    with running(RATE_LIMIT_PER_MINUTE="0", MAX_MEMORY_MB="8000") as service:
        wait_until_up(service, 120)
        described = schemathesis.openapi.from_url(f"{service.client.base_url}/openapi.json")
        operations = [sound(one) for one in described.get_all_operations()]
        for operation in operations:
            ask(operation, max(2, cases // (4 * len(operations))), seen)
            say(f"{seen.cases} cases, {len(seen.wrong)} wrong: {operation.label}")
        rounds = 0
        while seen.cases < cases:
            rounds += 1
            walk(described, rounds, seen)
            say(f"{seen.cases} cases, {len(seen.wrong)} wrong: links, round {rounds}")
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "cases": seen.cases,
        "seconds": round(time.monotonic() - began),
        "one_by_one": dict(sorted(seen.one_by_one.items())),
        "along_links": dict(sorted(seen.along_links.items())),
        "links_followed": dict(sorted(seen.followed.items())),
        "wrong": seen.wrong,
    }


def sound(one: Result[Operation, InvalidSchema]) -> Operation:
    """The operation. Raises InvalidSchema where its description is none."""
    if isinstance(one, Err):
        raise one.err()
    return one.ok()


def ask(operation: Operation, examples: int, seen: Seen) -> None:
    """One operation, so many times in each mode."""
    for mode in BOTH:

        @seed(1)
        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def once(case: Case) -> None:
            make_sense(case)
            answer = case.call()
            seen.one_by_one[str(answer.status_code)] += 1
            check(case, answer, seen)

        try:
            once()
        except Unsatisfiable:  # what takes nothing, or any text, cannot be asked wrongly
            if mode is GenerationMode.POSITIVE:
                raise


def walk(described: BaseSchema, number: int, seen: Seen) -> None:
    """A round of walks: questions made of what earlier answers held, as the links say."""
    machine: type[APIStateMachine] = described.as_state_machine()

    class Walk(machine):  # type: ignore[misc, valid-type]  # made from the document, at run time
        def step(self, input: StepInput) -> StepOutput:  # noqa: A002 (schemathesis' name)
            make_sense(input.case, self._page_before(input))
            if input.transition is not None and input.is_applied:
                seen.followed[input.transition.id] += 1
            step: StepOutput = super().step(input)
            return step

        def _page_before(self, step: StepInput) -> Case | None:
            """The case whose next page this is."""
            applied = {name for _, name in step.applied_parameters}
            if step.transition is None or "cursor" not in applied:
                return None
            before: Case = self.recorder.cases[step.transition.parent_id].value
            return before

        def validate_response(self, response: Response, case: Case, **_: object) -> None:
            seen.along_links[str(response.status_code)] += 1
            check(case, response, seen, self.recorder)

    seed(number)(Walk).run(
        settings=settings(
            max_examples=WALKS, stateful_step_count=STEPS, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )  # fmt: skip


def check(case: Case, answer: Response, seen: Seen, walked: ScenarioRecorder | None = None) -> None:
    """Every check. What is wrong is written down and the asking goes on."""
    try:
        case.validate_response(answer, excluded_checks=beyond_words(case), recorder=walked)
    except FailureGroup as failures:
        for one in failures.exceptions:
            seen.wrong.setdefault(f"{case.operation.label}: {one}", case.as_curl_command())


def make_sense(case: Case, page_before: Case | None = None) -> None:
    """What no schema can say: a cursor is a word of ours, sent with the filters of the page that it came with."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if page_before is not None:
        before = {name: value for name, value in (page_before.query or {}).items() if name != "offset"}
        case.query = {**before, "cursor": case.query["cursor"]}
    elif case.query:
        case.query.pop("cursor", None)


def photos_are_pictures() -> None:
    """Bodies that are one photo are whole files of the type they are announced with."""
    for kind in PHOTOS:
        schemathesis.openapi.media_type(f"image/{kind.lower()}", st.sampled_from(seeds(kind)))


def beyond_words(case: Case) -> list[Callable[..., bool | None]]:
    """Checks that say nothing of this case: bytes in a form or in base64 may be allowed and yet no picture."""
    no_picture = case.operation.path == PHOTO_PATH and not str(case.media_type).startswith("image/")
    return [positive_data_acceptance] if no_picture else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=CASES, help="in all, at least")
    cases = parser.parse_args().cases
    figures = measure(cases, lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps(figures, indent=2))
    if cases >= CASES:
        RESULTS.write_text(json.dumps(figures, indent=1) + "\n")
    if figures["wrong"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
