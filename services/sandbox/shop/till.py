"""One register of the practice shop on one day: receipts out, cash kept count of."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_DOWN, Decimal
from zoneinfo import ZoneInfo

from services.sandbox.shop.setting import STORE

Record = dict[str, object]
ZONE = ZoneInfo(STORE["timezone"])
OPENING = time(8, 0)
CLOSING = time(18, 0)
FLOAT = Decimal("150.00")
_CENT = Decimal("0.01")
_STEP = Decimal("0.10")


def line(category: str, amount: Decimal, tax_code: str = "GST15", **more: str) -> Record:
    """Return a receipt line; `more` are its optional fields."""
    return {"category": category, "tax_code": tax_code, "amount": _text(amount), **more}


def tender(kind: str, amount: Decimal, **more: str) -> Record:
    """Return a tender; `more` are its optional fields."""
    return {"type": kind, "amount": _text(amount), **more}


def in_cash(amount: Decimal) -> Decimal:
    """Return what is paid in cash: the nearest 10 cents, 5 cents down.

    ACCOUNTING.md 1, R5.
    """
    return ((amount / _STEP).quantize(Decimal(1), rounding=ROUND_HALF_DOWN) * _STEP).quantize(_CENT)


def _text(amount: Decimal) -> str:
    return str(amount.quantize(_CENT))


@dataclass
class Till:
    """A register from opening to close; `records` are in the order they happened."""

    day: date
    register: str
    chance: random.Random
    records: list[Record] = field(default_factory=list)
    cash: Decimal = Decimal(0)
    _count: int = 0
    _minutes: int = 0

    def ring(self, kind: str, lines: list[Record], tenders: list[Record], **more: str) -> str:
        """Record a receipt at the next moment of the day; return its id."""
        self._count += 1
        self._minutes += self.chance.randint(1, 5)
        receipt = f"{self.day:%y%m%d}-{self.register}-{self._count:03d}"
        body: Record = {
            "store": STORE["key"],
            "register": self.register,
            "id": receipt,
            "time": self.moment().isoformat(),
            "kind": kind,
            **more,
        }
        if lines:
            body["lines"] = lines
        if tenders:
            body["tenders"] = tenders
        self.cash += sum((Decimal(str(x["amount"])) for x in tenders if x["type"] == "cash"), Decimal(0))
        self.records.append(body)
        return receipt

    def sell(self, lines: list[Record], paid_with: str = "eftpos", **more: str) -> str:
        """Record a sale paid in one tender; cash is rounded."""
        total = sum((Decimal(str(x["amount"])) for x in lines), Decimal(0))
        if paid_with != "cash":
            return self.ring("sale", lines, [tender(paid_with, total)], **more)
        paid = in_cash(total)
        if paid != total:
            more = {**more, "cash_rounding": _text(paid - total)}
        return self.ring("sale", lines, [tender("cash", paid)], **more)

    def moment(self) -> datetime:
        """Return the time the last receipt was rung."""
        opened = datetime.combine(self.day, OPENING, ZONE)
        return opened + timedelta(minutes=min(self._minutes, 595))

    def close(self, over: Decimal = Decimal(0)) -> None:
        """Count the drawer and end the session; `over` is what the count is off by."""
        self.records.append(
            {
                "record": "till_session",
                "store": STORE["key"],
                "register": self.register,
                "id": f"S-{self.day:%y%m%d}-{self.register}",
                "opened": datetime.combine(self.day, time(7, 55), ZONE).isoformat(),
                "closed": datetime.combine(self.day, CLOSING, ZONE).isoformat(),
                "float": _text(FLOAT),
                "counted": {"cash": _text(FLOAT + self.cash + over)},
            }
        )
