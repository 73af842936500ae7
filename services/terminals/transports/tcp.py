"""A terminal on the network: TCP, with TLS where it is set up.

Without TCP_NODELAY and TCP_QUICKACK a payment spends 88 ms waiting for delayed
acknowledgements (TERMINALS.md 7); the latter has to be set again for each read.
"""

from __future__ import annotations

import socket
import ssl
import struct
from contextlib import suppress
from dataclasses import dataclass

from services.terminals.problems import TransportLost

_READ = 65_536
_DISCARD = struct.pack("ii", 1, 0)
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """Where a terminal listens. Times in seconds."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    server_name: str = ""
    """The name its certificate is made out to; empty: the host."""
    connect_timeout: float = 5.0
    send_timeout: float = 5.0
    discard: bool = False
    """What has not left yet is thrown away when the connection ends, however it ends."""


class TcpLine:
    """A TCP connection to a terminal."""

    def __init__(self, address: TcpAddress) -> None:
        self._address = address
        self._socket: socket.socket | None = None

    @property
    def name(self) -> str:
        """Host and port."""
        return f"{self._address.host}:{self._address.port}"

    def open(self) -> None:
        """Connect; nothing happens when it is open already."""
        if self._socket is not None:
            return
        try:
            self._socket = self._connected()
        except (OSError, ValueError) as error:
            raise TransportLost(self.name, str(error)) from error

    def send(self, data: bytes) -> None:
        """Send all of the bytes; raises TransportLost when they do not get away in time."""
        connection = self._opened()
        try:
            connection.settimeout(self._address.send_timeout)
            connection.sendall(data)
        except OSError as error:
            raise self._lost(str(error)) from error

    def receive(self, timeout: float) -> bytes:
        """Return what has come; empty after `timeout` seconds, 0 not waiting."""
        connection = self._opened()
        try:
            if _QUICKACK is not None:
                connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
            connection.settimeout(timeout)
            data = connection.recv(_READ)
        except (TimeoutError, BlockingIOError, ssl.SSLWantReadError):
            return b""
        except OSError as error:
            raise self._lost(str(error)) from error
        if not data:
            raise self._lost("closed by the terminal")
        return data

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._socket = self._socket, None
        if connection is not None:
            if not self._address.discard:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _connected(self) -> socket.socket:
        address = self._address
        connection = socket.create_connection((address.host, address.port), address.connect_timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if address.discard:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DISCARD)
        if address.tls is None:
            return connection
        try:
            return address.tls.wrap_socket(connection, server_hostname=address.server_name or address.host)
        except (OSError, ValueError):
            connection.close()
            raise

    def _opened(self) -> socket.socket:
        if self._socket is None:
            raise TransportLost(self.name, "not connected")
        return self._socket

    def _lost(self, detail: str) -> TransportLost:
        self.close()
        return TransportLost(self.name, detail)
