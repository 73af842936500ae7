"""Many dates whose receipts a restore left out: a look is one question."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import event
from sqlmodel import select

from services.store import days
from services.store.database import Database
from services.store.tables import Day, Restore
from services.sync.backups.arriving import Arriving
from tests.sync.support import DAY, STORE, Shop

_DATES = [DAY - timedelta(days=number) for number in range(60)]


def _awaiting(shop: Shop) -> Arriving:
    with shop.database.write() as session:
        for day in _DATES:
            row = Day(store=STORE, business_date=day, state="posted", touched=2, built=1)
            row.changed_at = shop.clock()
            session.add(row)
        lost = {"awaited": [[STORE, day.isoformat()] for day in _DATES]}
        now = shop.clock()
        session.add(Restore(at=now, by="anna", file="a.db", made=now, until=DAY, lost=lost))
    return Arriving(shop.tools)


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """Note the statements."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)


def test_dates_that_were_looked_at_cost_nothing_each_at_the_next_look(shop: Shop) -> None:
    arriving = _awaiting(shop)
    arriving.tick()
    arriving.tick()  # fifty at once: by now each was looked at
    with _counted(shop.database) as asked:
        arriving.tick()
        arriving.arrived(STORE, [DAY])
    assert 0 < len(asked) < len(_DATES) / 2


def test_a_date_is_looked_at_again_once_something_came_in(shop: Shop) -> None:
    arriving = _awaiting(shop)
    for _ in range(3):
        arriving.tick()
    with shop.database.write() as session:
        row = days.ensure_day(session, STORE, DAY, shop.clock())
        row.touched = row.built = 3  # as its records being built again leave it
        session.add(row)
    arriving.tick()
    with shop.database.read() as session:
        (restore,) = session.exec(select(Restore)).all()
    assert len(restore.lost["awaited"]) == len(_DATES) - 1
    assert [STORE, DAY.isoformat()] not in restore.lost["awaited"]


def test_where_dates_stand_is_told_of_each_that_is_known(any_database: Database) -> None:
    places = [("one", date(2026, 11, 1)), ("two", date(2026, 11, 3)), ("two", date(2026, 11, 1))]
    with any_database.write() as session:
        for number, (store, day) in enumerate([*places[:2], ("one", date(2026, 11, 3))]):
            row = Day(store=store, business_date=day, state="posted", touched=number, built=None)
            row.changed_at = datetime(2026, 11, 4, tzinfo=UTC)
            session.add(row)
    with any_database.read() as session:
        found = days.stands(session, places)
        assert days.stands(session, []) == {}
    assert found == {places[0]: (0, None, "posted"), places[1]: (1, None, "posted")}
