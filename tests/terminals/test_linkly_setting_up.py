"""Linkly terminals as a person sets them up: EFT-Client and cloud; pairing."""

from collections.abc import Callable

import httpx
import pytest

from services.contract.problem import Refused
from services.sandbox.terminals.catalogue import MAKERS
from services.sandbox.terminals.linkly.ports import PracticeLinkly
from services.sandbox.terminals.linkly_cloud import service
from services.sandbox.terminals.linkly_cloud.ports import PracticeLinklyCloud
from services.terminals.catalogue import PROTOCOLS, protocol
from services.terminals.driver import Ability
from services.terminals.entry import Surroundings
from services.terminals.linkly_cloud.access import pair
from services.terminals.linkly_cloud.calls import Caller
from services.terminals.linkly_cloud.setting_up import SECRET, addresses
from services.terminals.problems import ProtocolError, Refusal, TerminalSilent, TransportLost
from tests.terminals.kit.drivers import around
from tests.terminals.kit.noted import Noted


def _around(currency: str = "AUD", pairing: str | None = None) -> Surroundings:
    return around(currency, {SECRET: pairing})


def _caller(handle: Callable[[httpx.Request], httpx.Response]) -> Caller:
    return Caller(lambda *_: None, httpx.MockTransport(handle))


def test_an_eft_client_is_reached_as_it_was_set_up() -> None:
    practice = PracticeLinkly().start()
    driver = protocol("linkly").make(practice.address, _around())
    try:
        assert driver.status(Noted()).ready
        assert driver.abilities == frozenset(Ability)
    finally:
        driver.close()
        practice.stop()


def test_a_pin_pad_is_paired_and_then_reached_with_the_secret() -> None:
    practice = PracticeLinklyCloud().start()
    caller = Caller(lambda *_: None)
    where = addresses(practice.address)
    try:
        with pytest.raises(Refusal):
            pair(caller, where, "practice", "practice", "000000")
        secret = pair(caller, where, service.USERNAME, service.PASSWORD, service.PAIR_CODE)
        driver = protocol("linkly_cloud").make(practice.address, _around(pairing=secret))
        assert driver.status(Noted()).ready
        driver.close()
    finally:
        caller.close()
        practice.stop()


def test_a_till_without_pairing_says_so() -> None:
    driver = protocol("linkly_cloud").make({}, _around())
    with pytest.raises(Refusal) as caught:
        driver.status(Noted())
    assert "not paired" in caught.value.why


@pytest.mark.parametrize(
    "name,given,setting",
    [
        ("linkly", {}, "host"),
        ("linkly", {"host": "a", "port": "none"}, "port"),
        ("linkly", {"host": "a", "totals": "all"}, "totals"),
        ("linkly", {"host": "a", "operator": "x" * 41}, "operator"),
        ("linkly", {"host": "a", "operator": "1|Żaneta"}, "operator"),
        ("linkly_cloud", {"place": "moon"}, "place"),
        ("linkly_cloud", {"place": "own"}, "auth_url"),
        (
            "linkly_cloud",
            {"place": "own", "auth_url": "http://10.0.0.1", "rest_url": "https://a"},
            "auth_url",
        ),
        (
            "linkly_cloud",
            {"place": "own", "auth_url": "https://a", "rest_url": "http://localhost"},
            "rest_url",
        ),
        ("linkly_cloud", {"place": "own", "auth_url": "https://a", "rest_url": "https://a:b:c"}, "rest_url"),
        ("linkly_cloud", {"version": "v3"}, "version"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(name: str, given: dict[str, str], setting: str) -> None:
    with pytest.raises(Refused) as caught:
        protocol(name).make(given, _around())
    assert setting in caught.value.what


@pytest.mark.parametrize("name", ["linkly", "linkly_cloud"])
def test_only_the_currencies_of_its_banks(name: str) -> None:
    protocol(name).make({"host": "a"}, _around("NZD")).close()
    with pytest.raises(Refused) as caught:
        protocol(name).make({"host": "a"}, _around("EUR"))
    assert "AUD, NZD" in caught.value.why


def test_the_places_of_the_service() -> None:
    assert addresses({}).rest.host == "rest.pos.cloud.pceftpos.com"
    assert addresses({"place": "sandbox"}).auth.host == "auth.sandbox.cloud.pceftpos.com"


@pytest.mark.parametrize("name", ["linkly", "linkly_cloud"])
def test_there_is_no_serial_line(name: str) -> None:
    assert name in PROTOCOLS
    with pytest.raises(OSError, match=r"only|no serial line"):
        MAKERS[name](serial=True, book=None, port=0)


def _raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def handle(_: httpx.Request) -> httpx.Response:
        raise error

    return handle


_URL = httpx.URL("https://rest.example/v1")


@pytest.mark.parametrize(
    "error,problem",
    [
        (httpx.ConnectTimeout("secret"), TransportLost),
        (httpx.ConnectError("secret"), TransportLost),
        (httpx.RemoteProtocolError("secret"), TransportLost),
        (httpx.ReadTimeout("secret"), TerminalSilent),
        (httpx.PoolTimeout("secret"), TerminalSilent),
        (RuntimeError("secret"), TransportLost),
    ],
)
def test_what_goes_wrong_on_the_way_has_a_name(error: Exception, problem: type[Exception]) -> None:
    with pytest.raises(problem) as caught:
        _caller(_raising(error)).call("GET", _URL, seconds=5)
    assert "secret" not in f"{caught.value} {caught.value.__cause__}"


def test_an_answer_without_end_is_cut_off() -> None:
    with pytest.raises(ProtocolError):
        _caller(lambda _: httpx.Response(200, content=b" " * 2_000_000)).call("GET", _URL, seconds=5)


def test_the_secret_and_the_password_are_in_no_record() -> None:
    told: list[str] = []
    caller = Caller(
        lambda *parts: told.append(" ".join(parts)),
        httpx.MockTransport(lambda _: httpx.Response(200, json={"secret": "pairing-secret"})),
    )
    assert pair(caller, addresses({}), "shop", "password", "123456") == "pairing-secret"
    assert told == ["> POST /v1/pairing/cloudpos", "< 200"]


@pytest.mark.parametrize("status,problem", [(503, TransportLost), (429, TransportLost), (401, Refusal)])
def test_pairing_that_fails(status: int, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        pair(_caller(lambda _: httpx.Response(status)), addresses({}), "shop", "password", "123456")
