"""The doctor and bundles over a real socket."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from console import support_client
from services.contract.problem import NotFound, Refused
from tests.api.fakes import Running


def test_the_doctor_is_asked_for_one_store_or_all(service: Running) -> None:
    with service.client() as client:
        assert support_client.doctor(client)["findings"] == []
        support_client.doctor(client, "queen-st")
    assert [call.arguments for call in service.office.support.calls] == [
        {"store": None},
        {"store": "queen-st"},
    ]


def test_a_bundle_is_written_for_its_owner_only(service: Running, tmp_path: Path) -> None:
    out = tmp_path / "bundle.tar.gz"
    before = os.umask(0)
    try:
        with service.client() as client:
            size, digest = support_client.save_bundle(client, out, store="queen-st", days=7)
    finally:
        os.umask(before)
    assert out.read_bytes() == b"a bundle"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert (size, len(digest)) == (8, 64)
    (call,) = service.office.support.calls
    assert (call.arguments["store"], call.arguments["days"], call.arguments["who"].name) == (
        "queen-st",
        7,
        "anna",
    )
    assert list((service.home / "spool").iterdir()) == []


def test_a_bundle_never_replaces_a_file(service: Running, tmp_path: Path) -> None:
    out = tmp_path / "there"
    out.write_text("mine", encoding="utf-8")
    with service.client() as client, pytest.raises(Refused) as caught:
        support_client.save_bundle(client, out, store=None, days=31)
    assert caught.value.code == "file_exists"
    assert out.read_text(encoding="utf-8") == "mine"


def test_a_refused_bundle_leaves_no_file(service: Running, tmp_path: Path) -> None:
    service.office.support.fails = NotFound("There is no store x.", "y", "n", code="unknown_store")
    with service.client() as client, pytest.raises(NotFound):
        support_client.save_bundle(client, tmp_path / "out", store="x", days=31)
    assert list(tmp_path.glob("out*")) == []


@pytest.mark.parametrize("days", [0, 401])
def test_days_are_bounded(service: Running, tmp_path: Path, days: int) -> None:
    with service.client() as client, pytest.raises(Refused) as caught:
        support_client.save_bundle(client, tmp_path / "out", store=None, days=days)
    assert caught.value.code == "invalid"
    assert service.office.support.calls == []
