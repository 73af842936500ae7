"""The practice terminals as processes of their own, and their control face."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from services.sandbox.terminals.catalogue import MAKERS
from services.sandbox.terminals.charges import Charges
from services.sandbox.terminals.faults import Fault, FaultKind, Faults

_ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _running(*arguments: str) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-P", "-m", "services.sandbox.terminals", *arguments, "--announce"]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            assert process.wait(60) == 0


def _call(method: str, url: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, method=method)  # noqa: S310 - our own, on loopback
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        return json.load(answer)


@pytest.mark.parametrize("protocol", sorted(MAKERS))
def test_a_practice_terminal_runs_and_is_controlled(protocol: str, tmp_path: Path) -> None:
    with _running(protocol, "--book", str(tmp_path / "book.json")) as told:
        control = told["control"]
        about = _call("GET", control)
        assert (about["protocol"], about["address"]) == (protocol, told["address"])
        assert "charges no card" in about["about"]
        assert _call("GET", f"{control}/charges") == []
        planned = _call("POST", f"{control}/faults", {"kind": "silence", "nth": 2})
        assert planned["kind"] == "silence"
        assert _call("DELETE", f"{control}/faults") == {}
        with pytest.raises(urllib.error.HTTPError) as caught:
            _call("POST", f"{control}/faults", {"kind": "fire"})
        assert caught.value.code == 400
        caught.value.close()


def test_the_book_outlives_the_process(tmp_path: Path) -> None:
    file = tmp_path / "book.json"
    book = Charges(file)
    first, second = book.add("payment", 1000, "0463"), book.add("refund", 300, "0464")
    book.undo(second.number)
    again = Charges(file)
    assert [charge.number for charge in again.standing()] == [first.number]
    again.settle()
    assert Charges(file).open() == []


def test_a_fault_is_due_once_at_its_message() -> None:
    faults = Faults()
    faults.plan(Fault(FaultKind.SILENCE, "040F", nth=2))
    faults.plan(Fault(FaultKind.BUSY, nth=1))
    assert faults.due("040F", FaultKind.SILENCE) is None
    assert faults.due("04FF", FaultKind.SILENCE) is None
    assert faults.due("040F", FaultKind.SILENCE) is not None
    assert faults.due("040F", FaultKind.SILENCE) is None
    assert faults.due("8000", FaultKind.BUSY) is not None
    faults.plan(Fault(FaultKind.NAK))
    faults.clear()
    assert faults.due("8000") is None
