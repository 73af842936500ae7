"""How card terminals look, in every state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.contract.problem import Unreachable
from tests.screens.canned import CannedClient, Size, Snap, console, pressing
from tests.screens.terminals.answers import UNKNOWN_PROBLEM, payment, terminal
from tests.screens.terminals.test_terminals import ASKING, PATH, UNRESOLVED, canned

_LONG = "The long counter beside the garden centre's second entrance"
SIZES = [(80, 24), (120, 36)]


def _several() -> CannedClient:
    return canned(
        terminal(),
        terminal(key="b", name=_LONG, state="offline", error=UNKNOWN_PROBLEM, last=None),
        {**UNRESOLVED, "key": "c", "name": "Garden"},
        terminal(
            key="d", name="Practice", practice=True, enabled=False, state="off", last=payment(3, "declined")
        ),
    )


def _silent() -> CannedClient:
    client = canned()
    client.answers["GET /v1/terminals"] = Unreachable(
        "Tillbook gave no answer.", "It is busy.", "Wait, then F5."
    )
    return client


def _switched_off() -> CannedClient:
    client = canned(terminal())
    client.answers[f"POST {PATH}/test"] = Unreachable(
        "The connection to the card terminal at 192.0.2.10:20007 is gone.",
        "The terminal is switched off, its cable is out, or another program holds it.",
        "Check power and cable of the terminal, then try again.",
        code="terminal_lost",
    )
    return client


STATES: dict[str, tuple[Callable[[], CannedClient], list[str]]] = {
    "several": (_several, ["6"]),
    "none": (canned, ["6"]),
    "error": (_silent, ["6"]),
    "asking": (lambda: canned(ASKING), ["6"]),
    "unresolved": (lambda: canned(UNRESOLVED), ["6", "v"]),
    "payment": (lambda: canned(terminal()), ["6", "enter", "down", "down"]),
    "totals": (lambda: canned(terminal()), ["6", "o"]),
    "adding": (lambda: canned(terminal()), ["6", "c", "down"]),
    "refused": (_switched_off, ["6", "c", "t"]),
    "money": (lambda: canned(terminal()), ["6", "m"]),
    "alone": (lambda: canned(terminal()), ["6", "m", "tab"]),
    "keys": (lambda: canned(terminal()), ["6", "k"]),
    "new_key": (lambda: canned(terminal()), ["6", "k", "a", "3", "enter"]),
}


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x36"])
@pytest.mark.parametrize("state", STATES)
def test_it_looks_as_it_did(tmp_path: Path, snap_compare: Snap, state: str, size: Size) -> None:
    client, keys = STATES[state]
    app = console(client(), tmp_path)
    assert snap_compare(app, terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("theme", ["tillbook-light", "tillbook-contrast", "tillbook-16"])
def test_it_looks_as_it_did_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    app = console(_several(), tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressing("6"))


@pytest.mark.parametrize("state", ["several", "money"])
def test_it_looks_as_it_did_in_little_room(tmp_path: Path, snap_compare: Snap, state: str) -> None:
    client, keys = STATES[state]
    app = console(client(), tmp_path)
    assert snap_compare(app, terminal_size=(60, 20), run_before=pressing(*keys))
