"""Links over which nothing is sent: kept alive, and their end noticed once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from services.accounting.ledger import AuthorisationLost
from services.contract.answers import IntegrationAnswer
from services.sandbox.xero import NZ_TENANT, Fault, PracticeXero
from tests.sync.practice import PracticeShop, days
from tests.sync.provoking import look_daily
from tests.sync.support import ANNA, STORE, Shop, all_posted, replaced, states

_DAY = timedelta(days=1)


@pytest.fixture
def quiet(practice: PracticeShop) -> PracticeShop:
    """A connected shop of which nothing is due."""
    practice.ready()
    look_daily(practice)
    return practice


def integration(shop: Shop) -> IntegrationAnswer:
    return shop.office.status()["stores"][0]["integrations"][0]


def warned(shop: Shop) -> list[str | None]:
    return [each.get("code") for each in integration(shop).get("warnings") or []]


def test_a_quiet_link_is_looked_at_once_a_day(quiet: PracticeShop, xero: PracticeXero) -> None:
    quiet.later(hours=23)
    xero.calls.clear()
    quiet.later(hours=2)
    looked = [call.path for call in xero.calls if call.method == "GET"]
    assert [path.rpartition("/")[2].lower() for path in looked] == ["connections", "actions"]
    quiet.later(hours=1)
    assert len([call for call in xero.calls if call.method == "GET"]) == 2


def test_the_look_keeps_the_permission_alive_for_months(quiet: PracticeShop, xero: PracticeXero) -> None:
    quiet.office.pause(STORE, reason="closed for the winter", who=ANNA)
    for _ in range(65):
        xero.configure(None, clock_offset=_seconds(quiet))
        quiet.later(days=1)
    assert warned(quiet) == []
    ends = integration(quiet)["connection_ends"]
    assert ends is not None
    assert datetime.fromisoformat(ends) - quiet.clock() > timedelta(days=58)
    quiet.office.resume(STORE, who=ANNA)
    (day,) = days(quiet, 1)
    assert all_posted(quiet.sync(day))


def _seconds(shop: PracticeShop) -> int:
    """Return by how much the shop's clock is ahead, for Xero's to follow."""
    return int((shop.clock() + _DAY - datetime.now(shop.clock().tzinfo)).total_seconds())


def test_a_permission_that_will_die_is_told_two_weeks_before(quiet: PracticeShop, xero: PracticeXero) -> None:
    xero.faults.add(Fault(path="/connect/token", drop=True, count=None))
    quiet.later(days=45)
    assert warned(quiet) == []
    quiet.later(days=2)
    assert warned(quiet) == ["consent_ending"]
    ends = integration(quiet)["connection_ends"]
    assert ends is not None
    warning = (integration(quiet).get("warnings") or [])[0]
    assert ends[:10] in warning["what"]
    xero.faults.clear()
    quiet.later(days=1)
    assert warned(quiet) == []


def test_a_refresh_token_that_died_is_noticed_though_nothing_is_due(
    quiet: PracticeShop, xero: PracticeXero
) -> None:
    xero.configure(None, clock_offset=61 * 24 * 3600)
    quiet.later(days=1)
    assert integration(quiet)["state"] == "error"
    error = integration(quiet)["error"]
    assert error is not None
    assert (error.get("code"), error.get("class")) == ("invalid_grant", "person")
    calls = len(xero.calls)
    quiet.later(days=5)
    assert len(xero.calls) == calls, "nothing is tried any more"


def test_a_disconnection_made_in_xero_is_noticed_though_nothing_is_due(
    quiet: PracticeShop, xero: PracticeXero
) -> None:
    xero.configure(NZ_TENANT, revoke_connection=True)
    quiet.later(days=1)
    found = integration(quiet)
    assert (found["state"], found["by"]) == ("disconnected", "Xero")
    assert found["error"] is not None
    assert found["error"].get("code") == "connection_gone"
    calls = len(xero.calls)
    quiet.later(days=5)
    assert len(xero.calls) == calls
    quiet.connect_by_paste()
    assert integration(quiet)["state"] == "connected"


def test_a_user_who_lost_rights_is_noticed_named_and_not_tried(
    quiet: PracticeShop, xero: PracticeXero
) -> None:
    first, second = days(quiet, 2)
    assert all_posted(quiet.sync(first))
    xero.configure(NZ_TENANT, actions={"CreateApprovedInvoice": "NOT-ALLOWED"})
    quiet.later(days=1)
    found = integration(quiet)
    assert found["state"] == "error"
    assert found["error"] is not None
    assert found["error"].get("code") == "user_rights_lost"
    assert "CreateApprovedInvoice" in found["error"]["why"]
    writes = len(xero.calls.of(method="PUT"))
    assert states(quiet.sync(second)) in (["blocked"], ["waiting"])
    quiet.later(hours=6)
    assert len(xero.calls.of(method="PUT")) == writes
    # Given the right again it goes on by itself, at the next look.
    xero.configure(NZ_TENANT, actions={"CreateApprovedInvoice": "ALLOWED"})
    quiet.later(days=1)
    assert integration(quiet)["state"] == "connected"
    quiet.clock.move(minutes=2)
    assert all_posted(quiet.sync(second))


def test_a_right_that_was_never_there_stops_days_and_not_the_shop(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    xero.configure(NZ_TENANT, actions={"CreateManualJournal": "NOT-ALLOWED"})
    practice.ready()
    look_daily(practice)
    practice.later(days=1)
    practice.later(days=1)
    assert integration(practice)["state"] == "connected"


def test_a_look_that_fails_changes_nothing(quiet: PracticeShop, xero: PracticeXero) -> None:
    xero.faults.add(Fault(path="(?i)connections", status=503, count=None))
    quiet.later(days=1)
    assert integration(quiet)["state"] == "connected"


def test_what_is_sent_is_a_look_too(quiet: PracticeShop, xero: PracticeXero) -> None:
    (day,) = days(quiet, 1)
    quiet.later(hours=20)
    assert all_posted(quiet.sync(day))
    xero.calls.clear()
    quiet.later(hours=20)
    assert not xero.calls.of(path="(?i)connections")


def test_a_shop_that_is_disconnected_is_left_in_peace(shop: Shop) -> None:
    shop.pace = replaced(shop.pace, look_every=_DAY)
    shop.office = shop.open_office()
    shop.office.disconnect(STORE, who=ANNA)
    calls = len(shop.ledger.calls)
    shop.later(days=30)
    assert len(shop.ledger.calls) == calls


_READS: dict[str, Callable[[Shop], object]] = {
    "reference refresh": lambda shop: shop.office.refresh_reference(STORE, who=ANNA),
    "changes check": lambda shop: shop.office.changes.check(STORE, who=ANNA),
}


@pytest.mark.parametrize("read", _READS.values(), ids=_READS)
def test_a_permission_that_a_person_finds_dead_is_told_to_everybody(
    practice: PracticeShop, xero: PracticeXero, read: Callable[[Shop], object]
) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    assert all_posted(practice.sync(day))
    xero.configure(None, clock_offset=_seconds(practice) + 61 * 24 * 3600)
    with pytest.raises(AuthorisationLost):
        read(practice)
    found = integration(practice)
    assert found["state"] == "error"
    assert found["error"] is not None
    assert found["error"].get("code") == "invalid_grant"
