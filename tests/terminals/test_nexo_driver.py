"""What the nexo driver makes of answers, silence and changed keys."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Original, Request, Verdict
from services.terminals.nexo import messages
from services.terminals.nexo.documents import Json, write
from services.terminals.nexo.driver import NexoDriver
from services.terminals.nexo.messages import Header, Message
from services.terminals.nexo.sealing import NONCE
from services.terminals.problems import JournalFailed, ProtocolError, Refusal, TerminalSilent, TransportLost
from tests.terminals.kit.nexo_script import BEFORE, KEY, POI, SALE, SUCCESS, Body, ScriptedTerminal, failure
from tests.terminals.kit.noted import Noted

REQUEST = Request(
    1,
    PaymentKind.PAYMENT,
    1000,
    "EUR",
    "ABCDEFGHJK",
    baseline={"sale": SALE, "poi": POI, "service": "ABCDEFGHJK", "at": "2026-11-21T12:29:00+00:00"},
)
PAID: dict[str, Json] = {
    "Response": {"Result": "Success"},
    "SaleData": {"SaleTransactionID": {"TransactionID": "ABCDEFGHJK"}},
}


def _paid(**amounts: Json) -> Body:
    stated: dict[str, Json] = {"AuthorizedAmount": Decimal(10), "Currency": "EUR", **amounts}
    return {**PAID, "PaymentResult": {"AmountsResp": stated}}


def _repeated(body: Body, **head: str) -> Body:
    header = {
        "MessageCategory": "Payment",
        "MessageType": "Response",
        "ServiceID": REQUEST.reference,
        "SaleID": SALE,
        "POIID": POI,
        **head,
    }
    inner = {f"{header['MessageCategory']}Response": body}
    told: Body = {"MessageHeader": header, "RepeatedResponseMessageBody": inner}
    return {**SUCCESS, "RepeatedMessageResponse": told}


def _terminal(payment: Body | bytes | None = None, status: Body | bytes | None = None) -> ScriptedTerminal:
    answers = {"Payment": payment, "TransactionStatus": status, "Reversal": payment, "Abort": b""}
    answers |= dict.fromkeys(("Input", "Reconciliation", "GetTotals"))

    def answer(message: Message) -> Body | bytes | None:
        return answers.get(message.header.category, {**SUCCESS, "POIStatus": {"GlobalStatus": "OK"}})

    return ScriptedTerminal(answer)


def test_the_order_of_things() -> None:
    terminal, hooks = _terminal(_paid()), Noted()
    driver = terminal.driver()
    result = driver.perform(REQUEST, hooks)
    assert (result.state, result.amount) == (PaymentState.APPROVED, 1000)
    assert result.more == {"service": "ABCDEFGHJK", "sale": SALE, "category": "Payment"}
    assert hooks.calls == ["sent"]
    driver.perform(REQUEST, hooks)
    assert terminal.categories() == ["Diagnosis", "Payment", "Payment"], "it is greeted once"


def test_a_payment_as_it_is_sent() -> None:
    terminal = _terminal(_paid())
    terminal.driver().perform(REQUEST, Noted())
    body = terminal.heard[1].body
    assert terminal.heard[1].header == Header("Payment", "Request", "ABCDEFGHJK", SALE, POI)
    assert body.part("SaleData").part("SaleTransactionID").text("TransactionID") == "ABCDEFGHJK"
    amounts = body.part("PaymentTransaction").part("AmountsReq")
    assert (str(amounts.number("RequestedAmount")), amounts.text("Currency")) == ("10.00", "EUR")
    assert body.part("PaymentData").text("PaymentType") == "Normal"


def test_a_reversal_as_it_is_sent() -> None:
    terminal = _terminal(SUCCESS)
    original = Original(provider="BV0q001611222452000|8515658977098900@2021-01-21T09:47:32.000Z", amount=1000)
    request = replace(REQUEST, kind=PaymentKind.REVERSAL, original=original)
    result = terminal.driver().perform(request, Noted())
    assert (result.state, result.amount, result.currency) == (PaymentState.APPROVED, 1000, "EUR")
    body = terminal.heard[1].body
    name = body.part("OriginalPOITransaction").part("POITransactionID")
    assert name.raw("TransactionID") == "BV0q001611222452000.8515658977098900"
    assert name.raw("TimeStamp") == "2021-01-21T09:47:32.000Z"
    assert body.number("ReversedAmount") is None


def test_nothing_is_sent_when_the_journal_fails() -> None:
    terminal = _terminal(_paid())
    with pytest.raises(JournalFailed):
        terminal.driver().perform(REQUEST, Noted(fails_at="sent"))
    assert terminal.categories() == ["Diagnosis"]


def test_an_abort_before_it_was_sent() -> None:
    terminal, hooks = _terminal(_paid()), Noted(abort=True)
    assert terminal.driver().perform(REQUEST, hooks).state is PaymentState.CANCELLED
    assert (terminal.categories(), hooks.calls) == (["Diagnosis"], [])


def test_silence_is_waited_for_two_minutes_then_aborted() -> None:
    terminal, hooks = _terminal(None), Noted()
    with pytest.raises(TerminalSilent):
        terminal.driver().perform(REQUEST, hooks)
    assert 140 <= terminal.now <= 141
    assert terminal.categories() == ["Diagnosis", "Payment", *["Abort"] * 5]
    reference = terminal.heard[2].body.part("MessageReference")
    assert (reference.text("MessageCategory"), reference.text("ServiceID")) == ("Payment", "ABCDEFGHJK")


@pytest.mark.parametrize(
    "changed",
    [
        {"service": "ABCDEFGHJL"},
        {"sale": "till-2"},
        {"poi": "V400m-000000001"},
        {"category": "Reversal"},
    ],
)
def test_an_answer_to_something_else_is_not_taken(changed: dict[str, str]) -> None:
    terminal = _terminal(_paid())
    driver = terminal.driver()
    driver.status(Noted())
    terminal.changed = lambda header: replace(header, **changed)
    with pytest.raises(ProtocolError):
        driver.perform(REQUEST, Noted())


def test_an_answer_that_is_not_sealed_is_not_taken() -> None:
    header = {"MessageCategory": "Payment", "MessageType": "Response", "ServiceID": REQUEST.reference}
    plain: Body = {"SaleToPOIResponse": {"MessageHeader": header, "PaymentResponse": _paid()}}
    with pytest.raises(ProtocolError) as caught:
        _terminal(write(plain).encode()).driver().perform(REQUEST, Noted())
    assert caught.value.detail == "a message that is not sealed"


def test_an_approval_of_another_sale_is_not_known() -> None:
    other: Body = {**_paid(), "SaleData": {"SaleTransactionID": {"TransactionID": "ABCDEFGHJL"}}}
    assert _terminal(other).driver().perform(REQUEST, Noted()).state is PaymentState.UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        {"Response": {"Result": "Success"}},
        {"Response": {"Result": "Perhaps"}},
        {},
        failure("InProgress"),
    ],
)
def test_what_does_not_say_it_clearly_is_not_known(body: Body) -> None:
    assert _terminal(body).driver().perform(REQUEST, Noted()).state is PaymentState.UNKNOWN


@pytest.mark.parametrize(
    "result,amounts,state,amount",
    [
        ("Success", {"AuthorizedAmount": Decimal(10)}, "approved", 1000),
        ("Success", {"AuthorizedAmount": Decimal("9.99")}, "unknown", 999),
        ("Success", {"AuthorizedAmount": Decimal(0)}, "unknown", 0),
        ("Partial", {"AuthorizedAmount": Decimal(5)}, "approved", 500),
        # What is added is within the sum, or the sum is not understood.
        ("Success", {"AuthorizedAmount": Decimal(11), "TipAmount": Decimal(1)}, "approved", 1000),
        ("Success", {"AuthorizedAmount": Decimal(10), "TipAmount": Decimal(1)}, "unknown", 900),
        (
            "Success",
            {"AuthorizedAmount": Decimal("10.15"), "SurchargeAmount": Decimal("0.15")},
            "approved",
            1000,
        ),
        (
            "Success",
            {"AuthorizedAmount": Decimal("10.15"), "TotalFeesAmount": Decimal("0.15")},
            "approved",
            1000,
        ),
        (
            "Success",
            {
                "AuthorizedAmount": Decimal("10.15"),
                "TotalFeesAmount": Decimal("0.15"),
                "SurchargeAmount": Decimal("0.15"),
            },
            "approved",
            1000,
        ),
        (
            "Success",
            {
                "AuthorizedAmount": Decimal("10.15"),
                "TotalFeesAmount": Decimal(0),
                "SurchargeAmount": Decimal("0.15"),
            },
            "approved",
            1000,
        ),
    ],
)
def test_only_what_says_partial_approves_less(
    result: str, amounts: dict[str, Json], state: str, amount: int
) -> None:
    body: Body = {**_paid(**amounts), "Response": {"Result": result}}
    told = _terminal(body).driver().perform(REQUEST, Noted())
    assert (told.state, told.amount) == (state, amount)
    if state == "unknown":
        assert f"names {amount} where 1000" in told.text


def test_a_part_of_a_refund_is_not_all_of_it() -> None:
    original = Original(provider="BV0q001611222452000|8515658977098900@2021-01-21T09:47:32.000Z", amount=3000)
    request = replace(REQUEST, kind=PaymentKind.REFUND, original=original)
    for stated, state in ((Decimal(10), PaymentState.APPROVED), (Decimal(4), PaymentState.UNKNOWN)):
        driver = _terminal({**SUCCESS, "ReversedAmount": stated}).driver()
        assert driver.perform(request, Noted()).state is state


def _query(status: Body | bytes | None, request: Request = REQUEST) -> Verdict:
    return _terminal(None, status).driver().query(request, None, Noted()).verdict


@pytest.mark.parametrize(
    "status,verdict",
    [
        (failure("InProgress"), Verdict.RUNNING),
        (failure("Busy"), Verdict.RUNNING),
        (failure("NotFound"), Verdict.RUNNING),
        (failure("UnavailableService"), Verdict.CANNOT_TELL),
        (SUCCESS, Verdict.CANNOT_TELL),
        (_repeated(_paid()), Verdict.SETTLED),
        (_repeated(failure("Refusal")), Verdict.SETTLED),
        (_repeated(failure("InProgress")), Verdict.RUNNING),
        (_repeated({"Response": {"Result": "Success"}}), Verdict.CANNOT_TELL),
        (_repeated(_paid(), ServiceID="ABCDEFGHJL"), Verdict.CANNOT_TELL),
        (_repeated(_paid(), SaleID="till-2"), Verdict.CANNOT_TELL),
        (_repeated(_paid(), MessageCategory="Reversal"), Verdict.CANNOT_TELL),
        (_repeated(_paid(), MessageCategory="CardAcquisition"), Verdict.CANNOT_TELL),
    ],
)
def test_what_became_of_it(status: Body, verdict: Verdict) -> None:
    assert _query(status) is verdict


def test_what_it_never_had_is_believed_the_second_time() -> None:
    driver = _terminal(None, failure("NotFound")).driver()
    verdicts = [driver.query(REQUEST, None, Noted()).verdict for _ in range(2)]
    other = driver.query(replace(REQUEST, reference="ABCDEFGHJL"), None, Noted()).verdict
    assert (verdicts, other) == ([Verdict.RUNNING, Verdict.NOT_CHARGED], Verdict.RUNNING)


def test_what_was_sent_days_ago_may_have_been_forgotten() -> None:
    driver = _terminal(None, failure("NotFound")).driver()
    sent = {**REQUEST.baseline, "at": "2026-11-20T12:29:00+00:00"}
    old = replace(REQUEST, baseline=sent)
    assert [driver.query(old, None, Noted()).verdict for _ in range(2)] == [Verdict.CANNOT_TELL] * 2
    fresh = replace(REQUEST, baseline={**sent, "at": "2026-11-20T12:31:00+00:00"})
    assert driver.query(fresh, None, Noted()).verdict is Verdict.RUNNING


def test_what_was_sent_nobody_knows_when_may_have_been_forgotten() -> None:
    """So is a payment of a backup that may have left right after it."""
    driver = _terminal(None, failure("NotFound")).driver()
    unknown = replace(REQUEST, baseline={})
    assert [driver.query(unknown, None, Noted()).verdict for _ in range(2)] == [Verdict.CANNOT_TELL] * 2


def test_another_terminal_in_its_place_is_not_asked() -> None:
    terminal = _terminal(None, failure("NotFound"))
    moved = replace(REQUEST, baseline={**REQUEST.baseline, "poi": "V400m-111111111"})
    assert terminal.driver().query(moved, None, Noted()).verdict is Verdict.CANNOT_TELL
    assert terminal.heard == []


def test_it_is_asked_for_under_the_name_it_was_sent_with() -> None:
    terminal = _terminal(None, _repeated(_paid(), SaleID="till-before"))
    request = replace(REQUEST, baseline={**REQUEST.baseline, "sale": "till-before"})
    assert terminal.driver().query(request, None, Noted()).verdict is Verdict.SETTLED
    assert terminal.heard[1].body.part("MessageReference").text("SaleID") == "till-before"


def _rejection(_message: Message) -> bytes:
    head = {"MessageCategory": "Event", "MessageType": "Notification", "SaleID": SALE, "POIID": POI}
    event: Body = {"EventToNotify": "Reject", "EventDetails": "message=Did+not+find+key"}
    return write({"SaleToPOIRequest": {"MessageHeader": head, "EventNotification": event}}).encode()


def test_while_the_key_is_being_changed_the_one_before_is_tried() -> None:
    terminal = _terminal(_paid())
    before = terminal.answers
    terminal.keys = (BEFORE, KEY)
    newest = [True]

    def answer(message: Message) -> Body | bytes | None:
        if newest:
            newest.clear()
            return _rejection(message)
        return before(message)

    terminal.answers = answer
    assert terminal.driver(KEY, BEFORE).perform(REQUEST, Noted()).state is PaymentState.APPROVED
    assert terminal.categories() == ["Diagnosis", "Diagnosis", "Payment"]


def test_a_terminal_that_knows_no_key_is_said_so() -> None:
    terminal = ScriptedTerminal(_rejection)
    hooks = Noted()
    with pytest.raises(Refusal) as caught:
        terminal.driver().perform(REQUEST, hooks)
    assert "Did not find key" in caught.value.why
    assert hooks.calls == []


def test_after_a_break_it_is_greeted_again() -> None:
    terminal = _terminal(_paid())
    driver = terminal.driver()
    driver.perform(REQUEST, Noted())
    terminal.lost = True
    with pytest.raises(TransportLost):
        driver.perform(REQUEST, Noted())
    terminal.lost = False
    driver.perform(REQUEST, Noted())
    assert terminal.categories() == ["Diagnosis", "Payment", "Payment", "Diagnosis", "Payment"]


def test_what_is_recorded_names_messages_only() -> None:
    terminal = _terminal(_paid())
    terminal.driver().perform(REQUEST, Noted())
    assert terminal.said[2:] == ["> Payment ABCDEFGHJK", "< Payment ABCDEFGHJK"]


def test_a_sealed_event_is_a_refusal_too() -> None:
    header = Header("Event", "Notification", "", SALE, POI)
    event = messages.encode(header, {"EventDetails": "message=Busy"}, KEY, bytes(NONCE))
    with pytest.raises(Refusal) as caught:
        _terminal(event).driver().perform(REQUEST, Noted())
    assert "Busy" in caught.value.why


def test_nobody_reachable_at_the_bank_is_not_ready() -> None:
    told: Body = {
        **SUCCESS,
        "POIStatus": {"GlobalStatus": "OK", "PrinterStatus": "PaperOut"},
        "HostStatus": ({"IsReachableFlag": False},),
    }
    status = ScriptedTerminal(lambda _: told).driver().status(Noted())
    assert (status.ready, status.text) == (False, "the bank cannot be reached")
    assert status.needs == {"paper"}


@pytest.mark.parametrize("asks,category,seconds", [
    (lambda driver: driver.confirmed_by_customer(["A bag?"]), "Input", 80),
    (lambda driver: driver.settle(Noted()), "Reconciliation", 125),
    (lambda driver: driver.totals(Noted()), "GetTotals", 20),
])  # fmt: skip
def test_what_others_take_their_time_for_is_waited_for(
    asks: Callable[[NexoDriver], object], category: str, seconds: float
) -> None:
    terminal = _terminal()
    with pytest.raises(TerminalSilent):
        asks(terminal.driver())
    assert terminal.categories() == ["Diagnosis", category]
    assert terminal.now == pytest.approx(seconds, abs=0.2)
