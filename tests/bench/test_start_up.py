"""How long a person waits for a command to start, against the interpreter alone."""

import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import pytest

from tests.console.answers import status
from tests.console.fake_service import fake_service

_PROGRAM = Path(sys.executable).parent / "tillbook"
_RUNS = 7


def _cpu_seconds(command: list[str], environment: Mapping[str, str]) -> float:
    """Return the median of user and system time of a command, the first run left out."""
    taken = []
    for _ in range(_RUNS + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(command, env=dict(environment), capture_output=True, timeout=30, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stderr
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(taken[1:])


def test_status_against_the_interpreter(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "TILLBOOK_HOME": str(home)}
    with fake_service(home, {"GET /v1/status": status()}) as service:
        told = _cpu_seconds([str(_PROGRAM), "status"], environment)
        as_json = _cpu_seconds([str(_PROGRAM), "status", "--json"], environment)
        assert len(service.asked) == 2 * (_RUNS + 1)
    alone = _cpu_seconds([sys.executable, "-c", "pass"], environment)
    words = _cpu_seconds([str(_PROGRAM), "status", "--help"], environment)
    sys.stdout.write(
        f"\ntillbook status: {told:.3f} s of CPU, {told / alone:.1f} times the interpreter alone"
        f" ({alone:.3f} s); with --json {as_json:.3f} s; its --help {words:.3f} s\n"
    )
