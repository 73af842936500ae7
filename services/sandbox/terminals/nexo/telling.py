"""The bodies of what the practice terminal answers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from services.sandbox.terminals.charges import Charge
from services.sandbox.terminals.nexo.outcomes import Outcome
from services.sandbox.terminals.nexo.practice import POI, Done, Memory

_STAMP = "2026-11-21T12:30:05.000Z"
_STARTED = 1_763_728_205_000
_AUTH, _EXPIRY, _MERCHANT = "600001", "1228", "PracticeShop"


class Number:
    """An amount as it stands in a document: with its decimals, not through a float."""

    def __init__(self, minor: int, decimals: int) -> None:
        digits = str(minor).rjust(decimals + 1, "0")
        self.text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def transaction_id(number: int) -> str:
    """Return the terminal's number of its nth transaction, of the form Adyen's have."""
    return f"BV0q00{_STARTED + number}.PSP{number:013d}"


def response(condition: str = "", text: str = "") -> dict[str, Any]:
    """Return the Response of an answer."""
    if not condition:
        return {"Result": "Success"}
    return {"Result": "Failure", "ErrorCondition": condition, "AdditionalResponse": f"message={quote(text)}"}


def payment(memory: Memory, reference: str, charge: Charge, outcome: Outcome) -> dict[str, Any]:
    """Return the answer to an approved payment or refund."""
    manner = memory.manner
    amounts: dict[str, Any] = {
        "AuthorizedAmount": Number(charge.amount + outcome.tip, manner.decimals),
        "Currency": manner.currency,
    }
    if outcome.tip:
        amounts["TipAmount"] = Number(outcome.tip, manner.decimals)
    return {
        "POIData": poi_data(memory, charge),
        "SaleData": sale_data(memory, reference),
        "PaymentReceipt": [
            _receipt("CashierReceipt", charge, memory, signature=outcome.signature),
            _receipt("CustomerReceipt", charge, memory, signature=False),
        ],
        "PaymentResult": {
            "OnlineFlag": True,
            "PaymentAcquirerData": {
                "AcquirerPOIID": POI,
                "ApprovalCode": _AUTH,
                "AcquirerTransactionID": {"TimeStamp": _STAMP, "TransactionID": f"PSP{charge.number:013d}"},
                "MerchantID": _MERCHANT,
            },
            "PaymentInstrumentData": {
                "CardData": {
                    "EntryMode": ["Contactless"],
                    "PaymentBrand": "mc",
                    "MaskedPan": manner.card,
                    "SensitiveCardData": {"ExpiryDate": _EXPIRY, "CardSeqNumb": "33"},
                },
                "PaymentInstrumentType": "Card",
            },
            "AmountsResp": amounts,
        },
        "Response": {
            "Result": "Partial" if outcome.part > 1 else "Success",
            "AdditionalResponse": f"AID=A0000000041010&expiryDate=12%2f2028&authCode={_AUTH}&cardBin=541333",
        },
    }


def refused(memory: Memory, reference: str, outcome: Outcome) -> dict[str, Any]:
    """Return the answer to a payment that was not approved."""
    return {
        "SaleData": sale_data(memory, reference),
        "Response": response(outcome.condition, outcome.text),
    }


def reversal(memory: Memory, charge: Charge) -> dict[str, Any]:
    """Return the answer to a reversal."""
    return {
        "POIData": poi_data(memory, charge),
        "ReversedAmount": Number(charge.amount, memory.manner.decimals),
        "Response": response(),
    }


def poi_data(memory: Memory, charge: Charge) -> dict[str, Any]:
    """Return how the terminal names a transaction."""
    name = {"TimeStamp": _STAMP, "TransactionID": transaction_id(charge.number)}
    return {"POITransactionID": name, "POIReconciliationID": str(memory.batch)}


def sale_data(memory: Memory, reference: str) -> dict[str, Any]:
    """Return the till's own reference, if this terminal repeats it."""
    if not memory.manner.repeats_names:
        return {}
    return {"SaleTransactionID": {"TransactionID": reference, "TimeStamp": _STAMP}}


def status(done: Done | None, *, running: bool, receipts: bool) -> dict[str, Any]:
    """Return what became of an exchange."""
    if running:
        return {"Response": response("InProgress", "Transaction in progress")}
    if done is None:
        return {"Response": response("NotFound", "Message reference not found")}
    head = {
        "MessageCategory": done.category,
        "MessageClass": "Service",
        "MessageType": "Response",
        "POIID": POI,
        "ProtocolVersion": "3.0",
        "SaleID": done.sale,
        "ServiceID": done.service,
    }
    told = {
        "Response": response(),
        "MessageReference": {
            "MessageCategory": done.category,
            "SaleID": done.sale,
            "ServiceID": done.service,
        },
        "RepeatedMessageResponse": {
            "MessageHeader": head,
            "RepeatedResponseMessageBody": {f"{done.category}Response": done.body},
        },
    }
    if receipts and "PaymentReceipt" in done.body:
        told["PaymentReceipt"] = done.body["PaymentReceipt"]
    return told


def diagnosis(memory: Memory, *, host: bool) -> dict[str, Any]:
    """Return how the terminal is."""
    state = "Busy" if memory.running is not None else memory.status
    told: dict[str, Any] = {
        "Response": response(),
        "POIStatus": {"GlobalStatus": state, "CommunicationOKFlag": True, "PrinterStatus": "OK"},
    }
    if host:
        told["HostStatus"] = [{"AcquirerID": "Practice", "IsReachableFlag": True}]
    return told


def totals(memory: Memory) -> dict[str, Any]:
    """Return what is to be handed in."""
    kinds = {"payment": "Debit", "refund": "Credit", "reversal": "ReverseDebit"}
    found = []
    for kind, word in kinds.items():
        amounts = [charge.amount for charge in memory.charges.open() if charge.kind == kind]
        if amounts:
            amount = Number(sum(amounts), memory.manner.decimals)
            row = {"TransactionType": word, "TransactionCount": len(amounts), "TransactionAmount": amount}
            found.append(row)
    one = {
        "PaymentInstrumentType": "Card",
        "CardBrand": "mc",
        "PaymentCurrency": memory.manner.currency,
        "PaymentTotals": found,
    }
    return {
        "Response": response(),
        "POIReconciliationID": memory.batch,
        "TransactionTotals": [one] if found else [],
    }


def _receipt(kind: str, charge: Charge, memory: Memory, *, signature: bool) -> dict[str, Any]:
    amount = Number(charge.amount, memory.manner.decimals).text
    lines = [
        "key=header1",
        f"name={'MERCHANT' if kind == 'CashierReceipt' else 'CARDHOLDER'}%20COPY&key=merchantTitle",
        "key=filler",
        f"name=Card&value={quote(memory.manner.card)}&key=pan",
        f"name=Auth.%20code&value={_AUTH}&key=authCode",
        f"name=TOTAL&value={quote(memory.manner.currency)}%20{amount}&key=totalAmount",
        "name=APPROVED&key=approved",
    ]
    content = [{"Text": line, "EndOfLineFlag": True} for line in lines]
    return {
        "DocumentQualifier": kind,
        "RequiredSignatureFlag": signature,
        "OutputContent": {"OutputFormat": "Text", "OutputText": content},
    }
