"""How the set-up looks, step by step."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from services.contract.problem import Refused, Unreachable
from tests.screens.canned import (
    SMALL,
    USUAL,
    CannedClient,
    Size,
    Snap,
    both_sizes,
    console,
    cut_off,
    never_answered,
    other_themes,
    pressed,
    pressing,
    typed,
)
from tests.screens.setup.test_setup import AT, AT_SETUP, shop, waiting
from tests.screens.setup.test_setup_view import asked
from tests.screens.shop_answers import LONG_NAME, finding, integration, status, store, store_status

keys = partial(pressing, at=AT_SETUP)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.5 50122 192.0.2.7 22")


def unmapped() -> CannedClient:
    issue = {"part": "categories", "key": "garden", "problem": "It has no account."}
    return shop("connected", **{f"GET {AT}/mapping/check": {"issues": [issue] * 9}})


def begun() -> CannedClient:
    error = finding("The connection to Xero is not finished.", "The consent was begun and not given.")
    of = integration("setup_unfinished", error=error, by="sam")
    answer = status(store_status(name=LONG_NAME, of=of))
    return shop(**{"GET /v1/status": answer, "GET /v1/stores": [store(name=LONG_NAME)]})


@both_sizes
def test_who_must_do_it(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop(), tmp_path), terminal_size=size, run_before=keys())


@both_sizes
def test_the_values_for_the_form_of_a_set_up_another_began(
    tmp_path: Path, snap_compare: Snap, size: Size
) -> None:
    assert snap_compare(console(begun(), tmp_path), terminal_size=size, run_before=keys())


@both_sizes
def test_waiting_for_the_consent(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(waiting(), tmp_path), terminal_size=size, run_before=keys())


@other_themes
def test_the_consent_in_other_colours(tmp_path: Path, snap_compare: Snap, theme: str) -> None:
    app = console(waiting(), tmp_path, theme=theme)
    assert snap_compare(app, terminal_size=USUAL, run_before=keys())


def test_the_consent_in_a_small_window(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(waiting(), tmp_path), terminal_size=SMALL, run_before=keys())


def test_the_consent_ended(tmp_path: Path, snap_compare: Snap) -> None:
    error = finding("The consent took too long.", "Its time is over.", "Begin again.")
    client = waiting(**{f"GET {AT}/xero/consent": asked("expired", error=error)})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys("right"))


def test_an_error_on_the_way(tmp_path: Path, snap_compare: Snap) -> None:
    refusal = Refused(
        "Xero does not know this client id.", "It may be mistyped.", "Copy it again.", "invalid"
    )
    client = shop(**{f"POST {AT}/xero/consent": refusal})

    async def refused(pilot: Pilot[Any]) -> None:
        await pressed(pilot, "enter", "enter", at=AT_SETUP)
        await typed(pilot, "C-1")

    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=refused)


def test_the_organisation(tmp_path: Path, snap_compare: Snap) -> None:
    client = waiting(**{f"GET {AT}/xero/consent": asked("done")})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys("enter"))


@both_sizes
def test_what_the_mapping_lacks(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(unmapped(), tmp_path), terminal_size=size, run_before=keys())


def test_when_days_are_sent(tmp_path: Path, snap_compare: Snap) -> None:
    assert snap_compare(console(shop("connected"), tmp_path), terminal_size=USUAL, run_before=keys("left"))


@both_sizes
def test_the_review(tmp_path: Path, snap_compare: Snap, size: Size) -> None:
    assert snap_compare(console(shop("connected"), tmp_path), terminal_size=size, run_before=keys())


def test_it_is_being_read(tmp_path: Path, snap_compare: Snap, monkeypatch: pytest.MonkeyPatch) -> None:
    never_answered(monkeypatch)
    assert snap_compare(console(shop(), tmp_path), terminal_size=USUAL, run_before=keys())


def test_it_cannot_be_read(tmp_path: Path, snap_compare: Snap) -> None:
    client = shop(**{f"GET {AT}/schedule": Unreachable("No answer.", "It is busy.", "Wait.")})
    assert snap_compare(console(client, tmp_path), terminal_size=USUAL, run_before=keys())


def test_the_link_is_cut(tmp_path: Path, snap_compare: Snap) -> None:
    async def lose(pilot: Pilot[Any]) -> None:
        await pressed(pilot, at=AT_SETUP)
        await cut_off(pilot)
        await pressed(pilot, "enter")

    assert snap_compare(console(waiting(), tmp_path), terminal_size=USUAL, run_before=lose)
