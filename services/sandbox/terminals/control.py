"""The control face of a practice terminal: HTTP on loopback.

For tests and the demo only.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services.sandbox.terminals.catalogue import PracticeTerminal
from services.sandbox.terminals.faults import ANY, Fault, FaultKind

_ABOUT = "A practice card terminal on this machine, for demonstrations and tests. It charges no card."
_LONGEST = 10_000


class Control:
    """Serves the address, the charges and the faults of one terminal.

    `GET /practice`, `GET /practice/charges`, `POST` and `DELETE /practice/faults`.
    """

    def __init__(self, terminal: PracticeTerminal, protocol: str, port: int = 0) -> None:
        self._terminal = terminal
        self._protocol = protocol
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/practice"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, object]:
        """Return status and answer of a call."""
        match method, path.rstrip("/"):
            case "GET", "/practice":
                return 200, {"about": _ABOUT, "protocol": self._protocol, "address": self._terminal.address}
            case "GET", "/practice/charges":
                return 200, [asdict(charge) for charge in self._terminal.charges.all()]
            case "POST", "/practice/faults":
                return self._plan(body)
            case "DELETE", "/practice/faults":
                self._terminal.faults.clear()
                return 200, {}
        return 404, {"error": "there is nothing here"}

    def _plan(self, body: dict[str, Any]) -> tuple[int, object]:
        try:
            fault = Fault(
                FaultKind(body["kind"]),
                str(body.get("message", ANY)),
                int(body.get("nth", 1)),
                float(body.get("seconds", 1)),
            )
        except (KeyError, TypeError, ValueError):
            return 400, {"error": f"kind must be one of: {', '.join(FaultKind)}"}
        self._terminal.faults.plan(fault)
        return 200, asdict(fault)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        control = self

        class Handler(BaseHTTPRequestHandler):
            """Hands calls to the control face; says nothing on standard error."""

            def do_GET(self) -> None:
                """Answer a question."""
                self._serve("GET")

            def do_POST(self) -> None:
                """Do what is asked."""
                self._serve("POST")

            def do_DELETE(self) -> None:
                """Take back what was planned."""
                self._serve("DELETE")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Stay quiet."""

            def _serve(self, method: str) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                try:
                    body = json.loads(self.rfile.read(min(size, _LONGEST)) or b"{}")
                    status, answer = control.answer(method, self.path, body if isinstance(body, dict) else {})
                except ValueError:
                    status, answer = 400, {"error": "that is not JSON"}
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        return Handler
