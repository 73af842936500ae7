"""What the service can be asked about changes after posting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from sqlmodel import Session

from services.accounting.ledger import AuthorisationLost
from services.books import countries, wire
from services.books.documents import Document
from services.contract.answers import DocumentAnswer
from services.contract.changes import ChangesAnswer, CheckedAnswer, MappingEffectAnswer, ResolveAnswer
from services.contract.people import Person
from services.contract.problem import NotFound, Problem, Refused
from services.contract.states import DayState
from services.store import audit, by_file, connections, days, stores
from services.sync.changed import changes, drift, keeping, policy
from services.sync.changed.changes import DayChanges
from services.sync.changed.drift import Checked, Drift
from services.sync.changed.forecast import (
    Forecast,
    forecast_delta,
    forecast_keep,
    forecast_resend,
    targets,
    unbuilt,
)
from services.sync.files.handing import changed_since
from services.sync.findings import Kept, told
from services.sync.links import backing_off, linking
from services.sync.mapping import diff, office
from services.sync.mapping.diff import Wanted
from services.sync.tools import Tools

log = logging.getLogger(__name__)

Spawn = Callable[[Callable[[], None]], None]
Submit = Callable[[str], None]


class ChangesOffice:
    """Shows changes after posting, and does what is decided about them."""

    def __init__(self, tools: Tools, submit: Submit) -> None:
        self._tools = tools
        self._submit = submit

    def tick(self, spawn: Spawn) -> None:
        """Queue what the stores' policies act on; read at night what the ledger changed."""
        with self._tools.db.read() as session:
            due = policy.due(session, self._tools.now())
        for store, dates in due.items():
            with self._tools.db.write() as session:
                days.queue(session, store, dates, self._tools.now())
        for store in drift.due(self._tools):
            spawn(lambda store=store: self._read_at_night(store))  # type: ignore[misc]  # bound now

    def listed(self, store: str, day: date | None = None) -> ChangesAnswer:
        """Return the changes of a store, or of one date, line by line."""
        with self._tools.db.read() as session:
            settings = stores.get_store(session, store)
            found = changes.of_day(session, store, day) if day else changes.of_store(session, store)
            return {"store": store, "on_change": settings.on_change, "changes": found}

    def check(self, store: str, *, who: Person) -> CheckedAnswer:
        """Read now what was changed at the ledger; raises CallFailed, Refused."""
        link = linking.link_for_reading(self._tools, store)
        with linking.noting_loss(self._tools, link):
            checked = Drift(self._tools, link).check()
        with self._tools.db.write() as session:
            after = {"read": checked.read, "changed": checked.changed, "mended": checked.mended}
            audit.append(session, self._tools.now(), who, "check_ledger", store, after=after)
        return _checked(store, checked)

    def mapping_effect(
        self,
        store: str,
        *,
        before: int | None = None,
        after: int | None = None,
        body: Mapping[str, Any] | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> MappingEffectAnswer:
        """Return what another mapping would have posted; `body`: one that is not saved.

        Raises Refused naming the faults of `body`, NotFound for an unknown version.
        """
        given = None
        if body is not None:
            with self._tools.db.read() as session:
                facts = stores.get_facts(session, store)
            given = office.checked(store, body, countries.no_tax(facts.country))
        return diff.effect(self._tools, store, Wanted(before, after, given, first, last))

    def resolve(
        self, store: str, day: date, *, by: str, dry_run: bool = False, note: str = "", who: Person
    ) -> ResolveAnswer:
        """Decide about a changed date: `delta`, `resend` or `keep`.

        With `dry_run` only what it would do is told. Raises Refused when nothing changed.
        A correction, or sending anew, is done in the background; what refuses it is in
        `reasons`, and nothing is done then.
        """
        _check_word(by)
        forecast, dates = self._forecast(store, day, by, who)
        possible, queued = not forecast.reasons, False
        if possible and not dry_run:
            if by == policy.KEEP:
                keeping.keep(self._tools, store, day, note, who)
            else:
                self._begin(store, dates, by, who)
                queued = True
        return self._answer(store, day, by, forecast, dry_run=dry_run, queued=queued)

    def _forecast(self, store: str, day: date, by: str, who: Person) -> tuple[Forecast, tuple[date, ...]]:
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            found = DayChanges(session, store, day)
            if reasons := unbuilt(found):
                return Forecast(reasons=reasons), found.dates
            _refuse_unchanged(session, found, day)
            if by == policy.KEEP:
                return forecast_keep(found), found.dates
            if handed := _handed_over(session, store, found.dates):
                return Forecast(reasons=handed), found.dates
            if by == policy.DELTA:
                return self._with_obstacle(store, forecast_delta(found, who.name)), found.dates
            wanted = targets(session, found, who.name)
            new = [document for each in found.dates for document in found.new(each)]
            proof = list(found.built.documents.proof)
        # The ledger is asked with no transaction open: calls are counted in the tables.
        forecast = self._with_obstacle(store, Forecast())
        if not forecast.reasons:
            link = linking.link_for_reading(self._tools, store)
            with linking.noting_loss(self._tools, link):
                forecast = forecast_resend(link, wanted, new, who.name)
        forecast.proof = proof
        return forecast, found.dates

    def _with_obstacle(self, store: str, forecast: Forecast) -> Forecast:
        stopped = linking.obstacle_of(self._tools, store)
        # Where a person is waited for, this is one who asks.
        if stopped is not None and stopped.get(linking.HALTS) != linking.UNTIL_ASKED:
            forecast.reasons.append(stopped)
        return forecast

    def _begin(self, store: str, dates: tuple[date, ...], by: str, who: Person) -> None:
        now = self._tools.now()
        with self._tools.db.write() as session:
            for handed in _handed_over(session, store, dates):
                raise linking.refused(handed)  # meanwhile, while the ledger was asked
            for each in dates:
                row = days.set_state(session, store, each, DayState.WAITING, now)
                row.resolution, row.resolution_by = by, who.name
                session.add(row)
            backing_off.forgive(session, connections.get_connection(session, store))
            days.queue(session, store, dates, now, asked=True)
            after = {"by": by, "dates": [each.isoformat() for each in dates]}
            audit.append(session, now, who, "resolve_change", f"{store} {dates[-1]}", after=after)
        for each in dates:
            self._tools.tell("day", store, date=each.isoformat(), state=DayState.WAITING)
        self._submit(store)

    def _answer(
        self, store: str, day: date, by: str, forecast: Forecast, *, dry_run: bool, queued: bool
    ) -> ResolveAnswer:
        return {
            "store": store,
            "date": day.isoformat(),
            "by": by,
            "dry_run": dry_run,
            "possible": not forecast.reasons,
            "reasons": told(forecast.reasons),
            "steps": forecast.steps,
            "documents": [_document(document) for document in forecast.documents],
            "proof": [
                {"check": each.check, "left": each.left, "right": each.right, "holds": each.holds}
                for each in forecast.proof
            ],
            "queued": queued,
        }

    def _read_at_night(self, store: str) -> None:
        """Read the ledger's changes as background work; what fails is tried again later."""
        link = linking.link_of(self._tools, store)
        if link is None:
            return
        try:
            checked = Drift(self._tools, replace(link, asked_by_person=False)).check()
        except AuthorisationLost as failure:
            linking.lost(self._tools, store, failure, link.tenant)
        except Problem as problem:
            log.warning("what changed at the ledger of %s could not be read: %s", store, problem)
        else:
            if checked.changed:
                log.warning("changed at the ledger of %s: %s", store, ", ".join(checked.changed))


def _check_word(by: str) -> None:
    if by not in {policy.DELTA, policy.RESEND, policy.KEEP}:
        raise Refused(
            f"A change cannot be resolved by {by!r}.",
            "There are delta (a correction), resend (void and send anew) and keep (leave it).",
            "Choose one of them.",
            code="invalid",
        )


def _refuse_unchanged(session: Session, found: DayChanges, day: date) -> None:
    rows = [days.get_day(session, found.store, each) for each in found.dates]
    known = [row for row in rows if row is not None]
    if not known:
        raise NotFound(
            f"Nothing is known of {day} at {found.store}.",
            "No records of that date came in.",
            "See the changed days with `tillbook changes`.",
            code="unknown_day",
        )
    if any(changes.goes_on(row) for row in known) and any(found.every()):
        raise Refused(
            f"{day} goes on.",
            "What changed of it may change again until it is over.",
            "Decide then; see it with `tillbook changes`.",
            code="day_open",
        )
    if not any(found.every()):
        raise Refused(
            f"{day} is not changed.",
            f"It is {known[-1].state}, and what was sent, corrected or kept is what the tills say.",
            "See the changed days with `tillbook changes`; `tillbook sync` sends what waits.",
            code="nothing_changed",
        )
    if not any(row.state in changes.CHANGED for row in known):
        raise Refused(
            f"{day} is not settled yet.",
            f"It is {known[-1].state}: something of it is still to be sent.",
            f"`tillbook sync --store {found.store} --date {day}` goes on with it, or says what stops it;"
            " mend that first.",
            code="not_settled",
        )


def _handed_over(session: Session, store: str, dates: tuple[date, ...]) -> list[Kept]:
    """Return why nothing is sent of dates that are posted by file."""
    postings = ((each, by_file.posting_of(session, store, each)) for each in dates)
    return [changed_since(posting, each) for each, posting in postings if posting is not None]


def _document(document: Document) -> DocumentAnswer:
    return cast("DocumentAnswer", wire.answer(document, DayState.WAITING.value, None))


def _checked(store: str, checked: Checked) -> CheckedAnswer:
    return {
        "store": store,
        "read": checked.read,
        "ours": checked.ours,
        "changed": checked.changed,
        "mended": checked.mended,
    }
