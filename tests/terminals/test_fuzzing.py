"""`make fuzz` in short: any bytes end in a value or the codec's own error."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminals import fuzzing
from tests.terminals.fuzzing import CODECS, Codec
from tests.terminals.kit.cpu_time import TooLong

_ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", [codec.name for codec in CODECS])
def test_any_bytes(name: str) -> None:
    """In a process of its own, whose memory is bounded."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.terminals.fuzzing", name, "--short"],
        cwd=_ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    report = json.loads(ended.stdout)
    assert report["codec"] == name
    assert report["inputs"] >= fuzzing.FEW


@pytest.mark.parametrize("codec", CODECS, ids=[codec.name for codec in CODECS])
def test_what_it_starts_from_is_understood(codec: Codec) -> None:
    fuzzed = codec.load()
    starts = fuzzed.seeds()
    assert len(starts) >= 3
    for data in starts:
        fuzzed.fuzz_one(data)


_FOUND = [
    ("nexo", b'{"Response":{"AdditionalResponse":"' + b"{" * 64 + b'"}}'),
    ("linkly", b"3R1234567861100061234567=0008640503993824002336" + b"\xff" * 40 + b"000"),
    ("linkly_cloud", b'[{"ResponseType":"transaction","AmtTip":{"REF":"0"}}]'),
    ("linkly_cloud", b'[{"ResponseType":"transaction","AmtPurchase":"' + b"9" * 5000 + b'"}]'),
]
"""What went wrong once: braces in a text taken for depth, a track's word longer than the
track, an object and a very long number where an amount belongs."""


@pytest.mark.parametrize("name,data", _FOUND)
def test_what_was_found_once(name: str, data: bytes) -> None:
    codec = fuzzing.named(name)
    codec.load().fuzz_one(data)
    assert codec in CODECS


class _Broken:
    """A codec with one wrong byte."""

    def fuzz_one(self, data: bytes) -> None:
        if data[:1] == b"\x10":
            raise IndexError("the byte nobody thought of")

    def seeds(self) -> list[bytes]:
        return [b"\x10\x02"]


class _Endless(_Broken):
    """A codec that does not come to an end."""

    def fuzz_one(self, data: bytes) -> None:
        while True:
            pass


@pytest.mark.parametrize("broken,found", [(_Broken, IndexError), (_Endless, TooLong)])
def test_what_is_wrong_is_found(
    broken: type[_Broken], found: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Codec, "load", lambda _: broken())
    monkeypatch.setattr(fuzzing, "LONGEST_INPUT", 0.01)
    with pytest.raises(found):
        fuzzing.by_example(Codec("broken", ""), 200, start=1)
