"""A source profile: how one system's delimited export becomes receipts.

The form of the TOML file is in docs/sources.md; `services.sources.profile_file` reads it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

STORE_ZONE = "store"
"""Word for the zone of the store the file is imported for."""


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the bytes become rows."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    """Empty: no quoting."""
    skip_lines: int = 0
    """Lines before the header."""
    aliases: tuple[tuple[str, str], ...] = ()
    """(column, other name it goes by in some exports)."""
    whole_days: bool = False
    """Whether a file holds all receipts of its business dates: what is missing is gone."""


@dataclass(frozen=True, slots=True)
class NumberForm:
    """How the file writes numbers and money."""

    decimal: str = "."
    thousands: str = ""
    currency: str = ""
    """The sign that may stand before or after an amount."""
    brackets: bool = False
    """Whether `(33.62)` means -33.62."""
    minor_units: bool = False
    """Whether money is in cents rather than in the currency's major unit."""


@dataclass(frozen=True, slots=True)
class TimeForm:
    """Where the time is, its one format, and the zone it is written in."""

    columns: tuple[str, ...]
    """Joined by one space."""
    format: str
    zone: str = STORE_ZONE
    has_time: bool = True
    """False when the format has a date only."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One question about one column of a row; `test` is one of `profile.TESTS`."""

    column: str
    test: str
    values: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    ignore_case: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A name and the conditions that must all hold for it."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value for each row: the first rule that holds, a column, a fixed value."""

    rules: tuple[Rule, ...] = ()
    column: str | None = None
    value: str | None = None
    """Fixed; with a column: what stands for an empty cell."""


@dataclass(frozen=True, slots=True)
class AmountForm:
    """The whole line's amount: a sum of columns, or quantity times unit price."""

    columns: tuple[str, ...] = ()
    quantity: str | None = None
    price: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptForm:
    """Which rows make one receipt, and what is taken from its first row."""

    id: tuple[str, ...]
    operator: str | None = None
    refunds_positive: bool = False
    """Whether the file writes the amounts of refunds without a minus."""


@dataclass(frozen=True, slots=True)
class LineForm:
    """What else is kept of a row."""

    quantity: str | None = None
    description: str | None = None
    tax: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One source profile, checked."""

    name: str
    store: str | None
    file: FileForm
    numbers: NumberForm
    time: TimeForm
    receipt: ReceiptForm
    amount: AmountForm
    line: LineForm
    register: Choice
    kind: Choice
    category: Choice
    tax_code: Choice
    tender: Choice
    set_apart: tuple[Rule, ...] = ()
    ignore: tuple[Rule, ...] = ()


TESTS = ("equals", "in", "prefix", "regex", "zero", "negative", "positive", "blank")
