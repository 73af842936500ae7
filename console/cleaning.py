"""The console's last door: nothing that a terminal would obey gets past it.

The service cleans what comes from outside when it takes it in; what was taken in by an
older version, or answered by something else at the socket, is cleaned here once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from services.contract.problem import Problem
from services.contract.text import printable

T = TypeVar("T")


def cleaned(answer: T) -> T:
    """Return an answer of the service whose every text is safe to show.

    Lines and tabs stay: what is shown in one line is cut by who shows it.
    """
    return cast("T", _cleaned(answer))


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return printable(value, lines=True)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, tuple):
        parts = tuple(_cleaned(each) for each in value)
        named: Callable[[object], object] | None = getattr(type(value), "_make", None)
        return parts if named is None else named(parts)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _cleaned(getattr(value, each.name)) for each in fields(value)})
    return value


def cleaned_problem(problem: Problem) -> Problem:
    """Return a problem whose words are safe to show."""
    told = cleaned(problem.answer())
    return type(problem)(told["what"], told["why"], told["next"], told["detail"], told["code"])
