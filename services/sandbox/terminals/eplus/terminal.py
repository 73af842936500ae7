"""The practice E+ terminal: one text in, one card, one text out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from services.sandbox.terminals.eplus.line import Line
from services.sandbox.terminals.eplus.practice import Memory
from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.wires import PowerFailed, Wire, WireClosed

_IDLE = 0.02
_LENGTH = 34
_KINDS = {"0": "payment", "1": "refund", "2": "reversal"}
_DONE, _NOT_DONE, _UNVERIFIED = "0", "7", "9"
# What happens to a card, by the last two digits of the amount.
_REFUSED = frozenset({51, 54, 55, 60, 61, 70, 91})
_NOBODY_COMES, _SLOW, _UNSURE = 80, 81, 99


@dataclass(frozen=True, slots=True)
class Asked:
    """What a till asked for."""

    till: str
    amount: int
    report: bool
    mode: str
    kind: str
    currency: str
    private: str


def asked(text: bytes) -> Asked | None:
    """Return what a till asked for; None when the text is none of this protocol."""
    words = text.decode("latin-1")
    if len(words) != _LENGTH or not words[:10].isdigit() or words[12] not in _KINDS:
        return None
    return Asked(
        till=words[0:2],
        amount=int(words[2:10]),
        report=words[10] == "1",
        mode=words[11],
        kind=_KINDS[words[12]],
        currency=words[13:16],
        private=words[16:26],
    )


class EplusTerminal:
    """Serves one connection, with the memory that outlives it."""

    def __init__(self, memory: Memory, wire: Wire) -> None:
        self._memory = memory
        self._line = Line(wire, memory.faults, memory.manner.patience, memory.heard)

    def serve(self) -> None:
        """Take requests until the till hangs up or the power fails."""
        try:
            while True:
                text = self._line.hear(_IDLE, self._memory.idle.clear)
                wanted = asked(text) if text else None
                if wanted is None:
                    self._memory.idle.set()
                else:
                    self._transaction(wanted)
        except PowerFailed:
            return
        finally:
            self._memory.idle.set()

    def _transaction(self, wanted: Asked) -> None:
        result, amount = self._customer(wanted), wanted.amount
        number = self._memory.next_number()
        if result == _DONE:
            if self._memory.faults.due("answer", FaultKind.OTHER_AMOUNT):
                amount += 100
            self._memory.charges.add(wanted.kind, amount, f"{number:010d}")
        self._line.say(self._answer(wanted, result, amount, number), "answer")

    def _customer(self, wanted: Asked) -> str:
        cents = wanted.amount % 100 if wanted.kind != "reversal" else 0
        if cents in {_NOBODY_COMES, _SLOW}:
            # Without its till the customer goes on paying.
            with suppress(WireClosed):
                self._line.pause(self._memory.manner.entry)
        if cents in _REFUSED or cents == _NOBODY_COMES:
            return _NOT_DONE
        if wanted.kind == "reversal" and not self._can_reverse(wanted.amount):
            return _NOT_DONE
        return _UNVERIFIED if cents == _UNSURE else _DONE

    def _can_reverse(self, amount: int) -> bool:
        """Whether more was charged than reversed of this amount."""
        kinds = [charge.kind for charge in self._memory.charges.standing() if charge.amount == amount]
        return kinds.count("payment") > kinds.count("reversal")

    def _answer(self, wanted: Asked, result: str, amount: int, number: int) -> bytes:
        manner = self._memory.manner
        report = manner.card.ljust(55) if wanted.report else ""
        private = wanted.private if manner.gives_back else f"{number:010d}"
        return f"{wanted.till}{result}{amount:08d}{wanted.mode}{report}{wanted.currency}{private}".encode()
