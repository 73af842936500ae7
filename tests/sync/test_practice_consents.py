"""Consents against the practice Xero.

By paste, through the listener, refused, expired.
"""

from __future__ import annotations

import httpx
import pytest

from services.accounting.ledger import CallFailed
from services.contract.problem import Refused
from services.sandbox.xero import (
    AU_TENANT,
    CUSTOM_CLIENT,
    CUSTOM_SECRET,
    NZ_TENANT,
    PKCE_CLIENT,
    WEB_CLIENT,
    WEB_SECRET,
    Fault,
    PracticeXero,
)
from services.store import stores
from tests.sync.practice import NZ_NAME, REDIRECT, PracticeShop, days, kept
from tests.sync.support import ANNA, STORE, all_posted


def test_a_consent_through_the_listener(practice: PracticeShop) -> None:
    consent = practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, redirect=REDIRECT, who=ANNA)
    assert consent["state"] == "waiting"
    assert consent["error"] is None, consent["error"]
    assert practice.office.status()["stores"][0]["integrations"][0]["state"] == "setup_unfinished"
    page = httpx.get(practice.allow(consent["address"]))
    assert page.status_code == httpx.codes.OK
    assert practice.bus.wait_until(lambda: practice.office.consent(STORE)["state"] == "done")
    names = [each["name"] for each in practice.office.organisations(STORE)]
    assert names == [NZ_NAME]


def test_what_follows_the_browser_s_page_at_once_waits_for_the_tokens(practice: PracticeShop) -> None:
    practice.xero.faults.add(Fault(path="/connect/token", delay=0.4))
    consent = practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, redirect=REDIRECT, who=ANNA)
    page = httpx.get(practice.allow(consent["address"]))
    assert page.status_code == 200
    assert [each["name"] for each in practice.office.organisations(STORE)] == [NZ_NAME]
    assert practice.office.consent(STORE)["state"] == "done"


def test_asking_after_a_cancelled_consent_does_not_wait(practice: PracticeShop) -> None:
    practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, redirect=REDIRECT, who=ANNA)
    practice.office.cancel_consent(STORE, who=ANNA)
    with pytest.raises(Refused, match="no consent"):
        practice.office.organisations(STORE)


def test_a_refused_consent_says_so(practice: PracticeShop) -> None:
    consent = practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, who=ANNA)
    denied = httpx.get(f"{consent['address']}&auto=deny", follow_redirects=False).headers["location"]
    answer = practice.office.paste(STORE, denied, who=ANNA)
    assert answer["state"] == "refused"
    assert answer["error"] is not None
    assert answer["error"]["next"]


def test_an_address_of_another_consent_is_refused_and_the_wait_goes_on(practice: PracticeShop) -> None:
    first = practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, who=ANNA)
    old = practice.allow(first["address"])
    practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, who=ANNA)
    with pytest.raises(Refused) as refusal:
        practice.office.paste(STORE, old, who=ANNA)
    assert refusal.value.code == "wrong_state"
    assert practice.office.consent(STORE)["state"] == "waiting"


def test_a_cancelled_consent_is_none(practice: PracticeShop) -> None:
    practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, who=ANNA)
    assert practice.office.cancel_consent(STORE, who=ANNA)["state"] == "none"
    with pytest.raises(Refused, match="No consent is waiting"):
        practice.office.paste(STORE, "http://localhost:8742/callback?code=x&state=y", who=ANNA)
    assert kept(practice) == {}


def test_a_consent_expires_by_itself_and_at_a_restart(practice: PracticeShop) -> None:
    practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, redirect="https://shop.example/cb", who=ANNA)
    practice.later(minutes=11)
    assert practice.office.consent(STORE)["state"] == "expired"
    practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, redirect="https://shop.example/cb", who=ANNA)
    practice.office.start()
    answer = practice.office.consent(STORE)
    assert answer["state"] == "expired"
    assert answer["error"] is not None
    assert kept(practice) == {}


def test_a_wrong_secret_is_a_clear_failure_and_the_right_one_works(practice: PracticeShop) -> None:
    assert practice.connect_by_paste(WEB_CLIENT, flow="web", client_secret="wrong") == "failed"
    error = practice.office.consent(STORE)["error"]
    assert error is not None
    assert "secret" in f"{error['why']} {error['next']}"
    assert practice.connect_by_paste(WEB_CLIENT, flow="web", client_secret=WEB_SECRET) == "done"
    with pytest.raises(Refused, match="secret is missing"):
        practice.office.begin_consent(STORE, client_id=WEB_CLIENT, flow="web", who=ANNA)


def test_a_custom_connection_needs_no_browser(practice: PracticeShop) -> None:
    with pytest.raises(CallFailed):
        practice.office.begin_consent(
            STORE, client_id=CUSTOM_CLIENT, flow="custom", client_secret="wrong", who=ANNA
        )
    consent = practice.office.begin_consent(
        STORE, client_id=CUSTOM_CLIENT, flow="custom", client_secret=CUSTOM_SECRET, who=ANNA
    )
    assert consent["state"] == "done"
    practice.office.choose_organisation(
        STORE, confirm=practice.office.organisations(STORE)[0]["name"], who=ANNA
    )
    practice.map()
    (day,) = days(practice, 1)
    assert all_posted(practice.sync(day))


def test_the_wrong_organisation_is_refused_before_anything_is_written(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    consent = practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, who=ANNA)
    answer = httpx.get(f"{consent['address']}&auto=allow&tenant={AU_TENANT}", follow_redirects=False)
    practice.office.paste(STORE, answer.headers["location"], who=ANNA)
    (found,) = practice.office.organisations(STORE)
    with pytest.raises(Refused) as refusal:
        practice.office.choose_organisation(STORE, tenant=AU_TENANT, confirm=found["name"], who=ANNA)
    assert refusal.value.code == "country_differs"
    assert not [call for call in xero.calls if call.method in {"PUT", "POST"} and "api.xro" in call.path]
    assert practice.connect_by_paste() == "done"
    practice.office.choose_organisation(STORE, tenant=NZ_TENANT, who=ANNA)
    assert practice.office.status()["stores"][0]["integrations"][0]["organisation"] == NZ_NAME


def test_a_name_that_differs_is_confirmed_by_name(practice: PracticeShop) -> None:
    with practice.database.write() as session:
        stores.update_store(session, STORE, {"name": "The little shop"})
    practice.connect_by_paste()
    with pytest.raises(Refused) as refusal:
        practice.office.choose_organisation(STORE, who=ANNA)
    assert refusal.value.code == "name_differs"
    assert practice.office.choose_organisation(STORE, confirm=NZ_NAME, who=ANNA)["chosen"]
