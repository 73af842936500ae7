"""Puts receipts and sessions into a database as an import would."""

from datetime import datetime

from sqlmodel import Session

from services.books.money import ZERO, to_minor
from services.books.records import Receipt, ReceiptKind, TillSession
from services.books.summing import rounding_unlike_rule, section_of
from services.store.stores import add_store, get_facts
from services.store.tables import LineRow, ReceiptRow, SessionRow, Store, TenderRow
from tests.store.moments import DAY, NOON

QUEEN_ST = {
    "key": "queen-st",
    "name": "Queen St",
    "country": "NZ",
    "currency": "NZD",
    "timezone": "Pacific/Auckland",
    "cash_rounding": "0.10:down",
}


BARE_SALE = Receipt(
    store="queen-st",
    register="1",
    id="A-1",
    time=NOON,
    business_date=DAY,
    kind=ReceiptKind.SALE,
    lines=(),
    tenders=(),
)


def put_store(session: Session, **changes: object) -> Store:
    """Add the store that most tests use."""
    return add_store(session, QUEEN_ST | changes, NOON)


def put_receipt(session: Session, receipt: Receipt, *, effective: bool = True, revision: int = 1) -> int:
    """Add a receipt with its lines and tenders; return its row id."""
    facts = get_facts(session, receipt.store)
    row = ReceiptRow(
        store=receipt.store,
        till=receipt.register,
        receipt=receipt.id,
        revision=revision,
        kind=receipt.kind.value,
        section=section_of(receipt),
        time=receipt.time,
        business_date=receipt.business_date,
        net=sum(to_minor(line.amount, facts.currency) for line in receipt.lines),
        cash_rounding=to_minor(receipt.cash_rounding or ZERO, facts.currency),
        rounding_unlike_rule=rounding_unlike_rule(receipt, facts),
        line_count=len(receipt.lines),
        digest=b"",
        current=effective,
        effective=effective,
        imported=NOON,
    )
    for name in ("customer", "due_date", "pays", "original", "payee", "operator", "note"):
        setattr(row, name, getattr(receipt, name))
    session.add(row)
    session.flush()
    _put_parts(session, row.id or 0, receipt, facts.currency)
    return row.id or 0


def _put_parts(session: Session, number: int, receipt: Receipt, currency: str) -> None:
    for position, line in enumerate(receipt.lines):
        session.add(
            LineRow(
                receipt_id=number,
                position=position,
                category=line.category,
                account=line.account,
                tax_code=line.tax_code,
                amount=to_minor(line.amount, currency),
                tax=None if line.tax is None else to_minor(line.tax, currency),
                quantity=None if line.quantity is None else str(line.quantity),
                description=line.description,
                layby=line.layby,
                card=line.card,
            )
        )
    for position, tender in enumerate(receipt.tenders):
        session.add(
            TenderRow(
                receipt_id=number,
                position=position,
                type=tender.type,
                amount=to_minor(tender.amount, currency),
                reference=tender.reference,
                terminal=tender.terminal,
            )
        )
    session.flush()


def put_session(session: Session, till: TillSession) -> None:
    """Add a till session."""
    currency = get_facts(session, till.store).currency

    def minor(amounts: object) -> dict[str, int] | None:
        return {t: to_minor(a, currency) for t, a in amounts.items()} if isinstance(amounts, dict) else None

    session.add(
        SessionRow(
            store=till.store,
            till=till.register,
            session=till.id,
            opened=till.opened,
            closed=till.closed,
            business_date=till.business_date,
            float_amount=to_minor(till.float_amount, currency),
            counted=minor(till.counted),
            expected=minor(till.expected),
            digest=b"",
        )
    )
    session.flush()


def at(text: str) -> datetime:
    """Return a moment from ISO 8601 text with an offset."""
    return datetime.fromisoformat(text)
