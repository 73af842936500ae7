"""`tillbook import` of several files: each is told of, however it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from console.commands import takings
from services.contract.problem import Problem, Refused, Unreachable
from tests.console.conftest import Command

if TYPE_CHECKING:
    from services.contract.answers import ImportAnswer

Import = Callable[..., tuple[int, str, str]]
_GONE = Unreachable("Tillbook gave no answer.", "It is busy.", "Wait.", code="no_service")


def _refusal(why: str) -> Refused:
    return Refused("The file was not imported.", why, "Name its source with --source.", code="source_needed")


class _Service:
    """Takes a file in with one new receipt, or raises what was laid for it."""

    def __init__(self, laid: dict[str, Problem]) -> None:
        self._laid = laid

    def import_file(self, file: Path, **_how: object) -> ImportAnswer:
        if file.name in self._laid:
            raise self._laid[file.name]
        return {
            "read": 1, "new": 1, "revised": 0, "unchanged": 0, "refused": [], "set_apart": {},
            "dates": ["2026-11-19"],
        }  # fmt: skip


@pytest.fixture
def bring(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """A function that imports files by name; a problem is what its file ends with."""

    def ran(*flags: str, **files: Problem | None) -> tuple[int, str, str]:
        laid = {f"{name}.csv": problem for name, problem in files.items() if problem is not None}
        monkeypatch.setattr(takings, "client", lambda _home: _Service(laid))
        for name in files:
            (tmp_path / f"{name}.csv").touch()
        said = command("import", *(str(tmp_path / f"{name}.csv") for name in files), *flags)
        return said.status, said.out, said.err

    return ran


def test_what_was_taken_in_and_refused_before_the_service_went_is_told(bring: Import) -> None:
    status, _, told = bring(a=None, b=_refusal("It has no till."), c=_GONE)
    assert status == 3
    assert "c.csv was not imported; before it 1 taken in, 1 refused." in told
    assert "b.csv, line 1: The file was not imported. It has no till. Name its source" in told
    assert told.index("b.csv") < told.index("Tillbook gave no answer.")


def test_nothing_is_said_to_be_taken_in_when_nothing_was(bring: Import) -> None:
    _, _, told = bring(a=_refusal("It has no till."), b=_refusal("It is empty."), c=_GONE)
    assert "before it 0 taken in, 2 refused." in told
    assert "It is empty." in told


def test_when_all_are_refused_each_is_told_with_its_reason(bring: Import) -> None:
    status, out, told = bring("--json", a=_refusal("It has no till."), b=_refusal("It is empty."))
    assert (status, json.loads(out)["error"]["why"]) == (1, "It has no till.")
    assert "b.csv, line 1: The file was not imported. It is empty. Name its source" in told
    assert told.count("It has no till.") == 1


def test_a_file_that_is_left_out_is_told_with_its_next_step(bring: Import) -> None:
    status, out, _ = bring("--json", a=None, b=_refusal("It is empty."))
    (refused,) = json.loads(out)["refused"]
    assert status == 1
    assert refused["reason"] == "The file was not imported. It is empty. Name its source with --source."
