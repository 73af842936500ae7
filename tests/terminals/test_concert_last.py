"""What a Concert duplicate says of an attempt."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.concert import messages
from services.terminals.concert.driver import ConcertDriver, ConcertSettings
from services.terminals.concert.last import Last, compare, last_of
from services.terminals.concert.messages import Till
from services.terminals.concert.tlv import encode
from services.terminals.driver import Finding, Request, Verdict
from services.terminals.eplus.handshake import Delivery
from tests.terminals.kit.noted import Noted

_TILL = Till(978)
_REQUEST = Request(1, PaymentKind.PAYMENT, 1010, "EUR", "K7TWN3QX5Z")


def _last(*lines: str, **values: str) -> Last:
    pairs = {"AE": "10", **values}
    if lines:
        paper = b64encode("\n".join(lines).encode()).decode()
        pairs["ZT"] = f"CK003100AK{len(paper):03d}{paper}"
    return last_of(messages.read(encode(pairs.items())))


def _found(
    before: Last,
    now: Last,
    *,
    may_run: bool = False,
    till: Till = _TILL,
    kind: PaymentKind = PaymentKind.PAYMENT,
) -> Finding:
    sent = {**before.baseline(), "sent": "2026-11-21T12:00:00+00:00"}
    return compare(replace(_REQUEST, kind=kind, baseline=sent), now, till, may_run=may_run)


_OLD = _last(CB="500", AC="A11111")
_SAME_AMOUNT = _last(CB="1010", AC="A11111")
_NEW = _last(CB="1010", AC="A22222")


@pytest.mark.parametrize("before", [_OLD, _SAME_AMOUNT, _last(CB="900"), _last("9,90 EUR")])
@pytest.mark.parametrize("may_run", [False, True])
def test_a_new_transaction_of_the_amount_is_ours(before: Last, may_run: bool) -> None:  # noqa: FBT001 - a parameter of the test
    finding = _found(before, _NEW, may_run=may_run)
    assert finding.verdict is Verdict.SETTLED
    assert finding.result is not None
    assert (finding.result.amount, finding.result.auth_code) == (1010, "A22222")


@pytest.mark.parametrize(
    "last", [_OLD, _SAME_AMOUNT, _last("NO 1", "10,10 EUR"), _last(CF="ABCDEFGHJK", CB="1010")]
)
def test_the_old_transaction_means_not_charged_once_nothing_can_run(last: Last) -> None:
    assert _found(last, last).verdict is Verdict.NOT_CHARGED
    assert _found(last, last, may_run=True).verdict is Verdict.RUNNING


@pytest.mark.parametrize(
    "now",
    [
        _last(CB="1110", AC="A22222"),
        _last(CB="909", AC="A22222"),
        _last(AC="A22222"),
        _last(CB="1010", AC="A22222", CE="756"),
        _last("10,10 EUR", "5,00 EUR", AC="A22222"),
        _last(CB="1010", AC="A22222", CF="ABCDEFGHJK"),
    ],
    ids=["more", "less", "no amount", "other currency", "two amounts", "other reference"],
)
def test_a_new_transaction_of_something_else_is_left_to_a_person(now: Last) -> None:
    assert _found(_OLD, now).verdict is Verdict.CANNOT_TELL


def test_less_is_ours_where_a_part_may_be_approved() -> None:
    now = _last(CB="505", AC="A22222")
    assert _found(_OLD, now, till=replace(_TILL, partial=True)).verdict is Verdict.SETTLED


@pytest.mark.parametrize("before", [_OLD, _last(AE="01", AF="00")])
def test_our_reference_is_ours_whatever_was_before(before: Last) -> None:
    ours = _last(CB="1010", AC="A11111", CF="K7TWN3QX5Z")
    assert _found(before, ours).verdict is Verdict.SETTLED
    other = _last(CB="2020", AC="A11111", CF="K7TWN3QX5Z")
    assert _found(before, other).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("private", ["1010000000", "SHOP 7"])
def test_a_private_field_that_is_not_ours_tells_nothing(private: str) -> None:
    before, now = _last(CB="500", AC="A11111", CF=private), _last(CB="1010", AC="A22222", CF=private)
    assert _found(before, now).verdict is Verdict.SETTLED
    assert "reference" not in {part for part, value in now.baseline().items() if value}


def test_the_ticket_tells_where_nothing_else_does() -> None:
    before = _last("DEBIT", "NO 462", "5,00 EUR", "DUPLICATA")
    now = _last("DEBIT", "NO 463", "MONTANT", "10,10 EUR", "DUPLICATA")
    assert now.amount == 1010
    assert _found(before, now).verdict is Verdict.SETTLED


def test_a_ticket_of_the_same_amount_that_only_reads_otherwise_tells_nothing() -> None:
    # The time it was printed again may stand in it.
    before, now = _last("NO 462", "10,10 EUR", "12:00"), _last("NO 462", "10,10 EUR", "12:01")
    assert _found(before, now).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "line,verdict",
    [
        # The request left at 13:00 in Paris.
        ("LE 21/11/26 A 13:00:40", Verdict.SETTLED),
        ("le 21/11/2026 à 14:59", Verdict.SETTLED),
        ("21-11-26 11:00:01", Verdict.SETTLED),
        ("LE 21/11/26 A 15:00:01", Verdict.CANNOT_TELL),
        ("LE 21/11/26 A 10:59", Verdict.CANNOT_TELL),
        ("LE 22/11/26 A 13:00:40", Verdict.CANNOT_TELL),
        # When it was printed again may stand beside it.
        ("LE 21/11/26 A 13:00:40 DUPLICATA 22/11/26 09:00:00", Verdict.SETTLED),
        ("LE 99/99/26 A 13:00:40", Verdict.SETTLED),
        ("MERCI", Verdict.SETTLED),
    ],
)
def test_the_same_amount_at_another_time_is_left_to_a_person(line: str, verdict: Verdict) -> None:
    now = _last("DEBIT", line, "10,10 EUR", AC="A22222", CB="1010")
    assert _found(_OLD, now).verdict is verdict


@pytest.mark.parametrize(
    "stated,verdict",
    [
        ("261121130040", Verdict.SETTLED),
        ("211126130040", Verdict.SETTLED),
        ("20261121130040", Verdict.SETTLED),
        ("261122130040", Verdict.CANNOT_TELL),
        ("000042", Verdict.SETTLED),
    ],
)
def test_a_time_in_the_answer_counts_as_one_on_the_ticket(stated: str, verdict: Verdict) -> None:
    assert _found(_OLD, _last(CB="1010", AC="A22222", AP=stated)).verdict is verdict


def test_our_reference_needs_no_time() -> None:
    ours = _last("LE 22/11/26 A 13:00:40", CB="1010", AC="A22222", CF="K7TWN3QX5Z")
    assert _found(_OLD, ours).verdict is Verdict.SETTLED


def test_overseas_the_clock_on_the_wall_is_another() -> None:
    now = _last("LE 21/11/26 A 16:00:40", CB="1010", AC="A22222")
    request = replace(_REQUEST, baseline={**_OLD.baseline(), "sent": "2026-11-21T12:00:00+00:00"})
    found = compare(request, now, _TILL, may_run=False, zone=ZoneInfo("Indian/Reunion"))
    assert found.verdict is Verdict.SETTLED
    assert _found(_OLD, now).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "line",
    [
        "TRANSACTION REFUSEE",
        "REFUS",
        "Abandon",
        "OPERATION ABANDONNEE",
        "PAIEMENT NON ABOUTI",
        "ÉCHEC",
        "OPÉRATION ANNULÉE",
        "DECLINED",
    ],
)
def test_the_ticket_of_what_came_to_nothing_is_no_approval(line: str) -> None:
    finding = _found(_OLD, _last("CARTE BANCAIRE", "DEBIT", line, "MONTANT 10,10 EUR"))
    assert finding.verdict is Verdict.CANNOT_TELL
    assert "came to nothing" in finding.why


@pytest.mark.parametrize("line", ["TRANSACTION ANNULEE", "OPÉRATION ANNULÉE", "CANCELLED", "Canceled"])
def test_that_it_is_cancelled_is_the_success_of_a_cancellation(line: str) -> None:
    now = _last("CARTE BANCAIRE", line, "MONTANT 10,10 EUR", AC="A22222")
    assert _found(_OLD, now, kind=PaymentKind.REVERSAL).verdict is Verdict.SETTLED
    for kind in (PaymentKind.PAYMENT, PaymentKind.REFUND):
        assert _found(_OLD, now, kind=kind).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("line", ["ANNULATION REFUSEE", "ANNULATION ABANDONNEE", "ABORTED"])
def test_a_cancellation_that_came_to_nothing_is_none(line: str) -> None:
    now = _last(line, "MONTANT 10,10 EUR", AC="A22222")
    assert _found(_OLD, now, kind=PaymentKind.REVERSAL).verdict is Verdict.CANNOT_TELL


def test_a_duplicate_with_the_reason_of_a_refusal_is_no_approval() -> None:
    assert _found(_OLD, _last(CB="1010", AC="A22222", AF="04")).verdict is Verdict.CANNOT_TELL
    assert _found(_OLD, _last(CB="1010", AC="A22222", AF="01")).verdict is Verdict.SETTLED
    refused = _last("TRANSACTION REFUSEE", "10,10 EUR")
    assert _found(refused, refused).verdict is Verdict.NOT_CHARGED


@pytest.mark.parametrize(
    "asked,was,verdict",
    [
        ("payment", "0", Verdict.SETTLED),
        ("payment", "1", Verdict.CANNOT_TELL),
        ("payment", "2", Verdict.CANNOT_TELL),
        ("payment", "3", Verdict.SETTLED),
        ("refund", "1", Verdict.SETTLED),
        ("refund", "0", Verdict.CANNOT_TELL),
        ("reversal", "2", Verdict.SETTLED),
        ("reversal", "1", Verdict.CANNOT_TELL),
    ],
)
def test_a_transaction_of_another_kind_is_not_ours(asked: str, was: str, verdict: Verdict) -> None:
    now = _last(CB="1010", AC="A22222", CD=was)
    assert _found(_OLD, now, kind=PaymentKind(asked)).verdict is verdict


def test_a_ticket_of_a_cancellation_is_no_payment() -> None:
    now = _last("ANNULATION", "10,10 EUR", AC="A22222")
    assert _found(_OLD, now).verdict is Verdict.CANNOT_TELL
    assert _found(_OLD, now, kind=PaymentKind.REVERSAL).verdict is Verdict.SETTLED


@pytest.mark.parametrize("kind", [PaymentKind.REVERSAL, PaymentKind.REFUND])
def test_money_given_back_may_bear_the_number_of_its_payment(kind: PaymentKind) -> None:
    paid = _last("DEBIT", "10,10 EUR", CB="1010", AC="A11111")
    back = _last("CREDIT", "10,10 EUR", CB="1010", AC="A11111")
    assert _found(paid, back, kind=kind).verdict is Verdict.CANNOT_TELL
    assert _found(paid, paid, kind=kind).verdict is Verdict.NOT_CHARGED
    # The payment before was of another amount: then the number tells.
    assert _found(_OLD, _OLD, kind=kind).verdict is Verdict.NOT_CHARGED
    # Without tickets nothing tells the two apart.
    assert _found(_SAME_AMOUNT, _SAME_AMOUNT, kind=kind).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("how", ["ticket", "tag"])
def test_a_cancellation_that_says_so_is_told_from_its_payment(how: str) -> None:
    if how == "ticket":
        paid = _last("DEBIT", "10,10 EUR", CB="1010", AC="A11111")
        back = _last("ANNULATION", "10,10 EUR", CB="1010", AC="A11111")
    else:
        paid, back = _last(CB="1010", AC="A11111", CD="0"), _last(CB="1010", AC="A11111", CD="2")
    assert _found(paid, back, kind=PaymentKind.REVERSAL).verdict is Verdict.SETTLED


def test_what_a_service_before_this_one_kept_is_compared_too() -> None:
    now = _last("ANNULATION", "10,10 EUR", CB="1010", AC="A11111")
    kept = {part: value for part, value in _SAME_AMOUNT.baseline().items() if part != "action"}
    request = replace(_REQUEST, kind=PaymentKind.REVERSAL, baseline=kept)
    assert compare(request, now, _TILL, may_run=False).verdict is Verdict.CANNOT_TELL


def test_that_it_is_a_duplicate_tells_nothing() -> None:
    first, again = _last("NO 462", "10,10 EUR"), _last("NO 462", "10,10 EUR", "*DUPLICATA*")
    assert first.ticket == again.ticket
    assert first.ticket.isalpha()


@pytest.mark.parametrize("zeros", ["", "000000"])
def test_an_offline_payment_has_no_authorisation(zeros: str) -> None:
    offline = _last(CB="1010", AC=zeros) if zeros else _last(CB="1010")
    assert _found(_OLD, offline).verdict is Verdict.SETTLED
    assert _found(_SAME_AMOUNT, offline).verdict is Verdict.CANNOT_TELL
    assert _found(offline, offline).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("before", [_last(AE="01", AF="00"), _last(AE="01", AF="12")])
def test_without_anything_before_a_person_is_asked(before: Last) -> None:
    assert _found(before, _NEW).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "reason,verdict",
    [
        ("12", Verdict.CANNOT_TELL),
        ("09", Verdict.CANNOT_TELL),
        ("00", Verdict.RUNNING),
        ("07", Verdict.RUNNING),
        ("12 INCONNU", Verdict.CANNOT_TELL),
    ],
)
def test_a_terminal_that_tells_none_is_busy_or_cannot(reason: str, verdict: Verdict) -> None:
    assert _found(_OLD, _last(AE="01", AF=reason)).verdict is verdict


def test_another_terminal_at_the_address_tells_nothing() -> None:
    here, there = _last(CB="500", AC="A11111", AQ="0123"), _last(CB="1010", AC="A22222", AQ="0456")
    assert _found(here, there).verdict is Verdict.CANNOT_TELL
    assert _found(here, replace(here, result=there.result)).verdict is Verdict.CANNOT_TELL
    assert _found(here, _NEW).verdict is Verdict.SETTLED


def test_a_bare_yes_says_nothing() -> None:
    bare = _last()
    assert _found(bare, bare).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "line,amount",
    [
        ("10,10 EUR", 1010),
        ("1,00?EUR", 100),
        ("1 234,56 €", 123456),
        ("1.234,56EUR", 123456),
        ("65,60 FRF 10,00 EUR", 1000),
        ("10,10 EUR 10,10 EUR", 1010),
        ("10,10", None),
        ("10 EUR", None),
        ("0,00 EUR", 0),
    ],
)
def test_the_amount_on_a_ticket(line: str, amount: int | None) -> None:
    assert _last(line).amount == amount


def test_one_authorisation_at_two_times_tells_nothing() -> None:
    before = _last(CB="1010", AC="A11111", AP="261121120000")
    now = _last(CB="1010", AC="A11111", AP="261121130040")
    assert _found(before, now).verdict is Verdict.CANNOT_TELL
    assert _found(before, before).verdict is Verdict.NOT_CHARGED
    assert _found(_SAME_AMOUNT, now).verdict is Verdict.NOT_CHARGED


@dataclass
class _Answers:
    """A link whose terminal answers these, one after the other."""

    answers: list[bytes] = field(default_factory=list)
    name: str = "the link"

    def begin(self) -> int:
        return 0

    def deliver(self, message: bytes) -> Delivery:
        assert message
        return Delivery.TAKEN

    def receive(self, timeout: float) -> bytes | None:
        assert timeout > 0
        return self.answers.pop(0)

    def finish(self) -> None:
        """Nothing to end."""

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.mark.parametrize(
    "more,state",
    [
        ({}, PaymentState.UNKNOWN),
        ({"AP": "261121120000"}, PaymentState.UNKNOWN),
        ({"CF": "1010000000"}, PaymentState.UNKNOWN),
        ({"CF": "K7TWN3QX5Z"}, PaymentState.APPROVED),
        ({"AP": "261121130040"}, PaymentState.APPROVED),
    ],
    ids=["bare", "its time", "no reference of ours", "our reference", "another time"],
)
def test_an_answer_like_the_one_before_is_ours_where_that_is_proven(
    more: dict[str, str], state: PaymentState
) -> None:
    told = {"CZ": "0300", "CA": "01", "CE": "978", "CB": "1010", "AE": "10", "AC": "123456"}
    before = encode({**told, "CD": "3", "AP": "261121120000"}.items())
    link = _Answers([before, encode({**told, "CD": "0", **more}.items())])
    settings = ConcertSettings(Till(978, private=True))
    driver = ConcertDriver(
        link, settings, lambda: 0.0, lambda: datetime(2026, 11, 21, 12, tzinfo=UTC), lambda *_: None
    )
    hooks = Noted()
    assert driver.perform(_REQUEST, hooks).state is state
    assert ("commit" in hooks.calls) == (state is PaymentState.APPROVED)
