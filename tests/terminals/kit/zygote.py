"""A process that has everything imported and forks a service side for each job.

One thread only, so that forking is safe; reads jobs as lines, answers with exit statuses.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from pathlib import Path

from tests.terminals.kit.child import run_to_file, warm_up

_LONGEST = 60


def main() -> int:
    """Fork a child for each line `out<TAB>job`; answer with its wait status."""
    warm_up()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        out, _, job = line.rstrip("\n").partition("\t")
        child = os.fork()
        if child == 0:
            _work(job, Path(out))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    return 0


def _work(job: str, out: Path) -> None:
    signal.alarm(_LONGEST)
    try:
        run_to_file(job, out)
    except BaseException:  # noqa: BLE001 - a child of fork must never return into its parent's loop
        out.with_suffix(".error").write_text(traceback.format_exc(), "utf-8")
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
