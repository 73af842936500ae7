"""Writes receipts: new ones, new revisions of old ones, and what voids take back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import chain, repeat
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, Table, and_, func, select, update

from services.store.bulk import insert_columns
from services.store.incoming import LINE_COLUMNS, TENDER_COLUMNS, Columns, Head, Incoming, length
from services.store.intake.again import sent_by_themselves
from services.store.intake.apart import write_apart
from services.store.intake.counts import dates_of_counts
from services.store.intake.keys import Change, Found, Key, by_register
from services.store.tables import LineRow, ReceiptRow, TenderRow

_RECEIPT: Table = ReceiptRow.__table__  # type: ignore[attr-defined]
_LINE: Table = LineRow.__table__  # type: ignore[attr-defined]
_TENDER: Table = TenderRow.__table__  # type: ignore[attr-defined]
_R = _RECEIPT.c
_HEAD = tuple(field.name for field in fields(Head))


class Counting(Protocol):
    """What the writers count into."""

    new: int
    revised: int
    unchanged: int


class Fresh(NamedTuple):
    """A receipt that is new or has changed, with the revision that stood until now."""

    receipt: Incoming
    digest: bytes
    old: Found | None


def write_receipts(
    connection: Connection, receipts: Mapping[Key, Incoming], source: str, now: datetime, counts: Counting
) -> set[Change]:
    """Write a chunk of receipts; return where something changed."""
    fresh = _fresh(receipts, _known(connection, receipts), counts)
    write_apart(connection, receipts, source)
    if not fresh:
        return set()
    voided = _voided(connection, [one.receipt.key for one in fresh])
    _retire(connection, [one.old.id for one in fresh if one.old is not None])
    numbers = _insert(connection, fresh, voided, source, now)
    changed = {change for one in fresh for change in _dates(one)}
    changed |= dates_of_counts(connection, _counting(fresh, numbers, voided))
    return changed | settle_voids(connection, _named_by_voids(fresh))


def _fresh(receipts: Mapping[Key, Incoming], known: Mapping[Key, Found], counts: Counting) -> list[Fresh]:
    fresh = []
    for key, receipt in receipts.items():
        digest, old = receipt.digest(), known.get(key)
        if old is not None and old.digest == digest and not old.gone:
            counts.unchanged += 1
        elif old is not None or receipt.lines or not receipt.takes_back:
            fresh.append(Fresh(receipt, digest, old))
            counts.new += old is None
            counts.revised += old is not None
    return fresh


def _insert(
    connection: Connection, fresh: Sequence[Fresh], voided: set[Key], source: str, now: datetime
) -> Sequence[int]:
    numbers = _next_ids(connection, len(fresh))
    heads = [one.receipt.head for one in fresh]
    columns: dict[str, list[object]] = {name: [getattr(head, name) for head in heads] for name in _HEAD}
    stands = [one.receipt.key not in voided for one in fresh]
    columns |= {
        "id": list(numbers),
        "revision": [1 if one.old is None else one.old.revision + 1 for one in fresh],
        "line_count": [one.receipt.line_count for one in fresh],
        "digest": [one.digest for one in fresh],
        "current": [True] * len(fresh),
        "voided": [not each for each in stands],
        "effective": list(stands),
        "source": [source] * len(fresh),
        "imported": [now] * len(fresh),
    }
    sent_alone = sent_by_themselves(connection, heads)
    alone = [one.old.alone if one.old is not None else one.receipt.head in sent_alone for one in fresh]
    if any(alone):
        columns["alone"] = alone
    insert_columns(connection, _RECEIPT, columns)
    lines = [one.receipt.lines for one in fresh]
    insert_columns(connection, _LINE, _numbered(numbers, lines, LINE_COLUMNS))
    tenders = [one.receipt.tenders for one in fresh]
    insert_columns(connection, _TENDER, _numbered(numbers, tenders, TENDER_COLUMNS))
    return numbers


def _dates(fresh: Fresh) -> Iterator[Change]:
    # A void changes the day of what it takes back, not the day it was rung up on.
    store = fresh.receipt.head.store
    if fresh.receipt.head.kind != "void":
        yield store, fresh.receipt.head.business_date
    if fresh.old is not None and fresh.old.kind != "void":
        yield store, fresh.old.business_date


def _counting(fresh: Sequence[Fresh], numbers: Sequence[int], voided: set[Key]) -> dict[int, int]:
    """Return which rows count from now on (1), and which do no longer (-1)."""
    now = {number: 1 for number, one in zip(numbers, fresh, strict=True) if one.receipt.key not in voided}
    before = {one.old.id: -1 for one in fresh if one.old is not None and one.old.effective}
    return now | before


def _known(connection: Connection, keys: Iterable[Key]) -> dict[Key, Found]:
    """Return the current revision of each receipt that is there."""
    wanted = select(
        _R.id,
        _R.receipt,
        _R.revision,
        _R.digest,
        _R.business_date,
        _R.effective,
        _R.kind,
        _R.original,
        _R.alone,
        _R.gone,
    )
    found = {}
    for store, register, ids in by_register(keys):
        where = and_(_R.store == store, _R.register == register, _R.receipt.in_(ids), _R.current.is_(True))
        for row in connection.execute(wanted.where(where)):
            found[store, register, row.receipt] = row
    return found


def _retire(connection: Connection, ids: Sequence[int]) -> None:
    if ids:
        connection.execute(update(_RECEIPT).where(_R.id.in_(ids)).values(current=False, effective=False))


def _next_ids(connection: Connection, count: int) -> Sequence[int]:
    """Return ids for new rows, so that their lines can be written in one go.

    On SQLite nobody else writes meanwhile; on PostgreSQL the table's sequence gives them.
    """
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.coalesce(func.max(_R.id), 0))).scalar_one()
        return range(last + 1, last + 1 + count)
    sequence = func.pg_get_serial_sequence(_RECEIPT.name, "id")
    each = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
    return connection.execute(each).scalars().all()


def _numbered(
    numbers: Sequence[int], parts: Sequence[Columns], names: Sequence[str]
) -> dict[str, Sequence[object]]:
    """Return the columns of all receipts as one, with receipt id and position."""
    lengths = list(map(length, parts))
    columns: dict[str, Sequence[object]] = {
        "receipt_id": list(chain.from_iterable(map(repeat, numbers, lengths))),
        "position": [position for count in lengths for position in range(1, count + 1)],
    }
    for name in names:
        if any(name in part for part in parts):
            pieces = (part.get(name) or [None] * count for part, count in zip(parts, lengths, strict=True))
            columns[name] = list(chain.from_iterable(pieces))
    return columns


def _voided(connection: Connection, keys: Iterable[Key]) -> set[Key]:
    """Return which receipts a standing void takes back."""
    found = set()
    for store, register, ids in by_register(keys):
        named = select(_R.original).where(
            _R.kind == "void",
            _R.store == store,
            _R.register == register,
            _R.original.in_(ids),
            _R.effective.is_(True),
        )
        found |= {(store, register, original) for original in connection.execute(named).scalars()}
    return found


def _named_by_voids(fresh: Iterable[Fresh]) -> list[Key]:
    """Return the receipts that the voids among `fresh` name, or named before."""
    named = []
    for receipt, _digest, old in fresh:
        head = receipt.head
        if head.kind == "void" and head.original is not None:
            named.append((head.store, head.register, head.original))
        if old is not None and old.kind == "void" and old.original is not None:
            named.append((head.store, head.register, old.original))
    return named


def settle_voids(connection: Connection, named: Iterable[Key]) -> set[Change]:
    """Take back, or give back, what changed voids name; return the days this changes.

    A void can itself be taken back: then what it named counts again, and so on upwards.
    """
    settled: dict[Key, Found] = {}
    for first in named:
        key: Key | None = first
        seen: set[Key] = set()
        while key is not None and key not in seen:
            seen.add(key)
            key = _settle(connection, key, settled)
    changed = {(store, row.business_date) for (store, _register, _receipt), row in settled.items()}
    # As they were before: what was voided counts again now.
    counting = {row.id: 1 if row.voided else -1 for row in settled.values() if not row.gone}
    return changed | dates_of_counts(connection, counting)


def _settle(connection: Connection, key: Key, settled: dict[Key, Found]) -> Key | None:
    """Set whether a receipt is voided; return what it names if it is a void."""
    row = _known_flags(connection, key)
    is_voided = bool(_voided(connection, [key]))
    if row is None or row.voided == is_voided:
        return None
    flags = {"voided": is_voided, "effective": not is_voided and not row.gone}
    connection.execute(update(_RECEIPT).where(_R.id == row.id).values(flags))
    if row.kind == "void":
        return None if row.original is None else (key[0], key[1], row.original)
    settled[key] = row
    return None


def _known_flags(connection: Connection, key: Key) -> Found | None:
    wanted = select(_R.id, _R.voided, _R.kind, _R.original, _R.business_date, _R.gone)
    where = and_(_R.store == key[0], _R.register == key[1], _R.receipt == key[2], _R.current.is_(True))
    return connection.execute(wanted.where(where)).first()
