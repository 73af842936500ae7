"""Any change of the frequency: every receipt is sent once, and sums are equal."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlmodel import col, select

from services.accounting.ledger import NotSent, OutcomeUnknown
from services.books.calendar import business_date
from services.books.money import from_minor
from services.contract.states import DayState
from services.store import days
from services.store.database import migrate, open_database
from services.store.tables import DocumentRow, ReceiptRow
from services.sync.schedule.periods import SUMMED_KEYS
from tests.sync.moments import AUCKLAND, MONDAY, at
from tests.sync.support import ANNA, STORE, Shop, account_sale, refund, sale

FREQUENCIES = ("daily", "real-time", "weekly", "monthly")
CALLS = ("create ACCREC", "create ACCRECCREDIT", "pay", "read ACCREC", "find ACCREC")
LOST = OutcomeUnknown("The answer was lost.", "", "")
DOWN = NotSent("Xero cannot be reached.", "", "")


def sums_sent(shop: Shop) -> dict[str, Decimal]:
    """Return the total of each document in the ledger, there once and paid."""
    held = {f"{each.document.date} {each.document.key}": each for each in shop.ledger.documents.values()}
    with shop.database.read() as session:
        rows = session.exec(select(DocumentRow).where(~col(DocumentRow.withdrawn))).all()
    assert len(held) == len(shop.ledger.documents), "two documents of one key"
    assert len({row.remote_id for row in rows}) == len(rows) == len(held)
    assert sum(each.due for each in held.values() if each.document.key in SUMMED_KEYS) == 0
    return {key: each.total for key, each in held.items()}


def sums_taken(shop: Shop) -> dict[str, Decimal]:
    """Return what each document must come to: all receipts, on posted days."""
    with shop.database.read() as session:
        receipts = session.exec(select(ReceiptRow).where(col(ReceiptRow.effective))).all()
        where: dict[int, str] = {}
        for receipt in receipts:
            day = days.get_day(session, STORE, receipt.business_date)
            assert day is not None
            assert day.state == DayState.POSTED, (day.business_date, day.state, day.why)
            if receipt.section == "account_sale":
                key = f"{day.business_date} account:1/{receipt.receipt}"
            elif receipt.alone:
                key = f"{day.business_date} receipt:1/{receipt.receipt}"
            else:
                key = f"{days.posting_date(day)} {receipt.section}"
            where[receipt.id or 0] = key
    sums: Counter[str] = Counter()
    for receipt in receipts:
        sums[where[receipt.id or 0]] += abs(receipt.net)
    return {key: from_minor(cents, "NZD") for key, cents in sums.items()}


class Frequencies(RuleBasedStateMachine):
    """A shop whose frequency changes again and again while it trades."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        home = Path(self.folder.name)
        shutil.copy(self.template, home / "tillbook.db")
        self.database = open_database(f"sqlite:///{home / 'tillbook.db'}")
        self.shop = Shop(self.database, home)
        self.number = 0

    @initialize(frequency=st.sampled_from(FREQUENCIES))
    def begin(self, frequency: str) -> None:
        at(self.shop, MONDAY, 8)
        self.shop.set_up()
        self.shop.office.set_schedule(STORE, frequency=frequency, start=MONDAY, who=ANNA)

    def today(self) -> date:
        return business_date(self.shop.clock(), "Pacific/Auckland", "00:00")

    @rule(kind=st.sampled_from([sale, sale, sale, refund, account_sale]), cents=st.integers(1, 5000))
    def trade(self, kind: object, cents: int) -> None:
        self._take(kind, self.today(), cents)

    @rule(back=st.integers(1, 9), cents=st.integers(1, 5000))
    def late(self, back: int, cents: int) -> None:
        """A receipt of a date before comes in, where the date was not sent."""
        day = self.today() - timedelta(days=back)
        with self.database.read() as session:
            row = days.get_day(session, STORE, day)
        if day >= MONDAY and (row is None or not row.whole or row.each_alone):
            self._take(sale, day, cents)

    def _take(self, kind: object, day: date, cents: int) -> None:
        assert callable(kind)
        self.number += 1
        amount = Decimal(-cents if kind is refund else cents).scaleb(-2)
        self.shop.take(kind(day, f"N{self.number}", f"{amount:f}"))

    @rule(frequency=st.sampled_from([*FREQUENCIES, "manual"]))
    def change(self, frequency: str) -> None:
        self.shop.office.set_schedule(STORE, frequency=frequency, who=ANNA)

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.shop.later(hours=hours)

    @rule()
    def look(self) -> None:
        self.shop.later(seconds=10)

    @rule(call=st.sampled_from(CALLS), error=st.sampled_from([LOST, DOWN]))
    def lose(self, call: str, error: Exception) -> None:
        """A call does not get there."""
        self.shop.ledger.fail(call, error)

    @rule(call=st.sampled_from(CALLS))
    def lose_the_answer(self, call: str) -> None:
        """A call is carried out, and nobody hears of it."""
        self.shop.ledger.fail(call, LOST, after=True)

    @rule(back=st.integers(0, 10))
    def ask(self, back: int) -> None:
        day = self.today() - timedelta(days=back)
        self.shop.office.sync(STORE, first=day, last=day, who=ANNA)

    @rule()
    def ask_for_all(self) -> None:
        self.shop.office.sync(STORE, who=ANNA)

    def teardown(self) -> None:
        self.shop.ledger.rules.clear()
        self.shop.office.set_schedule(STORE, frequency="daily", who=ANNA)
        for _ in range(4):
            self.shop.later(days=1)
        assert sums_sent(self.shop) == sums_taken(self.shop)
        self.database.close()
        self.folder.cleanup()


def test_every_receipt_is_sent_once(tmp_path: Path) -> None:
    template = tmp_path / "template.db"
    database = open_database(f"sqlite:///{template}")
    migrate(database)
    database.close()

    class Machine(Frequencies):
        pass

    Machine.template = template
    few = settings(max_examples=15, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Machine, settings=few)
    assert template.stat().st_size


@pytest.mark.parametrize("before,after", list(permutations([*FREQUENCIES, "manual"], 2)))
def test_a_change_at_noon_sends_the_morning_once(shop: Shop, before: str, after: str) -> None:
    at(shop, MONDAY, 8)
    shop.office.set_schedule(STORE, frequency=before, start=MONDAY, who=ANNA)
    shop.take(
        sale(MONDAY, "morning", "10.00"), refund(MONDAY, "back", "-3.00"), account_sale(MONDAY, "A", "5.00")
    )
    at(shop, MONDAY, 11)
    at(shop, MONDAY, 12)
    shop.office.set_schedule(STORE, frequency=after, who=ANNA)
    shop.take(sale(MONDAY, "afternoon", "7.00"))
    at(shop, MONDAY, 13)
    shop.office.set_schedule(STORE, frequency="daily" if after == "manual" else after, who=ANNA)
    for number in range(1, 17):
        shop.clock.now = datetime.combine(MONDAY + timedelta(days=number), time(1), AUCKLAND).astimezone(UTC)
        shop.office.tick()
    assert sums_sent(shop) == sums_taken(shop)
