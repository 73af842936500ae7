"""How far a store's set-up is: read from the service, whoever began it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.setup.view import Known
from services.contract.problem import NotFound
from services.contract.replies import MappingAnswer

if TYPE_CHECKING:
    from screens.asking import Service


def known_of(service: Service, store: str, *, may: bool) -> Known:
    """Return what is known of the set-up; `may`: its consent may be looked at.

    Raises NotFound for a store that is gone.
    """
    status = service.status()
    of_store = next((each for each in status["stores"] if each["key"] == store), None)
    details = next((each for each in service.stores() if each["key"] == store), None)
    if of_store is None or details is None:
        raise NotFound(f"There is no store {store}.", "It was removed, or renamed.", "Choose another with s.")
    integration = next(each for each in of_store["integrations"] if each["kind"] == "xero")
    asked = service.consent(store) if may else None
    connected = integration["state"] in {"connected", "paused", "error"}
    return Known(
        details,
        integration,
        asked if asked is not None and asked["state"] != "none" else None,
        service.schedule(store),
        tuple(service.check_mapping(store)["issues"]) if connected else (),
        _mapping(service, store),
        service.reference(store, "accounts") if connected else None,
    )


def _mapping(service: Service, store: str) -> MappingAnswer | None:
    try:
        return service.mapping(store)
    except NotFound:
        return None
