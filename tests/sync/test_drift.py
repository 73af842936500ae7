"""Edits made in the ledger: found, shown, never overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.accounting.ledger import Found, RateLimited
from services.books.documents import DocumentKind
from services.contract.problem import NotFound, Refused
from services.contract.states import IntegrationState
from services.store import connections, stores
from services.sync.changed import drift
from tests.sync.changing import NUMBER, audited, listed, live, numbers, policy, posted, resolve, right, rows
from tests.sync.fakes import TENANT
from tests.sync.support import ANNA, DAY, STORE, Shop, account_sale, debtor_payment, refund, sale

KIND = DocumentKind.ACCREC


def check(shop: Shop) -> list[str]:
    """Read now what was changed there; return the numbers that differ."""
    return shop.office.changes.check(STORE, who=ANNA)["changed"]


def account(shop: Shop) -> None:
    held = live(shop)[0]
    lines = (replace(held.document.lines[0], account="260"), *held.document.lines[1:])
    held.document = replace(held.document, lines=lines)


def total(shop: Shop) -> None:
    held = live(shop)[0]
    first = held.document.lines[0]
    held.document = replace(held.document, lines=(replace(first, amount=first.amount + 5),))
    held.total += 5


def date(shop: Shop) -> None:
    held = live(shop)[0]
    held.document = replace(held.document, date=DAY + timedelta(days=1))


def contact(shop: Shop) -> None:
    held = live(shop)[0]
    held.document = replace(held.document, contact="Somebody Else")


def deleted_payment(shop: Shop) -> None:
    live(shop)[0].payments.pop()


def added_payment(shop: Shop) -> None:
    held = live(shop)[0]
    _, code, amount, reference = held.payments.pop()
    held.payments.append(("by-hand", code, amount, reference))


def tracking(shop: Shop) -> None:
    held = live(shop)[0]
    lines = (replace(held.document.lines[0], tracking=(("Region", "South"),)),)
    held.document = replace(held.document, lines=lines)


def voided(shop: Shop) -> None:
    held = live(shop)[0]
    held.payments.clear()
    held.status = "VOIDED"


EDITS: list[Callable[[Shop], None]] = [
    account,
    total,
    date,
    contact,
    deleted_payment,
    added_payment,
    tracking,
    voided,
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_is_found_and_shown_with_both_values(shop: Shop, edit: Callable[[Shop], None]) -> None:
    posted(shop)
    assert check(shop) == []
    edit(shop)
    writes = shop.ledger.writes()
    assert check(shop) == [NUMBER]
    assert shop.day().state == "differs"
    (change,) = listed(shop)
    assert (change["side"], change["state"]) == ("ledger", "differs")
    assert change["lines"] or change["payments"] or change["fields"]
    for part in (*change["lines"], *change["payments"], *change["fields"]):
        assert part["sent"] != part["now"] or part.get("name") == "tracking"
    assert shop.ledger.writes() == writes, "never overwritten unasked"
    assert check(shop) == [NUMBER], "it still differs"
    assert shop.sync()[0]["state"] == "differs"
    assert shop.ledger.writes() == writes


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_what_is_there_may_be_kept_and_is_not_told_again(shop: Shop, edit: Callable[[Shop], None]) -> None:
    posted(shop)
    edit(shop)
    check(shop)
    resolve(shop, "keep", note="the accountant's own correction")
    assert shop.day().state == "posted"
    assert listed(shop) == []
    assert check(shop) == []
    assert shop.sync()[0]["state"] == "posted"
    (entry,) = audited(shop, "keep_change")
    assert entry.who == "anna"


def test_a_further_edit_of_what_was_kept_is_told(shop: Shop) -> None:
    posted(shop)
    account(shop)
    check(shop)
    resolve(shop, "keep")
    contact(shop)
    assert check(shop) == [NUMBER]
    assert shop.day().state == "differs"


@pytest.mark.parametrize(
    "edit", [edit for edit in EDITS if edit is not added_payment], ids=lambda edit: edit.__name__
)
def test_ours_may_be_sent_again(shop: Shop, edit: Callable[[Shop], None]) -> None:
    posted(shop)
    edit(shop)
    check(shop)
    answer = resolve(shop, "resend")
    assert answer["possible"], answer["reasons"]
    assert shop.day().state == "posted", shop.state()
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)
    assert check(shop) == []


def test_an_edit_that_the_person_has_not_seen_is_not_voided(shop: Shop) -> None:
    posted(shop)
    account(shop)
    check(shop)
    contact(shop)
    answer = resolve(shop, "resend")
    assert [reason.get("code") for reason in answer["reasons"]] == ["edited_there"]
    assert numbers(shop) == [NUMBER]


def test_what_is_mended_there_is_posted_again(shop: Shop) -> None:
    posted(shop)
    held = live(shop)[0]
    before = held.document
    account(shop)
    check(shop)
    held.document = before
    answer = shop.office.changes.check(STORE, who=ANNA)
    assert (answer["changed"], answer["mended"]) == ([], [NUMBER])
    assert shop.day().state == "posted"
    assert listed(shop) == []


def test_what_customers_pay_there_is_no_edit(shop: Shop) -> None:
    posted(shop, account_sale(DAY, "3", "80.00"), debtor_payment(DAY, "5", "30.00", "3"))
    (held,) = live(shop)
    held.payments.append(("by-hand", "090", Decimal(50), "at the bank"))
    assert check(shop) == []
    held.payments.pop(0)
    assert check(shop) == [f"{STORE}-3"], "our own payment is gone"


def test_corrections_and_credit_notes_are_watched_too(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop, sale(DAY, "1", "100.00"), refund(DAY, "R", "-11.50"))
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    for held in live(shop)[1:]:
        held.payments.clear()
    assert sorted(check(shop)) == [f"{NUMBER}-R", f"{NUMBER}-d1"]


def test_it_is_read_once_a_night_with_the_time_of_the_last_reading(shop: Shop) -> None:
    posted(shop)
    account(shop)
    shop.later(minutes=5)
    assert shop.ledger.asked_since == [], "its night has not come"
    begun = shop.clock()
    shop.later(days=1)
    assert len(shop.ledger.asked_since) == 1
    assert shop.ledger.asked_since[0] < begun
    assert shop.day().state == "differs"
    assert [call for call in shop.ledger.calls if call.startswith("changed")] == ["changed ACCREC"]
    night = shop.clock()
    shop.later(minutes=10)
    assert len(shop.ledger.asked_since) == 1
    shop.later(days=1)
    assert shop.ledger.asked_since[1:] == [night - timedelta(minutes=10)]


def test_only_kinds_that_were_ever_sent_are_asked_for(shop: Shop) -> None:
    posted(shop, sale(DAY, "1", "100.00"), refund(DAY, "R", "-11.50"))
    check(shop)
    asked = [call for call in shop.ledger.calls if call.startswith("changed")]
    assert asked == ["changed ACCREC", "changed ACCRECCREDIT"]


def test_before_anything_was_sent_nothing_is_asked(shop: Shop) -> None:
    assert check(shop) == []
    shop.later(days=2)
    assert shop.ledger.asked_since == []


def test_a_reading_that_fails_is_made_again_from_where_it_was(shop: Shop) -> None:
    posted(shop)
    account(shop)
    shop.ledger.fail("changed", RateLimited("Xero asks to wait.", "", ""))
    shop.later(days=1)
    assert shop.day().state == "posted"
    shop.later(minutes=5)
    assert len(shop.ledger.asked_since) == 0, "it rests first"
    shop.later(minutes=40)
    assert shop.day().state == "differs"


def test_two_services_do_not_both_read(shop: Shop) -> None:
    posted(shop)
    shop.clock.move(days=1)
    assert drift.due(shop.tools) == [STORE]
    assert drift.due(shop.tools) == []
    with shop.database.read() as session:
        row = connections.get_connection(session, STORE)
    assert row is not None
    assert row.drift_begun == shop.clock()


def test_stores_of_one_organisation_have_it_read_once(shop: Shop) -> None:
    """Also while the first reading is still going on."""
    posted(shop)
    with shop.database.write() as session:
        details = {"key": "bay", "name": "Bay", "country": "NZ", "currency": "NZD"}
        stores.add_store(session, {**details, "timezone": "Pacific/Auckland"}, shop.clock())
        row = connections.ensure_connection(session, "bay", shop.clock())
        row.tenant, row.tenant_name, row.connection_id, row.client_id = TENANT, "Queen St", "c", "app"
        connections.set_state(session, row, IntegrationState.CONNECTED, "anna", shop.clock())
    shop.clock.move(days=1)
    assert len(drift.due(shop.tools)) == 1
    assert drift.due(shop.tools) == []


def test_without_an_organisation_nothing_can_be_checked(new_shop: Shop) -> None:
    with pytest.raises(Refused):
        check(new_shop)
    with pytest.raises(NotFound):
        new_shop.office.changes.check("nowhere", who=ANNA)


@pytest.mark.parametrize(
    "now, night",
    [
        ("2026-11-25T00:00+13:00", "2026-11-24T02:30+13:00"),
        ("2026-11-25T02:30+13:00", "2026-11-25T02:30+13:00"),
        ("2026-09-27T12:00+13:00", "2026-09-27T03:30+13:00"),  # that night 02:30 was skipped
        ("2026-04-05T12:00+12:00", "2026-04-05T02:30+13:00"),  # that night it came twice
    ],
)
def test_the_night_is_the_stores(now: str, night: str) -> None:
    found = drift.last_night("Pacific/Auckland", datetime.fromisoformat(now).astimezone(UTC))
    assert found == datetime.fromisoformat(night)


def test_a_day_posted_for_the_first_time_is_compared_line_by_line(shop: Shop) -> None:
    shop.ledger.on("pay", lambda: account(shop))
    shop.take(sale(DAY, "1", "100.00"))
    assert shop.sync()[0]["state"] == "differs"
    (row,) = rows(shop)
    assert row.kind == DocumentKind.ACCREC
    (change,) = listed(shop)
    assert {line["account"] for line in change["lines"]} == {"200", "260"}


def test_what_is_paid_while_the_ledger_is_read_was_edited_by_nobody(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its list is of the moment before the payments of a day that is being sent."""
    posted(shop)
    day = DAY + timedelta(days=1)
    shop.take(sale(day, "2", "40.00"))
    unpaid: list[Found | None] = []
    shop.ledger.on("pay", lambda: unpaid.extend(shop.ledger.read(KIND, [live(shop)[-1].remote_id])))

    def read_before(_kind: DocumentKind, _since: datetime) -> Iterator[list[Found]]:
        assert shop.sync(day)[0]["state"] == "posted"
        yield [each for each in unpaid if each is not None]

    monkeypatch.setattr(shop.ledger, "changed_since", read_before)
    assert check(shop) == []
    assert [len(each.payments) for each in unpaid if each is not None] == [0]
    assert shop.day(day).state == "posted"
