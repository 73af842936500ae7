"""The tables. Money is integer minor units, times are UTC with the zone kept."""

from services.store.tables.base import Table
from services.store.tables.keeping import Backup, FilePosting, FilePostingDay, PostedFile, Restore
from services.store.tables.ledger import (
    Attempt,
    AttemptItem,
    Connection,
    Contact,
    Day,
    DocumentRow,
    KeptChange,
    PaymentRow,
    Reference,
)
from services.store.tables.linking import Disconnection
from services.store.tables.mapping import AdviceTaken, ChartFile, MappingDraft
from services.store.tables.sharing import Allowance, AllowanceCall, Machine, SealedSecret, SendingTurn
from services.store.tables.shop import Audit, MappingRow, ScheduleChange, Source, Store
from services.store.tables.takings import LineRow, PurchaseRow, ReceiptRow, SessionRow, SetApart, TenderRow
from services.store.tables.tender_matching import CardApart, CardMatch, CardPayout, TillKey
from services.store.tables.terminals import Terminal, TerminalAttempt, TerminalSettlement, TerminalTotal

__all__ = [
    "AdviceTaken",
    "Allowance",
    "AllowanceCall",
    "Attempt",
    "AttemptItem",
    "Audit",
    "Backup",
    "CardApart",
    "CardMatch",
    "CardPayout",
    "ChartFile",
    "Connection",
    "Contact",
    "Day",
    "Disconnection",
    "DocumentRow",
    "FilePosting",
    "FilePostingDay",
    "KeptChange",
    "LineRow",
    "Machine",
    "MappingDraft",
    "MappingRow",
    "PaymentRow",
    "PostedFile",
    "PurchaseRow",
    "ReceiptRow",
    "Reference",
    "Restore",
    "ScheduleChange",
    "SealedSecret",
    "SendingTurn",
    "SessionRow",
    "SetApart",
    "Source",
    "Store",
    "Table",
    "TenderRow",
    "Terminal",
    "TerminalAttempt",
    "TerminalSettlement",
    "TerminalTotal",
    "TillKey",
]
