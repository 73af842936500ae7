"""Writes what source profiles set apart: counted, shown, never posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, Table, delete, insert, select

from services.store.incoming import Apart, Incoming, digest_of
from services.store.intake.keys import Found, Key, by_register
from services.store.tables import SetApart

_APART: Table = SetApart.__table__  # type: ignore[attr-defined]
_A = _APART.c


def write_apart(connection: Connection, receipts: Mapping[Key, Incoming], source: str) -> None:
    """Bring the rows set apart to what the source says now."""
    given = {
        (*key, apart.name, apart.business_date): apart
        for key, receipt in receipts.items()
        for apart in receipt.apart or ()
    }
    known = _known_apart(connection, [key for key, receipt in receipts.items() if receipt.apart is not None])
    digests = {name: digest_of((apart.lines, apart.amount)) for name, apart in given.items()}
    gone = [row.id for name, row in known.items() if digests.get(name) != row.digest]
    if gone:
        connection.execute(delete(_APART).where(_A.id.in_(gone)))
    rows = [
        _apart_row(name, apart, digests[name]) | {"source": source}
        for name, apart in given.items()
        if name not in known or known[name].digest != digests[name]
    ]
    if rows:
        connection.execute(insert(_APART), rows)


def _known_apart(connection: Connection, keys: Iterable[Key]) -> dict[tuple[str, str, str, str, date], Found]:
    found = {}
    for store, register, ids in by_register(keys):
        wanted = select(_A.id, _A.receipt, _A.name, _A.business_date, _A.digest).where(
            _A.store == store, _A.register == register, _A.receipt.in_(ids)
        )
        for row in connection.execute(wanted):
            found[store, register, row.receipt, row.name, row.business_date] = row
    return found


def _apart_row(name: tuple[str, str, str, str, date], apart: Apart, digest: bytes) -> dict[str, object]:
    store, register, receipt, _name, _date = name
    return {"store": store, "register": register, "receipt": receipt, "digest": digest, **apart._asdict()}
