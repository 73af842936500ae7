"""Changes of weeks and of receipts on their own; other mappings tried."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.contract.problem import NotFound, Refused
from services.store import days
from services.store.tables import FilePostingDay
from tests.sync.changing import books, due_books, listed, live, numbers, policy, posted, resolve, right
from tests.sync.moments import at
from tests.sync.support import ANNA, DAY, MAPPING, STORE, Shop, account_sale, purchase, refund, sale

MONDAY = date(2026, 11, 9)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
SUNDAY = WEEK[-1]


def weekly(shop: Shop) -> None:
    """Post one week as one document."""
    shop.office.set_schedule(STORE, frequency="weekly", start=MONDAY, who=ANNA)
    shop.take(*(sale(day, f"S-{day}", "100.00") for day in WEEK))
    for _ in range(3):
        shop.later(minutes=1)
    assert {shop.day(day).state for day in WEEK} == {"posted"}, shop.state(MONDAY, SUNDAY)
    assert len(live(shop)) == 1


@pytest.mark.parametrize("word, count", [("delta", 2), ("resend", 1)])
def test_a_receipt_edited_inside_a_week_corrects_the_weeks_document(
    shop: Shop, word: str, count: int
) -> None:
    policy(shop, word)
    weekly(shop)
    shop.take(sale(WEEK[2], f"S-{WEEK[2]}", "123.00"))
    assert shop.day(WEEK[2]).state == "changed"
    for _ in range(3):
        shop.later(minutes=1)
    assert {shop.day(day).state for day in WEEK} == {"posted"}, [shop.day(day).why for day in WEEK]
    assert len(live(shop)) == count
    assert {held.document.date for held in live(shop)} == {SUNDAY}
    right(shop, [SUNDAY])
    assert sum((held.total for held in live(shop)), Decimal(0)) == Decimal(723)
    shop.take(sale(WEEK[5], "late", "11.50"), sale(WEEK[1], f"S-{WEEK[1]}", "80.00"))
    for _ in range(3):
        shop.later(minutes=1)
    right(shop, [SUNDAY])
    assert {shop.day(day).state for day in WEEK} == {"posted"}


def test_a_changed_week_is_shown_and_kept_by_any_of_its_dates(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(WEEK[2], f"S-{WEEK[2]}", "123.00"))
    (change,) = listed(shop, WEEK[2])
    assert (change["date"], change["difference"]) == (SUNDAY.isoformat(), "23.00")
    assert listed(shop, SUNDAY) == [change]
    assert listed(shop) == [change]
    resolve(shop, "keep", WEEK[2])
    assert {shop.day(day).state for day in WEEK} == {"posted"}
    assert listed(shop) == []


def test_what_is_kept_inside_a_week_leaves_its_takings_to_the_end_of_the_week(shop: Shop) -> None:
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="weekly", start=MONDAY, who=ANNA)
    shop.take(sale(MONDAY, "1", "100.00"), account_sale(MONDAY, "A", "50.00"))
    at(shop, WEEK[1], 9)
    assert numbers(shop) == ["queen-st-A"]
    shop.take(account_sale(MONDAY, "A", "60.00"))
    at(shop, WEEK[1], 10)
    assert [(each["number"], each["difference"]) for each in listed(shop)] == [("queen-st-A", "10.00")]
    steps = resolve(shop, "keep", MONDAY)["steps"]
    assert [(step["number"], step["amount"]) for step in steps] == [("queen-st-A", "10.00")]
    assert (shop.day(MONDAY).state, listed(shop)) == ("waiting", [])
    shop.take(sale(WEEK[2], "2", "40.00"))
    at(shop, SUNDAY + timedelta(days=1), 9)
    at(shop, SUNDAY + timedelta(days=1), 12)
    assert {shop.day(day).state for day in (MONDAY, WEEK[2])} == {"posted"}
    assert [held.total for held in live(shop)] == [Decimal(50), Decimal(140)]


def test_what_is_kept_while_the_day_is_open_leaves_its_takings_to_the_end_of_the_day(shop: Shop) -> None:
    shop.map(tax_codes={**MAPPING["tax_codes"], "GSTIN": "INPUT2"})
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="daily", start=MONDAY, who=ANNA)
    shop.take(sale(MONDAY, "1", "100.00"), purchase(MONDAY, "P", "23.00"))
    shop.sync(MONDAY)
    assert numbers(shop) == ["INV-P"]
    shop.take(purchase(MONDAY, "P", "33.00"))
    shop.sync(MONDAY)
    assert shop.day(MONDAY).state == "changed"
    resolve(shop, "keep", MONDAY)
    assert (shop.day(MONDAY).state, listed(shop)) == ("open", [])
    at(shop, WEEK[1], 9)
    assert [held.total for held in live(shop)] == [Decimal(23), Decimal(100)]
    assert shop.day(MONDAY).state == "posted"


@pytest.mark.parametrize("by", ["delta", "resend"])
def test_a_changed_week_is_resolved_by_any_of_its_dates(shop: Shop, by: str) -> None:
    weekly(shop)
    shop.take(sale(WEEK[2], f"S-{WEEK[2]}", "123.00"), account_sale(WEEK[2], "A", "50.00"))
    answer = resolve(shop, by, WEEK[2])
    assert answer["possible"], answer["reasons"]
    assert all(check["holds"] for check in answer["proof"]), answer["proof"]
    for _ in range(3):
        shop.later(minutes=1)
    assert {shop.day(day).state for day in WEEK} == {"posted"}
    right(shop, [SUNDAY])


@pytest.mark.parametrize("word", ["delta", "resend"])
def test_a_receipt_of_its_own_is_corrected_alone(shop: Shop, word: str) -> None:
    policy(shop, word)
    today = date(2026, 11, 25)
    shop.office.set_schedule(STORE, frequency="real-time", start=today, who=ANNA)
    shop.clock.move(hours=1)
    shop.take(sale(today, "1", "100.00"), sale(today, "2", "50.00"))
    for _ in range(4):
        shop.later(minutes=30)
    before = numbers(shop)
    assert len(before) == 2, before
    shop.take(sale(today, "1", "123.00"))
    for _ in range(3):
        shop.later(minutes=30)
    assert numbers(shop) == before, "the day is open: its changes wait until it is closed"
    shop.later(days=1)
    for _ in range(3):
        shop.later(minutes=30)
    assert shop.day(today).state == "posted", shop.state(today)
    right(shop, [today])
    assert sum((held.total for held in live(shop)), Decimal(0)) == Decimal(173)
    assert len(live(shop)) == (3 if word == "delta" else 2)


def test_what_was_posted_by_file_is_never_sent_only_kept(shop: Shop) -> None:
    policy(shop, "delta")
    shop.take(sale(DAY, "1", "100.00"))
    shop.office.files.post(STORE, DAY, DAY, ANNA)
    assert shop.day().state == "by_file"
    shop.take(sale(DAY, "2", "23.00"))
    assert shop.day().state == "changed"
    for _ in range(3):
        shop.later(minutes=10)
    assert live(shop) == []
    (change,) = listed(shop)
    assert change["difference"] == "23.00"
    for by in ("delta", "resend"):
        assert not resolve(shop, by)["possible"]
    assert resolve(shop, "keep")["possible"]
    assert shop.day().state == "by_file"
    with shop.database.read() as session:
        assert session.get(FilePostingDay, (STORE, DAY)) is not None
        assert not days.queued(session, STORE)


@pytest.mark.parametrize("by", ["delta", "resend"])
def test_what_is_new_on_a_date_that_was_posted_by_file_is_never_queued(shop: Shop, by: str) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.office.files.post(STORE, DAY, DAY, ANNA)
    shop.take(account_sale(DAY, "L", "55.00"))
    answer = resolve(shop, by)
    assert (answer["possible"], answer["queued"], answer["steps"]) == (False, False, [])
    assert [reason.get("code") for reason in answer["reasons"]] == ["changed_after_file"]
    assert shop.day().state == "changed"
    assert [each["number"] for each in listed(shop)] == ["queen-st-L"]
    assert resolve(shop, "keep")["possible"]
    assert (shop.day().state, listed(shop)) == ("by_file", [])


# --- what another mapping would have posted -------------------------------------------


def effect(shop: Shop, **wanted: object) -> dict[str, list[tuple[str, str, str]]]:
    answer = shop.office.changes.mapping_effect(STORE, **wanted)  # type: ignore[arg-type]  # by name
    shown = {"accounts": answer["accounts"], "tax_types": answer["tax_types"]}
    return {
        part: [(each["name"], each["before"], each["after"]) for each in found]
        for part, found in shown.items()
    }


def test_what_another_mapping_would_have_posted_is_told_and_nothing_is_sent(shop: Shop) -> None:
    posted(shop, sale(DAY, "1", "115.00"), refund(DAY, "R", "-23.00"))
    before = books(shop)
    writes = shop.ledger.writes()
    shop.map(categories={**MAPPING["categories"], "grocery": {"account": "201", "tax_type": "NONE"}})
    found = effect(shop, first=DAY, last=DAY)
    assert found == {
        "accounts": [("#TAX", "-12.00", "0.00"), ("200", "-80.00", "0.00"), ("201", "0.00", "-92.00")],
        "tax_types": [("NONE", "0.00", "92.00"), ("OUTPUT2", "92.00", "0.00")],
    }
    assert shop.ledger.writes() == writes
    assert books(shop) == before
    assert shop.day().state == "posted"
    assert due_books(shop) != before


def test_a_mapping_that_is_not_saved_can_be_tried(shop: Shop) -> None:
    posted(shop, sale(DAY, "1", "115.00"))
    trial = {**MAPPING, "tenders": {**MAPPING["tenders"], "cash": "613"}}
    found = effect(shop, body=trial)
    assert found["accounts"] == [("611", "57.50", "0.00"), ("613", "0.00", "57.50")]
    answer = shop.office.changes.mapping_effect(STORE, body=trial, first=DAY, last=DAY)
    assert (answer["after"], [day["date"] for day in answer["days"]]) == (None, [DAY.isoformat()])
    assert shop.office.mapping_versions(STORE)["versions"][0]["version"] == 1


def test_versions_that_are_named_are_compared(shop: Shop) -> None:
    posted(shop, sale(DAY, "1", "115.00"))
    shop.map(tenders={**MAPPING["tenders"], "cash": "613"})
    shop.map(tenders={**MAPPING["tenders"], "cash": "614"})
    assert effect(shop, before=2, after=3)["accounts"] == [
        ("613", "57.50", "0.00"),
        ("614", "0.00", "57.50"),
    ]
    assert effect(shop, before=3, after=3) == {"accounts": [], "tax_types": []}
    assert effect(shop)["accounts"][0][0] == "611", "else with what was posted"


def test_a_day_that_one_of_them_cannot_post_is_named(shop: Shop) -> None:
    posted(shop, sale(DAY, "1", "115.00"))
    trial = {**MAPPING, "categories": {"hardware": "201"}}
    (day,) = shop.office.changes.mapping_effect(STORE, body=trial)["days"]
    assert day["blocked"][0].get("code") == "unmapped_category"
    assert (day["accounts"], day["tax_types"]) == ([], [])


def test_wrong_questions_about_mappings_are_refused(shop: Shop) -> None:
    posted(shop)
    with pytest.raises(NotFound):
        effect(shop, before=9)
    with pytest.raises(Refused) as caught:
        effect(shop, first=DAY, last=MONDAY)
    assert caught.value.code == "invalid"
    with pytest.raises(Refused) as wrong:
        effect(shop, body={"store": STORE, "colour": "red"})
    assert wrong.value.code == "invalid_mapping"
