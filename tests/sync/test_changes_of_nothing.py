"""Records that come again otherwise: what they change, and what they do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from services.contract.problem import Problem
from services.sync.backups import arriving
from services.sync.changed.changes import DayChanges
from tests.sync.support import ANNA, DAY, STORE, Shop, all_posted, moment, sale

NEXT = DAY + timedelta(days=1)
MONDAY = date(2026, 11, 9)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]


def posted(shop: Shop, **records: object) -> None:
    shop.take({**sale(DAY, "1", "100.00"), **records})
    assert all_posted(shop.sync())


def seen(shop: Shop) -> str:
    """Let the service look at what came in; return where the day stands."""
    shop.office.takings_changed(STORE, [DAY])
    return shop.day().state


def test_a_note_that_is_added_leaves_the_day_posted(shop: Shop) -> None:
    posted(shop)
    sent = shop.ledger.writes()
    shop.take({**sale(DAY, "1", "100.00"), "note": "paid by the neighbour", "operator": "Mia"})
    assert seen(shop) == "posted"
    assert shop.office.changes.listed(STORE)["changes"] == []
    shop.later(minutes=10)
    assert shop.day().state == "posted"
    assert shop.ledger.writes() == sent


def test_a_file_with_both_revisions_of_a_receipt_may_come_twice(shop: Shop) -> None:
    both = sale(DAY, "1", "80.00"), sale(DAY, "1", "100.00")
    shop.take(*both)
    assert all_posted(shop.sync())
    shop.take(*both)
    assert seen(shop) == "posted"


def test_what_was_edited_and_put_right_again_is_no_change(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "1", "80.00"))
    assert seen(shop) == "changed"
    shop.take(sale(DAY, "1", "100.00"))
    assert seen(shop) == "posted"


def test_a_change_of_what_was_sent_stays_changed(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "5.00"))
    assert seen(shop) == "changed"
    shop.later(minutes=10)
    assert shop.day().state == "changed"


def test_a_late_receipt_changes_the_date_whose_count_holds_it(shop: Shop) -> None:
    session = {
        "record": "till_session",
        "store": STORE,
        "register": "1",
        "id": "S-1",
        "opened": moment(DAY, 8),
        "closed": moment(NEXT, 2),
        "float": "150.00",
        "counted": {"cash": "250.00"},
    }
    cash = [{"type": "cash", "amount": "100.00"}]
    shop.take({**sale(DAY, "1", "100.00"), "tenders": cash}, session)
    assert all_posted(shop.sync())
    late = [{"type": "cash", "amount": "30.00"}]
    shop.take({**sale(NEXT, "2", "30.00"), "time": moment(NEXT, 1), "tenders": late})
    assert seen(shop) == "changed"
    (change,) = shop.office.changes.listed(STORE)["changes"]
    assert (change["sent"], change["now"]) == ("100.00", "70.00")


def noted(day: date) -> dict[str, object]:
    """Return the sale of a date with a note, which changes nothing of what was sent."""
    return {**sale(day, f"S-{day}", "100.00"), "note": "paid by the neighbour"}


def looking(monkeypatch: pytest.MonkeyPatch, first: Callable[[date], None]) -> None:
    """Have something happen before a date is compared with what was sent."""

    def compared(session: Session, store: str, day: date) -> DayChanges:
        first(day)
        return DayChanges(session, store, day)

    monkeypatch.setattr(arriving, "DayChanges", compared)


@pytest.mark.parametrize(
    "error", [OperationalError("SELECT", None, OSError("disk I/O error")), Problem("It is busy.", "", "")]
)
def test_a_date_that_could_not_be_looked_at_is_looked_at_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """It stops neither the start of the service nor, the next time, the other dates."""
    dates, asked = [DAY, NEXT], list[date]()

    def fail_twice(day: date) -> None:
        asked.append(day)
        if asked.count(DAY) <= 2 and day == DAY:
            raise error

    shop.take(*(sale(day, f"S-{day}", "100.00") for day in dates))
    assert all_posted(shop.sync(DAY, NEXT))
    looking(monkeypatch, fail_twice)
    shop.take(*map(noted, dates))
    shop.office.start()
    assert [shop.day(day).state for day in dates] == ["changed", "changed"]
    shop.office.takings_changed(STORE, dates)
    assert [shop.day(day).state for day in dates] == ["changed", "posted"]
    shop.office.takings_changed(STORE, dates)
    assert [shop.day(day).state for day in dates] == ["posted", "posted"]
    assert asked == [DAY, NEXT, DAY, DAY]


def test_what_comes_in_while_a_date_is_looked_at_is_looked_at_too(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted(shop)
    shop.take({**sale(DAY, "1", "100.00"), "note": "paid by the neighbour"})
    coming = [sale(DAY, "2", "5.00")]
    looking(monkeypatch, lambda _: shop.take(coming.pop()) if coming else None)
    assert seen(shop) == "changed"
    assert seen(shop) == "changed"
    (change,) = shop.office.changes.listed(STORE)["changes"]
    assert (change["sent"], change["now"]) == ("100.00", "105.00")


@pytest.mark.parametrize("late, state", [("0.00", "posted"), ("5.00", "changed")])
def test_a_week_is_built_once_for_all_its_changed_dates(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, late: str, state: str
) -> None:
    asked: list[date] = []
    shop.office.set_schedule(STORE, frequency="weekly", start=MONDAY, who=ANNA)
    shop.take(*(sale(day, f"S-{day}", "100.00") for day in WEEK))
    for _ in range(3):
        shop.later(minutes=1)
    assert {shop.day(day).state for day in WEEK} == {"posted"}
    looking(monkeypatch, asked.append)
    shop.take(*map(noted, WEEK))
    if Decimal(late):
        shop.take(sale(WEEK[2], "late", late))
    shop.office.takings_changed(STORE, WEEK)
    shop.office.takings_changed(STORE, WEEK)
    assert {shop.day(day).state for day in WEEK} == {state}
    assert asked == [MONDAY]


def test_a_day_that_differs_still_says_why(shop: Shop) -> None:
    shop.ledger.drift = Decimal("0.01")
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    before = shop.day()
    assert (before.state, len(before.why or ())) == ("differs", 1)
    shop.take({**sale(DAY, "1", "100.00"), "note": "paid by the neighbour"})
    assert shop.day().state == "changed"
    assert (seen(shop), shop.day().why) == ("differs", before.why)
