"""`python -P -m services.sandbox.terminals PROTOCOL`.

A practice terminal as a process of its own.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from services.sandbox.terminals.catalogue import MAKERS
from services.sandbox.terminals.control import Control


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status."""
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        terminal = MAKERS[options.protocol](serial=options.serial, book=options.book, port=options.port)
        control = Control(terminal, options.protocol, options.control_port)
    except OSError as error:
        sys.stderr.write(f"The practice terminal did not start: {error}\n")
        return 2
    terminal.start()
    control.start()
    if options.announce:
        told = {"protocol": options.protocol, "address": terminal.address, "control": control.url}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    ended.wait()
    control.stop()
    terminal.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -P -m services.sandbox.terminals",
        description="A practice card terminal on this machine, for demonstrations and tests.",
    )
    parser.add_argument("protocol", choices=sorted(MAKERS))
    parser.add_argument("--serial", action="store_true", help="on a pseudo-terminal instead of TCP")
    parser.add_argument("--port", type=int, default=0, help="TCP port to listen on (0: any free one)")
    parser.add_argument("--control-port", type=int, default=0, help="port of the control face")
    parser.add_argument("--book", type=Path, help="keep its charges in this file")
    parser.add_argument("--announce", action="store_true", help="print one JSON line with the addresses")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
