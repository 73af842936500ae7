"""Where the reference data beside the project are, on machines that have them."""

from __future__ import annotations

from pathlib import Path

import pytest

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(*parts: str) -> Path:
    """Return the path of a reference file.

    Skip the test where it is not on this machine.
    """
    path = _DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the reference data {'/'.join(parts)} are not on this machine")
    return path
