"""The answer to a write: each element with what became of it.

XERO.md 6.15, 6.16.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus

from services.sandbox.xero.document_rules import CREATABLE
from services.sandbox.xero.documents import LINE_AMOUNT_TYPES
from services.sandbox.xero.fields import DATE_FIELDS, NUMBER_FIELDS, Findings, messages
from services.sandbox.xero.model import CLASS_OF_TYPE, PAYMENT_TYPE
from services.sandbox.xero.problems import Answer, as_json, validation_failed
from services.sandbox.xero.wire import Element, Json, ms_date, read_date

NO_ID = "00000000-0000-0000-0000-000000000000"
# A word outside these would break the decoding of an echoed element (XERO.md 2.8).
_WORDS: Mapping[str, frozenset[str]] = {
    "Type": frozenset(PAYMENT_TYPE) | frozenset(CLASS_OF_TYPE),
    "Status": frozenset(CREATABLE) | {"VOIDED", "DELETED", "PAID", "POSTED"},
    "LineAmountTypes": frozenset(LINE_AMOUNT_TYPES),
}


@dataclass(frozen=True)
class Result:
    """One element of a write.

    As it is shown now, or as it was sent, with the findings.
    """

    shown: Json | None
    sent: Element
    findings: Findings


def write_answer(
    plural: str, id_field: str, results: list[Result], frame: Mapping[str, object], *, summarize: bool
) -> Answer:
    """Return the answer of a write.

    With `summarize` (the default of Xero) any error makes it a 400 that lists every
    element, although the valid ones are kept; without, it is a 200 whose elements say
    OK, WARNING or ERROR. `frame` is the envelope.
    """
    if summarize and any(result.findings.errors for result in results):
        return validation_failed([_listed(result, id_field) for result in results])
    shown = [_element(result, id_field, stated=not summarize) for result in results]
    return as_json(HTTPStatus.OK, {**frame, plural: shown})


def _listed(result: Result, id_field: str) -> Json:
    found = result.findings
    return _body(result, id_field) | {
        "ValidationErrors": messages(found.errors),
        "Warnings": messages(found.warnings),
        "HasErrors": bool(found.errors),
    }


def _element(result: Result, id_field: str, *, stated: bool) -> Json:
    found = result.findings
    shown = _body(result, id_field)
    if found.warnings:
        shown["Warnings"] = messages(found.warnings)
    if not stated:
        return shown
    status = "ERROR" if found.errors else "WARNING" if found.warnings else "OK"
    shown |= {"StatusAttributeString": status, "HasErrors": bool(found.errors)}
    if found.errors:
        shown["ValidationErrors"] = messages(found.errors)
    return shown


def _body(result: Result, id_field: str) -> Json:
    return dict(result.shown) if result.shown else {id_field: NO_ID, **_echo(result.sent)}


def _echo(sent: Element) -> Json:
    """Return what was sent, cleaned so that a client can decode it."""
    cleaned = {name: _cleaned(name, value) for name, value in sent.items()}
    return {name: value for name, value in cleaned.items() if value is not None}


def _cleaned(name: str, value: object) -> object:
    if isinstance(value, Mapping):
        return _echo(value)
    if isinstance(value, list):
        return [_cleaned("", item) for item in value]
    if name in _WORDS:
        return value if value in _WORDS[name] else None
    try:
        return _decodable(name, value) if isinstance(value, str) else value
    except (ArithmeticError, ValueError):
        return None


def _decodable(name: str, value: str) -> object:
    if name in DATE_FIELDS:
        return ms_date(read_date(value))
    return Decimal(value) if name in NUMBER_FIELDS else value
