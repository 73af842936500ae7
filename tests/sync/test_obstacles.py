"""What keeps a day from being sent: cause, next step, gone when mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from services.contract.problem import Refused
from tests.sync.support import ANNA, DAY, STORE, Shop, all_posted, refund, sale, states


def account(shop: Shop, code: str) -> dict[str, object]:
    return next(row for row in shop.ledger.rows["accounts"] if row["Code"] == code)


def rate(shop: Shop, tax_type: str) -> dict[str, object]:
    return next(row for row in shop.ledger.rows["tax_rates"] if row["TaxType"] == tax_type)


def blocked_with(shop: Shop, code: str) -> None:
    """Check that the day is blocked for a reason that says what, why, next."""
    (day,) = shop.sync()
    assert day["state"] == "blocked"
    finding = next(finding for finding in day["blocked"] if finding["code"] == code)
    assert all(finding[part] for part in ("what", "why", "next"))
    assert not shop.ledger.writes()
    assert not shop.day().queued


def test_an_unmapped_category_blocks_by_name(shop: Shop) -> None:
    shop.map(categories={"hardware": "201"})
    shop.take(sale(DAY, "1", "100.00"))
    blocked_with(shop, "unmapped_category")
    assert "grocery" in shop.state()[0]["blocked"][0]["what"]
    shop.map()
    assert all_posted(shop.sync())


@pytest.mark.parametrize(
    "row_of,changes,code",
    [
        (lambda shop: account(shop, "200"), {"Status": "ARCHIVED"}, "account_archived"),
        (
            lambda shop: shop.ledger.rows["organisation"][0],
            {"PeriodLockDate": "/Date(1795996800000+0000)/"},
            "period_locked",
        ),
        (lambda shop: rate(shop, "OUTPUT2"), {"CanApplyToRevenue": False}, "tax_not_for_account"),
        (
            lambda shop: account(shop, "611"),
            {"EnablePaymentsToAccount": False},
            "account_takes_no_payments",
        ),
    ],
    ids=["archived account", "locked period", "tax type not for it", "account without payments"],
)
def test_what_was_changed_at_the_ledger_blocks_until_it_is_undone(
    shop: Shop, row_of: Callable[[Shop], dict[str, object]], changes: dict[str, object], code: str
) -> None:
    row = row_of(shop)
    before = dict(row)
    row.update(changes)
    shop.take(sale(DAY, "1", "100.00"))
    blocked_with(shop, code)
    row.clear()
    row.update(before)
    shop.clock.move(minutes=2)
    assert all_posted(shop.sync())


def test_an_archived_contact_blocks_until_it_is_restored(shop: Shop) -> None:
    from dataclasses import replace

    from services.accounting.ledger import RemoteContact

    name = "POS Sales - Queen St"
    archived = RemoteContact("contact-0", name, active=False)
    shop.ledger.contacts[name.casefold()] = archived
    shop.take(sale(DAY, "1", "100.00"))
    blocked_with(shop, "contact_archived")
    shop.ledger.contacts[name.casefold()] = replace(archived, active=True)
    assert all_posted(shop.sync())
    assert "create_contacts" not in shop.ledger.calls


def test_a_net_negative_day_goes_through(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "69.00"), refund(DAY, "2", "-402.50"))
    assert all_posted(shop.sync())


def test_a_shape_that_cannot_hold_the_day_blocks_and_says_which_can(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "69.00"), refund(DAY, "2", "-402.50"))
    preview = shop.office.preview(STORE, DAY, shape="net_invoice")
    assert preview["documents"] == []
    assert preview["blocked"][0]["code"] == "shape_cannot_hold"


def test_a_shop_without_a_connection_sends_nothing(new_shop: Shop) -> None:
    new_shop.map()
    new_shop.take(sale(DAY, "1", "100.00"))
    (day,) = new_shop.sync()
    assert day["state"] == "waiting"
    assert day["blocked"][0]["code"] == "not_connected"
    assert day["documents"][0]["total"] == "100.00"
    assert not new_shop.ledger.calls
    new_shop.connect()
    new_shop.office.tick()
    assert not new_shop.ledger.calls, "nothing from before the connection is sent unasked"


def test_what_was_asked_for_before_the_connection_goes_with_the_schedule(new_shop: Shop) -> None:
    new_shop.map()
    new_shop.office.set_schedule(STORE, frequency="daily", start=DAY, who=ANNA)
    new_shop.take(sale(DAY, "1", "100.00"))
    (day,) = new_shop.sync()
    assert (day["state"], day["blocked"][0]["code"]) == ("waiting", "not_connected")
    new_shop.connect()
    assert new_shop.state()[0]["blocked"] == []
    for _ in range(2):
        new_shop.later(hours=12)
    assert all_posted(new_shop.state())
    assert len(new_shop.ledger.documents) == 1


def test_a_preview_before_the_first_read_is_complete(new_shop: Shop) -> None:
    new_shop.map()
    new_shop.take(sale(DAY, "1", "100.00"))
    preview = new_shop.office.preview(STORE, DAY)
    assert [finding["code"] for finding in preview["blocked"]] == ["not_connected"]
    assert preview["documents"][0]["total_tax"] == "13.04"
    assert preview["proof"]
    assert all(check["holds"] for check in preview["proof"])


def test_a_paused_shop_starts_nothing_and_counts_what_waits(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.office.pause(STORE, reason="stock-take", who=ANNA)
    (day,) = shop.sync()
    assert day["state"] == "waiting"
    assert "anna paused it: stock-take." in day["blocked"][0]["why"]
    shop.later(days=1)
    assert not shop.ledger.calls
    answer = shop.office.resume(STORE, who=ANNA)
    assert answer["state"] == "connected"
    assert all_posted(shop.state())


def test_a_pause_ends_by_itself(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    until = shop.clock() + timedelta(hours=2)
    assert shop.office.pause(STORE, reason="move", until=until, who=ANNA)["until"] == until.isoformat()
    shop.sync()
    shop.later(hours=1)
    assert states(shop.state()) == ["waiting"]
    shop.later(hours=1)
    assert all_posted(shop.state())


def test_a_pause_needs_a_reason_and_a_time_to_come(shop: Shop) -> None:
    with pytest.raises(Refused, match="reason"):
        shop.office.pause(STORE, reason=" ", who=ANNA)
    with pytest.raises(Refused, match="over already"):
        shop.office.pause(STORE, reason="x", until=shop.clock(), who=ANNA)
    with pytest.raises(Refused, match="not paused"):
        shop.office.resume(STORE, who=ANNA)


def test_disconnecting_keeps_everything_and_sends_nothing_more(shop: Shop) -> None:
    dates = shop.take_days(2, DAY)
    shop.sync()
    before = shop.office.disconnect(STORE, dry_run=True, who=ANNA)
    assert before["waiting"] == {"days": 1, "amount": "100.00"}
    assert shop.ledgers.disconnected == []
    assert shop.office.disconnect(STORE, who=ANNA)["state"] == "disconnected"
    assert shop.ledgers.disconnected == ["connection-1"]
    calls = len(shop.ledger.calls)
    (day,) = shop.sync(dates[1])
    assert day["state"] == "waiting"
    assert "Queen St" in day["blocked"][0]["what"]
    assert all_posted(shop.state(dates[0]))
    assert len(shop.ledger.calls) == calls
    shop.office.choose_organisation(STORE, who=ANNA)
    assert all_posted(shop.state(DAY, dates[1]))


def test_documents_stay_with_their_organisation(shop: Shop) -> None:
    from services.accounting.ledger import NotSent

    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", NotSent("No network.", "", ""), count=None)
    shop.sync()
    shop.ledger.rules.clear()
    writes = len(shop.ledger.writes())
    shop.connect("tenant-2", "Another Ltd")
    (day,) = shop.sync()
    assert day["state"] == "waiting"
    assert day["blocked"][0]["code"] == "organisation_gone"
    assert "Queen St" in day["blocked"][0]["what"]
    assert len(shop.ledger.writes()) == writes
    shop.office.choose_organisation(STORE, who=ANNA)
    assert all_posted(shop.state())


def test_a_full_disk_stops_loudly_and_loses_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    full = OperationalError("INSERT", {}, OSError("database or disk is full"))

    def fill() -> None:
        def write(_: object) -> None:
            raise full

        monkeypatch.setattr(type(shop.database), "write", write)

    shop.ledger.on("create ACCREC", fill, after=True)
    with pytest.raises(OperationalError):
        shop.sync()
    (store,) = shop.office.status()["stores"]
    (integration,) = store["integrations"]
    assert integration["state"] == "error"
    assert integration["error"] is not None
    assert "cannot be written" in integration["error"]["what"]
    assert "disk is full" in integration["error"]["why"]
    monkeypatch.undo()
    shop.later(minutes=6)
    assert all_posted(shop.state())
    assert len(shop.ledger.live()) == 1
    assert shop.office.status()["stores"][0]["integrations"][0]["state"] == "connected"
