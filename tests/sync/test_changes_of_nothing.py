"""Records that come again otherwise: what they change, and what they do not."""

from __future__ import annotations

from datetime import timedelta

from tests.sync.support import DAY, STORE, Shop, all_posted, moment, sale

NEXT = DAY + timedelta(days=1)


def posted(shop: Shop, **records: object) -> None:
    shop.take({**sale(DAY, "1", "100.00"), **records})
    assert all_posted(shop.sync())


def seen(shop: Shop) -> str:
    """Let the service look at what came in; return where the day stands."""
    shop.office.takings_changed(STORE, [DAY])
    return shop.day().state


def test_a_note_that_is_added_leaves_the_day_posted(shop: Shop) -> None:
    posted(shop)
    sent = shop.ledger.writes()
    shop.take({**sale(DAY, "1", "100.00"), "note": "paid by the neighbour", "operator": "Mia"})
    assert seen(shop) == "posted"
    assert shop.office.changes.listed(STORE)["changes"] == []
    shop.later(minutes=10)
    assert shop.day().state == "posted"
    assert shop.ledger.writes() == sent


def test_a_file_with_both_revisions_of_a_receipt_may_come_twice(shop: Shop) -> None:
    both = sale(DAY, "1", "80.00"), sale(DAY, "1", "100.00")
    shop.take(*both)
    assert all_posted(shop.sync())
    shop.take(*both)
    assert seen(shop) == "posted"


def test_what_was_edited_and_put_right_again_is_no_change(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "1", "80.00"))
    assert seen(shop) == "changed"
    shop.take(sale(DAY, "1", "100.00"))
    assert seen(shop) == "posted"


def test_a_change_of_what_was_sent_stays_changed(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "5.00"))
    assert seen(shop) == "changed"
    shop.later(minutes=10)
    assert shop.day().state == "changed"


def test_a_late_receipt_changes_the_date_whose_count_holds_it(shop: Shop) -> None:
    session = {
        "record": "till_session",
        "store": STORE,
        "register": "1",
        "id": "S-1",
        "opened": moment(DAY, 8),
        "closed": moment(NEXT, 2),
        "float": "150.00",
        "counted": {"cash": "250.00"},
    }
    cash = [{"type": "cash", "amount": "100.00"}]
    shop.take({**sale(DAY, "1", "100.00"), "tenders": cash}, session)
    assert all_posted(shop.sync())
    late = [{"type": "cash", "amount": "30.00"}]
    shop.take({**sale(NEXT, "2", "30.00"), "time": moment(NEXT, 1), "tenders": late})
    assert seen(shop) == "changed"
    (change,) = shop.office.changes.listed(STORE)["changes"]
    assert (change["sent"], change["now"]) == ("100.00", "70.00")
