"""Card terminals over the socket: by whom, and with whose name."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from console.client import Client
from services.contract.problem import NotAllowed, NotFound, Refused
from services.store import audit
from services.store.database import migrate, open_database
from tests.api.fakes import Running, running
from tests.terminals.kit.at_counter import STORE, AtCounter, at_counter
from tests.terminals.kit.receipts import receipt, take_in


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtCounter]:
    template = tmp_path_factory.mktemp("routes") / "tillbook.db"
    database = open_database(f"sqlite:///{template}")
    migrate(database)
    database.close()
    with at_counter(template) as made:
        yield made


@pytest.fixture
def run(shop: AtCounter, tmp_path: Path) -> Iterator[Running]:
    """A service whose terminals are real, called by a manager."""
    with running(tmp_path) as service:
        service.office.terminals = shop.office
        yield service


@pytest.fixture
def client(run: Running) -> Iterator[Client]:
    with run.client(60) as made:
        yield made


def test_a_person_takes_a_payment_and_gives_it_back(client: Client, shop: AtCounter) -> None:
    paid = client.pay("front", reference="a-1", amount="12.50", wait=30)
    assert (paid["payment"]["state"], paid["payment"]["till"]) == ("approved", "tillbook")
    assert client.payment("front", "a-1", till="tillbook")["payment"] == paid["payment"]
    assert client.card_payment(paid["payment"]["id"]) == paid["payment"]
    back = client.refund("front", reference="a-2", amount="2.00", original=paid["payment"]["id"], wait=30)
    assert back["payment"]["state"] == "approved"
    listed = client.card_payments(store=STORE, terminal="front", state="approved", limit=2)["payments"]
    assert [each["reference"] for each in listed] == ["a-2", "a-1"]
    assert client.card_payments(before=listed[-1]["id"])["payments"] == []
    with shop.db.read() as session:
        asked = [entry for entry in audit.entries(session) if entry.action == "ask_terminal"]
    assert {entry.who for entry in asked} == {"anna"}


def test_a_terminal_is_tried_added_changed_and_removed(client: Client) -> None:
    assert "zvt" in [each["name"] for each in client.terminal_protocols()["protocols"]]
    details = {"store": STORE, "protocol": "zvt", "settings": {"host": "127.0.0.1", "port": "1"}}
    with pytest.raises(Refused):
        client.add_terminal("back", **{**details, "settings": {"colour": "red"}})
    added = client.add_terminal("back", **details, secrets={"password": "314159"})
    assert (added["secrets"], added["state"]) == (["password"], "ready")
    changed = client.set_terminal("back", name="Bar", settings={"port": "2"}, enabled=False)
    assert (changed["name"], changed["settings"]["port"], changed["state"]) == ("Bar", "2", "off")
    assert "password" not in client.set_terminal("back", secrets={"password": None})["secrets"]
    assert [each["key"] for each in client.terminals(STORE)["terminals"]] == ["back", "front"]
    client.remove_terminal("back")
    with pytest.raises(NotFound):
        client.terminal("back")
    assert isinstance(client.terminal_ports()["ports"], list)
    assert client.test_terminal("front")["ready"]
    assert client.terminal_status("front")["terminal"] == "front"
    assert "314159" not in str(client.terminals())


def test_the_end_of_a_day_over_the_socket(client: Client, shop: AtCounter) -> None:
    before = client.terminal_totals("front")["amount"] or "0.00"
    number = client.pay("front", reference="b-1", amount="7.00", wait=30)["payment"]["id"]
    take_in(shop, receipt("B-1", "9.99", "2026-11-20T11:05:00+01:00"))
    left = client.unmatched(STORE)
    assert number in [each["id"] for each in left["payments"]]
    joined = client.match_payment(STORE, payment=number, register="1", receipt="B-1", note="typed wrong")
    assert (joined["rule"], joined["by"]) == ("person", "anna")
    assert client.unmatch(STORE, joined["id"])["id"] == joined["id"]
    client.dismiss(STORE, note="other terminal", register="1", receipt="B-1", position=1)
    assert client.matches(STORE)["matches"][0]["note"] == "other terminal"
    settled = client.settle_terminal("front", "2026-11-20")
    assert Decimal(settled["amount"] or 0) == Decimal(before) + 7
    assert [each["closes"] for each in client.settlements("front", limit=2)["settlements"]] == [True, False]
    made = client.add_payout(STORE, business_date="2026-11-20", amount="6.90", fee="0.10")
    assert client.payouts(STORE)["payouts"] == [made]
    (day,) = client.card_agreement(STORE, first="2026-11-20", last="2026-11-20")["days"]
    assert (day["received"], day["fees"]) == ("6.90", "0.10")
    assert client.remove_payout(STORE, made["id"])["id"] == made["id"]
    assert client.resolve_terminal("front")["payments"] == []
    assert client.reprint("front")["terminal"] == "front"


def test_keys_over_the_socket(client: Client) -> None:
    made = client.add_till_key(STORE, "1", refunds=True)
    assert made["secret"].startswith(made["key"]["begins"])
    assert client.till_keys(STORE)["keys"][0]["id"] == made["key"]["id"]
    assert client.revoke_till_key(made["key"]["id"])["revoked_by"] == "anna"


def test_nothing_to_abort_or_answer_is_said(client: Client) -> None:
    assert client.abort_payment("front") == {"done": False, "by": "anna"}
    assert client.answer_terminal("front", "yes") == {"done": False, "by": "anna"}
    with pytest.raises(Refused):
        client.decide_payment(client.card_payments()["payments"][0]["id"], "approved", "no reason")


@pytest.mark.parametrize("role", ["viewer", "staff", "support"])
def test_what_a_role_may_not_do_moves_nothing(run: Running, shop: AtCounter, role: str) -> None:
    run.callers.be(2000, "bo", f"tillbook-{role}")
    charges = len(shop.practice.charges.all())
    with run.client() as client:
        with pytest.raises(NotAllowed):
            client.refund("front", reference="x-1", amount="1.00")
        with pytest.raises(NotAllowed):
            client.decide_payment(1, "approved", "because")
        with pytest.raises(NotAllowed):
            client.add_till_key(STORE, "9")
        if role == "viewer":
            with pytest.raises(NotAllowed):
                client.pay("front", reference="x-2", amount="1.00")
        assert client.terminals()["terminals"]
    assert len(shop.practice.charges.all()) == charges
