"""Writes till sessions and purchases: the last record received stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, Table, and_, insert, select, update

from services.books.money import to_minor
from services.books.records import Purchase, StoreFacts, TillSession
from services.store.incoming import digest_of
from services.store.intake.counts import dates_after
from services.store.intake.keys import Change, Found
from services.store.intake.receipts import Counting
from services.store.tables import PurchaseRow, SessionRow

_SESSION: Table = SessionRow.__table__  # type: ignore[attr-defined]
_PURCHASE: Table = PurchaseRow.__table__  # type: ignore[attr-defined]

Values = dict[str, object]


class Others:
    """The till sessions and purchases of one chunk."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, str, str], Values] = {}
        self._purchases: dict[tuple[str, str, str], Values] = {}

    def __len__(self) -> int:
        return len(self._sessions) + len(self._purchases)

    def has_session(self, session: TillSession) -> bool:
        """Whether the chunk holds this session already."""
        return (session.store, session.register, session.id) in self._sessions

    def has_purchase(self, purchase: Purchase) -> bool:
        """Whether the chunk holds this purchase already."""
        return (purchase.store, purchase.kind.value, purchase.id) in self._purchases

    def add_session(self, session: TillSession, store: StoreFacts) -> None:
        """Take in a till session."""
        values: Values = {
            "opened": session.opened,
            "closed": session.closed,
            "business_date": session.business_date,
            "float_amount": to_minor(session.float_amount, store.currency),
            "counted": _minor(session.counted, store.currency),
            "expected": _minor(session.expected, store.currency),
        }
        values["digest"] = digest_of([_plain(value) for value in values.values()])
        self._sessions[session.store, session.register, session.id] = values

    def add_purchase(self, purchase: Purchase, store: StoreFacts, body: Mapping[str, object]) -> None:
        """Take in a purchase; `body` is kept as it was received."""
        values: Values = {
            "business_date": purchase.date,
            "total": to_minor(purchase.total, store.currency),
            "body": dict(body),
        }
        values["digest"] = digest_of(_sorted(body))
        self._purchases[purchase.store, purchase.kind.value, purchase.id] = values

    def write(self, connection: Connection, counts: Counting) -> set[Change]:
        """Write the chunk; return the stores and dates on which something changed."""
        changed = self._write_sessions(connection, counts)
        for key, values in self._purchases.items():
            names = dict(zip(("store", "kind", "purchase"), key, strict=True))
            old = _known(connection, _PURCHASE, names)
            changed |= _write(connection, _PURCHASE, names, values, counts, old)
        return changed

    def _write_sessions(self, connection: Connection, counts: Counting) -> set[Change]:
        """Write the till sessions; the count after one that changed begins elsewhere."""
        changed: set[Change] = set()
        for (store, register, session), values in self._sessions.items():
            names = {"store": store, "register": register, "session": session}
            old = _known(connection, _SESSION, names)
            if written := _write(connection, _SESSION, names, values, counts, old):
                changed |= written
                closes = {old.closed if old is not None else None, _closed(values)}
                if len(closes) > 1:
                    changed |= dates_after(connection, store, register, *closes)
        return changed


def _known(connection: Connection, table: Table, key: Mapping[str, str]) -> Found | None:
    c = table.c
    closed = (c.closed,) if table is _SESSION else ()
    where = and_(*(c[name] == value for name, value in key.items()))
    return connection.execute(
        select(c.id, c.revision, c.digest, c.business_date, *closed).where(where)
    ).first()


def _write(
    connection: Connection,
    table: Table,
    key: Mapping[str, str],
    values: Values,
    counts: Counting,
    old: Found | None,
) -> set[Change]:
    c = table.c
    if old is None:
        connection.execute(insert(table).values(**key, **values, revision=1))
        counts.new += 1
        return {(key["store"], _date(values))}
    if old.digest == values["digest"]:
        counts.unchanged += 1
        return set()
    connection.execute(update(table).where(c.id == old.id).values(**values, revision=old.revision + 1))
    counts.revised += 1
    return {(key["store"], _date(values)), (key["store"], old.business_date)}


def _closed(values: Values) -> datetime | None:
    given = values["closed"]
    return given if isinstance(given, datetime) else None


def _date(values: Values) -> date:
    given = values["business_date"]
    assert isinstance(given, date)  # noqa: S101 - set above
    return given


def _minor(amounts: Mapping[str, Decimal] | None, currency: str) -> dict[str, int] | None:
    if amounts is None:
        return None
    return {tender: to_minor(amount, currency) for tender, amount in sorted(amounts.items())}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _sorted(value: object) -> object:
    """Return JSON values in an order that does not depend on how they were written."""
    if isinstance(value, Mapping):
        return sorted((str(key), _sorted(one)) for key, one in value.items())
    if isinstance(value, list):
        return [_sorted(one) for one in value]
    return value
