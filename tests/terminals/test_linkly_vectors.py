"""Linkly messages of the vendor and the layout: decoded and encoded."""

import json
from typing import Any

import pytest

from services.contract.terminals import PaymentKind, PaymentState, ReceiptCopy
from services.terminals.driver import Request, Verdict
from services.terminals.linkly import requests, responses
from services.terminals.linkly.codes import Key, SettlementKind
from services.terminals.linkly.fields import cut, read_tags
from services.terminals.linkly.framing import Message, Splitter, decode, encode
from services.terminals.linkly.requests import Transaction
from services.terminals.linkly.results import find, result_of
from tests.shared_data import shared

Vector = dict[str, Any]
_RESYNC = "bad length digits"
_TWO = "heartbeat, no reply wanted / reply wanted"


def _vectors() -> list[Vector]:
    found: list[Vector] = json.loads(shared("terminals", "linkly.json").read_text("utf-8"))["vectors"]
    return found


def _text(name: str) -> str:
    return next(str(vector["message"]) for vector in _vectors() if vector["name"].startswith(name))


def _message(name: str) -> Message:
    return decode(_text(name).encode("latin-1"))


def test_every_message_is_read_and_written_back() -> None:
    seen = 0
    for vector in _vectors():
        if "message" not in vector or vector["name"] == _RESYNC:
            continue
        data = vector["message"].encode("latin-1")
        found = Splitter().feed(data)
        assert b"".join(encode(message) for message in found) == data, vector["name"]
        assert [message.command for message in found] == [part["cmd"] for part in vector["decoded"]]
        seen += 1
    assert seen == 29


def test_bodies_without_a_header_are_framed_and_read() -> None:
    bodies = [vector["message_body_without_header"] for vector in _vectors() if "message" not in vector]
    assert len(bodies) == 3
    for body in bodies:
        message = Message(body[0], body[1:])
        assert decode(encode(message)) == message
        # The sub code comes first, as in every answer.
        assert responses.outcome(body[2:]).success == ("SUCCESS" in body)


def test_the_fields_of_every_message_are_cut_as_the_vectors_say() -> None:
    layouts = {
        "M": responses.OUTCOME + responses.TRANSACTION,
        "N": (("last", 1), *responses.OUTCOME, *responses.TRANSACTION),
        "K": responses.OUTCOME + responses.STATUS,
        "G": responses.OUTCOME + responses.LOGON,
    }
    seen = 0
    for vector in _vectors():
        for message, expected in zip(_found(vector), vector.get("decoded", []), strict=False):
            layout = layouts.get(message.command)
            if layout is None:
                assert message.data == expected["rest"], vector["name"]
                continue
            fields, rest = cut(message.data[1:], layout)
            values = [
                value for name, value in expected.items() if name not in {"cmd", "sub", "pad", "pad_raw"}
            ]
            assert list(fields.values()) == values, vector["name"]
            if "pad" in expected:
                assert [[name, value] for name, value in read_tags(rest).items()] == expected["pad"]
            seen += 1
    assert seen >= 9


def _found(vector: Vector) -> list[Message]:
    if "message" not in vector or vector["name"] == _RESYNC:
        return []
    return Splitter().feed(vector["message"].encode("latin-1"))


def test_a_damaged_length_is_skipped() -> None:
    splitter = Splitter()
    assert splitter.feed(_text(_RESYNC).encode()) == [Message("3", "C")]
    assert splitter.skipped == len("#00A7K0")


def _as_the_java_kit(letter: str, purchase: int, reference: str, **more: Any) -> Transaction:  # noqa: ANN401 - a Transaction's own fields
    # It fills the authorisation with zeros and names an original type; the documentation has blanks.
    return Transaction(letter, purchase, reference, auth="000000", original="P", **more)


@pytest.mark.parametrize(
    "name,written",
    [
        (
            "purchase $42.50",
            requests.transaction(
                _as_the_java_kit(
                    "P",
                    4250,
                    "S1T3-000000123",
                    pad=(("AMT", "000004250"), ("OPR", "4321|Ann"), ("PCM", "0")),
                )
            ),
        ),
        (
            "purchase $10 + cash-out $20",
            requests.transaction(_as_the_java_kit("P", 1000, "CASHOUT1", cash=2000)),
        ),
        ("status AppCPAT", requests.status("2")),
        ("status PreSwipe", requests.status("5")),
        ("settlement PreSettlement", requests.settlement(SettlementKind.PRE)),
        ("settlement LastSettlement", requests.settlement(SettlementKind.LAST)),
        ("settlement SummaryTotals", requests.settlement(SettlementKind.SUMMARY)),
        ("settlement StartCash", requests.settlement(SettlementKind.START_CASH)),
        ("reprint receipt GetLast", requests.reprint()),
        ("reprint receipt by TxnRef", requests.reprint("S1T3-000000123")),
        ("send key OKCancel", requests.key(Key.CANCEL)),
        ("send key YesAccept", requests.key(Key.YES)),
        ("send key NoDecline", requests.key(Key.NO)),
        ("receipt acknowledgement", requests.receipt_taken()),
        ("set dialog default", requests.dialog("0")),
        ("get last transaction by TxnRef", requests.last("S1T3-000000123")),
        ("get last transaction, no TxnRef", requests.last()),
    ],
)
def test_requests_are_written_as_the_vendors_kits_write_them(name: str, written: Message) -> None:
    assert encode(written).decode("latin-1") == _text(name)


def test_heartbeats_of_both_kinds() -> None:
    assert _text(_TWO) == (encode(requests.alive()) + encode(requests.alive(reply=True))).decode()


def test_typed_data_is_as_long_as_the_documentation_says() -> None:
    # The vendor's Java kit cuts it to 20; its C# kit and the documentation have 60.
    ours = encode(requests.key(Key.AUTHORISE, "1234")).decode()
    assert ours[5:] == _text("send key Authorise")[5:].ljust(len(ours) - 5)
    assert len(ours) == 8 + 60


def test_a_decline() -> None:
    result = result_of(responses.transaction(_message("purchase declined 51")), "AUD")
    assert (result.state, result.code, result.text) == (PaymentState.DECLINED, "51", "DECLINED")
    assert (result.amount, result.card, result.scheme) == (0, "************4242", "Visa Debit")


def _ours(reference: str, amount: int = 4250) -> Request:
    return Request(1, PaymentKind.PAYMENT, amount, "AUD", reference, baseline={"where": "here"})


def test_get_last_finds_our_payment() -> None:
    told = responses.last(_message("get last: call ok"))
    finding = find(_ours("S1T3-000000123"), told, "AUD", where="here")
    assert finding.verdict is Verdict.SETTLED
    result = finding.result
    assert result is not None
    assert (result.state, result.amount, result.provider) == (PaymentState.APPROVED, 4250, "ABCDEFGHIJ")
    assert (result.auth_code, result.trace, result.rrn) == ("123456", "001234", "000000123456")
    assert (result.terminal_id, result.merchant_id) == ("12345678", "611000612345678")
    assert (result.stated, result.entry_mode) == ("2026-11-20 10:15:30", "chip")


@pytest.mark.parametrize(
    "reference,amount,where,verdict",
    [
        ("S1T3-000000124", 4250, "here", Verdict.NOT_CHARGED),
        ("S1T3-000000124", 4250, "elsewhere", Verdict.CANNOT_TELL),
        ("S1T3-000000123", 4000, "here", Verdict.CANNOT_TELL),
    ],
)
def test_an_older_payment_is_not_taken_for_ours(
    reference: str, amount: int, where: str, verdict: Verdict
) -> None:
    told = responses.last(_message("get last: call ok"))
    assert find(_ours(reference, amount), told, "AUD", where=where).verdict is verdict


def test_receipts_and_displays() -> None:
    notice = responses.receipt(_message("receipt event, customer"))
    assert (notice.copy, notice.lines) == (ReceiptCopy.CUSTOMER, None)
    text = responses.receipt(_message("receipt text containing an empty line"))
    assert text.lines == ("LINE ONE", "", "LINE THREE")
    shown = responses.display(_message("display event SIGNATURE OK?"))
    assert shown.text == "SIGNATURE OK?"
    assert (shown.cancel, shown.yes, shown.no, shown.ok, shown.input) == (False, True, True, False, False)


def test_a_logon() -> None:
    told = responses.logon(_message("logon ok"))
    assert told.outcome.success
    assert (told.catid, told.caid, told.software) == ("12345678", "611000612345678", "100800")
