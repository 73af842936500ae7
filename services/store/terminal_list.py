"""The card terminals of the shops, as they are set up; and the keys of the tills.

Functions take the session of a transaction of the caller's.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, func, select

from services.contract.problem import NotFound, Refused
from services.contract.terminal_shop import CARD_TENDERS
from services.store.tables import Machine, Terminal, TerminalAttempt, TerminalSettlement, TillKey
from services.store.terminal_journal import attempts_of_now, get_terminal, settlements_of_now


def present(session: Session, store: str | None = None) -> list[Terminal]:
    """Return the terminals that were not removed, by store and key."""
    wanted = select(Terminal).where(col(Terminal.removed).is_(None))
    if store is not None:
        wanted = wanted.where(Terminal.store == store)
    return list(session.exec(wanted.order_by(col(Terminal.store), col(Terminal.key))))


def get_present(session: Session, key: str) -> Terminal:
    """Return a terminal; raise NotFound when there is none, or it was removed."""
    row = get_terminal(session, key)
    if row.removed is not None:
        raise NotFound(
            f"The card terminal {key} was removed.",
            f"Somebody removed it on {row.removed:%Y-%m-%d}; its payments are kept.",
            "Add it again with `tillbook terminal add` to use it.",
            code="unknown_terminal",
        )
    return row


def add(session: Session, row: Terminal) -> Terminal:
    """Add a terminal; one that was removed from the same store comes back.

    Raises Refused when the key is taken.
    """
    known = session.get(Terminal, row.key)
    if known is None:
        session.add(row)
        session.flush()
        return row
    if known.removed is None or known.store != row.store or known.currency != row.currency:
        raise Refused(
            f"The key {row.key} is taken.",
            f"It stands for the card terminal {known.name} of store {known.store}.",
            "Choose another key; a terminal keeps its own for ever, because its payments bear it.",
            code="terminal_exists",
        )
    for name in ("name", "protocol", "settings", "tenders", "enabled", "machine", "created", "created_by"):
        setattr(known, name, getattr(row, name))
    known.removed = None
    session.add(known)
    session.flush()
    return known


def tenders_of(row: Terminal) -> list[str]:
    """Return the tender types that a terminal takes the money for."""
    return list(CARD_TENDERS) if row.tenders is None else list(row.tenders)


def card_tenders(session: Session, store: str) -> list[str]:
    """Return the tender types of all terminals a store has or had, sorted."""
    rows = session.exec(select(Terminal).where(Terminal.store == store)).all()
    return sorted({tender for row in rows for tender in tenders_of(row)})


def taken_since(session: Session, store: str) -> datetime | None:
    """Return since when card payments of a store go through terminals here (UTC).

    None: it never had a terminal.
    """
    # Adding a terminal again makes its row a new one; what it took before counts all the same.
    firsts: list[datetime | None] = [
        session.exec(select(func.min(table.created)).where(table.store == store)).one()
        for table in (Terminal, TerminalAttempt)
    ]
    return min((first for first in firsts if first is not None), default=None)


def last_attempt(session: Session, key: str) -> TerminalAttempt | None:
    """Return the newest attempt at a terminal since it was added."""
    wanted = select(TerminalAttempt).where(*attempts_of_now(key))
    return session.exec(wanted.order_by(col(TerminalAttempt.id).desc()).limit(1)).first()


def last_settled(session: Session, key: str) -> datetime | None:
    """Return when a terminal's last end of day was done, since it was added."""
    wanted = select(TerminalSettlement.ended).where(
        *settlements_of_now(key),
        col(TerminalSettlement.closes),
        TerminalSettlement.state == "done",
    )
    return session.exec(wanted.order_by(col(TerminalSettlement.id).desc()).limit(1)).first()


def machine_name(session: Session, machine: str) -> str:
    """Return a machine's name for people; its number where it is not known any more."""
    wanted = select(Machine.name).where(Machine.machine == machine).order_by(col(Machine.started).desc())
    return session.exec(wanted.limit(1)).first() or machine


# --- the keys of the tills ----------------------------------------------------------


def till_keys(session: Session, store: str | None = None) -> list[TillKey]:
    """Return the keys, the newest first."""
    wanted = select(TillKey).order_by(col(TillKey.id).desc())
    return list(session.exec(wanted if store is None else wanted.where(TillKey.store == store)))


def get_till_key(session: Session, number: int) -> TillKey:
    """Return a key by its number; raise NotFound."""
    row = session.get(TillKey, number)
    if row is None:
        raise NotFound(
            f"There is no till key {number}.",
            "None was made with this number.",
            "See the numbers with `tillbook terminal key list`.",
            code="unknown_till_key",
        )
    return row


def till_key_of(session: Session, digest: str) -> TillKey | None:
    """Return the key of a digest, revoked or not."""
    return session.exec(select(TillKey).where(TillKey.digest == digest)).one_or_none()


def any_till_key(session: Session) -> bool:
    """Whether a key is in force."""
    return session.exec(select(TillKey.id).where(col(TillKey.revoked).is_(None)).limit(1)).first() is not None
