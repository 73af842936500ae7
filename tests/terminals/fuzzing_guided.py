"""The coverage-guided part of `make fuzz`: one codec, in a process of its own.

Called as `python -m tests.terminals.fuzzing_guided MODULE SECONDS CORPUS -OPTION=...`. The fuzzer
(atheris) comes from requirements-fuzz.lock and is not needed for anything else.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from tests.terminals.kit.cpu_time import no_longer_than

_INSTRUMENTED = ["services.terminals"]


def main() -> None:
    """Fuzz until the inputs are used up or something is found; ends the process."""
    atheris: Any = importlib.import_module("atheris")
    module, seconds, *options = sys.argv[1:]
    longest = float(seconds)
    with atheris.instrument_imports(include=_INSTRUMENTED):
        fuzzed = importlib.import_module(module)

    def one(data: bytes) -> None:
        with no_longer_than(longest):
            fuzzed.fuzz_one(data)

    fuzzed.seeds()
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
