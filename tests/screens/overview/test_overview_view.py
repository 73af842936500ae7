"""What the overview shows, made from answers."""

import pytest

from screens.overview import view
from services.contract.answers import IntegrationAnswer
from tests.screens.shop_answers import HARBOUR, attempt, finding, integration, paused, status, store_status

NARROWEST = 24
"""Cells inside a tile where four stand side by side at 120 columns."""


def lines_of(of: IntegrationAnswer) -> tuple[str, ...]:
    return view.tiles(status(store_status(of=of)))[0].lines


def test_what_is_not_set_up_is_there_too_with_the_usual_first_steps_first() -> None:
    tiles = view.tiles(status(store_status(of=integration("not_set_up"))))
    assert [(tile.title, tile.mark.word) for tile in tiles] == [
        ("Xero", "Not set up"),
        ("Card terminals", "Not set up"),
        ("Tills", "Complete"),
        ("Online and delivery", "Not set up"),
    ]
    assert [tile.lines[0] for tile in tiles[:2]] == ["Usual first step", "Usual first step"]
    assert tiles[0].goes.to == "setup"


def test_every_state_is_a_glyph_a_word_and_its_facts() -> None:
    assert lines_of(integration()) == ("Nothing waits", "Last sync 2 h ago", "4,978 calls left today")
    assert lines_of(paused()) == ("sam, until 23 Nov 08:00", "3 days, 8,412.60 wait", "Last sync 2 h ago")
    refused = integration("error", error=finding("Xero refuses the connection."))
    assert lines_of(refused)[:2] == ("Xero refuses the connection.", "Somebody must act")
    waits = integration("error", error=finding("Xero does not answer.", kind="wait"))
    assert lines_of(waits)[1] == "Tried again by itself"


def test_an_unfinished_set_up_says_who_must_act() -> None:
    begun = integration("setup_unfinished", error=finding("Waiting for the consent at Xero."), by="sam")
    tile = view.tiles(status(store_status(of=begun)))[0]
    assert tile.lines[:2] == ("Waiting for the consent at Xero.", "Begun by sam")
    assert tile.goes.to == "setup"


@pytest.mark.parametrize("of", [integration(), integration("not_set_up"), paused()])
def test_what_matters_fits_the_narrowest_tile(of: IntegrationAnswer) -> None:
    for tile in view.tiles(status(store_status(of=of))):
        assert all(len(line) <= NARROWEST for line in tile.lines), tile


def test_tiles_of_several_stores_name_theirs_and_become_rows_when_too_many() -> None:
    tiles = view.tiles(status(store_status(), store_status(HARBOUR, "Harbour Road")))
    assert tiles[4].title == "Xero · Harbour Road"
    assert view.fits_tiles(tiles, 120, 36)
    assert not view.fits_tiles(tiles, 80, 24)
    assert view.fits_tiles(tiles[:4], 80, 24)
    assert not view.fits_tiles(tiles * 3, 120, 36)
    assert not view.fits_tiles(tiles[:4], 60, 20)
    row = view.tile_row(tiles[4]).draw(70).plain
    assert row.startswith("Xero · Harbour Road")
    assert "✓ Connected" in row
    assert len(row) <= 70


def test_missing_days_make_the_tills_ask_for_somebody() -> None:
    tills = view.tiles(status(store_status(missing=2, posted=10)))[2]
    assert (tills.mark.word, tills.lines[0]) == ("Days missing", "2 days without records")
    none = view.tiles(status(store_status(posted=0)))[2]
    assert none.mark.word == "Not set up"


def test_what_needs_somebody_stands_in_order_and_leads_there() -> None:
    error = integration("error", error=finding("The consent has ended."))
    rows = view.attention(status(store_status(of=error, unknown=1, refused=2, missing=1, posted=3)))
    assert [row.draw(60).plain for row in rows] == [
        "✗ The consent has ended.",
        "? 1 day outcome unknown",
        "✗ 2 days refused",
        "∅ 1 day missing",
    ]
    assert [getattr(row.leads_to, "to", "") for row in rows] == ["settings", "days", "days", "days"]
    assert view.attention(status())[0].draw(60).plain == "✓ Nothing needs you."


def test_of_several_stores_it_is_said_which_one_needs_somebody() -> None:
    rows = view.attention(status(store_status(refused=1), store_status(HARBOUR, "Harbour Road")))
    assert rows[0].draw(60).plain == "✗ 1 day refused · Queen St"


def test_what_was_sent_is_told_in_the_time_of_its_store() -> None:
    rows = view.sent([attempt(2, "refused"), attempt(1)], lambda _: "Pacific/Auckland")
    assert rows[0].draw(120).plain.startswith("07:30  ✗ refused  POS-queen-st-2026-11-20: Account 200")
    assert rows[1].draw(40).plain == "07:30  ✓  POS-queen-st-2026-11-20"
    in_london = view.sent([attempt(1)], lambda _: "Europe/London")[0].draw(120).plain
    assert in_london.startswith("18:30")
    assert view.sent([], lambda _: None)[0].draw(40).plain == "Nothing was sent yet."
