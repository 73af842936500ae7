"""Faults by chance: a seeded mix over a share of the calls.

Which calls are hit, and how, follows from the seed and the number of the call alone, so
a run that is repeated with the same calls meets the same faults.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.sandbox.xero.faults import Fault
from services.sandbox.xero.settings import SettingsError

_SHORTEST_DELAY, _LONGEST_DELAY = 0.1, 1.5
_LONGEST_RETRY_AFTER = 3
_REFUSED = {"Title": "Bad Request", "Status": 400, "Detail": "The practice Xero refuses this call by chance."}

Made = Callable[[random.Random], Fault]


def _status(status: int, **more: object) -> Made:
    # Each keyword is a field of Fault; the types are checked where it is made.
    return lambda _: Fault(status=status, count=None, **more)  # type: ignore[arg-type]


def _plain(**fields: object) -> Made:
    return lambda _: Fault(count=None, **fields)  # type: ignore[arg-type]  # as above


def _delayed(chance: random.Random) -> Fault:
    return Fault(delay=chance.uniform(_SHORTEST_DELAY, _LONGEST_DELAY), count=None)


def _limited(chance: random.Random) -> Fault:
    seconds = str(chance.randint(1, _LONGEST_RETRY_AFTER))
    return Fault(status=429, headers={"Retry-After": seconds, "X-Rate-Limit-Problem": "minute"}, count=None)


KINDS: Mapping[str, Made] = MappingProxyType(
    {
        "status_400": _status(400, body=_REFUSED),
        "status_404": _status(404),
        "status_500": _status(500, html=True),
        "status_503": _status(503, headers={"Retry-After": "1"}),
        "error_after": _status(500, html=True, when="after"),
        "delay": _delayed,
        "drop_before": _plain(drop=True),
        "drop_after": _plain(drop=True, when="after"),
        "truncate": _plain(truncate=True),
        "token_expired": _plain(token_expired=True),
        "limit": _limited,
    }
)
"""What may go wrong, by name; each makes the fault of one call.

`drop_after` on `/connect/token` is the lost answer of a refresh.
"""


@dataclass(frozen=True)
class Mix:
    """A `share` (0 to 1) of the calls goes wrong, in kinds by their weight.

    It concerns calls of `method` whose path has the regex `path`, as a fault does.
    """

    mix: Mapping[str, int]
    share: float
    seed: int = 0
    method: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        """Refuse a mix of unknown kinds, or one that could not fire."""
        unknown = sorted(set(self.mix) - set(KINDS))
        if unknown or not self.mix:
            raise SettingsError(
                f"A mix has no {', '.join(unknown) or 'kinds'}; there are {', '.join(KINDS)}."
            )
        if not 0 < self.share <= 1 or min(self.mix.values()) < 1:
            raise SettingsError("A mix needs a share above 0 and up to 1, and weights of 1 or more.")
        try:
            re.compile(self.path)
        except re.error as error:
            raise SettingsError(f"The path of a mix is no regular expression: {error}") from error

    def concerns(self, method: str, path: str) -> bool:
        """Return whether a call may be hit."""
        return self.method in {"", method} and re.search(self.path, path) is not None

    def hit(self, number: int) -> tuple[str, Fault] | None:
        """Return the kind and the fault of the call of this number, counted from 1."""
        chance = random.Random(f"{self.seed}:{number}")  # noqa: S311 - faults, not secrets
        if chance.random() >= self.share:
            return None
        kind = chance.choices(list(self.mix), weights=list(self.mix.values()))[0]
        return kind, KINDS[kind](chance)
