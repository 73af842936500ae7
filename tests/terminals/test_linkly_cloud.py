"""Payments over Linkly Cloud against the practice cloud, disturbed and not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.people import Person
from services.contract.terminals import PaymentState, ProgressKind, ReceiptCopy
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.linkly.practice import Manner, Memory
from services.sandbox.terminals.linkly_cloud.ports import PracticeLinklyCloud
from services.terminals.answers import charged
from services.terminals.driver import Answer
from services.terminals.journal import result_of
from services.terminals.linkly_cloud.sessions import FirstVersion, Look
from services.terminals.problems import Refusal
from tests.terminals.kit.counter import Counter, counter
from tests.terminals.kit.linkly_cloud_cases import QUICK_MANNER, cloud_case
from tests.terminals.kit.linkly_counter import give_back

BOTH = pytest.mark.parametrize("version", ["v1", "v2"])
_PATIENT = Manner(patience=10)


@contextmanager
def cloud_at(
    template: Path, version: str = "v1", manner: Manner = QUICK_MANNER, **settings: str
) -> Iterator[Counter]:
    """A counter with a PIN pad at the practice cloud."""
    with counter(cloud_case("linkly-cloud", manner, version, **settings), template) as made:
        yield made


def practice_of(made: Counter) -> PracticeLinklyCloud:
    """The practice cloud."""
    practice = made.shop.practice
    assert isinstance(practice, PracticeLinklyCloud)
    return practice


def memory_of(made: Counter) -> Memory:
    """What the PIN pad remembers."""
    return practice_of(made).memory


@BOTH
def test_a_payment(version: str, template: Path) -> None:
    with cloud_at(template, version) as made:
        paid = made.pay(1000)
        said = result_of(paid)
        assert (paid.state, paid.approved, paid.settled_by) == (PaymentState.APPROVED, 1000, "terminal")
        assert said is not None
        assert (said.trace, said.provider, said.card) == ("1234", "RFN001234X", "************4242")
        assert (said.scheme, said.entry_mode, said.terminal_id) == ("Visa Debit", "chip", "12345678")
        assert made.told.texts() == (["SWIPE CARD", "PROCESSING"] if version == "v2" else [])
        assert made.told.printed().count("PURCHASE AUD 10.00") == 1
        assert made.shop.disagreement() is None


@BOTH
@pytest.mark.parametrize("amount,state,code", [(1051, "declined", "51"), (1060, "cancelled", "TM")])
def test_a_payment_that_is_not_approved(
    amount: int, state: str, code: str, version: str, template: Path
) -> None:
    with cloud_at(template, version) as made:
        row = made.pay(amount)
        said = result_of(row)
        assert said is not None
        assert (row.state, said.code) == (state, code)
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


@pytest.mark.parametrize("good", [True, False])
def test_the_cashier_looks_at_the_signature(good: bool, template: Path) -> None:  # noqa: FBT001 - a parameter of the test
    with cloud_at(template, "v2", _PATIENT) as made:
        running = made.in_background(1008)
        made.told.wait_for(ProgressKind.PROMPT, "SIGNATURE OK?")
        assert made.desk.answer(Answer("yes" if good else "no"))
        row = running.result(60)
        assert row.state == ("approved" if good else "cancelled")
        assert row.receipts is not None
        assert row.receipts[0]["copy"] == ReceiptCopy.MERCHANT
        assert made.shop.disagreement() is None


@BOTH
def test_an_abort_while_the_customer_waits(version: str, template: Path) -> None:
    with cloud_at(template, version, _PATIENT) as made:
        # The first press does not get through; it is pressed again.
        practice_of(made).faults.plan(Fault(FaultKind.CABLE_OUT, "sendkey"))
        running = made.in_background(1080)
        made.told.wait_for(ProgressKind.STATE)
        made.desk.abort()
        assert running.result(60).state == "cancelled"
        assert memory_of(made).heard.count("sendkey") == 2
        assert made.pay(500).state == "approved"


def test_partial_cash_out_and_surcharge(template: Path) -> None:
    with cloud_at(template) as made:
        assert made.pay(1070).approved == 535
        cashed = result_of(made.desk.pay(made.order(1000, cash_out=2000)))
        assert cashed is not None
        assert (cashed.amount, cashed.cash_out) == (1000, 2000)
        extra = result_of(made.pay(1088))
        assert extra is not None
        assert (extra.amount, extra.surcharge) == (1088, 15)
        assert made.shop.disagreement() is None
        alone = made.desk.pay(made.order(0, cash_out=2000))
        assert (alone.state, charged(alone)) == ("approved", 2000)
        assert practice_of(made).charges.all()[-1].kind == "cash_out"


@BOTH
def test_refunds_settlement_and_service(version: str, template: Path) -> None:
    with cloud_at(template, version) as made:
        paid = made.pay(1000)
        assert give_back(made, paid, 300).approved == 300
        assert made.reverse(made.pay(200)).state == "approved"
        refused = made.refund(100)
        assert (refused.state, refused.sent) == ("cancelled", None)
        assert made.desk.totals("anna").amount == 700
        totals = made.desk.settle("anna")
        assert [(one.kind, one.count, one.amount) for one in totals.schemes] == [
            ("payment", 2, 1200),
            ("refund", 2, 500),
        ]
        assert made.desk.settle("anna").text.startswith("settled already")
        status = made.desk.status()
        assert (status.ready, status.software) == (True, "100800")
        made.desk.reprint()
        assert made.told.printed().count("   *** THANK YOU ***") == 5
        assert made.shop.disagreement() is None


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.CABLE_OUT,
        FaultKind.CABLE_OUT_AFTER,
        FaultKind.POWER_FAIL,
        FaultKind.GARBAGE,
        FaultKind.SPLIT,
        FaultKind.BUSY,
        FaultKind.DELAY,
    ],
)
@pytest.mark.parametrize("call,version", [("transaction", "v1"), ("look", "v2")])
def test_disturbances_at_any_call(call: str, kind: FaultKind, version: str, template: Path) -> None:
    with cloud_at(template, version) as made:
        practice_of(made).faults.plan(Fault(kind, call, seconds=0.05))
        paid = made.pay(1000)
        assert paid.state in ({"approved"} if call == "look" else {"approved", "cancelled"})
        assert made.shop.disagreement() is None
        assert made.shop.practice.wait_until_idle()
        assert made.pay(500).state == "approved"
        assert made.shop.disagreement() is None


def test_a_payment_the_service_did_not_take(template: Path) -> None:
    with cloud_at(template) as made:
        memory_of(made).busy_for = 1
        row = made.pay(1000)
        assert row.state == "cancelled"
        assert row.result is not None
        assert row.result["text"] == "Linkly Cloud says HTTP 400"
        assert memory_of(made).charges.all() == []


def test_a_request_that_becomes_a_session_after_the_first_look_is_found(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Look] = []
    look = FirstVersion.look

    def early(self: FirstVersion, session: str, function: str, *, again: bool = False) -> Look:
        looks.append(Look(known=False) if not looks else look(self, session, function, again=again))
        return looks[-1]

    with cloud_at(template) as made:
        monkeypatch.setattr(FirstVersion, "look", early)
        practice_of(made).faults.plan(Fault(FaultKind.CABLE_OUT_AFTER, "transaction"))
        assert made.pay(1000).state == "approved"
        assert made.shop.disagreement() is None
    assert not looks[0].known


def test_a_token_that_is_not_taken_any_more_is_renewed_for_looks(template: Path) -> None:
    with cloud_at(template) as made:
        made.pay(100)
        practice_of(made).service.tokens.clear()
        # The request itself is never sent twice: it is refused, and known not to be charged.
        assert made.pay(1000).state == "cancelled"
        assert made.pay(1000).state == "approved"
        assert made.shop.disagreement() is None


def test_a_token_is_fetched_once_and_again_before_it_ends(template: Path) -> None:
    with cloud_at(template) as made:
        for _ in range(3):
            made.pay(100)
        assert memory_of(made).heard.count("token") == 1
        practice_of(made).service.token_seconds = 30
        practice_of(made).service.tokens.clear()
        made.pay(100)
        before = memory_of(made).heard.count("token")
        made.pay(100)
        assert memory_of(made).heard.count("token") > before


def test_a_session_the_service_forgot_is_left_to_a_person(template: Path) -> None:
    with cloud_at(template) as made:
        pad = practice_of(made).service.pad
        practice_of(made).faults.plan(Fault(FaultKind.BUSY, "look"))
        begin = pad.begin

        def forgetting(name: str, function: str, asked: dict[str, object], *, shows: bool) -> object:
            session = begin(name, function, asked, shows=shows)
            pad.sessions.clear()
            return session

        pad.begin = forgetting  # type: ignore[method-assign, assignment]
        paid = made.pay(1000)
        assert paid.state == "unknown"
        assert paid.problem is not None
        assert "does not know it any more" in paid.problem["why"]
        person = Person("anna", 1000, frozenset({"manager"}))
        settled = made.desk.decide(paid.id or 0, PaymentState.APPROVED, person, "it is on the slip")
        assert (settled.state, settled.approved) == ("approved", 1000)


def test_a_pin_pad_paired_anew_is_not_believed_about_an_older_payment(template: Path) -> None:
    with cloud_at(template) as made:
        practice = practice_of(made)
        practice.faults.plan(Fault(FaultKind.CABLE_OUT, "transaction"))
        for nth in range(1, 60):
            practice.faults.plan(Fault(FaultKind.BUSY, "look", nth))
        row = made.pay(1000)
        assert row.state == "unknown"
        practice.faults.clear()
        driver = made.desk._driver  # noqa: SLF001 - to pair it anew
        driver._access.secret = lambda: "another"  # type: ignore[attr-defined] # noqa: SLF001 - as above
        practice.service.secret = "another"
        driver._access.forget()  # type: ignore[attr-defined] # noqa: SLF001 - as above
        assert made.desk.resolve()[0].state == "unknown"
        assert memory_of(made).charges.all() == []


def test_an_approval_of_another_amount_is_left_to_a_person(template: Path) -> None:
    with cloud_at(template) as made:
        practice_of(made).faults.plan(Fault(FaultKind.OTHER_AMOUNT, "answer"))
        paid = made.pay(1000)
        assert paid.state == "unknown"
        assert paid.problem is not None
        assert "1100" in paid.problem["why"]


def test_a_till_that_is_not_paired(template: Path) -> None:
    with cloud_at(template) as made:
        practice_of(made).service.secret = "another"
        row = made.pay(1000)
        assert (row.state, row.sent) == ("cancelled", None)
        assert row.problem is not None
        assert "pairing is not valid any more" in row.problem["why"]


def test_a_logon_where_the_pin_pad_wants_one(template: Path) -> None:
    with cloud_at(template) as made:
        memory_of(made).logged_on = False
        assert made.desk.status().needs == frozenset({"logon"})
        driver = made.desk._driver  # noqa: SLF001 - as after an answer TF
        driver._logon_due = True  # type: ignore[attr-defined] # noqa: SLF001 - as above
        assert made.pay(1000).state == "approved"
        assert memory_of(made).logged_on


def test_nothing_to_print_again(template: Path) -> None:
    with cloud_at(template, "v2", replace(QUICK_MANNER)) as made, pytest.raises(Refusal) as caught:
        made.desk.reprint()
    assert caught.value.detail == "E2"


def test_a_service_that_stops_lets_go_of_a_payment_that_runs(template: Path) -> None:
    with cloud_at(template, "v2", replace(_PATIENT, patience=0.5)) as made:
        running = made.in_background(1080)
        made.told.wait_for(ProgressKind.DISPLAY, "SWIPE CARD")
        made.desk.close()
        # It is found out about at once, as at the next start.
        row = running.result(20)
        assert (row.state, row.settled_by) == ("cancelled", "query")
        assert made.shop.disagreement() is None


def test_nobody_at_the_other_end(template: Path) -> None:
    with cloud_at(template) as made:
        made.shop.practice.stop()
        row = made.pay(1000)
        assert (row.state, row.sent) == ("cancelled", None)
        assert row.problem is not None
        assert row.problem["code"] == "terminal_lost"
