"""How a PIN pad at Linkly Cloud is set up: settings, and the driver of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from ipaddress import ip_address

import httpx

from services.terminals.driver import Driver
from services.terminals.entry import Entry, Given, Pairing, Setting, Surroundings, choice, flag, text, wrong
from services.terminals.linkly.setting_up import COMMON, TOTALS, currency, identity
from services.terminals.linkly_cloud.access import Access, Addresses, pair
from services.terminals.linkly_cloud.calls import Caller
from services.terminals.linkly_cloud.driver import CloudSettings, LinklyCloudDriver
from services.terminals.linkly_cloud.sessions import FirstVersion, SecondVersion, Sessions
from services.terminals.linkly_cloud.watching import Timers

SECRET = "pairing"  # noqa: S105 - the name of the setting
_PLACES = {
    "production": ("https://auth.cloud.pceftpos.com", "https://rest.pos.cloud.pceftpos.com"),
    "sandbox": ("https://auth.sandbox.cloud.pceftpos.com", "https://rest.pos.sandbox.cloud.pceftpos.com"),
}
_OWN = "own"
_OF_ONES_OWN = ("place", _OWN)
_SETTINGS = (
    Setting("place", "Where Linkly Cloud is", "choice", "production", (*_PLACES, _OWN)),
    Setting("auth_url", "Its address for pairing", when=_OF_ONES_OWN),
    Setting("rest_url", "Its address for payments", when=_OF_ONES_OWN),
    Setting("version", "Version of the service", "choice", "v1", ("v1", "v2")),
    *COMMON,
    Setting(SECRET, "What pairing with the PIN pad gave", "secret"),
)


def make(given: Given, around: Surroundings) -> Driver:
    """Return the driver of a terminal; raise Refused for a setting that does not fit."""
    return made(given, around, Caller(around.record), Timers())


def made(given: Given, around: Surroundings, caller: Caller, timers: Timers) -> LinklyCloudDriver:
    """Return the driver over this caller, with these timers; raise Refused as `make`."""
    named = identity(given)
    access = Access(caller, addresses(given), named, lambda: around.secret(SECRET), around.monotonic)
    settings = CloudSettings(
        currency(around.currency),
        named,
        TOTALS[choice(given, "totals", tuple(TOTALS))],
        flag(given, "unmatched", default=False),
    )
    return LinklyCloudDriver(access, _sessions(given, access), settings, timers, around.monotonic, _let_pass)


def addresses(given: Given) -> Addresses:
    """Return where the service is; raise Refused unless by TLS, or here."""
    place = choice(given, "place", (*_PLACES, _OWN))
    auth, rest = _PLACES.get(place) or (text(given, "auth_url"), text(given, "rest_url"))
    return Addresses(_address("auth_url", auth), _address("rest_url", rest))


def _sessions(given: Given, access: Access) -> Sessions:
    return SecondVersion(access) if choice(given, "version", ("v1", "v2")) == "v2" else FirstVersion(access)


def _address(name: str, given: str) -> httpx.URL:
    try:
        url = httpx.URL(given)
    except (httpx.InvalidURL, TypeError):
        raise wrong(name, "It is no address.") from None
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and _is_here(url.host))):
        raise wrong(name, "It must begin with https://.")
    return url


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _let_pass(seconds: float) -> None:
    threading.Event().wait(seconds)


def _paired(given: Given, around: Surroundings, said: Pairing) -> Mapping[str, str]:
    """Pair with the PIN pad that shows the code; raises Refusal and Break."""
    caller = Caller(around.record)
    try:
        return {SECRET: pair(caller, addresses(given), said.username, said.password, said.code)}
    finally:
        caller.close()


ENTRY = Entry("linkly_cloud", "Linkly Cloud (Australia, New Zealand)", _SETTINGS, make, _paired)
