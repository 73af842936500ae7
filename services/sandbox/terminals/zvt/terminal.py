"""The practice terminal itself: one till at a time, one command at a time."""

from __future__ import annotations

from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.wires import PowerFailed, Wire
from services.sandbox.terminals.zvt import telling
from services.sandbox.terminals.zvt.conversation import OK, WAIT, Conversation, NotAnswered
from services.sandbox.terminals.zvt.line import Line
from services.sandbox.terminals.zvt.outcomes import Outcome
from services.sandbox.terminals.zvt.practice import PASSWORD, Memory
from services.sandbox.terminals.zvt.reading import Asked
from services.sandbox.terminals.zvt.transacting import Transactions
from services.sandbox.terminals.zvt.writing import container, packed, tagged, unpacked

_IDLE = 0.05
_NOT_POSSIBLE, _WRONG_CURRENCY = "8483", "841E"
_NO_RECEIPT, _NO_DATA, _REVERSED, _NOT_REVERSIBLE, _FAILED_END = 0x83, 0x64, 0xB4, 0xB5, 0x77
_SERVICE_STATUS, _SERVICE_SILENT = 0x01, 0x02


class ZvtTerminal:
    """Serves one connection, with the memory that outlives it."""

    def __init__(self, memory: Memory, wire: Wire, *, serial: bool) -> None:
        self._memory = memory
        line = Line(wire, memory.faults, serial=serial, patience=memory.manner.patience)
        self._talk = Conversation(memory, line)
        self._transactions = Transactions(memory, self._talk)

    def serve(self) -> None:
        """Take commands until the till hangs up or the power fails."""
        try:
            while True:
                command = self._talk.hear(_IDLE)
                if command is None:
                    self._memory.idle.set()
                else:
                    self._memory.idle.clear()
                    self._command(command)
        except PowerFailed:
            self._memory.registered = False
        finally:
            self._memory.idle.set()

    def _command(self, command: Asked) -> None:
        if command.name.startswith(("80", "84")):
            return
        if self._memory.busy_for > 0 or self._memory.faults.due(OK, FaultKind.BUSY):
            self._memory.busy_for = max(0, self._memory.busy_for - 1)
            self._talk.answer(command, WAIT)
            return
        handler = {
            "0501": self._enquiry,
            "0600": self._register,
            "0601": self._pay,
            "0602": self._log_off,
            "0610": self._totals,
            "0620": self._repeat,
            "0630": self._reverse,
            "0631": self._refund,
            "0650": self._end_of_day,
            "0670": self._plain,
            "0691": self._plain,
            "0693": self._plain,
        }.get(command.name, self._not_possible)
        try:
            handler(command)
        except NotAnswered:
            return

    def _register(self, command: Asked) -> None:
        memory, currency = self._memory, self._memory.manner.currency
        if command.password != PASSWORD:
            self._not_possible(command)
            return
        if command.currency not in {None, currency}:
            self._talk.answer(command, _WRONG_CURRENCY, b"\x6f\x49" + packed(currency, 2))
            return
        memory.config, memory.registered, memory.blocks = command.config, True, command.blocks
        self._talk.numbered = False
        self._talk.answer(command, OK)
        wants_numbers = memory.manner.sequence and command.sequence is not None
        extra = container(tagged("1F73", b"\0\0\0")) if wants_numbers else b""
        state = b"\x19\x00\x29" + telling.TERMINAL_ID + b"\x49" + packed(currency, 2)
        self._talk.say("060F", state + extra)
        self._talk.numbered = wants_numbers

    def _log_off(self, command: Asked) -> None:
        self._memory.config, self._memory.registered = 0x86, False
        self._talk.answer(command, OK)

    def _pay(self, command: Asked) -> None:
        self._imply_reversal(command)
        self._transactions.run(command, "payment", command.amount)

    def _refund(self, command: Asked) -> None:
        self._imply_reversal(command)
        self._transactions.run(command, "refund", command.amount)

    def _reverse(self, command: Asked) -> None:
        self._imply_reversal(command)
        wanted = f"{command.receipt or 0:04d}"
        standing = self._memory.charges.standing()
        found = [charge for charge in standing if charge.reference == wanted]
        reversed_already = any(charge.reference.endswith(f"<{wanted}") for charge in standing)
        if found and not reversed_already:
            self._transactions.run(command, "reversal", found[0].amount, f"<{wanted}")
            return
        self._talk.answer(command, OK)
        self._talk.end(_REVERSED if reversed_already else _NOT_REVERSIBLE)

    def _imply_reversal(self, command: Asked) -> None:
        """Undo the last transaction when the till's mirror does not know it."""
        memory, last = self._memory, self._memory.last
        if not memory.manner.mirror or not command.mirror or last is None:
            return
        if unpacked(command.mirror) == int(last.reference[:4]) - 1:
            memory.charges.undo(last.number)
            memory.last = next(reversed(memory.charges.standing()), None)

    def _repeat(self, command: Asked) -> None:
        last = self._memory.last
        self._talk.answer(command, OK)
        if last is None:
            self._talk.end(_NO_RECEIPT if command.service is None else _NO_DATA)
            return
        if command.service is not None and command.service & _SERVICE_STATUS:
            told = telling.approved(self._memory, last, Outcome(), self._talk.number_tag())
            self._talk.ask("040F", told)
        if command.service is None or not command.service & _SERVICE_SILENT:
            self._transactions.print(last, Outcome())
        self._talk.say("060F", b"")

    def _totals(self, command: Asked) -> None:
        self._talk.answer(command, OK)
        self._talk.ask("040F", telling.turnover(self._memory))
        self._talk.say("060F", b"")

    def _end_of_day(self, command: Asked) -> None:
        memory = self._memory
        self._talk.answer(command, OK)
        self._talk.status(0x0F)
        if memory.failing_ends > 0:
            memory.failing_ends -= 1
            memory.open_end_of_day = True
            self._talk.ask("040F", bytes([0x27, _FAILED_END]))
            self._talk.end(_FAILED_END)
            return
        if self._talk.ask("040F", telling.turnover(memory)) == OK:
            memory.charges.settle()
            memory.open_end_of_day = False
            memory.first_open = memory.receipt + 1
        self._talk.say("060F", b"\x27\xe0" if memory.update_follows else b"")

    def _enquiry(self, command: Asked) -> None:
        self._talk.answer(command, OK)
        status = b"\xf0" if self._memory.open_end_of_day else b"\x00"
        self._talk.say("060F", b"\xf0\xf0\xf7" + b"2.14.15" + status)

    def _plain(self, command: Asked) -> None:
        self._talk.answer(command, OK)
        self._talk.say("060F", b"")

    def _not_possible(self, command: Asked) -> None:
        self._talk.answer(command, _NOT_POSSIBLE)
