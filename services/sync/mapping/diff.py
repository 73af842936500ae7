"""What another mapping would have posted, day by day; sends nothing.

Each document keeps the mapping version it was made with (FEATURES.md 5, Mapping as of):
by default what was posted is compared with the mapping in force.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from services.books import differences
from services.books.documents import DayDocuments, Document, LineAmounts
from services.books.mapping import Mapping as BooksMapping
from services.books.money import ZERO, text_of
from services.books.postings import ledger
from services.contract.changes import DiffAmount, DiffDay, MappingEffectAnswer
from services.contract.problem import Refused
from services.store import days, mappings, stores
from services.store.documents import documents_on
from services.sync.changed.tills import is_stopped
from services.sync.documents.building import Builder
from services.sync.documents.filing import is_sent
from services.sync.findings import from_books, told
from services.sync.showing import reading
from services.sync.showing.calendar import Calendar
from services.sync.tools import Tools

_LONGEST = timedelta(days=366)
_USUAL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which two mappings, over which dates."""

    before: int | None = None
    """None: the version that each day was posted with."""
    after: int | None = None
    """None: the one in force, or `given`."""
    given: BooksMapping | None = None
    first: date | None = None
    last: date | None = None


class Trial(Builder):
    """Builds with a mapping that nobody saved."""

    given: BooksMapping | None = None

    def mapping(self, version: int | None = None) -> BooksMapping:
        """Return the mapping on trial where no version is asked for."""
        if version is None and self.given is not None:
            return self.given
        return super().mapping(version)


def effect(tools: Tools, store: str, wanted: Wanted) -> MappingEffectAnswer:
    """Return what each account and tax type gets by one mapping and by the other."""
    with tools.db.read() as session:
        currency = stores.get_store(session, store).currency
        builder = Trial(session, store, reading.tenant(session, store))
        builder.given = wanted.given
        newest = builder.mapping(wanted.after).version
        accounts, types = _Sums(), _Sums()
        shown = []
        for day in _dates(session, tools, store, wanted):
            version = wanted.before or _posted_with(session, store, day) or max(newest - 1, 1)
            before = builder.build_dates((day,), version=version).documents
            after = builder.build_dates((day,), version=wanted.after).documents
            shown.append(_day(day, before, after, currency, (accounts, types)))
    return {
        "store": store,
        "before": wanted.before,
        "after": None if wanted.given is not None else newest,
        "days": [each for each in shown if each["accounts"] or each["tax_types"] or each["blocked"]],
        "accounts": accounts.told(currency),
        "tax_types": types.told(currency),
    }


class _Sums:
    """Amounts before and after, by name."""

    def __init__(self) -> None:
        self._before: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._after: defaultdict[str, Decimal] = defaultdict(Decimal)

    def add(self, before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> None:
        for name, amount in before.items():
            self._before[name] += amount
        for name, amount in after.items():
            self._after[name] += amount

    def told(self, currency: str) -> list[DiffAmount]:
        return _told(self._before, self._after, currency)


def _day(
    day: date, before: DayDocuments, after: DayDocuments, currency: str, sums: tuple[_Sums, _Sums]
) -> DiffDay:
    stopping = [each for one in (before, after) if is_stopped(one) for each in one.blocked if each.stops_day]
    one, other = before.documents, after.documents
    if stopping:
        one = other = ()  # half a comparison would look like a difference
    by_account, by_type = (ledger(one), ledger(other)), (_by_type(one), _by_type(other))
    sums[0].add(*by_account)
    sums[1].add(*by_type)
    return {
        "date": day.isoformat(),
        "accounts": _told(*by_account, currency),
        "tax_types": _told(*by_type, currency),
        "blocked": told(from_books(stopping)),
    }


def _by_type(documents: Iterable[Document]) -> dict[str, Decimal]:
    """Return what goes under each tax type with its tax; sales and bills above zero."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for document in documents:
        exclusive = document.line_amounts is LineAmounts.EXCLUSIVE
        for line in document.lines:
            whole = line.amount + (line.tax if exclusive else ZERO)
            sums[line.tax_type] += differences.sign_of(document) * whole
    return sums


def _told(before: Mapping[str, Decimal], after: Mapping[str, Decimal], currency: str) -> list[DiffAmount]:
    names = sorted({*before, *after})
    pairs = [(name, before.get(name, ZERO), after.get(name, ZERO)) for name in names]
    return [
        {
            "name": name,
            "before": text_of(one, currency),
            "after": text_of(other, currency),
            "difference": text_of(other - one, currency),
        }
        for name, one, other in pairs
        if one != other
    ]


def _posted_with(session: Session, store: str, day: date) -> int | None:
    """Return the mapping version that a date was sent with, if it was."""
    row = days.get_day(session, store, day)
    dates = {day, days.posting_date(row)} if row is not None else {day}
    sent = [each for at in dates for each in documents_on(session, store, at) if is_sent(each)]
    return sent[0].mapping_version if sent else None


def _dates(session: Session, tools: Tools, store: str, wanted: Wanted) -> Sequence[date]:
    today = Calendar(session, store, tools.now()).today
    last = wanted.last or wanted.first or today
    first = wanted.first or last - _USUAL
    if not timedelta(0) <= last - first <= _LONGEST:
        raise Refused(
            f"{first} to {last} is not a span of dates.",
            "It must run forward and over a year at most.",
            "Correct the dates and try again.",
            code="invalid",
        )
    for version in (wanted.before, wanted.after):
        if version:
            mappings.version(session, store, version)  # raises NotFound
    return [row.business_date for row in days.between(session, store, first, last)]
