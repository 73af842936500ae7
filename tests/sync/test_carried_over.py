"""After a restore the documents of before are known, so nothing is sent twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.sandbox.xero import NZ_TENANT, PracticeXero
from services.store.restoring.losses import compare
from tests.sync.changing import listed, policy, refusal_codes, resolve
from tests.sync.practice import PracticeShop
from tests.sync.support import ANNA, MAPPING, STORE, all_posted, sale, states
from tests.sync.test_restored import restored, saved

__all__ = ["saved"]

Save = Callable[[], Path]


def monday(practice: PracticeShop) -> date:
    """A Monday three weeks ago."""
    today = practice.clock().date()
    return today - timedelta(days=today.weekday() + 21)


def held(xero: PracticeXero) -> list[tuple[str, str]]:
    """What the organisation has, by number."""
    return sorted((each.number, each.status) for each in xero.book(NZ_TENANT).documents.values())


def week(first: date, count: int = 3) -> list[dict[str, Any]]:
    return [sale(first + timedelta(days=number), f"S-{number}", "10.00") for number in range(count)]


def test_a_schedule_changed_since_stays(practice: PracticeShop, xero: PracticeXero, saved: Save) -> None:
    """Restored as it was it would sum the days that went one by one."""
    practice.ready()
    first = monday(practice)
    practice.office.set_schedule(STORE, frequency="weekly", start=first, who=ANNA)
    backup = saved()
    practice.clock.move(minutes=1)
    practice.office.set_schedule(STORE, frequency="daily", start=first, who=ANNA)
    practice.take(*week(first))
    practice.sync(first, first + timedelta(days=6))
    before = held(xero)
    assert len(before) == 3

    restored(practice, backup)
    practice.take(*week(first))
    practice.sync(first, first + timedelta(days=6))
    assert held(xero) == before
    assert practice.office.schedule(STORE)["frequency"] == "daily"
    assert all_posted(practice.state(first, first + timedelta(days=2)))


def test_a_week_that_went_without_its_last_date_stays_so(
    practice: PracticeShop, xero: PracticeXero, saved: Save
) -> None:
    practice.ready()
    first = monday(practice)
    practice.office.set_schedule(STORE, frequency="weekly", start=first, who=ANNA)
    late = sale(first + timedelta(days=6), "late", "10.00")
    backup = saved()
    practice.take(*week(first, 6))
    practice.sync(first, first + timedelta(days=6))
    practice.take(late)
    practice.sync(first + timedelta(days=6))
    before = held(xero)
    assert len(before) == 2

    restored(practice, backup)
    practice.take(*week(first, 6), late)
    practice.sync(first, first + timedelta(days=6))
    assert held(xero) == before
    assert all_posted(practice.state(first, first + timedelta(days=6)))


@pytest.mark.parametrize("changed", [{"number": "SHOP-{store}-{date}"}, {"shape": "journal"}])
def test_a_mapping_changed_since_stays(
    practice: PracticeShop, xero: PracticeXero, saved: Save, changed: dict[str, str]
) -> None:
    """Another number or shape would not find what is there."""
    practice.ready()
    first = monday(practice)
    backup = saved()
    practice.map(**changed, tax_codes={**MAPPING["tax_codes"], "GSTIN": "INPUT2"})
    practice.take(*week(first))
    practice.sync(first, first + timedelta(days=2))
    before, balance = held(xero), xero.trial_balance(NZ_TENANT)

    restored(practice, backup)
    practice.take(*week(first))
    practice.sync(first, first + timedelta(days=2))
    assert held(xero) == before
    assert xero.trial_balance(NZ_TENANT) == balance
    assert practice.office.mapping(STORE)["version"] == 2
    assert all_posted(practice.state(first, first + timedelta(days=2)))


def test_receipts_sent_one_by_one_stay_alone(practice: PracticeShop, xero: PracticeXero, saved: Save) -> None:
    practice.ready()
    first = practice.clock().date()
    backup = saved()
    practice.clock.move(minutes=1)
    practice.office.set_schedule(STORE, frequency="real-time", start=first, who=ANNA)
    practice.take(*(sale(first, f"S-{number}", "10.00") for number in range(2)))
    practice.later(minutes=30)
    practice.office.set_schedule(STORE, frequency="daily", start=first, who=ANNA)
    practice.take(sale(first, "S-9", "10.00"))
    practice.later(days=2)
    practice.sync(first)
    before = held(xero)
    assert len(before) == 3

    restored(practice, backup)
    practice.take(*(sale(first, f"S-{number}", "10.00") for number in (0, 1, 9)))
    practice.sync(first)
    assert held(xero) == before
    assert all_posted(practice.state(first))


def test_a_date_is_changed_until_its_receipts_are_here_again(
    practice: PracticeShop, xero: PracticeXero, saved: Save
) -> None:
    """And the store's policy leaves it alone so long."""
    practice.ready()
    first = monday(practice)
    backup = saved()
    records = [sale(first, "1", "60.00"), sale(first, "2", "40.00")]
    practice.take(*records)
    assert all_posted(practice.sync(first))
    before = held(xero)

    restored(practice, backup)
    row = practice.day(first)
    assert (row.state, (row.why or [{}])[0]["code"]) == ("changed", "records_awaited")
    for word in ("delta", "resend"):
        policy(practice, word)
        practice.take(records[0])
        for _ in range(3):
            practice.later(hours=6)
        practice.sync(first)
        practice.later(hours=6)
        assert held(xero) == before
        assert states(practice.state(first)) == ["changed"]
    practice.take(records[1])
    practice.office.tick()
    assert all_posted(practice.state(first))
    assert held(xero) == before


def test_what_was_sent_anew_since_is_known(practice: PracticeShop, xero: PracticeXero, saved: Save) -> None:
    practice.ready()
    first = monday(practice)
    practice.take(sale(first, "1", "100.00"))
    assert all_posted(practice.sync(first))
    backup = saved()
    practice.take(sale(first, "1", "120.00"))
    resolve(practice, "resend", first)
    before = held(xero)
    assert [status for _, status in before] == ["VOIDED", "PAID"]

    restored(practice, backup)
    assert practice.day(first).state == "changed"
    practice.take(sale(first, "1", "120.00"))
    practice.office.tick()
    assert (practice.day(first).state, listed(practice)) == ("posted", [])
    practice.take(sale(first, "1", "130.00"))
    answer = resolve(practice, "delta", first)
    assert (answer["possible"], refusal_codes(answer)) == (True, [])
    assert [number for number, _ in held(xero)][-1] == f"POS-{STORE}-{first}-r2-d1"


def test_dates_posted_by_file_stay_so_when_they_are_imported_again(
    practice: PracticeShop, saved: Save
) -> None:
    practice.ready()
    first = monday(practice)
    backup = saved()
    practice.take(*week(first, 2))
    practice.office.files.post(STORE, first, first + timedelta(days=1), ANNA)

    restored(practice, backup)
    assert practice.day(first).state == "by_file"
    practice.take(*week(first, 2))
    practice.office.takings_changed(STORE, [first])
    assert [practice.day(first + timedelta(days=each)).state for each in range(2)] == ["by_file"] * 2
    practice.take(sale(first, "more", "1.00"))
    practice.office.tick()
    assert practice.day(first).state == "changed"


def test_the_calls_of_before_are_in_the_log(practice: PracticeShop, saved: Save) -> None:
    practice.ready()
    first = monday(practice)
    backup = saved()
    practice.take(sale(first, "1", "10.00"))
    practice.sync(first)
    before = [(each["call"], each["outcome"]) for each in practice.office.log(store=STORE)["attempts"]]
    restored(practice, backup)
    after = [(each["call"], each["outcome"]) for each in practice.office.log(store=STORE)["attempts"]]
    assert before
    assert [each for each in after if each[0] != "PUT Contacts"] == [
        each for each in before if each[0] != "PUT Contacts"
    ]


def test_it_is_shown_what_is_carried_over(practice: PracticeShop, saved: Save) -> None:
    practice.ready()
    first = monday(practice)
    backup = saved()
    practice.clock.move(minutes=1)
    practice.office.set_schedule(STORE, frequency="weekly", start=first, who=ANNA)
    practice.map(number="N-{store}-{date}")
    practice.take(*week(first))
    practice.sync(first, first + timedelta(days=6))
    books = Path(practice.database.engine.url.database or "")
    told = compare(books, backup).told()
    assert f"{STORE} frequency manual weekly" in told["settings"]
    assert (told["carried"]["documents"], told["carried"]["mappings"]) == (1, 1)
