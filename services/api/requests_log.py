"""One line in the log for each call that changed something or failed."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class RequestsLog:
    """Writes who asked for what and how it went. Queries and bodies are left out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and note its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                _note(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, noting)


def _note(scope: Scope, status: int, seconds: float) -> None:
    if scope["method"] in _READING and status < HTTPStatus.BAD_REQUEST:
        return
    person = scope["state"].get("person")
    name = person.name if person else "unknown"
    _log.info("%s %s by %s: %d in %.0f ms", scope["method"], scope["path"], name, status, seconds * 1000)
