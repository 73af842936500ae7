"""Obstacles as they are kept in the tables and told to people."""

from __future__ import annotations

from collections.abc import Iterable

from services.accounting.xero.catalogue import class_of, class_of_code
from services.books.documents import Finding as BooksFinding
from services.contract.answers import Finding
from services.contract.problem import Problem
from services.contract.text import printable

Kept = dict[str, str]
CLASS = "class"


def kept(problem: Problem) -> Kept:
    """Return a problem as a row keeps it, with its class."""
    told = {name: printable(str(value)) for name, value in problem.answer().items()}
    return {**told, CLASS: class_of(problem)}


def finding(code: str, what: str, why: str, next_step: str, kind: str = "") -> Kept:
    """Return an obstacle as a row keeps it; `kind`: its class, else that of the code."""
    return {"code": code, "what": what, "why": why, "next": next_step, CLASS: kind or class_of_code(code)}


def from_books(findings: Iterable[BooksFinding]) -> list[Kept]:
    """Return the findings of the books as rows keep them."""
    return [
        finding(each.code, printable(each.what), printable(each.why), printable(each.next))
        for each in findings
    ]


def told(rows: Iterable[Kept] | None) -> list[Finding]:
    """Return kept obstacles as they cross the socket."""
    return [_told(row) for row in rows or ()]


def _told(row: Kept) -> Finding:
    code = row.get("code", "")
    # What was written down before there were classes has none.
    kind = row.get(CLASS) or class_of_code(code)
    return {"what": row["what"], "why": row["why"], "next": row["next"], "code": code, "class": kind}


def told_one(row: Kept | None) -> Finding | None:
    """Return one kept obstacle as it crosses the socket."""
    return told([row])[0] if row else None
