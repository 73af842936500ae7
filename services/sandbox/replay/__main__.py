"""`python -P -m services.sandbox.replay BUNDLE --check|--out DIR`.

Prints one JSON document: what the bundle says of itself, or the plan of its replay, or
`{"error": …}` with exit status 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from services.contract.problem import Problem, Refused
from services.sandbox.replay import plan
from services.sandbox.replay.reading import opened


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a bundle, or make the plan of its replay; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        bundle = opened(options.bundle)
        answer = plan.plan(bundle, options.out) if options.out else plan.summary(bundle)
    except Problem as problem:
        return _refused(problem)
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        return _refused(_unreadable(options.bundle, error))
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


def _refused(problem: Problem) -> int:
    sys.stdout.write(json.dumps({"error": problem.answer()}) + "\n")
    return 1


def _unreadable(path: Path, error: Exception) -> Refused:
    """Return the refusal of sound sums over content that is no bundle's."""
    return Refused(
        f"{path.name} cannot be read.",
        "What is in it is not what `tillbook bundle` writes.",
        "Ask for the bundle again.",
        f"{type(error).__name__}: {error}"[:300],
        code="bundle_unreadable",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="services.sandbox.replay", description="A bundle as a practice plan."
    )
    parser.add_argument("bundle", type=Path)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--check", action="store_true", help="only check its sums")
    how.add_argument("--out", type=Path, help="unpack what a replay needs into this folder")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
