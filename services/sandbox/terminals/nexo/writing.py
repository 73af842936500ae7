"""Messages of the practice terminal, as bytes."""

from __future__ import annotations

import json
from typing import Any

from services.sandbox.terminals.nexo.sealing import Seal
from services.sandbox.terminals.nexo.telling import Number


def document(value: Any) -> str:  # noqa: ANN401 - any part of a document
    """Return JSON; amounts stand with their decimals."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {document(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(document(part) for part in value) + "]"
    return json.dumps(value)


def answer(header: dict[str, Any], body: dict[str, Any], seal: Seal) -> tuple[bytes, bytes]:
    """Return a sealed answer, and the same with a seal that does not fit."""
    head = {**header, "MessageType": "Response"}
    plain = document(
        {"SaleToPOIResponse": {"MessageHeader": head, f"{header['MessageCategory']}Response": body}}
    )
    sealed = {"MessageHeader": head, **seal.close(plain.encode())}
    whole = document({"SaleToPOIResponse": sealed}).encode()
    sealed["SecurityTrailer"] = {**sealed["SecurityTrailer"], "Hmac": "A" * 43 + "="}
    return whole, document({"SaleToPOIResponse": sealed}).encode()


def rejection(header: dict[str, Any], why: str) -> bytes:
    """Return the event a terminal sends for what it cannot open."""
    head = {**header, "MessageClass": "Event", "MessageCategory": "Event", "MessageType": "Notification"}
    told = {
        "TimeStamp": "2026-11-21T12:30:05.000Z",
        "EventToNotify": "Reject",
        "EventDetails": "message=" + why.replace(" ", "+"),
    }
    return document({"SaleToPOIRequest": {"MessageHeader": head, "EventNotification": told}}).encode()
