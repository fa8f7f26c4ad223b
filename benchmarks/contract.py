"""Is the OpenAPI true? Schemathesis asks the real server all it allows, and more: every check, two thousand cases.

python -m benchmarks.contract               # benchmarks/results/contract.json
python -m benchmarks.contract --examples 5  # a taste; writes no results
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import positive_data_acceptance

from benchmarks.service import running, wait_until_up

RESULTS = Path(__file__).parent / "results" / "contract.json"
EXAMPLES = 150


def measure(examples: int) -> dict[str, object]:
    """Asks every operation in both modes; what came back, and what was not as described."""
    statuses: Counter[str] = Counter()
    wrong: list[str] = []
    began = time.monotonic()
    with running(RATE_LIMIT_PER_MINUTE="0", MAX_MEMORY_MB="8000") as service:
        wait_until_up(service, 120)
        described = schemathesis.openapi.from_url(f"{service.client.base_url}/openapi.json")
        for result in described.get_all_operations():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    ask(result.ok(), mode, examples, statuses)
                except FailureGroup as failures:
                    wrong += [f"{result.ok().label}: {one}" for one in failures.exceptions]
                except Unsatisfiable:  # what takes nothing, or any text, cannot be asked wrongly
                    if mode is GenerationMode.POSITIVE:
                        raise
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "cases": statuses.total(),
        "seconds": round(time.monotonic() - began),
        "statuses": dict(sorted(statuses.items())),
        "wrong": wrong,
    }


def ask(operation: APIOperation, mode: GenerationMode, examples: int, statuses: Counter[str]) -> None:
    """One operation, so many times. Raises FailureGroup for an answer that is not as described."""
    # A schema can say neither "bytes that are a picture" nor "a cursor that we signed".
    excluded = [positive_data_acceptance] if operation.path == "/api/classify" else []

    @seed(1)
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def once(case: schemathesis.Case) -> None:
        if mode is GenerationMode.POSITIVE and case.query:
            case.query.pop("cursor", None)
        answer = case.call()
        statuses[str(answer.status_code)] += 1
        case.validate_response(answer, excluded_checks=excluded)

    once()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="for each operation and mode")
    examples = parser.parse_args().examples
    figures = measure(examples)
    print(json.dumps(figures, indent=2))
    if examples >= EXAMPLES:
        RESULTS.write_text(json.dumps(figures, indent=1) + "\n")
    if figures["wrong"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
