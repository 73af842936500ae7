"""How the mapping editor looks, in every state, size and theme."""

from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from services.contract.problem import Unreachable
from tests.screens.canned import SMALL, CannedClient, Size, Snap, console, pressing
from tests.screens.mapping.answers import CASH, NO_RIGHT, editor
from tests.screens.mapping.test_mapping import NEW_ACCOUNT, NO_ADVICE, PATH, client

__all__ = ["client"]

SIZES = [(80, 24), (120, 36), (60, 20)]
STATES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "choosing": ({}, ("enter", "down", "down")),
    "saving": ({}, ("w",)),
    "first": ({f"GET {PATH}/editor": editor(advice=NO_ADVICE)}, ("a",)),
    "creating": ({}, ("c", "enter")),
    "by_hand": (
        {
            f"GET {PATH}/editor": editor(cannot_create=NO_RIGHT),
            f"GET {PATH}/accounts": {**NEW_ACCOUNT, "problems": [NO_RIGHT]},
        },
        ("c",),
    ),
    "nothing": (
        {
            f"GET {PATH}/editor": editor(
                settings=[CASH],
                changes=[],
                version=None,
                chart={"source": "none", "name": "", "read": None, "accounts": 0, "address": None},
            ),
            f"GET {PATH}/sample": {"store": "queen-st", "date": None, "day": None},
        },
        (),
    ),
    "failed": ({f"GET {PATH}/editor": Unreachable("Tillbook gave no answer.", "It is busy.", "Wait.")}, ()),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("theme", ["tillbook-dark", "tillbook-light", "tillbook-contrast", "tillbook-16"])
def test_the_mapping_looks_as_it_did(
    client: CannedClient, tmp_path: Path, snap_compare: Snap, theme: str, size: Size
) -> None:
    app = console(client, tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing("3"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_every_state_looks_as_it_did(
    app: Console, client: CannedClient, snap_compare: Snap, state: str, size: Size
) -> None:
    answers, keys = STATES[state]
    client.answers.update(answers)
    assert snap_compare(app, terminal_size=size, run_before=pressing("3", *keys))


def test_the_sample_alone_looks_as_it_did(app: Console, snap_compare: Snap) -> None:
    assert snap_compare(app, terminal_size=SMALL, run_before=pressing("3", "p"))
