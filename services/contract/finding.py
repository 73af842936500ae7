"""One obstacle, as people are told of it."""

from __future__ import annotations

from typing import NotRequired

from services.contract.failures import Classed


class Finding(Classed):
    """Something that blocks, with cause and next step.

    `class`: who does it (failures.py).
    """

    what: str
    why: str
    next: str
    code: NotRequired[str]
