"""A stand-in for the service, and the console on a line to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from tests.wire.line import CONSOLE, Line, line, python
from tests.wire.stand_in import StandIn, stand_in


class OpenConsole(Protocol):
    """Opens the console on a line of its own."""

    def __call__(
        self, size: tuple[int, int] = (80, 24), **environment: str | None
    ) -> AbstractContextManager[Line]:
        """Return the line."""


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """A stand-in for the service with the practice month."""
    with stand_in(tmp_path_factory.mktemp("s")) as server:
        yield server


@pytest.fixture
def opened(service: StandIn, tmp_path: Path) -> OpenConsole:
    """A function that opens the console on the stand-in."""
    own = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}

    def open_it(size: tuple[int, int] = (80, 24), **environment: str | None) -> AbstractContextManager[Line]:
        return line(python(CONSOLE, str(service.socket_path)), size, **{**own, **environment})

    return open_it
