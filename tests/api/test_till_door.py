"""Tills at their own listener: payments with a key, and nothing else."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from services.api.till_door import TillKey, router
from services.api.till_listener import till_port
from services.contract.problem import Refused
from tests.api.till_side import Listening, listening
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, at_counter


@pytest.fixture(scope="module")
def shop(template: Path) -> Iterator[AtCounter]:
    with at_counter(template) as made:
        yield made


@pytest.fixture(scope="module")
def door(shop: AtCounter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    with listening(shop.office, tmp_path_factory.mktemp("home")) as made:
        yield made


@pytest.fixture
def till(shop: AtCounter, door: Listening) -> Iterator[httpx.Client]:
    """Till 1 of the shop, with a key that allows refunds."""
    secret = shop.office.keys.add(STORE, "1", ANNA, refunds=True)["secret"]
    with door.till(secret) as client:
        yield client


_PAY = "/v1/terminals/front/payments"


def test_it_listens_from_the_first_key_on(template: Path, tmp_path: Path) -> None:
    with at_counter(template) as shop, listening(shop.office, tmp_path) as door:
        before = shop.office.keys.listed()["listener"]
        assert before["address"] is None
        assert "key create" in before["why"]
        made = shop.office.keys.add(STORE, "1", ANNA)
        assert made["listener"]["address"] is not None
        with door.till(made["secret"]) as till:
            told = till.get("/v1/terminals").json()
        assert (told["store"], told["till"]) == (STORE, "1")
        assert [each["key"] for each in told["terminals"]] == ["front"]


def test_every_route_asks_for_the_key() -> None:
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(router.routes) == 8
    for route in routes:
        keys = [each for each in route.dependant.dependencies if isinstance(each.call, TillKey)]
        assert len(keys) == 1, route.path


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer tbk_wrong", "Basic tbk_wrong"])
def test_without_a_key_there_is_nothing(till: httpx.Client, shown: str) -> None:
    for method, path in (("GET", "/v1/terminals"), ("POST", _PAY), ("GET", f"{_PAY}/a/events")):
        answer = till.request(method, path, headers={"Authorization": shown}, json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "till_key")


def test_the_rest_of_the_service_is_not_there(till: httpx.Client) -> None:
    for path in ("/v1/status", "/v1/stores", "/openapi.json", "/v1/till-keys", "/v1/terminal-payments"):
        assert till.get(path).status_code == 404


def test_a_payment_from_the_order_to_the_reference_of_the_tender(till: httpx.Client, shop: AtCounter) -> None:
    body = {"reference": "sale-1", "amount": "12.50"}
    began = till.post(_PAY, json=body).json()
    assert began["payment"]["amount"] == "12.50"
    ended = till.get(f"{_PAY}/sale-1", params={"wait": 30}).json()
    assert (ended["running"], ended["payment"]["state"]) == (False, "approved")
    assert ended["payment"]["till"] == "1"
    assert len(ended["payment"]["tender_reference"]) == 10
    again = till.post(_PAY, params={"wait": 30}, json=body).json()
    assert again["payment"] == ended["payment"]
    assert [charge.amount for charge in shop.practice.charges.all()].count(1250) == 1


def test_other_content_under_the_same_reference_is_refused(till: httpx.Client) -> None:
    till.post(_PAY, params={"wait": 30}, json={"reference": "sale-2", "amount": "3.00"})
    answer = till.post(_PAY, params={"wait": 30}, json={"reference": "sale-2", "amount": "3.10"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "terminal_reference_used")


@pytest.mark.parametrize(
    "body",
    [
        {"reference": "x", "amount": 12.5},
        {"reference": "x", "amount": "12.505"},
        {"reference": "x", "amount": "1e3"},
        {"reference": "a b", "amount": "1.00"},
        {"reference": "", "amount": "1.00"},
        {"amount": "1.00"},
        {"reference": "x", "amount": "1.00", "card": "4111111111111111"},
    ],
    ids=str,
)
def test_what_is_not_valid_is_refused_and_nothing_sent(
    till: httpx.Client, shop: AtCounter, body: dict[str, object]
) -> None:
    charges = len(shop.practice.charges.all())
    answer = till.post(_PAY, json=body)
    assert answer.status_code == 422
    assert "4111" not in answer.text
    assert len(shop.practice.charges.all()) == charges


_AS_JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "sent,headers,why",
    [
        (b'{"reference": "a", "amount": "1.00"}', {}, "application/json"),
        (b"", _AS_JSON, "application/json"),
        (b"[]", _AS_JSON, "application/json"),
        (b'{"reference": "a"', _AS_JSON, "body: no JSON from character 17 on."),
        (b'{"reference": "a b", "amount": "1.00"}', _AS_JSON, "reference: it takes 1 to 64 letters"),
    ],
    ids=["no content type", "nothing", "a list", "cut off", "a space"],
)
def test_what_is_wrong_with_a_body_is_said_in_words(
    till: httpx.Client, sent: bytes, headers: dict[str, str], why: str
) -> None:
    answer = till.post(_PAY, content=sent, headers=headers)
    assert answer.status_code == 422
    assert why in answer.json()["error"]["why"]


def test_a_number_no_row_can_have_is_no_fault_of_ours(till: httpx.Client) -> None:
    for number in (0, 2**31, 10**30):
        body = {"reference": "back-x", "amount": "1.00", "original": number}
        assert till.post("/v1/terminals/front/refunds", json=body).status_code == 422


def test_an_unknown_address_points_to_where_tills_are_explained(till: httpx.Client) -> None:
    for method, path in (("GET", "/v1/terminals/front"), ("DELETE", f"{_PAY}/x")):
        error = till.request(method, path).json()["error"]
        assert error["next"] == "See docs/terminals.md (Tills) for what there is."


def test_a_stream_goes_on_behind_the_last_event_that_came(till: httpx.Client) -> None:
    last = till.post(_PAY, params={"wait": 30}, json={"reference": "sale-9", "amount": "9.00"}).json()["last"]
    for headers, first in (({}, "1"), ({"Last-Event-ID": "3"}, "4"), ({"Last-Event-ID": "x"}, "1")):
        text = till.get(f"{_PAY}/sale-9/events", headers=headers).text
        numbers = [line.removeprefix("id: ") for line in text.splitlines() if line.startswith("id: ")]
        assert (numbers[0], numbers[-1]) == (first, str(last))


def test_nothing_or_less_is_no_amount(till: httpx.Client) -> None:
    for amount in ("0.00", "-1.00"):
        answer = till.post(_PAY, json={"reference": f"r{amount}", "amount": amount})
        assert answer.json()["error"]["code"] == "terminal_amount"


def test_steps_come_as_they_happen(till: httpx.Client) -> None:
    now = till.post(_PAY, json={"reference": "sale-3", "amount": "4.00"}).json()
    numbers: list[int] = []
    while now["running"]:
        now = till.get(f"{_PAY}/sale-3", params={"wait": 30, "after": max(numbers, default=0)}).json()
        numbers += [step["number"] for step in now["steps"]]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == now["last"]


def test_a_stream_tells_every_step_and_the_result(till: httpx.Client) -> None:
    till.post(_PAY, json={"reference": "sale-4", "amount": "5.00"})
    kinds, last = [], ""
    with till.stream("GET", f"{_PAY}/sale-4/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kinds.append(line.removeprefix("event: "))
            if line.startswith("data: "):
                last = line.removeprefix("data: ")
    assert kinds[0] == "state"
    assert kinds[-1] == "result"
    assert "display" in kinds
    assert json.loads(last)["payment"]["state"] == "approved"


def test_a_till_aborts_its_payment(till: httpx.Client) -> None:
    now = till.post(_PAY, json={"reference": "sale-5", "amount": "5.80"}).json()
    while not now["display"]:
        now = till.get(f"{_PAY}/sale-5", params={"wait": 30, "after": now["last"]}).json()
    assert till.post(f"{_PAY}/sale-5/answer", json={"choice": "yes"}).json()["done"] is False
    assert till.post(f"{_PAY}/sale-5/abort").json() == {"done": True, "by": "1"}
    assert till.get(f"{_PAY}/sale-5", params={"wait": 30}).json()["payment"]["state"] == "cancelled"
    assert till.post(f"{_PAY}/sale-5/abort").json()["done"] is False


def test_money_back_takes_a_key_that_allows_it(till: httpx.Client, shop: AtCounter, door: Listening) -> None:
    till.post(_PAY, params={"wait": 30}, json={"reference": "sale-6", "amount": "6.00"})
    body = {"reference": "back-6", "amount": "2.00", "original_reference": "sale-6"}
    plain = shop.office.keys.add(STORE, "3", ANNA)["secret"]
    with door.till(plain) as other:
        for path in ("refunds", "reversals"):
            assert other.post(f"/v1/terminals/front/{path}", json=body).status_code == 403
    answer = till.post("/v1/terminals/front/refunds", params={"wait": 30}, json=body).json()
    assert (answer["payment"]["kind"], answer["payment"]["state"]) == ("refund", "approved")


def test_other_tills_and_stores_see_nothing_of_it(
    till: httpx.Client, shop: AtCounter, door: Listening
) -> None:
    from services.store.stores import add_store

    with shop.db.write() as session:
        details = {"key": "linz", "name": "Linz", "country": "AT", "currency": "EUR"}
        add_store(session, {**details, "timezone": "Europe/Vienna"}, shop.clock())
    till.post(_PAY, params={"wait": 30}, json={"reference": "sale-7", "amount": "7.00"})
    same_store = shop.office.keys.add(STORE, "2", ANNA)["secret"]
    other_store = shop.office.keys.add("linz", "1", ANNA)["secret"]
    with door.till(same_store) as other:
        assert other.get(f"{_PAY}/sale-7").status_code == 404
    with door.till(other_store) as other:
        assert other.get("/v1/terminals").json()["terminals"] == []
        assert other.post(_PAY, json={"reference": "x", "amount": "1.00"}).status_code == 404
        assert other.post(f"{_PAY}/sale-7/abort").status_code == 404


def test_a_revoked_key_is_refused_on_the_open_connection(shop: AtCounter, door: Listening) -> None:
    made = shop.office.keys.add(STORE, "4", ANNA)
    with door.till(made["secret"]) as till:
        assert till.get("/v1/terminals").status_code == 200
        shop.office.keys.revoke(made["key"]["id"], ANNA)
        assert till.get("/v1/terminals").status_code == 403


def test_waiting_ends_when_its_time_is_up(till: httpx.Client) -> None:
    till.post(_PAY, json={"reference": "sale-8", "amount": "8.80"})
    began = time.monotonic()
    now = till.get(f"{_PAY}/sale-8", params={"wait": 0.2}).json()
    assert now["running"]
    assert time.monotonic() - began < 15
    while not now["display"]:
        now = till.get(f"{_PAY}/sale-8", params={"wait": 30, "after": now["last"]}).json()
    till.post(f"{_PAY}/sale-8/abort")
    assert not till.get(f"{_PAY}/sale-8", params={"wait": 30}).json()["running"]


@pytest.mark.parametrize(
    "values,port", [({}, 8743), ({"tills": {"port": 0}}, 0), ({"tills": {"port": 9}}, 9)]
)
def test_the_port_is_a_setting(values: dict[str, object], port: int) -> None:
    assert till_port(values) == port


@pytest.mark.parametrize("tills", [1, {"port": "x"}, {"port": 70_000}, {"port": True}], ids=str)
def test_a_port_without_sense_is_refused(tills: object) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        till_port({"tills": tills})
