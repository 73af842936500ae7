"""What each organisation must hold.

Changes after posting and their policy included.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.soak.oracle import Books, Document, Expected
from tests.soak.plan import Plan, StorePlan
from tests.soak.trade import Record

_SUMMED = {"weekly": "week", "monthly": "month", "real-time": "receipt"}


@dataclass
class Taken:
    """Everything that was taken in, by store: first, and after its date was posted."""

    base: dict[str, list[Record]] = field(default_factory=dict)
    late: dict[str, dict[str, list[Record]]] = field(default_factory=dict)
    """By store and date; a date has late records once."""

    def first(self, store: str, records: Iterable[Record]) -> None:
        """Note what came in of dates that were not posted."""
        self.base.setdefault(store, []).extend(records)

    def of(self, store: str, day: str) -> list[Record]:
        """Return what came in first of a date."""
        return [each for each in self.base[store] if str(each.get("time", "")).startswith(day)]

    @property
    def receipts(self) -> int:
        """How many receipts came in, new revisions included."""
        late = [each for days in self.late.values() for records in days.values() for each in records]
        return sum("kind" in each for records in (*self.base.values(), late) for each in records)


def expected_of(plan: Plan, taken: Taken) -> dict[str, Expected]:
    """Return what each organisation must hold, by tenant."""
    wanted = {tenant: Expected() for tenant in plan.by_tenant}
    for store in plan.stores:
        wanted[store.organisation.tenant].add(_of_store(store, taken))
    return wanted


def _of_store(store: StorePlan, taken: Taken) -> Expected:
    base, late = taken.base.get(store.key, []), taken.late.get(store.key, {})
    first = _posted(store, base)
    if not late or store.way.on_change == "wait":
        return first
    final = _posted(store, [*base, *(each for records in late.values() for each in records)])
    final.documents = dict(_corrected(store.way.on_change, first.documents, final.documents, set(late)))
    return final


def _posted(store: StorePlan, records: Iterable[Record]) -> Expected:
    expected = Expected()
    summed = _SUMMED.get(store.way.frequency, "day")
    Books(store.key, store.country, store.way.shape, expected, summed).post(records)
    return expected


def _corrected(
    on_change: str, first: dict[Document, Decimal], final: dict[Document, Decimal], late: set[str]
) -> Iterable[tuple[Document, Decimal]]:
    """Yield the documents there must be.

    Late records are sales, so those are corrected.
    """
    for (kind, number), total in final.items():
        if not any(number.endswith(day) for day in late) or not number.startswith("POS-"):
            yield (kind, number), total
        elif on_change == "resend":
            yield (kind, f"{number}-r2"), total
        else:
            before = first[kind, number]
            yield (kind, number), before
            other_way = "ACCRECCREDIT" if total < before else kind
            yield (other_way, f"{number}-d1"), abs(total - before)
