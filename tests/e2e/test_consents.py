"""Connecting to Xero, and what it may run into.

A person, a wrong secret, a wrong organisation.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.e2e.practice import AU_TENANT, NZ_TENANT, PKCE_CLIENT, WEB_CLIENT, WEB_SECRET
from tests.e2e.shop import NZ_STORE, Shop, installation

# An access token is base64 of a header that begins with {"alg":
_BEGIN_OF_TOKEN = b"eyJhbGciOi"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """An installation with one store for each test, nothing connected."""
    with installation(tmp_path_factory.mktemp("consents")) as shop:
        yield shop


def _add(shop: Shop, key: str, **changes: str) -> str:
    options = [text for name, value in {**NZ_STORE, **changes}.items() for text in (f"--{name}", value)]
    shop.tillbook("store", "add", "--store", key, *options).done()
    return key


def _secret(shop: Shop, key: str, secret: str) -> None:
    begun = shop.begin_consent(
        key, WEB_CLIENT, "--flow", "web", "--client-secret-stdin", given=f"{secret}\n"
    ).done()
    shop.xero.allow(begun["address"], NZ_TENANT)


def test_a_store_that_was_never_connected_says_so(shop: Shop) -> None:
    assert shop.integration()["state"] == "not_set_up"


def test_the_answer_to_connect_is_the_address_and_when_it_expires(shop: Shop) -> None:
    key = _add(shop, "address")
    begun = shop.begin_consent(key).done()
    assert set(begun) >= {"address", "state", "expires"}
    query = parse_qs(urlsplit(begun["address"]).query)
    assert query["client_id"] == [PKCE_CLIENT]
    assert query["code_challenge_method"] == ["S256"]
    assert shop.integration(key)["state"] == "setup_unfinished"


def test_a_person_allows_and_chooses(shop: Shop) -> None:
    key = _add(shop, "allowed")
    shop.consent(NZ_TENANT, key)
    listed = shop.tillbook("organisation", "list", "--store", key).done()
    assert [(o["tenant"], o["name"], o["country"], o["currency"], o["chosen"]) for o in listed] == [
        (NZ_TENANT, "Queen St Store (practice)", "NZ", "NZD", False)
    ]
    chosen = shop.tillbook("organisation", "choose", "--store", key).done()
    assert (chosen["tenant"], chosen["chosen"]) == (NZ_TENANT, True)
    assert shop.integration(key)["state"] == "connected"


def test_a_person_refuses(shop: Shop) -> None:
    key = _add(shop, "refused")
    waiting = shop.background(
        "connect", "xero", "--store", key, "--client-id", PKCE_CLIENT, "--redirect", shop.redirect(key)
    )
    assert waiting.stdout is not None
    said = "".join(iter(waiting.stdout.readline, "}\n")) + "}"
    address = httpx.Response(200, text=said).json()["address"]
    shop.xero.deny(address)
    _out, err = waiting.communicate(timeout=180)
    assert waiting.returncode == 1
    assert "not allowed" in err
    assert shop.integration(key)["state"] == "setup_unfinished"


def test_a_wrong_secret_is_told_and_a_right_one_mends_it(shop: Shop) -> None:
    key = _add(shop, "secret")
    _secret(shop, key, "not-the-secret")
    error = shop.integration(key)["error"]
    assert error["what"]
    assert error["why"]
    assert error["next"]
    assert "not-the-secret" not in shop.logs()
    _secret(shop, key, WEB_SECRET)
    shop.tillbook("organisation", "choose", "--store", key).done()
    assert shop.integration(key)["state"] == "connected"


def test_no_file_holds_a_secret_or_a_token_in_clear(shop: Shop) -> None:
    key = _add(shop, "sealed")
    _secret(shop, key, WEB_SECRET)
    shop.tillbook("organisation", "list", "--store", key).done()
    hidden = [WEB_SECRET.encode(), _BEGIN_OF_TOKEN, *_refresh_tokens(shop)]
    files = [file for file in shop.home.rglob("*") if file.is_file()]
    assert len(hidden) > 2
    assert len(files) > 2
    for file in files:
        content = file.read_bytes()
        assert [secret for secret in hidden if secret in content] == [], file
    assert [secret for secret in hidden if secret in shop.logs().encode()] == []


def _refresh_tokens(shop: Shop) -> list[bytes]:
    """Return the refresh tokens that the practice Xero gave out."""
    with closing(sqlite3.connect(shop.xero.folder / "state.json")) as notes:
        kept = notes.execute("SELECT uid FROM state WHERE kind = 'Refresh'").fetchall()
    return [str(uid).encode() for (uid,) in kept]


def test_the_address_can_be_pasted_from_another_machine(shop: Shop) -> None:
    key = _add(shop, "pasted")
    begun = shop.begin_consent(key).done()
    query = {**httpx.URL(begun["address"]).params, "auto": "allow", "tenant": NZ_TENANT}
    answer = httpx.get(begun["address"], params=query, follow_redirects=False)
    pasted = shop.tillbook("connect", "xero", "--store", key, "--paste", answer.headers["location"]).done()
    assert pasted["state"] == "done"


def test_an_address_of_another_consent_is_refused(shop: Shop) -> None:
    key = _add(shop, "forged")
    shop.begin_consent(key).done()
    forged = f"{shop.redirect(key)}?code=stolen&state=not-the-state"
    ran = shop.tillbook("connect", "xero", "--store", key, "--paste", forged)
    assert ran.status == 1
    assert ran.answer["error"]["next"]


def test_an_organisation_of_another_country_is_refused(shop: Shop) -> None:
    key = _add(
        shop,
        "sydney",
        name="George St Store (practice)",
        country="AU",
        currency="AUD",
        timezone="Australia/Sydney",
    )
    shop.consent(NZ_TENANT, key)
    ran = shop.tillbook("organisation", "choose", "--store", key, "--confirm", "Queen St Store (practice)")
    assert ran.status == 1
    error = ran.answer["error"]
    text = f"{error['what']} {error['why']} {error['next']}"
    assert "NZD" in text or "NZ" in text
    assert error["next"]
    assert shop.integration(key)["state"] != "connected"
    shop.consent(AU_TENANT, key)
    shop.tillbook("organisation", "choose", "--store", key, "--tenant", AU_TENANT).done()
    assert shop.integration(key)["organisation"] == "George St Store (practice)"


def test_another_name_must_be_confirmed(shop: Shop) -> None:
    key = _add(shop, "other-name", name="Corner Shop")
    shop.consent(NZ_TENANT, key)
    choose = ("organisation", "choose", "--store", key, "--tenant", NZ_TENANT)
    ran = shop.tillbook(*choose)
    assert ran.status == 1
    assert "Queen St Store (practice)" in str(ran.answer["error"])
    wrong = shop.tillbook(*choose, "--confirm", "Corner Shop")
    assert wrong.status == 1
    again = shop.tillbook(*choose, "--confirm", "Queen St Store (practice)")
    assert again.status == 0, again
