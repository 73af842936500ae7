"""What `tillbook.toml` says of the allowance, and of the machines that share it.

`[allowance]` has minute, day, at_once (what Xero takes of one organisation; its answers
are believed over this) and reserve (of the day's calls, kept for what people ask for).
`[machines]` has beat and dead_after, in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from services.contract.problem import Refused
from services.contract.settings import Settings
from services.sync.pace import Pace
from services.sync.sharing.allowance import Limits
from services.sync.sharing.gate import GOOD_FOR

_ALLOWANCE, _MACHINES = "allowance", "machines"
_BEATS_BEFORE_DEAD = 3
_LEAST = {"reserve": 0, "beat": 0.05, "dead_after": 0.05}


def limits_of(settings: Settings) -> Limits:
    """Return the limits of the ledger; Refused for a number without sense."""
    names = {each.name for each in fields(Limits)}
    given = _numbers(settings, _ALLOWANCE, names)
    return replace(Limits(), **{name: int(value) for name, value in given.items()})


def pace_of(settings: Settings, pace: Pace) -> Pace:
    """Return the pace with the machines' own; raise Refused where it could do harm."""
    given = _numbers(settings, _MACHINES, {"beat", "dead_after"})
    beat, dead_after = given.get("beat", pace.beat), given.get("dead_after", pace.dead_after)
    wanted = replace(pace, beat=beat, dead_after=dead_after)
    if wanted.dead_after < _BEATS_BEFORE_DEAD * wanted.beat:
        raise _refused(
            _MACHINES,
            f"dead_after is {wanted.dead_after:g} and beat {wanted.beat:g} seconds",
            f"A machine must be silent for {_BEATS_BEFORE_DEAD} beats before it is taken for dead.",
        )
    return wanted


def good_for(pace: Pace) -> float:
    """Return for how many seconds leave is good: far less than dead takes."""
    return min(GOOD_FOR, pace.dead_after / 4)


def _numbers(settings: Settings, section: str, names: set[str]) -> dict[str, float]:
    values = settings.values.get(section, {})
    if not isinstance(values, Mapping):
        raise _refused(section, "it is no section", f"Write it as [{section}] with a line for each number.")
    if unknown := sorted(set(values) - names):
        raise _refused(section, f"it has {', '.join(unknown)}", f"It knows {', '.join(sorted(names))}.")
    wrong = [name for name, value in values.items() if not _is_number(value, _LEAST.get(str(name), 1))]
    if wrong:
        raise _refused(section, f"{', '.join(wrong)} is too small, or no number", "Correct it.")
    return {str(name): value for name, value in values.items()}


def _is_number(value: object, least: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= least


def _refused(section: str, why: str, next_step: str) -> Refused:
    return Refused(
        f"The section [{section}] of tillbook.toml is not accepted.",
        f"{why[0].upper()}{why[1:]}.",
        next_step,
        code="wrong_setting",
    )
