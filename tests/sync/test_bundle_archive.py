"""The archive of a bundle: sums, bounds, the same bytes for the same content."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.contract.bundle import MANIFEST
from services.sandbox.replay.reading import opened
from services.sync.support.archive import Archive

MADE = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def _written(folder: Path) -> bytes:
    file = io.BytesIO()
    archive = Archive(file, folder, MADE)
    archive.add_json("about.json", {"a": "ä"})
    archive.add_lines("stores/queen-st/records.jsonl", ({"n": number} for number in range(3)))
    archive.leave_out("what was too much")
    archive.close("0.1.0", ["queen-st"])
    return file.getvalue()


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_bytes(_written(tmp_path))
    bundle = opened(path)
    assert bundle.json("about.json") == {"a": "ä"}
    assert [json.loads(line) for line in bundle.lines("stores/queen-st/records.jsonl")] == [
        {"n": 0},
        {"n": 1},
        {"n": 2},
    ]
    assert bundle.manifest["left_out"] == ["what was too much"]
    assert MANIFEST not in bundle.members


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    assert _written(tmp_path) == _written(tmp_path)


def test_what_is_too_large_is_cut_at_a_line_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sync.support.archive.MOST_BYTES", 1_000)
    taken = 0

    def lines() -> Iterator[object]:
        nonlocal taken
        for number in range(10_000):
            taken = number
            yield {"number": number}

    path = tmp_path / "b"
    with path.open("wb") as file:
        archive = Archive(file, tmp_path, MADE)
        archive.add_lines("records.jsonl", lines())
        archive.add_json("later.json", {"text": "x" * 2_000})
        manifest = archive.close("0.1.0", [])
    kept = list(opened(path).lines("records.jsonl"))
    assert all(json.loads(line)["number"] == at for at, line in enumerate(kept))
    assert 10 < len(kept) < 100
    assert taken == len(kept), "nothing more is made than fits"
    assert manifest["left_out"] == [
        "the rest of records.jsonl: the bundle would be too large",
        "the rest of later.json: the bundle would be too large",
    ]
