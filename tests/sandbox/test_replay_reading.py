"""A bundle comes from anywhere: what was changed, or made to do harm, is refused."""

from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from services.contract import bundle
from services.contract.problem import Refused
from services.sandbox.replay import __main__ as program
from services.sandbox.replay.reading import opened
from tests.sandbox.bundles import add, failed_day, manifest_of, members, written

_MEMBERS = {"about.json": b"{}\n", "stores/queen-st/records.jsonl": b'{"id": 1}\n'}


def _refused(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        opened(path)
    assert caught.value.next
    return caught.value.code


def test_a_bundle_as_it_was_made_is_read(tmp_path: Path) -> None:
    found = opened(written(tmp_path / "b", _MEMBERS))
    assert found.json("about.json") == {}
    assert found.json("nothing.json") is None
    assert list(found.lines("stores/queen-st/records.jsonl")) == [b'{"id": 1}\n']


@pytest.mark.parametrize(
    "given",
    [
        {**_MEMBERS, "about.json": b"{ }\n"},
        {"about.json": b"{}\n"},
        {**_MEMBERS, "more.json": b"{}"},
    ],
    ids=["changed", "missing", "added"],
)
def test_a_changed_bundle_is_refused(tmp_path: Path, given: dict[str, bytes]) -> None:
    assert _refused(written(tmp_path / "b", given, manifest_of(_MEMBERS))) == "bundle_changed"


def test_a_newer_form_is_refused_by_name(tmp_path: Path) -> None:
    manifest = manifest_of(_MEMBERS, form=bundle.FORM + 1, tillbook="9.0.0")
    with pytest.raises(Refused, match=r"9\.0\.0") as caught:
        opened(written(tmp_path / "b", _MEMBERS, manifest))
    assert caught.value.code == "bundle_newer"


@pytest.mark.parametrize(
    "name",
    ["../outside", "/etc/passwd", "a/../../b", "stores//x", "a\\b", ".hidden", "a/b/c/d", "x" * 101, "a b"],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    assert _refused(written(tmp_path / "b", {name: b"x"})) == "no_bundle"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["b"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_only_plain_files_are_taken(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "b"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("about.json")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)
    assert _refused(path) == "no_bundle"


def test_a_bomb_is_stopped_while_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sandbox.replay.reading._MOST_UNPACKED", 1_000_000)
    assert _refused(written(tmp_path / "b", {"about.json": b"0" * 2_000_000})) == "no_bundle"


def test_a_header_that_claims_to_be_huge_is_stopped_too(tmp_path: Path) -> None:
    path = tmp_path / "b"
    with gzip.open(path, "wb") as file:
        member = tarfile.TarInfo("PaxHeader")
        member.type, member.size = tarfile.XHDTYPE, 7 * 1024**3
        file.write(member.tobuf(tarfile.USTAR_FORMAT))
        for _ in range(80):
            file.write(bytes(1024**2))
    assert _refused(path) == "no_bundle"


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "b"
    with tarfile.open(path, "w:gz") as archive:
        for number in range(bundle.MOST_MEMBERS + 1):
            add(archive, f"m{number}.json", b"")
    assert _refused(path) == "no_bundle"


@pytest.mark.parametrize(
    "content",
    [b"", b"no archive", gzip.compress(b"no tar"), gzip.compress(b"x" * 5000)[:-9]],
    ids=["empty", "text", "no_tar", "cut_short"],  # a packed text holds the time: each worker has another
)
def test_what_is_no_bundle_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "b"
    path.write_bytes(content)
    assert _refused(path) == "no_bundle"


@pytest.mark.parametrize(
    "manifest", [{}, {"form": 1}, {"form": "x", "members": {}}, {"form": 1, "members": []}]
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, manifest: dict[str, object]) -> None:
    assert _refused(written(tmp_path / "b", {}, manifest)) == "no_bundle"


def test_the_program_prints_a_plan_or_a_refusal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "b", members([failed_day()]))
    assert program.main([str(path), "--check"]) == 0
    assert json.loads(capsys.readouterr().out)["stores"] == ["queen-st"]
    assert program.main([str(path), "--out", str(tmp_path / "plan")]) == 0
    assert json.loads(capsys.readouterr().out)["stores"][0]["key"] == "queen-st"
    path.write_bytes(b"")
    assert program.main([str(path), "--check"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "no_bundle"


@pytest.mark.parametrize("content", [b"[1]", b"{}", b"[" * 100_000])
def test_content_that_is_no_bundles_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    changed = {**members([failed_day()]), bundle.of_store("queen-st", bundle.STORE): content}
    assert program.main([str(written(tmp_path / "b", changed)), "--out", str(tmp_path / "plan")]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "bundle_unreadable"
