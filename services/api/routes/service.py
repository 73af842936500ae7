"""The service itself: how it is, who calls, what happened, what happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from services.api.bus import Feed
from services.api.given import LARGEST_NUMBER, Moment, TheDesk, TheOffice
from services.api.guard import CanRead, reads, reads_audit
from services.api.peers import Caller
from services.contract.answers import StatusAnswer
from services.contract.permissions import actions_of
from services.contract.replies import AuditPageAnswer, LogAnswer, MeAnswer

router = APIRouter(tags=["service"])

Limit = Annotated[int | None, Query(ge=1, le=1_000)]


@router.get("/openapi.json", include_in_schema=False, dependencies=reads)
def openapi(request: Request) -> dict[str, Any]:
    """Describe every route (OpenAPI 3.1)."""
    description: dict[str, Any] = request.app.openapi()
    return description


@router.get("/v1/status", dependencies=reads)
def status(office: TheOffice) -> StatusAnswer:
    """Tell how every store and its integrations are."""
    return office.status()


@router.get("/v1/me")
def me(who: CanRead) -> MeAnswer:
    """Tell whom the service takes the caller for."""
    return {
        "user": who.name,
        "uid": who.uid,
        "roles": sorted(who.roles),
        "may": sorted(map(str, actions_of(who.roles))),
    }


LastEventId = Annotated[int | None, Header(description="The last event seen; the rest follows.")]


async def _feed(request: Request, desk: TheDesk, last_event_id: LastEventId = None) -> AsyncIterator[Feed]:
    """Watch from before the answer begins: what happens after that is never missed."""
    caller: Caller = request.state.caller
    with desk.bus.watch(last_event_id, caller.cut) as feed:
        yield feed


@router.get("/v1/events", dependencies=reads, response_class=EventSourceResponse)
async def events(
    feed: Annotated[Feed, Depends(_feed)], last_event_id: LastEventId = None
) -> AsyncIterator[ServerSentEvent]:
    """Tell what changes, as it changes (server-sent EventAnswers)."""
    if last_event_id is None:
        # A number alone, so that a watcher cut off before the first event can resume too.
        yield ServerSentEvent(id=str(feed.position))
    async for event in feed:
        yield ServerSentEvent(data=event, event=event["kind"], id=str(event["id"]))


@router.get("/v1/log", dependencies=reads)
def log(
    office: TheOffice,
    store: str | None = None,
    *,
    failed: bool = False,
    limit: Limit = None,
    before: Annotated[
        int | None, Query(ge=1, le=LARGEST_NUMBER, description="Only attempts with a smaller id.")
    ] = None,
) -> LogAnswer:
    """List remote writes, newest first."""
    return office.log(store=store, failed=failed, limit=limit, before=before)


@router.get("/v1/audit", dependencies=reads_audit)
def audit(office: TheOffice, since: Moment | None = None, limit: Limit = None) -> AuditPageAnswer:
    """List changes and who made them, newest first."""
    return office.audit(since=since, limit=limit)
