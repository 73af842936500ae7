"""Choosing the organisation that a store's days go to, and meeting it again."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.accounting.ledger import Organisation
from services.accounting.xero.identity import compare
from services.contract.answers import OrganisationAnswer
from services.contract.people import Person
from services.contract.problem import NotFound, Refused
from services.contract.states import DayState, IntegrationState
from services.store import audit, connections, days, mappings, stores
from services.store.tables import Connection
from services.sync.changed.tills import NOT_CONNECTED
from services.sync.links import disconnecting, sealing
from services.sync.number_clashes import refuse_same_numbers
from services.sync.tools import Tools


class Organisations:
    """The organisations that a store's consent gave access to."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def found(self, store: str) -> list[OrganisationAnswer]:
        """Return them as the ledger lists them now."""
        row = self._connection(store)
        return [_answer(each, row) for each in self._tools.ledgers.organisations(row)]

    def choose(
        self, store: str, tenant: str | None, confirm: str | None, who: Person, *, take_over: bool = False
    ) -> OrganisationAnswer:
        """Choose one; raises Refused unless it matches the store (CLI.md).

        Or where another store sends documents of the same numbers to it. Nothing is written to an
        organisation before it was chosen. `take_over`: days that wait for an organisation that
        never had a document of the store go to this one.
        """
        row = self._connection(store)
        organisation = _one(self._tools.ledgers.organisations(row), tenant)
        with self._tools.db.read() as session:
            facts = stores.get_facts(session, store)
        findings = compare(organisation, facts, confirm)
        if findings:
            raise Refused(
                " ".join(finding.what for finding in findings),
                " ".join(finding.why for finding in findings),
                " ".join(dict.fromkeys(finding.next for finding in findings)),
                code=findings[0].code,
            )
        return _answer(organisation, self._chosen(store, organisation, who, take_over=take_over))

    def meet_again(self, store: str) -> bool:
        """After a new consent: go on with the organisation chosen before, if it is there."""
        row = self._connection(store)
        found = self._tools.ledgers.organisations(row)
        before = next((each for each in found if each.tenant == row.tenant), None)
        now = self._tools.now()
        with self._tools.db.write() as session:
            row = connections.ensure_connection(session, store, now)
            if before is None:
                connections.set_state(session, row, IntegrationState.SETUP_UNFINISHED, row.by, now)
            else:
                row.connection_id, row.tenant_name = before.connection_id, before.name
                _go_on(session, row, row.by, now)
                after = {"tenant": before.tenant, "organisation": before.name}
                audit.append(session, now, Person(row.by, None, frozenset()), "reconnect", store, after=after)
        self._tools.tell("integration", store, state=row.state)
        return before is not None

    def begin(self) -> None:
        """Let go what waits for an organisation that its store has by now.

        Earlier versions wrote down that it was missing, and never took that away.
        """
        with self._tools.db.write() as session:
            for row in connections.connections(session):
                if row.tenant is not None:
                    _forget_unconnected(session, row.store)

    def _chosen(self, store: str, organisation: Organisation, who: Person, *, take_over: bool) -> Connection:
        now = self._tools.now()
        with self._tools.db.write() as session:
            row = connections.ensure_connection(session, store, now)
            before = {"tenant": row.tenant, "organisation": row.tenant_name}
            if (mapping := mappings.latest(session, store)) is not None:
                refuse_same_numbers(
                    session, mappings.mapping_of(mapping), organisation.tenant, organisation.name
                )
            if row.tenant and row.tenant != organisation.tenant:
                sealing.seal_queued(session, row, now)
            row.tenant, row.tenant_name = organisation.tenant, organisation.name
            row.connection_id, row.blocked_until = organisation.connection_id, None
            _go_on(session, row, who.name, now)
            if take_over:
                sealing.take_over(session, store)
            _queue_what_waited(session, store, now)
            after = {"tenant": organisation.tenant, "organisation": organisation.name}
            audit.append(session, now, who, "choose_organisation", store, before=before, after=after)
        self._tools.tell("integration", store, state=row.state)
        return row

    def _connection(self, store: str) -> Connection:
        with self._tools.db.read() as session:
            stores.get_store(session, store)
            row = connections.get_connection(session, store)
        if row is None or not row.client_id:
            raise Refused(
                "There is no consent from Xero yet.",
                "Organisations can be listed once somebody allowed the access.",
                "Connect with `tillbook connect xero`.",
                code="no_consent",
            )
        return row


def _go_on(session: Session, row: Connection, by: str, now: datetime) -> None:
    """Let a store send to the organisation it has; a pause stays until it is ended."""
    disconnecting.connected_again(session, row.store, row.tenant or "")
    _forget_unconnected(session, row.store)
    days.unask(session, row.store)
    row.tries, row.failing_since = 0, None
    paused = row.state == IntegrationState.PAUSED
    state = IntegrationState.PAUSED if paused else IntegrationState.CONNECTED
    connections.set_state(session, row, state, by, now)


def _forget_unconnected(session: Session, store: str) -> None:
    """Take away that a day waits for an organisation: it would wait for ever."""
    for day in days.in_states(session, [DayState.OPEN, DayState.WAITING], store):
        if any(each.get("code") == NOT_CONNECTED for each in day.why or ()):
            day.why = [each for each in day.why or () if each.get("code") != NOT_CONNECTED] or None
            session.add(day)
    session.flush()


def _queue_what_waited(session: Session, store: str, now: datetime) -> None:
    """Ask again for the days that waited for another organisation."""
    waiting = days.in_states(session, [DayState.WAITING], store)
    belonging = [day.business_date for day in waiting if _waits_for_organisation(day.why)]
    days.queue(session, store, belonging, now)


def _waits_for_organisation(why: list[dict[str, str]] | None) -> bool:
    return any(each.get("code") == "organisation_gone" for each in why or ())


def _one(found: list[Organisation], tenant: str | None) -> Organisation:
    if tenant is not None:
        match = next((each for each in found if each.tenant == tenant), None)
        if match is None:
            raise NotFound(
                f"There is no organisation {tenant}.",
                "The consent does not give access to it.",
                "See which there are with `tillbook organisation list`.",
                code="unknown_organisation",
            )
        return match
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name for each in found)
    raise Refused(
        "Say which organisation is meant." if found else "The consent gives access to no organisation.",
        f"The consent gives access to {names}." if found else "It may have been ended in Xero.",
        "Choose one with --tenant." if found else "Connect again and pick the organisation at Xero.",
        code="several_organisations" if found else "no_organisation",
    )


def _answer(organisation: Organisation, row: Connection) -> OrganisationAnswer:
    return {
        "tenant": organisation.tenant,
        "name": organisation.name,
        "country": organisation.country,
        "currency": organisation.currency,
        "tax_basis": organisation.tax_basis,
        "chosen": organisation.tenant == row.tenant and row.state != IntegrationState.DISCONNECTED,
    }
