"""Why a changed document is not voided, or not corrected: every reason, provoked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.accounting.ledger import CallRefused, Rejected
from services.accounting.xero.errors import problem_for_all
from services.contract.problem import Refused
from services.store import days, references
from services.sync import reference
from tests.sync.changing import (
    NUMBER,
    listed,
    live,
    numbers,
    policy,
    posted,
    refusal_codes,
    resolve,
    right,
    rows,
)
from tests.sync.fakes import TENANT
from tests.sync.support import ANNA, DAY, STORE, Shop, account_sale, debtor_payment, sale


def paid_by_others(shop: Shop) -> None:
    (held,) = live(shop)
    held.payments[0] = ("by-hand", "090", held.payments[0][2], "at the bank")


def reconciled(shop: Shop) -> None:
    (held,) = live(shop)
    held.reconciled.add(held.payments[0][0])


def credited(shop: Shop) -> None:
    (held,) = live(shop)
    held.credited = Decimal(5)


def edited_there(shop: Shop) -> None:
    (held,) = live(shop)
    lines = (replace(held.document.lines[0], account="260"), *held.document.lines[1:])
    held.document = replace(held.document, lines=lines)


def voided_there(shop: Shop) -> None:
    (held,) = live(shop)
    held.payments.clear()
    held.status = "VOIDED"


REASONS: list[Callable[[Shop], None]] = [paid_by_others, reconciled, credited, edited_there, voided_there]


def changed(shop: Shop, spoil: Callable[[Shop], None]) -> None:
    """Post a day, change it at the tills, and have something happen at the ledger."""
    posted(shop)
    spoil(shop)
    shop.take(sale(DAY, "2", "23.00"))


@pytest.mark.parametrize("spoil", REASONS, ids=lambda spoil: spoil.__name__)
def test_a_policy_leaves_what_is_not_ours_alone(shop: Shop, spoil: Callable[[Shop], None]) -> None:
    policy(shop, "resend")
    changed(shop, spoil)
    before = shop.ledger.writes()
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    assert shop.ledger.writes() == before, "nothing is written"
    (row,) = rows(shop)
    assert row.problem is not None
    assert row.problem["code"] == spoil.__name__
    assert row.problem["why"]
    assert row.problem["next"]
    calls = len(shop.ledger.calls)
    shop.later(minutes=1)
    assert len(shop.ledger.calls) == calls, "it is tried once"


@pytest.mark.parametrize("spoil", REASONS[:4], ids=lambda spoil: spoil.__name__)
def test_a_person_is_told_why_before_anything_is_done(shop: Shop, spoil: Callable[[Shop], None]) -> None:
    changed(shop, spoil)
    writes = shop.ledger.writes()
    for dry_run in (True, False):
        answer = resolve(shop, "resend", dry_run=dry_run)
        assert (answer["possible"], answer["queued"]) == (False, False)
        assert spoil.__name__ in refusal_codes(answer)
    assert shop.ledger.writes() == writes
    assert shop.day().state == "changed"


def test_what_was_voided_there_is_sent_anew_when_a_person_says_so(shop: Shop) -> None:
    changed(shop, voided_there)
    assert resolve(shop, "resend")["possible"]
    assert shop.day().state == "posted", shop.state()
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)
    assert not [call for call in shop.ledger.writes() if call.startswith(("void", "unpay"))]


def lock(shop: Shop, name: str, until: date) -> None:
    """Close a period, or a year, in the ledger."""
    organisation = {**shop.ledger.rows["organisation"][0], name: until.isoformat()}
    shop.ledger.rows["organisation"][0] = organisation
    shop.ledger.locked = until
    with shop.database.write() as session:
        references.save_reference(session, TENANT, "organisation", [organisation], shop.clock())


@pytest.mark.parametrize(
    "name, code", [("PeriodLockDate", "period_locked"), ("EndOfYearLockDate", "year_locked")]
)
@pytest.mark.parametrize("word", ["delta", "resend"])
def test_nothing_is_done_in_a_locked_period_and_who_must_act_is_said(
    shop: Shop, word: str, name: str, code: str
) -> None:
    policy(shop, word)
    posted(shop)
    lock(shop, name, DAY)
    writes = shop.ledger.writes()
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert shop.day().state == "changed", shop.state()
    assert shop.ledger.writes() == writes
    (change,) = listed(shop)
    assert change["why"] is not None
    assert change["why"].get("code") == code
    assert ("adviser" if code == "period_locked" else "accountant") in change["why"]["next"].casefold()
    assert refusal_codes(resolve(shop, word, dry_run=True)) == [code]
    assert resolve(shop, "keep")["possible"], "a person may leave it as it is"
    assert shop.day().state == "posted"


def test_a_correction_is_not_added_to_what_was_edited_there(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    edited_there(shop)
    assert shop.office.changes.check(STORE, who=ANNA)["changed"] == [NUMBER]
    shop.take(sale(DAY, "2", "23.00"))
    writes = shop.ledger.writes()
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    assert shop.ledger.writes() == writes
    assert {each["side"] for each in listed(shop)} == {"tills", "ledger"}
    assert "edited_there" in refusal_codes(resolve(shop, "delta", dry_run=True))


def test_an_invoice_that_a_debtor_paid_is_not_voided(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop, account_sale(DAY, "3", "80.00"), debtor_payment(DAY, "5", "30.00", "3"))
    shop.take(account_sale(DAY, "3", "90.00"))
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    (invoice,) = live(shop)
    assert invoice.due == Decimal(50)
    assert "paid_by_others" in refusal_codes(resolve(shop, "resend", dry_run=True))


def test_a_day_that_is_not_settled_is_left_until_it_is(shop: Shop) -> None:
    posted(shop)
    with shop.database.write() as session:
        row = session.get_one(type(rows(shop)[0]), rows(shop)[0].id)
        row.state = "unknown"
        days.set_state(session, STORE, DAY, "changed", shop.clock())
    shop.take(sale(DAY, "2", "23.00"))
    assert refusal_codes(resolve(shop, "delta", dry_run=True)) == ["not_settled"]
    assert "not_settled" in refusal_codes(resolve(shop, "resend", dry_run=True))
    with pytest.raises(Refused) as caught:
        resolve(shop, "keep")
    assert caught.value.code == "not_settled"


def test_a_day_that_cannot_be_built_is_named(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00", "toys"), sale(DAY, "1", "80.00"))
    for by in ("delta", "resend", "keep"):
        assert refusal_codes(resolve(shop, by)) == ["unmapped_category"]
    assert shop.sync()[0]["state"] == "blocked"
    assert numbers(shop) == [NUMBER]


@pytest.mark.parametrize("word", ["delta", "resend"])
def test_a_decision_starts_a_store_that_waits_for_a_person(shop: Shop, word: str) -> None:
    posted(shop)
    missing = CallRefused("No.", "The right to do so is missing.", "", code="right_missing")
    shop.ledger.fail("reference", missing)
    shop.clock.move(days=2)
    other = DAY + timedelta(days=1)
    shop.take(sale(other, "S", "50.00"), sale(DAY, "2", "23.00"))
    shop.sync(other)
    assert shop.connection().state == "error"
    answer = resolve(shop, word)
    assert (answer["possible"], answer["queued"]) == (True, True)
    assert shop.day().state == "posted", shop.state()


@pytest.mark.parametrize("word", ["delta", "resend"])
def test_why_it_was_not_done_is_told_until_the_tills_change_again(shop: Shop, word: str) -> None:
    policy(shop, word)
    posted(shop)
    lock(shop, "PeriodLockDate", DAY)
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    for _ in range(2):
        (day,) = shop.sync()
        assert day["state"] == "changed"
        assert [each.get("code") for each in day["blocked"]] == ["period_locked"]
    lock(shop, "PeriodLockDate", DAY - timedelta(days=1))
    shop.sync()
    assert shop.day().state == "changed", "a policy tries once"
    shop.take(sale(DAY, "3", "7.00"))
    shop.later(minutes=1)
    assert shop.day().state == "posted", shop.state()
    right(shop)


def test_why_it_was_not_sent_anew_is_told_after_another_sync(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop)
    refusing(shop, "_void", "The document date cannot be before the period lock date")
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    (day,) = shop.sync()
    assert [each.get("code") for each in day["blocked"]] == ["resend_refused"]
    (change,) = listed(shop)
    assert change["why"] is not None
    assert change["why"].get("code") == "resend_refused"


@pytest.mark.parametrize("how", ["sync", "retry"])
def test_a_changed_day_that_is_asked_for_while_paused_stays_changed(shop: Shop, how: str) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.sync()
    assert shop.day().state == "changed"
    shop.office.pause(STORE, reason="stocktake", who=ANNA)
    shop.bus.events.clear()
    if how == "sync":
        shop.sync()
    else:
        shop.office.retry([shop.office.log()["attempts"][0]["id"]], who=ANNA)
    assert shop.day().state == "changed"
    assert set(shop.bus.states(DAY.isoformat())) == {"changed"}
    integration = shop.office.status()["stores"][0]["integrations"][0]
    assert integration["waiting"]["days"] == 0
    assert len(listed(shop)) == 1
    shop.office.resume(STORE, who=ANNA)
    assert shop.day().state == "changed"


def test_while_sending_is_paused_nothing_is_decided(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.office.pause(STORE, reason="stocktake", who=ANNA)
    for by in ("delta", "resend"):
        assert "paused" in refusal_codes(resolve(shop, by))
    assert shop.day().state == "changed"


def refusing(shop: Shop, call: str, message: str) -> Callable[[], None]:
    """Have the ledger refuse one kind of call with its own words."""

    def refuse(*_: Any) -> Rejected:  # noqa: ANN401 - whatever it is called with
        return Rejected((message,), problem_for_all((message,)))

    original = getattr(shop.ledger, call)
    setattr(shop.ledger, call, refuse)
    return lambda: setattr(shop.ledger, call, original)


def test_a_void_refused_at_the_last_moment_puts_the_payments_back(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop)
    mend = refusing(shop, "_void", "The document date cannot be before the period lock date")
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert shop.day().state == "changed", shop.state()
    (held,) = live(shop)
    assert (held.document.number, held.due, len(held.payments)) == (NUMBER, Decimal(0), 2)
    (row,) = rows(shop)
    assert row.problem is not None
    assert row.problem["code"] == "resend_refused"
    mend()
    shop.later(minutes=1)
    assert numbers(shop) == [NUMBER], "a policy tries once"
    resolve(shop, "resend")
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)


def test_a_call_refused_as_a_whole_puts_everything_back_too(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop)
    shop.ledger.fail("unpay", CallRefused("No.", "The right to do so is missing.", "", code="right_missing"))
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    assert shop.day().state == "changed"
    (held,) = live(shop)
    assert (held.due, len(held.payments)) == (Decimal(0), 2)
    assert reference.NEEDED


def test_a_correction_that_was_refused_is_gone_on_with_before_anything_else_is_decided(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    mend = refusing(shop, "_create", "The document date cannot be before the period lock date")
    resolve(shop, "delta")
    assert shop.day().state == "refused", shop.state()
    for by in ("delta", "resend", "keep"):
        with pytest.raises(Refused) as caught:
            resolve(shop, by)
        assert (caught.value.code, caught.value.what) == ("not_settled", f"{DAY} is not settled yet.")
        assert "tillbook sync" in caught.value.next
    mend()
    assert shop.sync()[0]["state"] == "posted"
    right(shop)
