"""Any bytes, through every reader of Linkly Cloud: a value or ProtocolError."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict

from services.sandbox.terminals.linkly.practice import Entry
from services.sandbox.terminals.linkly_cloud.pad import display, slip, transaction
from services.terminals.linkly.results import judge
from services.terminals.linkly_cloud import reading
from services.terminals.linkly_cloud.reading import Told
from services.terminals.problems import ProtocolError
from tests.terminals.fuzz_linkly import REQUEST

_LONGEST = 30_000
_READERS: tuple[Callable[[Told], object], ...] = (
    lambda told: judge(reading.transaction(told), REQUEST, "AUD"),
    reading.receipts,
    reading.receipt,
    reading.display,
    reading.status,
    lambda told: reading.settlement(told, "AUD"),
    reading.token,
    reading.secret,
)
_ENTRY = Entry("P", "S1T3-000000123", 4250, 0, approved=True, code="00", text="APPROVED", stan=1)
_RECEIPT = slip("C", "LINE ONE\r\n\r\nLINE THREE\r\n")
_PAID = transaction(_ENTRY, "............4242", [_RECEIPT])
_PAID |= display("SIGNATURE OK?", "yn") | {"SettlementData": "000000000000", "LoggedOn": True}


def fuzz_one(data: bytes) -> None:
    """Read the bytes in every way; raises AssertionError when something is wrong."""
    _odd(data)
    with suppress(ProtocolError):
        value = reading.parsed(data[:_LONGEST])
        _read(value)
        if isinstance(value, list):
            for part in value[:20]:
                _read(part)


def seeds() -> list[bytes]:
    """Return whole answers."""
    answers = [
        {"SessionId": "1", "ResponseType": "transaction", "Response": _PAID},
        [display("SIGNATURE OK?", "yn"), _RECEIPT, {"ResponseType": "transaction", **_PAID}],
        {"token": "abc", "expirySeconds": 3600},
        {"secret": "abc"},
        {"ResponseType": "settlement", "Success": True, "SettlementData": "000000000000"},
        {"ResponseType": "status", "LoggedOn": True, "CatId": "12345678"},
        asdict(_ENTRY),
    ]
    return [json.dumps(answer).encode() for answer in answers]


def _odd(data: bytes) -> None:
    """Put something odd in the place of a part of a sound answer."""
    text = data[:_LONGEST].decode("latin-1")
    odd: list[object] = [
        None,
        [],
        {},
        [[]],
        {"SUR": "9" * 5000},
        True,
        1.5,
        -1,
        10**30,
        "9" * 5000,
        text,
        [text],
        {"type": text},
    ]
    answer: dict[str, object] = dict(_PAID)
    for number, byte in enumerate(data[:4]):
        names = sorted(answer)
        answer[names[byte % len(names)]] = odd[(byte + number) % len(odd)]
    _read(answer)


def _read(value: object) -> None:
    with suppress(ProtocolError):
        told = reading.answer(value)
        for reader in _READERS:
            with suppress(ProtocolError):
                reader(told)
