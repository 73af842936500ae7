"""Every known failure of consent and sign-in, provoked."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.accounting.xero import known
from services.accounting.xero.catalogue import class_of_code
from services.contract.problem import Problem
from services.sandbox.xero import (
    CUSTOM_CLIENT,
    CUSTOM_SECRET,
    PKCE_CLIENT,
    WEB_CLIENT,
    WEB_SECRET,
    Fault,
    PracticeConfig,
    PracticeXero,
)
from tests.e2e.processes import free_port
from tests.sync.practice import REDIRECT, PracticeShop, kept
from tests.sync.provoking import codes_told, is_whole, move_sign_in, one_sale
from tests.sync.support import ANNA, STORE, all_posted, states

_ENDED = f"{REDIRECT}?error=access_denied&error_description=no&state="


def _state(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


def _refused(call: Callable[[], object]) -> str:
    """Return the code of a refusal that says what happened and what to do."""
    with pytest.raises(Problem) as caught:
        call()
    code = caught.value.code
    assert class_of_code(code) == known.KNOWN[code].kind
    assert caught.value.what
    assert caught.value.next
    return code


def _begin(practice: PracticeShop, client: str = PKCE_CLIENT, **how: Any) -> str:  # noqa: ANN401 - begin_consent's
    consent = practice.office.begin_consent(STORE, client_id=client, redirect=REDIRECT, who=ANNA, **how)
    return consent["address"]


def _told(practice: PracticeShop) -> str:
    """Return the code of what the consent says of how it ended."""
    error = practice.office.consent(STORE)["error"]
    assert error is not None
    assert is_whole(error), error
    return error.get("code", "")


def test_access_that_was_not_allowed(practice: PracticeShop) -> None:
    address = _begin(practice)
    practice.office.paste(STORE, _ENDED + _state(address), who=ANNA)
    assert _told(practice) == "consent_refused"


def test_a_consent_that_xero_refuses(practice: PracticeShop) -> None:
    address = _begin(practice)
    answer = f"{REDIRECT}?error=server_error&error_description=Try+later&state={_state(address)}"
    practice.office.paste(STORE, answer, who=ANNA)
    assert _told(practice) == "consent_failed"
    error = practice.office.consent(STORE)["error"]
    assert error is not None
    assert "Try later" in error["why"]


def test_a_consent_that_nobody_gave(practice: PracticeShop) -> None:
    _begin(practice)
    practice.later(minutes=11)
    assert _told(practice) == "consent_expired"


@pytest.mark.parametrize(
    "code,answer",
    [
        ("wrong_state", f"{REDIRECT}?code=abc&state=another"),
        ("wrong_address", "http://localhost:1/elsewhere?code=abc"),
        ("missing_code", f"{REDIRECT}?state="),
    ],
    ids=["wrong_state", "wrong_address", "missing_code"],  # a free port in an id differs between workers
)
def test_an_answer_that_is_none(practice: PracticeShop, code: str, answer: str) -> None:
    address = _begin(practice)
    state = _state(address) if answer.endswith("state=") else ""
    assert _refused(lambda: practice.office.paste(STORE, answer + state, who=ANNA)) == code


def test_a_port_that_is_taken(practice: PracticeShop) -> None:
    port = urlsplit(REDIRECT).port
    with socket.create_server(("127.0.0.1", port or 0)):
        _begin(practice)
        assert _told(practice) == "port_in_use"
        # Pasting works all the same.
        address = practice.office.consent(STORE)["address"]
        assert practice.office.paste(STORE, practice.allow(address), who=ANNA)["state"] == "done"


def test_a_code_that_is_too_old(practice: PracticeShop, xero: PracticeXero) -> None:
    answer = practice.allow(_begin(practice))
    xero.configure(None, clock_offset=600)
    practice.office.paste(STORE, answer, who=ANNA)
    assert _told(practice) == "invalid_grant"


def test_a_secret_that_is_wrong(practice: PracticeShop) -> None:
    address = _begin(practice, WEB_CLIENT, flow="web", client_secret="not-" + WEB_SECRET)
    practice.office.paste(STORE, practice.allow(address), who=ANNA)
    assert _told(practice) == "invalid_client"


def test_a_secret_that_is_missing(practice: PracticeShop) -> None:
    assert _refused(lambda: _begin(practice, WEB_CLIENT, flow="web")) == "secret_missing"


def test_an_app_of_another_kind(practice: PracticeShop) -> None:
    def begin() -> None:
        practice.office.begin_consent(
            STORE, client_id=WEB_CLIENT, flow="custom", client_secret=WEB_SECRET, who=ANNA
        )

    assert _refused(begin) == "unauthorized_client"


def test_scopes_that_the_app_may_not_ask_for(practice: PracticeShop) -> None:
    standard = PracticeConfig()
    few = frozenset({"accounting.contacts"})
    apps = tuple(replace(a, scopes=few) if a.client_id == CUSTOM_CLIENT else a for a in standard.apps)

    def begin() -> None:
        practice.office.begin_consent(
            STORE, client_id=CUSTOM_CLIENT, flow="custom", client_secret=CUSTOM_SECRET, who=ANNA
        )

    with PracticeXero(replace(standard, apps=apps)) as other:
        move_sign_in(practice, other.url)
        assert _refused(begin) == "invalid_scope"


# What Xero's token endpoint answers while a store that works wants a new access token.
REFRESHING: dict[str, dict[str, Any]] = {
    "invalid_request": {"status": 400, "body": {"error": "invalid_request"}},
    "sign_in_refused": {"status": 400, "body": {"error": "temporarily_odd"}},
    "sign_in_lost": {"drop": True},
    "sign_in_failed_at_xero": {"html": True, "status": 502},
    "sign_in_unreadable": {"html": True, "status": 200},
    "sign_in_limited": {"status": 429, "headers": {"Retry-After": "30"}},
}


@pytest.mark.parametrize("code", sorted(REFRESHING))
def test_a_token_that_is_not_renewed(practice: PracticeShop, xero: PracticeXero, code: str) -> None:
    practice.ready()
    day = one_sale(practice)
    practice.clock.move(hours=1)
    xero.faults.add(Fault(path="/connect/token", **REFRESHING[code], count=None))
    assert states(practice.sync(day)) == ["waiting"]
    assert code in codes_told(practice, day)
    xero.faults.clear()
    if class_of_code(code) == "person":
        assert practice.connect_by_paste() == "done"
    practice.later(hours=2)
    assert all_posted(practice.state(day))


def test_a_sign_in_service_that_cannot_be_reached(practice: PracticeShop) -> None:
    practice.ready()
    day = one_sale(practice)
    practice.clock.move(hours=1)
    move_sign_in(practice, f"http://127.0.0.1:{free_port()}")
    assert states(practice.sync(day)) == ["waiting"]
    assert "sign_in_unreachable" in codes_told(practice, day)
    practice.use_again()
    practice.later(hours=2)
    assert all_posted(practice.state(day))


def test_a_permission_that_is_not_on_this_machine(practice: PracticeShop) -> None:
    practice.ready()
    day = one_sale(practice)
    kept(practice).clear()
    assert states(practice.sync(day)) == ["waiting"]
    assert "not_connected" in codes_told(practice, day)


def test_every_failure_of_signing_in_is_provoked() -> None:
    told_here = {
        "consent_refused",
        "consent_failed",
        "consent_expired",
        "wrong_state",
        "wrong_address",
        "missing_code",
        "port_in_use",
        "invalid_grant",
        "invalid_client",
        "secret_missing",
        "unauthorized_client",
        "invalid_scope",
        "sign_in_unreachable",
        "not_connected",
    }
    assert {each.code for each in known.CONSENT} == told_here | set(REFRESHING)
