"""From takings to documents: mapping, days, changes, schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.calls.asking import LEDGER_SECONDS, Calls, day_path, part, store_path
from console.transport import given

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import answers, drilling, replies
    from services.contract import backfill as backfills
    from services.contract import changes as contract_changes
    from services.contract import schedule as schedules


class DaysCalls(Calls):
    """From takings to documents: mapping, days, changes, schedule."""

    def mapping(self, store: str, version: int | None = None) -> replies.MappingAnswer:
        """Return the mapping, or an earlier version of it."""
        query = {"version": version}
        answer: replies.MappingAnswer = self.call("GET", f"{store_path(store)}/mapping", query=query)
        return answer

    def save_mapping(self, store: str, mapping: dict[str, Any]) -> replies.MappingSavedAnswer:
        """Save a mapping file's content as a new version."""
        answer: replies.MappingSavedAnswer = self.call("PUT", f"{store_path(store)}/mapping", body=mapping)
        return answer

    def mapping_versions(self, store: str) -> replies.MappingVersionsAnswer:
        """Return the versions of the mapping."""
        answer: replies.MappingVersionsAnswer = self.call("GET", f"{store_path(store)}/mapping/versions")
        return answer

    def check_mapping(self, store: str) -> replies.MappingCheckAnswer:
        """Return everything that is missing or invalid in the mapping."""
        answer: replies.MappingCheckAnswer = self.call("GET", f"{store_path(store)}/mapping/check")
        return answer

    def suggest_mapping(self, store: str) -> replies.MappingSuggestAnswer:
        """Return proposals for what the mapping lacks; changes nothing."""
        answer: replies.MappingSuggestAnswer = self.call("GET", f"{store_path(store)}/mapping/suggest")
        return answer

    def preview(self, store: str, date: str, *, shape: str | None = None) -> answers.DayDocumentsAnswer:
        """Return the documents of a day, their proof and what would be refused."""
        query = {"shape": shape}
        answer: answers.DayDocumentsAnswer = self.call("GET", f"{day_path(store, date)}/preview", query=query)
        return answer

    def days(self, store: str, month: str) -> answers.DaysAnswer:
        """Return a month ("2026-11"), a state for each business date."""
        answer: answers.DaysAnswer = self.call("GET", f"{store_path(store)}/days", query={"month": month})
        return answer

    def behind(
        self,
        store: str,
        date: str,
        number: Mapping[str, str | int | None],
        *,
        first: int = 0,
        limit: int | None = None,
    ) -> drilling.BehindAnswer:
        """Return the receipts behind a number of a day.

        `number` names it: kind, category, account, tax_code, tender, register, receipt, section;
        document (its key), with line (0 is the first) or whole; moves (an account) and side (debit
        or credit); or check (an equality in the words of the proof). The last three also of a shape.
        """
        query = {"first": first, "limit": limit, **number}
        answer: drilling.BehindAnswer = self.call("GET", f"{day_path(store, date)}/receipts", query=query)
        return answer

    def receipt(self, store: str, register: str, receipt: str) -> drilling.ReceiptAnswer:
        """Return one receipt."""
        path = f"{store_path(store)}/registers/{part(register)}/receipts/{part(receipt)}"
        answer: drilling.ReceiptAnswer = self.call("GET", path)
        return answer

    def bill(self, store: str, kind: str, bill: str) -> drilling.BillAnswer:
        """Return one supplier's bill; `kind`: purchase or purchase_credit."""
        path = f"{store_path(store)}/bills/{kind}/{part(bill)}"
        answer: drilling.BillAnswer = self.call("GET", path)
        return answer

    def postings(self, store: str, date: str, *, shape: str | None = None) -> drilling.PostingsAnswer:
        """Return what a day's documents post, by account; or would in another shape."""
        path, query = f"{day_path(store, date)}/postings", {"shape": shape}
        answer: drilling.PostingsAnswer = self.call("GET", path, query=query)
        return answer

    def changed_documents(self, store: str, *, date: str | None = None) -> contract_changes.ChangesAnswer:
        """Return what changed after it was posted."""
        answer: contract_changes.ChangesAnswer = self.call(
            "GET", f"{store_path(store)}/changes", query={"date": date}
        )
        return answer

    def check_changes(self, store: str) -> contract_changes.CheckedAnswer:
        """Have the service read what was changed in the ledger."""
        answer: contract_changes.CheckedAnswer = self.ask_ledger("POST", store, "changes/check")
        return answer

    def resolve_change(
        self, store: str, date: str, *, by: str, note: str = "", dry_run: bool = False
    ) -> contract_changes.ResolveAnswer:
        """Decide about a changed date, or only tell what that would do."""
        body: dict[str, object] = {"note": note} if by == "keep" else {"by": by}
        answer: contract_changes.ResolveAnswer = self.call(
            "POST",
            f"{day_path(store, date)}/{'keep' if by == 'keep' else 'correct'}",
            body={**body, "dry_run": dry_run},
            timeout=LEDGER_SECONDS,
        )
        return answer

    def mapping_effect(self, store: str, **wanted: object) -> contract_changes.MappingEffectAnswer:
        """Return what another mapping would have posted."""
        answer: contract_changes.MappingEffectAnswer = self.call(
            "POST", f"{store_path(store)}/mapping/effect", body=given(wanted)
        )
        return answer

    def close_day(self, store: str, date: str) -> answers.DayAnswer:
        """Close a business date before its cut-off."""
        answer: answers.DayAnswer = self.call("POST", f"{day_path(store, date)}/close")
        return answer

    def no_trade(self, store: str, date: str, *, name: str | None = None) -> answers.DayAnswer:
        """Confirm that the store took nothing on a date; `name`: who says so."""
        body = given({"name": name})
        answer: answers.DayAnswer = self.call("POST", f"{day_path(store, date)}/no-trade", body=body)
        return answer

    def sync(
        self, store: str, *, date: str | None = None, first: str | None = None, last: str | None = None
    ) -> replies.QueuedAnswer:
        """Put what is due in the queue; it is sent in the background."""
        body = {"date": date, "from": first, "to": last}
        answer: replies.QueuedAnswer = self.call("POST", f"{store_path(store)}/sync", body=given(body))
        return answer

    def sync_state(
        self, store: str, *, first: str | None = None, last: str | None = None
    ) -> answers.SyncAnswer:
        """Return where the days stand, with their documents."""
        query = {"from": first, "to": last}
        answer: answers.SyncAnswer = self.call("GET", f"{store_path(store)}/sync", query=query)
        return answer

    def schedule(self, store: str) -> schedules.ScheduleAnswer:
        """Return when days are sent."""
        answer: schedules.ScheduleAnswer = self.call("GET", f"{store_path(store)}/schedule")
        return answer

    def set_schedule(
        self, store: str, *, frequency: str | None = None, at: str | None = None, start: str | None = None
    ) -> schedules.ScheduleAnswer:
        """Set when, and from which business date, days are sent."""
        body = {"frequency": frequency, "at": at, "start": start}
        answer: schedules.ScheduleAnswer = self.call("PUT", f"{store_path(store)}/schedule", body=given(body))
        return answer

    def backfill(
        self, store: str, *, first: str, last: str, frequency: str | None = None, dry_run: bool = False
    ) -> backfills.BackfillAnswer:
        """Queue days from before the schedule's start, or only tell what that would do."""
        body = {"from": first, "to": last, "frequency": frequency, "dry_run": dry_run}
        answer: backfills.BackfillAnswer = self.ask_ledger("POST", store, "backfill", body)
        return answer

    def retry(self, ids: list[int], *, dry_run: bool = False) -> replies.RetryAnswer:
        """Try attempts again, or only tell what that would do."""
        body = {"ids": ids, "dry_run": dry_run}
        answer: replies.RetryAnswer = self.call("POST", "/v1/retry", body=given(body), timeout=LEDGER_SECONDS)
        return answer
