"""Another terminal behind a key: what the one before said proves nothing of it."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from services.contract.cards import without_card_numbers
from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.terminals.concert.last import Last as ConcertLast
from services.terminals.concert.last import compare as concert_compare
from services.terminals.concert.messages import Till
from services.terminals.driver import Finding, Original, Request, Result, Verdict
from services.terminals.eplus.driver import EplusDriver, EplusSettings
from services.terminals.places import MOVED, WHERE, has_moved, must_be_reversible
from services.terminals.zvt.last import Last, compare
from tests.terminals.kit.at_counter import ANNA, QUICK, AtCounter, at_counter
from tests.terminals.kit.noted import Noted
from tests.terminals.kit.scripted_line import ScriptedLine

_MANNER = replace(QUICK, mirror=True, undoes_unacked=False)
_REQUEST = Request(1, PaymentKind.PAYMENT, 1000, "EUR", "K7TWN3QX5Z")
_OLD = Result(PaymentState.APPROVED, 500, "EUR", receipt="0462", trace="001040", stated="11-21 11:59:00")
_NEW = replace(_OLD, amount=1000, receipt="0463", trace="001041", stated="11-21 12:00:01")
_NAME = "28004869"
_SENT = {"sent": "2026-11-21T11:00:00+00:00"}


@pytest.fixture
def shop(template: Path) -> Iterator[AtCounter]:
    with at_counter(template, _MANNER) as made:
        made.office.terminals.change("front", {"settings": {"mirror": "yes"}}, ANNA)
        yield made


@pytest.fixture
def other() -> Iterator[PracticeZvt]:
    """A device whose last receipt, taken by hand, follows the one of `front`."""
    practice = PracticeZvt(_MANNER).start()
    memory = practice.memory
    memory.receipt = 464
    memory.last = memory.charges.add("payment", 999, "0464")
    yield practice
    practice.stop()


def test_a_receipt_mirror_goes_back_only_to_where_it_came_from(shop: AtCounter, other: PracticeZvt) -> None:
    shop.pay(100)
    shop.office.terminals.change("front", {"settings": other.address}, ANNA)
    assert shop.pay(200)["payment"]["state"] == "approved"
    assert [one.amount for one in other.charges.standing()] == [999, 200]
    # The same device again has its mirror: what it took meanwhile, and nobody heard of, is undone.
    other.memory.last = other.charges.add("payment", 888, f"{other.memory.next_receipt():04d}")
    shop.pay(300)
    assert [one.amount for one in other.charges.standing()] == [999, 200, 300]


def _asked(before: Last, last: Last, where: str) -> Finding:
    request = replace(_REQUEST, baseline={**before.baseline(), **_SENT, WHERE: "10.0.0.8:20007"})
    return compare(request, None, last, where=where)


@pytest.mark.parametrize("before,last", [(Last(None, "64"), Last(None, "64")), (Last(_OLD), Last(_NEW))])
def test_the_last_transaction_of_another_place_says_nothing(before: Last, last: Last) -> None:
    assert _asked(before, last, "10.0.0.8:20007").verdict is not Verdict.CANNOT_TELL
    moved = _asked(before, last, "10.0.0.9:20007")
    assert (moved.verdict, moved.why) == (Verdict.CANNOT_TELL, MOVED)


def test_a_terminal_that_names_itself_may_move() -> None:
    before, last = Last(replace(_OLD, terminal_id=_NAME)), Last(replace(_NEW, terminal_id=_NAME))
    assert _asked(before, last, "10.0.0.9:20007").verdict is Verdict.SETTLED
    assert _asked(before, before, "10.0.0.9:20007").verdict is Verdict.NOT_CHARGED


@pytest.mark.parametrize("name,moved,verdict", [
    ("", False, Verdict.SETTLED),
    ("", True, Verdict.CANNOT_TELL),
    ("0042", True, Verdict.SETTLED),
])  # fmt: skip
def test_a_duplicate_of_another_place_says_nothing(name: str, moved: bool, verdict: Verdict) -> None:  # noqa: FBT001 - a parameter of the test
    old = replace(_OLD, auth_code="A11111", terminal_id=name)
    new = replace(_NEW, auth_code="A22222", terminal_id=name)
    request = replace(_REQUEST, baseline=ConcertLast(old, 500).baseline())
    found = concert_compare(request, ConcertLast(new, 1000), Till(978), may_run=False, moved=moved)
    assert found.verdict is verdict
    ours = replace(new, terminal_id="")
    told = ConcertLast(ours, 1000, reference=request.reference)
    named = concert_compare(request, told, Till(978), may_run=False, moved=moved)
    assert named.verdict is Verdict.SETTLED, "it bears our reference"


def test_no_answer_is_awaited_from_another_device() -> None:
    line = ScriptedLine(name="/dev/ttyUSB1")
    driver = EplusDriver(line, EplusSettings(978), line.monotonic, line.clock, lambda _way, _text: None)
    request = replace(_REQUEST, baseline={"sent": line.clock().isoformat(), WHERE: "/dev/ttyUSB0"})
    finding = driver.query(request, None, Noted())
    assert (finding.verdict, finding.why) == (Verdict.CANNOT_TELL, MOVED)
    assert line.now == 0
    said = replace(_NEW, currency="EUR")
    assert driver.query(request, said, Noted()).verdict is Verdict.SETTLED


def test_an_attempt_without_a_place_has_not_moved() -> None:
    assert not has_moved({}, "10.0.0.9:20007")


def test_a_device_named_by_a_number_like_a_cards_is_the_same_when_kept_masked() -> None:
    name = "/dev/serial/by-id/usb-INGENICO_Move5000_6319681340075720-if00"
    kept = without_card_numbers(name)
    assert kept != name
    assert not has_moved({WHERE: kept}, name)
    assert has_moved({WHERE: kept}, "/dev/ttyUSB0")
    must_be_reversible(replace(_REQUEST, kind=PaymentKind.REVERSAL, original=Original(where=kept)), name)


def test_a_reversal_is_not_sent_to_another_place(shop: AtCounter, other: PracticeZvt) -> None:
    paid = shop.pay(999)["payment"]
    shop.office.terminals.change("front", {"settings": other.address}, ANNA)
    back = shop.pay(None, kind=PaymentKind.REVERSAL, original=paid["id"])["payment"]
    assert back["state"] == "cancelled"
    assert back["problem"] is not None
    assert back["problem"]["code"] == "terminal_original"
    assert other.memory.heard == []


@pytest.mark.parametrize("kind,before,is_refused", [
    (PaymentKind.REVERSAL, "10.0.0.8:20007", True),
    (PaymentKind.REVERSAL, "10.0.0.9:20007", False),
    (PaymentKind.REVERSAL, "", False),
    (PaymentKind.REFUND, "10.0.0.8:20007", False),
])  # fmt: skip
def test_only_a_reversal_is_bound_to_its_place(kind: PaymentKind, before: str, *, is_refused: bool) -> None:
    request = replace(_REQUEST, kind=kind, original=Original(receipt="0463", where=before))
    with pytest.raises(Refused, match="not given back") if is_refused else nullcontext():
        must_be_reversible(request, "10.0.0.9:20007")
        assert not is_refused
