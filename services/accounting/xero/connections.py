"""The organisations a consent gave access to, and its end (XERO.md 4.6)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from services.accounting.ledger import AuthorisationLost, CallFailed, CallRefused, Organisation
from services.accounting.xero.client import XeroClient
from services.accounting.xero.facts import organisation_from
from services.accounting.xero.incoming import plain, text

_ORGANISATION = "ORGANISATION"
PROOF_CALL = "GET Organisation"


@dataclass(frozen=True, slots=True)
class Connection:
    """One tenant that the app may reach; `kind`: ORGANISATION or PRACTICE."""

    connection_id: str
    tenant: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that Xero refused: the proof that a connection is ended."""

    call: str
    status: int
    said: str


def connections(client: XeroClient, auth_event: str | None = None) -> list[Connection]:
    """Return what the app may reach; with `auth_event`, only what that consent added."""
    query = {} if auth_event is None else {"auth_event_id": auth_event}
    rows = client.read(client.identity.get_connections, **query)
    return [
        Connection(text(row, "id"), text(row, "tenantId"), text(row, "tenantName"), text(row, "tenantType"))
        for row in rows
    ]


def organisations(client: XeroClient, auth_event: str | None = None) -> list[Organisation]:
    """Return the organisations with country, currency and tax basis."""
    found = [one for one in connections(client, auth_event) if one.kind == _ORGANISATION]
    return [_organisation(client, one) for one in found]


def disconnect(client: XeroClient, connection_id: str | None, tenant: str) -> None:
    """End one connection; the others stay. One that is gone is no error.

    Without an id it is looked for by its organisation.
    """
    ids = [connection_id] if connection_id else _ids_of(client, tenant)
    for each in ids:
        try:
            client.write(client.identity.delete_connection, each)
        except CallFailed as failure:
            if failure.status != HTTPStatus.NOT_FOUND:
                raise


def _ids_of(client: XeroClient, tenant: str) -> list[str]:
    return [each.connection_id for each in connections(client) if each.tenant == tenant]


def refusal(client: XeroClient, tenant: str) -> Refusal | None:
    """Call for an organisation whose connection was ended; return Xero's refusal.

    None: the call was answered, so the connection stands. Raises CallFailed when Xero was
    not heard, also when it could not even be asked.
    """
    try:
        client.read(client.accounting.get_organisations, tenant)
    except (AuthorisationLost, CallRefused) as refused:
        if refused.status is None:
            raise
        return Refusal(PROOF_CALL, refused.status, refused.detail)
    return None


def _organisation(client: XeroClient, connection: Connection) -> Organisation:
    body = client.read(client.accounting.get_organisations, connection.tenant)
    rows = body.get("Organisations") or [{}]
    return organisation_from(
        connection.connection_id, connection.tenant, {"Name": connection.name, **plain(rows[0])}
    )
