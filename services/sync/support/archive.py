"""Writing a bundle: members one after the other, their sizes and sums at the end."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from services.contract.bundle import FORM, MANIFEST, MOST_BYTES, Manifest, MemberAnswer

_IN_MEMORY = 1024**2
_PRIVATE = 0o600


class Archive:
    """An archive under way; at most a member of a megabyte is in memory.

    `folder` keeps larger members while they are made. What does not fit in the bounds is
    left out, and the manifest says so.
    """

    def __init__(self, file: BinaryIO, folder: Path, made: datetime) -> None:
        self._gzip = gzip.GzipFile(fileobj=file, mode="wb", mtime=int(made.timestamp()))
        self._tar = tarfile.TarFile(fileobj=self._gzip, mode="w", format=tarfile.USTAR_FORMAT)
        self._folder = folder
        self._made = made
        self._left = MOST_BYTES
        self._members: dict[str, MemberAnswer] = {}
        self._left_out: list[str] = []

    def add_json(self, name: str, value: object) -> None:
        """Add plain data as one JSON document."""
        self._add(name, [json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"])

    def add_lines(self, name: str, values: Iterable[object]) -> None:
        """Add plain data, one JSON document a line, as it comes."""
        self._add(name, (json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values))

    def leave_out(self, what: str) -> None:
        """Note in words what is not in the archive."""
        self._left_out.append(what)

    def close(self, version: str, stores: list[str]) -> Manifest:
        """Write the manifest and end the archive; return the manifest."""
        manifest: Manifest = {
            "form": FORM,
            "tillbook": version,
            "made": self._made.isoformat(),
            "stores": stores,
            "members": self._members,
            "left_out": self._left_out,
        }
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
        self._write(MANIFEST, io.BytesIO(data), len(data))
        self._tar.close()
        self._gzip.close()
        return manifest

    def _add(self, name: str, chunks: Iterable[bytes]) -> None:
        with SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(self._folder)) as kept:
            digest, size = hashlib.sha256(), 0
            for chunk in chunks:
                if size + len(chunk) > self._left:
                    self.leave_out(f"the rest of {name}: the bundle would be too large")
                    break
                kept.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            kept.seek(0)
            self._left -= size
            self._members[name] = {"bytes": size, "sha256": digest.hexdigest()}
            self._write(name, kept, size)

    def _write(self, name: str, content: io.IOBase | SpooledTemporaryFile[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, _PRIVATE, int(self._made.timestamp())
        self._tar.addfile(member, content)
