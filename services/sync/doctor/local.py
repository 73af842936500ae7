"""The doctor without a service: what of this machine keeps Tillbook from running."""

from __future__ import annotations

from services.contract.settings import Settings
from services.contract.support import DoctorAnswer
from services.sync.doctor.machine import machine_notes, no_service
from services.sync.doctor.notes import answer
from services.sync.pace import utc_now


def local_answer(settings: Settings) -> DoctorAnswer:
    """Return what was found on this machine; that nobody answers is a finding too."""
    return answer([no_service(settings), *machine_notes(settings)], utc_now(), None)
