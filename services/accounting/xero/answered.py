"""The answer to a write: one result per element, or not said at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from services.accounting.ledger import OutcomeUnknown, Result
from services.accounting.xero.failures import Reply
from services.accounting.xero.incoming import Element

Reader = Callable[[Element], Result | None]
"""Returns what became of an element; None when it does not say."""


def results_of(reply: Reply, name: str, readers: Sequence[Reader]) -> list[Result]:
    """Return one result per element; raise OutcomeUnknown when it is not said."""
    body = reply.body if isinstance(reply.body, Mapping) else {}
    elements = reply.elements or body.get(name) or []
    if len(elements) != len(readers):
        raise _unclear(reply, f"{len(readers)} sent, {len(elements)} answered")
    results = [reader(element) for reader, element in zip(readers, elements, strict=True)]
    clear = [result for result in results if result is not None]
    if len(clear) != len(results):
        raise _unclear(reply, "an element has neither an id nor an error")
    return clear


def _unclear(reply: Reply, detail: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "Xero's answer does not say what became of each document.",
        "It does not fit what was sent.",
        "Tillbook looks the documents up by their numbers before it does anything else.",
        f"{reply.detail}, {detail}",
    )
