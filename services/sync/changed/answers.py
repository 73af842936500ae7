"""Changes as they cross the socket. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.books.differences import Changes
from services.books.money import text_of
from services.contract.changed import ChangeAnswer, ChangedField, ChangedLine, ChangedPayment, KeptAnswer
from services.store.tables import DocumentRow, KeptChange
from services.sync.findings import told_one

TILLS, LEDGER = "tills", "ledger"


@dataclass(frozen=True, slots=True)
class Change:
    """One document that is no longer as it was sent; amounts signed."""

    store: str
    date: date
    number: str
    key: str
    kind: str
    currency: str
    side: str
    state: str
    sent: Decimal
    now: Decimal
    found: Changes
    row: DocumentRow | None = None
    corrections: tuple[str, ...] = field(default=())
    kept: KeptChange | None = None


def answer_of(change: Change) -> ChangeAnswer:
    """Return a change as it crosses the socket."""
    row, currency, found = change.row, change.currency, change.found
    return {
        "store": change.store,
        "date": change.date.isoformat(),
        "number": change.number,
        "key": change.key,
        "kind": change.kind,
        "side": change.side,
        "state": change.state,
        "xero_id": row.remote_id if row else None,
        "mapping_version": row.mapping_version if row else None,
        "sent": text_of(change.sent, currency),
        "now": text_of(change.now, currency),
        "difference": text_of(change.now - change.sent, currency),
        "lines": _lines(found, currency),
        "payments": _payments(found, currency),
        "fields": [_field(each.name, each.sent, each.now) for each in found.fields],
        "corrections": list(change.corrections),
        "kept": _kept(change.kept),
        "why": told_one(row.problem) if row else None,
    }


def _lines(found: Changes, currency: str) -> list[ChangedLine]:
    return [
        {
            "description": line.description,
            "account": line.place[0],
            "tax_type": line.place[1],
            "tracking": dict(line.place[2]),
            "sent": text_of(line.sent, currency),
            "now": text_of(line.now, currency),
            "difference": text_of(line.now - line.sent, currency),
            "sent_tax": text_of(line.sent_tax, currency),
            "now_tax": text_of(line.now_tax, currency),
        }
        for line in found.lines
    ]


def _payments(found: Changes, currency: str) -> list[ChangedPayment]:
    return [
        {
            "tender": payment.tender,
            "account": payment.account,
            "sent": text_of(payment.sent, currency),
            "now": text_of(payment.now, currency),
            "difference": text_of(payment.now - payment.sent, currency),
        }
        for payment in found.payments
    ]


def _field(name: str, sent: str, now: str) -> ChangedField:
    return {"name": name, "sent": sent, "now": now}


def _kept(kept: KeptChange | None) -> KeptAnswer | None:
    return None if kept is None else {"by": kept.by, "at": kept.at.isoformat(), "note": kept.note}
