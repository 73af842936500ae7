"""Practice nexo terminals to be reached: HTTP or HTTPS on the loopback address."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Faults
from services.sandbox.terminals.nexo import certificates
from services.sandbox.terminals.nexo.practice import KEY_IDENTIFIER, POI, Manner, Memory
from services.sandbox.terminals.nexo.terminal import serve
from services.sandbox.terminals.wires import TcpWire

_HANDSHAKE = 5.0
_POLL = 0.1


class PracticeNexo:
    """A practice terminal with its port. Start it, use it, stop it.

    `tls` has it speak HTTPS with a certificate of its own. `book` keeps its charges in a
    file. Its secret `passphrase` is `practice.PASSPHRASE` unless its manner has another.
    """

    def __init__(
        self, manner: Manner | None = None, *, tls: bool = False, book: Path | None = None, port: int = 0
    ) -> None:
        self.memory = Memory(Charges(book), manner or Manner())
        self._folder = TemporaryDirectory() if tls else None
        self._root, self._tls = self._certificate()
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(_POLL)
        self._port: int = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def charges(self) -> Charges:
        """Its own book of what it charged."""
        return self.memory.charges

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong."""
        return self.memory.faults

    @property
    def address(self) -> dict[str, str]:
        """Where it is, in the words of the driver's settings."""
        return {
            "host": "127.0.0.1",
            "port": str(self._port),
            "terminal": POI,
            "environment": "test",
            "tls": "no" if self._tls is None else "yes",
            "certificate": self._root,
            "key_identifier": KEY_IDENTIFIER,
            "key_version": str(self.memory.manner.key_version),
        }

    def wait_until_idle(self, seconds: float = 10) -> bool:
        """Wait until nothing runs on it; false when that takes longer."""
        return self.memory.wait_until_idle(seconds)

    def start(self) -> PracticeNexo:
        """Serve in threads of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop; the port is gone."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self._listener.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _certificate(self) -> tuple[str, ssl.SSLContext | None]:
        if self._folder is None:
            return "", None
        root, terminal = certificates.write(Path(self._folder.name), f"{POI}.test.terminal.adyen.com")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(terminal)
        return str(root), context

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                continue
            self.memory.begin_work()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError):
                connection.settimeout(_HANDSHAKE)
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                wire = TcpWire(connection)
                serve(self.memory, wire)
                wire.close()
        finally:
            connection.close()
            self.memory.end_work()
