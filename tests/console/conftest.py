"""The program run against a stand-in for the service."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from console.cli import run
from tests.console.fake_service import FakeService, Laid, fake_service

Serve = Callable[[Laid], FakeService]


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, which the commands of the test belong to."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("TILLBOOK_HOME", str(home))
    return home


@pytest.fixture
def serve(home: Path) -> Iterator[Serve]:
    """A function that starts a stand-in with the answers it is given."""
    with ExitStack() as stack:
        yield lambda laid: stack.enter_context(fake_service(home, laid))


class Said:
    """How a command run in this process ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


Command = Callable[..., Said]


@pytest.fixture
def command(home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """A function that runs a command in this process, for the home of the test."""
    assert os.environ["TILLBOOK_HOME"] == str(home)

    def ran(*arguments: str) -> Said:
        capsys.readouterr()
        status = run(arguments)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return ran
