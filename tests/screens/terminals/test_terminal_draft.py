"""A terminal that is being added: what is filled in, what the service gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.terminals import draft as drafts
from screens.terminals.draft import CURRENCY, NAME, PROTOCOL, TENDERS, TYPED, Draft, Field
from services.contract.terminal_shop import CARD_TENDERS
from tests.screens.terminals.answers import PORTS, ZVT, terminal

PASSWORD = Field("password", "Its password", "secret")
HOST = Field("host", "Its address")
CONNECTION = Field("connection", "How it is connected", "choice")
TLS = Field("tls", "Encrypted", "flag")


def _names(draft: Draft) -> list[str]:
    return [each.name for each in drafts.fields(draft, [ZVT])]


def test_settings_are_asked_once_the_protocol_is_known() -> None:
    empty = Draft("queen-st")
    assert _names(empty) == ["name", "protocol", "tenders", "currency"]
    assert _names(empty.filled(PROTOCOL, "zvt"))[4:] == ["connection", "host", "tls", "password"]


def test_only_what_counts_beside_the_rest_is_asked() -> None:
    chosen = Draft("queen-st").filled(PROTOCOL, "zvt")
    assert _names(chosen.filled(CONNECTION, "serial"))[4:] == ["connection", "device", "password"]
    encrypted = chosen.filled(TLS, "yes")
    assert _names(encrypted)[4:] == ["connection", "host", "tls", "certificate", "password"]
    assert "certificate" not in _names(encrypted.filled(CONNECTION, "serial"))


def test_what_the_service_is_given() -> None:
    filled = Draft("queen-st").filled(NAME, "Counter 1").filled(PROTOCOL, "zvt").filled(HOST, "192.0.2.10")
    filled = filled.filled(TENDERS, "eftpos, credit ,").filled(PASSWORD, "000000")
    assert filled.details() == {
        "key": "counter-1",
        "store": "queen-st",
        "name": "Counter 1",
        "protocol": "zvt",
        "currency": None,
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
    free, used, other = drafts.choices(device, [ZVT], PORTS["ports"])  # type: ignore[arg-type]
    assert free.obstacle is None
    assert used.obstacle == "in use by counter-1"
    assert other.value == TYPED


def test_no_port_found_says_what_to_do() -> None:
    none, other = drafts.choices(Field("device", "Port", "device"), [ZVT], [])
    assert none.obstacle == "plug its cable in, then p looks again"
    assert other.value == TYPED


def test_a_new_terminal_takes_what_cards_are_called_unless_told_otherwise() -> None:
    assert Draft("queen-st").details()["tenders"] == list(CARD_TENDERS)


def test_the_currency_is_the_stores_unless_told_otherwise() -> None:
    empty = Draft("queen-st")
    assert empty.details()["currency"] is None
    assert empty.filled(CURRENCY, "eur").details()["currency"] == "EUR"
    assert "that of the store" in [row.draw(74).plain for row in drafts.rows(empty, [ZVT])][3]


def test_protocol_and_currency_of_a_terminal_that_there_is_stay() -> None:
    draft = Draft.of(terminal())
    assert [each.name for each in (NAME, PROTOCOL, CURRENCY, HOST) if draft.is_fixed(each)] == [
        "protocol",
        "currency",
    ]
    assert not any(Draft("queen-st").is_fixed(each) for each in (PROTOCOL, CURRENCY))


def test_what_is_emptied_is_taken_away() -> None:
    assert Draft("queen-st").filled(HOST, "x").filled(HOST, "").details()["settings"] == {}
    assert Draft.of(terminal()).filled(HOST, "").changes()["settings"]["host"] is None


def test_a_long_title_leaves_room_for_its_value() -> None:
    draft = Draft("queen-st").filled(PROTOCOL, "zvt").filled(TLS, "yes").filled(HOST, "192.0.2.10")
    for row in drafts.rows(draft, [ZVT]):
        title, gap, value = row.draw(54).plain.partition("  ")
        assert title
        assert gap
        assert value.strip()
    wide = "\n".join(row.draw(110).plain for row in drafts.rows(draft, [ZVT]))
    assert "File with the certificate it is checked against  not set" in wide


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
