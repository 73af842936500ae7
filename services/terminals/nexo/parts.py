"""Reading a document part by part; no card data comes out. Pure.

Every text that leaves here has had card numbers taken out of it (TERMINALS.md 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from urllib.parse import unquote

from services.contract.cards import without_card_numbers
from services.contract.text import printable
from services.terminals.nexo.documents import Json
from services.terminals.problems import ProtocolError

_LONGEST_TEXT = 20_000
_LARGEST = Decimal(10) ** 10
_HANDLE = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_NOTHING: Mapping[str, Json] = {}


class Part:
    """One object of a document.

    What is not there is empty; what is of another kind is an error.
    """

    def __init__(self, value: Mapping[str, Json], where: str) -> None:
        self._value = value
        self._where = where

    def __bool__(self) -> bool:
        return bool(self._value)

    def names(self) -> list[str]:
        """Return the names of what it holds."""
        return list(self._value)

    def raw(self, name: str) -> str:
        """Return a text as it stands; its reader takes card numbers out.

        Terminals write some names as numbers, such as POIReconciliationID.
        """
        value = self._value.get(name)
        if value is None:
            return ""
        if isinstance(value, Decimal):
            return f"{value:f}"
        if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
            raise self._wrong(name)
        # Half of a character pair cannot be written to a file.
        return value.encode("utf-8", "replace").decode("utf-8")

    def text(self, name: str) -> str:
        """Return a text without card numbers."""
        return clean(self.raw(name))

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, or the one that stands in its place."""
        value = self._value.get(name)
        values = [value] if isinstance(value, str) else _listed(value)
        if not all(isinstance(one, str) for one in values):
            raise self._wrong(name)
        return [clean(one) for one in values if isinstance(one, str)]

    def number(self, name: str) -> Decimal | None:
        """Return a number; one so long that it may be a card's is an error."""
        value = self._value.get(name)
        if value is None:
            return None
        if not isinstance(value, Decimal) or abs(value) >= _LARGEST:
            raise self._wrong(name)
        return value

    def flag(self, name: str) -> bool | None:
        """Return what is true or false."""
        value = self._value.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name)
        return value

    def part(self, name: str) -> Part:
        """Return an object within, empty when it is not there."""
        value = self._value.get(name)
        if value is None:
            return Part(_NOTHING, f"{self._where}.{name}")
        if not isinstance(value, Mapping):
            raise self._wrong(name)
        return Part(value, f"{self._where}.{name}")

    def parts(self, name: str) -> Iterator[Part]:
        """Yield the objects of a list."""
        for value in _listed(self._value.get(name)):
            if not isinstance(value, Mapping):
                raise self._wrong(name)
            yield Part(value, f"{self._where}.{name}")

    def _wrong(self, name: str) -> ProtocolError:
        return ProtocolError(f"{self._where}.{name}")


def clean(text: str) -> str:
    """Return a text without card numbers, on one line."""
    return scrubbed(" ".join(text.encode("utf-8", "replace").decode("utf-8").split()))


def scrubbed(line: str) -> str:
    """Return a line without card numbers, also as in an address (`%20`)."""
    plain = unquote(line) if "%" in line else line
    hidden = without_card_numbers(plain)
    return without_card_numbers(line) if hidden == plain else printable(hidden)


def last_four(text: str) -> str:
    """Return a masked card number: its last four digits, if it has that many.

    `411111 **** 1111` and a number that nobody masked both become `************1111`.
    """
    digits = "".join(character for character in text if character.isdigit() and character.isascii())
    return f"************{digits[-4:]}" if len(digits) >= 4 else ""  # noqa: PLR2004 - see above


def handle(text: str) -> str:
    """Return the terminal's name of a transaction, as the journal keeps it whole.

    The halves of `4r7i001556529591000.8515565295894301` are looked at apart: run together,
    such a number passes for a card's one time in a few. One that holds a card number is
    not kept.
    """
    halves = text.split(".")
    if any(not _HANDLE.fullmatch(half) or without_card_numbers(half) != half for half in halves):
        return ""
    return "|".join(halves)


def named_again(kept: str) -> str:
    """Return what the terminal called a transaction, from what `handle` kept."""
    return kept.replace("|", ".")


def _listed(value: Json) -> Sequence[Json]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    return () if value is None else (value,)
