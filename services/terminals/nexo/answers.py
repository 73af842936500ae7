"""What a terminal answers, read out of its messages.

Pure; no card data comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from services.books.money import AmountError, to_minor
from services.terminals.driver import Printed, SchemeTotal
from services.terminals.nexo.messages import Category, Header, Message
from services.terminals.nexo.parts import Part, clean, handle, last_four
from services.terminals.nexo.receipts import receipt
from services.terminals.nexo.responses import Response, pairs, read_response, words
from services.terminals.problems import ProtocolError


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was authorised, in major units.

    `authorized` is with tip, fees and cash-out.
    """

    currency: str = ""
    authorized: Decimal | None = None
    tip: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    cash_out: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Transaction:
    """The answer to a payment, a refund or a reversal."""

    response: Response
    reference: str = ""
    """Our reference, where the terminal repeats it."""
    provider: str = ""
    """The terminal's handle, with its time stamp behind an `@`."""
    stated: str = ""
    amounts: Amounts = Amounts()
    card: str = ""
    scheme: str = ""
    entry_mode: str = ""
    auth_code: str = ""
    acquirer_reference: str = ""
    terminal_id: str = ""
    merchant_id: str = ""
    signature: bool = False
    receipts: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What became of an exchange."""

    response: Response
    header: Header | None = None
    """The header of the answer that is repeated."""
    repeated: Transaction | None = None
    receipts: tuple[Printed, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How the terminal is."""

    response: Response
    status: str
    printer: str = ""
    unreachable: bool = False
    """It says that it reaches no acquirer."""


@dataclass(frozen=True, slots=True)
class TotalsAnswer:
    """What the terminal counted; amounts in minor units."""

    response: Response
    reference: str
    schemes: tuple[SchemeTotal, ...]


def transaction(message: Message) -> Transaction:
    """Read the answer to a payment or a reversal."""
    return _transaction(message.header.category, message.body)


def status(message: Message) -> StatusAnswer:
    """Read the answer to a question after an exchange."""
    repeated = message.body.part("RepeatedMessageResponse")
    head = repeated.part("MessageHeader")
    category = head.text("MessageCategory")
    body = repeated.part("RepeatedResponseMessageBody").part(f"{category}Response")
    known = bool(body) and category in {Category.PAYMENT, Category.REVERSAL}
    names = ("MessageType", "ServiceID", "SaleID", "POIID")
    return StatusAnswer(
        read_response(message.body.part("Response")),
        Header(category, *(head.text(name) for name in names)) if known else None,
        _transaction(category, body) if known else None,
        _receipts(message.body),
    )


def diagnosis(message: Message) -> Diagnosis:
    """Read how the terminal is."""
    state = message.body.part("POIStatus")
    hosts = [host.flag("IsReachableFlag") for host in message.body.parts("HostStatus")]
    line_down = state.flag("CommunicationOKFlag") is False
    return Diagnosis(
        read_response(message.body.part("Response")),
        state.text("GlobalStatus"),
        state.text("PrinterStatus"),
        line_down or (bool(hosts) and not any(hosts)),
    )


def totals(message: Message, currency: str) -> TotalsAnswer:
    """Read totals; those of another currency than the terminal's are refused."""
    schemes = [row for part in message.body.parts("TransactionTotals") for row in _scheme(part, currency)]
    return TotalsAnswer(
        read_response(message.body.part("Response")), message.body.text("POIReconciliationID"), tuple(schemes)
    )


def confirmed(message: Message) -> tuple[Response, bool]:
    """Read whether the customer said yes.

    Nothing else that was keyed in is looked at.
    """
    result = message.body.part("InputResult")
    return read_response(result.part("Response")), bool(result.part("Input").flag("ConfirmedFlag"))


def shown(message: Message) -> Response:
    """Read whether a text was shown or printed."""
    if message.header.category == Category.DISPLAY:
        return next(
            (read_response(part.part("Response")) for part in message.body.parts("OutputResult")), _NONE
        )
    return read_response(message.body.part("Response"))


def rejection(message: Message) -> str:
    """Read why the terminal did not take what was sent."""
    details = message.body.raw("EventDetails")
    return words(pairs(details)) or clean(details)


_NONE = Response("")


def _transaction(category: str, body: Part) -> Transaction:
    ours = body.part("SaleData").part("SaleTransactionID").text("TransactionID")
    name = body.part("POIData").part("POITransactionID")
    stamp, kept = name.text("TimeStamp"), handle(name.raw("TransactionID"))
    receipts = _receipts(body)
    response = read_response(body.part("Response"))
    told = Transaction(response, ours, f"{kept}@{stamp}" if kept else "", stamp, receipts=receipts)
    if category == Category.REVERSAL:
        return _with_amounts(told, Amounts(authorized=_positive(body, "ReversedAmount")))
    return _with_card(told, body.part("PaymentResult"), body)


def _with_amounts(told: Transaction, amounts: Amounts) -> Transaction:
    return Transaction(
        told.response, told.reference, told.provider, told.stated, amounts, receipts=told.receipts
    )


def _with_card(told: Transaction, result: Part, body: Part) -> Transaction:
    card = result.part("PaymentInstrumentData").part("CardData")
    acquirer = result.part("PaymentAcquirerData")
    masked = card.raw("MaskedPan") or card.raw("MaskedPAN")
    signed = any(part.flag("RequiredSignatureFlag") for part in body.parts("PaymentReceipt"))
    return Transaction(
        told.response,
        told.reference,
        told.provider,
        told.stated,
        _amounts(result.part("AmountsResp")),
        last_four(masked),
        card.text("PaymentBrand"),
        " ".join(card.texts("EntryMode")),
        acquirer.text("ApprovalCode"),
        acquirer.part("AcquirerTransactionID").text("TransactionID"),
        acquirer.text("AcquirerPOIID"),
        acquirer.text("MerchantID"),
        signed,
        told.receipts,
    )


def _amounts(part: Part) -> Amounts:
    def extra(name: str) -> Decimal:
        return _positive(part, name) or Decimal(0)

    return Amounts(
        part.text("Currency"),
        _positive(part, "AuthorizedAmount"),
        extra("TipAmount"),
        extra("TotalFeesAmount") or extra("SurchargeAmount"),  # The surcharge is one of the fees.
        extra("CashBackAmount"),
    )


def _positive(part: Part, name: str) -> Decimal | None:
    number = part.number(name)
    if number is not None and number < 0:
        raise ProtocolError(f"{name} below zero")
    return number


def _receipts(body: Part) -> tuple[Printed, ...]:
    found = (receipt(part) for part in body.parts("PaymentReceipt"))
    return tuple(printed for printed in found if printed.lines)


def _scheme(part: Part, currency: str) -> list[SchemeTotal]:
    stated = part.text("PaymentCurrency") or currency
    if stated != currency:
        raise ProtocolError("totals in another currency")
    scheme = part.text("CardBrand") or part.text("PaymentBrand") or part.text("PaymentInstrumentType")
    return [
        SchemeTotal(
            scheme, _count(row), _minor(row, currency), _KINDS.get(row.text("TransactionType"), "all")
        )
        for row in part.parts("PaymentTotals")
        if row.text("TransactionType") not in _NO_MONEY
    ]


def _count(row: Part) -> int:
    number = row.number("TransactionCount") or Decimal(0)
    if number != number.to_integral_value() or not 0 <= number <= 1_000_000:  # noqa: PLR2004 - none has more
        raise ProtocolError("TransactionCount")
    return int(number)


def _minor(row: Part, currency: str) -> int:
    return minor(row.number("TransactionAmount") or Decimal(0), currency)


def minor(amount: Decimal, currency: str) -> int:
    """Return minor units; raise ProtocolError for a fraction of one."""
    try:
        return to_minor(amount, currency)
    except AmountError:
        raise ProtocolError("an amount with too many decimals") from None


_NO_MONEY = frozenset({"Declined", "Failed", "OneTimeReservation", "FirstReservation", "UpdateReservation"})
"""Counted by the terminal too, though none of it was charged."""
_KINDS = {"Debit": "payment", "Credit": "refund", "ReverseDebit": "refund", "CashAdvance": "cash_out"}
