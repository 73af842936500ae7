"""A service without its socket, for tests that kill it: sends what is queued."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from services.contract.answers import NewEvent
from services.contract.settings import load_settings
from services.store import days
from services.store.database import open_database
from services.store.vaults.vault import open_vault
from services.sync.opening import open_office
from services.sync.pace import Pace, StopSignal


@dataclass
class Silence:
    """A bus nobody listens to."""

    def publish(self, event: NewEvent) -> None:
        """Tell nobody."""


def main(home: Path) -> None:
    """Run until nothing is queued, or for some minutes."""
    settings = load_settings(home)
    database = open_database(settings.database_url)
    pace = Pace(tick=0.2, settling=timedelta(seconds=0.2), come_back=timedelta(seconds=0.5), first_wait=0.05)
    office = open_office(settings, database, open_vault(home), Silence(), pace=pace)
    office.start()
    signal = StopSignal()
    for _ in range(2_400):
        with database.read() as session:
            if not days.queued(session):
                break
        signal.wait(0.1)
    office.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
