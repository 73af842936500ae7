"""Other names for people, the same throughout a bundle. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from services.contract.redaction import HIDDEN, holds_card_number, names_a_secret, redacted_strictly
from services.contract.text import printable

_WORD = re.compile(r"\w+")
# What messages quote of a name that is too long to quote.
_QUOTED = (40, 60)
_LONGEST_NAME = 255
_SHORTEST_IN_TEXT = 3
_SHORTEST_SECRET = 6
_DESCRIPTION = "description"
_LONGEST_DESCRIPTION = 4000


class Pseudonyms:
    """Replaces names of people by others, and hides secrets, in whatever is bundled.

    `kept` are names that stay, such as the contact of a store's own documents; `secrets`
    are hidden wherever they stand.
    """

    def __init__(self, kept: Iterable[str] = (), secrets: Iterable[str] = ()) -> None:
        self._kept = {name.casefold() for name in kept}
        self._secrets = sorted(
            {each for each in secrets if len(each) >= _SHORTEST_SECRET}, key=len, reverse=True
        )
        self._names: dict[str, str] = {}
        self._by_word: dict[str, list[tuple[int, str, str]]] = {}
        self._counts: dict[str, int] = {}

    def name(self, kind: str, name: str | None) -> str | None:
        """Return the other name of a person or thing; the first `kind` is `contact-1`."""
        if not name or name.casefold() in self._kept:
            return name
        key = name.casefold()
        if key not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[key] = _alike(name, f"{kind}-{self._counts[kind]}")
            self._learn(name, self._names[key])
        return self._names[key]

    def identifier(self, kind: str, text: str | None) -> str | None:
        """Return an identifier as it is, unless it looks like a card number."""
        return self.name(kind, text) if text and holds_card_number(text) else text

    def text(self, text: str) -> str:
        """Return free text without names, secrets and card numbers."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return redacted_strictly(self._renamed(text))

    def scrubbed(self, value: Any) -> Any:  # noqa: ANN401 - plain JSON in, plain JSON out
        """Return plain data, each text scrubbed, what keys call secret hidden."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list | tuple):
            return [self.scrubbed(each) for each in value]
        if isinstance(value, dict):
            return {
                self.text(str(key)): HIDDEN if names_a_secret(str(key)) and each else self.scrubbed(each)
                for key, each in value.items()
            }
        return value

    def _learn(self, name: str, other: str) -> None:
        quoted = {(name[:length], other[:length]) for length in _QUOTED if len(name) > length}
        for each, other_name in {(name, other), (printable(name), other), *quoted}:
            first = _WORD.search(each)
            if first is not None and len(each.strip()) >= _SHORTEST_IN_TEXT:
                known = self._by_word.setdefault(first.group().casefold(), [])
                known.append((first.start(), each, other_name))
                known.sort(key=lambda entry: len(entry[1]), reverse=True)

    def _renamed(self, text: str) -> str:
        if not self._by_word:
            return text
        parts, at = [], 0
        for word in _WORD.finditer(text):
            if word.start() < at:
                continue
            if found := self._found(text, word, at):
                start, end, other = found
                parts += [text[at:start], other]
                at = end
        return "".join([*parts, text[at:]])

    def _found(self, text: str, word: re.Match[str], at: int) -> tuple[int, int, str] | None:
        for offset, name, other in self._by_word.get(word.group().casefold(), ()):
            start = word.start() - offset
            end = start + len(name)
            whole = not text[end : end + 1].isalnum()
            if start >= at and whole and text[start:end].casefold() == name.casefold():
                return start, end, other
        return None


def _alike(name: str, other: str) -> str:
    """Return the other name with what the ledger would refuse of the first one."""
    if "  " in name.strip():
        other = other.replace("-", "  ")
    if "<" in name or ">" in name:
        other = f"<{other}>"
    if len(name) > _LONGEST_NAME:
        other = other.ljust(len(name), "x")
    return f"{' ' * (name != name.lstrip())}{other}{' ' * (name != name.rstrip())}"


def without_words(description: str | None) -> str | None:
    """Return free text of a line as text of the same kind that says nothing."""
    if description is None or not description.strip():
        return description
    return "x" * len(description) if len(description) > _LONGEST_DESCRIPTION else _DESCRIPTION
