"""A program on a pseudo-terminal, seen as the person's end of the line sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 90.0
"""Seconds after which what was waited for is taken not to come; only a hang takes so long."""
QUIET = 0.4
"""Seconds without a byte, nor work, after which a picture is taken to be whole."""
_IDLE = 0.01
"""Seconds of processor that a program at rest uses meanwhile."""


class Line:
    """The person's end of a terminal line; the program is at the other."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int]) -> None:
        self.seen = b""
        """Everything that came over the line."""
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - the program's side
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execvpe(command[0], list(command), dict(environment))  # noqa: S606 - no shell wanted
        self.status: int | None = None
        self.last = self.started
        """When what `go` waited for was seen."""

    def press(self, keys: str) -> None:
        """Type keys, as the bytes a terminal sends."""
        os.write(self._fd, keys.encode())

    def until(self, what: bytes, patience: float = PATIENCE) -> float:
        """Read until something was seen; return the seconds since the start."""
        while what not in self.seen:
            assert self._read(patience), f"{what!r} never came: {self.seen[-2000:]!r}"
        return time.perf_counter() - self.started

    def settle(self, quiet: float = QUIET) -> bytes:
        """Read until nothing comes any more; return what came meanwhile."""
        before = len(self.seen)
        end = time.monotonic() + PATIENCE
        used = self.processor()
        while self._read(quiet) or self.processor() - used > _IDLE or self._waits_for_a_processor():
            assert time.monotonic() < end, "it never comes to rest"
            used = self.processor()
        return self.seen[before:]

    def after(self, keys: str) -> bytes:
        """Type keys and return what came of it; the picture was whole before."""
        start = len(self.seen)
        self.press(keys)
        assert self._read(PATIENCE), f"nothing came of {keys!r}"
        self.settle()
        return self.seen[start:]

    def go(self, keys: str, shows: bytes) -> None:
        """Type keys and wait until something is seen anew and the picture is whole."""
        start = len(self.seen)
        self.press(keys)
        while shows not in self.seen[start:]:
            assert self._read(PATIENCE), f"{shows!r} never came of {keys!r}"
        self.last = time.perf_counter()
        self.settle()

    def hang_up(self) -> None:
        """Drop the line, as a lost SSH connection does."""
        os.close(self._fd)
        self._fd = -1

    def ended(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended; return its wait status."""
        end = time.monotonic() + seconds
        while self.status is None:
            assert time.monotonic() < end, "the program goes on"
            if self._fd >= 0:
                self._read(0.05)
            else:
                select.select([], [], [], 0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status

    def comes_true(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds, within the usual patience."""
        end = time.monotonic() + PATIENCE
        while not holds() and time.monotonic() < end:
            select.select([], [], [], 0.05)
        return holds()

    def close(self) -> None:
        """End the program whatever it does."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            _, self.status = os.waitpid(self.pid, 0)
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def memory(self) -> int:
        """Return the resident memory of the program in kB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    def processor(self) -> float:
        """Return the seconds of processor that the program has used so far."""
        return sum(int(each.split()[0]) for each in self._of_threads("schedstat")) / 1e9

    def _waits_for_a_processor(self) -> bool:
        """Whether a thread of it could run, and does not: the machine is busy."""
        return any(each.rpartition(")")[2].split()[0] == "R" for each in self._of_threads("stat"))

    def _of_threads(self, what: str) -> Iterator[str]:
        for each in Path(f"/proc/{self.pid}/task").glob(f"*/{what}"):
            with suppress(OSError):  # the thread, or all of it, has ended
                yield each.read_text(encoding="utf-8", errors="replace")

    def _read(self, seconds: float) -> bool:
        readable, _, _ = select.select([self._fd], [], [], seconds)
        if not readable:
            return False
        try:
            came = os.read(self._fd, 65536)
        except OSError:  # the other end was closed
            return False
        self.seen += came
        return bool(came)


@contextmanager
def line(
    command: Sequence[str], size: tuple[int, int] = (80, 24), **environment: str | None
) -> Iterator[Line]:
    """Run a program on a terminal of true colours; None takes a variable away."""
    wanted = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **environment}
    kept = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "NO_COLOR"}}
    merged = {**kept, **wanted}
    opened = Line(command, {name: value for name, value in merged.items() if value is not None}, size)
    try:
        yield opened
    finally:
        opened.close()


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs a piece of Python."""
    return [sys.executable, "-c", code, *arguments]


MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("Painted")
Minimal().run(mouse=False)
"""
"""The least that Textual can show."""

CONSOLE = """
import sys
from pathlib import Path
from console.opening import open_console
sys.exit(open_console(Path(sys.argv[1])))
"""
"""The console on the service at a socket."""
