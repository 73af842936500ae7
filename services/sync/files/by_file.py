"""Posting by file: when Xero is out of reach for good.

The same documents as import files, a printed journal and a manifest. The dates are
*posted by file* from then on: nothing sends them any more. What was handed over is kept,
so asking again gives the same bytes and says who did it, and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from services.accounting.files.about import About, FileDay
from services.accounting.files.packing import pack
from services.books import countries
from services.contract.keeping import ByFileAnswer, TakenBackAnswer
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.states import DayState
from services.store import audit, by_file, days
from services.store.by_file import KeptFile
from services.store.documents import documents_on, save_documents
from services.store.tables import FilePosting
from services.sync.files import taking_back
from services.sync.files.handing import Handed, Handing
from services.sync.files.handing_told import days_of, posting_answer
from services.sync.tools import Tools


class FilesOffice:
    """Hands business dates over as files, and takes that back."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def preview(self, store: str, first: date, last: date, who: Person) -> ByFileAnswer:
        """Say what would be handed over and what would be refused; changes nothing."""
        with self._tools.db.read() as session:
            handing = Handing(session, store, self._tools.now())
            verdicts = handing.verdicts(first, last)
            # Made and thrown away, so that what cannot be written is told here too.
            self._packed(handing, [each.ready for each in verdicts if each.ready], who)
            shown = [day for each in verdicts for day in days_of(session, handing, each)]
        return {"store": store, "dry_run": True, "days": shown, "postings": []}

    def post(self, store: str, first: date, last: date, who: Person) -> ByFileAnswer:
        """Hand over what can be; what was handed over before is given again, unchanged."""
        with _one_at_a_time(), self._tools.db.write() as session:
            handing = Handing(session, store, self._tools.now())
            verdicts = handing.verdicts(first, last)
            ready = [each.ready for each in verdicts if each.ready]
            new = self._keep(session, handing, ready, who) if ready else None
            known = [each.posting for each in verdicts if each.posting]
            shown = [day for each in verdicts for day in days_of(session, handing, each)]
            postings = {row.id: row for row in [*known, *([new] if new else [])]}
            answered = [posting_answer(session, row) for row in postings.values()]
        for day in [day for each in ready for day in each.built.dates]:
            self._tools.tell("day", store, date=day.isoformat(), state=DayState.BY_FILE)
        return {"store": store, "dry_run": False, "days": shown, "postings": answered}

    def take_back(self, store: str, first: date, last: date, reason: str, who: Person) -> TakenBackAnswer:
        """Let dates be sent again; raise Refused when the ledger has any of them."""
        return taking_back.take_back(self._tools, store, first, last, reason, who)

    def _keep(self, session: Session, handing: Handing, ready: Sequence[Handed], who: Person) -> FilePosting:
        now, store = self._tools.now(), handing.builder.store.key
        files = self._packed(handing, ready, who)
        for built, *_ in ready:
            handing.periods.put_together(built.date)
        dates = [day for built, *_ in ready for day in built.dates]
        posting = FilePosting(
            store=store,
            tenant=handing.tenant,
            made=now,
            made_by=who.name,
            dates=[day.isoformat() for day in dates],
            documents=sum(len(built.documents.documents) for built, *_ in ready),
            mapping_version=ready[-1].built.mapping_version,
        )
        by_file.save(session, posting, dates, files)
        for each in ready:
            self._hand_over(session, handing, each)
        after = {"dates": posting.dates, "files": {file.name: file.sha256 for file in files}}
        audit.append(session, now, who, "post_by_file", f"{store} {dates[0]} to {dates[-1]}", after=after)
        return posting

    def _hand_over(self, session: Session, handing: Handing, handed: Handed) -> None:
        store, now, built = handing.builder.store.key, self._tools.now(), handed.built
        for day in built.dates:
            of_day = [document for document in built.documents.documents if document.date == day]
            save_documents(
                session,
                store,
                day,
                of_day,
                shape=built.documents.shape,
                tenant=handing.tenant,
                mapping_version=built.mapping_version,
                now=now,
            )
            keys = {document.key for document in of_day}
            rows = [row for row in documents_on(session, store, day) if row.key in keys]
            by_file.hand_over(session, rows, now)
            days.set_built(session, store, day, built.touched[day], built.takings[day], now)
            state = DayState.CHANGED if day in handed.changed else DayState.BY_FILE
            days.set_state(session, store, day, state, now)
            days.unqueue(session, store, day)

    def _packed(self, handing: Handing, ready: Sequence[Handed], who: Person) -> list[KeptFile]:
        if not ready:
            return []
        made = pack([_file_day(each) for each in ready], self._about(handing, who))
        return [KeptFile(file.name, file.content, file.sha256) for file in made]

    def _about(self, handing: Handing, who: Person) -> About:
        builder = handing.builder
        store = builder.store
        connection = handing.connection
        return About(
            store=store.key,
            store_name=store.name,
            organisation=(connection.tenant_name or "") if connection else "",
            country=store.country,
            currency=store.currency,
            no_tax=builder.mapping().no_tax or countries.no_tax(store.country),
            facts=builder.facts,
            made=self._tools.now().astimezone(ZoneInfo(store.timezone)).replace(microsecond=0),
            made_by=who.name,
        )


def _file_day(handed: Handed) -> FileDay:
    built = handed.built
    return FileDay(built.date, built.documents.documents, built.documents.proof, handed.sent)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise Refused(
            "The dates were not posted by file.",
            "Another service was at the same dates in the same moment.",
            "Ask again: what was handed over is given again, unchanged.",
            str(error.orig),
            code="busy",
        ) from error
