"""The link to Xero: consent, organisation, what it told us, pause and end."""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter

from services.api import bodies
from services.api.given import StoreKey, TheOffice
from services.api.guard import CanConnect, CanDisconnect, CanPause, CanSend, connects, reads
from services.contract.answers import ConsentAnswer, IntegrationAnswer, OrganisationAnswer
from services.contract.integration import DisconnectionAnswer
from services.contract.permissions import Action, actions_of
from services.contract.replies import ReferenceAnswer

router = APIRouter(prefix="/v1/stores/{store}", tags=["ledger"])


class ReferenceKind(StrEnum):
    """What the ledger can be asked for."""

    ACCOUNTS = "accounts"
    TAX_RATES = "tax-rates"
    TRACKING = "tracking"
    CONTACTS = "contacts"
    ORGANISATION = "organisation"
    ACTIONS = "actions"


@router.post("/xero/consent")
def begin_consent(
    store: StoreKey, body: bodies.NewConsent, office: TheOffice, who: CanConnect
) -> ConsentAnswer:
    """Begin a consent: the answer holds the address to open."""
    return office.begin_consent(
        store,
        client_id=body.client_id,
        client_secret=body.secret(),
        flow=body.flow,
        redirect=body.redirect,
        creates_accounts=body.creates_accounts,
        who=who,
    )


# Not for everybody: who holds the address could give consent for another organisation.
@router.get("/xero/consent", dependencies=connects)
def consent(store: StoreKey, office: TheOffice) -> ConsentAnswer:
    """Tell how the consent stands."""
    return office.consent(store)


@router.delete("/xero/consent")
def cancel_consent(store: StoreKey, office: TheOffice, who: CanConnect) -> ConsentAnswer:
    """Call the consent off."""
    return office.cancel_consent(store, who=who)


@router.post("/xero/consent/paste")
def paste(store: StoreKey, body: bodies.PastedAddress, office: TheOffice, who: CanConnect) -> ConsentAnswer:
    """Finish a consent with the address that the browser showed."""
    return office.paste(store, body.address, who=who)


@router.get("/xero/organisations", dependencies=reads)
def organisations(store: StoreKey, office: TheOffice) -> list[OrganisationAnswer]:
    """List what the consent gave access to."""
    return office.organisations(store)


@router.post("/xero/organisations")
def choose_organisation(
    store: StoreKey, body: bodies.Choice, office: TheOffice, who: CanConnect
) -> OrganisationAnswer:
    """Choose the organisation, after comparing it with the store."""
    return office.choose_organisation(
        store, tenant=body.tenant, confirm=body.confirm, take_over=body.take_over, who=who
    )


@router.get("/reference/{kind}", dependencies=reads)
def reference(store: StoreKey, kind: ReferenceKind, office: TheOffice) -> ReferenceAnswer:
    """Tell what Xero last told us."""
    return office.reference(store, kind.value)


@router.post("/reference/refresh")
def refresh_reference(store: StoreKey, office: TheOffice, who: CanSend) -> dict[str, int]:
    """Ask Xero again; the answer counts what it told, by kind."""
    return office.refresh_reference(store, who=who)


@router.post("/xero/pause")
def pause(store: StoreKey, body: bodies.Pause, office: TheOffice, who: CanPause) -> IntegrationAnswer:
    """Send nothing until it is resumed."""
    return office.pause(store, reason=body.reason, until=body.until, who=who)


@router.post("/xero/resume")
def resume(store: StoreKey, office: TheOffice, who: CanPause) -> IntegrationAnswer:
    """End the pause; one of somebody else only by who may send."""
    return office.resume(store, who=who, of_others=Action.SEND in actions_of(who.roles))


@router.post("/xero/disconnect")
def disconnect(
    store: StoreKey, office: TheOffice, who: CanDisconnect, body: bodies.Disconnect | None = None
) -> IntegrationAnswer:
    """End the link; the answer tells what stays unsent (with `dry_run`: what would)."""
    return office.disconnect(store, dry_run=body is not None and body.dry_run, who=who)


@router.get("/xero/disconnections", dependencies=reads)
def disconnections(store: StoreKey, office: TheOffice) -> list[DisconnectionAnswer]:
    """List the receipts of every time it was disconnected, newest first."""
    return office.disconnecting.receipts(store)
