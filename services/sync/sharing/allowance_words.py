"""What a person is told when calls are used up (XERO.md 5.1)."""

from __future__ import annotations

from datetime import timedelta

from services.accounting.ledger import RateLimited
from services.contract.text import printable

_BY_ITSELF = "Nothing to do: what waits is kept, and sending goes on by itself."
_ASK = (
    "Nothing to do: sending goes on by itself. A day that cannot wait can be sent with"
    " `tillbook sync --store … --date …`."
)
_ASKED = {
    "minute": "It has had too many calls for this organisation in the last minute.",
    "appminute": "It has had too many calls from this app in the last minute.",
    "concurrent": "It takes five calls at a time for one organisation.",
    "day": "The organisation's calls of the day are used up, by Tillbook or by other programs.",
    "server": "It is busy or being maintained.",
}


def asked_to_wait(problem: str, wait: timedelta) -> RateLimited:
    """Return the failure of a call made while the ledger asks to wait."""
    why = _ASKED.get(problem, f"It names the limit {printable(problem)!r}.")
    what = "Xero's calls of the day are used up." if problem == "day" else "Xero asked to wait."
    return _limited(what, why, _BY_ITSELF, problem, wait)


def used_up(name: str, limit: int, used: int, kept: int, wait: timedelta) -> RateLimited:
    """Return the failure of a call for which there is no room now.

    `used` are our calls in the window, `kept` those held back for people.
    """
    if name != "day":
        counted = "calls at a time" if name == "at once" else "calls a minute"
        what = "As many calls to Xero are made as it allows."
        return _limited(what, f"It takes {limit} {counted} for one organisation.", _BY_ITSELF, name, wait)
    why = (
        f"Tillbook made {used:,} calls to this organisation in the last 24 hours. Xero takes {limit:,} a day"
        " at most, fewer on a smaller plan or when other programs use them."
    )
    if kept:
        what = "The calls of the day that Tillbook makes unasked are used up."
        return _limited(what, f"{why} The last {kept} are kept for what people ask for.", _ASK, name, wait)
    return _limited("Xero's calls of the day are used up.", why, _BY_ITSELF, name, wait)


def _limited(what: str, why: str, next_step: str, limit: str, wait: timedelta) -> RateLimited:
    failure = RateLimited(what, why, next_step, f"limit {printable(limit)}")
    failure.retry_after = wait.total_seconds()
    return failure
