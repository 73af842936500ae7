"""A practice month with a business date in every state, made as they come about.

Through the service's own door: what a till, a colleague and the ledger do in a month.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from console.demo import PracticeCompany
from console.waiting import polls
from services.contract.problem import Refused
from services.contract.states import SETTLED, DayState

DAYS = 30
"""How many dates the month has, the last being yesterday."""
PAUSED = "the accountant closes last month"
UNMAPPED, ARCHIVED = "flowers", "wine"
"""Categories: one that the mapping lacks, one whose account is archived in Xero."""
_ARCHIVED_ACCOUNT = "265"
_SETTLE_SECONDS = 300

# Dates counted back from the last one; all others are ordinary days that are posted.
_WAITING = (0, 1)
_UNKNOWN = 3
_BLOCKED = 4
_REFUSED = 6
_CHANGED = 9
_DIFFERS = 11
_BY_FILE = 14
_NO_TRADE = 16
_MISSING = 18
_SET_APART = {*_WAITING, _UNKNOWN, _BLOCKED, _REFUSED, _BY_FILE, _NO_TRADE, _MISSING}


@dataclass(frozen=True, slots=True)
class Month:
    """The dates that are in a state of their own, as ISO text."""

    blocked: str
    refused: str
    unknown: str
    changed: str
    differs: str
    by_file: str
    no_trade: str
    missing: str
    waiting: tuple[str, ...]
    posted: tuple[str, ...]

    @classmethod
    def up_to(cls, last: date, days: int = DAYS) -> Month:
        """Return the dates of a month that ends with `last`."""

        def back(count: int) -> str:
            return (last - timedelta(days=count)).isoformat()

        return cls(
            blocked=back(_BLOCKED),
            refused=back(_REFUSED),
            unknown=back(_UNKNOWN),
            changed=back(_CHANGED),
            differs=back(_DIFFERS),
            by_file=back(_BY_FILE),
            no_trade=back(_NO_TRADE),
            missing=back(_MISSING),
            waiting=tuple(back(count) for count in _WAITING),
            posted=tuple(back(count) for count in reversed(range(days)) if count not in _SET_APART),
        )


def make_month(
    company: PracticeCompany, store: str, shop: Path, last: date, step: Callable[[str], None]
) -> Month:
    """Make the month from the practice shop's files; return where to find what.

    `step` is told what is being done. Raises Problem when a step fails.
    """
    month = Month.up_to(last)
    maker = _Maker(company, store, _by_date(shop / "receipts.jsonl"), shop, step)
    maker.post(month.posted)
    maker.leave_to_people(month)
    maker.fail(month)
    maker.wait(month)
    return month


class _Maker:
    """Brings dates into their states, one call after the other."""

    def __init__(
        self,
        company: PracticeCompany,
        store: str,
        records: Mapping[str, Sequence[str]],
        folder: Path,
        step: Callable[[str], None],
    ) -> None:
        self._company = company
        self._service = company.service
        self._store = store
        self._records = records
        self._folder = folder
        self._step = step

    def post(self, dates: Sequence[str]) -> None:
        """Have ordinary days posted."""
        self._take_in(dates)
        for each in dates:
            self._service.sync(self._store, date=each)
        for _ in polls(_SETTLE_SECONDS):
            left = len(self._unsettled(dates))
            self._step(f"Posting: {len(dates) - left} of {len(dates)} days")
            if not left:
                return
        raise _not_made(f"{dates[0]} to {dates[-1]}")

    def leave_to_people(self, month: Month) -> None:
        """Do what people did: close for a day, hand one over as files, edit in Xero."""
        self._step("A day without trade, one by file, one voided in Xero, one with a late receipt")
        self._service.no_trade(self._store, month.no_trade)
        self._take_in([month.by_file])
        self._service.call(
            "POST",
            f"/v1/stores/{self._store}/by-file",
            body={"from": month.by_file, "to": month.by_file, "dry_run": False},
        )
        self._void(month.differs)
        self._service.check_changes(self._store)
        self._take_in_sale(month.changed, "late", "grocery", "18.40")

    def fail(self, month: Month) -> None:
        """Let days fail: no account for a category, an archived account, a lost answer."""
        self._step("Days that fail, each for a reason of its own")
        self._take_in([month.blocked, month.refused, month.unknown])
        self._take_in_sale(month.blocked, UNMAPPED, UNMAPPED, "45.00")
        self._take_in_sale(month.refused, ARCHIVED, ARCHIVED, "39.90")
        self._map_archived()
        self._control("config", {"tenant": self._company.tenant, "archive_account": _ARCHIVED_ACCOUNT})
        for day in (month.blocked, month.refused):
            self._settle(day)
        lost = [
            {"method": "PUT", "path": "/Invoices$", "when": "after", "drop": True},
            {"method": "GET", "path": "/Invoices", "status": 404, "count": None},
        ]
        self._control("faults", lost)
        self._settle(month.unknown)

    def wait(self, month: Month) -> None:
        """Pause, mend the line to Xero, and take in days that now wait."""
        self._step("A pause, and days that wait")
        self._service.pause(self._store, reason=PAUSED)
        httpx.delete(f"{self._company.xero_url}/practice/faults", timeout=30).raise_for_status()
        self._take_in(month.waiting)

    # --- steps ----------------------------------------------------------------------

    def _take_in(self, dates: Iterable[str]) -> None:
        lines = [record for each in sorted(dates) for record in self._records[each]]
        file = self._folder / "part.jsonl"
        file.write_text("".join(lines), encoding="utf-8")
        self._service.import_file(file)

    def _take_in_sale(self, day: str, name: str, category: str, amount: str) -> None:
        """Take in one more receipt, rung in the day's last minutes."""
        time = json.loads(self._records[day][0])["time"]
        sale = {
            "store": self._store,
            "register": "1",
            "id": f"{day}-{name}",
            "time": f"{time[:11]}17:52:00{time[19:]}",
            "kind": "sale",
            "lines": [{"category": category, "tax_code": "GST15", "amount": amount}],
            "tenders": [{"type": "eftpos", "amount": amount}],
        }
        file = self._folder / "late.jsonl"
        file.write_text(json.dumps(sale) + "\n", encoding="utf-8")
        self._service.import_file(file)

    def _map_archived(self) -> None:
        mapping: dict[str, Any] = json.loads((self._folder / "mapping.json").read_text(encoding="utf-8"))
        mapping["categories"][ARCHIVED] = _ARCHIVED_ACCOUNT
        self._service.save_mapping(self._store, mapping)

    def _void(self, day: str) -> None:
        """Void a date's invoice as a colleague inside Xero does."""
        state = self._service.sync_state(self._store, first=day, last=day)["days"][0]
        number = next(each["number"] for each in state["documents"] if each["kind"] == "ACCREC")
        found = self._act("GET", f"Invoices?InvoiceNumbers={number}", None)["Invoices"][0]
        for payment in found.get("Payments", []):
            self._act("POST", f"Payments/{payment['PaymentID']}", {"Status": "DELETED"})
        self._act(
            "POST",
            f"Invoices/{found['InvoiceID']}",
            {"InvoiceID": found["InvoiceID"], "Status": "VOIDED"},
        )

    def _act(self, method: str, path: str, body: object) -> dict[str, Any]:
        sent = {"tenant": self._company.tenant, "method": method, "path": path, "body": body}
        answer = self._control("act", sent)
        if answer["status"] >= httpx.codes.BAD_REQUEST:
            raise Refused("The practice Xero refused.", str(answer["body"])[:300], "Start the demo again.")
        body_told = answer["body"]
        told: dict[str, Any] = json.loads(body_told) if isinstance(body_told, str) else body_told
        return told

    def _control(self, what: str, body: object) -> dict[str, Any]:
        answer = httpx.post(f"{self._company.xero_url}/practice/{what}", json=body, timeout=30)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    def _settle(self, day: str) -> None:
        self._service.sync(self._store, date=day)
        for _ in polls(_SETTLE_SECONDS):
            if not self._unsettled([day]):
                return
        raise _not_made(day)

    def _unsettled(self, dates: Sequence[str]) -> list[str]:
        state = self._service.sync_state(self._store, first=min(dates), last=max(dates))
        settled = {day["date"] for day in state["days"] if DayState(day["state"]) in SETTLED}
        return [each for each in dates if each not in settled]


def _by_date(receipts: Path) -> dict[str, list[str]]:
    """Return the shop's records by the date in their id, each a line."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with receipts.open(encoding="utf-8") as lines:
        for text in lines:
            mark = json.loads(text)["id"].removeprefix("S-")
            found[f"20{mark[:2]}-{mark[2:4]}-{mark[4:6]}"].append(text)
    return dict(found)


def _not_made(days: str) -> Refused:
    return Refused(
        "The practice month could not be made.", f"Not sent in time: {days}.", "Start the demo again."
    )
