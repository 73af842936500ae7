"""What the overview shows, made from the service's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.contract.answers import AttemptAnswer, IntegrationAnswer, StatusAnswer, StoreStatus
from themes.states import ATTEMPT, INTEGRATION, Mark, mark

KINDS = {"xero": "Accounting: Xero"}


@dataclass(frozen=True, slots=True)
class TileView:
    """One integration of one store, as its tile shows it."""

    key: str
    store: str
    title: str
    mark: Mark
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """One remote write, as the list below shows it."""

    id: int
    time: str
    store: str
    what: str
    mark: Mark
    reason: str


def tiles(status: StatusAnswer) -> list[TileView]:
    """Return a tile for each integration of each store."""
    many = len(status["stores"]) > 1
    return [
        tile(store, integration, many=many)
        for store in status["stores"]
        for integration in store["integrations"]
    ]


def tile(store: StoreStatus, integration: IntegrationAnswer, *, many: bool) -> TileView:
    """Return the tile of one integration."""
    kind = KINDS.get(integration["kind"], integration["kind"])
    return TileView(
        f"{store['key']}:{integration['kind']}",
        store["key"],
        f"{kind} · {store['name']}" if many else kind,
        mark(INTEGRATION, integration["state"]),
        (_of_whom(integration), waiting(integration), _last(integration)),
    )


def waiting(integration: IntegrationAnswer) -> str:
    """Return what waits, in words."""
    days, amount = integration["waiting"]["days"], integration["waiting"]["amount"]
    if days == 0:
        return "Nothing waits"
    return f"{days} day{'' if days == 1 else 's'} wait{'s' if days == 1 else ''}: {amount}"


def rows(attempts: Sequence[AttemptAnswer]) -> list[RowView]:
    """Return what was sent, newest first."""
    return [
        RowView(
            attempt["id"],
            moment(attempt["at"]),
            attempt["store"],
            ", ".join(attempt["documents"][:2]) + (" …" if len(attempt["documents"]) > 2 else ""),  # noqa: PLR2004 - two fit
            mark(ATTEMPT, attempt["outcome"]),
            attempt["error"]["what"] if attempt["error"] else "",
        )
        for attempt in attempts
    ]


def moment(text: str | None) -> str:
    """Return a time as people of this machine read it; its date too unless it is today."""
    if text is None:
        return "never"
    at = datetime.fromisoformat(text).astimezone()
    today = datetime.now(at.tzinfo).date()
    return f"{at:%H:%M}" if at.date() == today else f"{at:%d %b %H:%M}"


def _of_whom(integration: IntegrationAnswer) -> str:
    error = integration["error"]
    if error is not None:
        return error["what"]
    return integration["organisation"] or "Press Enter to set it up"


def _last(integration: IntegrationAnswer) -> str:
    return f"Last sync {moment(integration['last_sync'])}"
