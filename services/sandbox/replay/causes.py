"""What a refusal came from, as changes inside the practice organisation. Pure.

A refusal of Xero's is set up by its rule: the cause is absent while the reference data
are read and comes at the moment of the call, as it did. What no rule of the practice
Xero stands for is answered in the recorded words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.contract.bundle import FailedDay

Words = dict[str, Any]
_PLURALS = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}
_CALL_OF_KIND = {
    "ACCREC": "PUT Invoices",
    "ACCPAY": "PUT Invoices",
    "ACCRECCREDIT": "PUT CreditNotes",
    "ACCPAYCREDIT": "PUT CreditNotes",
    "JOURNAL": "PUT ManualJournals",
}
_PAY = "PUT Payments"
_CALLS = frozenset({*_CALL_OF_KIND.values(), _PAY, "PUT Contacts"})
_WHOLE = re.compile(r"status (\d{3})(?:, (.*?))?(?:, correlation id .*)?", re.DOTALL)
_UNAUTHORISED, _FORBIDDEN = 401, 403


@dataclass(slots=True)
class Cause:
    """How one refusal is set up: settings before the read, at the call, and after it."""

    heal: Words = field(default_factory=dict)
    at_call: Words = field(default_factory=dict)
    documents: list[Words] = field(default_factory=list)
    """Documents that the organisation has already, as `act` takes them."""
    faults: list[Words] = field(default_factory=list)
    how: str = "rules"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused document: what it is, and the ledger's own words."""

    document: Mapping[str, Any]
    code: str
    said: tuple[str, ...]
    call: str
    found: Mapping[str, Any] | None

    def caught(self, pattern: str) -> str | None:
        """Return what a pattern catches in the ledger's words."""
        matches = (re.search(pattern, words, re.IGNORECASE) for words in self.said)
        return next((match[1] for match in matches if match), None)


def refusals(failed: FailedDay) -> list[Refusal]:
    """Return the refused documents of a day."""
    found = []
    for document in failed["day"]["documents"]:
        why = document.get("why")
        if document["state"] == "refused" and why:
            key = document["key"]
            call = failed["calls"].get(key, "")
            if call not in _CALLS:
                call = _CALL_OF_KIND.get(document["kind"], _PAY)
            said = tuple(failed["said"].get(key) or ())
            found.append(Refusal(document, why[0].get("code", ""), said, call, failed["found"].get(key)))
    return found


def cause_of(refusal: Refusal) -> Cause:
    """Return how a refusal comes about again."""
    make = _CAUSES.get(refusal.code)
    made = make(refusal) if make else None
    if made is None:
        return _recorded(refusal)
    if made.at_call:
        made.faults.append({**_matching(refusal.call), "change": made.at_call})
    return made


def _matching(call: str) -> Words:
    method, _, path = call.partition(" ")
    return {"method": method, "path": f"/{path}$", "count": None}


def _account_archived(refusal: Refusal) -> Cause | None:
    code = refusal.caught(r"account code '(.*?)' has been archived")
    return Cause({"restore_account": code}, {"archive_account": code}) if code else None


def _payments_not_enabled(refusal: Refusal) -> Cause | None:
    code = refusal.caught(r"account code '(.*?)' is not (?:enabled for|a valid code for) payments")
    return Cause({"enable_payments": {code: True}}, {"enable_payments": {code: False}}) if code else None


def _contact_archived(refusal: Refusal) -> Cause | None:
    name = refusal.document["contact"]
    return Cause({"restore_contact": name}, {"archive_contact": name}) if name else None


def _locked(setting: str) -> Callable[[Refusal], Cause | None]:
    def locked(refusal: Refusal) -> Cause | None:
        day = refusal.caught(r"currently set at (\d{1,2}-[A-Za-z]{3}-\d{4})")
        if day is None:
            return None
        iso = datetime.strptime(day, "%d-%b-%Y").date().isoformat()  # noqa: DTZ007 - a date has no zone
        return Cause({setting: ""}, {setting: iso})

    return locked


def _plan_limit(refusal: Refusal) -> Cause:
    cap = "bill_cap" if refusal.document["kind"] == "ACCPAY" else "invoice_cap"
    return Cause({cap: None}, {cap: 0})


def _number_voided(refusal: Refusal) -> Cause:
    return Cause(documents=[_same_number(refusal, {}, void=True)])


def _number_of_another(refusal: Refusal) -> Cause | None:
    return Cause(documents=[_same_number(refusal, refusal.found, void=False)]) if refusal.found else None


def _same_number(refusal: Refusal, found: Mapping[str, Any], *, void: bool) -> Words:
    """Return a document of the same number as somebody else made it."""
    document = refusal.document
    lines = found.get("lines") or [
        (line["account"], line["tax_type"], line["amount"]) for line in document["lines"]
    ]
    return {
        "plural": refusal.call.partition(" ")[2],
        "void": void,
        "contact": found.get("contact") or document["contact"],
        "body": {
            "Type": document["kind"],
            _PLURALS.get(refusal.call.partition(" ")[2], "InvoiceNumber"): document["number"],
            "Date": found.get("date") or document["date"],
            "DueDate": found.get("date") or document["date"],
            "Status": "AUTHORISED",
            "LineAmountTypes": document["line_amounts"],
            "LineItems": [
                {
                    "Description": "Made by somebody else",
                    "Quantity": 1,
                    "UnitAmount": amount,
                    "AccountCode": account,
                    "TaxType": tax_type,
                }
                for account, tax_type, amount in lines
            ],
        },
    }


def _right_missing(refusal: Refusal) -> Cause:
    body = {
        "Type": None,
        "Title": "Unauthorized",
        "Status": _UNAUTHORISED,
        "Detail": "AuthorizationUnsuccessful",
    }
    fault = {**_matching(refusal.call), "status": _UNAUTHORISED, "body": body}
    return Cause(faults=[fault], how="recorded")


def _recorded(refusal: Refusal) -> Cause:
    """Answer as the ledger did: the whole call, or the one element of it."""
    plural = refusal.call.partition(" ")[2]
    whole = next((match for words in refusal.said if (match := _WHOLE.fullmatch(words))), None)
    if whole:
        body: Words = {"Detail": whole[2] or ""}
        return Cause(
            faults=[{**_matching(refusal.call), "status": int(whole[1]), "body": body}], how="recorded"
        )
    messages = [{"Message": words} for said in refusal.said for words in said.split("; ")]
    element = {
        "StatusAttributeString": "ERROR",
        "HasErrors": True,
        "ValidationErrors": messages or [{"Message": "no reason given"}],
    }
    if plural in _PLURALS:
        element[_PLURALS[plural]] = refusal.document["number"]
    answer = {**_matching(refusal.call), "status": 200, "body": {plural: [element]}}
    return Cause(faults=[answer], how="recorded")


_CAUSES: dict[str, Callable[[Refusal], Cause | None]] = {
    "account_archived": _account_archived,
    "account_takes_no_payments": _payments_not_enabled,
    "contact_archived": _contact_archived,
    "period_locked": _locked("period_lock_date"),
    "year_locked": _locked("end_of_year_lock_date"),
    "plan_limit": _plan_limit,
    "number_voided": _number_voided,
    "number_of_another": _number_of_another,
    "right_missing": _right_missing,
}
