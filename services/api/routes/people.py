"""Who may do what."""

from __future__ import annotations

from fastapi import APIRouter

from services.api.given import TheDesk
from services.api.guard import reads
from services.contract.rights import PeopleAnswer

router = APIRouter(prefix="/v1", tags=["service"])


@router.get("/people", dependencies=reads)
def people(desk: TheDesk) -> PeopleAnswer:
    """List the roles, the groups that hold them and who is in these groups."""
    return desk.people.told()
