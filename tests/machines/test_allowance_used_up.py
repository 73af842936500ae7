"""What happens, and what people see, when calls are used up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.accounting.ledger import NotSent, RateLimited
from services.accounting.xero.oauth import Addresses
from services.sandbox.xero import NZ_TENANT, Limits, PracticeConfig, PracticeXero
from services.store.database import Database
from services.sync.links.xero_links import XeroLinks
from services.sync.office import Office
from services.sync.sharing import gate as gates
from services.sync.sharing.allowance import Limits as Believed
from services.sync.sharing.allowance import left, pace_of
from services.sync.sharing.gate import AllowanceGate, Leave
from services.sync.tools import Tools
from tests.sync.practice import PracticeShop
from tests.sync.support import ANNA, STORE, all_posted


class LimitedShop(PracticeShop):
    """A shop whose calls pass the gate; its practice Xero has the shop's clock."""

    believed = Believed()

    def use(self, xero: PracticeXero) -> LimitedShop:
        super().use(xero)
        self.office.stop()
        return self.open_again()

    def open_again(self) -> LimitedShop:
        """Open the office anew, with the limits and the pace as they are."""
        xero = self.xero
        addresses = Addresses(xero.url, xero.url, xero.url)
        self.gate = AllowanceGate(
            self.database, lambda _: self.clock(), self.waiter, self.pace, self.believed, "machine-1:1"
        )
        links = XeroLinks(addresses, self.vault, self.home, self.clock, gate=self.gate)
        self.tools = Tools(
            self.database,
            self.clock,
            links,
            self.bus,
            self.waiter,
            self.pace,
            room=self.gate,
            limits=self.believed,
        )
        self.office = Office(self.tools, self.runner, links=links, vault=self.vault, spawn=lambda _work: None)
        self.office.start()
        return self

    def integration(self) -> dict[str, Any]:
        return dict(self.office.status()["stores"][0]["integrations"][0])

    def refused(self) -> int:
        return sum(call.status == 429 for call in self.xero.calls)

    def background(self, first: Any, last: Any) -> None:  # noqa: ANN401 - dates
        """Have days sent that nobody asked for now."""
        self.office.set_schedule(STORE, frequency="daily", start=first, who=ANNA)
        self.office.tick()
        assert last


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Iterator[LimitedShop]:
    shop = LimitedShop(sqlite_database, tmp_path / "home")
    shop.clock.now = datetime.now(UTC)
    with PracticeXero(PracticeConfig(), clock=shop.clock) as xero:
        yield shop.use(xero)
        shop.office.stop()


def limit(shop: LimitedShop, **limits: int) -> None:
    shop.xero.configure(limits=vars(replace(Limits(), **limits)))


def test_what_is_left_is_what_xero_says(shop: LimitedShop) -> None:
    assert shop.integration()["allowance"]["minute"] is None
    shop.ready()
    allowance = shop.integration()["allowance"]
    made = len([call for call in shop.xero.calls if call.tenant == NZ_TENANT])
    assert (allowance["minute"], allowance["day"]) == (60 - made, 5000 - made)
    assert allowance["reserve"] == 100
    first_is_free = datetime.fromisoformat(allowance["day_resets"])
    assert timedelta(hours=23) < first_is_free - shop.clock() <= timedelta(hours=24)


def test_a_small_plan_is_believed_at_once(shop: LimitedShop) -> None:
    limit(shop, day=1000)
    shop.ready()
    assert 900 < shop.integration()["allowance"]["day"] < 1000


def test_many_days_are_sent_within_the_minute_s_calls(shop: LimitedShop) -> None:
    limit(shop, minute=12, concurrent=2)
    shop.believed = Believed(minute=12, at_once=2)
    shop.open_again()
    shop.ready()
    dates = shop.take_days(40, shop.clock().date() - timedelta(days=45))
    shop.pace = replace(shop.pace, batch=5)
    shop.open_again()
    shop.office.sync(STORE, first=dates[0], last=dates[-1], who=ANNA)
    assert all_posted(shop.state(dates[0], dates[-1]))
    assert len(shop.xero.calls.of(method="PUT")) > 16
    assert shop.refused() == 0


def test_the_day_s_calls_run_out_for_what_nobody_asked(shop: LimitedShop) -> None:
    shop.ready()
    dates = shop.take_days(3, shop.clock().date() - timedelta(days=6))
    limit(shop, day=len([call for call in shop.xero.calls if call.tenant == NZ_TENANT]) + 104)
    shop.office.refresh_reference(STORE, who=ANNA)  # Xero says now how few are left
    shop.background(dates[0], dates[-1])
    integration = shop.integration()
    assert integration["state"] == "connected"
    assert "unasked" in integration["error"]["what"]
    assert "by itself" in integration["error"]["next"]
    goes_on = datetime.fromisoformat(integration["until"])
    assert timedelta(hours=20) < goes_on - shop.clock() <= timedelta(hours=24)
    waiting = shop.state(dates[0], dates[-1])
    assert {day["state"] for day in waiting} == {"waiting"}
    assert "unasked" in waiting[0]["blocked"][0]["what"]
    assert integration["queue"]["calls"] > 0
    assert datetime.fromisoformat(integration["queue"]["through"]) > shop.clock() + timedelta(hours=20)
    shop.office.sync(STORE, first=dates[0], last=dates[0], who=ANNA)
    assert [day["state"] for day in shop.state(dates[0], dates[-1])] == ["posted", "waiting", "waiting"]
    assert shop.refused() == 0
    shop.clock.now += timedelta(hours=25)
    limit(shop)  # what other programs used is free again as well
    shop.office.tick()
    assert all_posted(shop.state(dates[0], dates[-1]))
    assert shop.integration()["error"] is None
    assert shop.refused() == 0


def test_a_day_limit_that_xero_tells_holds_everybody_until_then(shop: LimitedShop) -> None:
    shop.ready()
    dates = shop.take_days(1, shop.clock().date() - timedelta(days=6))
    limit(shop, day=1)
    with pytest.raises(RateLimited):
        shop.office.refresh_reference(STORE, who=ANNA)
    assert shop.refused() == 1
    shop.office.sync(STORE, first=dates[0], last=dates[0], who=ANNA)
    with pytest.raises(RateLimited) as caught:
        shop.office.refresh_reference(STORE, who=ANNA)
    assert "day" in caught.value.what
    assert shop.refused() == 1, "nobody asks again before the time that Xero named"
    integration = shop.integration()
    assert integration["allowance"]["day"] == 0
    assert integration["allowance"]["day_resets"] is not None
    assert integration["state"] == "connected"


def test_the_queue_is_estimated_in_calls(shop: LimitedShop) -> None:
    shop.ready()
    assert shop.integration()["queue"] == {"calls": 0, "through": None}
    dates = shop.take_days(60, shop.clock().date() - timedelta(days=70))
    shop.office.pause(STORE, reason="stocktaking", who=ANNA)
    shop.office.sync(STORE, first=dates[0], last=dates[-1], who=ANNA)
    paused = shop.integration()["queue"]
    assert paused["through"] is None
    before = len(shop.xero.calls.of())
    shop.office.resume(STORE, who=ANNA)
    assert all_posted(shop.state(dates[0], dates[-1]))
    made = len(shop.xero.calls.of()) - before
    assert made / 2 <= paused["calls"] <= made * 2
    assert shop.integration()["queue"] == {"calls": 0, "through": None}


def test_receipts_gather_longer_the_fewer_calls_are_left(shop: LimitedShop) -> None:
    shop.ready()
    with shop.database.read() as session:
        plenty = pace_of(session, NZ_TENANT, shop.clock())
    limit(shop, day=1000)
    shop.office.refresh_reference(STORE, who=ANNA)
    with shop.database.read() as session:
        fewer = pace_of(session, NZ_TENANT, shop.clock())
        figures = left(session, NZ_TENANT, shop.clock())
    assert timedelta(seconds=15) <= plenty < timedelta(minutes=2)
    assert fewer > plenty * 4
    assert timedelta(days=1) / fewer * 4 <= figures.background + 4


def test_a_leave_that_is_too_old_sends_nothing(shop: LimitedShop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.ready()
    before = len(shop.xero.calls.of())
    seconds = [0.0]
    monkeypatch.setattr(gates, "_seconds", lambda: seconds[0])
    begun = AllowanceGate.begin

    def stand_still(self: AllowanceGate, *arguments: Any, **options: Any) -> Leave:  # noqa: ANN401
        leave = begun(self, *arguments, **options)
        seconds[0] += 60
        return leave

    monkeypatch.setattr(AllowanceGate, "begin", stand_still)
    with pytest.raises(NotSent) as caught:
        shop.office.refresh_reference(STORE, who=ANNA)
    assert "stood still" in caught.value.why
    assert len(shop.xero.calls.of()) == before
