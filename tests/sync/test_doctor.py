"""The doctor over a store's tables and a ledger that may not answer."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from services.accounting.ledger import AuthorisationLost, CallRefused, NotSent
from services.books.documents import DocumentKind
from services.contract.support import DoctorFinding
from services.store import days, stores
from services.store.tables import Backup, Machine
from services.sync.doctor import notes, upkeep
from services.sync.doctor.store import Fresh, StoreExamination
from tests.sync.support import ANNA, DAY, STORE, Shop, sale

_VERSION = "0.1.0"


def _examined(shop: Shop) -> dict[str, DoctorFinding]:
    """Return what is found of the shop's store, by code."""
    with shop.database.read() as session:
        row = stores.get_store(session, STORE)
    read: dict[str, Fresh] = {}
    found = list(StoreExamination(shop.tools, row, read).notes())
    return {each["code"]: each for each in notes.answer(found, shop.clock(), _VERSION)["findings"]}


def test_a_day_that_waits_and_nothing_in_its_way(shop: Shop) -> None:
    shop.take(sale(DAY, "A-1", "23.00"))
    found = _examined(shop)
    assert {each["severity"] for each in found.values()} == {"fine", "warns"}
    assert [code for code, each in found.items() if each["severity"] == "warns"] == ["manual"]
    assert shop.ledger.writes() == []


def test_what_the_ledger_says_now_counts_and_is_not_kept(shop: Shop) -> None:
    shop.take(sale(DAY, "A-1", "23.00"))
    shop.office.refresh_reference(STORE, who=ANNA)
    kept = shop.office.reference(STORE, "accounts")
    rows = shop.ledger.rows["accounts"]
    shop.ledger.rows["accounts"] = [
        {**row, "Status": "ARCHIVED"} if row.get("Code") == "200" else row for row in rows
    ]
    found = _examined(shop)
    assert found["account_archived"]["severity"] == "stops"
    assert found["account_archived"]["dates"] == [DAY.isoformat()]
    assert shop.office.reference(STORE, "accounts") == kept


def test_no_read_of_the_tables_is_open_while_the_ledger_is_asked(shop: Shop) -> None:
    """Calls are counted in the tables: an open read would hold that up."""
    shop.take(sale(DAY, "A-1", "23.00"))
    open_reads: list[str] = []
    status = shop.database.engine.pool.status
    before = status()
    shop.ledger.on("", lambda: open_reads.append(status()), count=None)
    _examined(shop)
    assert len(open_reads) > 6
    assert set(open_reads) == {before}


@pytest.mark.parametrize(
    "failure",
    [
        NotSent("Xero cannot be reached.", "y", "n"),
        AuthorisationLost("This connection was ended in Xero.", "y", "n", code="connection_gone"),
        CallRefused("Tillbook may not do this in Xero.", "y", "n", code="right_missing"),
    ],
    ids=["no network", "connection gone", "right missing"],
)
def test_a_ledger_that_cannot_be_read_stops_and_the_rest_is_still_judged(
    shop: Shop, failure: NotSent | AuthorisationLost | CallRefused
) -> None:
    shop.take(sale(DAY, "A-1", "23.00", "bouquets"))
    shop.ledger.fail("reference", failure, count=None)
    found = _examined(shop)
    assert found[failure.code]["severity"] == "stops"
    assert found["unmapped_category"]["severity"] == "stops"


def test_a_pause_with_an_end_is_to_know_and_one_without_stops(shop: Shop) -> None:
    shop.take(sale(DAY, "A-1", "23.00"))
    until = shop.clock() + timedelta(hours=2)
    shop.office.pause(STORE, reason="stocktake", until=until, who=ANNA)
    assert _examined(shop)["paused"]["severity"] == "warns"
    shop.office.resume(STORE, who=ANNA)
    shop.office.pause(STORE, reason="stocktake", who=ANNA)
    found = _examined(shop)
    assert found["paused"]["severity"] == "stops"
    assert found["ledger"]["severity"] == "fine"


def test_a_shop_that_is_not_connected_or_mapped(new_shop: Shop) -> None:
    new_shop.take(sale(DAY, "A-1", "23.00"))
    found = _examined(new_shop)
    assert {found[code]["severity"] for code in ("not_connected", "no_mapping", "unmapped_category")} == {
        "stops"
    }


def test_a_number_that_is_there_and_equal_is_to_know(shop: Shop) -> None:
    shop.take(sale(DAY, "A-1", "23.00"))
    shop.sync()
    (held,) = shop.ledger.live()
    shop.take(sale(DAY + timedelta(days=1), "A-2", "23.00"))
    other = dataclasses.replace(
        held.document, number=f"POS-{STORE}-{DAY + timedelta(days=1)}", date=DAY + timedelta(days=1)
    )
    shop.ledger.put(DocumentKind.ACCREC, other)
    assert _examined(shop)["number_found"]["severity"] == "warns"


def test_upkeep_of_backups_and_machines(shop: Shop) -> None:
    now = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)

    def codes() -> list[str]:
        with shop.database.read() as session:
            return [note.code for note in upkeep.notes(session, now, _VERSION)]

    assert codes() == ["backup_missing", "machines"]
    _backed_up(shop, now - timedelta(days=3), "good")
    assert codes() == ["backup_old", "machines"]
    _backed_up(shop, now - timedelta(hours=5), "good")
    assert codes() == ["backup", "machines"]
    _backed_up(shop, now - timedelta(hours=1), "failed")
    assert codes() == ["backup_failed", "machines"]
    with shop.database.write() as session:
        for version, age in (("0.2.0", 5), ("0.3.0", 500)):
            seen = now - timedelta(seconds=age)
            row = Machine(
                executor=version, machine="m", name=f"till-{version}", version=version, revision="1",
                started=seen, seen=seen, dead_after=60,
            )  # fmt: skip
            session.add(row)
    with shop.database.read() as session:
        note = list(upkeep.notes(session, now, _VERSION))[1]
    assert note.code == "versions_differ"
    assert "till-0.2.0 has 0.2.0" in note.what
    assert "0.3.0" not in note.what, "a machine that is gone is not compared"


def _backed_up(shop: Shop, finished: datetime, outcome: str) -> None:
    with shop.database.write() as session:
        problem = None if outcome == "good" else {"what": "No room.", "why": "The disk is full.", "next": ""}
        row = Backup(
            started=finished, finished=finished, by="Tillbook", nightly=True, path="backups/x.db",
            outcome=outcome, problem=problem,
        )  # fmt: skip
        session.add(row)


@pytest.mark.parametrize(
    "state, how",
    [
        ("blocked", "sync the date"),
        ("refused", "sync the date"),
        ("unknown", "tillbook retry ID --dry-run"),
        ("differs", "tillbook changes resolve"),
        ("changed", "tillbook changes resolve"),
    ],
)
def test_a_day_that_is_stuck_comes_with_what_helps_it(shop: Shop, state: str, how: str) -> None:
    shop.take(sale(DAY, "A-1", "23.00"))
    with shop.database.write() as session:
        days.set_state(session, STORE, DAY, state, shop.clock())
    found = _examined(shop)[f"days_{state}"]
    assert found["dates"] == [DAY.isoformat()]
    assert how in found["next"]
