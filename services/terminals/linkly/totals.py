"""The totals of a settlement (TERMINALS.md 2.2). Pure.

A count of nine digits, the length of the card records, the records, the length of the sum, the
sum: each a name and amount and count of purchases, cash-outs and refunds, a sign, amount and
count of all. Some clients put a length before each record; both are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from services.terminals.driver import SchemeTotal, Totals
from services.terminals.linkly.fields import Layout, cents, cut, shown
from services.terminals.linkly.framing import Message
from services.terminals.linkly.responses import OUTCOME, Outcome, outcome
from services.terminals.problems import ProtocolError

_RECORD: Layout = (
    ("name", 20),
    ("payment", 9),
    ("payments", 3),
    ("cash_out", 9),
    ("cash_outs", 3),
    ("refund", 9),
    ("refunds", 3),
    ("sign", 1),
    ("all", 9),
    ("alls", 3),
)
_WIDTH = sum(width for _, width in _RECORD)
_COUNT, _LENGTH = 9, 3
_UNREAD = "(its totals cannot be read: see the printed slip)"
_KINDS = ("payment", "cash_out", "refund")


@dataclass(frozen=True, slots=True)
class SettlementResponse:
    """The answer to P."""

    outcome: Outcome
    totals: Totals


def settlement(message: Message, currency: str) -> SettlementResponse:
    """Return an answer to P.

    Totals in a form that cannot be read do not undo that it settled: they are on the slip.
    """
    told = message.data[1:]
    _, rest = cut(told, OUTCOME)
    went = outcome(told)
    return SettlementResponse(went, read_or_say(rest, currency, went.text))


def read_or_say(data: str, currency: str, text: str) -> Totals:
    """Return the totals, or that they cannot be read."""
    try:
        return read(data, currency, text)
    except ProtocolError:
        return Totals(currency, text=f"{text} {_UNREAD}".strip())


def read(data: str, currency: str, text: str = "") -> Totals:
    """Return the totals by scheme; schemes without a transaction are left out."""
    if not data.strip():
        return Totals(currency, text=text)
    cards, rest = _cards(data)
    total = next(_records(rest), None)
    return Totals(
        currency,
        tuple(part for card in cards for part in _parts(card)),
        None if total is None else _signed(total),
        text=text,
    )


def _cards(data: str) -> tuple[list[dict[str, str]], str]:
    count, rest = cents(data[:_COUNT], "card count"), data[_COUNT:]
    if not count:
        # Some clients leave the length of no records out, others say 000.
        return [], rest[_LENGTH:] if _length(rest) == 0 else rest
    if count * (_WIDTH + _LENGTH) <= len(rest) and _length(rest) < count * _WIDTH:
        return _one_by_one(rest, count)
    end = _LENGTH + _length(rest)
    block = rest[_LENGTH:end]
    if len(block) != count * _WIDTH:
        raise ProtocolError("the totals do not hold as many cards as they say")
    return [cut(block[at : at + _WIDTH], _RECORD)[0] for at in range(0, len(block), _WIDTH)], rest[end:]


def _one_by_one(rest: str, count: int) -> tuple[list[dict[str, str]], str]:
    cards = []
    for _ in range(count):
        size = _length(rest)
        if not _WIDTH <= size <= len(rest) - _LENGTH:
            raise ProtocolError("a card of the totals is cut off")
        cards.append(cut(rest[_LENGTH : _LENGTH + size], _RECORD)[0])
        rest = rest[_LENGTH + size :]
    return cards, rest


def _records(rest: str) -> Iterator[dict[str, str]]:
    if _WIDTH <= _length(rest) <= len(rest) - _LENGTH:
        yield cut(rest[_LENGTH:], _RECORD)[0]


def _parts(card: dict[str, str]) -> Iterator[SchemeTotal]:
    name = shown(card["name"])
    for kind in _KINDS:
        count, amount = cents(card[f"{kind}s"], f"{kind} count"), cents(card[kind], kind)
        if count or amount:
            yield SchemeTotal(name, count, amount, kind)


def _signed(card: dict[str, str]) -> int:
    amount = cents(card["all"], "total")
    return -amount if card["sign"] == "-" else amount


def _length(text: str) -> int:
    return cents(text[:_LENGTH], "length")
