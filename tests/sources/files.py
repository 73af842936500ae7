"""Files as tills write them, imports of them, and what the database then holds."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import text

from services.contract.answers import ImportAnswer, TotalsAnswer
from services.contract.people import Person
from services.sources.catalogue import add_source
from services.sources.importing import import_stream
from services.store.database import Database
from services.store.report import totals

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = Person("anna", 1000, frozenset({"manager"}))

BASIC = """
store = "shop"
[time]
columns = "Time"
format = "%d/%m/%Y %H:%M"
[receipt]
id = "No"
[register]
value = "1"
[amount]
columns = "Amount"
[category]
column = "Category"
[tax_code]
value = "STD"
[tender]
value = "takings"
"""
"""A profile with nothing but what it must have; for files with HEADER."""
HEADER = "No,Time,Category,Amount"


def basic_file(*rows: str, header: str = HEADER) -> str:
    """Return a file for BASIC."""
    return "\n".join((header, *rows, ""))


def load(
    db: Database,
    content: str | bytes,
    name: str = "file.csv",
    *,
    source: str | None = None,
    store: str | None = None,
    dry_run: bool = False,
) -> ImportAnswer:
    """Import a file's content."""
    stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return import_stream(
        db, name, stream, source=source, store=store, who=ANNA, clock=lambda: NOON, dry_run=dry_run
    )


def load_basic(db: Database, *rows: str, profile: str = BASIC, header: str = HEADER) -> ImportAnswer:
    """Import rows through a profile, BASIC unless another one is given."""
    add_source(db, "basic", profile, who=ANNA, clock=lambda: NOON)
    return load(db, basic_file(*rows, header=header), source="basic")


def receipt(number: str, amount: object = "12.50", **changes: object) -> dict[str, object]:
    """Return a sale by the contract, of one line and one tender."""
    record: dict[str, object] = {
        "store": "queen-st",
        "register": "1",
        "id": number,
        "time": "2026-11-19T08:02:11+13:00",
        "kind": "sale",
        "lines": [{"category": "grocery", "tax_code": "GST15", "amount": amount}],
        "tenders": [{"type": "eftpos", "amount": amount}],
    }
    return record | changes


def void(number: str, original: str, **changes: object) -> dict[str, object]:
    """Return a void by the contract."""
    return receipt(number, kind="void", original=original, lines=[], tenders=[], **changes)


def json_lines(records: Iterable[Mapping[str, object]]) -> str:
    """Return records as a contract file."""
    return "".join(f"{json.dumps(record)}\n" for record in records)


def load_records(db: Database, *records: Mapping[str, object], store: str | None = None) -> ImportAnswer:
    """Import records of the contract."""
    return load(db, json_lines(records), "records.jsonl", store=store)


def zipped(content: str | bytes) -> bytes:
    """Return the content as gzip."""
    return gzip.compress(content.encode() if isinstance(content, str) else content)


def counts(answer: ImportAnswer) -> tuple[int, int, int, int]:
    """Return how many records were new, revised, unchanged and refused."""
    return answer["new"], answer["revised"], answer["unchanged"], len(answer["refused"])


def reasons(answer: ImportAnswer) -> dict[int, str]:
    """Return why which lines were refused."""
    return {refused["line"]: refused["reason"] for refused in answer["refused"]}


def taken(db: Database, store: str = "shop") -> TotalsAnswer:
    """Return everything a store took in."""
    with db.read() as session:
        return totals(session, store, date(2000, 1, 1), date(2050, 1, 1))


def amounts(db: Database, store: str = "shop") -> dict[tuple[str, str, str | None], tuple[int, int, str]]:
    """Return receipts, lines and amount of each date, kind and category."""
    return {
        (row["date"], row["kind"], row["category"]): (row["receipts"], row["lines"], row["amount"])
        for row in taken(db, store)["rows"]
    }


_CONTENT = """
SELECT store, register, receipt, revision, kind, section, time, business_date, net, line_count, original,
  voided, effective, current, source FROM receipt ORDER BY 1, 2, 3, 4;
SELECT r.store, r.register, r.receipt, r.revision, l.position, l.category, l.tax_code, l.amount, l.quantity,
  l.description FROM receipt_line l JOIN receipt r ON r.id = l.receipt_id ORDER BY 1, 2, 3, 4, 5;
SELECT r.store, r.register, r.receipt, r.revision, t.position, t.type, t.amount
  FROM receipt_tender t JOIN receipt r ON r.id = t.receipt_id ORDER BY 1, 2, 3, 4, 5;
SELECT store, register, receipt, name, business_date, lines, amount
  FROM set_apart ORDER BY 1, 2, 3, 4, 5;
SELECT store, register, session, revision, opened, closed, business_date, float_amount
  FROM till_session ORDER BY 1, 2, 3;
SELECT store, kind, purchase, revision, business_date, total FROM purchase ORDER BY 1, 2, 3
"""


def content(db: Database) -> list[list[tuple[object, ...]]]:
    """Return everything imported, without ids and times of import."""
    with db.read() as session:
        return [[tuple(row) for row in session.execute(text(query))] for query in _CONTENT.split(";")]


def touched(db: Database, store: str) -> dict[str, int]:
    """Return how often each business date was touched."""
    query = text("SELECT business_date, touched FROM business_day WHERE store = :store ORDER BY 1")
    with db.read() as session:
        return {str(day): times for day, times in session.execute(query, {"store": store})}
