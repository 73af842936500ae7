"""Answers of the service as a shop would see them.

With names that try a terminal.
"""

from __future__ import annotations

from typing import Any

LONG = "The Very Long Established Greengrocery, Hardware and Haberdashery of Upper Queen Street and Sons"
NASTY = "Queen\x1b[31m St\u202e evil\x9b2J[bold]not bold[/bold]\r\nnext\x07"
"""A name with what a terminal would obey, and what the table library would."""

FINDING = {
    "what": "Category bouquets is not mapped.",
    "why": "The till sent it on this date.",
    "next": "Add it to [categories].",
    "code": "unmapped",
}

MACHINES = [
    {
        "name": "shop-a",
        "machine": "1111111111",
        "version": "0.1.0",
        "state": "here",
        "since": "2026-11-19T10:00:00+00:00",
        "last_seen": "2026-11-19T10:00:00+00:00",
    },
    {
        "name": "shop-b",
        "machine": "2222222222",
        "version": "0.0.9",
        "state": "gone",
        "since": "2026-11-18T10:00:00+00:00",
        "last_seen": "2026-11-18T11:00:00+00:00",
    },
]


def status(name: str = "Queen St", organisation: str = "Queen St Ltd") -> dict[str, object]:
    """Return a status with one store whose link is in error."""
    integration = {
        "kind": "xero",
        "state": "error",
        "since": "2026-11-19T10:00:00+00:00",
        "by": None,
        "until": None,
        "organisation": organisation,
        "last_sync": "2026-11-19T10:00:00+00:00",
        "waiting": {"days": 2, "amount": "412.75"},
        "error": FINDING,
        "allowance": {
            "minute": 57,
            "day": 4900,
            "day_resets": "2026-11-20T10:00:00+00:00",
            "reserve": 100,
        },
        "queue": {"calls": 12, "through": "2026-11-19T10:01:00+00:00"},
        "practice": True,
        "connection_ends": None,
    }
    days = {"posted": 12, "waiting": 2, "blocked": 1, "unknown": 0, "refused": 0, "differs": 0, "missing": 0}
    store = {
        "key": "queen-st",
        "name": name,
        "timezone": "Pacific/Auckland",
        "integrations": [integration],
        "days": days,
    }
    service = {"version": "0.1.0", "since": "2026-11-19T10:00:00+00:00", "machines": MACHINES}
    return {"service": service, "stores": [store]}


def day(description: str = "Grocery") -> dict[str, Any]:
    """Return a day with one invoice, blocked."""
    line = {
        "description": description,
        "account": "200",
        "tax_type": "OUTPUT2",
        "amount": "1234567.89",
        "tax": "161030.59",
        "tracking": {},
    }
    document = {
        "kind": "ACCREC", "number": "POS-queen-st-2026-11-19", "contact": "POS Sales", "date": "2026-11-19",
        "due_date": "2026-11-19", "currency": "NZD", "line_amounts": "Inclusive", "lines": [line],
        "payments": [{"tender": "cash", "account": "611", "amount": "1234567.89", "reference": ""}],
        "sub_total": "1073537.30", "total_tax": "161030.59", "total": "1234567.89", "xero_id": None,
        "state": "blocked", "reference": "", "key": "k", "why": [FINDING],
    }  # fmt: skip
    return {
        "store": "queen-st", "date": "2026-11-19", "state": "blocked", "shape": "invoice",
        "documents": [document], "blocked": [{**FINDING, "what": description}], "warnings": [description],
        "proof": [{"check": "2 documents", "left": "1.00", "right": "2.00", "holds": False}],
        "tax_return": {"box5_total_sales_incl_gst_and_zero_rated": "1234567.89"},
    }  # fmt: skip


def totals(category: str = "grocery") -> dict[str, object]:
    """Return the takings of a day."""
    row = {
        "date": "2026-11-19", "kind": "layby_cancellation", "category": category, "tax_code": "GST15",
        "receipts": 123456, "lines": 1234567, "amount": "123456789.12",
    }  # fmt: skip
    tender = {"date": "2026-11-19", "kind": "sale", "type": category, "amount": "1.00"}
    apart = {"date": "2026-11-19", "name": "stock", "receipts": 1, "lines": 1, "amount": "0.00"}
    return {"store": "queen-st", "rows": [row], "tenders": [tender], "set_apart": [apart]}


def attempts(number: str = "POS-queen-st-2026-11-19") -> dict[str, object]:
    """Return a log of one refused call."""
    attempt = {
        "id": 7, "store": "queen-st", "at": "2026-11-19T10:00:00+00:00", "call": "PUT Invoices",
        "outcome": "refused", "elements": 1, "status": 400, "documents": [number], "dates": ["2026-11-19"],
        "error": {**FINDING, "what": f"{number} was refused."},
    }  # fmt: skip
    return {"attempts": [attempt]}


def month(what: str = "bouquets is not mapped") -> dict[str, object]:
    """Return a month of two days."""
    blocked = {
        "date": "2026-11-19",
        "state": "blocked",
        "amount": "212.75",
        "why": [{**FINDING, "what": what}],
    }
    return {
        "store": "queen-st",
        "days": [blocked, {"date": "2026-11-20", "state": "open", "amount": None, "why": []}],
    }
