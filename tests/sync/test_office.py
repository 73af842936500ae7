"""The office as a whole: events, the audit, one sender at a time, starting again."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from services.contract.problem import NotFound
from services.contract.settings import load_settings
from services.store.database import Database
from services.sync.opening import open_office
from services.sync.pace import Pace, StopSignal
from services.sync.posting.sending import Sender
from services.sync.ticking import Ticker
from tests.machines.starts import started
from tests.sync.fakes import FakeBus, Killed
from tests.sync.support import ANNA, DAY, STORE, Shop, all_posted, sale, states


def test_each_change_of_a_day_is_told(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.office.takings_changed(STORE, [DAY])
    shop.sync()
    assert shop.bus.states("2026-11-19") == ["waiting", "waiting", "sending", "posted"]
    assert all(set(event) <= {"kind", "store", "date", "state", "progress"} for event in shop.bus.events)


def test_reading_reference_data_tells_how_far_it_is(shop: Shop) -> None:
    shop.office.refresh_reference(STORE, who=ANNA)
    told = [event["progress"] for event in shop.bus.events if "progress" in event]
    assert [len(each) for each in told] == [1, 2, 3, 4, 5, 6]
    assert told[-1]["accounts"] == len(shop.ledger.rows["accounts"])


def test_each_change_is_in_the_audit_with_its_person(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    shop.office.pause(STORE, reason="move", who=ANNA)
    shop.office.resume(STORE, who=ANNA)
    shop.office.set_schedule(STORE, frequency="daily", who=ANNA)
    shop.office.close_day(STORE, DAY, who=ANNA)
    entries = shop.office.audit()["entries"]
    actions = [entry["action"] for entry in reversed(entries)]
    assert actions == ["save_mapping", "import", "sync", "pause", "resume", "set_schedule", "close_day"]
    assert {entry["who"] for entry in entries} == {"anna"}


@pytest.mark.parametrize("method", ["sync", "check_mapping", "schedule", "organisations", "consent", "days"])
def test_a_store_that_is_not_there(shop: Shop, method: str) -> None:
    arguments: dict[str, dict[str, object]] = {"sync": {"who": ANNA}, "days": {"month": "2026-11"}}
    with pytest.raises(NotFound):
        getattr(shop.office, method)("nowhere", **arguments.get(method, {}))


def test_two_runs_at_once_send_once(shop: Shop) -> None:
    shop.take_days(5, DAY)
    shop.runner.stop()
    shop.office.sync(STORE, first=DAY, last=DAY + timedelta(days=4), who=ANNA)
    sender = Sender(shop.tools)
    threads = [threading.Thread(target=sender.run, args=(STORE,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all_posted(shop.state(DAY, DAY + timedelta(days=4)))
    assert shop.ledger.calls.count("create ACCREC") == 1
    assert shop.ledger.calls.count("pay") == 1


def test_two_services_on_one_postgresql_send_once(postgres_database: Database, tmp_path: Path) -> None:
    shop = Shop(postgres_database, tmp_path).set_up()
    shop.take_days(3, DAY)
    shop.runner.stop()
    shop.office.sync(STORE, first=DAY, last=DAY + timedelta(days=2), who=ANNA)
    first, second = (started(shop, name) for name in ("first", "second"))
    other = Sender(second)
    ran: list[int] = []

    def meanwhile() -> None:
        other.run(STORE)
        ran.append(len(shop.ledger.calls))

    shop.ledger.on("create ACCREC", meanwhile)
    Sender(first).run(STORE)
    assert ran, "the other service looked and found it taken"
    assert shop.ledger.calls.count("create ACCREC") == 1
    assert all_posted(shop.state(DAY, DAY + timedelta(days=2)))


def test_a_start_goes_on_with_what_was_unfinished(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", Killed(), after=True)
    with pytest.raises(Killed):
        shop.sync()
    assert states(shop.state()) == ["sending"]
    shop.open_office().start()
    assert all_posted(shop.state())
    assert shop.ledger.calls.count("create ACCREC") == 1


def test_a_service_that_stops_leaves_what_is_left_for_the_next_start(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))

    def stop() -> None:
        shop.waiter.stopping = True

    shop.ledger.on("create ACCREC", stop)
    shop.sync()
    assert states(shop.state()) == ["waiting"]
    assert "pay" not in shop.ledger.calls
    shop.waiter.stopping = False
    shop.open_office().start()
    assert all_posted(shop.state())


def test_the_real_office_starts_ticks_and_stops(sqlite_database: Database, tmp_path: Path) -> None:
    Shop(sqlite_database, tmp_path).set_up(connected=False)
    beats = threading.Event()
    office = open_office(
        load_settings(tmp_path, {}),
        sqlite_database,
        Shop(sqlite_database, tmp_path).vault,
        FakeBus(),
        pace=Pace(tick=0.05),
        beat=beats.set,
    )
    office.start()
    assert beats.wait(60)
    assert office.status()["stores"][0]["key"] == STORE
    office.stop()


def test_a_tick_that_fails_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    ticks: list[int] = []

    class ThreeTimes:
        stopping = False

        def wait(self, seconds: float) -> bool:
            return len(ticks) < 3

    def tick() -> None:
        ticks.append(1)
        raise OSError("the disk is full")

    ticker = Ticker(tick, 1.0, ThreeTimes(), lambda: None)
    ticker.start()
    ticker.join()
    assert len(ticks) == 3
    assert "the disk is full" in caplog.text


def test_a_fault_in_a_tick_ends_the_service_rather_than_stop_it_silently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    ended = threading.Event()

    def tick() -> None:
        raise ZeroDivisionError

    ticker = Ticker(tick, 1.0, StopSignal(), broken=ended.set)
    ticker.start()
    ticker.join()
    assert ended.is_set()
    assert [each.exc_type for each in told] == [ZeroDivisionError]
