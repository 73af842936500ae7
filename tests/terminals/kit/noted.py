"""Hooks that write down what they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.terminals.driver import Answer, Printed, Prompt, Result, Totals
from services.terminals.problems import JournalFailed


@dataclass
class Noted:
    """Hooks that write down what they are told."""

    calls: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    fails_at: str = ""
    abort: bool = False
    last: Result | None = None
    calling: Callable[[str], object] = str

    def sent(self, baseline: Mapping[str, str] | None = None) -> None:
        self._call("sent")

    def acked(self) -> None:
        self._call("acked")

    def commit(self, result: Result) -> None:
        self._call("commit")

    def keep(self, totals: Totals) -> None:
        self._call("keep")

    def show(self, text: str) -> None:
        self.shown.append(text)

    def print(self, printed: Printed) -> None:
        self._call("print")

    def ask(self, prompt: Prompt) -> None:
        self._call("ask")

    def answer(self) -> Answer | None:
        return None

    def withdraw(self) -> None:
        self._call("withdraw")

    def abort_wanted(self) -> bool:
        return self.abort

    def last_result(self) -> Result | None:
        return self.last

    def _call(self, name: str) -> None:
        if self.fails_at == name:
            raise JournalFailed("disk full", sending=name == "sent")
        self.calls.append(name)
        self.calling(name)
