"""The service itself: state, people, log, audit, doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.calls.asking import Calls

if TYPE_CHECKING:
    # The answers are types only: making their classes would cost each command 10 ms.
    from services.contract import answers, log_pages, replies, rights, support

_DOCTOR_SECONDS = 600.0


class ServiceCalls(Calls):
    """The service itself: state, people, log, audit, doctor."""

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

    def people(self) -> rights.PeopleAnswer:
        """Return every role with its groups and their members."""
        answer: rights.PeopleAnswer = self.call("GET", "/v1/people")
        return answer

    def doctor(self, store: str | None = None) -> support.DoctorAnswer:
        """Return what will fail tomorrow; every store's ledger is asked on the way."""
        answer: support.DoctorAnswer = self.call(
            "GET", "/v1/doctor", query={"store": store}, timeout=_DOCTOR_SECONDS
        )
        return answer

    def log_page(
        self, *, first: int = 0, limit: int | None = None, **wanted: object
    ) -> log_pages.LogPageAnswer:
        """Return a page of the remote writes that match store, failed, call, text."""
        query = {"first": first, "limit": limit, **wanted}
        answer: log_pages.LogPageAnswer = self.call("GET", "/v1/log/page", query=query)
        return answer

    def attempt(self, number: int) -> log_pages.AttemptDetailAnswer:
        """Return one remote write with what was asked and answered."""
        answer: log_pages.AttemptDetailAnswer = self.call("GET", f"/v1/log/{number}")
        return answer

    def audit(self, *, since: str | None = None, limit: int | None = None) -> replies.AuditPageAnswer:
        """Return changes and who made them, newest first."""
        query = {"since": since, "limit": limit}
        answer: replies.AuditPageAnswer = self.call("GET", "/v1/audit", query=query)
        return answer
