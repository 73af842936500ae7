"""A program that imports a file and kills itself at its n-th statement."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import event

from services.store.database import open_database
from tests.sources.files import load


def main(database: str, file: str, source: str, last: str) -> None:
    """Import `file`; die at statement `last`, or print how many there were."""
    db = open_database(f"sqlite:///{database}")
    statements = count(1)

    def die(*_given: object) -> None:
        if next(statements) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(db.engine, "before_cursor_execute", die)
    event.listen(db.engine, "commit", die)
    load(db, Path(file).read_bytes(), Path(file).name, source=source or None, store="shop")
    sys.stdout.write(str(next(statements) - 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
