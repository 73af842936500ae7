"""Reads what a till says, by the places of the published layout."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the till, from '#' to its end."""

    whole: str

    @property
    def command(self) -> str:
        """Its command."""
        return self.whole[5]

    @property
    def sub(self) -> str:
        """Its sub code."""
        return self.whole[6:7]

    @property
    def letter(self) -> str:
        """M: the transaction type."""
        return self.whole[9]

    @property
    def training(self) -> bool:
        """M: whether no card is charged."""
        return self.whole[10] == "1"

    @property
    def cash(self) -> int:
        """M: cash-out."""
        return int(self.whole[12:21])

    @property
    def purchase(self) -> int:
        """M: purchase."""
        return int(self.whole[21:30])

    @property
    def reference(self) -> str:
        """TxnRef of M, N and C."""
        start = {"M": 36, "N": 11, "C": 13}[self.command]
        return self.whole[start : start + 16].strip()

    @property
    def reset(self) -> bool:
        """P: whether totals start anew."""
        return self.whole[11] == "1"

    @property
    def data(self) -> dict[str, str]:
        """M: purchase analysis data."""
        rest, found = self.whole[161:], {}
        while len(rest) >= 6:  # noqa: PLR2004 - name and length
            size = int(rest[3:6])
            found[rest[:3]] = rest[6 : 6 + size]
            rest = rest[6 + size :]
        return found


def split(buffer: bytes) -> tuple[list[Asked], bytes]:
    """Return the requests that are complete, and the rest."""
    found = []
    while len(buffer) >= 5:  # noqa: PLR2004 - '#' and length
        size = int(buffer[1:5])
        if len(buffer) < size:
            break
        found.append(Asked(buffer[:size].decode("latin-1")))
        buffer = buffer[size:]
    return found, buffer
