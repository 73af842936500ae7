"""Xero's filter and order language.

`Type=="ACCREC" AND Date>=DateTime(2026,11,1)`.

Text compares without regard to case (XERO.md 5.4). A field that a list does not offer
is refused by name, so that a test notices a filter that would not work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from services.sandbox.xero.problems import query_invalid

Value = str | bool | Decimal | datetime | None
Row = Any
Getter = Callable[[Row], object]
Fields = Mapping[str, Getter]
Test = Callable[[Row], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<symbol>==|!=|>=|<=|<>|&&|\|\||[=<>(),!])
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z_][\w.]*)
    )""",
    re.VERBOSE,
)
_END = ("", "")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}
_METHODS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda a, b: b in a,
    "startswith": lambda a, b: a.startswith(b),
    "endswith": lambda a, b: a.endswith(b),
}


def matcher(text: str, fields: Fields) -> Test:
    """Return the test that a `where` text states.

    Raise HttpProblem (400) if it cannot be read.
    """
    return _Parser(text, fields).parse()


def ordering(text: str, fields: Fields) -> list[tuple[Getter, bool]]:
    """Return what an `order` text sorts by, each with whether downwards."""
    keys = []
    for part in text.split(","):
        name, _, direction = part.strip().partition(" ")
        keys.append((_field(name, fields), direction.strip().upper() in {"DESC", "DESCENDING"}))
    return keys


def comparable(value: object) -> Value:
    """Return a value as the language compares it: text folded, days as instants."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if isinstance(value, bool | Decimal | datetime) else None


def _field(name: str, fields: Fields) -> Getter:
    by_name = {known.casefold(): getter for known, getter in fields.items()}
    if name.casefold() not in by_name:
        raise query_invalid(f"No property or field '{name}' exists here; there are {', '.join(fields)}.")
    return by_name[name.casefold()]


class _Parser:
    """Reads one `where` text by recursive descent."""

    def __init__(self, text: str, fields: Fields) -> None:
        self._text = text
        self._fields = fields
        self._tokens = self._split(text)
        self._at = 0

    def parse(self) -> Test:
        test = self._either()
        if self._at < len(self._tokens):
            raise self._unreadable()
        return test

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise query_invalid(f"The filter cannot be read at: {text[at:]}")
            tokens.append((match.lastgroup, match[match.lastgroup]))
            at = match.end()
        return tokens

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self) -> tuple[str, str]:
        token = self._next()
        self._at += 1
        return token

    def _accept(self, *words: str) -> bool:
        if self._next()[0] in {"symbol", "name"} and self._next()[1].upper() in words:
            self._at += 1
            return True
        return False

    def _expect(self, symbol: str) -> None:
        if self._take() != ("symbol", symbol):
            raise self._unreadable()

    def _unreadable(self) -> Exception:
        return query_invalid(f"The filter cannot be read: {self._text}")

    def _either(self) -> Test:
        tests = [self._both()]
        while self._accept("OR", "||"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._accept("AND", "&&"):
            tests.append(self._single())
        return lambda row: all(test(row) for test in tests)

    def _single(self) -> Test:
        if self._accept("!", "NOT"):
            inner = self._single()
            return lambda row: not inner(row)
        if self._accept("("):
            inner = self._either()
            self._expect(")")
            return inner
        kind, name = self._take()
        if kind != "name":
            raise self._unreadable()
        stem, _, last = name.rpartition(".")
        if last.casefold() in _METHODS:
            return self._method(stem, _METHODS[last.casefold()])
        return self._comparison(_field(name, self._fields))

    def _method(self, name: str, method: Callable[[str, str], bool]) -> Test:
        getter = _field(name, self._fields)
        self._expect("(")
        wanted = self._value()
        self._expect(")")
        return lambda row: method(str(getter(row) or "").casefold(), str(wanted))

    def _comparison(self, getter: Getter) -> Test:
        kind, symbol = self._next()
        if kind != "symbol" or symbol in {"(", ")", ",", "!", "&&", "||"}:
            return lambda row: getter(row) is True
        self._at += 1
        name = {"=": "==", "<>": "!="}.get(symbol, symbol)
        wanted = self._value()
        return lambda row: _compared(comparable(getter(row)), name, wanted)

    def _value(self) -> Value:
        kind, word = self._take()
        if kind == "string":
            return comparable(re.sub(r"\\(.)", r"\1", word[1:-1]))
        if kind == "number":
            return Decimal(word)
        if kind == "name" and word.casefold() in {"true", "false", "null"}:
            return {"true": True, "false": False, "null": None}[word.casefold()]
        if kind == "name" and self._next() == ("symbol", "("):
            return self._made(word.casefold())
        raise self._unreadable()

    def _made(self, name: str) -> Value:
        """Read `guid("…")`, `DateTime(2026,11,1)` or `DateTime.Parse("2026-11-01")`."""
        self._expect("(")
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._expect(")")
        try:
            if name == "guid":
                return str(values[0])
            if name == "datetime.parse":
                return datetime.fromisoformat(str(values[0]).upper()).replace(tzinfo=UTC)
            if name == "datetime":
                parts = [int(str(value)) for value in values] + [0] * 3
                return datetime(*parts[:6], tzinfo=UTC)  # type: ignore[arg-type, misc]  # at most six numbers
        except ValueError as error:
            raise self._unreadable() from error
        raise self._unreadable()


def _compared(value: Value, name: str, wanted: Value) -> bool:
    if value is None or wanted is None or type(value) is not type(wanted):
        same = value == wanted or (wanted is None and value == "")
        return {"==": same, "!=": not same}.get(name, False)
    return _COMPARE[name](value, wanted)
