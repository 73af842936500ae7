"""The link to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.calls.asking import Calls, part, store_path
from console.transport import given

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import answers, integration, replies
    from services.contract import failures as known_failures


class LedgerCalls(Calls):
    """The link to the ledger."""

    def begin_consent(
        self,
        store: str,
        *,
        client_id: str,
        client_secret: str | None = None,
        flow: str | None = None,
        redirect: str | None = None,
        creates_accounts: bool | None = None,
    ) -> answers.ConsentAnswer:
        """Begin a consent; the answer holds the address to open."""
        body: dict[str, object] = {"client_id": client_id, "client_secret": client_secret}
        body |= {"flow": flow, "redirect": redirect, "creates_accounts": creates_accounts}
        answer: answers.ConsentAnswer = self.ask_ledger("POST", store, "xero/consent", body)
        return answer

    def consent(self, store: str) -> answers.ConsentAnswer:
        """Return how the consent stands."""
        answer: answers.ConsentAnswer = self.call("GET", f"{store_path(store)}/xero/consent")
        return answer

    def cancel_consent(self, store: str) -> answers.ConsentAnswer:
        """Call the consent off."""
        answer: answers.ConsentAnswer = self.call("DELETE", f"{store_path(store)}/xero/consent")
        return answer

    def paste(self, store: str, address: str) -> answers.ConsentAnswer:
        """Finish a consent with the address that the browser showed."""
        answer: answers.ConsentAnswer = self.ask_ledger(
            "POST", store, "xero/consent/paste", {"address": address}
        )
        return answer

    def organisations(self, store: str) -> list[answers.OrganisationAnswer]:
        """Return what the consent gave access to."""
        answer: list[answers.OrganisationAnswer] = self.ask_ledger("GET", store, "xero/organisations")
        return answer

    def choose_organisation(
        self, store: str, *, tenant: str | None = None, confirm: str | None = None, take_over: bool = False
    ) -> answers.OrganisationAnswer:
        """Choose the organisation; `confirm` repeats a name unlike the store's.

        `take_over`: days that wait for one that never had a document of the store go to it.
        """
        body = {"tenant": tenant, "confirm": confirm, "take_over": take_over or None}
        answer: answers.OrganisationAnswer = self.ask_ledger("POST", store, "xero/organisations", body)
        return answer

    def reference(self, store: str, kind: str) -> replies.ReferenceAnswer:
        """Return what the ledger last told of one kind, such as tax-rates."""
        answer: replies.ReferenceAnswer = self.call("GET", f"{store_path(store)}/reference/{part(kind)}")
        return answer

    def refresh_reference(self, store: str) -> dict[str, int]:
        """Ask the ledger again; return how much it told of each kind."""
        answer: dict[str, int] = self.ask_ledger("POST", store, "reference/refresh")
        return answer

    def pause(self, store: str, *, reason: str, until: str | None = None) -> answers.IntegrationAnswer:
        """Begin nothing until it is resumed; `until` as a person types it (`2h`)."""
        body = {"reason": reason, "until": until}
        answer: answers.IntegrationAnswer = self.call(
            "POST", f"{store_path(store)}/xero/pause", body=given(body)
        )
        return answer

    def resume(self, store: str) -> answers.IntegrationAnswer:
        """End the pause."""
        answer: answers.IntegrationAnswer = self.call("POST", f"{store_path(store)}/xero/resume")
        return answer

    def disconnections(self, store: str) -> list[integration.DisconnectionAnswer]:
        """Return the receipts of every time the store was disconnected, newest first."""
        path = f"{store_path(store)}/xero/disconnections"
        answer: list[integration.DisconnectionAnswer] = self.call("GET", path)
        return answer

    def disconnect(self, store: str, *, dry_run: bool = False) -> answers.IntegrationAnswer:
        """End the link, or only tell what that would leave unsent."""
        answer: answers.IntegrationAnswer = self.ask_ledger(
            "POST", store, "xero/disconnect", {"dry_run": dry_run}
        )
        return answer

    def failures(self) -> known_failures.FailuresAnswer:
        """Return every failure that is known."""
        answer: known_failures.FailuresAnswer = self.call("GET", "/v1/failures")
        return answer

    def failure(self, code: str) -> known_failures.FailureAnswer:
        """Return what is known of one failure."""
        answer: known_failures.FailureAnswer = self.call("GET", f"/v1/failures/{part(code)}")
        return answer
