"""One known failure."""

from __future__ import annotations

from typing import NamedTuple

KEPT = "Everything that waits is kept."
AGAIN = f"{KEPT} Tillbook tries again by itself"
LOOK_UP = "Tillbook looks the documents up by their numbers before it does anything else."


class Known(NamedTuple):
    """A failure with its class.

    `services.contract.failure_classes`, cause and next step.
    """

    code: str
    kind: str
    what: str
    why: str
    next: str
