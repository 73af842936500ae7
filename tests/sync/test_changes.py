"""Changes at the tills after posting: shown, corrected, sent anew, or kept."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.accounting.ledger import NotSent
from services.books.documents import DocumentKind
from tests.sync.changing import (
    NUMBER,
    audited,
    books,
    listed,
    live,
    numbers,
    policy,
    posted,
    resolve,
    right,
)
from tests.sync.support import (
    DAY,
    STORE,
    Shop,
    receipt,
    refund,
    sale,
)


def void(number: str, original: str) -> dict[str, object]:
    return receipt(DAY, number, "void", original=original)


def test_a_late_receipt_is_corrected_by_policy(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    assert shop.day().state == "changed"
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    assert [(held.document.number, held.total, held.due) for held in live(shop)] == [
        (NUMBER, Decimal(100), Decimal(0)),
        (f"{NUMBER}-d1", Decimal(23), Decimal(0)),
    ]
    right(shop)
    shop.later(minutes=1)
    assert len(live(shop)) == 2
    (entry,) = audited(shop, "correct_document")
    assert (entry.who, entry.after) == (
        "Tillbook",
        {"document": f"{NUMBER}-d1", "total": "23.00", "kind": "ACCREC"},
    )


def test_corrections_follow_each_other_and_never_count_twice(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    for step, record in enumerate(
        (sale(DAY, "2", "23.00"), sale(DAY, "1", "60.00"), void("3", "2"), sale(DAY, "1", "100.00")), start=1
    ):
        shop.take(record)
        shop.later(minutes=1)
        assert shop.day().state == "posted", shop.state()
        right(shop)
        assert len(live(shop)) == step + 1
    assert numbers(shop) == [NUMBER, *(f"{NUMBER}-d{n}" for n in (1, 2, 3, 4))]
    kinds = [held.kind for held in live(shop)]
    assert kinds[1:] == [
        DocumentKind.ACCREC,
        DocumentKind.ACCRECCREDIT,
        DocumentKind.ACCRECCREDIT,
        DocumentKind.ACCREC,
    ]


def test_a_changed_day_is_voided_and_sent_anew_by_policy(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop, sale(DAY, "1", "100.00"), refund(DAY, "R", "-11.50"))
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    assert numbers(shop) == [f"{NUMBER}-R", f"{NUMBER}-r2"], "the refunds did not change"
    right(shop)
    assert {payment[3] for payment in live(shop)[1].payments} == {
        f"{NUMBER}-r2 cash",
        f"{NUMBER}-r2 eftpos",
    }
    shop.take(sale(DAY, "1", "99.00"))
    shop.later(minutes=1)
    assert numbers(shop) == [f"{NUMBER}-R", f"{NUMBER}-r3"]
    right(shop)
    assert len(audited(shop, "resend_document")) == 2
    shown = shop.office.preview(STORE, DAY)["documents"]
    assert [each["number"] for each in shown] == [f"{NUMBER}-r3", f"{NUMBER}-R"], "as they are at the ledger"
    assert {payment["reference"] for payment in shown[0]["payments"]} == {
        f"{NUMBER}-r3 cash",
        f"{NUMBER}-r3 eftpos",
    }


def test_a_preview_names_a_document_as_it_is_at_the_ledger_whatever_the_mapping_says_now(shop: Shop) -> None:
    posted(shop)
    shop.map(number="SALES-{date}")
    assert [each["number"] for each in shop.office.preview(STORE, DAY)["documents"]] == [NUMBER]


def test_sent_anew_after_corrections_everything_before_is_voided(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    policy(shop, "resend")
    shop.take(sale(DAY, "3", "46.00"))
    shop.later(minutes=1)
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)
    policy(shop, "delta")
    shop.take(sale(DAY, "4", "11.50"))
    shop.later(minutes=1)
    assert numbers(shop) == [f"{NUMBER}-r2", f"{NUMBER}-r2-d2"]
    right(shop)
    assert shop.day().state == "posted"


def test_a_day_that_is_all_gone_is_credited_or_voided(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.take(void("9", "1"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    assert [held.kind for held in live(shop)] == [DocumentKind.ACCREC, DocumentKind.ACCRECCREDIT]
    assert books(shop) == {}
    policy(shop, "resend")
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)
    shop.take(void("8", "2"))
    shop.later(minutes=1)
    assert live(shop) == []
    assert shop.day().state == "missing"


def test_with_no_policy_the_change_is_shown_line_by_line(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00", "hardware"), sale(DAY, "1", "80.00"))
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    assert numbers(shop) == [NUMBER]
    (change,) = listed(shop)
    assert (change["side"], change["sent"], change["now"], change["difference"]) == (
        "tills",
        "100.00",
        "103.00",
        "3.00",
    )
    assert [
        (each["account"], each["tax_type"], each["sent"], each["now"], each["difference"])
        for each in change["lines"]
    ] == [
        ("200", "OUTPUT2", "100.00", "80.00", "-20.00"),
        ("201", "OUTPUT2", "0.00", "23.00", "23.00"),
    ]
    assert [(each["tender"], each["account"], each["difference"]) for each in change["payments"]] == [
        ("cash", "611", "1.50"),
        ("eftpos", "612", "1.50"),
    ]
    assert listed(shop, DAY) == [change]
    assert shop.sync()[0]["state"] == "changed"
    assert numbers(shop) == [NUMBER]


@pytest.mark.parametrize("by", ["delta", "resend"])
def test_a_forecast_says_every_step_and_does_none(shop: Shop, by: str) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    writes = len(shop.ledger.writes())
    answer = resolve(shop, by, dry_run=True)
    steps = [(step["do"], step["number"], step["amount"]) for step in answer["steps"]]
    if by == "delta":
        expected = [
            ("create", f"{NUMBER}-d1", "23.00"),
            ("pay", f"{NUMBER}-d1", "11.50"),
            ("pay", f"{NUMBER}-d1", "11.50"),
        ]
    else:
        expected = [
            ("remove_payment", NUMBER, "50.00"),
            ("remove_payment", NUMBER, "50.00"),
            ("void", NUMBER, "100.00"),
            ("create", f"{NUMBER}-r2", "123.00"),
            ("pay", f"{NUMBER}-r2", "61.50"),
            ("pay", f"{NUMBER}-r2", "61.50"),
        ]
    assert (answer["possible"], answer["queued"], steps) == (True, False, expected)
    assert answer["proof"]
    assert all(check["holds"] for check in answer["proof"]), answer["proof"]
    assert len(shop.ledger.writes()) == writes
    assert shop.day().state == "changed"
    done = resolve(shop, by)
    assert done["queued"]
    assert shop.day().state == "posted", shop.state()
    right(shop)
    assert [entry.who for entry in audited(shop, "resolve_change")] == ["anna"]


def test_what_is_kept_is_posted_as_it_is_and_noted(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    writes = len(shop.ledger.writes())
    assert [step["do"] for step in resolve(shop, "keep", dry_run=True)["steps"]] == ["keep"]
    assert shop.day().state == "changed"
    answer = resolve(shop, "keep", note="booked by hand in journal 17")
    assert (answer["possible"], answer["queued"]) == (True, False)
    assert shop.day().state == "posted"
    assert listed(shop) == []
    assert shop.sync()[0]["state"] == "posted"
    assert len(shop.ledger.writes()) == writes
    (entry,) = audited(shop, "keep_change")
    assert entry.who == "anna"
    assert entry.after == {"note": "booked by hand in journal 17", "kept": [f"{NUMBER} 23.00"]}


def test_after_a_keep_only_what_is_new_is_corrected(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    resolve(shop, "keep", note="booked by hand")
    policy(shop, "delta")
    shop.take(sale(DAY, "3", "46.00"))
    shop.later(minutes=1)
    assert shop.day().state == "posted"
    assert [(held.document.number, held.total) for held in live(shop)] == [
        (NUMBER, Decimal(100)),
        (f"{NUMBER}-d1", Decimal(46)),
    ]


def test_a_kept_difference_is_sent_again_only_by_a_person(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    resolve(shop, "keep", note="booked by hand")
    policy(shop, "resend")
    shop.take(sale(DAY, "3", "46.00"))
    shop.later(minutes=1)
    assert numbers(shop) == [NUMBER]
    (change,) = listed(shop)
    assert change["kept"] is not None
    assert change["kept"]["by"] == "anna"
    assert change["why"] is not None
    assert change["why"].get("code") == "kept_before"
    resolve(shop, "resend")
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)
    policy(shop, "delta")
    shop.take(sale(DAY, "4", "11.50"))
    shop.later(minutes=1)
    right(shop)


def test_a_new_document_may_be_left_out_and_later_corrected(shop: Shop) -> None:
    posted(shop)
    shop.take(refund(DAY, "R", "-23.00"))
    (change,) = listed(shop)
    assert (change["number"], change["sent"], change["difference"]) == (f"{NUMBER}-R", "0.00", "-23.00")
    resolve(shop, "keep")
    assert shop.day().state == "posted"
    assert shop.sync()[0]["state"] == "posted"
    assert numbers(shop) == [NUMBER]
    shop.take(refund(DAY, "R", "-46.00"))
    shop.sync()
    assert shop.day().state == "changed"
    assert numbers(shop) == [NUMBER]
    resolve(shop, "delta")
    assert shop.day().state == "posted"
    assert [(held.document.number, held.kind, held.total) for held in live(shop)[1:]] == [
        (f"{NUMBER}-R-d1", DocumentKind.ACCRECCREDIT, Decimal(23))
    ]


def test_a_change_taken_back_at_the_till_is_no_change(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "1", "80.00"))
    assert shop.sync()[0]["state"] == "changed"
    assert shop.sync()[0]["state"] == "changed", "nothing has been mended"
    shop.take(sale(DAY, "1", "100.00"))
    assert shop.sync()[0]["state"] == "posted"
    assert numbers(shop) == [NUMBER]


def test_a_policy_acts_on_closed_days_only(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.clock.move(days=-7)  # back into the day, which is open again
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert (shop.day().state, numbers(shop)) == ("changed", [NUMBER])
    shop.later(days=7)
    assert shop.day().state == "posted"
    right(shop)


def test_a_change_while_its_day_is_sent_is_corrected_after_it(shop: Shop) -> None:
    policy(shop, "delta")
    shop.ledger.on("create ACCREC", lambda: shop.take(sale(DAY, "2", "23.00")), after=True)
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    assert shop.day().state == "changed"
    shop.ledger.on("create ACCREC", lambda: shop.take(sale(DAY, "3", "46.00")), after=True)
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    assert numbers(shop) == [NUMBER, f"{NUMBER}-d1", f"{NUMBER}-d2"]
    right(shop)


def test_a_change_while_it_is_sent_anew_is_in_what_follows(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.ledger.on("void", lambda: shop.take(sale(DAY, "3", "46.00")))
    shop.later(minutes=1)
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    right(shop)
    assert len(live(shop)) == 1


def test_a_change_while_the_new_revision_is_unfinished_is_sent_anew_too(shop: Shop) -> None:
    """The line is away after the new revision is created: its payments wait."""
    policy(shop, "resend")
    posted(shop)
    away = NotSent("Xero cannot be reached.", "The line is away.", "It is tried again.", code="network")
    shop.ledger.on("create", lambda: shop.ledger.fail("pay", away, count=4), after=True)
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert shop.day().state != "posted"
    shop.take(sale(DAY, "3", "46.00"))
    for _ in range(3):
        shop.later(hours=6)
    assert shop.day().state == "posted", shop.state()
    assert numbers(shop) == [f"{NUMBER}-r3"]
    right(shop)


def test_a_correction_that_is_refused_is_made_again_from_what_is_so_then(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    accounts = shop.ledger.rows["accounts"]
    hardware = next(row for row in accounts if row.get("Code") == "201")
    shop.take(sale(DAY, "2", "23.00", "hardware"))
    hardware["Status"] = "ARCHIVED"
    shop.later(minutes=1)
    assert shop.day().state == "refused", shop.state()
    hardware["Status"] = "ACTIVE"
    shop.take(sale(DAY, "3", "46.00"))
    shop.sync()
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    right(shop)
