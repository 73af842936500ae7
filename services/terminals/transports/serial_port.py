"""A terminal on a serial line.

Works on a pseudo-terminal too, which knows no modem lines (TERMINALS.md 7).
"""

from __future__ import annotations

import os
import select
from contextlib import suppress
from dataclasses import dataclass

import serial

from services.terminals.problems import TransportLost

_READ = 4096
_SEND_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """The line: device and how it is set. ZVT: 9600 8N2; E+: 9600 8N1 or 7E1."""

    device: str
    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop_bits: int = 2


class SerialLine:
    """A serial line to a terminal, held exclusively while it is open."""

    def __init__(self, settings: SerialSettings) -> None:
        self._settings = settings
        self._port: serial.Serial | None = None

    @property
    def name(self) -> str:
        """The device."""
        return self._settings.device

    def open(self) -> None:
        """Open and set the line; nothing happens when it is open already."""
        if self._port is not None:
            return
        settings = self._settings
        try:
            self._port = serial.Serial(
                port=settings.device,
                baudrate=settings.baud,
                bytesize=settings.bits,
                parity=settings.parity,
                stopbits=settings.stop_bits,
                timeout=0,
                write_timeout=_SEND_SECONDS,
                exclusive=True,
            )
        except (OSError, ValueError) as error:
            raise TransportLost(self.name, str(error)) from error

    def send(self, data: bytes) -> None:
        """Hand all of the bytes to the line."""
        port = self._opened()
        try:
            port.write(data)
        except OSError as error:
            raise self._lost(str(error)) from error

    def receive(self, timeout: float) -> bytes:
        """Return what has come; empty after `timeout` seconds without anything."""
        number = self._opened().fileno()
        try:
            ready, _, _ = select.select([number], [], [], max(timeout, 0))
            data = os.read(number, _READ) if ready else b""
        except (OSError, ValueError) as error:
            raise self._lost(str(error)) from error
        if ready and not data:
            raise self._lost("the device is gone")
        return data

    def close(self) -> None:
        """Let go of the line."""
        port, self._port = self._port, None
        if port is not None:
            with suppress(OSError):
                port.close()

    def _opened(self) -> serial.Serial:
        if self._port is None:
            raise TransportLost(self.name, "not open")
        return self._port

    def _lost(self, detail: str) -> TransportLost:
        self.close()
        return TransportLost(self.name, detail)
