"""What a protocol says of itself: its settings, how its driver is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.contract.problem import Refused
from services.terminals.driver import Driver

Given = Mapping[str, object]
"""Settings of one terminal as they stand in its row: texts, whole numbers, true and false."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing a person sets for a terminal. A `secret` is kept in the vault."""

    name: str
    title: str
    kind: Literal["text", "number", "choice", "flag", "device", "secret"] = "text"
    default: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""
    when: tuple[str, str] | None = None
    """The setting it hangs on, and the value that one must have; None: it always counts."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a driver is given of the world."""

    currency: str
    """What the terminal takes."""
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    secret: Callable[[str], str | None]
    """The secret of a setting of kind `secret` of this terminal."""
    record: Callable[[str, str], None]
    """Told each message after masking: direction (`>` to the terminal) and text."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a person gives to pair with a terminal; none of it is kept."""

    username: str
    password: str = field(repr=False)
    code: str = field(repr=False)
    """As the terminal shows it."""


Pair = Callable[[Given, Surroundings, Pairing], Mapping[str, str]]
"""Pairs with a terminal; returns the secrets to keep, by setting. Raises Refusal, Break."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One protocol in the catalogue."""

    name: str
    title: str
    settings: tuple[Setting, ...]
    make: Callable[[Given, Surroundings], Driver]
    """Raises Refused, naming the setting, when one does not fit. Opens nothing."""
    pair: Pair | None = None
    """Where a till is paired with the terminal first; gives the secrets to be kept."""

    def counts(self, name: str, given: Given) -> bool:
        """Whether a setting has an effect beside the others.

        One that the protocol does not have has none.
        """
        setting = next((each for each in self.settings if each.name == name), None)
        if setting is None or setting.when is None:
            return setting is not None
        on, value = setting.when
        default = next(each.default for each in self.settings if each.name == on)
        return _plain(given.get(on, default)) == value and self.counts(on, given)


def _plain(value: object) -> str:
    """Return a value as its choices are written: a flag may be kept as true or false."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def text(given: Given, name: str, default: str = "") -> str:
    """Return a text setting."""
    value = given.get(name, default)
    return value if isinstance(value, str) else str(value)


def number(given: Given, name: str, default: int, least: int = 0, most: int = 65_535) -> int:
    """Return a whole number; raise Refused when it is none, or out of bounds."""
    value = given.get(name, default)
    try:
        whole = int(value) if isinstance(value, int | str) and value != "" else default
    except ValueError:
        whole = least - 1
    if not least <= whole <= most:
        raise wrong(name, f"It must be a whole number from {least} to {most}.")
    return whole


def choice(given: Given, name: str, choices: tuple[str, ...]) -> str:
    """Return one of the choices, the first by default; raise Refused."""
    value = text(given, name, choices[0]) or choices[0]
    if value not in choices:
        raise wrong(name, f"It must be one of: {', '.join(choices)}.")
    return value


def flag(given: Given, name: str, *, default: bool) -> bool:
    """Return a setting that is true or false."""
    value = given.get(name, default)
    return value if isinstance(value, bool) else str(value).lower() in {"true", "yes", "1", "on"}


def wrong(name: str, why: str) -> Refused:
    """Return the refusal of one setting."""
    return Refused(
        f"The card terminal's setting {name} does not fit.",
        why,
        "Correct it and try again.",
        code="terminal_setting",
    )
