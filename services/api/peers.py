"""Who is at the other end of a Unix socket, as the kernel says (SO_PEERCRED)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from uvicorn.protocols.http.h11_impl import H11Protocol

_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True, slots=True)
class Peer:
    """The process that opened a connection, with the rights it had then."""

    pid: int
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Caller:
    """One open connection: who is there, and how to cut it off."""

    peer: Peer | None
    """None where the kernel cannot tell: any listener but a Unix socket."""
    cut: Callable[[], None]
    """Close at once, whatever is still to be written."""


def peer_of(connection: socket.socket) -> Peer | None:
    """Return who opened the connection; None for anything but a Unix socket."""
    if connection.family != socket.AF_UNIX:
        return None
    answer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return Peer(*_CREDENTIALS.unpack(answer))


class PeerProtocol(H11Protocol):
    """HTTP whose requests know their caller, as `request.state.caller`."""

    peer_of = staticmethod(peer_of)
    """How the peer is found out."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Read the credentials once: a connection never changes hands."""
        super().connection_made(transport)
        caller = Caller(self.peer_of(transport.get_extra_info("socket")), transport.abort)
        self.app_state = {**self.app_state, "caller": caller}
