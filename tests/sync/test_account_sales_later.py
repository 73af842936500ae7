"""Sales on account after their invoice was sent: moved, paid, numbered otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.contract.states import DayState
from tests.sync.changing import listed, live, numbers, policy, posted, refusal_codes, resolve, right
from tests.sync.support import (
    ANNA,
    DAY,
    STORE,
    Shop,
    account_sale,
    all_posted,
    debtor_payment,
    sale,
    states,
)

NEXT = DAY + timedelta(days=1)
NUMBER = f"{STORE}-A"


def later(shop: Shop) -> None:
    for _ in range(3):
        shop.later(hours=6)


@pytest.fixture
def moved(shop: Shop) -> Shop:
    """A sale on account, posted, that the tills then say was of the next date."""
    posted(shop, account_sale(DAY, "A", "50.00"))
    shop.clock.move(days=2)
    shop.take(account_sale(NEXT, "A", "50.00"), sale(NEXT, "1", "10.00"))
    shop.sync(NEXT)
    return shop


def codes(shop: Shop, day: date) -> list[str]:
    return [each["code"] for each in shop.state(day)[0]["blocked"]]


def test_a_moved_sale_waits_for_the_old_invoice_and_the_rest_does_not(moved: Shop) -> None:
    assert (states(moved.state(NEXT)), codes(moved, NEXT)) == (["refused"], ["moved_date"])
    assert numbers(moved) == [NUMBER, f"POS-{STORE}-{NEXT}"]
    assert moved.state(NEXT)[0]["blocked"][0]["next"].startswith(f"Decide about {DAY} first")
    moved.sync(NEXT)
    later(moved)
    assert numbers(moved) == [NUMBER, f"POS-{STORE}-{NEXT}"]


def test_voided_there_it_is_sent_under_a_number_of_its_own(moved: Shop) -> None:
    assert resolve(moved, "resend")["possible"]
    later(moved)
    assert numbers(moved) == [f"POS-{STORE}-{NEXT}", f"{NUMBER}-r2"]
    assert states(moved.state(DAY, NEXT)) == ["missing", "posted"]
    assert listed(moved) == []
    right(moved, [DAY, NEXT])


def test_corrected_by_a_policy_it_is_sent_too(moved: Shop) -> None:
    policy(moved, "delta")
    later(moved)
    assert numbers(moved) == [NUMBER, f"POS-{STORE}-{NEXT}", f"{NUMBER}-d1", f"{NUMBER}-r2"]
    assert all_posted(moved.state(DAY, NEXT))
    right(moved, [DAY, NEXT])


def test_kept_it_stands_for_both_dates(moved: Shop) -> None:
    assert resolve(moved, "keep")["possible"]
    later(moved)
    assert numbers(moved) == [NUMBER, f"POS-{STORE}-{NEXT}"]
    assert all_posted(moved.state(DAY, NEXT))
    assert listed(moved) == []


def test_kept_and_edited_once_more_it_can_be_corrected_and_not_sent_anew(moved: Shop) -> None:
    """There is nothing of the new date that could be voided."""
    resolve(moved, "keep")
    later(moved)
    moved.take(account_sale(NEXT, "A", "60.00"))
    moved.sync(NEXT)
    assert states(moved.state(NEXT)) == ["changed"]
    answer = resolve(moved, "resend", NEXT)
    assert (answer["possible"], answer["queued"], refusal_codes(answer)) == (False, False, ["kept_elsewhere"])
    assert answer["reasons"][0]["what"].startswith(f"{NUMBER} of {NEXT}")
    assert resolve(moved, "delta", NEXT)["possible"]
    later(moved)
    assert numbers(moved)[2:] == [f"{NUMBER}-d1"]
    assert all_posted(moved.state(DAY, NEXT))
    right(moved, [DAY, NEXT])


def test_moved_back_it_is_as_it_was(moved: Shop) -> None:
    moved.take(account_sale(DAY, "A", "50.00"))
    moved.sync(DAY)
    moved.sync(NEXT)
    later(moved)
    assert all_posted(moved.state(DAY, NEXT))
    assert numbers(moved) == [NUMBER, f"POS-{STORE}-{NEXT}"]


def test_a_payment_finds_the_invoice_of_the_new_date(moved: Shop) -> None:
    resolve(moved, "resend")
    later(moved)
    moved.take(debtor_payment(NEXT + timedelta(days=1), "D", "20.00", "A"))
    moved.clock.move(days=2)
    assert all_posted(moved.sync(NEXT + timedelta(days=1)))
    assert [held.due for held in live(moved) if held.document.number == f"{NUMBER}-r2"] == [Decimal("30.00")]


@pytest.mark.parametrize("resent", [False, True])
def test_another_pattern_of_numbers_does_not_lose_the_invoices_of_before(shop: Shop, *, resent: bool) -> None:
    posted(shop, account_sale(DAY, "A", "50.00"))
    shop.map(account_number="ACC-{store}-{receipt}")
    if resent:
        shop.take(account_sale(DAY, "A", "60.00"))
        assert resolve(shop, "resend")["possible"]
    shop.take(debtor_payment(NEXT, "D", "20.00", "A"), account_sale(NEXT, "B", "5.00"))
    shop.clock.move(days=2)
    assert all_posted(shop.sync(NEXT))
    assert live(shop)[0].due == Decimal("40.00" if resent else "30.00")
    assert numbers(shop)[-1] == f"ACC-{STORE}-B"
    paid = [each for each in shop.state(NEXT)[0]["documents"] if each["kind"] == "PAYMENT"]
    assert [each["number"] for each in paid] == [NUMBER]
    shop.take(sale(NEXT, "1", "1.00"))
    shop.sync(NEXT)
    assert shop.day(NEXT).state == DayState.POSTED
    assert listed(shop) == []


def test_a_moved_sale_goes_into_no_file_while_its_old_invoice_stands(shop: Shop) -> None:
    posted(shop, account_sale(DAY, "A", "50.00"))
    shop.clock.move(days=4)
    shop.take(account_sale(NEXT, "A", "50.00"), sale(NEXT, "1", "10.00"))
    answer = shop.office.files.post(STORE, NEXT, NEXT, ANNA)
    (day,) = answer["days"]
    assert (day["outcome"], [each["code"] for each in day["why"]]) == ("refused", ["moved_date"])
    assert resolve(shop, "keep")["possible"]
    (day,) = shop.office.files.post(STORE, NEXT, NEXT, ANNA)["days"]
    assert [each["number"] for each in day["documents"]] == [f"POS-{STORE}-{NEXT}"]


def test_moved_back_after_it_was_sent_anew_it_gets_another_number(moved: Shop) -> None:
    resolve(moved, "resend")
    later(moved)
    moved.take(account_sale(DAY, "A", "70.00"))
    moved.sync(DAY)
    moved.sync(NEXT)
    assert resolve(moved, "resend", NEXT)["possible"]
    later(moved)
    assert numbers(moved) == [f"POS-{STORE}-{NEXT}", f"{NUMBER}-r3"]
    assert all_posted(moved.state(DAY, NEXT))
    right(moved, [DAY, NEXT])


def test_a_date_with_nothing_but_a_kept_sale_is_settled(shop: Shop) -> None:
    posted(shop, account_sale(DAY, "A", "50.00"))
    shop.clock.move(days=4)
    shop.take(account_sale(NEXT, "A", "50.00"))
    shop.sync(NEXT)
    assert resolve(shop, "keep")["possible"]
    later(shop)
    assert (shop.day(NEXT).state, shop.day(NEXT).queued) == ("posted", False)
    shop.take(account_sale(NEXT, "A", "80.00"))
    shop.sync(NEXT)
    assert (shop.day(NEXT).state, shop.day(NEXT).queued) == ("changed", False)
    assert [(each["key"], each["difference"]) for each in listed(shop)] == [("account:1/A", "30.00")]


def test_a_blocked_date_is_not_built_over_and_over_for_a_sale_that_may_go(moved: Shop) -> None:
    moved.take(sale(NEXT, "5", "5.00", "unheard_of"))
    resolve(moved, "resend")
    later(moved)
    assert states(moved.state(NEXT)) == ["blocked"]
    before = len(moved.ledger.calls)
    for _ in range(20):
        moved.later(seconds=10)
    assert len(moved.ledger.calls) == before
