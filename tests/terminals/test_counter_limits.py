"""References that come again on another date; a machine without threads left."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.contract.problem import NotFound, Problem, Refused, Unreachable
from services.contract.terminals import PaymentKind, PaymentState
from services.store import terminal_journal
from services.store.tables import TerminalAttempt, TerminalSettlement
from services.terminals.counter import paying
from services.terminals.counter.paying import Wanted
from services.terminals.counter.watching import Watch
from services.terminals.finding_out import Finder
from services.terminals.hooks import PaymentHooks
from services.terminals.journal import Journal
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, add_front, at_counter
from tests.terminals.kit.receipts import receipt, take_in

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
    assert shop.terminal_totals() == [("12.50", True), ("3.00", True)]


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


def test_many_payments_without_a_receipt_keep_none_from_its_own(shop: AtCounter) -> None:
    shop.pay(1250)
    with shop.db.write() as session:
        (paid,) = terminal_journal.newest(session)
        more = paid.model_dump(exclude={"id", "till_reference", "reference"})
        for number in range(510):
            name = f"old-{number:04}"
            session.add(TerminalAttempt(**more, till_reference=name, reference=name))
    shop.clock.move(days=3)
    number = shop.pay(700)["payment"]["id"]
    take_in(shop, receipt("R-1", "7.00", "2026-11-23T11:05:00+01:00"))
    (match,) = shop.office.matches.listed(STORE)
    assert match["payment"] is not None
    assert match["payment"]["id"] == number


def test_more_receipts_than_are_joined_at_once(shop: AtCounter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.terminals.counter.matches._AT_ONCE", 2)
    for amount in (100, 200, 300, 400, 500):
        shop.pay(amount)
    times = "2026-11-20T11:05:00+01:00"
    take_in(shop, *(receipt(f"R-{number}", f"{number}.00", times) for number in range(1, 6)))
    assert len(shop.office.matches.listed(STORE)) == 5


def test_what_fits_a_payment_of_another_date_too_is_not_certain(shop: AtCounter) -> None:
    shop.clock.move(hours=12, minutes=58)  # 23:58 in Vienna
    shop.pay(1250)
    shop.clock.move(minutes=4)
    shop.pay(1250)
    shop.pay(1250)
    take_in(shop, receipt("R-1", "12.50", "2026-11-21T00:01:00+01:00"))
    shop.office.matches.receipts_came(STORE, [_TODAY - timedelta(days=1)])
    assert shop.office.matches.listed(STORE) == []


def test_an_old_payment_without_a_receipt_stays_in_the_list(shop: AtCounter) -> None:
    number = shop.pay(1250)["payment"]["id"]
    shop.clock.move(days=90)
    assert [each["id"] for each in shop.office.matches.unmatched(STORE)["payments"]] == [number]
    assert shop.office.matches.unmatched(STORE, _TOMORROW)["payments"] == []


@pytest.mark.parametrize("days,code", [(-32, "invalid_business_date"), (2, "invalid_business_date")])
def test_a_business_date_nobody_would_look_at_is_refused(shop: AtCounter, days: int, code: str) -> None:
    day = _TODAY + timedelta(days=days)
    with pytest.raises(Refused) as caught:
        _dated(shop, day)
    assert caught.value.code == code
    with pytest.raises(Refused) as caught:
        shop.office.functions.settle("front", ANNA, day)
    assert caught.value.code == code
    assert shop.practice.charges.all() == []
    assert shop.ended(_dated(shop, _TODAY - timedelta(days=31)))["payment"]["state"] == "approved"


def test_a_payout_of_a_date_to_come_is_refused(shop: AtCounter) -> None:
    with pytest.raises(Refused, match="not noted") as caught:
        shop.office.money.add_payout(STORE, _TOMORROW, "19.60", ANNA)
    assert caught.value.code == "invalid_business_date"
    assert shop.office.money.payouts(STORE) == []


@dataclass
class _Held:
    """Something of the counter's that takes long: it goes on when the test says."""

    reached: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        """Say that it was reached, and take until it may go on."""
        self.reached.set()
        assert self.may_go_on.wait(60)


@pytest.fixture
def beginning(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Held]:
    """Begin each order slowly, as when another payment is asked about first."""
    held = _Held()
    unresolved = Journal.unresolved

    def slowly(self: Journal, terminal: str) -> list[TerminalAttempt]:
        held()
        return unresolved(self, terminal)

    monkeypatch.setattr(Journal, "unresolved", slowly)
    yield held
    held.may_go_on.set()


class _Till(threading.Thread):
    """A till that gives order A-1, and what it is answered."""

    def __init__(self, shop: AtCounter) -> None:
        super().__init__(daemon=True)
        self.shop = shop
        self.watch: Watch | None = None
        self.problem: Problem | None = None
        self.start()

    def run(self) -> None:
        """Give the order."""
        try:
            self.watch = self.shop.begin(1250, "A-1")
        except Problem as problem:
            self.problem = problem

    def answered(self) -> "_Till":
        """Wait until it is answered."""
        self.join(60)
        assert not self.is_alive(), "the till is still waiting"
        return self


@pytest.fixture
def first(shop: AtCounter, beginning: _Held) -> _Till:
    """A till whose order is being begun until the test says."""
    till = _Till(shop)
    assert beginning.reached.wait(60)
    return till


def test_a_till_that_loses_patience_gets_the_order_it_gave(
    shop: AtCounter, beginning: _Held, first: _Till
) -> None:
    again = _Till(shop)
    beginning.may_go_on.set()
    watch = first.answered().watch
    assert watch is not None
    assert again.answered().watch is watch
    shop.ended(watch)
    assert len(shop.practice.charges.all()) == 1


def test_an_order_is_not_waited_for_without_end_and_never_called_uncharged(
    shop: AtCounter, beginning: _Held, first: _Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paying, "_TURN", 0)
    problem = _Till(shop).answered().problem
    # A refusal (4xx) would say that nothing is charged under this reference.
    assert isinstance(problem, Unreachable)
    assert problem.code == "terminal_beginning"
    beginning.may_go_on.set()
    watch = first.answered().watch
    assert watch is not None
    assert shop.ended(watch)["payment"]["state"] == "approved"
    assert shop.begin(1250, "A-1") is watch, "asked again, the till learns what became of it"
    assert len(shop.practice.charges.all()) == 1


def test_who_waits_for_an_order_is_let_go_when_the_service_stops(
    shop: AtCounter, beginning: _Held, first: _Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paying, "_TURN", 600)
    again = _Till(shop)
    shop.office.let_go()
    problem = again.answered().problem
    assert problem is not None
    assert problem.code == "terminal_beginning"
    beginning.may_go_on.set()
    first.answered()


def test_asked_again_and_again_about_an_unknown_outcome_one_till_waits(
    shop: AtCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.practice.stop()
    shop.ended(shop.begin(1250, "A-1"))
    with shop.db.write() as session:
        (row,) = terminal_journal.newest(session)
        row.state, row.settled, row.settled_by = PaymentState.UNKNOWN, None, ""
    held, find_out = _Held(), Finder.find_out

    def slowly(
        self: Finder, row: TerminalAttempt, hooks: PaymentHooks, cause: Problem | None = None
    ) -> TerminalAttempt:
        held()
        return find_out(self, row, hooks, cause)

    monkeypatch.setattr(Finder, "find_out", slowly)
    first = _Till(shop)
    try:
        assert held.reached.wait(60)
        tills = [_Till(shop).answered() for _ in range(3)]
        assert [till.watch and till.watch.row.state for till in tills] == ["unknown"] * 3
    finally:
        held.may_go_on.set()
    assert first.answered().watch is not None
    assert shop.practice.charges.all() == []


def test_a_reference_of_another_terminal_is_not_called_uncharged(shop: AtCounter) -> None:
    add_front(shop, "back")
    shop.pay(1250, "A-1")
    with pytest.raises(Refused) as caught:
        shop.office.payments.watch("back", "A-1", till="1")
    assert caught.value.code == "terminal_reference_used"
    with pytest.raises(NotFound) as unknown:
        shop.office.payments.watch("back", "A-1")
    assert "nothing was charged" not in unknown.value.next
    with pytest.raises(NotFound, match="knows no payment") as unknown:
        shop.office.payments.watch("back", "A-1", till="2")
    assert "nothing was charged under this reference of this till" in unknown.value.next


def test_a_refusal_names_the_amount_as_people_do(shop: AtCounter) -> None:
    shop.pay(1250, "A-1")
    with pytest.raises(Refused) as caught:
        shop.pay(1300, "A-1")
    assert caught.value.why == "It stands for a payment of 12.50 EUR already."


def test_a_reversal_that_was_done_is_told_when_the_terminal_is_another_one(shop: AtCounter) -> None:
    paid = shop.pay(2000)["payment"]["id"]
    back = shop.pay(None, "back", kind=PaymentKind.REVERSAL, original=paid)["payment"]
    shop.office.terminals.remove("front", ANNA)
    add_front(shop)
    assert shop.pay(None, "back", kind=PaymentKind.REVERSAL, original=paid)["payment"] == back
