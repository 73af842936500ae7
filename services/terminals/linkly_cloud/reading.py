"""What Linkly Cloud says, read from JSON. Pure.

The same answers as an EFT-Client's, in names of their own; versions of the service write them
in different case. Card numbers are masked here; expiry and tracks are not read at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from services.contract.terminals import ReceiptCopy
from services.terminals.driver import Totals
from services.terminals.linkly.fields import masked_card, shown
from services.terminals.linkly.responses import (
    Display,
    Outcome,
    Receipt,
    StatusResponse,
    TransactionResponse,
    shown_line,
    without_tail,
)
from services.terminals.linkly.totals import SettlementResponse, read_or_say
from services.terminals.problems import ProtocolError

_MOST_LINES, _MOST_SLIPS, _MOST_TAGS = 300, 10, 100
_LONGEST_TEXT = 200
_TAG = 3
_LARGEST = 999_999_999
_MOST_DIGITS = 20
"""Zeros in front may be many; thousands of digits are no number to Python either."""
_COPIES = {"C": ReceiptCopy.CUSTOMER, "M": ReceiptCopy.MERCHANT}
_SECRET_INPUTS = frozenset("45")
_NO_INPUT = frozenset({"", "0"})

Told = Mapping[str, Any]
"""An object of JSON, its names in lower case."""


def parsed(data: bytes) -> object:
    """Return what the bytes hold; raise ProtocolError for what is no JSON."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        # The error would hold the text.
        raise ProtocolError("an answer that is not JSON") from None


def told(value: object) -> Told:
    """Return an object with its names in lower case; raise ProtocolError for another."""
    if not isinstance(value, dict):
        raise ProtocolError("an answer that is no object")
    return {str(name).lower(): part for name, part in value.items()}


def answer(value: object) -> Told:
    """Return the answer, which may stand inside `Response`."""
    found = told(value)
    return told(found["response"]) if isinstance(found.get("response"), dict) else found


def outcome(found: Told) -> Outcome:
    """Return how a request went."""
    return Outcome(_flag(found, "success"), _text(found, "responsecode"), _text(found, "responsetext"))


def transaction(found: Told) -> TransactionResponse:
    """Return a transaction; raise ProtocolError when an amount cannot be read."""
    flags = found.get("txnflags")
    pad = found.get("purchaseanalysisdata")
    letter = str(found.get("txntype", "")).strip()
    return TransactionResponse(
        outcome=outcome(found),
        letter=shown(letter[:1].upper()),
        training=letter[:1].islower(),
        reference=_text(found, "txnref"),
        purchase=_amount(found, "amtpurchase"),
        cash=_amount(found, "amtcash"),
        tip=_amount(found, "amttip"),
        auth=_text(found, "authcode"),
        stan=_text(found, "stan"),
        rrn=_text(found, "rrn"),
        caid=_text(found, "caid"),
        catid=_text(found, "catid"),
        stated=_text(found, "date")[:19].replace("T", " "),
        card_type=_text(found, "cardtype"),
        card=masked_card(_raw(found, "pan")[:_LONGEST_TEXT]),
        card_name=_text(found, "cardname"),
        entry=_text(told(flags), "cardentry")[:1] if isinstance(flags, dict) else "",
        pad=_tags(pad) if isinstance(pad, dict) else {},
    )


def receipts(found: Told) -> list[Receipt]:
    """Return the receipts an answer brings along, each behind the notice whose it is."""
    listed = found.get("receipts")
    parts = listed[:_MOST_SLIPS] if isinstance(listed, list) else []
    return [event for part in parts if isinstance(part, dict) for event in receipt(told(part))]


def receipt(found: Told) -> list[Receipt]:
    """Return a receipt as notice and text."""
    copy = _COPIES.get(_text(found, "type")[:1], ReceiptCopy.ADMIN)
    notice = Receipt(copy, None)
    return [notice] if _flag(found, "ispreprint") else [notice, Receipt(None, lines(found, "receipttext"))]


def display(found: Told) -> Display:
    """Return what the terminal shows."""
    typed = _text(found, "inputtype")
    return Display(
        lines(found, "displaytext"),
        cancel=_flag(found, "cancelkeyflag"),
        yes=_flag(found, "acceptyeskeyflag"),
        no=_flag(found, "declinenokeyflag"),
        authorise=_flag(found, "authorisekeyflag"),
        ok=_flag(found, "okkeyflag"),
        input=typed not in _NO_INPUT,
        secret=typed in _SECRET_INPUTS,
    )


def status(found: Told) -> StatusResponse:
    """Return how the PIN pad is."""
    return StatusResponse(
        outcome(found),
        _text(found, "catid"),
        _text(found, "caid"),
        _flag(found, "loggedon"),
        _text(found, "pinpadversion"),
        _text(found, "bankdescription"),
    )


def settlement(found: Told, currency: str) -> SettlementResponse:
    """Return a settlement with its totals."""
    went = outcome(found)
    data = found.get("settlementdata")
    if not isinstance(data, str):
        return SettlementResponse(went, Totals(currency, text=went.text))
    return SettlementResponse(went, read_or_say(data, currency, went.text))


def lines(found: Told, name: str) -> tuple[str, ...]:
    """Return the lines of a text, given as a list or in one piece."""
    value = found.get(name)
    given: Sequence[object] = value if isinstance(value, list) else str(value or "").splitlines()
    parts = [str(part) for part in given[:_MOST_LINES]]
    return tuple(shown_line(_bounded(part)) for part in without_tail(parts))


def token(value: object) -> tuple[str, int]:
    """Return a token and the seconds it holds; raise ProtocolError without one."""
    found = told(value)
    given, seconds = found.get("token"), found.get("expiryseconds")
    if not isinstance(given, str) or not given.isascii() or not given.isprintable():
        raise ProtocolError("an answer without a token")
    return given, seconds if isinstance(seconds, int) and seconds > 0 else 0


def secret(value: object) -> str:
    """Return the secret of a pairing; raise ProtocolError without one."""
    given = told(value).get("secret")
    if not isinstance(given, str) or not given:
        raise ProtocolError("an answer without a secret")
    return given


def _raw(found: Told, name: str) -> str:
    value = found.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _text(found: Told, name: str) -> str:
    return shown(_bounded(_raw(found, name)))


def _tags(pad: Mapping[str, object]) -> dict[str, str]:
    return {shown(str(name)[:_TAG]): shown(_bounded(str(pad[name]))) for name in islice(pad, _MOST_TAGS)}


def _bounded(text: str) -> str:
    """Return a text of bounded length.

    Digits at the cut go too: they may be the beginning of a card number.
    """
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT].rstrip("0123456789 .-/")


def _flag(found: Told, name: str) -> bool:
    value = found.get(name)
    return value == 1 if isinstance(value, int) else str(value).strip().lower() in {"1", "true"}


def _amount(found: Told, name: str) -> int:
    given = found.get(name)
    if given is None or given == "":
        return 0
    value = _raw(found, name).strip()
    if not (value.isascii() and value.isdecimal()) or len(value) > _MOST_DIGITS or int(value) > _LARGEST:
        raise ProtocolError(f"the field {name} is not an amount")
    return int(value)
