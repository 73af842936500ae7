"""What support asks of the service: the doctor's answer, a bundle into a file."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

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
    handle = _made(out)
    try:
        with os.fdopen(handle, "wb") as file:
            return _received(client, file, given({"store": store, "days": days}))
    except BaseException as error:
        with suppress(OSError):
            out.unlink()
        if isinstance(error, LinkError):
            raise client.problem(error, changing=False) from error
        if isinstance(error, OSError):
            raise _not_written(out, error) from error
        raise


def _received(client: Transport, file: BinaryIO, body: dict[str, Any]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with client.http.stream("POST", "/v1/bundle", json=body, timeout=patience(_SECONDS)) as response:
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
            "A bundle never replaces a file.",
            "Name another file, or remove that one first.",
            code="file_exists",
        ) from None
    except OSError as error:
        raise _not_written(out, error) from error


def _not_written(out: Path, error: OSError) -> Refused:
    return Refused(
        f"The bundle could not be written to {out}.",
        f"The system says: {error.strerror or error}.",
        "Name a file in a folder that you may write to, on a disk with room.",
        code="file_not_written",
    )
