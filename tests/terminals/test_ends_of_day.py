"""Ends of day that break off behind their totals, and what the next one counts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from services.contract.problem import Problem
from services.contract.terminal_days import AgreementCheck
from services.sandbox.terminals.faults import Fault, FaultKind
from services.store.tables import TerminalAttempt, TerminalSettlement, TerminalTotal
from services.terminals.counter.ends_of_day import Batch, batches, standing
from services.terminals.journal import Journal
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, add_front

_DAY, _NEXT = date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def shop(any_shop: AtCounter) -> AtCounter:
    return any_shop


def _breaks_off(shop: AtCounter, message: str, kind: FaultKind) -> None:
    """Run an end of day whose line breaks at a message of the terminal."""
    shop.practice.faults.plan(Fault(kind, message))
    with pytest.raises(Problem):
        shop.office.functions.settle("front", ANNA, None)
    newest = shop.office.functions.settlements("front", 1)[0]
    assert newest["state"] == "unknown"
    assert newest["amount"] is not None


def _checks(shop: AtCounter) -> dict[str, AgreementCheck]:
    return {
        day["date"]: next(each for each in day["checks"] if each["check"] == "terminal_totals")
        for day in shop.office.money.agreement(STORE)["days"]
    }


def _told(shop: AtCounter) -> dict[str, tuple[str, str, bool | None]]:
    return {day: (each["left"], each["right"], each["holds"]) for day, each in _checks(shop).items()}


def test_what_the_terminal_repeats_counts_once_and_for_its_own_date(shop: AtCounter) -> None:
    shop.pay(1250)
    _breaks_off(shop, "040F", FaultKind.CABLE_OUT_AFTER)
    shop.clock.move(days=1)
    assert shop.office.functions.settle("front", ANNA, None)["amount"] == "12.50"
    assert _told(shop) == {"2026-11-20": ("12.50", "12.50", True)}
    only = shop.office.money.agreement(STORE, _DAY, _DAY)["days"]
    assert [(day["date"], day["counted"]) for day in only] == [("2026-11-20", "12.50")]
    assert shop.office.money.agreement(STORE, _NEXT, _NEXT)["days"] == []
    shop.pay(300)
    shop.office.functions.settle("front", ANNA, None)
    assert _told(shop)["2026-11-21"] == ("3.00", "3.00", True)


def test_totals_told_twice_within_an_end_of_day_count_once(shop: AtCounter) -> None:
    shop.pay(1250)
    shop.practice.faults.plan(Fault(FaultKind.DUPLICATE, "040F"))
    assert shop.office.functions.settle("front", ANNA, None)["amount"] == "12.50"
    assert _told(shop) == {"2026-11-20": ("12.50", "12.50", True)}


def test_repeated_again_and_again_it_counts_once(shop: AtCounter) -> None:
    shop.pay(1250)
    for _ in range(2):
        _breaks_off(shop, "040F", FaultKind.CABLE_OUT_AFTER)
        assert _told(shop) == {"2026-11-20": ("12.50", "12.50", True)}
    shop.office.functions.settle("front", ANNA, None)
    assert _told(shop) == {"2026-11-20": ("12.50", "12.50", True)}


def test_a_terminal_that_never_closed_counts_what_came_since_besides(shop: AtCounter) -> None:
    shop.pay(1250)
    _breaks_off(shop, "040F", FaultKind.CABLE_OUT_AFTER)
    shop.clock.move(days=1)
    shop.pay(300)
    assert shop.office.functions.settle("front", ANNA, None)["amount"] == "15.50"
    assert {day: told for day, told in _told(shop).items() if told[0]} == {
        "2026-11-21": ("15.50", "15.50", True)
    }


@pytest.mark.parametrize("amount", [1250, 300])
def test_a_terminal_that_had_closed_counts_only_what_came_since(shop: AtCounter, amount: int) -> None:
    shop.pay(1250)
    _breaks_off(shop, "060F", FaultKind.CABLE_OUT)
    shop.clock.move(days=1)
    shop.pay(amount)
    shop.office.functions.settle("front", ANNA, None)
    since = f"{amount / 100:.2f}"
    assert _told(shop) == {
        "2026-11-20": ("12.50", "12.50", True),
        "2026-11-21": (since, since, True),
    }


def test_a_terminal_that_had_closed_has_nothing_more_to_count(shop: AtCounter) -> None:
    shop.pay(1250)
    _breaks_off(shop, "060F", FaultKind.CABLE_OUT)
    assert shop.office.functions.settle("front", ANNA, None)["amount"] == "0.00"
    assert _told(shop) == {"2026-11-20": ("12.50", "12.50", True)}


def test_what_cannot_be_told_is_named_to_a_person(shop: AtCounter) -> None:
    shop.pay(1250)
    _breaks_off(shop, "040F", FaultKind.CABLE_OUT_AFTER)
    # Taken at the terminal itself, past Tillbook.
    shop.practice.memory.charges.add("payment", 400, "")
    shop.clock.move(days=1)
    shop.pay(300)
    assert shop.office.functions.settle("front", ANNA, None)["amount"] == "19.50"
    check = _checks(shop)["2026-11-21"]
    assert (check["holds"], check["difference"]) == (False, "16.50")
    assert "broke off" in check["words"]


@pytest.mark.parametrize("days", [12, 48])
def test_many_lost_ends_of_day_are_judged_once(shop: AtCounter, days: int) -> None:
    for _ in range(days):
        shop.clock.move(days=1)
        with shop.db.write() as session:
            session.add(_lost(shop.clock()))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        asked.append(sql)

    last = shop.clock.now.date()
    with shop.db.read() as session:
        event.listen(shop.db.engine, "before_cursor_execute", note)
        found = list(batches(session, STORE, last - timedelta(days=8), last))
        event.remove(shop.db.engine, "before_cursor_execute", note)
    assert [batch.is_lost for batch in found] == [True] * 9
    # Of each: which end of day is next to it, its approvals, its totals.
    assert days <= len(asked) <= 3 * days + 10


def test_a_terminal_that_was_added_again_ends_no_day_of_the_one_before(shop: AtCounter) -> None:
    shop.pay(1250)
    _breaks_off(shop, "040F", FaultKind.CABLE_OUT_AFTER)
    shop.office.terminals.remove("front", ANNA)
    shop.practice.memory.charges.settle()  # another device: it holds nothing
    shop.clock.move(days=1)
    add_front(shop)
    shop.pay(1250)
    shop.office.functions.settle("front", ANNA, None)
    assert _told(shop) == {
        "2026-11-20": ("12.50", "12.50", True),
        "2026-11-21": ("12.50", "12.50", True),
    }


def test_a_terminal_that_was_added_again_has_no_past_of_its_own(shop: AtCounter) -> None:
    paid = shop.pay(1250, "A-1")["payment"]
    shop.office.functions.settle("front", ANNA, None)
    journal = Journal(shop.db, shop.clock)
    assert journal.last_result("front") is not None
    shop.office.terminals.remove("front", ANNA)
    add_front(shop)
    told = shop.office.terminals.one("front")
    assert (told["last"], told["last_settled"]) == (None, None)
    assert shop.office.functions.settlements("front") == []
    # ZVT mirrors the receipt of the last payment: another device's would undo one of its own.
    assert journal.last_result("front") is None
    assert shop.pay(1250, "A-1")["payment"] == paid, "asked for again it is the same for ever"
    assert len(shop.practice.charges.all()) == 1
    fresh = shop.pay(300)["payment"]
    assert shop.office.terminals.one("front")["last"] == fresh
    assert [each["id"] for each in shop.office.attempts(terminal="front")] == [fresh["id"], paid["id"]]


def _lost(now: datetime) -> TerminalSettlement:
    """An end of day whose line broke behind its totals."""
    return TerminalSettlement(
        terminal="front",
        store=STORE,
        closes=True,
        state="unknown",
        started=now,
        business_date=now.date(),
        amount=0,
        who="anna",
        currency="EUR",
    )


def _approval(amount: int) -> TerminalAttempt:
    names: dict[str, Any] = {
        "terminal": "front",
        "store": STORE,
        "till": "1",
        "till_reference": "",
        "reference": "",
    }
    return TerminalAttempt(**names, kind="payment", amount=amount, approved=amount, currency="EUR")


def _end(
    number: int, schemes: dict[str, int], approved: tuple[int, ...] = (), *, is_lost: bool = False
) -> Batch:
    now = datetime(2026, 11, 20, number, tzinfo=UTC)
    row = TerminalSettlement(
        id=number, terminal="front", store=STORE, closes=True, state="", started=now, who="", currency="EUR"
    )
    totals = tuple(
        TerminalTotal(
            settlement_id=number, position=at, scheme=name, kind="payment", count=1, amount=schemes[name]
        )
        for at, name in enumerate(schemes)
    )
    attempts = tuple(_approval(each) for each in approved)
    return Batch(row, totals, attempts, _DAY, is_lost=is_lost)


@pytest.mark.parametrize(
    "schemes,stand,is_doubtful",
    [
        ({"Visa": 500, "Amex": 700}, [2], False),
        ({"Visa": 700, "Amex": 500}, [1, 2], True),
        ({}, [1, 2], False),
    ],
    ids=["the very same", "the same sum", "nothing"],
)
def test_totals_are_the_same_scheme_by_scheme(
    schemes: dict[str, int], stand: list[int], *, is_doubtful: bool
) -> None:
    # The journal knows less than the terminal: only the totals themselves can tell.
    found = standing([_end(1, {"Amex": 700, "Visa": 500}, (900,), is_lost=True), _end(2, schemes)])
    assert [batch.settlement.id for batch in found] == stand
    assert found[-1].is_doubtful is is_doubtful


def test_what_the_next_one_repeats_has_ended() -> None:
    lost, again, fresh = _end(1, {"Visa": 500}, (500,), is_lost=True), _end(2, {"Visa": 500}), _end(3, {})
    found = standing([lost, again, fresh])
    assert [(batch.settlement.id, batch.covered, batch.is_lost) for batch in found] == [
        (2, 500, False),
        (3, 0, False),
    ]
