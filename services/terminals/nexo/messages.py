"""Messages of nexo Sale-to-POI: header and body, sealed or not. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.terminals.nexo import documents, sealing
from services.terminals.nexo.documents import Json
from services.terminals.nexo.parts import Part
from services.terminals.nexo.sealing import Key
from services.terminals.problems import ProtocolError

_VERSION = "3.0"
_REQUEST, _RESPONSE = "SaleToPOIRequest", "SaleToPOIResponse"


class Category(StrEnum):
    """What a message is about."""

    PAYMENT = "Payment"
    REVERSAL = "Reversal"
    ABORT = "Abort"
    TRANSACTION_STATUS = "TransactionStatus"
    DIAGNOSIS = "Diagnosis"
    TOTALS = "GetTotals"
    RECONCILIATION = "Reconciliation"
    PRINT = "Print"
    DISPLAY = "Display"
    INPUT = "Input"
    EVENT = "Event"


_DEVICE = frozenset({Category.PRINT, Category.DISPLAY, Category.INPUT})


@dataclass(frozen=True, slots=True)
class Header:
    """Who speaks to whom about what. `kind` is Request, Response or Notification."""

    category: str
    kind: str
    service: str
    """The number of the exchange, ours: at most ten characters, unique for ever."""
    sale: str
    """The till's name."""
    poi: str
    """The terminal's name."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `body` holds no card data once it is read part by part."""

    header: Header
    body: Part
    sealed: bool


def request(category: Category, service: str, sale: str, poi: str) -> Header:
    """Return the header of a request of ours."""
    return Header(category, "Request", service, sale, poi)


def encode(header: Header, body: Mapping[str, Json], key: Key, nonce: bytes) -> bytes:
    """Return the bytes of a sealed message; `nonce` is 16 bytes, never used before."""
    root = _RESPONSE if header.kind == "Response" else _REQUEST
    head = _written(header)
    plain = documents.write({root: {"MessageHeader": head, _body_name(header): body}}).encode("utf-8")
    sealed = {"MessageHeader": head, **sealing.seal(plain, key, nonce)}
    return documents.write({root: sealed}).encode("utf-8")


def decode(data: bytes, keys: Sequence[Key]) -> Message:
    """Return the message in the bytes, unsealed with the key that fits.

    An event that is not sealed is returned as such: a terminal says so that it does not
    know our key. Raises ProtocolError for anything else that is not sealed, or broken.
    """
    root, content = _root(documents.read(data))
    if "NexoBlob" not in content:
        message = _message(root, content, sealed=False)
        if message.header.category != Category.EVENT:
            raise ProtocolError("a message that is not sealed")
        return message
    inner_root, inner = _root(documents.read(_unsealed(content, keys)))
    message = _message(inner_root, inner, sealed=True)
    if inner_root != root or _header(Part(content, root).part("MessageHeader")) != message.header:
        raise ProtocolError("a sealed message under another header")
    return message


def _unsealed(content: Mapping[str, Json], keys: Sequence[Key]) -> bytes:
    trailer = Part(content, "message").part("SecurityTrailer")
    version = trailer.number("KeyVersion")
    for key in keys:
        if key.version == version:
            return sealing.unseal(content, key)
    raise ProtocolError("a message sealed with another key")


def _root(document: Mapping[str, Json]) -> tuple[str, Mapping[str, Json]]:
    for name in (_RESPONSE, _REQUEST):
        content = document.get(name)
        if isinstance(content, Mapping):
            return name, content
    raise ProtocolError("a document that is no message")


def _message(root: str, content: Mapping[str, Json], *, sealed: bool) -> Message:
    header = _header(Part(content, root).part("MessageHeader"))
    if (header.kind == "Response") is not (root == _RESPONSE):
        raise ProtocolError(f"{root}.MessageHeader.MessageType")
    return Message(header, Part(content, root).part(_body_name(header)), sealed)


def _body_name(header: Header) -> str:
    return "EventNotification" if header.category == Category.EVENT else f"{header.category}{header.kind}"


def _header(part: Part) -> Header:
    names = ("MessageCategory", "MessageType", "ServiceID", "SaleID", "POIID")
    return Header(*(part.text(name) for name in names))


def _written(header: Header) -> dict[str, Json]:
    return {
        "ProtocolVersion": _VERSION,
        "MessageClass": "Device" if header.category in _DEVICE else "Service",
        "MessageCategory": header.category,
        "MessageType": header.kind,
        "ServiceID": header.service,
        "SaleID": header.sale,
        "POIID": header.poi,
    }
