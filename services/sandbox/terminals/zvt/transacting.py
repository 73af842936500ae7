"""One transaction of the practice terminal, from card to receipt."""

from __future__ import annotations

from services.sandbox.terminals.charges import Charge
from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.wires import PowerFailed, WireClosed
from services.sandbox.terminals.zvt import telling
from services.sandbox.terminals.zvt.conversation import OK, PARTIAL, WAIT, Conversation, NotAnswered
from services.sandbox.terminals.zvt.outcomes import Outcome, outcome_of
from services.sandbox.terminals.zvt.practice import Memory
from services.sandbox.terminals.zvt.reading import Asked
from services.sandbox.terminals.zvt.receipts import receipt_lines
from services.sandbox.terminals.zvt.writing import text_block

_WANTS_LINES, _WANTS_PRINTS, _WANTS_STATUS = 0x80, 0x02, 0x08
_NOT_REGISTERED, _OPEN_END_OF_DAY, _PRINTER, _UNDONE = "846B", 0xF0, 0xCC, 0x66
_MOST_ROUNDS, _ROUND, _STATUS_EVERY = 400, 0.02, 20


class Transactions:
    """Carries out payments, refunds and reversals."""

    def __init__(self, memory: Memory, talk: Conversation) -> None:
        self._memory = memory
        self._talk = talk

    def run(self, command: Asked, kind: str, amount: int, mark: str = "") -> None:
        """Carry out one; `mark` is kept with its receipt number in the book."""
        if not self._memory.registered:
            self._talk.answer(command, _NOT_REGISTERED)
            return
        self._talk.aborted = False
        outcome = outcome_of(amount if kind != "reversal" else 0)
        try:
            self._talk.answer(command, OK)
            if self._memory.open_end_of_day:
                self._talk.end(_OPEN_END_OF_DAY)
                return
            self._customer(outcome)
        except (NotAnswered, WireClosed):
            if not self._memory.manner.keeps_going or outcome.code or self._talk.aborted:
                raise
        if self._talk.aborted:
            self._declined(amount, Outcome(0x6C, "Abbruch"))
        elif outcome.code:
            self._declined(amount, outcome)
        else:
            self._approved(kind, amount // outcome.part, outcome, mark)

    def print(self, charge: Charge, outcome: Outcome) -> bool:
        """Print at the till if it asked for that; return whether it did."""
        memory = self._memory
        wanted = memory.config & _WANTS_PRINTS and memory.config & _WANTS_LINES
        if not wanted or memory.manner.prints == "none":
            return True
        copies = (1, 2) if outcome.signature else (2,)
        return all(self._copy(receipt_lines(charge, memory.manner.card, kind), kind) for kind in copies)

    def _customer(self, outcome: Outcome) -> None:
        if not self._memory.config & _WANTS_STATUS:
            return
        for status in outcome.statuses:
            self._talk.status(status)
        rounds = 0
        while outcome.waits and not self._talk.aborted and rounds < _MOST_ROUNDS:
            rounds += 1
            self._talk.listen_aside(_ROUND)
            if rounds % _STATUS_EVERY == 0:
                self._talk.status(0x0E)

    def _approved(self, kind: str, amount: int, outcome: Outcome, mark: str) -> None:
        memory = self._memory
        if memory.faults.due("040F", FaultKind.OTHER_AMOUNT):
            amount += 100
        number, at = f"{memory.next_receipt():04d}{mark}", memory.clock().isoformat()
        charge = memory.charges.add(kind, amount, number, at)
        before = memory.last
        if not memory.manner.undoes_unacked:
            memory.last = charge
        try:
            self._deliver(charge, outcome, before)
        except (NotAnswered, WireClosed, PowerFailed):
            if memory.last != charge:
                memory.charges.undo(charge.number)
            raise

    def _deliver(self, charge: Charge, outcome: Outcome, before: Charge | None) -> None:
        """Tell the result and print: only then it is final (PA00P015 2.2.8)."""
        memory = self._memory
        if not (self._tell(charge, outcome) and self.print(charge, outcome)):
            memory.charges.undo(charge.number)
            memory.last = before
            self._talk.end(_PRINTER if memory.heard[-1] == "84CC" else _UNDONE)
            return
        memory.last = charge
        self._talk.say("060F", b"")

    def _tell(self, charge: Charge, outcome: Outcome) -> bool:
        for _ in range(3):
            told = telling.approved(self._memory, charge, outcome, self._talk.number_tag())
            answer = self._talk.ask("040F", told)
            if answer != WAIT:
                return answer in {OK, "8400", PARTIAL}
        return False

    def _declined(self, amount: int, outcome: Outcome) -> None:
        self._talk.ask("040F", telling.declined(amount, outcome))
        self._talk.end(outcome.code)

    def _copy(self, lines: list[str], kind: int) -> bool:
        encoding = self._memory.manner.encoding
        if self._memory.manner.prints == "block" and self._memory.blocks:
            return self._talk.ask("06D3", text_block(lines, kind, encoding)) == OK
        told = [b"\x00" + line.encode(encoding, "replace") for line in lines] + [b"\x81"]
        return all(self._talk.ask("06D1", data) == OK for data in told)
