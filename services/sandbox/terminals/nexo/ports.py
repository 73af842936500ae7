"""Practice nexo terminals to be reached: HTTP or HTTPS on the loopback address."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from services.sandbox.terminals.at_work import AtWork
from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.nexo import certificates
from services.sandbox.terminals.nexo.practice import KEY_IDENTIFIER, POI, Manner, Memory
from services.sandbox.terminals.nexo.terminal import serve
from services.sandbox.terminals.reached import Reached
from services.sandbox.terminals.wires import TcpWire

_HANDSHAKE = 5.0
_POLL = 0.1


class PracticeNexo(Reached[Memory]):
    """A practice terminal with its port.

    `tls` has it speak HTTPS with a certificate of its own. `book` keeps its charges in a
    file. Its secret `passphrase` is `practice.PASSPHRASE` unless its manner has another.
    """

    def __init__(
        self, manner: Manner | None = None, *, tls: bool = False, book: Path | None = None, port: int = 0
    ) -> None:
        memory = Memory(Charges(book), manner or Manner())
        self._folder = TemporaryDirectory() if tls else None
        root, context = _certificate(Path(self._folder.name)) if self._folder is not None else ("", None)
        listener = _Listener(memory, port, context)
        address = {
            "host": "127.0.0.1",
            "port": str(listener.port),
            "terminal": POI,
            "environment": "test",
            "tls": "yes" if tls else "no",
            "certificate": root,
            "key_identifier": KEY_IDENTIFIER,
            "key_version": str(memory.manner.key_version),
        }
        super().__init__(memory, listener, address)

    def stop(self) -> None:
        """Stop; the port and the certificate are gone."""
        super().stop()
        if self._folder is not None:
            self._folder.cleanup()


class _Listener:
    """Serves each connection in a thread of its own, over TLS with a `context`."""

    def __init__(self, memory: Memory, port: int, context: ssl.SSLContext | None) -> None:
        self._memory = memory
        self._tls = context
        self._at_work = AtWork(memory.idle)
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(_POLL)
        self.port: int = self._listener.getsockname()[1]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def start(self) -> None:
        """Listen in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; the port is gone."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                continue
            self._at_work.begin()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with suppress(OSError):
                connection.settimeout(_HANDSHAKE)
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                wire = TcpWire(connection)
                serve(self._memory, wire)
                wire.close()
        finally:
            connection.close()
            self._at_work.end()


def _certificate(folder: Path) -> tuple[str, ssl.SSLContext]:
    root, terminal = certificates.write(folder, f"{POI}.test.terminal.adyen.com")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(terminal)
    return str(root), context
