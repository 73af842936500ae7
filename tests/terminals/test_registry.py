"""Adding, changing, removing terminals; keys of tills; serial ports."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serial.tools.list_ports_common import ListPortInfo

from services.contract.problem import NotAllowed, NotFound, Problem, Refused
from services.sandbox.terminals.zvt.ports import PracticeZvt
from services.store import audit
from services.store.tables import Terminal, TillKey
from services.terminals.counter.discovery import serial_ports
from services.terminals.counter.registry import protocols
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, at_counter

_ZVT = {"key": "back", "store": STORE, "protocol": "zvt", "settings": {"host": "10.0.0.9"}}
_URLS = ("auth_url", "rest_url")


@pytest.fixture(scope="module")
def shared(template: Path) -> Iterator[AtCounter]:
    with at_counter(template) as made:
        yield made


@pytest.fixture
def shop(shared: AtCounter) -> Iterator[AtCounter]:
    """The one shop, with only its first terminal."""
    yield shared
    for each in shared.office.terminals.listed():
        if each["key"] != "front":
            shared.office.terminals.remove(each["key"], ANNA)


def test_a_terminal_is_listed_as_it_was_added(shop: AtCounter) -> None:
    told = shop.office.terminals.add({**_ZVT, "name": "Bar", "tenders": ["visa"]}, ANNA)
    assert (told["name"], told["protocol"], told["currency"]) == ("Bar", "zvt", "EUR")
    assert (told["tenders"], told["settings"], told["state"]) == (["visa"], {"host": "10.0.0.9"}, "ready")
    assert not told["practice"]
    assert [each["key"] for each in shop.office.terminals.listed(STORE)] == ["back", "front"]
    assert shop.office.terminals.one("front")["practice"]


@pytest.mark.parametrize(
    "protocol,settings,practice",
    [
        ("zvt", {"host": "127.0.0.1"}, True),
        ("zvt", {"connection": "serial", "device": "/dev/ttyUSB9", "host": "127.0.0.1"}, False),
        ("eplus", {"device": "/dev/ttyUSB9", "host": "localhost"}, False),
        ("eplus", {"connection": "tcp", "host": "localhost"}, True),
        ("linkly_cloud", {"place": "own", **dict.fromkeys(_URLS, "http://127.0.0.1:9")}, True),
        ("linkly_cloud", {"place": "sandbox", **dict.fromkeys(_URLS, "http://127.0.0.1:9")}, False),
    ],
)
def test_a_practice_terminal_is_one_whose_payments_stay_on_this_machine(
    shop: AtCounter, protocol: str, settings: dict[str, str], *, practice: bool
) -> None:
    given = {**_ZVT, "key": f"back-{protocol}", "protocol": protocol, "settings": settings}
    currency = "AUD" if protocol == "linkly_cloud" else "EUR"
    told = shop.office.terminals.add({**given, "currency": currency}, ANNA)
    assert told["practice"] is practice


def test_every_setting_hangs_on_one_there_is_and_on_a_value_it_can_have() -> None:
    for protocol in protocols():
        known = {each["name"]: each for each in protocol["settings"]}
        for setting in known.values():
            if (when := setting["when"]) is not None:
                on = known[when["setting"]]
                assert when["value"] in (on["choices"] or ["yes", "no"])


def test_secrets_go_to_the_vault_and_nowhere_else(shop: AtCounter) -> None:
    told = shop.office.terminals.add({**_ZVT, "secrets": {"password": "314159"}}, ANNA)
    assert told["secrets"] == ["password"]
    assert shop.vault["terminal/back/password"] == "314159"
    assert "314159" not in str(told)
    with shop.db.read() as session:
        row = session.get_one(Terminal, "back")
        assert "314159" not in str(row) + str([entry.after for entry in audit.entries(session)])
    shop.office.terminals.change("back", {"secrets": {"password": None}}, ANNA)
    assert shop.office.terminals.one("back")["secrets"] == []
    shop.office.terminals.change("back", {"secrets": {"password": "271828"}}, ANNA)
    shop.office.terminals.remove("back", ANNA)
    assert "terminal/back/password" not in shop.vault


@pytest.mark.parametrize(
    "changes,word",
    [
        ({"key": "front"}, "key front is taken"),
        ({"key": "a b"}, "setting key"),
        ({"protocol": "morse"}, "no terminal protocol"),
        ({"store": "linz"}, "no store linz"),
        ({"settings": {}}, "setting host"),
        ({"settings": {"host": "10.0.0.9", "colour": "red"}}, "setting colour"),
        ({"settings": {"host": "10.0.0.9", "password": "1"}}, "setting password"),
        ({"settings": {"host": "10.0.0.9", "port": "x"}}, "setting port"),
        ({"secrets": {"pin": "1"}}, "setting pin"),
        ({"secrets": {"password": "12"}}, "password does not fit"),
        ({"tenders": ["cash"]}, "tender types"),
        ({"tenders": []}, "tender types"),
        ({"name": "x" * 101}, "setting name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_named_and_nothing_kept(
    shop: AtCounter, changes: dict[str, object], word: str
) -> None:
    with pytest.raises(Problem, match=word):
        shop.office.terminals.add({**_ZVT, **changes}, ANNA)
    assert [each["key"] for each in shop.office.terminals.listed()] == ["front"]
    assert not [name for name in shop.vault if "back" in name]


def test_a_change_is_merged_and_audited_with_both_values(shop: AtCounter) -> None:
    shop.office.terminals.add(_ZVT, ANNA)
    changed = shop.office.terminals.change(
        "back", {"settings": {"port": "20008", "language": "de"}, "name": "Bar"}, ANNA
    )
    assert changed["settings"] == {"host": "10.0.0.9", "port": "20008", "language": "de"}
    shop.office.terminals.change("back", {"settings": {"language": None}}, ANNA)
    assert "language" not in shop.office.terminals.one("back")["settings"]
    with shop.db.read() as session:
        entry = audit.entries(session)[1]
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["name"], entry.after["name"]) == ("back", "Bar")
    with pytest.raises(Refused):
        shop.office.terminals.change("back", {"settings": {"host": None}}, ANNA)
    assert shop.office.terminals.one("back")["settings"]["host"] == "10.0.0.9"


def test_a_removed_key_comes_back_only_to_its_own_store(shop: AtCounter) -> None:
    shop.office.terminals.add(_ZVT, ANNA)
    shop.office.terminals.remove("back", ANNA)
    with pytest.raises(NotFound):
        shop.office.terminals.one("back")
    with pytest.raises(Refused, match="taken"):
        shop.office.terminals.add({**_ZVT, "currency": "CHF"}, ANNA)
    assert shop.office.terminals.add({**_ZVT, "name": "Again"}, ANNA)["name"] == "Again"


@pytest.fixture
def other() -> Iterator[PracticeZvt]:
    """Another practice terminal: each talks to one caller at a time."""
    practice = PracticeZvt().start()
    yield practice
    practice.stop()


def test_the_connection_test_moves_no_money(shop: AtCounter, other: PracticeZvt) -> None:
    said = shop.office.functions.status("front")
    assert (said["ready"], said["terminal_id"]) == (True, "28004869")
    tried = shop.office.try_out({**_ZVT, "settings": other.address})
    assert tried["ready"]
    assert [each["key"] for each in shop.office.terminals.listed()] == ["front"], "nothing is kept"
    assert shop.practice.charges.all() + other.charges.all() == []
    assert shop.office.attempts() == []


def test_a_terminal_that_does_not_answer_is_offline_until_it_does(
    shop: AtCounter, other: PracticeZvt
) -> None:
    with pytest.raises(Problem) as caught:
        shop.office.try_out({**_ZVT, "settings": {"host": "127.0.0.1", "port": "1"}})
    assert caught.value.code == "terminal_lost"
    shop.office.terminals.add({**_ZVT, "settings": {"host": "127.0.0.1", "port": "1"}}, ANNA)
    with pytest.raises(Problem):
        shop.office.functions.status("back")
    told = shop.office.terminals.one("back")
    assert told["state"] == "offline"
    assert told["error"] is not None
    assert told["error"]["code"] == "terminal_lost"
    shop.office.terminals.change("back", {"settings": other.address}, ANNA)
    assert shop.office.functions.status("back")["ready"]
    assert shop.office.terminals.one("back")["state"] == "ready"


def test_every_protocol_tells_its_settings() -> None:
    told = {each["name"]: each for each in protocols()}
    assert "zvt" in told
    assert {"name": "password", "kind": "secret"}.items() <= {
        name: value
        for each in told["zvt"]["settings"]
        if each["name"] == "password"
        for name, value in each.items()
        if name in {"name", "kind"}
    }.items()


def test_a_port_has_the_name_that_stays_and_says_who_uses_it(tmp_path: Path) -> None:
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    device = tmp_path / "ttyUSB0"
    device.touch()
    (by_id / "usb-Ingenico_1-port0").symlink_to(device)
    usb, plain = ListPortInfo(str(device)), ListPortInfo(str(tmp_path / "ttyS0"))
    usb.description, usb.manufacturer = "Terminal\x1b[2J", "Ingenico"
    common: dict[str, Any] = {"store": STORE, "name": "x", "protocol": "zvt", "currency": "EUR"}
    rows = [
        Terminal(
            **common,
            key="front",
            settings={"connection": "serial", "device": str(by_id / "usb-Ingenico_1-port0")},
        ),
        Terminal(**common, key="lan", settings={"connection": "tcp", "device": str(tmp_path / "ttyS0")}),
    ]
    assert serial_ports(rows, [usb, plain], by_id) == [
        {
            "device": str(by_id / "usb-Ingenico_1-port0"),
            "description": "Terminal [2J",
            "maker": "Ingenico",
            "used_by": "front",
        },
        {"device": str(tmp_path / "ttyS0"), "description": "", "maker": "", "used_by": None},
    ]
    assert serial_ports([], [], tmp_path / "none") == []


def test_a_key_is_shown_once_and_only_its_digest_kept(shop: AtCounter) -> None:
    made = shop.office.keys.add(STORE, "1", ANNA)
    till = shop.office.keys.till(made["secret"])
    assert (till.store, till.till, till.refunds) == (STORE, "1", False)
    assert made["secret"] not in str(shop.office.keys.listed())
    with shop.db.read() as session:
        row = session.get_one(TillKey, made["key"]["id"])
        assert made["secret"] not in str(row)
        assert row.last_used is not None
        assert made["secret"] not in str([entry.after for entry in audit.entries(session)])
    assert shop.office.keys.any_in_force()


def test_a_till_still_learns_what_it_took_when_nothing_can_be_written(shop: AtCounter) -> None:
    """A full disk must not keep a till from hearing that its customer has paid."""
    secret = shop.office.keys.add(STORE, "5", ANNA)["secret"]
    with shop.db.write() as session:
        full = "SELECT RAISE(FAIL, 'database or disk is full')"
        session.connection().exec_driver_sql(
            f"CREATE TRIGGER full BEFORE UPDATE ON till_key BEGIN {full}; END"
        )
    try:
        assert shop.office.keys.till(secret).till == "5"
    finally:
        with shop.db.write() as session:
            session.connection().exec_driver_sql("DROP TRIGGER full")


def test_a_revoked_or_unknown_key_opens_nothing(shop: AtCounter) -> None:
    made = shop.office.keys.add(STORE, "2", ANNA, refunds=True)
    gone = shop.office.keys.revoke(made["key"]["id"], ANNA)
    assert (gone["revoked_by"], shop.office.keys.revoke(gone["id"], ANNA)["revoked"]) == (
        "anna",
        gone["revoked"],
    )
    for secret in (made["secret"], "", "tbk_x", made["secret"].upper()):
        with pytest.raises(NotAllowed):
            shop.office.keys.till(secret)
    with pytest.raises(NotFound):
        shop.office.keys.revoke(4711, ANNA)


@pytest.mark.parametrize("till", ["", " ", "tillbook", "x" * 51])
def test_a_till_needs_a_name_of_its_own(shop: AtCounter, till: str) -> None:
    with pytest.raises(Refused):
        shop.office.keys.add(STORE, till, ANNA)
    assert all(key["till"] != till for key in shop.office.keys.listed(STORE)["keys"])
