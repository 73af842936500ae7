"""Signs of life, turns at sending, and what a lost turn forbids."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import days, machines
from services.store.database import Database, run_migrations
from services.store.tables import Machine
from services.sync.posting.sending import Sender
from services.sync.sharing.gate import AllowanceGate
from services.sync.sharing.machines import Identity, Machines, refuse_beside_older
from services.sync.sharing.turns import TurnLost, Turns
from services.sync.tools import Tools
from tests.machines.starts import started
from tests.sync.fakes import TENANT
from tests.sync.support import ANNA, DAY, STORE, Shop, all_posted, exact_books


@pytest.fixture
def shop(any_database: Database, tmp_path: Path) -> Shop:
    shop = Shop(any_database, tmp_path / "home").set_up()
    shop.runner.stop()
    return shop


def turns_of(tools: Tools) -> Turns:
    assert tools.turns is not None
    return tools.turns


def machines_of(tools: Tools) -> Machines:
    assert tools.machines is not None
    return tools.machines


def states(tools: Tools) -> list[tuple[str, str]]:
    with tools.db.read() as session:
        return [(each["name"], each["state"]) for each in machines_of(tools).answers(session)]


def test_machines_know_each_other(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    assert states(first) == [("first", "here"), ("second", "running")]
    shop.clock.move(seconds=50)
    machines_of(first).beat()
    shop.clock.move(seconds=20)
    assert states(first) == [("first", "here"), ("second", "gone")]
    assert machines_of(second).beat() == []
    assert states(first) == [("first", "here"), ("second", "running")]
    machines_of(second).leave()
    assert states(first) == [("first", "here"), ("second", "gone")]
    assert machines_of(first).alone()


def test_the_silent_are_buried_once(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    third = started(shop, "third")
    shop.clock.move(seconds=61)
    assert machines_of(first).beat() == ["machine-second:1", "machine-third:1"]
    assert machines_of(first).beat() == []
    assert machines_of(second).beat() == []
    assert machines_of(third).beat() == []


def test_a_restart_takes_its_own_turn_back_at_once(shop: Shop) -> None:
    before = started(shop, "first", "before")
    with before.db.write() as session:
        assert machines.take_turn(session, TENANT, "machine-first:before", shop.clock()) == 1
    again = started(shop, "first", "again")
    with turns_of(again).take(TENANT) as db:
        assert db is not None


def test_a_turn_is_not_taken_from_who_lives(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    with turns_of(first).take(TENANT) as mine:
        assert mine is not None
        assert turns_of(second).elsewhere(TENANT)
        with turns_of(second).take(TENANT) as theirs:
            assert theirs is None
    assert not turns_of(second).under_way(TENANT)
    with turns_of(second).take(TENANT) as theirs:
        assert theirs is not None


def test_who_was_frozen_writes_nothing_any_more(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    with turns_of(first).take(TENANT) as mine:
        assert mine is not None
        with mine.write() as session:
            days.ensure_day(session, STORE, DAY, shop.clock())
        shop.clock.move(seconds=61)
        with turns_of(second).take(TENANT) as theirs:
            assert theirs is not None
            with pytest.raises(TurnLost), mine.write() as session:
                days.set_state(session, STORE, DAY, DayState.POSTED, shop.clock())
            with pytest.raises(TurnLost), shop.database.note() as session:
                turns_of(first).fence(session)
            with theirs.write() as session:
                days.set_state(session, STORE, DAY, DayState.WAITING, shop.clock())
    assert shop.day().state == "waiting"


def test_a_call_of_who_lost_its_turn_does_not_leave(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    turns = turns_of(first)
    gate = AllowanceGate(
        shop.database, lambda _: shop.clock(), shop.waiter, executor="machine-first:1", fence=turns.fence
    )
    with turns.take(TENANT):
        gate.end(TENANT, gate.begin(TENANT, asked_by_person=False))
        shop.clock.move(seconds=61)
        with turns_of(second).take(TENANT), pytest.raises(TurnLost):
            gate.begin(TENANT, asked_by_person=False)


def test_a_call_is_a_sign_of_life(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    with turns_of(first).take(TENANT):
        shop.clock.move(seconds=50)
        with shop.database.note() as session:
            turns_of(first).fence(session)
        shop.clock.move(seconds=50)
        assert turns_of(second).elsewhere(TENANT)


def test_the_calls_of_the_dead_are_over(shop: Shop) -> None:
    second = started(shop, "second")
    gate = AllowanceGate(shop.database, lambda _: shop.clock(), shop.waiter, executor="machine-first:1")
    first = started(shop, "first")
    for _ in range(5):
        gate.begin(TENANT, asked_by_person=True)
    shop.clock.move(seconds=61)
    assert machines_of(second).beat() == ["machine-first:1"]
    gate.begin(TENANT, asked_by_person=True)
    assert first is not second


def test_a_run_that_stood_still_ends_and_the_other_goes_on(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    dates = shop.take_days(3)
    shop.office.sync(STORE, first=dates[0], last=dates[-1], who=ANNA)

    def stand_still() -> None:
        shop.clock.move(seconds=61)
        Sender(second).run(STORE)

    shop.ledger.on("create ACCREC", stand_still, count=1, after=True)
    Sender(first).run(STORE)
    assert all_posted(shop.state(dates[0], dates[-1]))
    assert shop.ledger.calls.count("create ACCREC") == 1
    exact_books(shop, dates)


def test_a_copied_home_is_refused_by_name(shop: Shop) -> None:
    first = started(shop, "first")
    twin = Identity("machine-first", "2", "1.0", "another computer")
    copy = Machines(shop.database, twin, lambda _: shop.clock(), shop.pace)
    with pytest.raises(Refused) as caught:
        copy.join()
    assert caught.value.code == "same_machine"
    shop.clock.move(seconds=61)
    copy.join()
    assert states(first) == [("another computer", "running")]


def test_tables_are_not_changed_under_an_older_version_that_runs(shop: Shop) -> None:
    started(shop, "first")
    run_migrations(shop.database, "0003", down=True)
    with pytest.raises(Refused) as caught:
        refuse_beside_older(shop.database, "machine-second", lambda _: shop.clock())
    assert caught.value.code == "others_running"
    assert "first (1.0)" in caught.value.why
    refuse_beside_older(shop.database, "machine-first", lambda _: shop.clock())
    shop.clock.move(seconds=61)
    refuse_beside_older(shop.database, "machine-second", lambda _: shop.clock())


def test_a_machine_whose_version_is_too_old_says_so_and_stops(shop: Shop) -> None:
    first = started(shop, "first")
    with shop.database.bulk() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refused) as caught:
        machines_of(first).beat()
    assert caught.value.code == "database_newer"
    assert "1.0" in caught.value.why


def test_machines_of_long_ago_are_forgotten(shop: Shop) -> None:
    machines_of(started(shop, "first")).leave()
    shop.clock.move(days=8)
    second = started(shop, "second")
    assert states(second) == [("second", "here")]
    with shop.database.read() as session:
        assert session.get(Machine, "machine-first:1") is None


def test_idle_waits_for_a_run(shop: Shop) -> None:
    first, second = started(shop, "first"), started(shop, "second")
    sender = Sender(replace(second))
    assert sender.idle(TENANT, 1)
    with turns_of(first).take(TENANT):
        assert not sender.idle(TENANT, 1)


def test_what_another_machine_did_is_news(shop: Shop) -> None:
    first = started(shop, "first")
    shop.take_days(1)
    assert not machines_of(first).news(), "alone, whoever watches is told at once"
    started(shop, "second")
    assert not machines_of(first).news()
    shop.clock.move(seconds=1)
    shop.office.sync(STORE, first=DAY, last=DAY, who=ANNA)
    assert machines_of(first).news()
    assert not machines_of(first).news()
