"""The tables. Money is integer minor units, times are UTC with the zone kept."""

from services.store.tables.base import Table
from services.store.tables.ledger import (
    Attempt,
    AttemptItem,
    Connection,
    Contact,
    Day,
    DocumentRow,
    PaymentRow,
    Reference,
)
from services.store.tables.shop import Audit, MappingRow, Source, Store
from services.store.tables.takings import LineRow, PurchaseRow, ReceiptRow, SessionRow, SetApart, TenderRow

__all__ = [
    "Attempt",
    "AttemptItem",
    "Audit",
    "Connection",
    "Contact",
    "Day",
    "DocumentRow",
    "LineRow",
    "MappingRow",
    "PaymentRow",
    "PurchaseRow",
    "ReceiptRow",
    "Reference",
    "SessionRow",
    "SetApart",
    "Source",
    "Store",
    "Table",
    "TenderRow",
]
