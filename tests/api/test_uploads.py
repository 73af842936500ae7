"""Files on their way in: bounded, private, gone afterwards."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import anyio
import pytest

from services.api.uploads import Spool
from services.contract.problem import NotAllowed, Problem, Refused, Unreachable
from tests.api.fakes import Running


class _Endless(io.RawIOBase):
    """A file of `size` zero bytes that takes no room, and counts what was read."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.read_bytes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        taken = min(size, self.left)
        self.left -= taken
        self.read_bytes += taken
        return b"\0" * taken


async def _chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_what_arrives_is_there_from_its_start(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with spool.file() as file:
        await spool.fill(file, _chunks(b"a", b"b" * 3_000_000, b"c"))
        content = file.read()
    assert content == b"a" + b"b" * 3_000_000 + b"c"


async def test_nothing_is_left_behind_and_nobody_else_can_look(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with spool.file() as file:
        await spool.fill(file, _chunks(b"secret"))
        assert list((tmp_path / "spool").iterdir()) == []
        assert os.fstat(file.fileno()).st_mode & 0o077 == 0
    assert (tmp_path / "spool").stat().st_mode & 0o077 == 0


@pytest.fixture
def full_disk() -> Iterator[BinaryIO]:
    """A file that fails as one on a full disk does."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("r+b", buffering=0) as file:
        yield cast("BinaryIO", file)


async def test_a_full_disk_is_told_with_the_next_step(tmp_path: Path, full_disk: BinaryIO) -> None:
    with pytest.raises(Refused, match="No space left") as caught:
        await Spool(tmp_path).fill(full_disk, _chunks(b"x"))
    assert "Make room" in caught.value.next


async def test_more_than_can_be_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.api.uploads._LARGEST", 10)
    spool = Spool(tmp_path)
    with spool.file() as file, pytest.raises(Refused, match="too large") as caught:
        await spool.fill(file, _chunks(b"12345", b"123456"))
    assert caught.value.code == "too_large"


async def test_a_stop_ends_the_wait_for_the_rest(tmp_path: Path) -> None:
    spool = Spool(tmp_path)

    async def stopping_midway() -> AsyncIterator[bytes]:
        yield b"x"
        spool.stop()
        await anyio.sleep_forever()

    with spool.file() as file, pytest.raises(Unreachable) as caught:
        await spool.fill(file, stopping_midway())
    assert caught.value.code == "stopping"


def test_a_large_file_goes_through_without_being_held_in_memory(service: Running) -> None:
    file = _Endless(60_000_000)
    with service.client() as client:
        assert client.import_stream(file, "zeros")["read"] == 1
    assert file.read_bytes == 60_000_000


def test_who_may_not_import_is_told_before_the_file_is_sent(service: Running) -> None:
    service.callers.be(3000, "dan", "tillbook-viewer")
    file = _Endless(500_000_000)
    with service.client() as client, pytest.raises(NotAllowed):
        client.import_stream(file, "zeros")
    assert file.read_bytes < 50_000_000
    assert not (service.home / "spool").exists()


def test_a_file_without_a_name_is_refused_by_name(service: Running) -> None:
    with service.client() as client, pytest.raises(Refused) as caught:
        client.import_stream(_Endless(100_000_000), "")
    assert caught.value.why.startswith("name: ")


def test_a_file_that_stops_half_way_is_not_imported(service: Running) -> None:
    class Broken(_Endless):
        def read(self, size: int = -1) -> bytes:
            if self.read_bytes > 1_000_000:
                raise OSError("the stick was pulled")
            return super().read(size)

    with service.client() as client, pytest.raises(OSError, match="stick"):
        client.import_stream(Broken(5_000_000), "zeros")
    with service.client() as client:
        assert client.me()["user"] == "anna"
    assert service.shop.calls == []


def test_what_an_import_refuses_comes_back_and_the_file_is_gone(service: Running) -> None:
    held = threading.Event()

    def refuse(*_args: object, **_kwargs: object) -> None:
        held.set()
        raise Refused("The file cannot be read.", "It is a picture.", "Export again.")

    with pytest.MonkeyPatch.context() as patch, service.client() as client:
        patch.setattr(service.shop, "import_file", refuse)
        with pytest.raises(Problem, match="It is a picture"):
            client.import_stream(io.BytesIO(b"GIF89a"), "a.gif")
    assert held.is_set()
    assert list((service.home / "spool").iterdir()) == []
