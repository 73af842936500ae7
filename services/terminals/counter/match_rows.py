"""Approvals and card tenders: as rows, as the rules see them, as answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlmodel import Session

from services.books.money import from_minor, text_of
from services.contract.terminal_days import CardTenderAnswer, Pairing
from services.contract.terminals import PaymentKind
from services.store import card_matches, terminal_journal, terminal_list
from services.store.card_matches import CardTender
from services.store.tables import CardMatch, TerminalAttempt
from services.terminals.answers import charged
from services.terminals.counter.matching import BY_REFERENCE, Approval, Paper

AT_MOST = 500
"""Rows of a kind that are shown at once."""
AROUND = timedelta(days=1)
"""A receipt may stand a business date before or after its payment, around the cut-off."""


def tender_answer(tender: CardTender, currency: str) -> CardTenderAnswer:
    """Return a card tender as it crosses the socket."""
    return {
        "store": tender.store,
        "register": tender.register,
        "receipt": tender.receipt,
        "position": tender.position,
        "time": tender.time.isoformat(),
        "business_date": tender.business_date.isoformat(),
        "type": tender.type,
        "amount": text_of(from_minor(tender.amount, currency), currency),
        "reference": tender.reference,
        "terminal": tender.terminal,
    }


def net(attempt: TerminalAttempt) -> int:
    """Return what an approval adds to the card takings, in minor units."""
    amount = charged(attempt)
    return amount if attempt.kind == PaymentKind.PAYMENT else -amount


def approval_of(row: TerminalAttempt) -> Approval:
    """Return an approved attempt as the rules of joining see it."""
    said = row.result or {}
    terminals = {str(said.get(name) or "") for name in ("receipt", "trace", "rrn", "auth_code", "provider")}
    return Approval(
        id=row.id or 0,
        terminal=row.terminal,
        till=row.till,
        till_reference=row.till_reference,
        names=frozenset(terminals | {row.reference, row.till_reference}) - {""},
        own=row.reference,
        amount=net(row),
        time=row.settled or row.created,
        business_date=row.business_date,
    )


def paper_of(tender: CardTender) -> Paper:
    """Return a card tender as the rules of joining see it."""
    return Paper(
        register=tender.register,
        receipt=tender.receipt,
        position=tender.position,
        amount=tender.amount,
        time=tender.time,
        business_date=tender.business_date,
        reference=tender.reference or "",
        terminal=tender.terminal or "",
    )


def possible_tenders(session: Session, store: str, attempts: Iterable[TerminalAttempt]) -> list[CardTender]:
    """Return the tenders that may be those of these approvals, not joined yet."""
    rows = list(attempts)
    days = [row.business_date or row.created.date() for row in rows]
    if not rows:
        return []
    first, last = min(days) - AROUND, max(days) + AROUND
    types = terminal_list.card_tenders(session, store)
    amounts = {net(row) for row in rows}
    return card_matches.open_tenders(session, store, types, first, last, amounts=amounts)


def open_tenders(session: Session, store: str, first: date, last: date) -> list[CardTender]:
    """Return the card tenders of these dates that nothing is joined with."""
    began = card_matches.first_date(session, store)
    types = terminal_list.card_tenders(session, store)
    if began is None or not types:
        return []
    return card_matches.open_tenders(session, store, types, max(first, began), last, limit=AT_MOST)


def not_undone(attempts: Sequence[TerminalAttempt]) -> list[TerminalAttempt]:
    """Leave out payments that were taken back as a whole, with what took them back.

    Where neither has a receipt there was no sale, and nothing is missing.
    """
    by_reference = {row.reference: row for row in attempts if row.kind == PaymentKind.PAYMENT}
    gone: set[int | None] = set()
    for row in attempts:
        original = by_reference.get(str((row.original or {}).get("reference", "")))
        if original is not None and net(original) + net(row) == 0:
            gone |= {row.id, original.id}
    return [row for row in attempts if row.id not in gone]


def pairing(payment: int, paper: Paper) -> Pairing:
    """Return a pair that a person may join, as it crosses the socket."""
    return {
        "payment": payment,
        "register": paper.register,
        "receipt": paper.receipt,
        "position": paper.position,
        "why": "The amount is the same.",
    }


def bear_reference(session: Session, match: CardMatch) -> None:
    """Give the receipt's tender the reference of its approval, unless it bears one."""
    tender = card_matches.tender_row(session, match)
    if tender is None or match.attempt_id is None:
        return
    attempt = terminal_journal.get(session, match.attempt_id)
    tender.reference = tender.reference or attempt.reference
    tender.terminal = tender.terminal or attempt.terminal
    session.add(tender)
    session.flush()


def forget_reference(session: Session, match: CardMatch) -> None:
    """Take away the reference that joining gave to the tender, not one the till gave."""
    tender = card_matches.tender_row(session, match)
    if tender is None or match.attempt_id is None or match.rule == BY_REFERENCE:
        return
    if tender.reference == terminal_journal.get(session, match.attempt_id).reference:
        tender.reference = tender.terminal = None
        session.add(tender)
        session.flush()
