"""What time Xero says it is: asked without a token, counted for nobody."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from services.accounting.ledger import NotSent
from services.accounting.xero.oauth import Addresses
from services.contract.text import printable

# Asked without a token it is refused at once; the refusal carries the time like any answer.
_PATH = "/connections"
_SECONDS = 10.0


def clock_ahead(addresses: Addresses, clock: Callable[[], datetime]) -> timedelta | None:
    """Return how far `clock` is ahead of Xero's; None when Xero does not tell.

    Exact to a second or two: the time is told in whole seconds. Raises NotSent when
    Xero cannot be reached.
    """
    began, ours = time.monotonic(), clock()
    try:
        answer = httpx.get(f"{addresses.api}{_PATH}", timeout=_SECONDS)
    except httpx.HTTPError as error:
        raise NotSent(
            "Xero cannot be reached.",
            "No connection could be made, or no answer came in time.",
            "Check the internet connection of this machine.",
            printable(str(error)),
        ) from error
    took = timedelta(seconds=time.monotonic() - began)
    try:
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (KeyError, ValueError):
        return None
    return ours + took / 2 - theirs
