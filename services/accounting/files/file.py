"""One file that is handed over."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """One file: its name, what it is, its text (UTF-8)."""

    name: str
    kind: str
    """`sales_invoices`, `bills`, `manual_journals`, `bank_statement`, `journal`, `manifest`."""
    content: str
    rows: int = 0
    amounts_are: str = ""
    """What a person chooses at the import; empty where it is not asked."""
    account: str = ""
    """The bank account a statement is of."""

    @property
    def sha256(self) -> str:
        """The checksum of its bytes, in hexadecimal."""
        return hashlib.sha256(self.content.encode()).hexdigest()
