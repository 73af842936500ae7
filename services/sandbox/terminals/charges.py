"""What a practice terminal has charged: its own book."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Charge:
    """One transaction the terminal carried out. Amount in minor units."""

    number: int
    kind: str
    """`payment`, `refund` or `reversal`; `cash_out` without a payment."""
    amount: int
    reference: str = ""
    """What the protocol knows it by: receipt number, transaction id."""
    undone: bool = False
    settled: bool = False
    at: str = ""
    """When, on the terminal's clock, as `isoformat` writes it; empty where it has none."""


class Charges:
    """The book of one terminal, in a file when one is given. Thread-safe."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._charges: list[Charge] = []
        if file is not None and file.exists():
            self._charges = [Charge(**entry) for entry in json.loads(file.read_text("utf-8"))]

    def add(self, kind: str, amount: int, reference: str, at: str = "") -> Charge:
        """Write a transaction down."""
        with self._lock:
            charge = Charge(len(self._charges) + 1, kind, amount, reference, at=at)
            self._charges.append(charge)
            self._keep()
        return charge

    def undo(self, number: int) -> None:
        """Take a transaction back; it stays in the book as undone."""
        self._change([number], undone=True)

    def settle(self) -> None:
        """Hand in what has not been handed in."""
        self._change([charge.number for charge in self.open()], settled=True)

    def all(self) -> list[Charge]:
        """Return everything, also what was undone."""
        with self._lock:
            return list(self._charges)

    def standing(self) -> list[Charge]:
        """Return what was charged and not undone."""
        return [charge for charge in self.all() if not charge.undone]

    def open(self) -> list[Charge]:
        """Return what stands and was not handed in."""
        return [charge for charge in self.standing() if not charge.settled]

    def _change(
        self, numbers: Iterable[int], *, undone: bool | None = None, settled: bool | None = None
    ) -> None:
        wanted = set(numbers)
        with self._lock:
            self._charges = [
                replace(
                    charge,
                    undone=charge.undone if undone is None else undone,
                    settled=charge.settled if settled is None else settled,
                )
                if charge.number in wanted
                else charge
                for charge in self._charges
            ]
            self._keep()

    def _keep(self) -> None:
        if self._file is None:
            return
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps([asdict(charge) for charge in self._charges]), "utf-8")
        part.replace(self._file)
