"""Disconnecting: sealed, ended at Xero, proven; then going on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.contract.integration import DisconnectionAnswer
from services.contract.people import Person
from services.sandbox.xero import AU_TENANT, NZ_TENANT, PKCE_CLIENT, Fault, PracticeXero
from services.store import stores
from services.store.database import Database
from services.sync.links.disconnecting import Disconnecting
from tests.sync.fakes import TENANT
from tests.sync.practice import NZ_NAME, PracticeShop, days, kept
from tests.sync.provoking import is_whole
from tests.sync.support import ANNA, DAY, MAPPING, STORE, Shop, all_posted, replaced, sale, states

_OTHER = "second-st"
_ENDING: dict[str, Any] = {"method": "DELETE", "path": "(?i)/connections/"}


def receipt(shop: Shop, store: str = STORE) -> DisconnectionAnswer:
    """Return the receipt as the status tells it."""
    answer = next(each for each in shop.office.status()["stores"] if each["key"] == store)
    found = answer["integrations"][0].get("disconnection")
    assert found is not None
    return found


def problems(shop: Shop) -> list[Any]:
    """Return what the status warns of."""
    return list(shop.office.status()["stores"][0]["integrations"][0].get("warnings") or [])


def codes_of_a_failed_end(practice: PracticeShop, code: str) -> list[str]:
    """Have an end at Xero fail in a known way; return the codes that are told."""
    practice.ready()
    if code == "still_connected":
        # It says that it ended it, and did not.
        practice.xero.faults.add(Fault(**_ENDING, status=204))
    else:
        kept(practice).clear()
    practice.office.disconnect(STORE, who=ANNA)
    assert receipt(practice)["state"] == "pending"
    return [one.get("code", "") for one in problems(practice) if is_whole(one)]


def test_what_stays_unsent_is_shown_first_and_changes_nothing(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    dates = days(practice, 3)
    assert all_posted(practice.sync(dates[0]))
    calls = len(xero.calls)
    answer = practice.office.disconnect(STORE, dry_run=True, who=ANNA)
    shown = answer["disconnection"]
    assert shown is not None
    assert (shown["state"], shown["days"], shown["amount"]) == ("forecast", 2, "200.00")
    assert shown["dates"] == [day.isoformat() for day in dates[1:]]
    assert answer["waiting"] == {"days": 2, "amount": "200.00"}
    assert answer["state"] == "connected"
    assert len(xero.calls) == calls


def test_the_end_is_proven_by_a_refused_call(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 2)
    assert all_posted(practice.sync(dates[0]))
    xero.calls.clear()
    practice.office.disconnect(STORE, who=ANNA)
    assert [(call.method, call.status) for call in xero.calls] == [("DELETE", 204), ("GET", 403)]
    found = receipt(practice)
    assert (found["state"], found["by"], found["days"]) == ("ended", "anna", 1)
    assert found["proof"] is not None
    assert (found["proof"]["call"], found["proof"]["status"]) == ("GET Organisation", 403)
    assert "AuthenticationUnsuccessful" in found["proof"]["said"]
    assert found["removed"] == found["proof"]["at"] == practice.clock().isoformat()
    proven, ended = practice.office.audit()["entries"][:2]
    assert (proven["action"], ended["action"]) == ("prove_disconnection", "disconnect")
    assert proven["after"] is not None
    assert proven["after"]["proof"] == {**found["proof"], "status": "403"}
    assert kept(practice) == {}
    calls = len(xero.calls)
    practice.later(days=3)
    assert len(xero.calls) == calls, "nothing is called after the end"
    assert all_posted(practice.state(dates[0])), "history stays"
    # Asked again, it shows the same receipt and calls nobody.
    assert practice.office.disconnect(STORE, who=ANNA)["disconnection"] == found
    assert len(xero.calls) == calls


def test_reconnecting_sends_exactly_the_gap_in_order(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 5)
    practice.office.set_schedule(STORE, frequency="daily", start=dates[0], who=ANNA)
    assert all_posted(practice.sync(dates[0], dates[1]))
    before = {each.uid: each.updated for each in xero.book(NZ_TENANT).documents.values()}
    practice.office.disconnect(STORE, who=ANNA)
    # Three days close while it is disconnected; what is new of them comes in out of order.
    for number, day in reversed(list(enumerate(dates[2:]))):
        practice.take(sale(day, f"LATE-{number}", "11.50"))
        practice.later(hours=1)
    practice.sync(dates[3])  # asked for by a person, and yet it goes in its place
    assert states(practice.state(dates[2], dates[4])) == ["waiting"] * 3
    xero.calls.clear()
    assert practice.connect_by_paste() == "done"
    assert all_posted(practice.state(dates[0], dates[4]))
    writes = [call for call in xero.calls if call.method == "PUT"]
    assert [call.path.rpartition("/")[2] for call in writes[:1]] == ["Invoices"]
    invoices = json.loads(writes[0].body)["Invoices"]
    assert [each["InvoiceNumber"] for each in invoices] == [f"POS-queen-st-{day}" for day in dates[2:]]
    book = xero.book(NZ_TENANT).documents.values()
    assert {each.uid: each.updated for each in book if each.uid in before} == before
    assert len({each.number for each in book}) == len(book)


def test_another_organisation_never_receives_what_is_sealed(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    dates = days(practice, 3)
    assert all_posted(practice.sync(dates[0]))
    practice.office.disconnect(STORE, who=ANNA)
    _move_to_australia(practice)
    later = practice.clock().date() - timedelta(days=1)
    practice.take(sale(later, "NEW", "23.00"))
    answers = practice.sync(dates[1], dates[2])
    assert states(answers) == ["waiting", "waiting"]
    for answer in answers:
        assert NZ_NAME in answer["blocked"][0]["what"]
        assert answer["blocked"][0].get("class") == "person"
    assert not xero.book(AU_TENANT).documents
    practice.later(days=2)
    assert not xero.book(AU_TENANT).documents
    practice.sync(later)
    assert [each.number for each in xero.book(AU_TENANT).documents.values()] == [f"POS-queen-st-{later}"]
    # Back at the organisation they belong to, they are sent; what is the other one's is not.
    practice.office.disconnect(STORE, who=ANNA)
    _move_back(practice)
    assert all_posted(practice.state(dates[0], dates[2]))
    numbers = {each.number for each in xero.book(NZ_TENANT).documents.values()}
    assert f"POS-queen-st-{dates[2]}" in numbers
    assert f"POS-queen-st-{later}" not in numbers


def test_what_is_asked_for_while_disconnected_waits_for_the_same_organisation(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    dates = days(practice, 2)
    assert all_posted(practice.sync(dates[0]))
    practice.office.disconnect(STORE, who=ANNA)
    new = practice.clock().date() - timedelta(days=1)
    practice.take(sale(new, "NEW", "23.00"))
    practice.sync(new)
    _move_to_australia(practice)
    assert states(practice.sync(new)) == ["waiting"]
    assert not xero.book(AU_TENANT).documents


def test_a_wrong_organisation_that_got_nothing_gives_its_days_up_when_told(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    dates = days(practice, 2)
    practice.office.disconnect(STORE, who=ANNA)
    assert receipt(practice)["days"] == 2
    _move_to_australia(practice)
    assert states(practice.sync(dates[0], dates[1])) == ["waiting", "waiting"]
    assert not xero.book(AU_TENANT).documents
    name = xero.book(AU_TENANT).organisation.name
    practice.office.choose_organisation(STORE, tenant=AU_TENANT, confirm=name, take_over=True, who=ANNA)
    practice.sync(dates[0], dates[1])
    assert len(xero.book(AU_TENANT).documents) == 3


def test_one_that_got_something_never_does(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 2)
    assert all_posted(practice.sync(dates[0]))
    practice.office.disconnect(STORE, who=ANNA)
    _move_to_australia(practice)
    name = xero.book(AU_TENANT).organisation.name
    practice.office.choose_organisation(STORE, tenant=AU_TENANT, confirm=name, take_over=True, who=ANNA)
    assert states(practice.sync(dates[1])) == ["waiting"]
    assert not xero.book(AU_TENANT).documents


def _move_to_australia(practice: PracticeShop) -> None:
    """Connect the shop to another organisation, which is made to fit."""
    with practice.database.write() as session:
        store = stores.get_store(session, STORE)
        store.country, store.currency = "AU", "NZD"
        session.add(store)
    practice.xero.book(AU_TENANT).organisation.currency = "NZD"
    consent = practice.office.begin_consent(STORE, client_id=PKCE_CLIENT, who=ANNA)
    address = practice.allow(consent["address"], AU_TENANT)
    assert practice.office.paste(STORE, address, who=ANNA)["state"] == "done"
    name = practice.xero.book(AU_TENANT).organisation.name
    practice.office.choose_organisation(STORE, tenant=AU_TENANT, confirm=name, who=ANNA)
    practice.map(tax_codes={"GST15": "OUTPUT", "GST0": "BASEXCLUDED"})


def _move_back(practice: PracticeShop) -> None:
    with practice.database.write() as session:
        store = stores.get_store(session, STORE)
        store.country, store.currency = "NZ", "NZD"
        session.add(store)
    practice.connect_by_paste()
    practice.office.choose_organisation(STORE, tenant=NZ_TENANT, who=ANNA)
    practice.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    practice.office.sync(STORE, who=ANNA)


@pytest.mark.parametrize(
    "fault",
    [{"drop": True}, {"status": 503}, {"status": 429, "headers": {"Retry-After": "30"}}],
    ids=["broken", "unavailable", "limited"],
)
def test_when_xero_cannot_be_reached_it_is_finished_later(
    practice: PracticeShop, xero: PracticeXero, fault: dict[str, Any]
) -> None:
    practice.ready()
    dates = days(practice, 2)
    assert all_posted(practice.sync(dates[0]))
    xero.faults.add(Fault(**_ENDING, **fault, count=None))
    answer = practice.office.disconnect(STORE, who=ANNA)
    assert answer["state"] == "disconnected"
    found = receipt(practice)
    assert (found["state"], found["proof"]) == ("pending", None)
    assert found["next_try"] is not None
    assert problems(practice)[0]["next"]
    assert states(practice.sync(dates[1])) == ["waiting"], "nothing is sent meanwhile"
    assert kept(practice), "the permission is kept until the end is proven"
    practice.later(minutes=3)
    assert receipt(practice)["state"] == "pending"
    xero.faults.clear()
    practice.later(hours=1)
    assert receipt(practice)["state"] == "ended"
    assert problems(practice) == []
    assert practice.office.audit()["entries"][0]["who"] == "Tillbook"
    assert kept(practice) == {}


def test_a_person_may_finish_it_at_once(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    xero.faults.add(Fault(**_ENDING, drop=True))
    practice.office.disconnect(STORE, who=ANNA)
    assert receipt(practice)["state"] == "pending"
    assert practice.office.disconnect(STORE, who=ANNA)["disconnection"] is not None
    assert receipt(practice)["state"] == "ended"
    assert practice.office.audit()["entries"][0]["who"] == "anna"


def test_the_answer_of_the_end_may_be_lost(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    xero.faults.add(Fault(**_ENDING, drop=True, when="after"))
    practice.office.disconnect(STORE, who=ANNA)
    practice.later(hours=1)
    found = receipt(practice)
    assert found["state"] == "ended"
    assert found["proof"] is not None


def test_a_process_that_dies_while_it_disconnects_goes_on(
    practice: PracticeShop, xero: PracticeXero, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.ready()
    dates = days(practice, 1)
    monkeypatch.setattr(Disconnecting, "_finish", lambda *_: None)
    practice.office.disconnect(STORE, who=ANNA)
    monkeypatch.undo()
    assert practice.connection().state == "disconnected"
    assert states(practice.sync(dates[0])) == ["waiting"], "sealed before Xero is asked"
    practice.use_again()
    practice.later(minutes=4)
    assert receipt(practice)["state"] == "ended"
    assert xero.calls.of(method="DELETE", path="(?i)/connections/")


def test_connecting_again_before_it_ended_keeps_the_connection(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    (day,) = days(practice, 1)
    xero.faults.add(Fault(**_ENDING, drop=True, count=None))
    practice.office.disconnect(STORE, who=ANNA)
    xero.faults.clear()
    assert practice.connect_by_paste() == "done"
    practice.later(hours=2)
    assert practice.connection().state == "connected"
    assert not [call for call in xero.calls.of(method="DELETE", path="(?i)/connections/") if call.status]
    assert all_posted(practice.sync(day))


def _second_store(practice: PracticeShop) -> None:
    """Connect another store with the same app, user and organisation."""
    with practice.database.write() as session:
        details = {"key": _OTHER, "name": NZ_NAME, "country": "NZ", "currency": "NZD"}
        stores.add_store(session, {**details, "timezone": "Pacific/Auckland"}, practice.clock())
    consent = practice.office.begin_consent(_OTHER, client_id=PKCE_CLIENT, who=ANNA)
    practice.office.paste(_OTHER, practice.allow(consent["address"]), who=ANNA)
    practice.office.choose_organisation(_OTHER, who=ANNA)
    practice.office.save_mapping(
        _OTHER,
        {**MAPPING, "store": _OTHER, "tax_codes": {"GST15": "OUTPUT2", "GST0": "NONE"}},
        who=ANNA,
    )


def test_a_connection_that_another_store_uses_stays_until_the_last_one_leaves(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    practice.ready()
    _second_store(practice)
    shown = practice.office.disconnect(STORE, dry_run=True, who=ANNA)["disconnection"]
    assert shown is not None
    assert shown["shared_with"] == [_OTHER]
    practice.office.disconnect(STORE, who=ANNA)
    assert (receipt(practice)["state"], receipt(practice)["shared_with"]) == ("shared", [_OTHER])
    assert not xero.calls.of(method="DELETE", path="(?i)/connections/")
    assert not any(name.startswith(f"xero:{STORE}:") for name in kept(practice))
    day = practice.clock().date() - timedelta(days=2)
    practice.take({**sale(day, "X", "10.00"), "store": _OTHER})
    practice.office.sync(_OTHER, first=day, last=day, who=ANNA)
    (answer,) = practice.office.sync_state(_OTHER, first=day, last=day)["days"]
    assert answer["state"] == "posted", answer
    practice.office.disconnect(_OTHER, who=ANNA)
    assert receipt(practice, _OTHER)["state"] == "ended"
    assert len(xero.calls.of(method="DELETE", path="(?i)/connections/")) == 1


def test_disconnecting_in_the_middle_finishes_what_is_begun(shop: Shop) -> None:
    shop.pace = replaced(shop.pace, batch=1, disconnect_waits=0.0)
    shop.office = shop.open_office()
    dates = shop.take_days(3, DAY)
    shop.ledger.on("create ACCREC", lambda: shop.office.disconnect(STORE, who=ANNA))
    shop.office.sync(STORE, first=dates[0], last=dates[2], who=ANNA)
    (held,) = shop.ledger.live()
    assert len(held.payments) == 2
    assert states(shop.state(dates[0], dates[2])).count("posted") <= 1
    assert shop.ledger.calls.count("create ACCREC") == 1


def test_an_end_in_xero_is_noted_with_what_it_leaves(practice: PracticeShop, xero: PracticeXero) -> None:
    practice.ready()
    dates = days(practice, 2)
    practice.sync(dates[0])
    xero.configure(NZ_TENANT, revoke_connection=True)
    practice.sync(dates[1])
    found = receipt(practice)
    assert (found["state"], found["by"], found["dates"]) == ("gone", "Xero", [dates[1].isoformat()])
    assert problems(practice) == [], "it is told as the link's problem, and once"


def test_postgresql_keeps_receipt_and_seal(postgres_database: Database, tmp_path: Path) -> None:
    shop = Shop(postgres_database, tmp_path / "home").set_up()
    dates = shop.take_days(3, DAY)
    assert all_posted(shop.sync(dates[0]))
    shop.office.disconnect(STORE, who=ANNA)
    assert receipt(shop)["dates"] == [day.isoformat() for day in dates[1:]]
    assert [shop.day(day).tenant for day in dates] == [None, TENANT, TENANT]
    shop.connect("tenant-2", "Another Ltd")
    assert states(shop.sync(dates[1], dates[2])) == ["waiting", "waiting"]
    shop.office.choose_organisation(STORE, tenant=TENANT, who=ANNA)
    assert all_posted(shop.state(dates[0], dates[2]))


def test_who_ends_it_is_written_down(shop: Shop) -> None:
    carl = Person("carl", 1002, frozenset({"manager"}))
    shop.office.disconnect(STORE, who=carl)
    assert receipt(shop)["by"] == "carl"
