"""What the practice terminal tells of its transactions, in the fields of 04 0F."""

from __future__ import annotations

from datetime import datetime

from services.sandbox.terminals.charges import Charge
from services.sandbox.terminals.zvt.outcomes import Outcome
from services.sandbox.terminals.zvt.practice import Memory
from services.sandbox.terminals.zvt.writing import container, counted, packed, tagged

TERMINAL_ID = bytes.fromhex("28004869")
_SIGNS = {"payment": 1, "refund": -1, "reversal": -1}


def approved(memory: Memory, charge: Charge, outcome: Outcome, number_tag: list[bytes]) -> bytes:
    """Return what is told of a charge."""
    receipt = int(charge.reference[:4])
    trace = memory.trace - (memory.receipt - receipt)
    tags = [tagged("43", bytes.fromhex("A0000000041010"))]
    tags.append(tagged("1F10", b"\x01" if outcome.signature else b"\x02"))
    tags.append(tagged("1F12", b"\x01"))
    if memory.manner.mirror:
        tags.append(tagged("1F1F", packed(receipt, 2)))
    return b"".join(
        (
            b"\x27\x00\x04" + packed(charge.amount, 6) + b"\x0b" + packed(trace, 3),
            _moment(charge),
            b"\x17\x00\x01\x19\x70" + counted(0x22, bytes.fromhex(memory.manner.card), 2),
            b"\x29" + TERMINAL_ID + b"\x2a" + b"100461763".ljust(15),
            b"\x3b" + f"{600000 + charge.number}".encode().ljust(8, b"\0"),
            counted(0x3C, outcome.text.encode("cp437"), 3) if outcome.text else b"",
            b"\x49" + packed(memory.manner.currency, 2) + b"\x87" + packed(receipt, 2),
            b"\x88" + packed(trace, 3) + b"\x8a\x2e" + counted(0x8B, b"Debit Mastercard\0", 2),
            container(*tags, *number_tag),
        )
    )


def _moment(charge: Charge) -> bytes:
    """Return the time and the date, which is without its year."""
    if not charge.at:
        return b""
    moment = datetime.fromisoformat(charge.at)
    return b"\x0c" + bytes.fromhex(f"{moment:%H%M%S}") + b"\x0d" + bytes.fromhex(f"{moment:%m%d}")


def declined(amount: int, outcome: Outcome) -> bytes:
    """Return what is told of a payment that did not take place."""
    text = counted(0x3C, outcome.text.encode("cp437"), 3)
    return bytes([0x27, outcome.code]) + b"\x04" + packed(amount, 6) + b"\x29" + TERMINAL_ID + text


def turnover(memory: Memory) -> bytes:
    """Return the totals of what was not handed in, as one scheme of seven.

    The fields hold digits only: a sum below zero loses its sign.
    """
    taken = memory.charges.open()
    total = sum(_SIGNS[charge.kind] * charge.amount for charge in taken)
    sums = [(0, 0)] * 7
    sums[2] = (len(taken), total)
    parts = b"".join(bytes([count]) + packed(abs(amount), 6) for count, amount in sums)
    block = packed(memory.first_open, 2) + packed(memory.receipt, 2) + parts
    return b"\x27\x00\x04" + packed(abs(total), 6) + counted(0x60, block, 3)
