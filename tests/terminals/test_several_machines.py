"""Two machines on one database, and what one does while the other pays."""

from collections.abc import Iterator, Mapping

import pytest

from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.store import audit
from services.store.tables import Terminal
from services.terminals.counter.fleet import Fleet
from services.terminals.counter.office import TerminalsOffice
from services.terminals.counter.paying import Wanted
from services.terminals.driver import Driver, Finding, Hooks, Request, Result, Verdict
from services.terminals.journal import Journal
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, Vault, office_on
from tests.terminals.kit.child import now
from tests.terminals.kit.told_driver import APPROVED, LOST, DeskAt, order

Machines = tuple[AtCounter, TerminalsOffice, TerminalsOffice]


@pytest.fixture
def machines(any_shop: AtCounter) -> Iterator[Machines]:
    """A shop, and the offices of machines a and b; the terminal is a's."""
    shop = any_shop
    shop.office.stop()
    a, b = (office_on(shop.db, shop.vault, shop.bus, shop.clock, name) for name in "ab")
    a.terminals.change("front", {"here": True}, ANNA)
    yield shop, a, b
    a.stop()
    b.stop()


@pytest.mark.parametrize("state", [PaymentState.PENDING, PaymentState.SENT, PaymentState.ACKED])
def test_a_terminal_is_not_taken_over_while_it_pays(machines: Machines, state: PaymentState) -> None:
    shop, _a, b = machines
    journal = Journal(shop.db, shop.clock)
    attempt = journal.begin(b.payments.terminal("front"), order())
    if state is not PaymentState.PENDING:
        journal.sent(attempt.id or 0, {})
    if state is PaymentState.ACKED:
        journal.acked(attempt.id or 0)
    with pytest.raises(Refused) as caught:
        b.terminals.change("front", {"here": True}, ANNA)
    assert caught.value.code == "terminal_busy"
    assert not b.terminals.one("front")["here"]
    assert journal.get(attempt.id or 0).state == state
    # A machine that died in the middle does not keep it for ever.
    shop.clock.move(minutes=11)
    assert b.terminals.change("front", {"here": True}, ANNA)["here"]


def test_settings_that_another_machine_changed_hold_at_the_next_order(machines: Machines) -> None:
    shop, a, b = machines
    other = PracticeZvt().start()
    try:
        b.terminals.change("front", {"settings": other.address}, ANNA)
        shop.ended(a.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1250)))
        assert [charge.amount for charge in other.charges.standing()] == [1250]
        assert shop.practice.charges.all() == []
    finally:
        other.stop()


def test_a_secret_that_another_machine_changed_holds_at_the_next_order(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, a, b = machines
    used: list[str | None] = []
    make = Fleet.driver

    def noting(self: Fleet, row: Terminal, secrets: Mapping[str, str] | None = None) -> Driver:
        used.append(self.around(row, secrets).secret("password"))
        return make(self, row, secrets)

    b.terminals.change("front", {"secrets": {"password": "271828"}}, ANNA)
    monkeypatch.setattr(Fleet, "driver", noting)
    shop.ended(a.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1250)))
    shop.ended(a.payments.pay("front", "1", Wanted("B", PaymentKind.PAYMENT, 1250)))
    assert used == ["271828"], "taken up once, with the new one"
    shop.vault.clear()
    assert a.functions.status("front")["ready"]
    assert used == ["271828", None]


def test_a_vault_that_is_closed_for_a_moment_stops_no_payment(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, a, _b = machines
    shop.ended(a.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1250)))

    def closed(_self: Vault, _name: str) -> str | None:
        raise Refused("The secrets cannot be read.", "It is closed.", "Open it.")

    monkeypatch.setattr(Vault, "get", closed)
    told = shop.ended(a.payments.pay("front", "1", Wanted("B", PaymentKind.PAYMENT, 700)))
    assert told["payment"]["state"] == "approved"


def test_a_terminal_that_another_machine_switches_on_is_run(machines: Machines) -> None:
    shop, a, b = machines
    a.terminals.change("front", {"enabled": False}, ANNA)
    b.terminals.change("front", {"enabled": True}, ANNA)
    shop.ended(a.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1250)))
    assert [charge.amount for charge in shop.practice.charges.standing()] == [1250]


def _settled_meanwhile(counter: DeskAt, by: PaymentState) -> None:
    """Have the terminal approve what somebody else has just settled otherwise."""

    def approve_late(request: Request, hooks: Hooks) -> Result:
        hooks.sent({"last": "0462"})
        Journal(counter.database, now).settle(request.attempt, by, "query")
        hooks.acked()
        hooks.commit(APPROVED)
        return APPROVED

    counter.driver.performs = approve_late


@pytest.mark.parametrize("by", [PaymentState.CANCELLED, PaymentState.DECLINED])
def test_an_approval_that_comes_too_late_is_kept_and_told(counter: DeskAt, by: PaymentState) -> None:
    _settled_meanwhile(counter, by)
    row = counter.desk.pay(order())
    assert (row.state, row.approved) == (by, 1000), "what is final stays, with the approval beside it"
    assert row.result is not None
    assert row.result["auth_code"] == "A1"
    assert row.problem is not None
    assert row.problem["code"] == "terminal_approved_late"
    with counter.database.read() as session:
        entry = audit.entries(session)[0]
    assert (entry.who, entry.action) == ("Tillbook", "late_approval")
    assert entry.after is not None
    assert entry.after["approved"] == 1000
    assert counter.told[-1].state == by


def test_an_approval_both_heard_of_is_one(counter: DeskAt) -> None:
    _settled_meanwhile(counter, PaymentState.APPROVED)
    row = counter.desk.pay(order())
    assert (row.state, row.problem) == ("approved", None)
    with counter.database.read() as session:
        assert audit.entries(session) == []


def test_what_was_given_up_before_the_first_byte_is_not_sent(counter: DeskAt) -> None:
    sent: list[Request] = []

    def send_late(request: Request, hooks: Hooks) -> Result:
        Journal(counter.database, now).settle(request.attempt, PaymentState.CANCELLED, "journal")
        hooks.sent({})
        sent.append(request)
        return APPROVED

    counter.driver.performs = send_late
    row = counter.desk.pay(order())
    assert (row.state, row.approved, sent) == ("cancelled", None, [])
    assert counter.desk.status().ready, "the terminal is free again"


@pytest.mark.parametrize("decision,open_after", [("approved", 1), ("cancelled", 0)])
def test_a_late_approval_waits_for_a_person(
    machines: Machines, decision: str, open_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, a, _b = machines
    settle = Journal.settle

    def too_late(self: Journal, attempt_id: int, state: PaymentState, by: str, **more: object) -> object:
        monkeypatch.setattr(Journal, "settle", settle)
        self.settle(attempt_id, PaymentState.CANCELLED, "query")
        return settle(self, attempt_id, state, by, **more)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(Journal, "settle", too_late)
    told = shop.ended(a.payments.pay("front", "1", Wanted("A", PaymentKind.PAYMENT, 1250)))["payment"]
    assert (told["state"], told["charged"]) == ("cancelled", None)
    assert told["problem"] is not None
    assert "12.50" in told["problem"]["why"]
    assert [each["id"] for each in a.matches.unmatched(STORE)["payments"]] == [told["id"]]
    with pytest.raises(Refused):
        a.functions.decide(told["id"], "unknown", ANNA, "?")
    decided = a.functions.decide(told["id"], decision, ANNA, "slip 0463")
    assert (decided["state"], decided["settled_by"]) == (decision, "anna")
    assert len(a.matches.unmatched(STORE)["payments"]) == open_after
    with pytest.raises(Refused):
        a.functions.decide(told["id"], "approved", ANNA, "again")


def test_an_unacked_approval_that_the_terminal_undid_waits_for_nobody(counter: DeskAt) -> None:
    def undone(_request: Request, hooks: Hooks) -> Result:
        hooks.sent({})
        hooks.commit(APPROVED)
        raise LOST

    counter.driver.performs = undone
    counter.driver.findings = [Finding(Verdict.NOT_CHARGED, "undone")]
    row = counter.desk.pay(order())
    assert (row.state, row.approved) == ("cancelled", None)
