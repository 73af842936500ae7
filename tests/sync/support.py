"""A small shop with its takings, ready to be sent to a fake ledger."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.accounting.xero.tokens import SecretVault
from services.contract.answers import DayDocumentsAnswer
from services.contract.people import Person
from services.contract.states import DayState, IntegrationState
from services.sources.importing import import_stream
from services.store import connections, days, stores
from services.store.database import Database
from services.store.tables import Connection, Day
from services.sync.links.xero_links import XeroLinks
from services.sync.office import Office
from services.sync.pace import Pace
from services.sync.posting.running import InlineRunner, Runner
from services.sync.tools import Tools
from tests.sync.fakes import (
    ADDRESSES,
    TENANT,
    FakeBus,
    FakeClock,
    FakeLedger,
    FakeLedgers,
    FakeWaiter,
    MemoryVault,
    organisation,
)
from tests.sync.reference_data import reference_rows

STORE = "queen-st"
DAY = date(2026, 11, 19)
ANNA = Person("anna", 1000, frozenset({"manager"}))
MAPPING: dict[str, Any] = {
    "store": STORE,
    "shape": "invoice",
    "contact": "POS Sales - Queen St",
    "rounding": "860",
    "over_short": "490",
    "categories": {
        "grocery": "200",
        "hardware": "201",
        "gift_card_sold": {"account": "850", "tax_type": "NONE"},
    },
    "tax_codes": {"GST15": "OUTPUT2", "GST0": "NONE"},
    "tenders": {"cash": "611", "eftpos": "612", "gift_card": "850"},
}
_ZONE = ZoneInfo("Pacific/Auckland")


@dataclass
class Shop:
    """A connected shop and everything around it."""

    database: Database
    home: Path
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLedger = field(default_factory=lambda: FakeLedger(reference_rows()))
    bus: FakeBus = field(default_factory=FakeBus)
    vault: SecretVault = field(default_factory=MemoryVault)
    runner: Runner = field(default_factory=InlineRunner)
    # Without the daily look, which tests/sync/test_looking.py is about, and without chance.
    pace: Pace = field(default_factory=lambda: Pace(look_every=timedelta(days=9999), chance=lambda: 0.0))

    def __post_init__(self) -> None:
        self.waiter = FakeWaiter(self.clock)
        self.ledgers = FakeLedgers(self.ledger, [organisation()])
        self.office = self.open_office()

    def open_office(self) -> Office:
        """Return an office on the same tables, as a restarted service would."""
        tools = Tools(self.database, self.clock, self.ledgers, self.bus, self.waiter, self.pace)
        self.tools = tools
        links = XeroLinks(ADDRESSES, self.vault, self.home, self.clock)
        office = Office(tools, self.runner, links=links, vault=self.vault, spawn=lambda work: work())
        self.runner.start(office._runs.run)  # noqa: SLF001 - `start` would also look at what is due
        return office

    def set_up(self, *, connected: bool = True, mapped: bool = True) -> Shop:
        """Add the store, connect it and give it a mapping."""
        with self.database.write() as session:
            details = {"key": STORE, "name": "Queen St", "country": "NZ", "currency": "NZD"}
            stores.add_store(session, {**details, "timezone": "Pacific/Auckland"}, self.clock())
        if connected:
            self.connect()
        if mapped:
            self.office.save_mapping(STORE, MAPPING, who=ANNA)
        return self

    def connect(self, tenant: str = TENANT, name: str = "Queen St") -> None:
        """Connect the store without the consent."""
        with self.database.write() as session:
            row = connections.ensure_connection(session, STORE, self.clock())
            row.tenant, row.tenant_name, row.connection_id, row.client_id = (
                tenant,
                name,
                "connection-1",
                "app",
            )
            connections.set_state(session, row, IntegrationState.CONNECTED, "anna", self.clock())

    def map(self, **changed: object) -> None:
        """Save the mapping with changes."""
        self.office.save_mapping(STORE, {**MAPPING, **changed}, who=ANNA)

    def take(self, *records: dict[str, Any]) -> None:
        """Import records, as a till would send them."""
        text = "\n".join(json.dumps(record) for record in records)
        answer = import_stream(
            self.database,
            "records.jsonl",
            io.BytesIO(text.encode()),
            source=None,
            store=None,
            who=ANNA,
            clock=self.clock,
        )
        assert not answer["refused"], answer["refused"]

    def take_days(self, count: int, first: date = DAY) -> list[date]:
        """Import a simple sale, and every third day a refund, on each of some days."""
        dates = [first + timedelta(days=number) for number in range(count)]
        for number, day in enumerate(dates):
            records = [sale(day, f"S-{number}", "100.00")]
            if number % 3 == 0:
                records.append(refund(day, f"R-{number}", "-23.00"))
            self.take(*records)
        return dates

    def sync(self, first: date = DAY, last: date | None = None) -> list[DayDocumentsAnswer]:
        """Ask for days and return how they stand."""
        self.office.sync(STORE, first=first, last=last or first, who=ANNA)
        return self.state(first, last)

    def state(self, first: date = DAY, last: date | None = None) -> list[DayDocumentsAnswer]:
        """Return how days stand."""
        return self.office.sync_state(STORE, first=first, last=last or first)["days"]

    def day(self, day: date = DAY) -> Day:
        """Return the row of a day."""
        with self.database.read() as session:
            row = days.get_day(session, STORE, day)
        assert row is not None
        return row

    def connection(self) -> Connection:
        """Return the row of the connection."""
        with self.database.read() as session:
            row = connections.get_connection(session, STORE)
        assert row is not None
        return row

    def later(self, **how: float) -> None:
        """Let time pass, and the service look at what is due."""
        self.clock.move(**how)
        self.office.tick()


def moment(day: date, hour: int = 10, minute: int = 0) -> str:
    """Return a time of the shop's day, with its offset."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=_ZONE).isoformat()


def receipt(day: date, number: str, kind: str, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - the contract's fields
    """Return a receipt by contract."""
    return {"store": STORE, "register": "1", "id": number, "time": moment(day), "kind": kind, **parts}


def line(amount: str, category: str = "grocery", tax_code: str = "GST15", **more: object) -> dict[str, Any]:
    """Return a line."""
    return {"category": category, "tax_code": tax_code, "amount": amount, **more}


def tender(amount: str, kind: str = "cash", **more: object) -> dict[str, Any]:
    """Return a tender."""
    return {"type": kind, "amount": amount, **more}


def sale(day: date, number: str, amount: str, category: str = "grocery") -> dict[str, Any]:
    """Return a sale paid half in cash, half by card."""
    half = (Decimal(amount) / 2).quantize(Decimal("0.01"))
    tenders = [tender(str(half)), tender(str(Decimal(amount) - half), "eftpos")]
    return receipt(day, number, "sale", lines=[line(amount, category)], tenders=tenders)


def refund(day: date, number: str, amount: str) -> dict[str, Any]:
    """Return a refund in cash; the amount is negative."""
    return receipt(day, number, "refund", lines=[line(amount)], tenders=[tender(amount)])


def account_sale(day: date, number: str, amount: str, customer: str = "Bob Ltd") -> dict[str, Any]:
    """Return a sale on account."""
    due = (day + timedelta(days=20)).isoformat()
    return receipt(day, number, "account_sale", lines=[line(amount)], customer=customer, due_date=due)


def debtor_payment(
    day: date, number: str, amount: str, pays: str, customer: str = "Bob Ltd"
) -> dict[str, Any]:
    """Return a customer's payment of an invoice."""
    return receipt(
        day, number, "debtor_payment", tenders=[tender(amount, "eftpos")], customer=customer, pays=pays
    )


def purchase(day: date, number: str, total: str) -> dict[str, Any]:
    """Return a supplier's bill, tax inclusive."""
    return {
        "record": "purchase",
        "store": STORE,
        "id": number,
        "number": f"INV-{number}",
        "supplier": "Kiwi Wholesale Ltd",
        "date": day.isoformat(),
        "due_date": (day + timedelta(days=20)).isoformat(),
        "amounts": "inclusive",
        "lines": [{"account": "310", "tax_code": "GSTIN", "amount": total}],
        "total": total,
    }


def states(answers: Iterable[DayDocumentsAnswer]) -> list[str]:
    """Return the states of days."""
    return [answer["state"] for answer in answers]


def all_posted(answers: Iterable[DayDocumentsAnswer]) -> bool:
    """Whether every day is posted."""
    return set(states(answers)) == {DayState.POSTED.value}


def exact_books(shop: Shop, dates: Iterable[date]) -> None:
    """Check that the ledger holds each document once, with payments equal to tenders."""
    for day in dates:
        for answer in shop.state(day)[0]["documents"]:
            held = [
                each
                for each in shop.ledger.documents.values()
                if each.document.number == answer["number"] and each.kind == answer["kind"]
            ]
            assert len(held) == 1, f"{answer['number']} is there {len(held)} times"
            there = sorted((account, str(amount)) for _, account, amount, _ in held[0].payments)
            here = sorted((payment["account"], payment["amount"]) for payment in answer["payments"])
            assert there == here, answer["number"]
            assert held[0].remote_id == answer["xero_id"]


def replaced(pace: Pace, **changed: Any) -> Pace:  # noqa: ANN401 - fields of Pace
    """Return another pace."""
    return replace(pace, **changed)
