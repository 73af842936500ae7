"""What the service can be asked, one method a route.

Arguments left None are not sent. Dates and times are ISO strings, as everywhere on the
wire. Every method raises the problems of `console.transport`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from console.transport import Json, NoService, Readable, Transport, given

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import answers, replies

__all__ = ["Client", "NoService"]

# A ledger may be asked on the way, at the pace it allows.
_LEDGER_SECONDS = 180.0


class Client(Transport):
    """A connection to the service; a context manager that closes it."""

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close the connections."""
        self.close()

    # The service itself

    def status(self) -> answers.StatusAnswer:
        """Return how every store and its integrations are."""
        answer: answers.StatusAnswer = self.call("GET", "/v1/status")
        return answer

    def me(self) -> replies.MeAnswer:
        """Return whom the service takes this person for."""
        answer: replies.MeAnswer = self.call("GET", "/v1/me")
        return answer

    def log(
        self,
        *,
        store: str | None = None,
        failed: bool = False,
        limit: int | None = None,
        before: int | None = None,
    ) -> replies.LogAnswer:
        """Return remote writes, newest first."""
        query = {"store": store, "failed": failed or None, "limit": limit, "before": before}
        answer: replies.LogAnswer = self.call("GET", "/v1/log", query=query)
        return answer

    def audit(self, *, since: str | None = None, limit: int | None = None) -> replies.AuditPageAnswer:
        """Return changes and who made them, newest first."""
        query = {"since": since, "limit": limit}
        answer: replies.AuditPageAnswer = self.call("GET", "/v1/audit", query=query)
        return answer

    # The shop: stores, imports, source profiles

    def stores(self) -> list[answers.StoreAnswer]:
        """Return the stores."""
        answer: list[answers.StoreAnswer] = self.call("GET", "/v1/stores")
        return answer

    def add_store(self, key: str, **details: str | None) -> answers.StoreAnswer:
        """Add a store; `details` are the fields of StoreAnswer (name, country …)."""
        answer: answers.StoreAnswer = self.call("POST", "/v1/stores", body=given({"key": key, **details}))
        return answer

    def set_store(self, key: str, **changes: str | None) -> answers.StoreAnswer:
        """Change settings of a store; an empty `cash_rounding` takes the rule away."""
        answer: answers.StoreAnswer = self.call("PATCH", _store(key), body=given(changes))
        return answer

    def import_file(
        self, path: Path, *, source: str | None = None, store: str | None = None
    ) -> answers.ImportAnswer:
        """Take in one file. Raises OSError when it cannot be read."""
        with path.open("rb") as stream:
            return self.import_stream(stream, path.name, source=source, store=store)

    def import_stream(
        self, stream: Readable, name: str, *, source: str | None = None, store: str | None = None
    ) -> answers.ImportAnswer:
        """Take in what `stream` gives, told to people as `name`."""
        query = {"name": name, "source": source, "store": store}
        answer: answers.ImportAnswer = self.upload("/v1/imports", stream, query=query)
        return answer

    def sources(self) -> list[replies.SourceAnswer]:
        """Return the source profiles."""
        answer: list[replies.SourceAnswer] = self.call("GET", "/v1/sources")
        return answer

    def source(self, name: str) -> replies.SourceAnswer:
        """Return one source profile with its text."""
        answer: replies.SourceAnswer = self.call("GET", f"/v1/sources/{_part(name)}")
        return answer

    def add_source(self, name: str, text: str) -> replies.SourceAnswer:
        """Add a source profile."""
        answer: replies.SourceAnswer = self.call("POST", "/v1/sources", body={"name": name, "text": text})
        return answer

    def test_source(self, name: str, path: Path, *, store: str | None = None) -> answers.ImportAnswer:
        """Return what importing a file through the profile would do; keeps nothing."""
        query = {"name": path.name, "store": store}
        with path.open("rb") as stream:
            answer: answers.ImportAnswer = self.upload(f"/v1/sources/{_part(name)}/test", stream, query=query)
        return answer

    def totals(self, store: str, *, first: str, last: str) -> answers.TotalsAnswer:
        """Return what was taken in from one business date to another."""
        query = {"from": first, "to": last}
        answer: answers.TotalsAnswer = self.call("GET", f"{_store(store)}/totals", query=query)
        return answer

    # The link to the ledger

    def begin_consent(
        self,
        store: str,
        *,
        client_id: str,
        client_secret: str | None = None,
        flow: str | None = None,
        redirect: str | None = None,
    ) -> answers.ConsentAnswer:
        """Begin a consent; the answer holds the address to open."""
        body = {"client_id": client_id, "client_secret": client_secret, "flow": flow, "redirect": redirect}
        answer: answers.ConsentAnswer = self._ledger("POST", store, "xero/consent", body)
        return answer

    def consent(self, store: str) -> answers.ConsentAnswer:
        """Return how the consent stands."""
        answer: answers.ConsentAnswer = self.call("GET", f"{_store(store)}/xero/consent")
        return answer

    def cancel_consent(self, store: str) -> answers.ConsentAnswer:
        """Call the consent off."""
        answer: answers.ConsentAnswer = self.call("DELETE", f"{_store(store)}/xero/consent")
        return answer

    def paste(self, store: str, address: str) -> answers.ConsentAnswer:
        """Finish a consent with the address that the browser showed."""
        answer: answers.ConsentAnswer = self._ledger(
            "POST", store, "xero/consent/paste", {"address": address}
        )
        return answer

    def organisations(self, store: str) -> list[answers.OrganisationAnswer]:
        """Return what the consent gave access to."""
        answer: list[answers.OrganisationAnswer] = self._ledger("GET", store, "xero/organisations")
        return answer

    def choose_organisation(
        self, store: str, *, tenant: str | None = None, confirm: str | None = None
    ) -> answers.OrganisationAnswer:
        """Choose the organisation; `confirm` repeats a name unlike the store's."""
        body = {"tenant": tenant, "confirm": confirm}
        answer: answers.OrganisationAnswer = self._ledger("POST", store, "xero/organisations", body)
        return answer

    def reference(self, store: str, kind: str) -> replies.ReferenceAnswer:
        """Return what the ledger last told of one kind, such as tax-rates."""
        answer: replies.ReferenceAnswer = self.call("GET", f"{_store(store)}/reference/{_part(kind)}")
        return answer

    def refresh_reference(self, store: str) -> dict[str, int]:
        """Ask the ledger again; return how much it told of each kind."""
        answer: dict[str, int] = self._ledger("POST", store, "reference/refresh")
        return answer

    def pause(self, store: str, *, reason: str, until: str | None = None) -> answers.IntegrationAnswer:
        """Send nothing until it is resumed."""
        body = {"reason": reason, "until": until}
        answer: answers.IntegrationAnswer = self.call("POST", f"{_store(store)}/xero/pause", body=given(body))
        return answer

    def resume(self, store: str) -> answers.IntegrationAnswer:
        """End the pause."""
        answer: answers.IntegrationAnswer = self.call("POST", f"{_store(store)}/xero/resume")
        return answer

    def disconnect(self, store: str, *, dry_run: bool = False) -> answers.IntegrationAnswer:
        """End the link, or only tell what that would leave unsent."""
        answer: answers.IntegrationAnswer = self._ledger(
            "POST", store, "xero/disconnect", {"dry_run": dry_run}
        )
        return answer

    # From takings to documents

    def mapping(self, store: str, version: int | None = None) -> replies.MappingAnswer:
        """Return the mapping, or an earlier version of it."""
        query = {"version": version}
        answer: replies.MappingAnswer = self.call("GET", f"{_store(store)}/mapping", query=query)
        return answer

    def save_mapping(self, store: str, mapping: dict[str, Any]) -> replies.MappingSavedAnswer:
        """Save a mapping file's content as a new version."""
        answer: replies.MappingSavedAnswer = self.call("PUT", f"{_store(store)}/mapping", body=mapping)
        return answer

    def mapping_versions(self, store: str) -> replies.MappingVersionsAnswer:
        """Return the versions of the mapping."""
        answer: replies.MappingVersionsAnswer = self.call("GET", f"{_store(store)}/mapping/versions")
        return answer

    def check_mapping(self, store: str) -> replies.MappingCheckAnswer:
        """Return everything that is missing or invalid in the mapping."""
        answer: replies.MappingCheckAnswer = self.call("GET", f"{_store(store)}/mapping/check")
        return answer

    def suggest_mapping(self, store: str) -> replies.MappingSuggestAnswer:
        """Return proposals for what the mapping lacks; changes nothing."""
        answer: replies.MappingSuggestAnswer = self.call("GET", f"{_store(store)}/mapping/suggest")
        return answer

    def preview(self, store: str, date: str, *, shape: str | None = None) -> answers.DayDocumentsAnswer:
        """Return the documents of a day, their proof and what would be refused."""
        query = {"shape": shape}
        answer: answers.DayDocumentsAnswer = self.call("GET", f"{_day(store, date)}/preview", query=query)
        return answer

    def days(self, store: str, month: str) -> answers.DaysAnswer:
        """Return a month ("2026-11"), a state for each business date."""
        answer: answers.DaysAnswer = self.call("GET", f"{_store(store)}/days", query={"month": month})
        return answer

    def close_day(self, store: str, date: str) -> answers.DayAnswer:
        """Close a business date before its cut-off."""
        answer: answers.DayAnswer = self.call("POST", f"{_day(store, date)}/close")
        return answer

    def no_trade(self, store: str, date: str) -> answers.DayAnswer:
        """Confirm that the store took nothing on a date."""
        answer: answers.DayAnswer = self.call("POST", f"{_day(store, date)}/no-trade")
        return answer

    def sync(
        self, store: str, *, date: str | None = None, first: str | None = None, last: str | None = None
    ) -> replies.QueuedAnswer:
        """Put what is due in the queue; it is sent in the background."""
        body = {"date": date, "from": first, "to": last}
        answer: replies.QueuedAnswer = self.call("POST", f"{_store(store)}/sync", body=given(body))
        return answer

    def sync_state(
        self, store: str, *, first: str | None = None, last: str | None = None
    ) -> answers.SyncAnswer:
        """Return where the days stand, with their documents."""
        query = {"from": first, "to": last}
        answer: answers.SyncAnswer = self.call("GET", f"{_store(store)}/sync", query=query)
        return answer

    def schedule(self, store: str) -> replies.ScheduleAnswer:
        """Return when days are sent."""
        answer: replies.ScheduleAnswer = self.call("GET", f"{_store(store)}/schedule")
        return answer

    def set_schedule(
        self, store: str, *, frequency: str | None = None, at: str | None = None, start: str | None = None
    ) -> replies.ScheduleAnswer:
        """Set when, and from which business date, days are sent."""
        body = {"frequency": frequency, "at": at, "start": start}
        answer: replies.ScheduleAnswer = self.call("PUT", f"{_store(store)}/schedule", body=given(body))
        return answer

    def retry(self, ids: list[int], *, dry_run: bool = False) -> replies.RetryAnswer:
        """Try attempts again, or only tell what that would do."""
        body = {"ids": ids, "dry_run": dry_run}
        answer: replies.RetryAnswer = self.call(
            "POST", "/v1/retry", body=given(body), timeout=_LEDGER_SECONDS
        )
        return answer

    def _ledger(self, method: str, store: str, path: str, body: Mapping[str, object] | None = None) -> Json:
        return self.call(
            method, f"{_store(store)}/{path}", body=body and given(body), timeout=_LEDGER_SECONDS
        )


def _part(text: str) -> str:
    """Return `text` as one part of an address, whatever is in it."""
    return quote(text, safe="")


def _store(key: str) -> str:
    return f"/v1/stores/{_part(key)}"


def _day(store: str, date: str) -> str:
    return f"{_store(store)}/days/{_part(date)}"
