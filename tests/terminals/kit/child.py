"""The service side of one payment, in a process that may be killed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from services.contract.terminals import PaymentKind, PaymentState
from services.store.database import Database, migrate, open_database
from services.store.tables import Terminal, TerminalAttempt
from services.terminals.desk import Desk
from services.terminals.driver import Original
from services.terminals.entry import Surroundings
from services.terminals.finding_out import Patience
from services.terminals.hooks import Listener, ignore
from services.terminals.journal import Journal, Order
from tests.terminals.kit.cases import Address, Case, all_cases, case_named
from tests.terminals.kit.points import How, Points

TERMINAL = "front"
STORE = "wien"


@dataclass(frozen=True, slots=True)
class Job:
    """What the service side does: resolve as at its start, then pay when asked to."""

    case: str
    address: Address
    database: str
    reference: str = ""
    """The till's; empty: only resolve."""
    amount: int = 0
    kind: str = "payment"
    receipt: str = ""
    how: How = "never"
    at: int = 0
    resolving: bool = False
    """Break while resolving rather than while paying."""


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def put_terminal(database: Database, currency: str, protocol: str = "zvt") -> Terminal:
    """Write the terminal of the tests down."""
    terminal = Terminal(
        key=TERMINAL,
        store=STORE,
        name="Front",
        protocol=protocol,
        currency=currency,
        settings={},
        created=now(),
    )
    with database.write() as session:
        session.add(terminal)
    return terminal


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database for a moment."""
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def desk_of(
    case: Case, address: Address, url: str, points: Points, listener: Listener = ignore
) -> Iterator[Desk]:
    """The desk of a practice terminal, on the database at `url`."""
    with opened(url) as database:
        with database.read() as session:
            terminal = session.get_one(Terminal, TERMINAL)
        around = Surroundings(terminal.currency, now, time.monotonic, lambda _: None, lambda *_: None)
        driver = case.driver(address, around, points)
        journal = Journal(database, now)
        patience = Patience(tries=40, pause=0.05)
        yield Desk(terminal, driver, journal, time.sleep, listener=listener, patience=patience)
        driver.close()


def order_of(job: Job) -> Order:
    """What the till asks for."""
    original = Original(receipt=job.receipt) if job.receipt else None
    currency = case_named(job.case).currency
    return Order("till-1", job.reference, PaymentKind(job.kind), job.amount, currency, original)


def run(job: Job) -> dict[str, object]:
    """Do the job; return what became of it, and whether the boundary was reached."""
    points = Points()
    with desk_of(case_named(job.case), job.address, job.database, points) as desk:
        with points.armed(job.how if job.resolving else "never", job.at):
            resolved = [_told(row) for row in desk.resolve()]
        desk.close()
        with points.armed("never" if job.resolving else job.how, job.at):
            paid = _told(desk.pay(order_of(job))) if job.reference else None
    return {"resolved": resolved, "paid": paid, "broken": points.broken, "passed": points.passed}


def warm_up() -> None:
    """Do once what takes long the first time, so that forked children need not."""
    all_cases()
    with TemporaryDirectory() as folder, opened(f"sqlite:///{folder}/tillbook.db") as database:
        migrate(database)
        terminal = put_terminal(database, "EUR")
        journal = Journal(database, now)
        row = journal.begin(terminal, Order("", "", PaymentKind.PAYMENT, 1, "EUR"))
        journal.sent(row.id or 0, {})
        journal.settle(row.id or 0, PaymentState.UNKNOWN, "")
        journal.unresolved(TERMINAL)


def run_to_file(text: str, out: Path) -> None:
    """Do the job that stands in JSON; write what came of it to a file."""
    out.write_text(json.dumps(run(Job(**json.loads(text)))), "utf-8")


def _told(row: TerminalAttempt) -> dict[str, object]:
    return {"state": row.state, "approved": row.approved, "problem": row.problem, "by": row.settled_by}
