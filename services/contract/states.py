"""The states a person sees, as the words that cross the socket."""

from __future__ import annotations

from enum import StrEnum


class IntegrationState(StrEnum):
    """Where one integration of one store stands."""

    NOT_SET_UP = "not_set_up"
    SETUP_UNFINISHED = "setup_unfinished"
    CONNECTED = "connected"
    PAUSED = "paused"
    ERROR = "error"
    DISCONNECTED = "disconnected"


class DayState(StrEnum):
    """Where one business date (or one document of it) stands."""

    OPEN = "open"
    WAITING = "waiting"
    BLOCKED = "blocked"
    SENDING = "sending"
    UNKNOWN = "unknown"
    POSTED = "posted"
    DIFFERS = "differs"
    CHANGED = "changed"
    REFUSED = "refused"
    BY_FILE = "by_file"
    NO_TRADE = "no_trade"
    MISSING = "missing"


# No further step runs by itself once a day is in one of these.
SETTLED = frozenset(
    {
        DayState.BLOCKED,
        DayState.UNKNOWN,
        DayState.POSTED,
        DayState.DIFFERS,
        DayState.CHANGED,
        DayState.REFUSED,
        DayState.BY_FILE,
        DayState.NO_TRADE,
    }
)
