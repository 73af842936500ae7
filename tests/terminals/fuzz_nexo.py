"""Any bytes, through every reader of nexo: a value or ProtocolError."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache

from services.contract.cards import without_card_numbers
from services.contract.terminals import PaymentKind
from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.nexo import telling, writing
from services.sandbox.terminals.nexo.outcomes import Outcome, outcome_of
from services.sandbox.terminals.nexo.practice import Done, Memory
from services.terminals.driver import Original, Request, Result
from services.terminals.nexo import answers, documents, messages, requests, results
from services.terminals.nexo.calls import Post
from services.terminals.nexo.messages import Category, Header, Message
from services.terminals.nexo.parts import Part
from services.terminals.nexo.sealing import NONCE, Key, derive
from services.terminals.problems import ProtocolError

_LONGEST = 70_000
_SEALED_EVERY = 16
"""Sealing is no part of what the bytes can steer: it is tried now and then."""
_CATEGORIES = ("Payment", "Reversal", "Payment", "Display")
_NONCE = bytes(NONCE)
_PAID = Request(1, PaymentKind.PAYMENT, 1000, "EUR", "ABCDEFGHJK")
_BACK = Request(2, PaymentKind.REFUND, 300, "EUR", "ABCDEFGHJL", Original(provider="BV0q00|PSP@now"))
_HEADER = Header("Payment", "Response", "ABCDEFGHJK", "till-1", "V400m-324688179")


@cache
def _key() -> Key:
    return derive("fuzz", "fuzz", 1)


def _transaction(message: Message) -> object:
    told = answers.transaction(message)
    return [_clean(results.result_of(told, request)) for request in (_PAID, _BACK)]


def _status(message: Message) -> object:
    told = answers.status(message)
    findings = [results.finding_of(told, request, "till-1") for request in (_PAID, _BACK)]
    return [_clean(finding.result) for finding in findings if finding.result is not None]


_READERS: tuple[Callable[[Message], object], ...] = (
    _transaction,
    _status,
    answers.diagnosis,
    lambda message: answers.totals(message, "EUR"),
    answers.confirmed,
    answers.shown,
    answers.rejection,
)


def fuzz_one(data: bytes) -> None:
    """Read the bytes in every way; raises AssertionError when something is wrong.

    At most 70 000 bytes are looked at: receipts make the longest answers, some ten thousand.
    """
    data = data[:_LONGEST]
    _http(data)
    with suppress(ProtocolError):
        messages.decode(data, [_key()])
    with suppress(ProtocolError):
        _document(data)
    if len(data) % _SEALED_EVERY == 0:
        _sealed(data)


def seeds() -> list[bytes]:
    """Whole documents, sealed messages and HTTP answers, from the practice terminal."""
    memory = Memory(Charges())
    charge = memory.charges.add("payment", 1000, "ABCDEFGHJK")
    paid = telling.payment(memory, "ABCDEFGHJK", charge, outcome_of(1008))
    done = Done("Payment", "till-1", "ABCDEFGHJK", paid)
    bodies = [
        paid,
        telling.refused(memory, "ABCDEFGHJK", Outcome("Refusal", "51 : Insufficient funds")),
        telling.reversal(memory, charge),
        telling.status(done, running=False, receipts=True),
        telling.status(None, running=True, receipts=False),
        telling.diagnosis(memory, host=True),
        telling.totals(memory),
        {"InputResult": {"Response": telling.response(), "Input": {"ConfirmedFlag": True}}},
        {"EventToNotify": "Reject", "EventDetails": "message=Did+not+find+key"},
    ]
    documents_ = [writing.document(body).encode() for body in bodies]
    asked = requests.transaction(_BACK, datetime(2026, 11, 21, tzinfo=UTC))
    sealed = messages.encode(messages.request(Category.REVERSAL, "A", "b", "c"), asked, _key(), _NONCE)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(sealed)}\r\n\r\n".encode()
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{} \r\n0\r\n\r\n"
    return [*documents_, sealed, head + sealed, chunked]


def _document(data: bytes) -> None:
    """A document is written as it was read; every reader takes it, or refuses it."""
    document = documents.read(data)
    assert documents.read(documents.write(document).encode()) == document
    category = _CATEGORIES[len(data) % len(_CATEGORIES)]
    message = Message(Header(category, "Response", "A", "b", "c"), Part(document, "fuzz"), sealed=True)
    for reader in _READERS:
        with suppress(ProtocolError):
            reader(message)


def _sealed(data: bytes) -> None:
    """What is sealed comes out as it was, and with one bit of it changed not at all."""
    text = data[:200].decode("latin-1")
    whole = messages.encode(_HEADER, {"Text": text}, _key(), _NONCE)
    message = messages.decode(whole, [_key()])
    assert message.header == _HEADER
    assert message.body.raw("Text") == text
    at = whole.index(b'"Hmac":"') + 8 + len(data) % 40
    damaged = whole[:at] + (b"A" if whole[at : at + 1] != b"A" else b"B") + whole[at + 1 :]
    try:
        messages.decode(damaged, [_key()])
    except ProtocolError:
        return
    raise AssertionError("a damaged message was taken")


def _http(data: bytes) -> None:
    """Cut in two anywhere, an answer is the same, whatever it is."""
    cut = data[0] % len(data) if data else 0
    whole, parts = _answer([data]), _answer([data[:cut], data[cut:]])
    assert whole == parts or b"error" in {whole, parts}


def _answer(parts: list[bytes]) -> bytes | None:
    post = Post("here")
    post.request(b"{}")
    try:
        for part in parts:
            body = post.feed(part) if part else None
            if body is not None:
                return body
    except ProtocolError:
        return b"error"
    return None


def _clean(result: Result) -> Result:
    """No text of a result holds what may be a card number."""
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, str):
            assert without_card_numbers(value) == value, field.name
    return result
