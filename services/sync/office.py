"""Everything the service can be asked about a day's way to the ledger."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.accounting.xero.tokens import SecretVault
from services.contract.answers import (
    ConsentAnswer,
    DayAnswer,
    DayDocumentsAnswer,
    DaysAnswer,
    IntegrationAnswer,
    OrganisationAnswer,
    StatusAnswer,
    SyncAnswer,
    TotalsAnswer,
)
from services.contract.people import Person
from services.contract.replies import (
    AuditPageAnswer,
    LogAnswer,
    MappingAnswer,
    MappingCheckAnswer,
    MappingSavedAnswer,
    MappingSuggestAnswer,
    MappingVersionsAnswer,
    QueuedAnswer,
    ReferenceAnswer,
    RetryAnswer,
)
from services.contract.schedule import ScheduleAnswer
from services.store import report
from services.sync import reference
from services.sync.backups.arriving import Arriving
from services.sync.backups.backups import BackupsOffice
from services.sync.backups.plan import BackupPlan
from services.sync.changed import moved
from services.sync.changed.office import ChangesOffice
from services.sync.files.by_file import FilesOffice
from services.sync.links import pausing
from services.sync.links.connecting import Connecting
from services.sync.links.disconnecting import Disconnecting
from services.sync.links.linking import link_for_reading, noting_loss
from services.sync.links.looking import Looking
from services.sync.links.organisations import Organisations
from services.sync.links.xero_links import XeroLinks
from services.sync.mapping.editing import MappingEditing
from services.sync.mapping.office import MappingOffice
from services.sync.posting.running import Runner, Runs
from services.sync.posting.sending import Sender
from services.sync.schedule import asking, deciding, frequencies, scheduling
from services.sync.schedule.backfill import BackfillOffice
from services.sync.showing import log, preview, reading, status
from services.sync.showing.drilling import DrillingOffice
from services.sync.showing.log_browsing import LogOffice
from services.sync.support.office import SupportOffice
from services.sync.tools import Tools
from services.terminals.counter.office import TerminalsOffice

Spawn = Callable[[Callable[[], None]], None]
"""Does something in the background."""


class Office:
    """What the service can be asked; each change is in the audit, by person."""

    support: SupportOffice
    """Set by who opens the office, for it looks at the settings too."""
    terminals: TerminalsOffice
    """Set by who opens the office: its terminals are those of this machine."""

    def __init__(
        self,
        tools: Tools,
        runner: Runner,
        *,
        links: XeroLinks,
        vault: SecretVault,
        practice: bool = False,
        spawn: Spawn | None = None,
        backup_plan: BackupPlan | None = None,
    ) -> None:
        self._tools = tools
        self._runner = runner
        sender = Sender(tools)
        self._runs = Runs(sender, tools.clock, tools.pace)
        self.disconnecting = Disconnecting(tools, sender.idle)
        self._looking = Looking(tools)
        self._arriving = Arriving(tools)
        self._consents = Connecting(tools, links, vault, self._has_consent)
        self._organisations = Organisations(tools)
        self._mappings = MappingOffice(tools)
        self.mapping_editor = MappingEditing(tools, self._mappings)
        self._retrying = log.Retrying(tools)
        self._practice = practice
        self._spawn = spawn or in_thread
        self._since = tools.now()
        self.files = FilesOffice(tools)
        self.backfill = BackfillOffice(tools, self._submit)
        self.drilling = DrillingOffice(tools)
        self.log_book = LogOffice(tools)
        self.changes = ChangesOffice(tools, self._submit)
        self.backups = BackupsOffice(tools, backup_plan, status.product_version(), self._spawn)

    def start(self) -> None:
        """Go on with what was unfinished when the service ended."""
        # A consent that waits on another machine goes on waiting there.
        alone = self._tools.machines is None or self._tools.machines.alone()
        self._consents.expire_old(all_waiting=alone)
        self._organisations.begin()
        self._runner.start(self._runs.run)
        self.tick()

    def stop(self) -> None:
        """End, within bounds; nothing is lost."""
        self._consents.stop()
        self._runner.stop()

    def tick(self) -> None:
        """Look at what is due, and have it sent."""
        self._consents.expire_old()
        pausing.end_overdue(self._tools)
        self.disconnecting.tick(self._spawn)
        self._looking.tick(self._spawn)
        self.backups.tick()
        self._arriving.tick()
        moved.release(self._tools)
        self.changes.tick(self._spawn)
        due = scheduling.sweep(self._tools)
        self._runs.keep_trouble_of(due)
        for store in due:
            if self._runs.may_start(store):
                self._runner.submit(store)

    def takings_changed(self, store: str, dates: Iterable[date]) -> None:
        """Tell that records of these dates came in."""
        came = list(dates)
        self._arriving.arrived(store, came)
        reading.tell_days(self._tools, store, came)

    # --- reading --------------------------------------------------------------------

    def status(self) -> StatusAnswer:
        """Return where every store stands."""
        return {
            "service": {
                "version": status.product_version(),
                "since": self._since.isoformat(),
                "machines": status.machines(self._tools),
            },
            "stores": status.store_states(self._tools, self._runs.trouble, practice=self._practice),
        }

    def totals(self, store: str, *, first: date, last: date) -> TotalsAnswer:
        """Return a store's takings over a span of dates."""
        with self._tools.db.read() as session:
            return report.totals(session, store, first, last)

    def preview(self, store: str, day: date, *, shape: str | None = None) -> DayDocumentsAnswer:
        """Return the documents of a day and what would be refused; sends nothing."""
        return preview.preview(self._tools, store, day, shape)

    def days(self, store: str, month: str) -> DaysAnswer:
        """Return a month (`2026-11`) of business dates."""
        return reading.month(self._tools, store, month)

    def log(
        self,
        *,
        store: str | None = None,
        failed: bool = False,
        limit: int | None = None,
        before: int | None = None,
    ) -> LogAnswer:
        """Return remote writes, newest first."""
        return {"attempts": log.log(self._tools, store, failed=failed, limit=limit, before=before)}

    def audit(self, *, since: datetime | None = None, limit: int | None = None) -> AuditPageAnswer:
        """Return changes and who made them, newest first."""
        return {"entries": reading.audit_entries(self._tools, since, limit)}

    # --- connecting -----------------------------------------------------------------

    def begin_consent(
        self,
        store: str,
        *,
        client_id: str,
        client_secret: str | None = None,
        flow: str = "pkce",
        redirect: str | None = None,
        creates_accounts: bool = False,
        who: Person,
    ) -> ConsentAnswer:
        """Begin to connect a store; returns the address a person opens."""
        return self._consents.begin(
            store,
            client_id=client_id,
            client_secret=client_secret,
            flow=flow,
            redirect=redirect,
            creates_accounts=creates_accounts,
            who=who,
        )

    def consent(self, store: str) -> ConsentAnswer:
        """Return where the consent stands."""
        return self._consents.answer(store)

    def cancel_consent(self, store: str, *, who: Person) -> ConsentAnswer:
        """End the wait for a consent."""
        return self._consents.cancel(store, who)

    def paste(self, store: str, address: str, *, who: Person) -> ConsentAnswer:
        """Take the address a browser elsewhere was sent to."""
        return self._consents.paste(store, address, who)

    def organisations(self, store: str) -> list[OrganisationAnswer]:
        """Return the organisations the consent gives access to."""
        self._consents.settled(store)
        return self._organisations.found(store)

    def choose_organisation(
        self,
        store: str,
        *,
        tenant: str | None = None,
        confirm: str | None = None,
        take_over: bool = False,
        who: Person,
    ) -> OrganisationAnswer:
        """Choose where a store's days go; what waits for it is sent."""
        self._consents.settled(store)
        chosen = self._organisations.choose(store, tenant, confirm, who, take_over=take_over)
        self._spawn(lambda: reading.first_read(self._tools, store))
        self._send_what_waited(store)
        return chosen

    def _has_consent(self, store: str) -> None:
        """Go on with the organisation of before, where there was one."""
        with self._tools.db.read() as session:
            chosen_before = reading.tenant(session, store) is not None
        if chosen_before and self._organisations.meet_again(store):
            self._send_what_waited(store)

    # --- reference data and mapping -------------------------------------------------

    def reference(self, store: str, kind: str) -> ReferenceAnswer:
        """Return what the organisation last told of one kind."""
        return reading.reference_rows(self._tools, store, kind)

    def refresh_reference(self, store: str, *, who: Person) -> dict[str, int]:
        """Read reference data again; return how many rows of each kind."""
        link = link_for_reading(self._tools, store)
        with noting_loss(self._tools, link):
            counts = reference.refresh(self._tools, link)
        reading.write_down(self._tools, who, "refresh_reference", store, counts)
        return {kind.replace("_", "-"): number for kind, number in counts.items()}

    def mapping(self, store: str, version: int | None = None) -> MappingAnswer:
        """Return a store's mapping."""
        return self._mappings.mapping(store, version)

    def save_mapping(self, store: str, body: Mapping[str, Any], *, who: Person) -> MappingSavedAnswer:
        """Save a mapping; return its version and what is still wrong with it."""
        return self._mappings.save(store, body, who)

    def mapping_versions(self, store: str) -> MappingVersionsAnswer:
        """Return every version of a store's mapping."""
        return self._mappings.versions(store)

    def check_mapping(self, store: str) -> MappingCheckAnswer:
        """Return everything missing or invalid in the mapping."""
        return {"issues": self._mappings.check(store)}

    def suggest_mapping(self, store: str) -> MappingSuggestAnswer:
        """Return proposals for what the mapping lacks."""
        return {"proposals": self._mappings.suggest(store)}

    # --- days -----------------------------------------------------------------------

    def close_day(self, store: str, day: date, *, who: Person) -> DayAnswer:
        """Close a date by hand."""
        return deciding.close_day(self._tools, store, day, who)

    def no_trade(self, store: str, day: date, *, who: Person, name: str | None = None) -> DayAnswer:
        """Confirm that the shop did not trade on a date; `name`: who says so."""
        return deciding.no_trade(self._tools, store, day, who, name)

    def sync(
        self, store: str, *, first: date | None = None, last: date | None = None, who: Person
    ) -> QueuedAnswer:
        """Queue what is due, or the dates named."""
        dates = asking.ask(self._tools, store, first, last, who)
        self._submit(store)
        return {"queued": [day.isoformat() for day in dates]}

    def sync_state(self, store: str, *, first: date | None = None, last: date | None = None) -> SyncAnswer:
        """Return days with their documents as they were, or will be, sent."""
        return reading.sync_state(self._tools, store, first, last)

    def schedule(self, store: str) -> ScheduleAnswer:
        """Return when a store's days are sent."""
        return frequencies.schedule(self._tools, store)

    def set_schedule(
        self,
        store: str,
        *,
        frequency: str | None = None,
        at: str | None = None,
        start: date | None = None,
        who: Person,
    ) -> ScheduleAnswer:
        """Set when a store's days are sent."""
        return frequencies.set_schedule(self._tools, store, frequency, at, start, who)

    def retry(self, ids: Sequence[int], *, dry_run: bool = False, who: Person) -> RetryAnswer:
        """Try again what attempts carried, or say what that would do."""
        forecast = self._retrying.forecast(ids)
        if dry_run:
            return {"forecast": forecast, "days": []}
        again = self._retrying.again(ids, who)
        for store in again:
            self._submit(store)
        days = [day for store, dates in again.items() for day in preview.sent(self._tools, store, dates)]
        return {"forecast": forecast, "days": days}

    # --- the integration ------------------------------------------------------------

    def pause(
        self, store: str, *, reason: str, until: datetime | str | None = None, who: Person
    ) -> IntegrationAnswer:
        """Begin nothing for now; a text is a time as a person types it."""
        pausing.pause(self._tools, store, reason, until, who)
        return self._integration(store)

    def resume(self, store: str, *, who: Person, of_others: bool = True) -> IntegrationAnswer:
        """Go on sending; `of_others`: also when somebody else paused it."""
        pausing.resume(self._tools, store, who, of_others=of_others)
        self._send_what_waited(store)
        return self._integration(store)

    def disconnect(self, store: str, *, dry_run: bool = False, who: Person) -> IntegrationAnswer:
        """End the connection at the ledger, or say what would stay unsent."""
        if dry_run:
            return {**self._integration(store), "disconnection": self.disconnecting.forecast(store)}
        self.disconnecting.disconnect(store, who)
        return self._integration(store)

    def _integration(self, store: str) -> IntegrationAnswer:
        return status.integration(self._tools, store, practice=self._practice)

    def _send_what_waited(self, store: str) -> None:
        """Have a store run with all that is due.

        So that it goes in the order of its dates.
        """
        scheduling.sweep(self._tools)
        self._submit(store)

    def _submit(self, store: str) -> None:
        """Have a store run because a person asked."""
        self._runs.forgive(store)
        self._runner.submit(store)


def in_thread(work: Callable[[], None]) -> None:
    """Do something in a thread of its own."""
    threading.Thread(target=work, name="background", daemon=True).start()
