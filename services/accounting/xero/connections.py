"""The organisations a consent gave access to, and its end (XERO.md 4.6)."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from services.accounting.ledger import AuthorisationLost, CallFailed, CallRefused, Organisation
from services.accounting.xero.client import XeroClient
from services.accounting.xero.facts import organisation_from
from services.accounting.xero.incoming import plain, text

_ORGANISATION = "ORGANISATION"


@dataclass(frozen=True, slots=True)
class Connection:
    """One tenant that the app may reach; `kind`: ORGANISATION or PRACTICE."""

    connection_id: str
    tenant: str
    name: str
    kind: str


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


def disconnect(client: XeroClient, connection_id: str) -> None:
    """End one connection; the others stay. One that is gone is no error."""
    try:
        client.write(client.identity.delete_connection, connection_id)
    except CallFailed as failure:
        if failure.status != HTTPStatus.NOT_FOUND:
            raise


def proves_disconnected(client: XeroClient, tenant: str) -> bool:
    """Return whether Xero refuses a call for this organisation now."""
    try:
        client.read(client.accounting.get_organisations, tenant)
    except (AuthorisationLost, CallRefused):
        return True
    return False


def _organisation(client: XeroClient, connection: Connection) -> Organisation:
    body = client.read(client.accounting.get_organisations, connection.tenant)
    rows = body.get("Organisations") or [{}]
    return organisation_from(
        connection.connection_id, connection.tenant, {"Name": connection.name, **plain(rows[0])}
    )
