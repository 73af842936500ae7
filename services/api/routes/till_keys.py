"""The keys tills call with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.bodies import Body, Text
from services.api.given import PathNumber, TheOffice
from services.api.guard import CanSetUpTerminals, sets_up_terminals
from services.contract.terminal_shop import NewTillKeyAnswer, TillKeyAnswer, TillKeysAnswer

router = APIRouter(prefix="/v1/till-keys", tags=["terminals"])


class NewTillKey(Body):
    """A till of a store; `refunds`: it may give money back to cards."""

    store: Text
    till: Text
    refunds: bool = False


@router.get("", dependencies=sets_up_terminals)
def till_keys(
    office: TheOffice, store: Annotated[str | None, Query(description="Only this store's.")] = None
) -> TillKeysAnswer:
    """List the keys of the tills, and where tills are listened to."""
    return office.terminals.keys.listed(store)


@router.post("")
def add_till_key(body: NewTillKey, office: TheOffice, who: CanSetUpTerminals) -> NewTillKeyAnswer:
    """Make a key; it is shown this once."""
    return office.terminals.keys.add(body.store, body.till, who, refunds=body.refunds)


@router.delete("/{number}")
def revoke_till_key(number: PathNumber, office: TheOffice, who: CanSetUpTerminals) -> TillKeyAnswer:
    """End a key."""
    return office.terminals.keys.revoke(number, who)
