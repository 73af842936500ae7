"""Receipts of a till, imported as a till would."""

from __future__ import annotations

import io
import json
from datetime import datetime

from services.sources.importing import import_stream
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter


def receipt(number: str, amount: str, time: str, **more: object) -> dict[str, object]:
    """A sale paid by card; `tender` and `time` as the till states them."""
    tender: dict[str, object] = {"type": "eftpos", "amount": amount}
    for name in ("reference", "terminal"):
        if name in more:
            tender[name] = more.pop(name)
    return {
        "store": STORE,
        "register": "1",
        "id": number,
        "time": time,
        "kind": "sale" if not amount.startswith("-") else "refund",
        "lines": [{"category": "food", "tax_code": "20", "amount": amount}],
        "tenders": [tender],
        **more,
    }


def take_in(made: AtCounter, *records: dict[str, object]) -> None:
    """Import records, and tell the office as the service does."""
    text = "".join(json.dumps(record) + "\n" for record in records)
    answer = import_stream(
        made.db,
        "till.jsonl",
        io.BytesIO(text.encode()),
        source=None,
        store=None,
        who=ANNA,
        clock=made.clock,
        progress=lambda _read, _total: None,
    )
    assert not answer["refused"], answer["refused"]
    days = [datetime.fromisoformat(day).date() for day in answer["dates"]]
    made.office.receipts_came(STORE, days)
    made.settled()
