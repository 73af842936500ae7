"""`python -P -m services.sandbox.xero`.

The practice Xero as a process of its own.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from services.sandbox.xero.changes import described
from services.sandbox.xero.config import PracticeConfig
from services.sandbox.xero.practice import PracticeXero
from services.sandbox.xero.settings import SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; return the exit status."""
    options = _parser().parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        config = PracticeConfig.from_json(options.config.read_text()) if options.config else PracticeConfig()
        config = config.generous() if options.generous else config
        xero = PracticeXero(config, state=options.state, port=options.port).start()
    except (OSError, SettingsError) as error:
        sys.stderr.write(f"The practice Xero did not start: {error}\n")
        return 2
    if options.announce:
        sys.stdout.write(json.dumps({"url": xero.url, **described(config)}) + "\n")
        sys.stdout.flush()
    ended.wait()
    xero.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -P -m services.sandbox.xero",
        description="A practice Xero on 127.0.0.1, for demonstrations and tests. It is not Xero.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (0: any free one)")
    parser.add_argument(
        "--state", type=Path, help="keep everything in this file, so that it survives a restart"
    )
    parser.add_argument("--config", type=Path, help="JSON file of organisations, apps, limits")
    parser.add_argument(
        "--announce", action="store_true", help="print one JSON line with the address and the apps"
    )
    parser.add_argument("--generous", action="store_true", help="limits that are never reached")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
