"""What a shop's service answers, for the screens' tests: one builder an answer."""

from __future__ import annotations

from typing import Any, cast

from services.contract.answers import (
    AttemptAnswer,
    DayDocumentsAnswer,
    DocumentAnswer,
    IntegrationAnswer,
    StatusAnswer,
    StoreAnswer,
    StoreStatus,
    TotalsAnswer,
)
from services.contract.changed import ChangeAnswer
from services.contract.drilling import BehindAnswer, BillAnswer, PostingsAnswer, ReceiptAnswer
from services.contract.finding import Finding
from services.contract.log_pages import AttemptDetailAnswer

QUEEN, HARBOUR = "queen-st", "harbour"
ZONE = "Pacific/Auckland"
LONG_NAME = "The Harbour Road Garden, Homewares and Building Supplies Centre"


def finding(what: str, why: str = "", next_step: str = "", kind: str = "person") -> Finding:
    return cast("Finding", {"what": what, "why": why, "next": next_step, "code": "test", "class": kind})


def integration(state: str = "connected", **changes: object) -> IntegrationAnswer:
    answer: dict[str, Any] = {
        "kind": "xero",
        "state": state,
        "since": "2026-11-01T20:00:00+00:00",
        "by": "mia",
        "until": None,
        "organisation": "Queen St Ltd",
        "last_sync": "2026-11-20T18:30:00+00:00",
        "waiting": {"days": 0, "amount": "0.00"},
        "error": None,
        "allowance": {"minute": 60, "day": 4978, "day_resets": None, "reserve": 100},
        "queue": {"calls": 0, "through": None},
        "practice": False,
        "connection_ends": "2027-01-19T20:00:00+00:00",
        "warnings": [],
        "scopes": [
            {"scope": "offline_access", "purpose": "stay connected"},
            {"scope": "accounting.invoices", "purpose": "create the day's invoices"},
        ],
    }
    if state == "not_set_up":
        answer |= {"since": None, "by": None, "organisation": None, "last_sync": None, "scopes": []}
        answer["allowance"] = {"minute": None, "day": None, "day_resets": None, "reserve": 100}
    return cast("IntegrationAnswer", answer | changes)


def paused(**changes: object) -> IntegrationAnswer:
    pause = {
        "by": "sam",
        "reason": "stocktake",
        "since": "2026-11-20T01:00:00+00:00",
        "until": "2026-11-22T19:00:00+00:00",
        "until_local": "23 Nov 08:00",
        "zone": ZONE,
    }
    told = {"by": "sam", "until": pause["until"], "paused": pause, **changes}
    return integration("paused", waiting={"days": 3, "amount": "8412.60"}, **told)


def store_status(
    key: str = QUEEN, name: str = "Queen St", of: IntegrationAnswer | None = None, **days: int
) -> StoreStatus:
    return {
        "key": key,
        "name": name,
        "timezone": ZONE,
        "integrations": [of or integration()],
        "days": days or {"posted": 19},
    }


def status(*stores: StoreStatus) -> StatusAnswer:
    service = {"version": "0", "since": "2026-11-01T00:00:00+00:00", "machines": []}
    return cast("StatusAnswer", {"service": service, "stores": list(stores or (store_status(),))})


def store(key: str = QUEEN, name: str = "Queen St", **changes: object) -> StoreAnswer:
    answer = {
        "key": key,
        "name": name,
        "country": "NZ",
        "currency": "NZD",
        "timezone": ZONE,
        "cutoff": "00:00",
        "prices": "inclusive",
        "gst_basis": "accrual",
        "cash_rounding": "0.10:down",
        "frequency": "daily",
        "sync_at": "05:00",
        "start": "2026-11-01",
        "on_change": "wait",
    }
    return cast("StoreAnswer", answer | changes)


def attempt(number: int, outcome: str = "accepted", **changes: object) -> AttemptAnswer:
    answer = {
        "id": number,
        "store": QUEEN,
        "at": "2026-11-20T18:30:00+00:00",
        "call": "PUT Invoices",
        "outcome": outcome,
        "elements": 1,
        "status": 200,
        "documents": ["POS-queen-st-2026-11-20"],
        "dates": ["2026-11-20"],
        "error": None,
    }
    if outcome == "refused":
        what = "Account 200 has been archived."
        answer |= {"status": 400, "error": finding(what, "Somebody archived it in Xero.", "Restore it.")}
    return cast("AttemptAnswer", answer | changes)


def detail(number: int, outcome: str = "accepted", **changes: object) -> AttemptDetailAnswer:
    more = {
        "answered": "2026-11-20T18:30:01+00:00",
        "idempotency_key": "k-1",
        "organisation": "Queen St Ltd",
        "carried": [
            {
                "number": "POS-queen-st-2026-11-20",
                "date": "2026-11-20",
                "kind": "ACCREC",
                "outcome": outcome,
                "state": "posted" if outcome == "accepted" else "refused",
                "tender": None,
                "amount": "1234.50",
            }
        ],
        "request": '{"Invoices": [{"InvoiceNumber": "POS-queen-st-2026-11-20"}]}',
        "answer": '{"Authorization": "[redacted]"}',
        "detail": "ValidationException 10" if outcome == "refused" else "",
    }
    return cast("AttemptDetailAnswer", {**attempt(number, outcome), **more, **changes})


def document(state: str = "posted", **changes: object) -> DocumentAnswer:
    answer = {
        "kind": "ACCREC",
        "number": "POS-queen-st-2026-11-20",
        "contact": "POS sales",
        "date": "2026-11-20",
        "due_date": "2026-11-20",
        "currency": "NZD",
        "line_amounts": "Inclusive",
        "lines": [
            _line("Sales - Homewares - 15% GST on Income", "200", "347.88", "45.38"),
            _line("Sales - Books - Zero Rated", "202", "152.12", "0.00", "ZERORATED"),
            _line("Cash rounding", "860", "-0.02", "0.00", "NONE"),
        ],
        "payments": [
            {"tender": "cash", "account": "611", "amount": "200.00", "reference": ""},
            {"tender": "eftpos", "account": "612", "amount": "299.98", "reference": ""},
        ],
        "sub_total": "454.60",
        "total_tax": "45.38",
        "total": "499.98",
        "xero_id": "x-1" if state == "posted" else None,
        "state": state,
        "reference": "POS 2026-11-20",
        "key": "sales",
    }
    return cast("DocumentAnswer", answer | changes)


def _line(description: str, account: str, amount: str, tax: str, tax_type: str = "OUTPUT2") -> dict[str, Any]:
    return {
        "description": description,
        "account": account,
        "tax_type": tax_type,
        "amount": amount,
        "tax": tax,
        "tracking": {},
    }


def day_documents(state: str = "posted", **changes: object) -> DayDocumentsAnswer:
    answer = {
        "store": QUEEN,
        "date": "2026-11-20",
        "state": state,
        "shape": "invoice",
        "documents": [document("posted" if state == "posted" else state)],
        "proof": [
            {
                "check": "1 receipts: lines + cash rounding = tenders",
                "left": "499.98",
                "right": "499.98",
                "holds": True,
            },
            {
                "check": "3 cash: account 611 moves as at the tills",
                "left": "200.00",
                "right": "200.00",
                "holds": True,
            },
            {"check": "9 debits = credits", "left": "500.00", "right": "500.00", "holds": True},
        ],
        "blocked": [],
        "warnings": [],
        "tax_return": {},
    }
    return cast("DayDocumentsAnswer", answer | changes)


def totals() -> TotalsAnswer:
    def row(category: str, tax_code: str, amount: str) -> dict[str, Any]:
        return {
            "date": "2026-11-20",
            "kind": "sale",
            "category": category,
            "tax_code": tax_code,
            "receipts": 5,
            "lines": 6,
            "amount": amount,
        }

    tenders = [
        {"date": "2026-11-20", "kind": "sale", "type": "cash", "amount": "200.00"},
        {"date": "2026-11-20", "kind": "sale", "type": "eftpos", "amount": "299.98"},
    ]
    rows = [row("homewares", "GST15", "347.88"), row("books", "ZERO", "152.12")]
    return cast("TotalsAnswer", {"store": QUEEN, "rows": rows, "tenders": tenders, "set_apart": []})


def postings() -> PostingsAnswer:
    rows = [
        ("TAX", "Tax", "", "45.38"),
        ("200", "Sales - Homewares", "", "302.50"),
        ("202", "Sales - Books", "", "152.12"),
        ("611", "POS clearing - Cash", "200.00", ""),
        ("612", "POS clearing - EFTPOS", "299.98", ""),
        ("860", "Rounding", "0.02", ""),
    ]
    named = [
        {"account": account, "name": name, "debit": debit, "credit": credit}
        for account, name, debit, credit in rows
    ]
    answer = {"store": QUEEN, "date": "2026-11-20", "rows": named, "debits": "500.00", "credits": "500.00"}
    return cast("PostingsAnswer", answer)


def change(side: str = "tills", **changes: object) -> ChangeAnswer:
    answer = {
        "store": QUEEN,
        "date": "2026-11-20",
        "number": "POS-queen-st-2026-11-20",
        "key": "sales",
        "kind": "ACCREC",
        "side": side,
        "state": "changed",
        "xero_id": "x-1",
        "mapping_version": 1,
        "sent": "499.98",
        "now": "518.38",
        "difference": "18.40",
        "lines": [
            {
                "description": "Sales - Homewares - 15% GST on Income",
                "account": "200",
                "tax_type": "OUTPUT2",
                "tracking": {},
                "sent": "347.88",
                "now": "366.28",
                "difference": "18.40",
                "sent_tax": "45.38",
                "now_tax": "47.78",
            }
        ],
        "payments": [
            {"tender": "cash", "account": "611", "sent": "200.00", "now": "218.40", "difference": "18.40"}
        ],
        "fields": [],
        "corrections": [],
        "kept": None,
        "why": None,
    }
    return cast("ChangeAnswer", answer | changes)


def behind(count: int = 5) -> BehindAnswer:
    receipts = [
        {
            "register": "1",
            "receipt": f"261120-1-{number:03}",
            "time": f"2026-11-20T09:{number % 60:02}:00+13:00",
            "kind": "sale",
            "amount": "69.576"[:5],
            "running": f"{number * 69.57:.2f}",
        }
        for number in range(1, count + 1)
    ]
    told = {"store": QUEEN, "date": "2026-11-20", "receipts": receipts[:100], "first": 0, "count": count}
    return cast("BehindAnswer", {**told, "amount": f"{count * 69.57:.2f}"})


def receipt() -> ReceiptAnswer:
    answer = {
        "store": QUEEN,
        "register": "1",
        "receipt": "261120-1-001",
        "time": "2026-11-20T09:01:00+13:00",
        "date": "2026-11-20",
        "kind": "sale",
        "lines": [
            {
                "description": "Teapot",
                "category": "homewares",
                "account": None,
                "tax_code": "GST15",
                "quantity": "1",
                "amount": "69.57",
                "tax": None,
            }
        ],
        "tenders": [{"type": "cash", "amount": "69.60", "reference": None, "terminal": None}],
        "total": "69.60",
        "cash_rounding": "0.03",
        "customer": None,
        "operator": "Kim",
        "payee": None,
        "original": None,
        "pays": None,
        "note": None,
    }
    return cast("ReceiptAnswer", answer)


def bill() -> BillAnswer:
    return {
        "store": QUEEN,
        "kind": "purchase",
        "id": "PO/1",
        "number": "INV-1",
        "supplier": "Kiwi Wholesale Ltd",
        "supplier_number": None,
        "date": "2026-11-20",
        "due_date": "2026-12-20",
        "inclusive": True,
        "lines": [
            {
                "description": "Flour",
                "category": None,
                "account": "310",
                "tax_code": "GSTIN",
                "quantity": "2",
                "amount": "115.00",
            }
        ],
        "total": "115.00",
    }
