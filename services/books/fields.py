"""Reading the fields of a record, each with its place (RECEIPTS.md, Form).

An empty list and null are the same as an absent field; a blank text in an optional field
says nothing either. Everything else that is not as the contract says raises RecordError.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from services.books.money import AmountError, parse_amount

KEY_LENGTH = 255
TEXT_LENGTH = 4000

_LONGEST_REASON = 300
_ISO_DATE_LENGTH = 10
_MOST_DIGITS = 20
_LINE_BREAKS = "\n\r\t"
_Word = TypeVar("_Word", bound=StrEnum)


class RecordError(ValueError):
    """A record is not as the contract says; the rest of its file is not affected.

    `reason` is a sentence for a person, `field` the place in the record such as
    `lines[1].amount` (empty: the record as a whole), `receipt` the record's id where known.
    """

    def __init__(self, reason: str, field: str = "", receipt: str | None = None) -> None:
        self.reason = reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"
        self.field = field
        self.receipt = receipt
        super().__init__(f"{field}: {self.reason}" if field else self.reason)


class Fields:
    """The fields of one object of a record, at `path` within it.

    Amounts are in major units of `currency`. Raises RecordError for anything but an
    object, and for a field that is not in `allowed`.
    """

    __slots__ = ("_currency", "_data", "_path")

    def __init__(self, data: object, allowed: frozenset[str], path: str = "", currency: str = "") -> None:
        if not isinstance(data, Mapping):
            raise RecordError(f"must be an object with fields, not {_kind_of(data)}", path)
        self._data: Mapping[str, object] = data
        self._path = path
        self._currency = currency
        if not data.keys() <= allowed:
            self._refuse_unknown(allowed)

    def at(self, name: str) -> str:
        """Return the place of a field in the record."""
        return f"{self._path}.{name}" if self._path else name

    def value(self, name: str) -> object:
        """Return a field's value, None where it says nothing."""
        value = self._data.get(name)
        return None if value == [] else value

    def required(self, name: str) -> object:
        """Return a field's value; raise RecordError where it says nothing."""
        value = self.value(name)
        if value is None:
            raise RecordError("is required", self.at(name))
        return value

    def key(self, name: str) -> str:
        """Return a required text that names something: one line, at most 255 characters."""
        return self._one_line(name, self.required(name))

    def name(self, name: str) -> str | None:
        """Return an optional text of one line, at most 255 characters."""
        value = self.value(name)
        return None if value is None or value == "" else self._one_line(name, value)

    def text(self, name: str) -> str | None:
        """Return an optional text that may have several lines, at most 4000 characters."""
        value = self.value(name)
        if value is None or value == "":
            return None
        return _text(value, self.at(name), TEXT_LENGTH, _LINE_BREAKS)

    def word(self, name: str, words: type[_Word]) -> _Word:
        """Return a required field that is one of the words of an enumeration."""
        value = self.key(name)
        try:
            return words(value)
        except ValueError:
            known = ", ".join(words)
            raise RecordError(f"{value!r} is not known; it is one of {known}", self.at(name)) from None

    def money(self, name: str) -> Decimal:
        """Return a required amount in major units."""
        return self._amount(name, self.required(name))

    def money_or_none(self, name: str) -> Decimal | None:
        """Return an optional amount in major units."""
        value = self.value(name)
        return None if value is None else self._amount(name, value)

    def amounts(self, name: str) -> dict[str, Decimal] | None:
        """Return an optional object of amounts by tender type, None when it is empty."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise RecordError(f"must be amounts by tender type, not {_kind_of(value)}", self.at(name))
        inner = Fields(value, frozenset(value), self.at(name), self._currency)
        found = {inner._one_line(str(tender), tender): inner.money_or_none(tender) for tender in value}
        return {tender: amount for tender, amount in found.items() if amount is not None} or None

    def quantity(self, name: str) -> Decimal | None:
        """Return an optional quantity: a decimal number, as a string or a JSON number."""
        value = self.value(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise RecordError(f"must be a number, not {_kind_of(value)}", self.at(name))
        return self._number(name, str(value))

    def time(self, name: str) -> datetime:
        """Return a required moment with its offset."""
        return self._moment(name, self.required(name))

    def time_or_none(self, name: str) -> datetime | None:
        """Return an optional moment with its offset."""
        value = self.value(name)
        return None if value is None else self._moment(name, value)

    def day(self, name: str) -> date:
        """Return a required ISO date."""
        return self._date(name, self.required(name))

    def day_or_none(self, name: str) -> date | None:
        """Return an optional ISO date."""
        value = self.value(name)
        return None if value is None or value == "" else self._date(name, value)

    def objects(self, name: str, allowed: frozenset[str]) -> list[Fields]:
        """Return the objects of a list, none when the field is absent."""
        value = self.value(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise RecordError(f"must be a list, not {_kind_of(value)}", self.at(name))
        place = self.at(name)
        return [
            Fields(item, allowed, f"{place}[{number}]", self._currency) for number, item in enumerate(value)
        ]

    def _refuse_unknown(self, allowed: frozenset[str]) -> None:
        for name in self._data:
            if name not in allowed and self.value(name) is not None:
                raise RecordError("is not a field of the contract", self.at(str(name)))

    def _one_line(self, name: str, value: object) -> str:
        return _text(value, self.at(name), KEY_LENGTH, "")

    def _amount(self, name: str, value: object) -> Decimal:
        try:
            return parse_amount(value, self._currency)
        except AmountError as error:
            raise RecordError(str(error), self.at(name)) from None

    def _number(self, name: str, text: str) -> Decimal:
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise RecordError(f"is not a number: {text!r}", self.at(name)) from None
        if not number.is_finite() or len(f"{number:f}") > _MOST_DIGITS:
            raise RecordError(f"is not a number that can be shown: {text!r}", self.at(name))
        return number

    def _moment(self, name: str, value: object) -> datetime:
        if not isinstance(value, str):
            raise RecordError(
                f"must be a time such as 2026-11-19T08:02:11+13:00, not {_kind_of(value)}", self.at(name)
            )
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise RecordError(
                f"is not a time such as 2026-11-19T08:02:11+13:00: {value!r}", self.at(name)
            ) from None
        if moment.tzinfo is None or "T" not in value:
            raise RecordError(f"must be ISO 8601 with an offset such as +13:00: {value!r}", self.at(name))
        return moment

    def _date(self, name: str, value: object) -> date:
        try:
            if isinstance(value, str) and len(value) == _ISO_DATE_LENGTH and "W" not in value:
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise RecordError(f"is not a date such as 2026-11-19: {value!r}", self.at(name))


def _text(value: object, place: str, longest: int, allowed: str) -> str:
    if not isinstance(value, str):
        raise RecordError(f"must be a text, not {_kind_of(value)}", place)
    if not value.strip():
        raise RecordError("must not be empty", place)
    if len(value) > longest:
        raise RecordError(f"has {len(value)} characters; at most {longest} are possible", place)
    if not value.isprintable():
        _refuse_controls(value, place, allowed)
    return value


def _refuse_controls(value: str, place: str, allowed: str) -> None:
    """Refuse what no database or ledger can hold; other letters are fine."""
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed:
            raise RecordError(f"holds a control character: {value!r}", place)


def _kind_of(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float | Decimal):
        return f"the number {value}"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list | tuple) else "an object"
