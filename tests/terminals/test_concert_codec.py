"""Concert V3 messages: what is written is read again, whatever it is."""

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contract.terminals import PaymentKind, PaymentState, ReceiptCopy
from services.terminals.concert import messages, results
from services.terminals.concert.messages import Action, Message, Till
from services.terminals.concert.tlv import LONGEST, Gathering, encode, parse
from services.terminals.driver import Request
from services.terminals.problems import ProtocolError
from tests.terminals.fuzz_concert import fuzz_one
from tests.terminals.kit.cards import CARDS

_TAGS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=2)
_VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
_PAIRS = st.lists(st.tuples(_TAGS, _VALUES), max_size=12)
_TILL = Till(978)
_REQUEST = Request(1, PaymentKind.PAYMENT, 4250, "EUR", "K7TWN3QX5Z")
# The request of TERMINALS.md 3.2, as the simulator of akretion takes it.
_VECTOR = b"CZ0040300CJ012012345678901CA00201CE003978BA0010CD0010CB0044250"
# Public examples of single values (TERMINALS.md 3.2, PayXpert's description of Concert V3).
_EXAMPLES = [
    ("AA016************0674", "AA", "************0674"),
    ("AC006A00395", "AC", "A00395"),
    ("AE00201", "AE", "01"),
    ("AF00207", "AF", "07"),
    ("CF020TEST CONCERT CN 3.XX", "CF", "TEST CONCERT CN 3.XX"),
    ("CJ012323540032810", "CJ", "323540032810"),
    ("CB0042500", "CB", "2500"),
    ("CK003100", "CK", "100"),
    ("AB0041603", "AB", "****"),
]


def test_the_open_vector_is_written_and_read() -> None:
    assert messages.transaction(_TILL, Action.DEBIT, 4250, "") == _VECTOR
    message = messages.read(_VECTOR)
    assert (message.amount(), message.get("CE"), message.get("CD"), message.get("CA")) == (
        4250,
        "978",
        "0",
        "01",
    )
    assert encode(parse(_VECTOR)) == _VECTOR


@pytest.mark.parametrize("text,tag,value", _EXAMPLES)
def test_public_examples_are_read(text: str, tag: str, value: str) -> None:
    assert encode(parse(text.encode())) == text.encode()
    assert messages.read(text.encode()).get(tag) == value


def test_what_a_till_may_add() -> None:
    till = Till(978, "07", "ABCDEFGHIJKL", "0320", cheque=True, partial=True, private=True, ticket=True)
    text = messages.transaction(till, Action.REFUND, 5, "K7TWN3QX5Z")
    assert text == (
        b"CZ0040320CJ012ABCDEFGHIJKLCA00207CE003978BA0010CD0011CB00205CC00300CBF0011CF010K7TWN3QX5ZCK003100"
    )


def test_questions_name_no_amount_and_no_reference() -> None:
    assert messages.duplicate(_TILL, to_till=False) == b"CZ0040300CJ012012345678901CA00201CD0013"
    asked = parse(messages.duplicate(Till(978, private=True), to_till=True))
    assert [tag for tag, _ in asked] == ["CZ", "CJ", "CA", "CD", "CK"]
    assert messages.identification(_TILL).endswith(b"CD001I")


@pytest.mark.parametrize("amount", [0, -1, 10**12])
def test_an_amount_that_does_not_fit_is_not_written(amount: int) -> None:
    with pytest.raises(ProtocolError):
        messages.transaction(_TILL, Action.DEBIT, amount, "")


@given(_PAIRS)
def test_pairs_are_read_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    assert parse(encode(pairs)) == pairs


@given(_PAIRS, st.lists(st.integers(1, 9), max_size=60))
def test_a_message_is_put_together_however_it_is_cut(pairs: list[tuple[str, str]], cuts: list[int]) -> None:
    data, gathering, at = encode(pairs), Gathering(), 0
    for cut in [*cuts, len(data)]:
        gathering.feed(data[at : at + cut])
        at += cut
    assert gathering.pairs == pairs
    assert gathering.at_end


@pytest.mark.parametrize(
    "pair", [("A", "1"), ("ABC", "1"), ("ab", "1"), ("AB", "é"), ("AB", "1\n"), ("AB", "1" * 1000)]
)
def test_what_cannot_be_written_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(ProtocolError):
        encode([pair])


@pytest.mark.parametrize(
    "data",
    [b"CZ004030", b"C", b"CZ0x40300", b"\r\nlogin: ", b"cz0040300", b"CZ-040300", b"A" * (LONGEST + 1)],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse(data)


def test_a_message_without_end_is_refused() -> None:
    gathering = Gathering()
    for _ in range(LONGEST // 6):
        gathering.feed(b"AA001A")
    with pytest.raises(ProtocolError):
        gathering.feed(b"AA001A")


def test_an_accent_in_a_value_hides_no_other() -> None:
    data = b"CZ0040300XX006MERCI\xe9AE00210"
    message = messages.read(data)
    assert (message.get("AE"), message.get("XX")) == ("10", "MERCI\xe9")
    for damaged in (b"CZ0040300XX006MERCI\x9bAE00210", b"CZ0040300\xc9X001A", b"CZ0040300XX0\xb2\xb2A"):
        with pytest.raises(ProtocolError):
            parse(damaged)


def test_a_tag_with_two_values_is_not_believed() -> None:
    assert messages.read(b"AE00210AE00210").get("AE") == "10"
    with pytest.raises(ProtocolError):
        messages.read(b"AE00210AE00201")


def _paper(text: str, encoding: str = "utf-8", kind: str = "100") -> str:
    paper = b64encode(text.encode(encoding)).decode()
    return f"CK003{kind}AK{len(paper):03d}{paper}"


def test_tickets_are_read_whatever_their_charset() -> None:
    for encoding in ("utf-8", "latin-1"):
        zt = _paper("CARTE BANCAIRE\r\n10,10 EUR\nÀ CONSERVER\n", encoding)
        (ticket,) = messages.read(encode([("ZT", zt)])).tickets
        assert ticket.lines == ("CARTE BANCAIRE", "10,10 EUR", "À CONSERVER")
        assert ticket.copy is ReceiptCopy.CUSTOMER
    both = _paper("A") + _paper("B", kind="200")
    copies = [ticket.copy for ticket in messages.read(encode([("ZT", both)])).tickets]
    assert copies == [ReceiptCopy.CUSTOMER, ReceiptCopy.MERCHANT]


@pytest.mark.parametrize("zt", ["", "CK0", "AK004????", "AK003QUJ", "hello"])
def test_a_ticket_that_cannot_be_read_hides_nothing_else(zt: str) -> None:
    message = messages.read(encode([("AE", "10"), ("ZT", zt)]))
    assert (message.get("AE"), message.tickets) == ("10", ())


def _answer(**changes: str) -> Message:
    values = {"CZ": "0300", "CA": "01", "CE": "978", "CD": "0", "CB": "4250", "AE": "10"}
    return messages.read(encode((values | changes).items()))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"CB": "000000004250"},
        {"CA": "1"},
        {"CE": "978", "CF": "K7TWN3QX5Z"},
        {"CF": "1010000000"},
        {"AF": "00"},
        {"AF": "01"},
        {"AF": "03"},
        {"AF": "01 AUTORISEE"},
        {"AF": "99"},
    ],
)
def test_an_answer_that_agrees_is_an_approval(changes: dict[str, str]) -> None:
    result = results.outcome(_answer(**changes), Action.DEBIT, _REQUEST, _TILL)
    assert (result.state, result.amount, result.currency) == (PaymentState.APPROVED, 4250, "EUR")


@pytest.mark.parametrize(
    "changes",
    [
        {"CB": "4251"},
        {"CB": "4249"},
        {"CB": ""},
        {"CB": "x"},
        {"CB": "4" * 13},
        {"CA": "02"},
        {"CD": "1"},
        {"CD": "3"},
        {"CE": "756"},
        {"CF": "ABCDEFGHJK"},
        {"AE": "11"},
        {"AE": "20"},
        {"AE": ""},
        {"AE": "01", "AF": "04", "CB": "4251"},
        {"AE": "01", "AF": "04", "CD": "3"},
        # Done and refused, not done and authorised: it contradicts itself.
        {"AF": "04"},
        {"AF": "08"},
        {"AF": "11 ABANDON"},
        {"AE": "01", "AF": "01"},
        {"AE": "01", "AF": "03 FORCAGE"},
    ],
)
def test_an_answer_that_does_not_agree_is_nothing(changes: dict[str, str]) -> None:
    assert results.outcome(_answer(**changes), Action.DEBIT, _REQUEST, _TILL).state is PaymentState.UNKNOWN


def test_a_part_is_approved_where_that_was_agreed() -> None:
    till = Till(978, partial=True)
    result = results.outcome(_answer(CB="2000"), Action.DEBIT, _REQUEST, till)
    assert (result.state, result.amount) == (PaymentState.APPROVED, 2000)
    for wrong in ("0", "4251"):
        assert results.outcome(_answer(CB=wrong), Action.DEBIT, _REQUEST, till).state is PaymentState.UNKNOWN


@pytest.mark.parametrize(
    "reason,state,words",
    [
        ("04", PaymentState.DECLINED, "refused"),
        ("05", PaymentState.DECLINED, "not allowed"),
        ("02", PaymentState.DECLINED, "the bank wants to be called"),
        ("", PaymentState.DECLINED, "no reason given"),
        ("99", PaymentState.DECLINED, "reason 99"),
        ("06", PaymentState.CANCELLED, "abandoned by the customer"),
        ("08", PaymentState.CANCELLED, "nobody entered anything in time"),
        ("11", PaymentState.CANCELLED, "abandoned by the cashier"),
        ("13", PaymentState.CANCELLED, "the currency is not supported"),
        # The field takes 2 to 50 characters: words may follow the digits.
        ("11ABANDON", PaymentState.CANCELLED, "abandoned by the cashier: ABANDON"),
        ("08 - TIMEOUT", PaymentState.CANCELLED, "nobody entered anything in time: TIMEOUT"),
        ("04: REFUS BANQUE", PaymentState.DECLINED, "refused: REFUS BANQUE"),
    ],
)
def test_reasons(reason: str, state: PaymentState, words: str) -> None:
    result = results.outcome(_answer(AE="01", AF=reason), Action.DEBIT, _REQUEST, _TILL)
    assert (result.state, result.text) == (state, words)
    assert result.code == (reason[:2] or "01")


@pytest.mark.parametrize("card", CARDS)
def test_a_card_is_masked_and_its_expiry_gone(card: str) -> None:
    message = messages.read(encode([("AA", card), ("AB", "2912"), ("CF", f"x{card}")]))
    assert message.get("AA") == "*" * (len(card) - 4) + card[-4:]
    assert message.get("AB") == "****"
    assert card not in repr(message)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_value_or_refused(data: bytes) -> None:
    assert fuzz_one(data) is None  # type: ignore[func-returns-value]


@settings(max_examples=150)
@given(_PAIRS, st.binary(max_size=6), st.integers(0, 300))
def test_a_message_with_anything_in_it_is_a_value_or_refused(
    pairs: list[tuple[str, str]], noise: bytes, at: int
) -> None:
    text = encode([("AE", "10"), ("CB", "1010"), *pairs, ("ZT", _paper("10,10 EUR"))])
    assert fuzz_one(text[:at] + noise + text[at + len(noise) :]) is None  # type: ignore[func-returns-value]
