"""The public messages of nexo terminals decode and encode."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from services.contract.terminals import PaymentKind, PaymentState, ReceiptCopy
from services.terminals.driver import Request
from services.terminals.nexo import answers, documents, messages, sealing
from services.terminals.nexo.messages import Message
from services.terminals.nexo.results import result_of

_VECTORS = json.loads(Path(__file__).with_name("nexo_vectors.json").read_text("utf-8"))["vectors"]
_SEALED = [pytest.param(one, id=one["name"]) for one in _VECTORS if "sealed" in one]
_ALL = [pytest.param(one, id=one["name"]) for one in _VECTORS]
_KEY = sealing.derive("a passphrase", "shop", 1)


def _key(vector: dict[str, Any]) -> sealing.Key:
    return sealing.derive(vector["passphrase"], vector["key_identifier"], vector["key_version"])


def _decoded(name: str) -> Message:
    """A message that is public in plain words only, sealed by us and opened again."""
    plain = next(one["plain"] for one in _VECTORS if one["name"] == name)
    root, content = next(iter(plain.items()))
    text = documents.write(documents.read(json.dumps(plain).encode())).encode()
    sealed = {"MessageHeader": content["MessageHeader"], **sealing.seal(text, _KEY, bytes(16))}
    return messages.decode(documents.write({root: sealed}).encode(), [_KEY])


@pytest.mark.parametrize("vector", _SEALED)
def test_a_sealed_message_opens(vector: dict[str, Any]) -> None:
    (content,) = vector["sealed"].values()
    plain = sealing.unseal(documents.read(json.dumps(content).encode()), _key(vector))
    assert json.loads(plain) == vector["plain"]
    message = messages.decode(json.dumps(vector["sealed"]).encode(), [_key(vector)])
    assert message.sealed
    assert answers.rejection(message) == "reference_id=9876"


@pytest.mark.parametrize("vector", _SEALED)
def test_it_is_sealed_to_the_same_bytes(vector: dict[str, Any]) -> None:
    (content,) = vector["sealed"].values()
    trailer = content["SecurityTrailer"]
    plain = sealing.unseal(documents.read(json.dumps(content).encode()), _key(vector))
    again = sealing.seal(plain, _key(vector), b64decode(trailer["Nonce"]))
    assert again["NexoBlob"] == content["NexoBlob"]
    assert json.loads(documents.write(again["SecurityTrailer"])) == trailer


@pytest.mark.parametrize("vector", _ALL)
def test_a_plain_document_is_read_and_written(vector: dict[str, Any]) -> None:
    written = documents.write(documents.read(json.dumps(vector["plain"]).encode()))
    assert json.loads(written) == vector["plain"]


def test_the_payment_is_understood() -> None:
    message = _decoded("payment of 1.00 EUR on a P400Plus, receipts shortened")
    told = answers.transaction(message)
    result = result_of(told, Request(1, PaymentKind.PAYMENT, 100, "EUR", "001"))
    assert (result.state, result.amount, result.currency) == (PaymentState.APPROVED, 100, "EUR")
    assert (result.card, result.scheme, result.entry_mode) == ("************1111", "mc", "Tapped")
    assert (result.auth_code, result.rrn, result.aid) == ("123456", "8515565295894301", "A0000000041010")
    assert result.provider == "4r7i001556529591000|8515565295894301@2019-04-29T00:00:00.000Z"
    assert (result.terminal_id, result.merchant_id) == ("P400Plus-123456789", "TestMerchant")
    (receipt,) = told.receipts
    assert receipt.copy is ReceiptCopy.CUSTOMER
    assert receipt.lines == (
        "",
        "CARDHOLDER COPY",
        "",
        "Card" + " " * 18 + "************3511",
        "TOTAL" + " " * 27 + "€\N{NO-BREAK SPACE}1.00",
    )


def test_the_menu_is_no_confirmation() -> None:
    response, yes = answers.confirmed(_decoded("menu on a V400m"))
    assert (response.good, yes) == (True, False)
