"""Reading a bundle that comes from anywhere: nothing of it is trusted.

Members are compared with the manifest before anybody looks into them. Names, sizes and
counts are bounded, so that an archive made to do harm is refused and writes nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from services.contract.bundle import FORM, MANIFEST, MOST_BYTES, MOST_MEMBERS, Manifest, is_member_name
from services.contract.problem import Refused

# The archive's own records and padding come on top of what the members hold.
_MOST_UNPACKED = MOST_BYTES + MOST_MEMBERS * 4 * tarfile.BLOCKSIZE + 1024**2


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose sums hold."""

    manifest: Manifest
    members: dict[str, bytes]

    def json(self, name: str) -> Any:  # noqa: ANN401 - what the member holds
        """Return a member's data; None where it is empty or not there."""
        content = self.members.get(name)
        return json.loads(content) if content else None

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a member."""
        yield from self.members.get(name, b"").splitlines(keepends=True)


def opened(path: Path) -> Bundle:
    """Return a bundle; raise Refused for none, a changed or a newer one."""
    try:
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) as unzipped:
            members = dict(_members(cast("io.BufferedIOBase", _Bounded(unzipped))))
    except (OSError, EOFError, tarfile.TarError, ValueError, gzip.BadGzipFile) as error:
        raise _no_bundle(path, str(error)) from error
    manifest = _manifest(path, members.pop(MANIFEST, b""))
    _compare(path, manifest, members)
    return Bundle(manifest, members)


class _Bounded(io.RawIOBase):
    """Gives what a file gives, and no more than a bundle may hold."""

    def __init__(self, file: gzip.GzipFile) -> None:
        super().__init__()
        self._file = file
        self._left = _MOST_UNPACKED

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(self._left + 1 if size < 0 else min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"it unpacks to more than {_MOST_UNPACKED} bytes")
        return data


def _members(file: io.BufferedIOBase) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=file, mode="r|") as archive:
        for count, member in enumerate(archive):
            if count >= MOST_MEMBERS:
                raise ValueError(f"it holds more than {MOST_MEMBERS} files")
            if not member.isreg() or not is_member_name(member.name):
                raise ValueError(f"{member.name[:100]!r} is no file of a bundle")
            content = archive.extractfile(member)
            yield member.name, content.read() if content else b""


def _manifest(path: Path, content: bytes) -> Manifest:
    try:
        manifest: Manifest = json.loads(content)
        form = int(manifest["form"])
        listed = manifest["members"]
    except (ValueError, KeyError, TypeError) as error:
        raise _no_bundle(path, "it has no manifest") from error
    if form > FORM:
        raise Refused(
            f"{path.name} was made by a newer Tillbook ({manifest.get('tillbook', '?')}).",
            f"It is of the form {form}; this version reads forms up to {FORM}.",
            "Install the newer version, then replay it there.",
            code="bundle_newer",
        )
    if not isinstance(listed, dict):
        raise _no_bundle(path, "its manifest lists nothing")
    return manifest


def _compare(path: Path, manifest: Manifest, members: dict[str, bytes]) -> None:
    listed = manifest["members"]
    wrong = sorted(set(members) ^ set(listed))
    wrong += [
        name
        for name in sorted(set(members) & set(listed))
        if (hashlib.sha256(members[name]).hexdigest(), len(members[name]))
        != (listed[name].get("sha256"), listed[name].get("bytes"))
    ]
    if wrong:
        raise Refused(
            f"{path.name} is not as it was made.",
            f"Its sums do not hold for: {', '.join(wrong[:5])}.",
            "Ask for the bundle again; it was damaged on its way, or changed.",
            code="bundle_changed",
        )


def _no_bundle(path: Path, why: str) -> Refused:
    return Refused(
        f"{path.name} is no bundle.",
        "It is not what `tillbook bundle` writes, or not all of it.",
        "Ask for the bundle again.",
        why,
        code="no_bundle",
    )
