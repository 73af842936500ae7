"""Run a program of ours so that it ends when who started it is gone.

`python -P -m console.tether PARENT MODULE ARGUMENTS…`, PARENT being the process that
starts it: for the practice company, whose console may be killed with its terminal.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2), which knows Linux only; it outlives the exec below."""


def main() -> None:
    """Tie this process to its parent, then become the program."""
    parent = int(sys.argv[1])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit(1)  # it went in between
    os.execv(sys.executable, [sys.executable, "-P", "-m", *sys.argv[2:]])  # noqa: S606 - our own program


if __name__ == "__main__":
    main()
