"""What the practice company starts ends with it, also when it is killed."""

import os
import select
import signal
import subprocess
import sys
import time

import pytest

_STARTS = """
import os, subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-P", "-m", "console.tether", str(os.getpid()), "http.server", "0"],
    stdout=subprocess.DEVNULL,
)
print(child.pid, flush=True)
child.wait()
"""
_PATIENCE = 40.0


def test_a_program_ends_when_who_started_it_is_killed() -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux ends a process with its parent")
    with subprocess.Popen([sys.executable, "-c", _STARTS], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        start = time.monotonic()
        ended, _, _ = select.select([child], [], [], _PATIENCE)
        os.close(child)
    assert ended, "it goes on"
    assert time.monotonic() - start < _PATIENCE
