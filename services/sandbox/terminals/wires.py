"""The lines a practice terminal is reached on: TCP and a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import socket
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, Protocol

from services.sandbox.terminals.faults import FaultKind

_READ = 65_536
_POLL = 0.1


class WireClosed(Exception):
    """The other side is gone, or the cable is out."""


class PowerFailed(Exception):
    """The terminal lost its power."""


class Wire(Protocol):
    """Bytes from and to whoever called."""

    def read(self, timeout: float) -> bytes:
        """Return what has come; empty after `timeout` seconds. Raises WireClosed."""

    def write(self, data: bytes) -> None:
        """Send. Raises WireClosed."""

    def close(self) -> None:
        """Pull the cable."""


def pull(wire: Wire) -> NoReturn:
    """Pull the cable."""
    wire.close()
    raise WireClosed("cable out")


def cut_off(wire: Wire, kind: FaultKind | None) -> None:
    """End a connection where a fault wants that before a message.

    Raises WireClosed when the cable is pulled, PowerFailed when the power goes.
    """
    if kind is FaultKind.CABLE_OUT:
        pull(wire)
    if kind is FaultKind.POWER_FAIL:
        wire.close()
        raise PowerFailed


Handler = Callable[[Wire], None]
"""Serves one connection until it ends."""


class TcpWire:
    """One connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        try:
            self._socket.settimeout(max(timeout, 0.001))
            data = self._socket.recv(_READ)
        except TimeoutError:
            return b""
        except OSError as error:
            raise WireClosed(str(error)) from error
        if not data:
            raise WireClosed("closed")
        return data

    def write(self, data: bytes) -> None:
        """Send."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise WireClosed(str(error)) from error

    def close(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class TcpPort:
    """A terminal on a free port of the loopback address; one connection at a time."""

    def __init__(self, handler: Handler, port: int = 0) -> None:
        self._handler = handler
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(_POLL)
        self.port: int = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._wire: TcpWire | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> dict[str, str]:
        """Where it is, in the words of the drivers' settings."""
        return {"host": "127.0.0.1", "port": str(self.port)}

    def start(self) -> None:
        """Listen in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the thread."""
        self._stopped.set()
        if self._wire is not None:
            self._wire.close()
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                continue
            self._wire = TcpWire(connection)
            with suppress(WireClosed):
                self._handler(self._wire)
            self._wire.close()


class PtyWire:
    """The terminal's end of a pseudo-terminal.

    As on a real line, nobody sees who hangs on it.
    """

    def __init__(self, number: int) -> None:
        self._number = number

    def read(self, timeout: float) -> bytes:
        """Return what has come."""
        try:
            ready, _, _ = select.select([self._number], [], [], max(timeout, 0))
            return os.read(self._number, _READ) if ready else b""
        except (OSError, ValueError) as error:
            raise WireClosed(str(error)) from error

    def write(self, data: bytes) -> None:
        """Send."""
        try:
            while data:
                data = data[os.write(self._number, data) :]
        except OSError as error:
            raise WireClosed(str(error)) from error

    def close(self) -> None:
        """Nothing: a cable that is out looks like silence."""


class PtyPort:
    """A terminal on a serial line; `path` is the device to open."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> dict[str, str]:
        """Where it is, in the words of the drivers' settings."""
        return {"device": self.path}

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the thread; the device is gone afterwards."""
        self._stopped.set()
        self._thread.join(5)
        os.close(self._slave)
        os.close(self._master)

    def _serve(self) -> None:
        wire = _StoppableWire(self._master, self._stopped)
        while not self._stopped.is_set():
            with suppress(WireClosed):
                self._handler(wire)


class _StoppableWire(PtyWire):
    def __init__(self, number: int, stopped: threading.Event) -> None:
        super().__init__(number)
        self._stopped = stopped

    def read(self, timeout: float) -> bytes:
        if self._stopped.is_set():
            raise WireClosed("stopped")
        return super().read(min(timeout, _POLL))
