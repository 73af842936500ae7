"""After an older backup was put back nothing is in Xero twice.

Here the books of before are lost, so that nothing of them can be carried over
(`test_carried_over` has the rest): what may be in Xero is looked up there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.sandbox.xero import NZ_TENANT, PracticeXero
from services.store.restoring.backup import back_up
from services.store.restoring.losses import compare
from services.store.restoring.restore import PAUSED_BECAUSE, examine, put_back
from services.sync.changed import drift
from services.sync.posting import paying
from services.sync.tools import Link, Tools
from tests.sync.changing import policy, refusal_codes, resolve
from tests.sync.practice import PracticeShop
from tests.sync.support import (
    ANNA,
    STORE,
    account_sale,
    all_posted,
    debtor_payment,
    line,
    purchase,
    receipt,
    refund,
    sale,
    tender,
)

Records = list[dict[str, Any]]


def takings(day: date) -> Records:
    """A day with a document of every kind."""
    milk = {"account": "429", "tax_code": "GSTIN", "amount": "-11.50", "description": "Milk"}
    return [
        sale(day, f"S-{day}", "100.00"),
        refund(day, f"R-{day}", "-23.00"),
        account_sale(day, f"A-{day}", "80.00"),
        debtor_payment(day, f"D-{day}", "30.00", f"A-{day}"),
        receipt(day, f"P-{day}", "paid_out", lines=[milk], tenders=[tender("-11.50")], payee="Dairy"),
        purchase(day, f"B-{day}", "46.00"),
    ]


def holdings(xero: PracticeXero) -> Counter[str]:
    """What the organisation holds, each thing by what tells it from others."""
    book = xero.book(NZ_TENANT)
    found: Counter[str] = Counter()
    for document in book.documents.values():
        found[f"{document.type} {document.number}"] += 1
    for payment in book.payments.values():
        found[f"payment {payment.reference}"] += 1
    for journal in book.journals.values():
        found[f"journal {journal.narration}"] += 1
    return found


def restored(practice: PracticeShop, backup: Path, *, lost: bool = False) -> None:
    """Stop the service, put a backup back, start it again, and resume."""
    put_back_only(practice, backup, lost=lost)
    practice.office.resume(STORE, who=ANNA)
    practice.office.tick()


def put_back_only(practice: PracticeShop, backup: Path, *, lost: bool = False) -> None:
    """Stop the service, put a backup back, start it again: the store is paused.

    `lost`: nothing is left of the books of before.
    """
    practice.office.stop()
    practice.database.close()
    books = Path(practice.database.engine.url.database or "")
    for ending in ("", "-wal", "-shm") if lost else ():
        books.with_name(books.name + ending).unlink(missing_ok=True)
    put_back(examine(backup), books, compare(books, backup), ANNA, practice.clock())
    practice.office = practice.open_practice_office()


@pytest.fixture
def saved(practice: PracticeShop, tmp_path: Path) -> Callable[[], Path]:
    """Makes a backup."""

    def make() -> Path:
        folder = tmp_path / "kept"
        return folder / back_up(practice.database, folder, practice.clock(), "1").file

    return make


@pytest.mark.parametrize("shape", ["invoice", "zero_invoice", "journal"])
def test_what_was_sent_after_the_backup_is_taken_over(
    practice: PracticeShop, xero: PracticeXero, saved: Callable[[], Path], shape: str
) -> None:
    practice.ready()
    practice.map(shape=shape, tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    first = practice.clock().date() - timedelta(days=5)
    dates = [first + timedelta(days=number) for number in range(3)]
    practice.take(*takings(dates[0]))
    assert all_posted(practice.sync(dates[0]))
    practice.take(*takings(dates[1]))
    backup = saved()
    practice.take(*takings(dates[2]))
    assert all_posted(practice.sync(dates[0], dates[2]))
    before, balance = holdings(xero), xero.trial_balance(NZ_TENANT)
    assert set(before.values()) == {1}

    restored(practice, backup, lost=True)
    practice.take(*[record for day in dates for record in takings(day)])
    assert all_posted(practice.sync(dates[0], dates[2]))
    assert holdings(xero) == before
    assert xero.trial_balance(NZ_TENANT) == balance


def test_payments_made_after_the_backup_are_not_made_again(
    practice: PracticeShop,
    xero: PracticeXero,
    saved: Callable[[], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The backup knows the documents as created and not yet paid."""
    practice.ready()
    practice.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    day = practice.clock().date() - timedelta(days=5)
    practice.take(*takings(day))
    kept: list[Path] = []
    real = paying.pay

    def keep_then_pay(tools: Tools, link: Link) -> None:
        if not kept:
            kept.append(saved())
        real(tools, link)

    monkeypatch.setattr(paying, "pay", keep_then_pay)
    assert all_posted(practice.sync(day))
    before = holdings(xero)
    restored(practice, kept[0], lost=True)
    assert all_posted(practice.sync(day))
    assert holdings(xero) == before


def test_nothing_is_sent_before_somebody_resumes(
    practice: PracticeShop, xero: PracticeXero, saved: Callable[[], Path]
) -> None:
    """The schedule was changed after the backup.

    Restored it would sum a week sent day by day.
    """
    practice.ready()
    today = practice.clock().date()
    monday = today - timedelta(days=today.weekday() + 21)
    week = [sale(monday + timedelta(days=number), f"S-{number}", "10.00") for number in range(3)]
    practice.office.set_schedule(STORE, frequency="weekly", start=monday, who=ANNA)
    backup = saved()
    practice.office.set_schedule(STORE, frequency="daily", start=monday, who=ANNA)
    practice.take(*week)
    practice.sync(monday, monday + timedelta(days=2))
    before = holdings(xero)
    assert len([name for name in before if name.startswith("ACCREC")]) == 3

    put_back_only(practice, backup, lost=True)
    practice.take(*week)
    practice.sync(monday, monday + timedelta(days=2))
    for _ in range(3):
        practice.later(hours=12)
    row = practice.connection()
    assert (row.state, row.pause_until, row.by) == ("paused", None, ANNA.name)
    assert row.pause_reason == PAUSED_BECAUSE
    assert holdings(xero) == before

    practice.office.set_schedule(STORE, frequency="daily", start=monday, who=ANNA)
    practice.office.resume(STORE, who=ANNA)
    assert all_posted(practice.sync(monday, monday + timedelta(days=2)))
    assert holdings(xero) == before


def test_a_new_day_is_sent_as_ever(
    practice: PracticeShop, xero: PracticeXero, saved: Callable[[], Path]
) -> None:
    practice.ready()
    restored(practice, saved(), lost=True)
    day = practice.clock().date() - timedelta(days=2)
    practice.take(
        sale(day, "S-1", "100.00"), receipt(day, "X", "sale", lines=[line("5.00")], tenders=[tender("5.00")])
    )
    assert all_posted(practice.sync(day))
    assert holdings(xero)[f"ACCREC POS-{STORE}-{day}"] == 1


def resent_since(practice: PracticeShop, saved: Callable[[], Path]) -> date:
    """Send a day, back up, send it anew, put the backup back, and import it again."""
    practice.ready()
    day = practice.clock().date() - timedelta(days=5)
    practice.take(sale(day, "S-1", "100.00"))
    assert all_posted(practice.sync(day))
    backup = saved()
    practice.take(sale(day, "S-1", "120.00"))
    resolve(practice, "resend", day)
    assert all_posted(practice.state(day))
    restored(practice, backup, lost=True)
    practice.take(sale(day, "S-1", "120.00"))
    return day


def invoices(xero: PracticeXero) -> list[tuple[str, str]]:
    """What the organisation has of invoices, by number."""
    return sorted((held.number, held.status) for held in xero.book(NZ_TENANT).documents.values())


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read of the ledger's changes by itself.

    As while it cannot be reached.
    """
    monkeypatch.setattr(drift, "due", lambda _tools: [])


def test_the_changes_since_the_backup_are_read_at_once(
    practice: PracticeShop, saved: Callable[[], Path]
) -> None:
    """Although the reading of the last night, and its claim, are in the backup."""
    practice.ready()
    day = practice.clock().date() - timedelta(days=5)
    practice.take(sale(day, "S-1", "100.00"))
    assert all_posted(practice.sync(day))
    practice.later(days=1)
    backup = saved()
    practice.clock.move(minutes=1)
    assert practice.connection().drift_read != practice.clock()
    restored(practice, backup, lost=True)
    assert practice.connection().drift_read == practice.clock()


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("seen_first", [True, False])
def test_what_was_sent_anew_after_the_backup_is_not_corrected_too(
    practice: PracticeShop, xero: PracticeXero, saved: Callable[[], Path], *, seen_first: bool
) -> None:
    day = resent_since(practice, saved)
    before, number = invoices(xero), f"POS-{STORE}-{day}"
    assert before == [(number, "VOIDED"), (f"{number}-r2", "PAID")]
    if seen_first:
        practice.sync(day)  # the document is marked as changed at the tills before the ledger is read
    answer = resolve(practice, "delta", day)
    assert (answer["possible"], refusal_codes(answer)) == (False, ["restored"])
    practice.office.changes.check(STORE, who=ANNA)
    answer = resolve(practice, "delta", day)
    assert not answer["possible"]
    assert "edited_there" in refusal_codes(answer)
    resolve(practice, "resend", day)
    assert all_posted(practice.state(day))
    assert invoices(xero) == before


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("word", ["delta", "resend"])
def test_a_policy_waits_until_the_ledger_was_read_after_a_restore(
    practice: PracticeShop,
    xero: PracticeXero,
    saved: Callable[[], Path],
    monkeypatch: pytest.MonkeyPatch,
    word: str,
) -> None:
    day = resent_since(practice, saved)
    policy(practice, word)
    before = invoices(xero)
    practice.sync(day)
    for _ in range(3):
        practice.later(minutes=1)
    assert (invoices(xero), practice.day(day).state) == (before, "changed")
    monkeypatch.undo()
    for _ in range(3):
        practice.later(hours=6)
    assert invoices(xero) == before
    assert practice.day(day).state in {"changed", "differs"}


def test_a_policy_goes_on_once_the_ledger_was_read(
    practice: PracticeShop, xero: PracticeXero, saved: Callable[[], Path]
) -> None:
    practice.ready()
    day = practice.clock().date() - timedelta(days=5)
    practice.take(sale(day, "S-1", "100.00"))
    assert all_posted(practice.sync(day))
    restored(practice, saved(), lost=True)
    policy(practice, "delta")
    practice.take(sale(day, "S-1", "120.00"))
    for _ in range(3):
        practice.later(minutes=1)
    assert practice.day(day).state == "posted"
    assert [number for number, _ in invoices(xero)] == [f"POS-{STORE}-{day}", f"POS-{STORE}-{day}-d1"]
