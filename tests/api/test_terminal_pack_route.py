"""A terminal's log pack over a real socket."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from console import support_client
from services.contract.problem import NotFound, Refused
from tests.api.fakes import Running


def test_a_pack_is_written_for_its_owner_only(service: Running, tmp_path: Path) -> None:
    out = tmp_path / "front.zip"
    with service.client() as client:
        size, digest = support_client.save_terminal_pack(
            client, out, "front", first="2026-11-19", last="2026-11-20"
        )
    assert out.read_bytes() == b"a pack"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert (size, len(digest)) == (6, 64)
    (call,) = service.office.support.calls
    who = call.arguments.pop("who")
    assert call.arguments == {"key": "front", "first": date(2026, 11, 19), "last": date(2026, 11, 20)}
    assert who.name == "anna"
    assert list((service.home / "spool").iterdir()) == []


def test_a_pack_never_replaces_a_file(service: Running, tmp_path: Path) -> None:
    out = tmp_path / "there"
    out.write_text("mine", encoding="utf-8")
    with service.client() as client, pytest.raises(Refused) as caught:
        support_client.save_terminal_pack(client, out, "front", first=None, last=None)
    assert caught.value.code == "file_exists"
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_refused_pack_leaves_no_file(service: Running, tmp_path: Path) -> None:
    service.office.support.fails = NotFound("There is none.", "y", "n", code="unknown_terminal")
    with service.client() as client, pytest.raises(NotFound):
        support_client.save_terminal_pack(client, tmp_path / "out", "x", first=None, last=None)
    assert list(tmp_path.glob("out*")) == []


def test_dates_must_be_in_order(service: Running, tmp_path: Path) -> None:
    with service.client() as client, pytest.raises(Refused) as caught:
        support_client.save_terminal_pack(
            client, tmp_path / "out", "front", first="2026-11-20", last="2026-11-19"
        )
    assert caught.value.code == "invalid"
    assert service.office.support.calls == []
