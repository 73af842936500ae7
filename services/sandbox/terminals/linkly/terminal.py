"""The practice EFT-Client: its commands."""

from __future__ import annotations

from services.sandbox.terminals.faults import FaultKind
from services.sandbox.terminals.linkly import writing
from services.sandbox.terminals.linkly.conversation import Conversation
from services.sandbox.terminals.linkly.practice import Entry, Memory
from services.sandbox.terminals.linkly.reading import Asked
from services.sandbox.terminals.linkly.transacting import Transactions
from services.sandbox.terminals.wires import PowerFailed, Wire

_IDLE = 0.05
_BUSY = ("BY", "PINPAD BUSY")
_NO_PREVIOUS = ("E2", "NO PREVIOUS TXN")
_QUIET = frozenset({"3", "Y", "F"})


class LinklyTerminal:
    """Serves one connection, with the memory that outlives it."""

    def __init__(self, memory: Memory, wire: Wire) -> None:
        self._memory = memory
        self._talk = Conversation(memory, wire)
        self._transactions = Transactions(memory, self._talk)

    def serve(self) -> None:
        """Take requests until the till hangs up or the power fails."""
        try:
            while True:
                asked = self._talk.hear(_IDLE)
                if asked is None:
                    self._memory.idle.set()
                else:
                    self._memory.idle.clear()
                    self._answer(asked)
        except PowerFailed:
            return
        finally:
            self._memory.idle.set()

    def _answer(self, asked: Asked) -> None:
        if asked.command in _QUIET:
            return
        if self._is_busy(asked.command):
            head = f"{asked.command}0{'00' if asked.command == 'N' else '0'}"
            self._talk.say(f"{head}{_BUSY[0]}{_BUSY[1]:<20}")
            return
        handlers = {
            "2": self._dialog,
            "C": self._reprint,
            "G": self._logon,
            "K": self._status,
            "M": self._transactions.run,
            "N": self._last,
            "P": self._settlement,
        }
        if asked.command in handlers:
            handlers[asked.command](asked)

    def _is_busy(self, command: str) -> bool:
        memory = self._memory
        if memory.faults.due(command, FaultKind.BUSY):
            return True
        # The dialog is the client's own: no PIN pad is needed for it.
        if memory.busy_for > 0 and command != "2":
            memory.busy_for -= 1
            return True
        return False

    def _dialog(self, _asked: Asked) -> None:
        self._talk.say("2 1")

    def _logon(self, _asked: Asked) -> None:
        self._memory.logged_on = True
        self._transactions.print("L", "LOGON\r\nAPPROVED\r\n")
        self._talk.say(writing.logon())

    def _status(self, asked: Asked) -> None:
        self._talk.say(writing.status(asked.sub, logged_on=self._memory.logged_on))

    def _last(self, asked: Asked) -> None:
        entry = self._memory.find(asked.reference)
        if entry is None and self._memory.manner.answers_other:
            entry = self._memory.find("")
        if entry is None:
            self._talk.say(f"N000{_NO_PREVIOUS[0]}{_NO_PREVIOUS[1]:<20}")
        else:
            self._talk.say(f"N01{writing.transaction(entry, self._memory.manner.card)}")

    def _reprint(self, asked: Asked) -> None:
        entry = self._memory.find(asked.reference)
        if entry is None:
            self._talk.say(f"C{asked.sub}{writing.went(*_NO_PREVIOUS)}")
        else:
            self._talk.say(f"C{asked.sub}{writing.went('00', 'APPROVED')}{entry.receipt}")

    def _settlement(self, asked: Asked) -> None:
        memory = self._memory
        if asked.sub == "S" and not memory.open:
            self._talk.say(f"PS{writing.went('97', 'ALREADY SETTLED')}")
            return
        told = memory.settled if asked.sub == "L" else list(memory.open)
        if asked.sub == "S":
            self._settle(told)
            self._transactions.print("S", "SETTLEMENT\r\n\r\nAPPROVED\r\n")
        totals = writing.totals(told, record_lengths=memory.manner.record_lengths)
        self._talk.say(f"P{asked.sub}{writing.went('00', 'APPROVED')}{totals}000")

    def _settle(self, told: list[Entry]) -> None:
        memory = self._memory
        memory.charges.settle()
        memory.settled, memory.open = told, []
