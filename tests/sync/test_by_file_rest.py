"""Posting by file what is left of a date, week or month sent in part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from services.accounting.ledger import NotSent, OutcomeUnknown
from services.contract.keeping import ByFileAnswer
from services.contract.states import DayState
from services.store.tables import PaymentRow
from tests.sync.changing import listed, numbers, resolve, right
from tests.sync.moments import MONDAY, at
from tests.sync.support import ANNA, STORE, Shop, account_sale, debtor_payment, refund, sale

WEEK = [MONDAY + timedelta(days=number) for number in range(10)]
SUNDAY = WEEK[6]
SUM = f"POS-{STORE}-{MONDAY}-to-{WEEK[1]}"


def post(shop: Shop, first: date = MONDAY, last: date = SUNDAY) -> ByFileAnswer:
    return shop.office.files.post(STORE, first, last, ANNA)


def in_files(answer: ByFileAnswer) -> list[str]:
    """Numbers of what the files hold; the printed journal has each."""
    told = sorted(document["number"] for day in answer["days"] for document in day["documents"])
    (posting,) = answer["postings"]
    journal = next(file["content"] for file in posting["files"] if file["name"].endswith("journal.txt"))
    assert all(number in journal for number in told)
    return told


def codes(answer: ByFileAnswer) -> list[str]:
    return [why["code"] for day in answer["days"] for why in day["why"]]


def gone(shop: Shop) -> None:
    """Xero is out of reach for good."""
    shop.office.pause(STORE, reason="out of reach", who=ANNA)


@pytest.fixture
def weekly(shop: Shop) -> Shop:
    """A week over, of which a sale on account went at once."""
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="weekly", start=MONDAY, who=ANNA)
    shop.take(sale(MONDAY, "1", "100.00"), account_sale(MONDAY, "A", "50.00"), sale(WEEK[1], "2", "60.00"))
    at(shop, WEEK[2], 9)
    assert numbers(shop) == [f"{STORE}-A"]
    gone(shop)
    at(shop, WEEK[7], 9)
    return shop


def test_of_a_week_the_sum_goes_into_the_files_and_nothing_else(weekly: Shop) -> None:
    answer = post(weekly)
    assert in_files(answer) == [SUM]
    assert [day["outcome"] for day in answer["days"]] == ["posted", "posted"]
    assert answer["days"][0]["warnings"] == [f"In Xero already, and so in no file: {STORE}-A."]
    assert {weekly.day(day).state for day in WEEK[:2]} == {"by_file"}
    (posting,) = answer["postings"]
    printed = next(file["content"] for file in posting["files"] if file["name"].endswith("journal.txt"))
    assert "IN XERO ALREADY" in printed
    assert f"  {STORE}-A" in printed


def test_a_look_first_says_the_same(weekly: Shop) -> None:
    looked = weekly.office.files.preview(STORE, MONDAY, SUNDAY, ANNA)
    assert looked["days"] == post(weekly)["days"]


def test_taken_back_the_rest_is_sent_and_nothing_twice(weekly: Shop) -> None:
    post(weekly)
    weekly.office.resume(STORE, who=ANNA)
    at(weekly, WEEK[8], 9)
    assert numbers(weekly) == [f"{STORE}-A"]
    weekly.office.files.take_back(STORE, MONDAY, SUNDAY, "not imported", ANNA)
    at(weekly, WEEK[8], 12)
    assert numbers(weekly) == [f"{STORE}-A", SUM]
    right(weekly, [WEEK[1]])


def test_receipts_that_went_one_by_one_are_in_no_file(shop: Shop) -> None:
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="real-time", start=MONDAY, who=ANNA)
    shop.take(sale(MONDAY, "1", "100.00"))
    at(shop, MONDAY, 11)
    sent = numbers(shop)
    gone(shop)
    shop.take(sale(MONDAY, "2", "7.00"), refund(MONDAY, "R", "-5.00"))
    at(shop, WEEK[1], 9)
    answer = post(shop, MONDAY, MONDAY)
    total = [document["total"] for day in answer["days"] for document in day["documents"]]
    assert total == ["7.00", "5.00"]
    assert set(in_files(answer)).isdisjoint(sent)


def test_a_debtor_payment_that_was_not_made_goes_into_the_files(shop: Shop) -> None:
    at(shop, WEEK[1], 9)
    shop.take(account_sale(MONDAY, "A", "50.00"))
    shop.sync(MONDAY)
    shop.take(debtor_payment(MONDAY, "D", "20.00", "A"))
    gone(shop)
    answer = post(shop, MONDAY, MONDAY)
    assert [each["kind"] for each in answer["days"][0]["documents"]] == ["PAYMENT"]


def test_a_document_that_is_there_half_is_refused(shop: Shop) -> None:
    """Its payments fit no file."""
    at(shop, WEEK[1], 9)
    shop.take(sale(MONDAY, "1", "100.00"), account_sale(MONDAY, "A", "50.00"))
    shop.sync(MONDAY)
    with shop.database.write() as session:
        payment = session.exec(select(PaymentRow)).first()
        assert payment is not None
        payment.remote_id, payment.state = None, "refused"
        session.add(payment)
    answer = post(shop, MONDAY, MONDAY)
    assert (codes(answer), answer["postings"]) == (["at_ledger_already"], [])


def test_what_changed_after_it_went_is_said_and_shown(weekly: Shop) -> None:
    """It is in no file, so a person corrects it in Xero."""
    weekly.take(account_sale(MONDAY, "A", "70.00"))
    answer = post(weekly)
    assert in_files(answer) == [SUM]
    assert any(f"The tills changed {STORE}-A after" in each for each in answer["days"][0]["warnings"])
    assert [weekly.day(day).state for day in WEEK[:2]] == ["changed", "by_file"]
    assert [each["number"] for each in listed(weekly)] == [f"{STORE}-A"]
    assert resolve(weekly, "keep", MONDAY)["possible"]
    assert weekly.day(MONDAY).state == "by_file"


def test_an_unknown_outcome_stops_the_whole(shop: Shop) -> None:
    at(shop, WEEK[1], 9)
    shop.take(sale(MONDAY, "1", "100.00"), account_sale(MONDAY, "A", "50.00"))
    shop.ledger.fail("create ACCREC", OutcomeUnknown("The answer was lost.", "", ""), after=True)
    shop.ledger.fail("find ACCREC", NotSent("Xero cannot be reached.", "", ""), count=None)
    shop.sync(MONDAY)
    assert shop.day(MONDAY).state == DayState.UNKNOWN
    assert set(codes(post(shop, MONDAY, MONDAY))) == {"outcome_unknown"}


def test_a_week_is_one_sum_in_the_files_too(shop: Shop) -> None:
    """Also where nothing of it was ever prepared to be sent."""
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="weekly", start=MONDAY, who=ANNA)
    gone(shop)
    shop.take(*(sale(day, f"S-{day}", "10.00") for day in WEEK[:3]))
    at(shop, WEEK[7], 9)
    answer = post(shop)
    assert in_files(answer) == [f"POS-{STORE}-{MONDAY}-to-{WEEK[2]}"]
    assert {shop.day(day).posted_with for day in WEEK[:3]} == {WEEK[2]}
