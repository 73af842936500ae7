"""What is written down of a consent: in the store's connection and in the audit."""

from __future__ import annotations

from services.accounting.xero.oauth import App, Consent
from services.accounting.xero.tokens import TokenKeeper
from services.contract.people import Person
from services.contract.states import IntegrationState
from services.store import audit, connections, stores
from services.sync.tools import Tools

WAITING = "waiting"
DONE = "done"
REFUSED = "refused"
EXPIRED = "expired"
FAILED = "failed"
NONE = "none"


class ConsentNotes:
    """Writes down where consents stand. No secret is ever in it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def begun(self, store: str, who: Person, app: App, consent: Consent | None) -> None:
        """Note that a person began to connect; without `consent` no browser is needed."""
        now = self._tools.now()
        with self._tools.db.write() as session:
            stores.get_store(session, store)
            row = connections.ensure_connection(session, store, now)
            if row.state == IntegrationState.NOT_SET_UP:
                connections.set_state(session, row, IntegrationState.SETUP_UNFINISHED, who.name, now)
            row.consent = WAITING if consent else DONE
            row.consent_address = consent.address if consent else None
            row.consent_expires = consent.expires if consent else None
            session.add(row)
            after = {"client_id": app.client_id, "flow": str(app.flow), "redirect": app.redirect}
            audit.append(session, now, who, "begin_consent", store, after=after)
        self._tools.tell("integration", store, state=row.state)

    def done(self, store: str, keeper: TokenKeeper, app: App, by: str) -> None:
        """Note that the store has tokens; it may still have to choose an organisation."""
        now = self._tools.now()
        with self._tools.db.write() as session:
            row = connections.ensure_connection(session, store, now)
            row.client_id, row.flow, row.redirect = app.client_id, str(app.flow), app.redirect
            row.scopes, row.refresh_expires = " ".join(keeper.scopes), keeper.refresh_expires
            row.consent, row.consent_address, row.blocked_until = DONE, None, None
            state = row.state if row.tenant else IntegrationState.SETUP_UNFINISHED
            connections.set_state(session, row, state, by, now)
            row.looked, row.tries, row.failing_since = now, 0, None
            if row.state != IntegrationState.PAUSED:  # a pause stays with its owner
                row.by = by
        self._tools.tell("integration", store, state=state)

    def ended(self, store: str, state: str, by: str) -> None:
        """Note that a consent ended without tokens."""
        with self._tools.db.write() as session:
            row = connections.ensure_connection(session, store, self._tools.now())
            row.consent, row.consent_address = (None if state == NONE else state), None
            row.by = row.by or by
            session.add(row)
        self._tools.tell("integration", store, state=row.state)

    def cancelled(self, store: str, who: Person) -> None:
        """Note that a person ended the wait."""
        with self._tools.db.write() as session:
            audit.append(session, self._tools.now(), who, "cancel_consent", store)
        self.ended(store, NONE, who.name)
