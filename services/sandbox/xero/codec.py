"""Dataclasses to plain JSON data and back, for the state file."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

T = typing.TypeVar("T")

_READERS: dict[object, Callable[[str], object]] = {
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def to_plain(value: object) -> object:
    """Return `value` as JSON data: dates as ISO text, decimals as text."""
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: to_plain(item) for name, item in value.items()}
    return value


def from_plain(kind: type[T], plain: object) -> T:
    """Make a `kind` from what `to_plain` returned for one."""
    return typing.cast("T", _read(kind, plain))


def _read(kind: object, plain: object) -> object:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        inner = next(a for a in arguments if a is not types.NoneType)
        return None if plain is None else _read(inner, plain)
    if isinstance(plain, list):
        items = [_read(arguments[0], item) for item in plain]
        return tuple(items) if origin is tuple else items
    if isinstance(plain, dict) and isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in plain.items()})
    reader = _READERS.get(kind)
    return reader(plain) if reader and isinstance(plain, str) else plain


@cache
def _hints(kind: type[object]) -> dict[str, object]:
    return typing.get_type_hints(kind)
