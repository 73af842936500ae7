"""What the practice Xero itself says: its books, and every call it was sent."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from tests.e2e.practice import PracticeXero
from tests.soak.setting import TENDERS

Json = dict[str, Any]
_GONE = frozenset({"VOIDED", "DELETED"})
_PAGE = 500
_STORE = re.compile(r"^(?:POS-|WS-)?(?P<store>s\d+)-")
_JOURNAL = re.compile(r"\[(?P<number>[^\]]+)\]")
_MONEY_OUT = frozenset({"ACCRECCREDIT", "ACCPAY"})
_AGAIN = 200


@dataclass
class Found:
    """The books of one organisation as they stand in the practice Xero."""

    documents: list[tuple[str, str, Decimal]] = field(default_factory=list)
    """Kind, number and total of what counts; one found twice is listed twice."""
    gone: list[tuple[str, str]] = field(default_factory=list)
    movements: defaultdict[tuple[str, str, str], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )
    """By store, date and clearing account."""
    payments: int = 0


class Evidence:
    """Reads a practice Xero through its control face."""

    def __init__(self, xero: PracticeXero) -> None:
        self._xero = xero
        self._calls: dict[int, Json] = {}

    def books(self, tenant: str) -> Found:
        """Return an organisation's documents and the movements of its clearing accounts."""
        found = Found()
        for invoice in self._rows(tenant, "Invoices"):
            self._document(found, invoice["Type"], invoice["InvoiceNumber"], invoice)
        for note in self._rows(tenant, "CreditNotes"):
            self._document(found, note["Type"], note["CreditNoteNumber"], note)
        for journal in self._rows(tenant, "ManualJournals"):
            self._journal(found, journal)
        for payment in self._rows(tenant, "Payments"):
            self._payment(found, payment)
        return found

    def balances(self, tenant: str) -> dict[str, Decimal]:
        """Return the trial balance; debits positive, zero left out."""
        return self._xero.balances(tenant)

    def collect(self) -> None:
        """Fetch the calls since the last time: the server keeps the last 10,000 only."""
        after = max(0, max(self._calls, default=0) - _AGAIN)
        answer = httpx.get(f"{self._xero.url}/practice/calls", params={"after": after}, timeout=180)
        for call in answer.raise_for_status().json()["calls"]:
            self._calls[call["number"]] = call

    @property
    def calls(self) -> list[Json]:
        """Every call collected, in the order they came."""
        return [self._calls[number] for number in sorted(self._calls)]

    def faults(self) -> Counter[str]:
        """Return how many calls were hit, by kind of fault; a lost refresh is its own."""
        return Counter(_fault_name(call) for call in self.calls if call["fault_kind"])

    def _document(self, found: Found, kind: str, number: str, entity: Json) -> None:
        if entity["Status"] in _GONE:
            found.gone.append((kind, number))
            return
        found.documents.append((kind, number, Decimal(entity["Total"])))
        sign = 1 if kind in _MONEY_OUT else -1
        self._lines(found, number, entity, entity["LineItems"], sign)

    def _journal(self, found: Found, journal: Json) -> None:
        marked = _JOURNAL.search(journal["Narration"])
        number = marked["number"] if marked else journal["Narration"]
        if journal["Status"] in _GONE:
            found.gone.append(("JOURNAL", number))
            return
        found.documents.append(("JOURNAL", number, Decimal(0)))
        self._lines(found, number, journal, journal["JournalLines"], 1)

    def _lines(self, found: Found, number: str, entity: Json, lines: list[Json], sign: int) -> None:
        for line in lines:
            if line.get("AccountCode") in TENDERS.values():
                key = (_store(number), _day(entity["Date"]), line["AccountCode"])
                found.movements[key] += sign * Decimal(line["LineAmount"])

    def _payment(self, found: Found, payment: Json) -> None:
        if payment["Status"] in _GONE:
            return
        found.payments += 1
        paid = payment["Invoice"]
        kind = "ACCRECCREDIT" if payment.get("CreditNote") else paid.get("Type", "ACCREC")
        number = payment.get("CreditNote", {}).get("CreditNoteNumber") or paid["InvoiceNumber"]
        sign = -1 if kind in _MONEY_OUT else 1
        key = (_store(number), _day(payment["Date"]), payment["Account"]["Code"])
        found.movements[key] += sign * Decimal(payment["Amount"])

    def _rows(self, tenant: str, what: str) -> Iterator[Json]:
        for page in range(1, 200):
            sent = {"tenant": tenant, "method": "GET", "path": f"{what}?page={page}&pageSize={_PAGE}"}
            answer = httpx.post(f"{self._xero.url}/practice/act", json=sent, timeout=180)
            rows = json.loads(answer.text, parse_float=Decimal)["body"][what]
            yield from rows
            if len(rows) < _PAGE:
                return


@dataclass(frozen=True)
class Used:
    """The most that was used of an organisation's allowance."""

    minute: int
    day: int
    at_once: int
    refused: int
    """Calls that the practice Xero itself refused because a limit was used up."""


def used(calls: list[Json]) -> dict[str, Used]:
    """Return what was used of the allowance by organisation (XERO.md 5.1)."""
    by_tenant: defaultdict[str, list[Json]] = defaultdict(list)
    for call in calls:
        if call["face"] == "api" and call["tenant"]:
            by_tenant[call["tenant"]].append(call)
    return {tenant: _used(found) for tenant, found in by_tenant.items()}


def _used(calls: list[Json]) -> Used:
    times = [datetime.fromisoformat(call["at"]) for call in calls]
    return Used(
        _most_within(times, timedelta(minutes=1)),
        _most_within(times, timedelta(days=1)),
        max(call["at_once"] for call in calls),
        sum(call["status"] == 429 and not call["fault_kind"] for call in calls),
    )


def _most_within(times: list[datetime], span: timedelta) -> int:
    most, first = 0, 0
    for last, moment in enumerate(times):
        while times[first] <= moment - span:
            first += 1
        most = max(most, last - first + 1)
    return most


def _fault_name(call: Json) -> str:
    kind: str = call["fault_kind"]
    return f"refresh: {kind}" if call["face"] == "identity" else kind


def _store(number: str) -> str:
    found = _STORE.match(number)
    assert found, f"{number} is no number of the soak"
    return found["store"]


def _day(text: str) -> str:
    """Return the date of `/Date(ms)/`."""
    milliseconds = int(re.findall(r"-?\d+", text)[0])
    return (datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)).date().isoformat()  # noqa: DTZ001 - a date
