"""Obstacles as they are kept in the tables and told to people."""

from __future__ import annotations

from collections.abc import Iterable

from services.books.documents import Finding as BooksFinding
from services.contract.answers import Finding
from services.contract.problem import Problem
from services.contract.text import printable

Kept = dict[str, str]


def kept(problem: Problem) -> Kept:
    """Return a problem as a row keeps it."""
    return {name: printable(str(value)) for name, value in problem.answer().items()}


def finding(code: str, what: str, why: str, next_step: str) -> Kept:
    """Return an obstacle as a row keeps it."""
    return {"code": code, "what": what, "why": why, "next": next_step}


def from_books(findings: Iterable[BooksFinding]) -> list[Kept]:
    """Return the findings of the books as rows keep them."""
    return [
        finding(each.code, printable(each.what), printable(each.why), printable(each.next))
        for each in findings
    ]


def told(rows: Iterable[Kept] | None) -> list[Finding]:
    """Return kept obstacles as they cross the socket."""
    return [
        {"what": row["what"], "why": row["why"], "next": row["next"], "code": row.get("code", "")}
        for row in rows or ()
    ]


def told_one(row: Kept | None) -> Finding | None:
    """Return one kept obstacle as it crosses the socket."""
    return told([row])[0] if row else None
