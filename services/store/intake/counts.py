"""Which counts a change of the records moves: they may belong to another date.

A count is compared with everything that moved since the close before it (RECEIPTS.md, Till
sessions), also with what a till took after that close, or after midnight. So a receipt of
one business date can change what the count of another date was over or short.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Connection, Table, and_, func, literal, select

from services.store.intake.keys import Change, Found
from services.store.tables import ReceiptRow, SessionRow, TenderRow

_RECEIPT: Table = ReceiptRow.__table__  # type: ignore[attr-defined]
_TENDER: Table = TenderRow.__table__  # type: ignore[attr-defined]
_SESSION: Table = SessionRow.__table__  # type: ignore[attr-defined]
_S = _SESSION.c
_AT_ONCE = 500


def dates_of_counts(connection: Connection, receipts: Mapping[int, int]) -> set[Change]:
    """Return the business dates of the counts that compare with something else now.

    `receipts` is 1 for each row id that counts from now on, -1 for one that does no longer.
    The count that holds a receipt is that of the first close at its time or after it.
    """
    if not receipts or connection.execute(select(_S.id).limit(1)).first() is None:
        return set()
    changed: set[Change] = set()
    rows = sorted(_moved(connection, receipts), key=lambda row: (row.store, row.register, row.time))
    for (store, register), group in groupby(rows, key=lambda row: (row.store, row.register)):
        changed |= {(store, day) for day in _unlike(connection, store, register, list(group), receipts)}
    return changed


def dates_after(connection: Connection, store: str, register: str, *closes: datetime | None) -> set[Change]:
    """Return the business dates of the counts that begin at these closes."""
    changed = set()
    for close in closes:
        if close is not None:
            found = _closes(connection, store, register, close, close, beyond=True)
            place = bisect_right([row.closed for row in found], close)
            changed |= {(store, row.business_date) for row in found[place : place + 1] if row.counted}
    return changed


def _moved(connection: Connection, receipts: Iterable[int]) -> Iterator[Found]:
    """Yield what the receipts were paid with, and when."""
    ids = list(receipts)
    wanted = select(
        _RECEIPT.c.id,
        _RECEIPT.c.store,
        _RECEIPT.c.register,
        _RECEIPT.c.time,
        _TENDER.c.type,
        _TENDER.c.amount,
    ).join(_TENDER, _TENDER.c.receipt_id == _RECEIPT.c.id)
    for start in range(0, len(ids), _AT_ONCE):
        yield from connection.execute(wanted.where(_RECEIPT.c.id.in_(ids[start : start + _AT_ONCE])))


def _unlike(
    connection: Connection, store: str, register: str, rows: Sequence[Found], signs: Mapping[int, int]
) -> set[date]:
    closes = _closes(connection, store, register, rows[0].time, rows[-1].time)
    ends = [close.closed for close in closes]
    moved: defaultdict[tuple[int, str], int] = defaultdict(int)
    for row in rows:
        moved[bisect_left(ends, row.time), row.type] += row.amount * signs[row.id]
    return {
        closes[place].business_date
        for (place, tender), amount in moved.items()
        if amount and place < len(closes) and tender in (closes[place].counted or ())
    }


def _closes(
    connection: Connection,
    store: str,
    register: str,
    first: datetime,
    last: datetime,
    *,
    beyond: bool = False,
) -> list[Found]:
    """Return a register's closes from `first` to that which holds `last`, in order.

    With `beyond` also the one after `last`.
    """
    here = and_(_S.store == store, _S.register == register)
    holds = _S.closed > last if beyond else _S.closed >= last
    end = select(func.min(_S.closed)).where(here, holds).scalar_subquery()
    # Of the column's own type: PostgreSQL would read the closes in the session's zone.
    until = func.coalesce(end, literal(last, _S.closed.type))
    wanted = (
        select(_S.closed, _S.business_date, _S.counted)
        .where(here, _S.closed >= first, _S.closed <= until)
        .order_by(_S.closed)
    )
    return list(connection.execute(wanted))
