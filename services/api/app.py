"""The service's HTTP interface, put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.api import errors
from services.api.body_limit import BodyLimit
from services.api.given import Desk
from services.api.requests_log import RequestsLog
from services.api.routes import (
    backfill,
    backups,
    changes,
    days,
    drilling,
    failures,
    files,
    ledger,
    log_pages,
    mapping_editor,
    people,
    service,
    shop,
    support,
    terminal_money,
    terminal_pack,
    terminals,
    till_keys,
)
from services.api.version import VERSION

ROUTERS = (
    service.router,
    shop.router,
    ledger.router,
    days.router,
    mapping_editor.router,
    changes.router,
    backfill.router,
    drilling.router,
    log_pages.router,
    people.router,
    files.router,
    backups.router,
    support.router,
    failures.router,
    terminals.router,
    terminal_money.router,
    terminal_pack.router,
    till_keys.router,
)

_LARGEST_BODY = 1024**2
_TITLE = "Tillbook"
_SUMMARY = "Connects a shop's tills to its books."


def create_app(desk: Desk) -> FastAPI:
    """Return the ASGI app that serves `desk`.

    Meant for `services.api.peers.PeerProtocol`, which tells it who calls.
    """
    app = FastAPI(
        title=_TITLE,
        summary=_SUMMARY,
        version=VERSION,
        openapi_url=None,  # served by a guarded route of our own, as everything
        responses=errors.RESPONSES,
    )
    app.state.desk = desk
    errors.install(app)
    app.add_middleware(BodyLimit, largest=_LARGEST_BODY)
    app.add_middleware(RequestsLog)
    for router in ROUTERS:
        app.include_router(router)
    return app
