"""The bodies of what the till asks. Pure; amounts in minor units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from services.books.money import from_minor
from services.contract.terminals import PaymentKind
from services.terminals.driver import Original, Request
from services.terminals.nexo.documents import Json
from services.terminals.nexo.messages import Category
from services.terminals.nexo.parts import named_again

Body = Mapping[str, Json]

_RECEIPTS = ("CashierReceipt", "CustomerReceipt")


def category_of(request: Request) -> Category:
    """Return how a request is put: by reference it is a reversal, else with the card."""
    if request.kind is PaymentKind.PAYMENT:
        return Category.PAYMENT
    by_reference = request.original is not None and bool(request.original.provider)
    return Category.REVERSAL if by_reference else Category.PAYMENT


def transaction(request: Request, now: datetime) -> Body:
    """Return the body of a payment, a refund or a reversal."""
    original = request.original
    if category_of(request) is Category.REVERSAL and original is not None:
        return _reversal(request, original, now)
    kind = "Normal" if request.kind is PaymentKind.PAYMENT else "Refund"
    return {
        "SaleData": _sale(request, now),
        "PaymentTransaction": {
            "AmountsReq": {"Currency": request.currency, "RequestedAmount": _major(request)},
        },
        "PaymentData": {"PaymentType": kind},
    }


def abort(reference: Body) -> Body:
    """Ask to abort the exchange named."""
    return {"MessageReference": reference, "AbortReason": "MerchantAbort"}


def transaction_status(reference: Body | None, *, receipts: bool) -> Body:
    """Ask what became of an exchange; None: of the last one."""
    asked: dict[str, Json] = {"ReceiptReprintFlag": receipts}
    if reference is not None:
        asked["MessageReference"] = reference
    if receipts:
        asked["DocumentQualifier"] = _RECEIPTS
    return asked


def message_reference(category: str, service: str, sale: str, poi: str) -> Body:
    """Name an exchange."""
    return {"MessageCategory": category, "ServiceID": service, "SaleID": sale, "POIID": poi}


def diagnosis(*, host: bool) -> Body:
    """Ask how the terminal is; `host`: and whether it reaches the acquirer."""
    return {"HostDiagnosisFlag": host}


def totals() -> Body:
    """Ask for the totals; closes nothing."""
    return {"TotalDetails": ("POIID",)}


def reconciliation() -> Body:
    """Ask for the end of day."""
    return {"ReconciliationType": "SaleReconciliation"}


def display(lines: Sequence[str]) -> Body:
    """Show a text to the customer."""
    return {"DisplayOutput": (_output(lines),)}


def print_out(lines: Sequence[str]) -> Body:
    """Print a text on the terminal's own printer."""
    return {
        "PrintOutput": {
            "DocumentQualifier": "Document",
            "ResponseMode": "PrintEnd",
            "OutputContent": _content(lines),
        }
    }


def confirmation(lines: Sequence[str], seconds: int) -> Body:
    """Ask the customer for yes or no."""
    return {
        "DisplayOutput": _output(lines),
        "InputData": {
            "Device": "CustomerInput",
            "InfoQualify": "Input",
            "InputCommand": "GetConfirmation",
            "MaxInputTime": Decimal(seconds),
        },
    }


def _reversal(request: Request, original: Original, now: datetime) -> Body:
    name, _, stamp = original.provider.partition("@")
    body: dict[str, Json] = {
        "SaleData": {**_sale(request, now), "SaleToAcquirerData": f"currency={request.currency}"},
        "OriginalPOITransaction": {
            "POITransactionID": {"TransactionID": named_again(name), "TimeStamp": stamp},
        },
        "ReversalReason": "MerchantCancel",
    }
    if request.kind is PaymentKind.REFUND or original.amount not in {None, request.amount}:
        body["ReversedAmount"] = _major(request)
    return body


def _sale(request: Request, now: datetime) -> dict[str, Json]:
    stamp = now.isoformat(timespec="seconds")
    return {"SaleTransactionID": {"TransactionID": request.reference, "TimeStamp": stamp}}


def _major(request: Request) -> Decimal:
    return from_minor(request.amount, request.currency)


def _output(lines: Sequence[str]) -> dict[str, Json]:
    return {"Device": "CustomerDisplay", "InfoQualify": "Display", "OutputContent": _content(lines)}


def _content(lines: Sequence[str]) -> dict[str, Json]:
    return {"OutputFormat": "Text", "OutputText": tuple({"Text": line} for line in lines)}
