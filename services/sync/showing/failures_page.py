"""The page of known failures in the documentation, made from the catalogue.

`python -m services.sync.showing.failures_page` prints it; a test keeps
docs/failures.md equal to it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from services.accounting.xero.catalogue import failures
from services.contract.failure_classes import PERSON, UNKNOWN, WAIT
from services.contract.failures import FailureAnswer
from services.sync.pace import Pace

_HEADINGS = {
    "network": "The network",
    "calls": "Calls, limits and rights",
    "sign-in": "Connecting and signing in",
    "documents": "What Xero says of a document",
}
_INTRODUCTION = f"""# Failures that are known

Each has a code, which `tillbook log` and `--json` show and `tillbook explain CODE` explains, and a class:

- **{WAIT}**: nothing was done. It is tried again by itself, ever later: after five minutes, ten, twenty
  and so on, an hour at most. `tillbook status` says when the next try is, and which one it will be. After
  {{tries}} tries in a row a person is needed; once a day Tillbook still looks, and goes on when it works.
- **{PERSON}**: nothing more is tried until somebody acts. `tillbook sync` or `tillbook retry` then starts
  at once. A call that was refused without a known reason (`call_refused`, `not_there`) is tried
  a few times before that: it may have been a proxy's word.
- **{UNKNOWN}**: it may have been done. Tillbook looks the document up by its number before anything else.

This page is made from the program: `python -m services.sync.showing.failures_page > docs/failures.md`.
"""


def page(tries: int) -> str:
    """Return the page in Markdown.

    `tries`: after so many in a row a person is needed.
    """
    return "\n".join(_lines(tries)) + "\n"


def _lines(tries: int) -> Iterator[str]:
    yield _INTRODUCTION.format(tries=tries)
    for where, heading in _HEADINGS.items():
        yield f"## {heading}\n"
        yield "| code | class | what | why | what to do |"
        yield "|---|---|---|---|---|"
        yield from (_row(each) for each in failures() if each["where"] == where)
        yield ""


def _row(failure: FailureAnswer) -> str:
    cells = (
        f"`{failure['code']}`",
        failure["class"],
        failure["what"],
        failure["why"],
        failure["next"],
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page(Pace().come_back_tries))
