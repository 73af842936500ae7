"""What support asks of the service: the doctor's answer, a bundle into a file."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from console.calls.asking import part
from console.transport import LinkError, Transport, given, patience, problem_of
from services.contract.problem import Refused

if TYPE_CHECKING:
    from services.contract.support import DoctorAnswer

# Every store's ledger is asked on the way.
_SECONDS = 600.0
_PRIVATE = 0o600


def doctor(client: Transport, store: str | None = None) -> DoctorAnswer:
    """Return what the service's doctor finds, of one store or of all."""
    answer: DoctorAnswer = client.call("GET", "/v1/doctor", query={"store": store}, timeout=_SECONDS)
    return answer


def save_bundle(client: Transport, out: Path, *, store: str | None, days: int) -> tuple[int, str]:
    """Have a bundle made and write it to `out`; return size and SHA-256.

    Raises Refused when the file is there already or cannot be written; what was begun is
    then removed.
    """
    return _saved(client, out, "/v1/bundle", {"store": store, "days": days})


def save_terminal_pack(
    client: Transport, out: Path, key: str, *, first: str | None, last: str | None
) -> tuple[int, str]:
    """Have a card terminal's log pack made, and write it as `save_bundle` does."""
    address = f"/v1/terminals/{part(key)}/pack"
    return _saved(client, out, address, {"from": first, "to": last})


def _saved(client: Transport, out: Path, address: str, body: dict[str, Any]) -> tuple[int, str]:
    handle = _made(out)
    try:
        with os.fdopen(handle, "wb") as file:
            return _received(client, file, address, given(body))
    except BaseException as error:
        with suppress(OSError):
            out.unlink()
        if isinstance(error, LinkError):
            raise client.problem(error, changing=False) from error
        if isinstance(error, OSError):
            raise _not_written(out, error) from error
        raise


def _received(client: Transport, file: BinaryIO, address: str, body: dict[str, Any]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with client.http.stream("POST", address, json=body, timeout=patience(_SECONDS)) as response:
        if not response.is_success:
            response.read()
            raise problem_of(response)
        for chunk in response.iter_raw():
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _made(out: Path) -> int:
    try:
        return os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
    except FileExistsError:
        raise Refused(
            f"{out} is there already.",
            "What is written for support never replaces a file.",
            "Name another file, or remove that one first.",
            code="file_exists",
        ) from None
    except OSError as error:
        raise _not_written(out, error) from error


def _not_written(out: Path, error: OSError) -> Refused:
    return Refused(
        f"Nothing could be written to {out}.",
        f"The system says: {error.strerror or error}.",
        "Name a file in a folder that you may write to, on a disk with room.",
        code="file_not_written",
    )
