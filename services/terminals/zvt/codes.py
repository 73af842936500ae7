"""The numbers of ZVT: commands, schemes, marks (PA00P015 2 and 9)."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Command(IntEnum):
    """Class and instruction of a message."""

    STATUS_INFORMATION = 0x040F
    INTERMEDIATE_STATUS = 0x04FF
    STATUS_ENQUIRY = 0x0501
    REGISTRATION = 0x0600
    AUTHORISATION = 0x0601
    LOG_OFF = 0x0602
    COMPLETION = 0x060F
    TURNOVER_TOTALS = 0x0610
    PRINT_CONFIGURATION = 0x061A
    ABORTED = 0x061E
    REPEAT_RECEIPT = 0x0620
    REVERSAL = 0x0630
    REFUND = 0x0631
    END_OF_DAY = 0x0650
    DIAGNOSIS = 0x0670
    SET_DATE_AND_TIME = 0x0691
    INITIALISATION = 0x0693
    ABORT = 0x06B0
    PRINT_LINE = 0x06D1
    PRINT_TEXT_BLOCK = 0x06D3
    DONE = 0x8000


class Prints(IntFlag):
    """The configuration byte of a registration."""

    PAYMENTS = 0x02
    """The till prints the receipts of payments."""
    ADMIN = 0x04
    INTERMEDIATE_STATUS = 0x08
    """Without it EMV terminals run into time-outs at card complete."""
    NO_AMOUNT_ON_PT = 0x10
    NO_ADMIN_ON_PT = 0x20
    LINES_FROM_PT = 0x80
    """The terminal sends the receipt's lines; else the till composes them."""


NO_ERROR = 0x00
ABORTED_BY_KEY = 0x6C
END_OF_DAY_IMPOSSIBLE = 0x77
NOT_SUPPORTED = 0x83
PLEASE_WAIT = 0x9C
PARTIAL_GOODS = 0x9D
ALREADY_REVERSED = 0xB4
RECEIVER_NOT_READY = 0xA0
PRINTER_FAULT = 0xCC
CARD_INSERTED = 0xDC
OPEN_END_OF_DAY = 0xF0
UPDATE_FOLLOWS = 0xE0

TAG_SEQUENCE = 0x1F73
TAG_MIRROR = 0x1F1F
TAG_RECEIPT_KIND = 0x1F07
TAG_LONG_TRACE = 0x1F2B
TAG_CVM = 0x1F10
TAG_TECHNOLOGY = 0x1F12
TAG_AID = 0x43
TAG_APPLICATION = 0x44
TAG_SIGNATURE = 0x45
TAG_TEXT_LINE = 0x07
TAG_CHARSET = 0x14
TAG_LINE_ATTRIBUTE = 0x09
TAG_TEXT_BLOCK = 0x25
TAG_TEXTS = 0x24
TAG_CARD_TYPE = 0x41

TOTAL_SCHEMES = ("girocard", "JCB", "Mastercard", "American Express", "Visa", "Diners", "other")
"""The seven sums of an end of day, in the order of bitmap 60."""
CARD_TYPES: dict[int | None, str] = {
    0x05: "girocard", 0x06: "Mastercard", 0x08: "American Express", 0x0A: "Visa", 0x0C: "Diners",
    0x0D: "V PAY", 0x0E: "JCB", 0x2E: "Maestro",
}  # fmt: skip
"""The scheme by bitmap 8A, for terminals that do not name the card."""
TECHNOLOGY = {0: "stripe", 1: "chip", 2: "contactless"}
_SIGNATURES = frozenset({0x01, 0x05, 0x06, 0x07})


def asks_for_signature(cvm: int) -> bool:
    """Whether the cardholder verification (tag 1F10) is, or has, a signature."""
    return cvm in _SIGNATURES
