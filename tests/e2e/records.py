"""Records as a till writes them.

RECEIPTS.md, and the mapping of the practice shop.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from services.sandbox.shop import MAPPING as PRACTICE_MAPPING

Record = dict[str, object]
Amounts = Iterable[tuple[str, str]]

MAPPING: dict[str, object] = {**PRACTICE_MAPPING, "store": "queen-st"}
ZONE = ZoneInfo("Pacific/Auckland")
EXAMPLE_DAY = "2026-11-19"


def receipt(
    day: str, number: str, lines: Amounts = (), tenders: Amounts = (), *, at: str = "10:00", **more: object
) -> Record:
    """Return a receipt of the store queen-st.

    Lines are (category, amount), taxed at 15 %.
    """
    body: Record = {
        "store": "queen-st",
        "register": "1",
        "id": number,
        "time": datetime.combine(date.fromisoformat(day), time.fromisoformat(at), ZONE).isoformat(),
        "kind": "sale",
        "lines": [
            {"category": category, "tax_code": tax_code(category), "amount": amount}
            for category, amount in lines
        ],
        "tenders": [{"type": kind, "amount": amount} for kind, amount in tenders],
    }
    return {name: value for name, value in {**body, **more}.items() if value not in ([], None)}


def tax_code(category: str) -> str:
    """Return the till's own code for what a category is taxed at."""
    untaxed = {"gift_card_sold", "layby_deposit", "layby_applied", "tips"}
    return "NONE" if category in untaxed else "GST15"


def sale(day: str, number: str, amount: str, category: str = "grocery", paid: str = "cash") -> Record:
    """Return a sale of one line, paid in one tender."""
    return receipt(day, number, [(category, amount)], [(paid, amount)])


def refund(day: str, number: str, amount: str, category: str = "grocery", paid: str = "eftpos") -> Record:
    """Return a refund of one line; `amount` is negative."""
    return receipt(day, number, [(category, amount)], [(paid, amount)], kind="refund")


def void(day: str, number: str, original: str) -> Record:
    """Return the receipt that takes another one back."""
    return receipt(day, number, kind="void", original=original)


def example_day() -> list[Record]:
    """Return the worked case a_nz_simple with its neighbours of other dates.

    ACCOUNTING.md 4.
    """
    rows = [
        ("A-0999", "2026-11-18T23:50:00+13:00", "grocery", "19.99", "eftpos"),
        ("A-1001", "2026-11-19T08:02:11+13:00", "grocery", "12.50", "cash"),
        ("A-1002", "2026-11-19T09:41:53+13:00", "grocery", "46.95", "eftpos"),
        ("A-1003", "2026-11-19T13:15:30+13:00", "hardware", "118.40", "eftpos"),
        ("A-1004", "2026-11-19T17:55:02+13:00", "grocery", "34.90", "cash"),
        ("A-1005", "2026-11-20T00:10:00+13:00", "grocery", "57.50", "eftpos"),
    ]
    receipts = [
        {**sale(moment[:10], number, amount, category, paid), "time": moment}
        for number, moment, category, amount, paid in rows
    ]
    return [*receipts, _session()]


def _session() -> Record:
    return {
        "record": "till_session",
        "store": "queen-st",
        "register": "1",
        "id": "S-88",
        "opened": "2026-11-19T07:55:00+13:00",
        "closed": "2026-11-19T18:10:00+13:00",
        "float": "150.00",
        "counted": {"cash": "197.40"},
    }
