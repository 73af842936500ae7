"""The whole way against the practice Xero: consent, organisation, days, failures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.contract.problem import Refused
from services.contract.states import IntegrationState
from services.sandbox.xero import (
    NZ_TENANT,
    Fault,
    PracticeXero,
)
from tests.sync.practice import PracticeShop, days, kept
from tests.sync.support import ANNA, STORE, account_sale, all_posted, purchase, states


def test_a_consent_by_paste_and_a_day_to_the_proof(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    integration = practice.office.status()["stores"][0]["integrations"][0]
    assert integration["state"] == "connected"
    assert integration["connection_ends"] is not None
    (day,) = days(practice, 1)
    (answer,) = practice.sync(day)
    assert answer["state"] == "posted", answer
    balances = xero.trial_balance(NZ_TENANT)
    assert balances["611"] == Decimal("27.00")
    assert balances["612"] == Decimal("50.00")
    assert "610" not in balances


def test_ninety_days_in_few_calls(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 90)
    xero.calls.clear()
    assert all_posted(practice.sync(dates[0], dates[-1]))
    writes = [call for call in xero.calls if call.method == "PUT"]
    assert len(writes) <= 1 + 2 + 1 + 3
    assert len(xero.calls) <= len(writes) + 6 + 7


def test_answers_lost_after_commit_every_tenth_call(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 90)
    xero.faults.add(Fault(method="PUT", every=2, when="after", drop=True, count=None))
    xero.faults.add(Fault(method="GET", path="api.xro", every=10, drop=True, count=None))
    assert all_posted(practice.sync(dates[0], dates[-1]))
    book = xero.book(NZ_TENANT)
    numbers = [document.number for document in book.documents.values()]
    assert len(numbers) == len(set(numbers)) == 120
    assert xero.trial_balance(NZ_TENANT)["611"] == Decimal(90 * 50 - 30 * 23)


def test_an_archived_account_refuses_and_goes_through_when_restored(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    xero.configure(NZ_TENANT, archive_account="200")
    (answer,) = practice.sync(day)
    assert answer["state"] == "refused"
    assert answer["blocked"][0]["code"] == "account_archived"
    xero.configure(NZ_TENANT, restore_account="200")
    assert all_posted(practice.sync(day))


def test_a_period_that_is_locked_while_we_send(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    xero.configure(NZ_TENANT, period_lock_date=day.isoformat())
    (answer,) = practice.sync(day)
    assert answer["state"] == "refused"
    assert answer["blocked"][0]["code"] == "period_locked"
    practice.clock.move(minutes=2)
    practice.office.refresh_reference(STORE, who=ANNA)
    (answer,) = practice.sync(day)
    assert answer["state"] == "blocked", "known by now, so nothing is sent in vain"
    xero.configure(NZ_TENANT, period_lock_date="")
    practice.clock.move(minutes=2)
    assert all_posted(practice.sync(day))


def test_every_kind_of_document(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    practice.take(account_sale(day, "A", "80.00"), purchase(day, "P", "46.00"))
    (answer,) = practice.sync(day)
    assert answer["state"] == "posted", answer
    assert sorted(document["kind"] for document in answer["documents"]) == [
        "ACCPAY",
        "ACCREC",
        "ACCREC",
        "ACCRECCREDIT",
    ]
    balances = xero.trial_balance(NZ_TENANT)
    assert (balances["610"], balances["800"]) == (Decimal("80.00"), Decimal("-46.00"))


def test_the_shapes_all_post_to_the_same_ledger(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 2)
    seen = []
    for day, shape in zip(dates, ("zero_invoice", "journal"), strict=True):
        practice.map(shape=shape)
        before = xero.trial_balance(NZ_TENANT)
        (answer,) = practice.sync(day)
        assert answer["state"] == "posted", answer
        after = xero.trial_balance(NZ_TENANT)
        seen.append({code: after[code] - before.get(code, Decimal(0)) for code in ("612", "820")})
    assert seen[0]["612"] == seen[1]["612"] == Decimal("50.00")


def test_no_network_then_the_network(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    xero.faults.add(Fault(path="api.xro", status=503, count=None))
    (answer,) = practice.sync(day)
    assert answer["state"] == "waiting"
    assert answer["blocked"][0]["next"]
    assert practice.connection().state == IntegrationState.ERROR
    xero.faults.clear()
    practice.later(minutes=6)
    assert all_posted(practice.state(day))


def test_a_limit_is_waited_for(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    headers = {"Retry-After": "26", "X-Rate-Limit-Problem": "minute"}
    xero.faults.add(Fault(method="PUT", path="Invoices", status=429, headers=headers))
    assert all_posted(practice.sync(day))
    assert 26.0 in practice.waiter.waits


def test_an_expired_refresh_token_asks_to_connect_again(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    practice.clock.move(hours=1)
    xero.faults.add(Fault(path="/connect/token", status=400, body={"error": "invalid_grant"}, count=None))
    (answer,) = practice.sync(day)
    assert answer["state"] == "waiting"
    assert answer["blocked"][0]["code"] == "invalid_grant"
    calls = len(xero.calls)
    practice.later(hours=2)
    assert len(xero.calls) == calls
    xero.faults.clear()
    assert practice.connect_by_paste() == "done"
    assert practice.connection().state == IntegrationState.CONNECTED
    assert all_posted(practice.state(day))


def test_disconnected_in_xero_is_seen_and_not_tried_again(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 2)
    practice.sync(dates[0])
    xero.configure(NZ_TENANT, revoke_connection=True)
    (answer,) = practice.sync(dates[1])
    assert answer["state"] == "waiting"
    assert practice.connection().state == IntegrationState.DISCONNECTED
    assert practice.connection().by == "Xero"
    calls = len(xero.calls)
    practice.later(hours=2)
    assert len(xero.calls) == calls
    practice.connect_by_paste()
    assert all_posted(practice.state(*dates))


def test_a_connection_that_is_dead_can_be_ended_here(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    practice.clock.move(hours=1)
    xero.faults.add(Fault(path="/connect/token", status=400, body={"error": "invalid_grant"}, count=None))
    assert practice.office.disconnect(STORE, who=ANNA)["state"] == "disconnected"
    assert kept(practice) == {}


def test_disconnecting_ends_it_at_xero_and_reconnecting_goes_on(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    dates = days(practice, 3)
    practice.sync(dates[0])
    assert practice.office.disconnect(STORE, who=ANNA)["state"] == "disconnected"
    assert xero.calls.of(method="DELETE", path="(?i)/connections/")
    practice.sync(dates[1], dates[2])
    assert states(practice.state(dates[0], dates[2])) == ["posted", "waiting", "waiting"]
    assert kept(practice) == {}
    practice.connect_by_paste()
    assert all_posted(practice.state(dates[0], dates[2]))


def test_reference_data_are_listed(practice: PracticeShop) -> None:
    assert practice.office.reference(STORE, "accounts") == {"read": None, "rows": []}
    practice.ready()
    counts = practice.office.refresh_reference(STORE, who=ANNA)
    assert set(counts) == {"organisation", "actions", "accounts", "tax-rates", "tracking", "contacts"}
    for kind, number in counts.items():
        assert len(practice.office.reference(STORE, kind)["rows"]) == number
    with pytest.raises(Refused):
        practice.office.reference(STORE, "users")
