"""A practice Xero with a clock of its own.

And a hand inside its New Zealand books.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from services.sandbox.xero import PracticeConfig, PracticeXero
from tests.sandbox.practice_help import Books, Clock, Web


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def practice(clock: Clock) -> PracticeXero:
    """Return a practice Xero that does not listen: enough for its rules."""
    return PracticeXero(clock=clock)


@pytest.fixture
def nz(practice: PracticeXero) -> Books:
    return Books(practice)


@pytest.fixture
def xero(clock: Clock) -> Iterator[PracticeXero]:
    """Return a practice Xero that listens, with Xero's own limits."""
    with PracticeXero(PracticeConfig(), clock=clock) as running:
        yield running


@pytest.fixture
def web(xero: PracticeXero) -> Iterator[Web]:
    """Return a client with an access token for the New Zealand organisation."""
    with Web(xero) as client:
        yield client


@pytest.fixture
def http(xero: PracticeXero) -> Iterator[httpx.Client]:
    """Return a client that has nothing yet: no token, no tenant."""
    with httpx.Client(base_url=xero.url, trust_env=False, timeout=60) as client:
        yield client
