"""Documents, seals and HTTP of nexo: exact, bounded, and refused when damaged."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sandbox.terminals.nexo.sealing import NotOurs, Seal
from services.terminals.nexo import answers, documents, messages, parts, sealing
from services.terminals.nexo.calls import Call, Post
from services.terminals.nexo.documents import Json
from services.terminals.nexo.messages import Header, Message
from services.terminals.nexo.parts import Part
from services.terminals.nexo.receipts import receipt
from services.terminals.problems import ProtocolError, TransportLost
from tests.terminals.kit.cards import CARDS

_KEY = sealing.derive("passphrase", "shop", 3)
_HEADER = Header("Payment", "Response", "ABCDEFGHJK", "till", "V400m-1")
_SUCCESS: dict[str, Json] = {"Response": {"Result": "Success"}}
_AMOUNTS = st.decimals(min_value=0, max_value=10**10, places=2)
_TEXTS = st.text(max_size=20)
_VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | _AMOUNTS | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_TEXTS, _VALUES, max_size=5))
def test_a_document_is_read_as_it_was_written(document: dict[str, Json]) -> None:
    text = documents.write(document)
    assert documents.read(text.encode()) == document
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == document


@given(_AMOUNTS)
def test_amounts_pass_through_no_float(amount: Decimal) -> None:
    assert documents.write({"a": amount}) == f'{{"a":{amount:f}}}'


@pytest.mark.parametrize(
    "text,why",
    [
        ("", "not a JSON document"),
        ("[]", "no object"),
        ('{"a":1,"a":2}', "gives a name twice"),
        ('{"a":1e400}', "no amount"),
        ('{"a":1E25}', "no amount"),
        ('{"a":1E-25}', "no amount"),
        ('{"a":NaN}', "no amount"),
        ('{"a":-Infinity}', "no amount"),
        ('{"a":' + "9" * 25 + "}", "no amount"),
        ('{"a":' * 41 + "1" + "}" * 41, "nests too deep"),
        ("[" * 100_000, "not a JSON document"),
        ('{"a":"' + "x" * 250_000 + '"}', "too long"),
        ("\ufeff{}", "not a JSON document"),
    ],
)
def test_what_is_no_document_of_theirs(text: str, why: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        documents.read(text.encode())
    assert why in caught.value.detail


@pytest.mark.parametrize(
    "text,number", [("1.25E7", "12500000"), ("1e2", "100"), ("1250E-2", "12.50"), ("99999999.999999", None)]
)
def test_a_number_in_any_form_is_exact(text: str, number: str | None) -> None:
    read = documents.read(f'{{"a":{text}}}'.encode())
    assert read == {"a": Decimal(number or text)}
    assert documents.write(read) == f'{{"a":{number or text}}}'


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(ProtocolError):
        documents.read(b'{"a":"\xff"}')


def test_braces_in_a_text_are_no_depth() -> None:
    assert documents.read(b'{"a":"' + b"{" * 100 + b'"}') == {"a": "{" * 100}


@given(st.text(max_size=200), st.binary(min_size=16, max_size=16))
def test_what_was_sealed_opens(text: str, nonce: bytes) -> None:
    data = messages.encode(_HEADER, {"Text": text}, _KEY, nonce)
    message = messages.decode(data, [_KEY])
    assert (message.header, message.sealed) == (_HEADER, True)
    assert documents.read(sealing.unseal(documents.read(data)["SaleToPOIResponse"], _KEY))  # type: ignore[arg-type]


@pytest.mark.parametrize("passphrase", ["passphrase", "p@ssw0rd 123456 & more", "Größe: 5 £"])
@given(st.binary(min_size=1, max_size=200))
def test_both_readings_of_the_seal_agree(passphrase: str, plain: bytes) -> None:
    """The practice terminal's is written apart from the driver's."""
    ours, theirs = _both(passphrase)
    assert sealing.unseal(documents.read(json.dumps(theirs.close(plain)).encode()), ours) == plain
    assert theirs.open(json.loads(documents.write(sealing.seal(plain, ours, bytes(16))))) == plain


_MADE: dict[str, tuple[sealing.Key, Seal]] = {}


def _both(passphrase: str) -> tuple[sealing.Key, Seal]:
    if passphrase not in _MADE:
        _MADE[passphrase] = sealing.derive(passphrase, "shop", 1), Seal(passphrase, "shop", 1)
    return _MADE[passphrase]


@given(st.data())
def test_no_bit_of_a_sealed_message_can_be_changed(data: st.DataObject) -> None:
    blob = sealing.seal(b'{"SaleToPOIResponse":{}}', _KEY, b"n" * 16)
    trailer = blob["SecurityTrailer"]
    assert isinstance(trailer, dict)
    name = data.draw(st.sampled_from(["NexoBlob", "Nonce", "Hmac"]))
    place = blob if name == "NexoBlob" else trailer
    text = str(place[name])
    at = data.draw(st.integers(0, len(text) - 3))
    place[name] = text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]
    with pytest.raises(ProtocolError):
        sealing.unseal(blob, _KEY)


def test_another_key_opens_nothing() -> None:
    data = messages.encode(_HEADER, {}, sealing.derive("another", "shop", 3), bytes(16))
    with pytest.raises(ProtocolError):
        messages.decode(data, [_KEY])
    with pytest.raises(ProtocolError) as caught:
        messages.decode(data, [sealing.derive("another", "shop", 4)])
    assert caught.value.detail == "a message sealed with another key"
    with pytest.raises(NotOurs):
        Seal("another", "shop", 4).open(json.loads(data)["SaleToPOIResponse"])


def test_a_key_shows_nothing_of_itself() -> None:
    assert repr(_KEY) == "Key(identifier='shop', version=3)"


@pytest.mark.parametrize("place", ["ServiceID", "SaleID", "POIID", "MessageCategory", "MessageType"])
def test_the_open_header_must_be_the_sealed_one(place: str) -> None:
    document = json.loads(messages.encode(_HEADER, {}, _KEY, bytes(16)))
    document["SaleToPOIResponse"]["MessageHeader"][place] = "other"
    with pytest.raises(ProtocolError) as caught:
        messages.decode(json.dumps(document).encode(), [_KEY])
    assert caught.value.detail == "a sealed message under another header"


def _answer(body: bytes, *heads: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *(heads or (f"Content-Length: {len(body)}",))])
    return head.encode() + b"\r\n\r\n" + body


def _fed(data: bytes, size: int) -> bytes | None:
    post = Post("here")
    post.request(b"{}")
    found = None
    for at in range(0, len(data), size):
        found = found or post.feed(data[at : at + size])
    return found


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    "data",
    [
        _answer(b'{"a":1}'),
        _answer(b'7\r\n{"a":1}\r\n0\r\n\r\n', "Transfer-Encoding: chunked"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + _answer(b'{"a":1}'),
        _answer(b'{"a":1}', "Content-Length: 7", "Connection: close"),
        _answer(b'{"a":1}') * 2,
    ],
)
def test_an_answer_in_pieces(data: bytes, size: int) -> None:
    assert _fed(data[: len(data)], size) == b'{"a":1}'


@pytest.mark.parametrize(
    "data,why",
    [
        (b"\r\nlogin: " + _answer(b"{}"), "no HTTP"),
        (_answer(b"{}", status="503 Service Unavailable"), "HTTP status 503"),
        (_answer(b"", status="302 Found"), "HTTP status 302"),
        (_answer(b"", "Content-Length: many"), "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, "no HTTP"),
        (_answer(b"x" * 350_000), "too long"),
    ],
)
def test_what_is_no_answer(data: bytes, why: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        _fed(data, 10_000)
    assert why in caught.value.detail


class _Closing:
    """A line on which something comes before it ends."""

    name = "a line"

    def __init__(self, data: bytes) -> None:
        self._data = [data]

    def open(self) -> None:
        pass

    def send(self, data: bytes) -> None:
        pass

    def receive(self, timeout: float) -> bytes:
        if not self._data:
            raise TransportLost(self.name)
        return self._data.pop()

    def close(self) -> None:
        pass


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    call = Call(_Closing(_answer(b'{"a":1}', "Connection: close")), "here")
    call.send(b"{}")
    assert call.wait(1) is None
    assert call.wait(1) == b'{"a":1}'


def test_half_an_answer_is_none() -> None:
    call = Call(_Closing(_answer(b'{"a":1}', "Content-Length: 8")), "here")
    call.send(b"{}")
    assert call.wait(1) is None
    with pytest.raises(TransportLost):
        call.wait(1)


def test_the_request_on_the_wire() -> None:
    assert Post("10.0.0.7:8443").request(b"{}") == (
        b"POST /nexo HTTP/1.1\r\nHost: 10.0.0.7:8443\r\nContent-Type: application/json\r\n"
        b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    )


@pytest.mark.parametrize(
    "name",
    [
        "4r7i001556529591000.8515565295894301",
        "BV0q001611222452000.8515658977098900",
        "4eU8001729769070017.SD3Q9TMJJTSSM475",
        "65656db57a54cb8f801069ee",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_a_transactions_name_is_kept_whole(name: str) -> None:
    assert parts.named_again(parts.handle(name)) == name


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_no_transactions_name(card: str) -> None:
    for name in (card, f"4r7i.{card}", f"{card[:8]}-{card[8:]}", f"a b {card}"):
        assert parts.handle(name) == ""


@pytest.mark.parametrize("card", CARDS)
def test_only_the_last_four_digits_of_a_card(card: str) -> None:
    for text in (card, f"{card[:6]} **** {card[-4:]}", f"{card[:6]}XXXXXX{card[-4:]}"):
        assert parts.last_four(text) == f"************{card[-4:]}"
    assert parts.last_four("***") == ""


def test_a_receipt_of_any_form() -> None:
    lines: list[Json] = [
        {"Text": "Plain text"},
        {"Text": "begun ", "EndOfLineFlag": False},
        {"Text": "and ended"},
        {"Text": "name=Expiry&value=12%2F25&key=expiryDate"},
        {"Text": "&".join(f"key={number}" for number in range(20))},
        {"Text": "left over", "EndOfLineFlag": False},
    ]
    made = receipt(Part({"DocumentQualifier": "Journal", "OutputContent": {"OutputText": lines}}, "receipt"))
    assert made.lines == ("Plain text", "begun and ended", "", "", "left over")


def test_a_receipt_that_is_a_picture_has_no_lines() -> None:
    content: Json = {"OutputFormat": "XHTML", "OutputXHTML": "PGh0bWw+"}
    assert receipt(Part({"OutputContent": content}, "receipt")).lines == ()


@pytest.mark.parametrize("name", ["text", "texts", "number", "flag", "part"])
def test_another_kind_than_expected(name: str) -> None:
    wrong: Json = {"text": True, "texts": (Decimal(1),), "number": "1", "flag": "yes", "part": "x"}
    with pytest.raises(ProtocolError) as caught:
        getattr(Part(wrong, "here"), name)(name)  # type: ignore[arg-type]
    assert caught.value.detail == f"here.{name}"


def test_a_name_may_be_written_as_a_number() -> None:
    body: dict[str, Json] = {"POIReconciliationID": Decimal(1000), **_SUCCESS}
    told = answers.totals(Message(_HEADER, Part(body, "body"), sealed=True), "EUR")
    assert (told.reference, told.response.good) == ("1000", True)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_that_stands_as_a_number_is_masked(card: str) -> None:
    part = Part({"a": Decimal(card)}, "here")
    assert part.text("a") == "*" * (len(card) - 4) + card[-4:]
    assert parts.last_four(part.raw("a")) == f"************{card[-4:]}"
    assert parts.handle(part.raw("a")) == ""


def test_half_a_character_is_written_as_a_question_mark() -> None:
    document = documents.read(b'{"a":"x\\ud800y"}')
    assert Part(document, "here").text("a") == "x?y"


def test_what_was_refused_is_in_no_total() -> None:
    rows: list[Json] = [
        {"TransactionType": kind, "TransactionCount": Decimal(1), "TransactionAmount": Decimal(amount)}
        for kind, amount in (("Debit", 12), ("Credit", 2), ("Declined", 7), ("Failed", 5))
    ]
    body: dict[str, Json] = {"TransactionTotals": [{"CardBrand": "mc", "PaymentTotals": rows}]}
    message = Message(_HEADER, Part(body, "body"), sealed=True)
    told = [(each.kind, each.amount) for each in answers.totals(message, "EUR").schemes]
    assert told == [("payment", 1200), ("refund", 200)]
