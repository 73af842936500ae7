"""Receipts that are gone: an import of whole business dates shows it.

Such an import holds every receipt that its source has of its dates. What came from that
source before and is not in it any more is *gone*: it counts no longer, its row stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Table, and_, select, update

from services.contract.problem import Refused
from services.store.incoming import Incoming
from services.store.intake.counts import dates_of_counts
from services.store.intake.keys import Change, Found, Key
from services.store.intake.receipts import settle_voids
from services.store.tables import ReceiptRow

_RECEIPT: Table = ReceiptRow.__table__  # type: ignore[attr-defined]
_R = _RECEIPT.c
_MOST = 500_000
_AT_ONCE = 500


class Gone(NamedTuple):
    """A receipt that is no longer there."""

    store: str
    register: str
    receipt: str
    date: date


class WholeDays:
    """What an import of whole business dates holds."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._seen: set[Key] = set()
        self._dates: set[tuple[str, date]] = set()

    def see(self, receipt: Incoming) -> None:
        """Note a receipt that is there; raise Refused when there are too many."""
        if len(self._seen) >= _MOST:
            raise Refused(
                "The file is too large to be compared with what came before.",
                f"It holds more than {_MOST:,} receipts.",
                "Part it by business dates and import the parts.",
                code="too_large",
            )
        self._seen.add(receipt.key)
        self._dates.add((receipt.head.store, receipt.head.business_date))

    def take_out(self, connection: Connection) -> tuple[list[Gone], set[Change]]:
        """Mark what is not there any more; return it, and the days that changes."""
        missing = [row for place in sorted(self._dates) for row in self._missing(connection, *place)]
        for start in range(0, len(missing), _AT_ONCE):
            ids = [row.id for row in missing[start : start + _AT_ONCE]]
            values = {"gone": True, "effective": False}
            connection.execute(update(_RECEIPT).where(_R.id.in_(ids)).values(values))
        voids = [
            (row.store, row.register, row.original) for row in missing if row.kind == "void" and row.original
        ]
        changed = {(row.store, row.business_date) for row in missing if row.kind != "void"}
        changed |= dates_of_counts(connection, {row.id: -1 for row in missing if row.effective})
        gone = [Gone(row.store, row.register, row.receipt, row.business_date) for row in missing]
        return gone, changed | settle_voids(connection, voids)

    def _missing(self, connection: Connection, store: str, day: date) -> Iterator[Found]:
        wanted = select(
            _R.id, _R.store, _R.register, _R.receipt, _R.kind, _R.original, _R.business_date, _R.effective
        ).where(
            and_(
                _R.store == store,
                _R.business_date == day,
                _R.source == self._source,
                _R.current.is_(True),
                _R.gone.is_(False),
            )
        )
        for row in connection.execute(wanted):
            if (row.store, row.register, row.receipt) not in self._seen:
                yield row
