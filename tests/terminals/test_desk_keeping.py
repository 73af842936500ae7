"""What the desk keeps: totals, and nothing at all on a full disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from services.contract.terminals import PaymentState
from services.store.database import Database
from services.store.tables import Audit, TerminalSettlement, TerminalTotal
from services.terminals.driver import (
    Finding,
    Hooks,
    Request,
    Result,
    Verdict,
)
from services.terminals.hooks import Progress
from services.terminals.journal import Journal, for_a_person
from services.terminals.problems import JournalFailed, TransportLost
from tests.terminals.kit.child import now, put_terminal
from tests.terminals.kit.told_driver import APPROVED, DeskAt, Performs, ToldDriver, break_off, desk_on, order


def test_the_end_of_day_is_kept_with_its_totals(counter: DeskAt) -> None:
    totals = counter.desk.settle("anna")
    assert totals.amount == 1500
    with counter.database.read() as session:
        (row,) = session.exec(select(TerminalSettlement)).all()
        (total,) = session.exec(select(TerminalTotal)).all()
    assert (row.state, row.closes, row.amount, row.who) == ("done", True, 1500, "anna")
    assert (total.scheme, total.count, total.amount) == ("Visa", 2, 1500)


def test_totals_outlive_a_break_behind_them(counter: DeskAt) -> None:
    counter.driver.performs = break_off
    with pytest.raises(TransportLost):
        counter.desk.settle("anna")
    with counter.database.read() as session:
        (row,) = session.exec(select(TerminalSettlement)).all()
        assert (row.state, row.amount) == ("unknown", 1500)
        assert len(session.exec(select(TerminalTotal)).all()) == 1


@contextmanager
def _full(database: Database) -> Iterator[None]:
    """A disk that has no room, as SQLite sees it, for as long as this lasts."""

    def limit(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        cursor = connection.cursor()
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
        cursor.close()

    database.engine.dispose()
    event.listen(database.engine, "connect", limit)
    yield
    event.remove(database.engine, "connect", limit)
    database.engine.dispose()


_LONG = "x" * 60_000


def test_a_full_disk_sends_nothing(sqlite_database: Database) -> None:
    put_terminal(sqlite_database, "EUR")
    driver, told = ToldDriver(), list[Progress]()
    desk = desk_on(sqlite_database, Journal(sqlite_database, now), driver, told, [])
    with _full(sqlite_database), pytest.raises(JournalFailed) as caught:
        desk.pay(order(_LONG))
    assert caught.value.sending
    assert caught.value.what == "The payment was not sent to the card terminal."
    assert "full" in caught.value.detail
    assert _LONG not in caught.value.detail
    assert driver.performed == 0
    assert desk.pay(order()).state == "approved"


def test_a_disk_that_fills_before_the_first_byte_sends_nothing(sqlite_database: Database) -> None:
    def fill(_request: Request, hooks: Hooks) -> Result:
        with _full(sqlite_database):
            hooks.sent({"last": _LONG})
        raise AssertionError("sent")

    put_terminal(sqlite_database, "EUR")
    driver = ToldDriver(fill)
    desk = desk_on(sqlite_database, Journal(sqlite_database, now), driver, [], [])
    with pytest.raises(JournalFailed) as caught:
        desk.pay(order())
    assert caught.value.sending
    assert [row.state for row in desk.resolve()] == ["cancelled"]
    assert driver.asked == []


def test_a_disk_that_fills_before_the_result_has_the_terminal_asked(sqlite_database: Database) -> None:
    def fill(_request: Request, hooks: Hooks) -> Result:
        hooks.sent({})
        with _full(sqlite_database):
            hooks.commit(Result(PaymentState.APPROVED, 1000, "EUR", text=_LONG))
        raise AssertionError("acknowledged")

    put_terminal(sqlite_database, "EUR")
    driver = ToldDriver(fill, [Finding(Verdict.NOT_CHARGED, "undone")])
    row = desk_on(sqlite_database, Journal(sqlite_database, now), driver, [], []).pay(order())
    assert row.state == "cancelled"
    assert driver.asked[0][1] is None


def _overtaken(counter: DeskAt, result: Result, *, power_fails: bool = False) -> Performs:
    """Settle a payment on another machine before its result comes in."""

    def perform(request: Request, hooks: Hooks) -> Result:
        hooks.sent({"last": "0462"})
        counter.journal.settle(request.attempt, PaymentState.CANCELLED, "machine b")
        hooks.commit(result)
        if power_fails:  # between the acknowledgement and the end
            raise SystemExit
        return result

    return perform


def test_an_approval_committed_after_another_settled_it_is_not_lost(counter: DeskAt) -> None:
    counter.driver.performs = _overtaken(counter, APPROVED, power_fails=True)
    with pytest.raises(SystemExit):
        counter.desk.pay(order())
    row = counter.journal.get(1)
    assert (row.state, row.settled_by, row.approved) == ("cancelled", "machine b", 1000)
    assert for_a_person(row)
    assert row.problem is not None
    assert row.problem["code"] == "terminal_approved_late"


def test_what_was_merely_taken_changes_nothing_that_is_settled(counter: DeskAt) -> None:
    taken = Result(PaymentState.UNKNOWN, 1000, "EUR")
    counter.driver.performs = _overtaken(counter, taken, power_fails=True)
    with pytest.raises(SystemExit):
        counter.desk.pay(order())
    row = counter.journal.get(1)
    assert (row.state, row.approved, row.result) == ("cancelled", None, None)


def test_an_approval_that_came_too_late_is_audited_once(counter: DeskAt) -> None:
    counter.driver.performs = _overtaken(counter, APPROVED)
    row = counter.desk.pay(order())
    assert (row.state, row.approved) == ("cancelled", 1000)
    with counter.database.read() as session:
        actions = [line.action for line in session.exec(select(Audit)).all()]
    assert actions.count("late_approval") == 1
