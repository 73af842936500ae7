"""One transaction of the practice client, from card to answer."""

from __future__ import annotations

from dataclasses import replace

from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.linkly import writing
from services.sandbox.terminals.linkly.conversation import Conversation
from services.sandbox.terminals.linkly.outcomes import ABORTED, UNSIGNED, Outcome, outcome_of
from services.sandbox.terminals.linkly.practice import Entry, Memory
from services.sandbox.terminals.linkly.reading import Asked
from services.sandbox.terminals.wires import WireClosed

KINDS = {"P": "payment", "C": "cash_out", "R": "refund", "I": "reversal"}
_CANCEL, _YES = "0", "1"
_UNKNOWN_ORIGINAL = Outcome("21", "NO ORIGINAL TXN", ())
_MOST_ROUNDS, _ROUND = 500, 0.02


class Transactions:
    """Carries out payments, refunds and voids."""

    def __init__(self, memory: Memory, talk: Conversation) -> None:
        self._memory = memory
        self._talk = talk

    def run(self, asked: Asked) -> None:
        """Carry out one and tell what became of it."""
        outcome = self._outcome(asked)
        try:
            outcome = self._customer(outcome)
        except WireClosed:
            if not self._memory.manner.keeps_going or outcome.waits:
                self._keep(asked, ABORTED)
                raise
        entry = self._keep(asked, outcome)
        try:
            outcome = self._sign(entry, outcome)
        except WireClosed:
            # Nobody is there to look at the signature.
            self._undo(entry, UNSIGNED)
            raise
        if outcome.code != entry.code:
            entry = self._undo(entry, outcome)
        self._book(entry)
        if entry.approved and not outcome.signature:
            self.print("C", entry.receipt)
        self._talk.say(f"M0{writing.transaction(entry, self._memory.manner.card)}")

    def print(self, copy: str, text: str) -> None:
        """Announce a slip, send it, and stall until each event is answered."""
        for body in (f"3{copy}", f"3R{text}"):
            self._talk.say(body)
            self._talk.wait_for("3", self._memory.manner.patience)

    def _outcome(self, asked: Asked) -> Outcome:
        handle = asked.data.get("RFN")
        known = {entry.handle for entry in self._memory.entries if entry.approved}
        if handle is not None and handle not in known:
            return _UNKNOWN_ORIGINAL
        return outcome_of(asked.purchase or asked.cash)

    def _customer(self, outcome: Outcome) -> Outcome:
        """Show what the customer is to do; return what comes of it."""
        for text in outcome.displays:
            self._talk.say(writing.display(text, "c" if text == "SWIPE CARD" else ""))
        for _ in range(_MOST_ROUNDS if outcome.waits else 1):
            pressed = self._talk.hear(_ROUND if outcome.waits else 0)
            if pressed is not None and pressed.command == "Y" and pressed.whole[7] == _CANCEL:
                return ABORTED
        return ABORTED if outcome.waits else outcome

    def _sign(self, entry: Entry, outcome: Outcome) -> Outcome:
        """Have the signature looked at; return what comes of it."""
        if not outcome.signature:
            return outcome
        self.print("M", entry.receipt + "SIGN ______________\r\n")
        self._talk.say(writing.display("SIGNATURE OK?", "yn"))
        pressed = self._talk.wait_for("Y", self._memory.manner.patience)
        return outcome if pressed is not None and pressed.whole[7] == _YES else UNSIGNED

    def _keep(self, asked: Asked, outcome: Outcome) -> Entry:
        """Note what became of it; what needs no signature is in the book at once."""
        memory = self._memory
        amount = asked.purchase // outcome.part
        if memory.faults.due("M", FaultKind.OTHER_AMOUNT):
            amount += 100
        entry = Entry(
            asked.letter,
            asked.reference,
            amount,
            asked.cash if outcome.approved else 0,
            outcome.approved,
            outcome.code,
            outcome.text,
            memory.next_stan(),
            outcome.surcharge,
            asked.training,
        )
        entry = replace(entry, receipt=writing.receipt(entry, memory.manner.card))
        if not outcome.signature:
            self._book(entry)
        return entry

    def _undo(self, entry: Entry, outcome: Outcome) -> Entry:
        """Return an unsigned transaction as it is kept: nothing was charged."""
        undone = replace(entry, approved=False, code=outcome.code, text=outcome.text, cash=0)
        self._book(undone)
        return undone

    def _book(self, entry: Entry) -> None:
        memory = self._memory
        if memory.entries and memory.entries[-1].stan == entry.stan:
            return
        memory.keep(entry)
        if entry.approved and not entry.training:
            memory.charges.add(KINDS.get(entry.letter, "payment"), entry.amount, entry.reference)
