"""What is told of a link beside its state: next try, pause, warnings, receipt."""

from __future__ import annotations

from sqlmodel import Session

from services.accounting.xero.scopes import granted
from services.contract.integration import LinkedAnswer
from services.contract.states import IntegrationState
from services.store import disconnections
from services.store.tables import Connection, Disconnection
from services.sync.findings import told
from services.sync.links import backing_off, disconnecting, looking, pausing
from services.sync.tools import Tools


def linked(session: Session, tools: Tools, row: Connection) -> LinkedAnswer:
    """Return what is told of a store's link beside its state."""
    now, pace = tools.now(), tools.pace
    receipt = _receipt(session, row)
    problem = receipt.problem if receipt is not None else None
    # What is told as the link's own problem already is not told twice.
    twice = problem is not None and problem.get("code") == (row.problem or {}).get("code")
    unfinished = [problem] if problem is not None and not twice else []
    return {
        "next_try": backing_off.next_try(row, now, pace),
        "paused": pausing.told(row, now),
        "warnings": told([*looking.warnings(row, now, pace), *unfinished]),
        "disconnection": disconnecting.told(receipt),
        "looked": row.looked.isoformat() if row.looked else None,
        "scopes": granted(row.scopes),
    }


def _receipt(session: Session, row: Connection) -> Disconnection | None:
    """Return the receipt of a store that is disconnected.

    Or whose end is not finished.
    """
    latest = disconnections.latest(session, row.store)
    if latest is None:
        return None
    matters = row.state == IntegrationState.DISCONNECTED or latest.state == disconnections.PENDING
    return latest if matters else None
