"""From what an adapter read to records of the contract (RECEIPTS.md).

Everything the contract says of one record is checked here and in `receipt_rules`; what
needs the mapping or the ledger is checked when the day is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from services.books.calendar import LAST_DATE, business_date
from services.books.fields import Fields, RecordError
from services.books.money import ZERO
from services.books.purchase_rules import check_purchase
from services.books.receipt_rules import check_receipt
from services.books.records import (
    Line,
    Purchase,
    PurchaseKind,
    PurchaseLine,
    Receipt,
    ReceiptKind,
    Record,
    StoreFacts,
    Tender,
    TillSession,
)

__all__ = ["RecordError", "record_from"]

Stores = Callable[[str], StoreFacts | None]

_RECEIPT = frozenset(
    {
        "record",
        "store",
        "register",
        "id",
        "time",
        "business_date",
        "kind",
        "lines",
        "tenders",
        "cash_rounding",
        "customer",
        "due_date",
        "pays",
        "original",
        "payee",
        "operator",
        "note",
    }
)
_LINE = frozenset(
    {"category", "account", "tax_code", "amount", "quantity", "description", "tax", "layby", "card"}
)
_TENDER = frozenset({"type", "amount", "reference", "terminal"})
_SESSION = frozenset(
    {"record", "store", "register", "id", "opened", "closed", "float", "counted", "expected"}
)
_PURCHASE = frozenset(
    {
        "record",
        "store",
        "id",
        "number",
        "supplier",
        "supplier_number",
        "date",
        "due_date",
        "amounts",
        "lines",
        "total",
    }
)
_PURCHASE_LINE = frozenset({"account", "category", "tax_code", "amount", "quantity", "description"})

_TILL_SESSION = "till_session"
_AMOUNTS = ("exclusive", "inclusive")


def record_from(data: object, stores: Stores) -> Record:
    """Return the record that `data` states; `stores` finds a store by its key.

    Raises RecordError with the reason and the field; `receipt` is the record's id where
    it has one.
    """
    if not isinstance(data, Mapping):
        raise RecordError("a record is an object with fields")
    try:
        return _read(data, stores)
    except RecordError as error:
        named = data.get("id")
        error.receipt = named if isinstance(named, str) else None
        raise


def _read(data: Mapping[str, object], stores: Stores) -> Record:
    record = data.get("record")
    if record is None or record == []:
        return _receipt(data, stores)
    if record == _TILL_SESSION:
        return _session(data, stores)
    if isinstance(record, str) and record in set(PurchaseKind):
        return _purchase(data, PurchaseKind(record), stores)
    known = ", ".join((_TILL_SESSION, *PurchaseKind))
    raise RecordError(f"{record!r} is not known; it is one of {known}, or absent for a receipt", "record")


def _opened(data: Mapping[str, object], allowed: frozenset[str], stores: Stores) -> tuple[Fields, StoreFacts]:
    """Return the record's fields and the store it belongs to."""
    key = Fields(data, allowed).key("store")
    store = stores(key)
    if store is None:
        raise RecordError(f"there is no store {key!r}", "store")
    return Fields(data, allowed, currency=store.currency), store


def _receipt(data: Mapping[str, object], stores: Stores) -> Receipt:
    fields, store = _opened(data, _RECEIPT, stores)
    time = fields.time("time")
    receipt = Receipt(
        store=store.key,
        register=fields.key("register"),
        id=fields.key("id"),
        time=time,
        business_date=_given_date(fields, "business_date") or _date_of(time, fields.at("time"), store),
        kind=fields.word("kind", ReceiptKind),
        lines=tuple(_line(line) for line in fields.objects("lines", _LINE)),
        tenders=tuple(_tender(tender) for tender in fields.objects("tenders", _TENDER)),
        cash_rounding=fields.money_or_none("cash_rounding"),
        customer=fields.name("customer"),
        due_date=fields.day_or_none("due_date"),
        pays=fields.name("pays"),
        original=fields.text("original"),
        payee=fields.name("payee"),
        operator=fields.name("operator"),
        note=fields.text("note"),
    )
    check_receipt(receipt, inclusive=store.prices_inclusive)
    return receipt


def _date_of(time: datetime, place: str, store: StoreFacts) -> date:
    try:
        return business_date(time, store.timezone, store.cutoff)
    except ValueError as error:
        raise RecordError(str(error), place) from None


def _given_date(fields: Fields, name: str) -> date | None:
    """Return a business date as the record gives it; None: it gives none."""
    day = fields.day_or_none(name)
    if day is not None and day > LAST_DATE:
        raise RecordError(f"lies after {LAST_DATE}", fields.at(name))
    return day


def _line(fields: Fields) -> Line:
    return Line(
        tax_code=fields.key("tax_code"),
        amount=fields.money("amount"),
        category=fields.name("category"),
        account=fields.name("account"),
        quantity=fields.quantity("quantity"),
        description=fields.text("description"),
        tax=fields.money_or_none("tax"),
        layby=fields.name("layby"),
        card=fields.name("card"),
    )


def _tender(fields: Fields) -> Tender:
    return Tender(
        type=fields.key("type"),
        amount=fields.money("amount"),
        reference=fields.name("reference"),
        terminal=fields.name("terminal"),
    )


def _session(data: Mapping[str, object], stores: Stores) -> TillSession:
    fields, store = _opened(data, _SESSION, stores)
    opened, closed = fields.time("opened"), fields.time_or_none("closed")
    if closed is not None and closed < opened:
        raise RecordError("lies before `opened`", fields.at("closed"))
    return TillSession(
        store=store.key,
        register=fields.key("register"),
        id=fields.key("id"),
        opened=opened,
        business_date=_date_of(opened, fields.at("opened"), store),
        float_amount=fields.money("float"),
        closed=closed,
        counted=fields.amounts("counted"),
        expected=fields.amounts("expected"),
    )


def _purchase(data: Mapping[str, object], kind: PurchaseKind, stores: Stores) -> Purchase:
    fields, store = _opened(data, _PURCHASE, stores)
    purchase = Purchase(
        store=store.key,
        id=fields.key("id"),
        number=fields.key("number"),
        supplier=fields.key("supplier"),
        date=_given_date(fields, "date") or fields.day("date"),
        due_date=fields.day("due_date"),
        kind=kind,
        inclusive=_is_inclusive(fields),
        lines=tuple(_purchase_line(line, kind) for line in fields.objects("lines", _PURCHASE_LINE)),
        total=fields.money("total"),
        supplier_number=fields.name("supplier_number"),
    )
    check_purchase(purchase, store.currency)
    return purchase


def _is_inclusive(fields: Fields) -> bool:
    amounts = fields.key("amounts")
    if amounts not in _AMOUNTS:
        raise RecordError(f"{amounts!r} is not one of {', '.join(_AMOUNTS)}", fields.at("amounts"))
    return amounts == "inclusive"


def _purchase_line(fields: Fields, kind: PurchaseKind) -> PurchaseLine:
    line = PurchaseLine(
        tax_code=fields.key("tax_code"),
        amount=fields.money("amount"),
        account=fields.name("account"),
        category=fields.name("category"),
        quantity=fields.quantity("quantity"),
        description=fields.text("description"),
    )
    if (line.account is None) == (line.category is None):
        raise RecordError("needs either an account or a category", fields.at("account"))
    if kind is PurchaseKind.PURCHASE_CREDIT and line.amount < ZERO:
        raise RecordError("must be positive on a purchase_credit", fields.at("amount"))
    return line
