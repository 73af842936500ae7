"""How much a call may send: a little, unless a route asks for a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_UNLIMITED = "tillbook.receive"


class BodyLimit:
    """Refuses bodies of more than `largest` bytes before they are held."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; count what it sends."""
        scope[_UNLIMITED] = receive
        size = 0

        async def counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._largest:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, counting, send)


def file_of(request: Request) -> AsyncIterator[bytes]:
    """Yield the body of an upload as it arrives, whatever its size."""
    return Request(request.scope, request.scope[_UNLIMITED]).stream()
