"""What an import hands to the store: receipts as plain columns of values.

Amounts are integer minor units of the store's currency, times are UTC. Rows are tuples,
not objects: a file has many more lines than a person has patience.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from services.books.money import ZERO, to_minor
from services.books.records import Line, Receipt, StoreFacts
from services.books.summing import rounding_unlike_rule, section_of

_DIGEST_BYTES = 16


Columns = Mapping[str, Sequence[object]]
"""Values by column, all of the same length; a column without any value is left out."""
LINE_COLUMNS = (
    "category",
    "account",
    "tax_code",
    "amount",
    "tax",
    "quantity",
    "description",
    "layby",
    "card",
)
TENDER_COLUMNS = ("type", "amount", "reference", "terminal")


class Apart(NamedTuple):
    """Rows of one receipt that a profile keeps under a name."""

    name: str
    business_date: date
    lines: int
    amount: int


@dataclass(frozen=True, slots=True)
class Head:
    """A receipt without its lines and tenders."""

    store: str
    register: str
    receipt: str
    kind: str
    section: str
    time: datetime
    business_date: date
    net: int
    cash_rounding: int = 0
    rounding_unlike_rule: bool = False
    customer: str | None = None
    due_date: date | None = None
    pays: str | None = None
    original: str | None = None
    payee: str | None = None
    operator: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One receipt as it arrives.

    Without lines it only says that a receipt imported before has none any more: then it
    is a revision, and nothing at all when there was no such receipt.
    """

    head: Head
    lines: Columns
    """Of LINE_COLUMNS, in that order; empty without lines."""
    tenders: Columns
    """Of TENDER_COLUMNS, in that order; empty without tenders."""
    apart: Sequence[Apart] | None = None
    """None: the source never sets rows apart, so those kept stay as they are."""
    takes_back: bool = False
    """Whether the absence of lines means something (see above); a void has none by nature."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Store, register and receipt id: unique per receipt (RECEIPTS.md)."""
        return self.head.store, self.head.register, self.head.receipt

    @property
    def line_count(self) -> int:
        """How many lines it has."""
        return length(self.lines)

    def digest(self) -> bytes:
        """Return what tells an unchanged receipt from a new revision."""
        head = self.head
        content = (
            head.kind,
            head.time.isoformat(),
            head.business_date.isoformat(),
            head.cash_rounding,
            head.customer,
            head.due_date and head.due_date.isoformat(),
            (head.pays, head.original, head.payee, head.operator, head.note),
            self.lines,
            self.tenders,
        )
        return digest_of(content)


def given(names: Sequence[str], values: Iterable[Sequence[object]]) -> Columns:
    """Return columns by name, without those that hold no value."""
    named = zip(names, values, strict=True)
    return {name: column for name, column in named if column.count(None) < len(column)}


def length(columns: Columns) -> int:
    """Return how many rows columns have."""
    return len(next(iter(columns.values()), ()))


def digest_of(content: object) -> bytes:
    """Return the digest of plain values: the same on every machine and Python."""
    return blake2b(ascii(content).encode("ascii"), digest_size=_DIGEST_BYTES).digest()


def incoming(receipt: Receipt, store: StoreFacts) -> Incoming:
    """Return a receipt of the contract as the store keeps it."""
    currency = store.currency
    head = Head(
        store=receipt.store,
        register=receipt.register,
        receipt=receipt.id,
        kind=receipt.kind.value,
        section=section_of(receipt),
        time=receipt.time.astimezone(UTC),
        business_date=receipt.business_date,
        net=to_minor(sum((line.amount for line in receipt.lines), ZERO), currency),
        cash_rounding=to_minor(receipt.cash_rounding or ZERO, currency),
        rounding_unlike_rule=rounding_unlike_rule(receipt, store),
        customer=receipt.customer,
        due_date=receipt.due_date,
        pays=receipt.pays,
        original=receipt.original,
        payee=receipt.payee,
        operator=receipt.operator,
        note=receipt.note,
    )
    lines = [_line(line, currency) for line in receipt.lines]
    tenders = [
        (tender.type, to_minor(tender.amount, currency), tender.reference, tender.terminal)
        for tender in receipt.tenders
    ]
    return Incoming(head, _columns(LINE_COLUMNS, lines), _columns(TENDER_COLUMNS, tenders))


def _columns(names: Sequence[str], rows: Sequence[tuple[object, ...]]) -> Columns:
    return given(names, list(map(list, zip(*rows, strict=True)))) if rows else {}


def quantity_text(quantity: Decimal | None) -> str | None:
    """Return a quantity as it is kept and shown: plain digits, no trailing zeros."""
    if quantity is None:
        return None
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _line(line: Line, currency: str) -> tuple[object, ...]:
    return (
        line.category,
        line.account,
        line.tax_code,
        to_minor(line.amount, currency),
        None if line.tax is None else to_minor(line.tax, currency),
        quantity_text(line.quantity),
        line.description,
        line.layby,
        line.card,
    )
