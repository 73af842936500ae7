"""Backups: make one, and see which were made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.api.bodies import Body
from services.api.given import TheOffice
from services.api.guard import CanBackUp, backs_up
from services.contract.keeping import BackupAnswer, BackupsAnswer

router = APIRouter(prefix="/v1/backups", tags=["backups"])


class NewBackup(Body):
    """Where to: a folder of the service's machine."""

    folder: Annotated[str, Field(min_length=1, max_length=4096)]


@router.post("")
def back_up(body: NewBackup, office: TheOffice, who: CanBackUp) -> BackupAnswer:
    """Make a checked backup in a folder."""
    return office.backups.make(body.folder, who=who)


@router.get("", dependencies=backs_up)
def backups(office: TheOffice) -> BackupsAnswer:
    """Tell the nightly plan and the newest backups."""
    return office.backups.listed()
