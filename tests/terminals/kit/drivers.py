"""What a driver is given outside a shop: no till waits, nothing is recorded."""

from __future__ import annotations

import time
from collections.abc import Mapping

from services.terminals.catalogue import protocol
from services.terminals.driver import TerminalStatus
from services.terminals.entry import Surroundings
from tests.terminals.kit.child import now
from tests.terminals.kit.noted import Noted


def around(currency: str = "EUR", secrets: Mapping[str, str | None] | None = None) -> Surroundings:
    """A world with these secrets."""
    return Surroundings(currency, now, time.monotonic, (secrets or {}).get, lambda *_: None)


def status_of(name: str, given: Mapping[str, object]) -> TerminalStatus:
    """How the terminal is that a person set up like this."""
    driver = protocol(name).make(given, around())
    try:
        return driver.status(Noted())
    finally:
        driver.close()
