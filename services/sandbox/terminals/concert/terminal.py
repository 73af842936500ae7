"""The practice Concert terminal: one request, one answer."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import Protocol

from services.sandbox.terminals.charges import Charge
from services.sandbox.terminals.concert.practice import Done, Memory
from services.sandbox.terminals.concert.writing import authorisation, ticket, understood, written
from services.sandbox.terminals.eplus.line import ON_THE_LINE
from services.sandbox.terminals.faults import FaultKind, Faults
from services.sandbox.terminals.wires import Wire, WireClosed

_KINDS = {"0": "payment", "1": "refund", "2": "reversal"}
_IDLE, _PAUSE = 0.05, 0.002
_NEEDED = ("CJ", "CA", "CB", "CE")
_NO_REASON, _DECLINED, _NOT_COMPLETED, _NOBODY, _FORMAT = "00", "04", "07", "08", "09"
_ABANDONED, _NOT_KNOWN, _WRONG_CURRENCY = "06", "12", "13"
# What happens to a card, by the last two digits of the amount.
_REASONS = {51: _DECLINED, 54: "05", 55: _DECLINED, 60: _ABANDONED, 61: "05", 80: _NOBODY, 91: _NOT_COMPLETED}
_HALF, _SLOW = 70, frozenset({80, 81})
_EURO = "978"
_BANNER = b"\r\nlogin: "


class Talk(Protocol):
    """Whole messages from and to a till."""

    def hear(self, seconds: float) -> bytes | None:
        """Return what came; None when nothing did."""

    def say(self, text: bytes, name: str) -> bool:
        """Send an answer, with the faults that are due at its name."""

    def pause(self, seconds: float) -> None:
        """Let time pass. Raises WireClosed when the till hangs up."""


class TcpTalk:
    """Messages on a connection, without any mark where they end."""

    def __init__(self, wire: Wire, faults: Faults, *, hangs_up: bool) -> None:
        self._wire = wire
        self._faults = faults
        self._hangs_up = hangs_up

    def hear(self, seconds: float) -> bytes | None:
        """Return a message once it is whole; None when nothing comes."""
        data = more = self._wire.read(seconds)
        while more and not understood(data):
            more = self._wire.read(seconds)
            data += more
        return data or None

    def say(self, text: bytes, name: str) -> bool:
        """Send an answer; hang up where this make does."""
        fault = self._faults.due(name, *ON_THE_LINE)
        kind = fault.kind if fault is not None else None
        if kind in {FaultKind.CABLE_OUT, FaultKind.POWER_FAIL}:
            raise WireClosed("cable out")
        if kind is FaultKind.SILENCE:
            return True
        if kind is FaultKind.DELAY and fault is not None:
            self.pause(fault.seconds)
        if kind is FaultKind.GARBAGE:
            self._wire.write(_BANNER)
        for part in [text[at : at + 1] for at in range(len(text))] if kind is FaultKind.SPLIT else [text]:
            self._wire.write(part)
        if kind is FaultKind.DUPLICATE:
            self._wire.write(text)
        if self._hangs_up or kind is FaultKind.CABLE_OUT_AFTER:
            raise WireClosed("done")
        return True

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        until = monotonic() + seconds
        while monotonic() < until:
            self._wire.read(_PAUSE)


class ConcertTerminal:
    """Serves one connection, with the memory that outlives it."""

    def __init__(self, memory: Memory, talk: Talk) -> None:
        self._memory = memory
        self._talk = talk

    def serve(self) -> None:
        """Answer until the till hangs up."""
        try:
            while True:
                text = self._talk.hear(_IDLE)
                if text is None:
                    self._memory.idle.set()
                else:
                    self._memory.idle.clear()
                    self._answer(understood(text) or {})
        finally:
            self._memory.idle.set()

    def _answer(self, asked: dict[str, str]) -> None:
        action = asked.get("CD", "")
        self._memory.heard.append(action)
        if action in _KINDS:
            answer = self._transaction(asked, _KINDS[action])
        elif action == "3":
            answer = self._duplicate(asked)
        elif action == "I":
            answer = asked | {"AE": "10", "AQ": "0123456789"}
        else:
            answer = asked | {"AE": "01", "AF": _NOT_KNOWN}
        self._talk.say(written(answer), f"CD{action}")

    def _transaction(self, asked: dict[str, str], kind: str) -> dict[str, str]:
        memory = self._memory
        answer = {tag: text for tag, text in asked.items() if tag not in {"BF", "CK", "BA"}}
        if not memory.manner.gives_back:
            answer.pop("CF", None)
        refused = self._refused(asked, kind)
        if refused:
            if memory.manner.repeats_refusals and refused == _DECLINED:
                shown = Charge(0, kind, int(asked["CB"]), memory.next_number(), at=memory.clock().isoformat())
                memory.last = Done(shown, answer.get("CF", ""), refused=True)
            return answer | {"AE": "01", "AF": refused}
        amount = int(asked["CB"])
        if amount % 100 == _HALF and kind == "payment":
            amount //= 2
        if memory.faults.due(f"CD{asked['CD']}", FaultKind.OTHER_AMOUNT):
            amount += 100
        charge = memory.charges.add(kind, amount, memory.next_number(), memory.clock().isoformat())
        memory.last = Done(charge, answer.get("CF", ""))
        return answer | self._told(asked, again=False)

    def _refused(self, asked: dict[str, str], kind: str) -> str:
        """Return why it is not carried out; empty when it is."""
        memory = self._memory
        if memory.faults.due(f"CD{asked['CD']}", FaultKind.BUSY):
            return _NO_REASON
        if any(tag not in asked for tag in _NEEDED) or not asked["CB"].isdigit():
            return _FORMAT
        if asked["CE"] != _EURO:
            return _WRONG_CURRENCY
        amount = int(asked["CB"])
        if kind == "reversal":
            return "" if self._can_reverse(amount) else _NOT_COMPLETED
        if amount % 100 in _SLOW:
            # Without its till the customer goes on paying.
            with suppress(WireClosed):
                self._talk.pause(memory.manner.entry)
        if amount % 100 == _HALF and kind == "payment" and asked.get("BF") != "1":
            return _DECLINED
        return _REASONS.get(amount % 100, "")

    def _can_reverse(self, amount: int) -> bool:
        """Whether more was charged than reversed of this amount."""
        kinds = [charge.kind for charge in self._memory.charges.standing() if charge.amount == amount]
        return kinds.count("payment") > kinds.count("reversal")

    def _told(self, asked: dict[str, str], *, again: bool) -> dict[str, str]:
        """Return what an answer says of the last transaction."""
        memory = self._memory
        charge, card = memory.last.charge, memory.manner.card
        told = {
            "CB": f"{charge.amount:02d}",
            "AE": "10",
            "AF": _DECLINED if memory.last.refused else "01",
            "CC": "001",
            "CI": "1",
            "AC": authorisation(charge),
        }
        told |= {"AA": card, "AB": "2912", "AI": "A0000000421010", "CG": "4242424"}
        if asked.get("CK", "000")[0] == "1":
            told["ZT"] = ticket(charge, card, again=again, refused=memory.last.refused)
        return told

    def _duplicate(self, asked: dict[str, str]) -> dict[str, str]:
        manner, head = self._memory.manner, {tag: asked[tag] for tag in asked if tag != "CK"}
        if self._memory.faults.due("CD3", FaultKind.BUSY):
            return head | {"AE": "01", "AF": _NO_REASON}
        if manner.duplicates == "none":
            return head | {"AE": "01", "AF": _NOT_KNOWN}
        told = self._told(asked, again=True)
        if manner.duplicates == "ticket":
            return head | {"AE": "10"} | {tag: told[tag] for tag in told if tag == "ZT"}
        private = {"CF": self._memory.last.private} if self._memory.last.private else {}
        return head | {"CE": _EURO} | told | private
