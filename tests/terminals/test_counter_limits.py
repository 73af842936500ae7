"""References that come again on another date; a machine without threads left."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.contract.terminals import PaymentKind
from services.store.tables import TerminalSettlement
from services.terminals.counter.paying import Wanted
from services.terminals.counter.watching import Watch
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, at_counter

_TODAY, _TOMORROW = date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def shop(template: Path) -> Iterator[AtCounter]:
    with at_counter(template) as made:
        yield made


def _dated(shop: AtCounter, day: date | None) -> Watch:
    return shop.office.payments.pay("front", "1", Wanted("17", PaymentKind.PAYMENT, 1250, business_date=day))


def test_a_reference_of_another_business_date_is_refused(shop: AtCounter) -> None:
    shop.ended(_dated(shop, _TODAY))
    with pytest.raises(Refused) as caught:
        _dated(shop, _TOMORROW)
    assert caught.value.code == "terminal_reference_used"
    assert "2026-11-20" in caught.value.why


@pytest.mark.parametrize("day", [_TODAY, None])
def test_the_same_order_again_behind_the_cut_off_is_the_same(shop: AtCounter, day: date | None) -> None:
    first = shop.ended(_dated(shop, day))["payment"]
    shop.clock.move(days=1)
    assert shop.ended(_dated(shop, day))["payment"] == first
    assert len(shop.practice.charges.all()) == 1


def test_without_a_thread_nothing_is_sent_and_the_terminal_stays_free(
    shop: AtCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", full)
        told = shop.pay(1250, "A-1")
    assert (told["payment"]["state"], told["running"]) == ("cancelled", False)
    assert told["payment"]["problem"] is not None
    assert told["payment"]["problem"]["code"] == "terminal_not_sent"
    assert shop.practice.charges.all() == []
    assert shop.office.terminals.one("front")["state"] == "ready"
    assert shop.pay(1250, "A-2")["payment"]["state"] == "approved"


@pytest.mark.parametrize("state", ["started", "unknown"])
def test_an_end_of_day_whose_end_was_lost_counts_with_its_totals(shop: AtCounter, state: str) -> None:
    shop.pay(1250)
    lost = shop.office.functions.settle("front", ANNA, None)
    with shop.db.write() as session:
        session.get_one(TerminalSettlement, lost["id"]).state = state
    shop.clock.move(days=1)
    shop.pay(300)
    shop.office.functions.settle("front", ANNA, None)
    days = shop.office.money.agreement(STORE)["days"]
    totals = [check for day in days for check in day["checks"] if check["check"] == "terminal_totals"]
    assert [(check["left"], check["holds"]) for check in totals] == [("12.50", True), ("3.00", True)]


@pytest.mark.parametrize("state", ["started", "failed"])
def test_an_end_of_day_without_totals_ended_nothing(shop: AtCounter, state: str) -> None:
    shop.pay(1250)
    front = shop.office.payments.terminal("front")
    with shop.db.write() as session:
        row = TerminalSettlement(
            terminal=front.key, store=STORE, closes=True, state=state, who="anna", currency="EUR"
        )
        row.started, row.business_date = shop.clock(), _TODAY
        session.add(row)
    shop.clock.move(days=1)
    shop.pay(300)
    shop.office.functions.settle("front", ANNA, None)
    days = shop.office.money.agreement(STORE)["days"]
    (check,) = [each for each in days[-1]["checks"] if each["check"] == "terminal_totals"]
    assert (check["left"], check["holds"]) == ("15.50", True)
