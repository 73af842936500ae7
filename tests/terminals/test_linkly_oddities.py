"""What an EFT-Client says oddly: payments survive it, none is believed too soon."""

import json
from dataclasses import replace

import pytest

from services.contract.problem import Refused
from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Finding, Verdict
from services.terminals.linkly import requests
from services.terminals.linkly.codes import APPROVED as APPROVED_CODES
from services.terminals.linkly.codes import REFUSALS
from services.terminals.linkly.describing import described
from services.terminals.linkly.framing import Message, Splitter, encode
from services.terminals.linkly.requests import Transaction
from services.terminals.linkly.results import OnceMore, judge
from services.terminals.linkly.settling import handle_of
from services.terminals.linkly_cloud import reading
from tests.terminals.kit.noted import Noted
from tests.terminals.test_linkly_timers import (
    APPROVED,
    DISPLAY,
    REQUEST,
    driver_on,
    framed,
    line_of,
    transaction,
)

_HERE = replace(REQUEST, baseline={"where": "here"})
_UNKNOWN = framed(f"N000E2{'NO PREVIOUS TXN':20}")


@pytest.mark.parametrize("body", ["S0", "S0xx20", "S00220", "S0-120SWIPE", "S", "S0 2 0"])
def test_a_display_that_cannot_be_read_ends_no_payment(body: str) -> None:
    line = line_of((0, framed(body)), (0, APPROVED))
    assert driver_on(line).perform(REQUEST, Noted()).state is PaymentState.APPROVED


def test_what_a_damaged_length_swallowed_is_found_again() -> None:
    damaged = DISPLAY.replace(b"#00", b"#90", 1)
    line = line_of((0, damaged + APPROVED), (6, b""))
    assert driver_on(line).perform(REQUEST, Noted()).state is PaymentState.APPROVED
    assert line.now < 10


def test_a_splitter_gives_up_one_frame_and_no_more() -> None:
    splitter, inner = Splitter(), [Message("3", "C"), Message("F", "1")]
    assert splitter.feed(b"#0999M0" + b"".join(encode(message) for message in inner)) == []
    assert splitter.drop() == inner
    assert (splitter.drop(), splitter.waiting) == ([], 0)


@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_an_approval_with_the_code_of_a_refusal_is_asked_about(code: str) -> None:
    told = "1" + transaction(code=code)[1:]
    assert (
        driver_on(line_of((0, framed("M0" + told)))).perform(REQUEST, Noted()).state is PaymentState.UNKNOWN
    )


@pytest.mark.parametrize("code", [*sorted(APPROVED_CODES), "11", "Y1", "Y3"])
def test_an_approval_may_have_a_code_of_the_banks_own(code: str) -> None:
    told = "1" + transaction(code=code)[1:]
    result = driver_on(line_of((0, framed("M0" + told)))).perform(REQUEST, Noted())
    assert (result.state, result.code) == (PaymentState.APPROVED, code)


def test_a_payment_that_is_not_known_is_asked_about_once_more() -> None:
    line = line_of(N=[(0, _UNKNOWN)])
    driver = driver_on(line)
    assert [driver.query(_HERE, None, Noted()).verdict for _ in range(2)] == [
        Verdict.RUNNING,
        Verdict.NOT_CHARGED,
    ]


def test_one_that_gets_there_after_the_first_question_is_found() -> None:
    line = line_of(N=[(0, _UNKNOWN)])
    driver = driver_on(line)
    assert driver.query(_HERE, None, Noted()).verdict is Verdict.RUNNING
    line.script = {**line.script, "N": [(0, framed("N01" + transaction()))]}
    finding = driver.query(_HERE, None, Noted())
    assert finding.result is not None
    assert finding.result.state is PaymentState.APPROVED


def test_each_attempt_is_asked_about_twice() -> None:
    once, unknown = OnceMore(), Finding(Verdict.NOT_CHARGED, "not known")
    other = replace(_HERE, reference="2222222222")
    verdicts = [once.believed(unknown, one).verdict for one in (_HERE, other, other, _HERE)]
    assert verdicts == [Verdict.RUNNING, Verdict.RUNNING, Verdict.NOT_CHARGED, Verdict.RUNNING]


def test_the_log_names_the_attempt_and_how_it_went() -> None:
    asked = requests.transaction(Transaction("P", 4250, "S1T3-000000123"))
    assert described(">", asked) == "M 156 characters S1T3-000000123"
    told = Message("M", "0" + transaction(reference="S1T3-000000123"))
    assert described("<", told).endswith(" 1 00 S1T3-000000123")
    last = Message("N", "01" + transaction(reference="S1T3-000000123", code="51"))
    assert described("<", last).endswith(" 1 0 51 S1T3-000000123")
    assert described("<", Message("K", f"0100{'READY':20}")) == "K 25 characters 1 00"


@pytest.mark.parametrize(
    "success,state",
    [(1, "approved"), ("1", "approved"), (True, "approved"), ("true", "approved"), (0, None), (None, None)],
)
def test_a_success_in_any_form_of_json(success: object, state: str | None) -> None:
    said = {
        "Success": success,
        "ResponseCode": "00",
        "TxnType": "P",
        "TxnRef": "ABCDEFGHJK",
        "AmtPurchase": 1000,
    }
    told = reading.transaction(reading.answer(json.loads(json.dumps({"Response": said}))))
    result = judge(told, REQUEST, "AUD").result
    assert (None if result is None else result.state) == state


def test_tags_in_any_number_and_length_are_bounded() -> None:
    pad = {f"{number:03d}": "x" * 5000 for number in range(1000)}
    told = reading.transaction({"purchaseanalysisdata": pad, "txnref": "A"})
    assert len(told.pad) <= 100
    assert max(len(value) for value in told.pad.values()) <= 200


def test_a_refund_may_do_without_its_payment_and_a_void_may_not() -> None:
    refund, void = replace(REQUEST, kind=PaymentKind.REFUND), replace(REQUEST, kind=PaymentKind.REVERSAL)
    assert handle_of(REQUEST, unmatched=False) == handle_of(refund, unmatched=True) == ""
    for request, unmatched in ((refund, False), (void, False), (void, True)):
        with pytest.raises(Refused, match="not given back"):
            handle_of(request, unmatched=unmatched)
