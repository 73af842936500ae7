"""One import: a file or a pushed body, by the contract or through a profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from sqlmodel import Session
from typing_extensions import TypedDict

from services.books.records import StoreFacts
from services.books.validation import RecordError, record_from
from services.contract.answers import ImportAnswer, RefusedRecord
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.text import printable
from services.sources.assembling import Assembler, RowFault
from services.sources.catalogue import find_profile
from services.sources.contract_file import Bad, Body, looks_like_records, records
from services.sources.grouping import Group, Stray, coming_back, grouped
from services.sources.keys import KeyReader
from services.sources.numerals import Numerals
from services.sources.profile import Profile
from services.sources.rows import open_rows
from services.sources.streams import DAMAGED, Spool, spooled
from services.store import audit, stores
from services.store.database import Database
from services.store.intake.gone import Gone
from services.store.intake.intake import Intake

CONTRACT = "contract"
"""The source of receipts that come in the contract's own form."""
Progress = Callable[[int, int], None]
"""Told how many records or rows are read, and how many there are (0: not known)."""

_REPORTED_EACH = 5_000
_LONGEST_REASON = 300
_GONE_NAMED = 1_000


class _WholeDays(TypedDict, total=False):
    """What an import of whole dates answers besides."""

    gone: int
    gone_unknown: bool


@dataclass(slots=True)
class _Import:
    """One import under way."""

    database: Database
    name: str
    clock: Callable[[], datetime]
    intake: Intake
    progress: Progress | None
    refused: list[RefusedRecord] = field(default_factory=list)
    set_apart: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    told: int = 0
    whole_days: bool = False
    gone: list[Gone] = field(default_factory=list)

    def step(self, rows: int = 1, total: int = 0) -> None:
        """Count what was read; tell of it now and then."""
        self.rows += rows
        if self.progress is not None and self.rows - self.told >= _REPORTED_EACH:
            self.told = self.rows
            self.progress(self.rows, total)

    def refuse(self, line: int, receipt: str | None, reason: str) -> None:
        """Note a record that is not taken in."""
        shown = printable(reason)
        if len(shown) > _LONGEST_REASON:
            shown = f"{shown[: _LONGEST_REASON - 1]}…"
        self.refused.append({"file": self.name, "line": line, "receipt": receipt, "reason": shown})

    def answer(self) -> ImportAnswer:
        """Write what is left and return what became of everything."""
        counts = self.intake.finish()
        if self.whole_days and not self.refused:
            self.gone = self.intake.take_out_the_gone()
        return {
            **self._of_whole_days(),
            "read": counts.records + len(self.refused),
            "new": counts.new,
            "revised": counts.revised,
            "unchanged": counts.unchanged,
            "refused": sorted(self.refused, key=lambda one: one["line"]),
            "set_apart": dict(sorted(self.set_apart.items())),
            "dates": [day.isoformat() for day in sorted(counts.dates)],
        }

    def _of_whole_days(self) -> _WholeDays:
        if not self.whole_days:
            return {}
        if self.refused:
            # What was refused may be one of those that seem to be missing.
            return {"gone": 0, "gone_unknown": True}
        return {"gone": len(self.gone)}


def import_stream(
    database: Database,
    name: str,
    stream: BinaryIO,
    *,
    source: str | None,
    store: str | None,
    who: Person,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    dry_run: bool = False,
    whole_days: bool = False,
) -> ImportAnswer:
    """Import one file's bytes (gzip or not) and answer what became of each record.

    Without `source` the records are those of the contract, and `store` limits them to
    one store. Else `source` names a profile; its store, or `store` where it is given,
    gets the receipts. With `whole_days`, or a profile that says so, the file holds all
    receipts its source has of their business dates: what came from it before and is no
    longer in it is gone. `dry_run` changes nothing and answers all the same. Each chunk is
    committed whole: an import that is broken off is completed by the next one.
    """
    intake = Intake(database, clock, source or CONTRACT, dry_run=dry_run)
    run = _Import(database, printable(name), clock, intake, progress)
    with spooled(stream) as spool:
        profile = find_profile(database, source) if source is not None else None
        if whole_days or (profile is not None and profile.file.whole_days):
            run.whole_days = True
            intake.hold_whole_days()
        if profile is None:
            _import_records(run, spool, store)
        else:
            _import_rows(run, spool, profile, _store_for(database, profile, store, only=dry_run))
    answer = run.answer()
    if not dry_run:
        _note(run, who, source or CONTRACT, answer)
    return answer


def _note(run: _Import, who: Person, source: str, answer: ImportAnswer) -> None:
    after = {key: answer[key] for key in ("read", "new", "revised", "unchanged", "set_apart")}
    with run.database.write() as session:
        audit.append(
            session,
            run.clock(),
            who,
            "import",
            run.name,
            after={"source": source, "refused": len(answer["refused"]), **after},
        )
        if run.gone:
            _note_gone(session, run, who, source)


def _note_gone(session: Session, run: _Import, who: Person, source: str) -> None:
    """Write down by name what its source no longer has."""
    named = [f"{one.store} {one.date} {one.register}/{one.receipt}" for one in run.gone[:_GONE_NAMED]]
    after = {"source": source, "count": len(run.gone), "receipts": named}
    audit.append(session, run.clock(), who, "receipts_gone", run.name, after=after)


def _import_records(run: _Import, spool: Spool, only: str | None) -> None:
    if not run.name.endswith((".jsonl", ".jsonl.gz", ".json")) and not _has_records(spool):
        raise Refused(
            f"{run.name} was not imported.",
            "It is not a file of receipts in Tillbook's own form (one JSON object a line).",
            "Name the source it comes from with --source; `tillbook source list` shows which there are.",
            code="source_needed",
        )
    known = _Stores(run.database)
    for line, body in records(spool.open()):
        run.step()
        if isinstance(body, Bad):
            run.refuse(line, None, body.reason)
        elif only is not None and (given := body.get("store", only)) != only:
            run.refuse(line, _id_of(body), f"belongs to the store {given!r}, not to {only}")
        else:
            _take_in(run, line, body, known)


def _has_records(spool: Spool) -> bool:
    try:
        return looks_like_records(spool.open())
    except DAMAGED:
        return False


def _take_in(run: _Import, line: int, body: Body, known: _Stores) -> None:
    try:
        record = record_from(body, known.find)
    except RecordError as error:
        run.refuse(line, _id_of(body), f"{error.field}: {error.reason}" if error.field else error.reason)
        return
    store = known.find(record.store)
    assert store is not None  # noqa: S101 - the record was checked against it
    run.intake.add(record, store, body)


def _id_of(body: Body) -> str | None:
    given = body.get("id")
    return given if isinstance(given, str) else None


class _Stores:
    """The stores that records name, each looked up once."""

    def __init__(self, database: Database) -> None:
        with database.read() as session:
            self._facts = {row.key: stores.facts_of(row) for row in stores.list_stores(session)}

    def find(self, key: str) -> StoreFacts | None:
        """Return a store's facts, None for an unknown key."""
        return self._facts.get(key)


def _store_for(database: Database, profile: Profile, store: str | None, *, only: bool) -> StoreFacts:
    """Return the store a file belongs to; in a dry run the only one will do."""
    with database.read() as session:
        if key := store or profile.store:
            return stores.get_facts(session, key)
        known = stores.list_stores(session)
    if only and len(known) == 1:
        return stores.facts_of(known[0])
    raise Refused(
        f"The source profile {profile.name} names no store.",
        "Nothing in the file says which store it belongs to.",
        "Name the store with --store.",
        code="store_needed",
    )


def _import_rows(run: _Import, spool: Spool, profile: Profile, store: StoreFacts) -> None:
    """Read the file twice, as `grouping` says; nothing is kept the first time."""
    try:
        header, rows = open_rows(spool.open(), profile, run.name)
        numerals = Numerals(profile.numbers, store.currency)
        keys = KeyReader(profile, header, numerals)
        again, count = coming_back(keys.keyed(rows))
    except DAMAGED as error:
        raise _damaged(run.name, str(error)) from error
    _header, rows = open_rows(spool.open(), profile, run.name)
    assembler = Assembler(profile, header, store, numerals)
    for group in grouped(keys.keyed(rows), again):
        if isinstance(group, Stray):
            run.refuse(group.line, None, group.reason)
            run.step(1, count)
        else:
            _take_group(run, assembler, group)
            run.step(len(group.rows), count)


def _take_group(run: _Import, assembler: Assembler, group: Group) -> None:
    try:
        receipt = assembler.receipt(group)
    except RowFault as fault:
        run.refuse(fault.line, group.key[1], fault.reason)
        return
    for apart in receipt.apart or ():
        run.set_apart[apart.name] += apart.lines
    run.intake.add_receipt(receipt)


def _damaged(name: str, detail: str) -> Refused:
    return Refused(
        f"{name} was not imported.",
        "The compressed file is damaged or was cut off.",
        "Export or copy it again.",
        detail,
        code="file_damaged",
    )
