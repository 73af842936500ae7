"""After a restore what was sent in part goes on once its receipts are here again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.accounting.ledger import NotSent, OutcomeUnknown
from services.store import connections
from services.store.database import open_database, run_migrations
from services.store.restoring.backup import back_up
from services.store.restoring.losses import compare
from services.store.restoring.restore import examine, put_back
from services.sync.backups import restored
from tests.sync.changing import live, numbers, policy, posted, resolve
from tests.sync.moments import MONDAY, at
from tests.sync.support import ANNA, DAY, MAPPING, STORE, Shop, account_sale, sale

NUMBER = f"POS-{STORE}-{DAY}"


@pytest.fixture
def saved(shop: Shop, tmp_path: Path) -> Callable[[], Path]:
    """Makes a backup, a minute before what follows."""

    def make() -> Path:
        folder = tmp_path / "kept"
        made = folder / back_up(shop.database, folder, shop.clock(), "1").file
        shop.clock.move(minutes=1)
        return made

    return make


def put_back_only(shop: Shop, backup: Path) -> None:
    shop.office.stop()
    shop.database.close()
    books = Path(shop.database.engine.url.database or "")
    put_back(examine(backup), books, compare(books, backup), ANNA, shop.clock())
    shop.office = shop.open_office()


def put_back_and_resume(shop: Shop, backup: Path) -> None:
    put_back_only(shop, backup)
    shop.office.resume(STORE, who=ANNA)
    shop.office.tick()


def awaited(shop: Shop) -> frozenset[tuple[str, date]]:
    with shop.database.read() as session:
        return restored.awaited(session)


def later(shop: Shop) -> None:
    for _ in range(4):
        shop.later(hours=12)


@pytest.mark.parametrize("call", ["pay", "create ACCREC"])
def test_what_was_half_sent_is_finished(shop: Shop, saved: Callable[[], Path], call: str) -> None:
    backup = saved()
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail(call, OutcomeUnknown("x", "y", "z"), count=99)
    if call != "pay":
        shop.ledger.fail("find ACCREC", NotSent("x", "y", "z"), count=99)
    shop.sync()
    assert shop.day().state == "unknown"
    shop.ledger.rules.clear()

    put_back_and_resume(shop, backup)
    later(shop)
    assert shop.day().state == "unknown"
    shop.take(sale(DAY, "1", "100.00"))
    later(shop)
    assert (shop.day().state, shop.day().why, awaited(shop)) == ("posted", None, frozenset())
    assert [(each.document.number, len(each.payments)) for each in live(shop)] == [(NUMBER, 2)]


def test_a_week_of_which_a_part_was_sent_goes_on(shop: Shop, saved: Callable[[], Path]) -> None:
    """Its takings wait for the end of the week, and not for ever."""
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="weekly", start=MONDAY, who=ANNA)
    backup = saved()
    records = [sale(MONDAY, "1", "100.00"), account_sale(MONDAY, "A", "50.00")]
    shop.take(*records)
    at(shop, MONDAY + timedelta(days=1), 9)
    assert numbers(shop) == [f"{STORE}-A"]

    put_back_and_resume(shop, backup)
    shop.take(records[0])
    shop.office.tick()
    assert [each["code"] for each in shop.day(MONDAY).why or ()] == ["records_awaited"]
    shop.take(records[1])
    at(shop, MONDAY + timedelta(days=7), 9)
    assert numbers(shop) == [f"{STORE}-A", f"POS-{STORE}-{MONDAY}"]
    assert (shop.day(MONDAY).state, awaited(shop)) == ("posted", frozenset())


@pytest.mark.parametrize("mended", [False, True])
def test_a_blocked_date_says_what_blocks_it(shop: Shop, saved: Callable[[], Path], *, mended: bool) -> None:
    """Not for ever that its receipts are missing, once they are here again."""
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency="weekly", start=MONDAY, who=ANNA)
    backup = saved()
    records = [account_sale(MONDAY, "A", "50.00"), sale(MONDAY, "1", "10.00", "toys")]
    shop.take(records[0])
    at(shop, MONDAY + timedelta(days=1), 9)
    shop.take(records[1])
    at(shop, MONDAY + timedelta(days=7), 9)
    assert (numbers(shop), shop.day(MONDAY).state) == ([f"{STORE}-A"], "blocked")
    before = [each["code"] for each in shop.day(MONDAY).why or ()]

    put_back_and_resume(shop, backup)
    assert [each["code"] for each in shop.day(MONDAY).why or ()] == ["records_awaited"]
    if mended:
        shop.map(categories={**MAPPING["categories"], "toys": "200"})
    shop.take(*records)
    later(shop)
    if not mended:
        row = shop.day(MONDAY)
        assert (row.state, [each["code"] for each in row.why or ()]) == ("blocked", before)
        shop.map(categories={**MAPPING["categories"], "toys": "200"})
        shop.sync(MONDAY)
    assert numbers(shop) == [f"{STORE}-A", f"POS-{STORE}-{MONDAY}"]
    shop.office.tick()
    assert (shop.day(MONDAY).state, shop.day(MONDAY).why, awaited(shop)) == ("posted", None, frozenset())


def test_once_a_person_decided_the_policy_of_the_store_acts_again(
    shop: Shop, saved: Callable[[], Path]
) -> None:
    backup = saved()
    posted(shop)
    put_back_and_resume(shop, backup)
    shop.take(sale(DAY, "1", "110.00"))
    shop.office.tick()
    assert resolve(shop, "resend")["possible"]
    later(shop)
    policy(shop, "delta")
    shop.take(sale(DAY, "1", "120.00"))
    later(shop)
    assert numbers(shop) == [f"{NUMBER}-r2", f"{NUMBER}-r2-d1"]
    assert (shop.day().state, awaited(shop)) == ("posted", frozenset())


def test_a_second_restore_waits_for_the_records_too(shop: Shop, saved: Callable[[], Path]) -> None:
    """Those of the backup would be taken for a change of what was sent."""
    posted(shop)
    backup = saved()
    shop.take(sale(DAY, "1", "120.00"))
    assert resolve(shop, "delta")["possible"]
    policy(shop, "delta")
    before = numbers(shop)
    put_back_and_resume(shop, backup)
    shop.clock.move(minutes=5)
    put_back_and_resume(shop, backup)
    policy(shop, "delta")
    later(shop)
    assert (numbers(shop), shop.day().state) == (before, "changed")
    shop.take(sale(DAY, "1", "120.00"))
    later(shop)
    assert (numbers(shop), shop.day().state, awaited(shop)) == (before, "posted", frozenset())


@pytest.mark.parametrize(
    "changed, state", [({"tenant": "tenant-2"}, "paused"), ({"state": "disconnected"}, "disconnected")]
)
def test_the_organisation_of_before_stays(
    shop: Shop, saved: Callable[[], Path], changed: dict[str, str], state: str
) -> None:
    """One that the store was changed from, or disconnected from, gets nothing more."""
    backup = saved()
    with shop.database.write() as session:
        row = connections.get_connection(session, STORE)
        assert row is not None
        row.sqlmodel_update(changed)
        session.add(row)
        tenant = row.tenant
    put_back_only(shop, backup)
    assert (shop.connection().tenant, shop.connection().state) == (tenant, state)


@pytest.mark.parametrize("revision", ["0001", "0002", "0004", "0006"])
def test_books_of_an_older_tillbook_are_replaced(tmp_path: Path, revision: str) -> None:
    """As after an upgrade that was not started once: their tables lack columns."""
    books, backup = tmp_path / "books.db", tmp_path / "backup.db"
    for path, made in ((books, revision), (backup, "head")):
        database = open_database(f"sqlite:///{path}")
        run_migrations(database, made)
        if path == books:
            with database.write() as session:
                session.connection().exec_driver_sql(_DOCUMENT)
        database.close()
    put_back(examine(backup, without_manifest=True), books, compare(books, backup), ANNA, datetime.now(UTC))
    database = open_database(f"sqlite:///{books}")
    with database.read() as session:
        found = session.connection().exec_driver_sql("SELECT number, state FROM document").all()
    database.close()
    assert [tuple(row) for row in found] == [("N-1", "posted")]


_DOCUMENT = (
    "INSERT INTO document (store, business_date, key, kind, number, shape, tenant, mapping_version, body,"
    " digest, total, state, remote_id, created, changed, revision, withdrawn) VALUES ('s', '2026-11-19',"
    " 'sales', 'ACCREC', 'N-1', 'invoice', 't', 1, '{}', 'd', 100, 'posted', 'r',"
    " '2026-11-19 00:00:00.000000', '2026-11-19 00:00:00.000000', 1, 0)"
)
