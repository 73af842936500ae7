"""Weeks and months: one sum when they are over, each date in exactly one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.books.documents import DocumentKind
from services.contract.answers import DayDocumentsAnswer
from services.contract.states import IntegrationState
from services.store import connections
from services.sync.links import sealing
from tests.sync.moments import MONDAY, at
from tests.sync.support import (
    ANNA,
    MAPPING,
    STORE,
    Shop,
    account_sale,
    all_posted,
    debtor_payment,
    purchase,
    refund,
    sale,
    states,
)

SUNDAY = MONDAY + timedelta(days=6)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def day(number: int) -> date:
    """Return a date of the week, 0 the Monday."""
    return MONDAY + timedelta(days=number)


def numbers(shop: Shop) -> dict[str, Decimal]:
    return {held.document.number: held.total for held in shop.ledger.documents.values()}


def weekly(shop: Shop, start: date = MONDAY) -> Shop:
    at(shop, start, 8)
    shop.map(tax_codes={**MAPPING["tax_codes"], "GSTIN": "INPUT2"})
    shop.office.set_schedule(STORE, frequency="weekly", start=start, who=ANNA)
    return shop


def month(shop: Shop) -> dict[str, tuple[str, str]]:
    found = shop.office.days(STORE, "2026-11")["days"]
    return {each["date"]: (each["state"], "; ".join(why["what"] for why in each["why"])) for each in found}


def test_a_week_is_one_sum_when_it_is_over(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"), sale(day(2), "2", "60.00"), refund(day(4), "3", "-23.00"))
    at(shop, SUNDAY, 23)
    assert not shop.ledger.documents
    at(shop, NEXT_MONDAY, 0, 1)
    assert numbers(shop) == {
        "POS-queen-st-2026-11-16-to-2026-11-20": Decimal("160.00"),
        "POS-queen-st-2026-11-16-to-2026-11-20-R": Decimal("23.00"),
    }
    (held,) = (each for each in shop.ledger.documents.values() if each.kind is DocumentKind.ACCREC)
    assert held.document.date == day(4)
    assert held.document.reference == "POS 2026-11-16 to 2026-11-20 sales"
    assert states(shop.state(day(0), day(4))) == ["posted", "posted", "posted"]
    at(shop, NEXT_MONDAY, 9)
    assert len(shop.ledger.documents) == 2


def test_a_date_that_waits_says_for_what(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"))
    at(shop, day(2))
    assert month(shop)["2026-11-16"] == ("waiting", "2026-11-16 goes with the week that ends 2026-11-22.")
    (answer,) = shop.sync(day(0))
    assert (answer["state"], answer["blocked"][0]["code"]) == ("waiting", "goes_with_period")
    assert answer["documents"] == []
    assert not shop.ledger.documents
    assert shop.office.sync(STORE, who=ANNA)["queued"] == []


def test_documents_of_their_own_date_do_not_wait(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"), account_sale(day(0), "A", "50.00"), purchase(day(0), "P", "23.00"))
    at(shop, day(1))
    assert sorted(numbers(shop)) == ["INV-P", "queen-st-A"]
    assert month(shop)["2026-11-16"][0] == "waiting"
    shop.take(debtor_payment(day(1), "D", "20.00", pays="A"))
    at(shop, day(2))
    (invoice,) = (each for each in shop.ledger.documents.values() if each.document.number == "queen-st-A")
    assert invoice.due == Decimal("30.00")
    at(shop, NEXT_MONDAY, 1)
    assert numbers(shop)["POS-queen-st-2026-11-16"] == Decimal("100.00")
    assert len(shop.ledger.documents) == 3
    assert all_posted(shop.state(day(0), day(1)))


def test_a_date_that_was_asked_for_while_it_was_open_is_looked_at_again(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"), account_sale(day(0), "A", "50.00"), purchase(day(0), "P", "23.00"))
    at(shop, day(0), 12)
    shop.sync(day(0))
    assert list(numbers(shop)) == ["INV-P"]
    at(shop, day(1), 1)
    assert sorted(numbers(shop)) == ["INV-P", "queen-st-A"]
    at(shop, NEXT_MONDAY, 1)
    assert len(shop.ledger.documents) == 3


def test_the_documents_are_shown_with_the_date_they_bear(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"), account_sale(day(0), "A", "50.00"), sale(day(3), "2", "10.00"))
    preview = shop.office.preview(STORE, day(0))
    assert {document["number"] for document in preview["documents"]} == {
        "POS-queen-st-2026-11-16-to-2026-11-19",
        "queen-st-A",
    }
    assert preview["period"] == {"first": "2026-11-16", "last": "2026-11-19"}
    assert all(check["holds"] for check in preview["proof"])
    assert preview["proof"]
    at(shop, NEXT_MONDAY, 1)
    monday, thursday = shop.state(day(0), day(3))
    assert [document["number"] for document in monday["documents"]] == ["queen-st-A"]
    assert [document["total"] for document in thursday["documents"]] == ["110.00"]
    assert thursday["period"] == monday["period"] == preview["period"]


@pytest.mark.parametrize("shape", ["invoice", "net_invoice", "zero_invoice", "journal"])
def test_every_shape_holds_a_week(shop: Shop, shape: str) -> None:
    weekly(shop)
    shop.map(shape=shape)
    shop.take(sale(day(0), "1", "100.00"), refund(day(1), "2", "-23.00"), sale(day(5), "3", "7.00"))
    at(shop, NEXT_MONDAY, 1)
    answers = shop.state(day(0), SUNDAY)
    assert all_posted(answers)
    assert all(check["holds"] for answer in answers for check in answer["proof"])
    there = [document["number"] for answer in answers for document in answer["documents"]]
    expected = "POS-queen-st-2026-11-16-to-2026-11-21"
    assert there == ([expected, f"{expected}-R"] if shape == "invoice" else [expected])


def test_a_month_is_cut_at_its_start(shop: Shop) -> None:
    at(shop, MONDAY, 8)
    shop.take(sale(date(2026, 11, 10), "0", "5.00"))
    shop.office.set_schedule(STORE, frequency="monthly", start=MONDAY, who=ANNA)
    shop.take(
        sale(day(0), "1", "100.00"),
        sale(date(2026, 11, 30), "2", "11.00"),
        sale(date(2026, 12, 1), "3", "2.00"),
    )
    at(shop, date(2026, 12, 1), 9)
    assert numbers(shop) == {"POS-queen-st-2026-11-16-to-2026-11-30": Decimal("111.00")}
    assert month(shop)["2026-11-10"] == ("waiting", "2026-11-10 is before the schedule's start.")


def test_a_date_that_comes_late_goes_by_itself(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"), sale(day(4), "2", "60.00"))
    at(shop, NEXT_MONDAY, 1)
    shop.take(sale(day(2), "late", "7.00"))
    shop.later(hours=1)
    assert numbers(shop) == {
        "POS-queen-st-2026-11-16-to-2026-11-20": Decimal("160.00"),
        "POS-queen-st-2026-11-18": Decimal("7.00"),
    }
    assert all_posted(shop.state(day(0), day(4)))


def test_a_receipt_that_comes_late_makes_its_date_changed(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"), sale(day(4), "2", "60.00"))
    at(shop, NEXT_MONDAY, 1)
    shop.take(sale(day(0), "late", "7.00"))
    shop.later(hours=1)
    assert month(shop)["2026-11-16"][0] == "changed"
    assert month(shop)["2026-11-20"][0] == "posted"
    assert list(numbers(shop).values()) == [Decimal("160.00")]


def test_what_blocks_a_week_is_known_the_day_it_came(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00", category="plants"), sale(day(1), "2", "60.00"))
    at(shop, day(1))
    assert month(shop)["2026-11-16"] == ("blocked", "The category 'plants' has no account.")
    at(shop, NEXT_MONDAY, 1)
    assert {state for state, _ in (month(shop)["2026-11-16"], month(shop)["2026-11-17"])} == {"blocked"}
    assert not shop.ledger.documents
    shop.map(categories={"grocery": "200", "plants": "201"})
    shop.sync(day(1))
    assert numbers(shop) == {"POS-queen-st-2026-11-16-to-2026-11-17": Decimal("160.00")}
    assert all_posted(shop.state(day(0), day(1)))


def test_a_sync_of_one_date_of_a_week_that_is_over_sends_the_week(shop: Shop) -> None:
    weekly(shop)
    shop.office.set_schedule(STORE, frequency="manual", start=NEXT_MONDAY, who=ANNA)
    shop.take(sale(day(0), "1", "100.00"), sale(day(4), "2", "60.00"))
    at(shop, NEXT_MONDAY, 1)
    assert not shop.ledger.documents
    queued = shop.office.sync(STORE, first=day(4), last=day(4), who=ANNA)["queued"]
    assert queued == ["2026-11-16", "2026-11-20"]
    assert all_posted(shop.state(day(0), day(4)))


def test_a_week_is_sent_at_the_time_of_sending(shop: Shop) -> None:
    weekly(shop)
    shop.office.set_schedule(STORE, at="05:00", who=ANNA)
    shop.take(sale(day(0), "1", "100.00"))
    at(shop, NEXT_MONDAY, 4, 59)
    assert not shop.ledger.documents
    at(shop, NEXT_MONDAY, 5)
    assert len(shop.ledger.documents) == 1


def test_a_week_without_takings_sends_nothing(shop: Shop) -> None:
    weekly(shop)
    shop.take(purchase(day(1), "P", "23.00"))
    at(shop, NEXT_MONDAY, 1)
    assert list(numbers(shop)) == ["INV-P"]
    assert states(shop.state(day(1))) == ["posted"]


def shown(answers: list[DayDocumentsAnswer]) -> list[str]:
    return [document["number"] for answer in answers for document in answer["documents"]]


def test_the_preview_of_a_week_is_what_is_sent(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "100.00"), sale(day(1), "2", "60.00"))
    at(shop, NEXT_MONDAY, 0)
    preview = shop.office.preview(STORE, day(1))
    at(shop, NEXT_MONDAY, 1)
    (sent,) = (each for each in shop.state(day(1)))
    assert preview["documents"][0]["lines"] == sent["documents"][0]["lines"]
    assert shown([preview]) == shown([sent])


def test_a_week_is_sent_in_parts_to_the_organisations_its_dates_are_of(shop: Shop) -> None:
    """Three dates were over when the shop left one.

    The week is over when it is at another.
    """
    weekly(shop)
    shop.take(*(sale(day(number), f"{number}", "10.00") for number in range(3)))
    at(shop, day(3), 8)
    _leave(shop)
    shop.connect("tenant-b", "Other Ltd")
    shop.take(*(sale(day(number), f"{number}", "20.00") for number in range(3, 6)))
    at(shop, NEXT_MONDAY, 9)
    assert numbers(shop) == {"POS-queen-st-2026-11-19-to-2026-11-21": Decimal("60.00")}
    assert states(shop.state(day(0), day(5))) == ["waiting"] * 3 + ["posted"] * 3
    for answer in shop.sync(day(0), day(2)):
        assert [why["code"] for why in answer["blocked"]] == ["organisation_gone"]
    assert len(shop.ledger.documents) == 1

    shop.connect()
    assert states(shop.sync(day(0), day(5))) == ["posted"] * 6
    assert numbers(shop) == {
        "POS-queen-st-2026-11-16-to-2026-11-18": Decimal("30.00"),
        "POS-queen-st-2026-11-19-to-2026-11-21": Decimal("60.00"),
    }


def test_a_date_with_a_document_of_another_organisation_stays_out_of_the_week(shop: Shop) -> None:
    weekly(shop)
    shop.take(sale(day(0), "1", "10.00"), account_sale(day(0), "2", "80.00"))
    at(shop, day(1), 8)
    assert len(shop.ledger.documents) == 1, "the account sale went on its own date"
    shop.connect("tenant-b", "Other Ltd")
    shop.take(sale(day(1), "3", "20.00"), sale(day(2), "4", "30.00"))
    at(shop, NEXT_MONDAY, 9)
    assert states(shop.state(day(0), day(2))) == ["waiting", "posted", "posted"]
    assert numbers(shop)["POS-queen-st-2026-11-17-to-2026-11-18"] == Decimal("50.00")
    assert len(shop.ledger.documents) == 2


def _leave(shop: Shop) -> None:
    """Disconnect the store, with the end at the ledger left out."""
    with shop.database.write() as session:
        row = connections.ensure_connection(session, STORE, shop.clock())
        sealing.receipt(session, row, ANNA.name, shop.clock())
        connections.set_state(session, row, IntegrationState.DISCONNECTED, ANNA.name, shop.clock())


def test_cash_that_comes_late_for_a_date_with_documents_of_its_own(shop: Shop) -> None:
    weekly(shop)
    shop.take(account_sale(MONDAY, "A", "50.00"))
    at(shop, day(1), 9)
    assert states(shop.state(MONDAY)) == ["posted"]
    shop.take(sale(MONDAY, "late", "70.00"))
    shop.office.tick()
    assert states(shop.state(MONDAY)) == ["waiting"], "it is no change: the week goes on"
    calls = len(shop.ledger.calls)
    shop.later(minutes=1)
    assert len(shop.ledger.calls) == calls
    shop.take(sale(day(3), "b", "30.00"))
    at(shop, day(8), 9)
    assert all_posted(shop.state(MONDAY) + shop.state(day(3)))
    assert sorted(held.total for held in shop.ledger.live()) == [50, 100]


def test_such_cash_goes_alone_when_its_week_was_sent(shop: Shop) -> None:
    weekly(shop)
    shop.take(account_sale(MONDAY, "A", "50.00"), sale(day(1), "b", "30.00"))
    at(shop, day(8), 9)
    shop.take(sale(MONDAY, "late", "70.00"))
    shop.later(minutes=1)
    assert all_posted(shop.state(MONDAY) + shop.state(day(1)))
    assert sorted(held.total for held in shop.ledger.live()) == [30, 50, 70]


def test_a_document_that_changed_with_it_is_still_to_be_decided(shop: Shop) -> None:
    weekly(shop)
    shop.take(account_sale(MONDAY, "A", "50.00"))
    at(shop, day(1), 9)
    shop.take(sale(MONDAY, "late", "70.00"), account_sale(MONDAY, "A", "55.00"))
    shop.later(minutes=1)
    assert states(shop.state(MONDAY)) == ["changed"]
    at(shop, day(8), 9)
    assert states(shop.state(MONDAY)) == ["changed"]
    assert sorted(held.total for held in shop.ledger.live()) == [50, 70]
