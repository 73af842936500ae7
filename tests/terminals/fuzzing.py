"""Fuzzing of every codec: `make fuzz`, and in short within `make test`.

Each codec has a module beside this one with `fuzz_one(data)`, which reads any bytes in
every way and raises AssertionError when something is wrong, and `seeds()`, whole messages
to start from. To add one: its line in `CODECS`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol, cast

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.terminals.kit.cpu_time import no_longer_than

MEMORY = 1_500_000_000
"""Bytes of address space a fuzzing process may take; some 200 MB are its libraries."""
LONGEST_INPUT = 5
"""Seconds of the processor one input may take."""
_GUIDED_MEMORY_MB = 1024
_LONGEST_DATA = 4096
_STANDSTILL = 600
"""Seconds after which the fuzzer itself gives up on an input, however busy the machine is."""
_NICE = 10
"""It runs for an hour or more: others come first."""
FEW = 500
"""Inputs of the short form, a codec."""


class Fuzzed(Protocol):
    """The module of a codec."""

    def fuzz_one(self, data: bytes) -> None:
        """Read the bytes in every way."""

    def seeds(self) -> list[bytes]:
        """Return whole messages."""


@dataclass(frozen=True, slots=True)
class Codec:
    """One codec and the module that fuzzes it."""

    name: str
    module: str

    def load(self) -> Fuzzed:
        """Import the module."""
        return cast("Fuzzed", importlib.import_module(self.module))


CODECS = (
    Codec("zvt", "tests.terminals.fuzz_zvt"),
    Codec("concert", "tests.terminals.fuzz_concert"),
    Codec("eplus", "tests.terminals.fuzz_eplus"),
    Codec("linkly", "tests.terminals.fuzz_linkly"),
    Codec("linkly_cloud", "tests.terminals.fuzz_linkly_cloud"),
    Codec("nexo", "tests.terminals.fuzz_nexo"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    codec: str
    by: str
    inputs: int
    seconds: float
    slowest_ms: float
    peak_mb: int
    coverage: str = ""
    """Branches reached by the seeds alone, and at the end."""


def inputs_from(starts: list[bytes]) -> st.SearchStrategy[bytes]:
    """Any bytes; messages with some bytes changed, left out, put in or moved."""
    edits = st.tuples(
        st.integers(0, 2**16), st.integers(0, 4), st.binary(max_size=8), st.sampled_from(starts)
    )
    changed = st.builds(_edited, st.sampled_from(starts), st.lists(edits, max_size=6))
    return st.one_of(st.binary(max_size=300), changed)


def _edited(start: bytes, edits: list[tuple[int, int, bytes, bytes]]) -> bytes:
    data = start
    for where, how, new, other in edits:
        at = where % (len(data) + 1)
        size = len(new)
        data = (
            data[:at] + new + data[at + size :],
            data[:at] + data[at + size :],
            data[:at] + new + data[at:],
            data[:at] + other[where % (len(other) + 1) :],
            data[:at] + data[max(at - 40, 0) : at] * (1 + size) + data[at:],
        )[how]
    return data


def by_example(codec: Codec, inputs: int, *, start: int | None = None) -> Report:
    """Have hypothesis make inputs; `start` makes them the same each time.

    Raises what was found, with the smallest input that shows it.
    """
    fuzzed = codec.load()
    slowest = [0.0, 0.0]

    def one(data: bytes) -> None:
        begun = time.process_time()
        with no_longer_than(LONGEST_INPUT):
            fuzzed.fuzz_one(data)
        slowest[0] = max(slowest[0], time.process_time() - begun)
        slowest[1] += 1

    run = settings(
        max_examples=inputs,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )(given(inputs_from(fuzzed.seeds()))(one))
    begun = time.perf_counter()
    (run if start is None else seed(start)(run))()
    seconds = time.perf_counter() - begun
    return Report(codec.name, "examples", int(slowest[1]), seconds, slowest[0] * 1000, _peak_mb())


def guided(codec: Codec, inputs: int, folder: Path) -> Report:
    """Have a coverage-guided fuzzer make inputs, in a process of its own.

    `folder` keeps the corpus it has found so far, from which the next run starts, and what
    the fuzzer says. Raises AssertionError when it found something.
    """
    corpus = folder / codec.name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(codec.load().seeds()):
        (corpus / f"seed-{number}").write_bytes(data)
    options = {
        "runs": inputs,
        "max_len": _LONGEST_DATA,
        "timeout": _STANDSTILL,
        "rss_limit_mb": _GUIDED_MEMORY_MB,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/{codec.name}-found-",
    }
    guide = [sys.executable, "-m", "tests.terminals.fuzzing_guided"]
    command = [*guide, codec.module, str(LONGEST_INPUT), str(corpus)]
    command += [f"-{name}={value}" for name, value in options.items()]
    log = folder / f"{codec.name}.log"
    begun = time.perf_counter()
    with log.open("wb") as out:
        ended = subprocess.run(command, check=False, stdout=out, stderr=subprocess.STDOUT)
    seconds = time.perf_counter() - begun
    said = log.read_text("utf-8", "replace")
    assert ended.returncode == 0, f"{codec.name}: the fuzzer found something, see {log}\n{said[-6000:]}"
    reached = re.findall(r"cov: (\d+)", said)
    return Report(
        codec.name,
        "coverage",
        int(_stat(said, "number_of_executed_units")),
        seconds,
        float(_stat(said, "slowest_unit_time_sec")) * 1000,
        int(_stat(said, "peak_rss_mb")),
        f"{reached[0]}-{reached[-1]}" if reached else "",
    )


def named(name: str) -> Codec:
    """Return a codec by name."""
    return next(codec for codec in CODECS if codec.name == name)


def bounded() -> None:
    """Bound the memory of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    """Fuzz the codecs named, or all; print a line for each run."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("codecs", nargs="*", metavar="CODEC", help=", ".join(one.name for one in CODECS))
    parser.add_argument("--examples", type=int, default=100_000, help="inputs made by hypothesis")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="inputs guided by coverage")
    parser.add_argument("--folder", type=Path, default=Path("build/fuzz/corpus"))
    parser.add_argument("--short", action="store_true", help="the short form of one codec, as JSON")
    asked = parser.parse_args()
    if asked.short:
        bounded()
        _tell(by_example(named(asked.codecs[0]), FEW, start=1), machine=True)
        return 0
    os.nice(_NICE)
    for codec in [named(name) for name in asked.codecs] or CODECS:
        _tell(by_example(codec, asked.examples))
        _tell(guided(codec, asked.inputs, asked.folder))
    return 0


def _tell(report: Report, *, machine: bool = False) -> None:
    if machine:
        text = json.dumps(asdict(report))
    else:
        text = (
            f"{report.codec:14} {report.by:9} {report.inputs:9,} inputs in {report.seconds:7.1f} s, "
            f"slowest {report.slowest_ms:.0f} ms, peak {report.peak_mb} MB"
            + (f", branches {report.coverage}" if report.coverage else "")
        )
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _stat(said: str, name: str) -> str:
    found = re.search(rf"stat::{name}:\s+(\S+)", said)
    return found[1] if found else "0"


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    raise SystemExit(main())
