"""A terminal that is being added: what is filled in, what the service gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.terminals import draft as drafts
from screens.terminals.draft import NAME, PROTOCOL, TENDERS, Draft, Field
from tests.screens.terminals.answers import PORTS, ZVT, terminal

PASSWORD = Field("password", "Its password", "secret")
HOST = Field("host", "Its address")


def test_settings_are_asked_once_the_protocol_is_known() -> None:
    empty = Draft("queen-st")
    assert [each.name for each in drafts.fields(empty, [ZVT])] == ["name", "protocol", "tenders"]
    chosen = empty.filled(PROTOCOL, "zvt")
    names = [each.name for each in drafts.fields(chosen, [ZVT])]
    assert names[3:] == ["connection", "host", "device", "tls", "password"]


def test_what_the_service_is_given() -> None:
    filled = Draft("queen-st").filled(NAME, "Counter 1").filled(PROTOCOL, "zvt").filled(HOST, "192.0.2.10")
    filled = filled.filled(TENDERS, "eftpos, credit ,").filled(PASSWORD, "000000")
    assert filled.details() == {
        "key": "counter-1",
        "store": "queen-st",
        "name": "Counter 1",
        "protocol": "zvt",
        "tenders": ["eftpos", "credit"],
        "settings": {"host": "192.0.2.10"},
        "secrets": {"password": "000000"},
    }


def test_a_secret_is_never_shown() -> None:
    filled = Draft("queen-st").filled(PASSWORD, "134679")
    assert filled.value(PASSWORD) == "set"
    assert Draft("queen-st").value(PASSWORD) == ""
    assert "134679" not in "".join(row.draw(200).plain for row in drafts.rows(filled, [ZVT]))


def test_another_protocol_begins_anew() -> None:
    filled = Draft("queen-st", protocol="linkly").filled(HOST, "192.0.2.10").filled(PROTOCOL, "zvt")
    assert filled.details()["settings"] == {}


def test_a_terminal_that_there_is_keeps_its_key_and_secrets() -> None:
    told = terminal(secrets=["password"], settings={"tls": True, "port": 20007})
    draft = Draft.of(told)
    assert (draft.key, draft.changed, draft.value(PASSWORD)) == ("counter-1", False, "set")
    assert draft.changes()["settings"] == {"tls": "yes", "port": "20007"}
    assert draft.changes()["secrets"] == {}


def test_a_port_in_use_says_by_what() -> None:
    device = Field("device", "Port", "device")
    free, used = drafts.choices(device, [ZVT], PORTS["ports"])  # type: ignore[arg-type]
    assert free.obstacle is None
    assert used.obstacle == "in use by counter-1"


@pytest.mark.parametrize(
    "name,key",
    [("Counter 1", "counter-1"), ("Kasse Süd", "kasse-sud"), ("  --x--  ", "x"), ("#", "")],
)
def test_the_key_of_a_name(name: str, key: str) -> None:
    assert drafts.key_of(name) == key


@given(st.text(max_size=80))
def test_a_key_is_always_short_and_plain(name: str) -> None:
    key = drafts.key_of(name)
    assert len(key) <= 30
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert key == key.strip("-")
