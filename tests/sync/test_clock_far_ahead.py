"""A clock that was far ahead and is right again: nothing waits for that time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.accounting.ledger import NotSent, RateLimited
from services.store import machines
from services.store.tables import Machine
from services.sync.backups.backups import BackupsOffice
from services.sync.backups.plan import BackupPlan
from services.sync.links import linking
from services.sync.links.looking import Looking
from services.sync.posting.running import Runs
from services.sync.posting.sending import Sender
from tests.sync.support import ANNA, DAY, STORE, Shop, all_posted, replaced, sale

AWAY = NotSent("Xero cannot be reached.", "No network.", "Check the network.", code="dns_failed")
AHEAD = [timedelta(hours=7), timedelta(days=300)]


def call_of(shop: Shop, call: str) -> int:
    return sum(each.startswith(call) for each in shop.ledger.calls)


@pytest.mark.parametrize("ahead", AHEAD, ids=["hours", "months"])
def test_a_failure_at_that_time_keeps_nothing_back(shop: Shop, ahead: timedelta) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("", AWAY, count=4)
    shop.clock.now += ahead
    shop.sync()
    assert shop.connection().blocked_until is not None
    shop.clock.now -= ahead
    status = shop.office.status()["stores"][0]["integrations"][0]
    assert status["until"] is None
    shop.later(minutes=1)
    assert all_posted(shop.state())


def test_a_failure_before_it_is_waited_for_no_longer_than_usual(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("", AWAY, count=8)
    shop.sync()
    shop.later(days=300)
    shop.clock.now -= timedelta(days=300)
    shop.later(minutes=1)
    assert all_posted(shop.state())


def test_the_nightly_reading_goes_on(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    assert all_posted(shop.sync())
    shop.later(days=300)
    assert call_of(shop, "changed") == 1
    shop.clock.now -= timedelta(days=300)
    shop.later(days=1)
    shop.later(minutes=1)
    assert call_of(shop, "changed") == 2
    assert max(shop.ledger.asked_since) < shop.clock()
    shop.later(days=1)
    assert call_of(shop, "changed") == 3


def test_a_reading_that_was_begun_at_that_time_is_begun_again(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    assert all_posted(shop.sync())
    shop.ledger.fail("changed", AWAY)
    shop.later(days=300)
    shop.clock.now -= timedelta(days=299)
    shop.office.tick()
    assert call_of(shop, "changed") == 2


def test_a_document_of_that_time_is_read_too(shop: Shop) -> None:
    shop.clock.now += timedelta(days=300)
    shop.take(sale(DAY, "1", "100.00"))
    assert all_posted(shop.sync())
    shop.clock.now -= timedelta(days=300)
    shop.later(days=1)
    assert call_of(shop, "changed") == 1


def test_the_daily_look_goes_on(shop: Shop) -> None:
    shop.pace = replaced(shop.pace, look_every=timedelta(days=1))
    shop.office = shop.open_office()
    shop.later(days=300)
    shop.clock.now -= timedelta(days=300)
    with shop.database.write() as session:
        row = shop.connection()
        row.since = shop.clock() - timedelta(days=2)
        session.merge(row)
    before = call_of(shop, "reachable")
    Looking(shop.tools).tick(lambda work: work())
    assert call_of(shop, "reachable") == before + 1


def test_reference_data_of_that_time_are_read_again(shop: Shop) -> None:
    shop.clock.now += timedelta(days=300)
    shop.take(sale(DAY, "1", "100.00"))
    shop.sync()
    shop.clock.now -= timedelta(days=300)
    before = call_of(shop, "reference")
    other = DAY - timedelta(days=1)
    shop.take(sale(other, "2", "100.00"))
    assert all_posted(shop.sync(other))
    assert call_of(shop, "reference") > before


def test_an_end_that_was_to_be_tried_then_is_tried(shop: Shop) -> None:
    shop.ledger.fail("end", AWAY)
    shop.clock.now += timedelta(days=300)
    shop.pace = replaced(shop.pace, look_every=timedelta(days=1))
    shop.office = shop.open_office()
    shop.office.disconnect(STORE, who=ANNA)
    assert shop.ledgers.disconnected == []
    shop.clock.now -= timedelta(days=300)
    shop.later(minutes=1)
    assert shop.ledgers.disconnected == ["connection-1"]


def test_a_run_that_was_broken_off_then_does_not_rest_until_then(shop: Shop) -> None:
    class Broken(Sender):
        def run(self, store: str) -> None:
            raise RuntimeError(store)

    runs = Runs(Broken(shop.tools), shop.clock, shop.pace)
    shop.clock.now += timedelta(days=300)
    with pytest.raises(RuntimeError):
        runs.run(STORE)
    assert not runs.may_start(STORE)
    shop.clock.now -= timedelta(days=300)
    assert runs.may_start(STORE)


def test_the_nightly_backup_goes_on(shop: Shop) -> None:
    folder = shop.home / "nightly"
    office = BackupsOffice(shop.tools, BackupPlan(folder, keep=9), "1", lambda work: work())
    shop.clock.now += timedelta(days=300)
    office.tick()
    shop.clock.now -= timedelta(days=300)
    for _ in range(2):
        shop.clock.move(days=1)
        office.tick()
        office.tick()
    assert [row["outcome"] for row in office.listed()["backups"]] == ["good"] * 3


def test_a_machine_that_was_seen_then_is_not_taken_for_living(shop: Shop) -> None:
    now = shop.clock()
    row = Machine(
        executor="a:1", machine="a", name="a", version="1", revision="", started=now, seen=now, dead_after=60
    )
    assert machines.is_alive(row, now)
    assert machines.is_alive(row, now - timedelta(seconds=60))
    assert not machines.is_alive(row, now - timedelta(days=300))


def test_a_clock_that_is_put_right_ends_no_wait_that_the_ledger_asked_for(shop: Shop) -> None:
    """The longest is a day, and so at the very edge of what is believed."""
    limited = RateLimited("x", "y", "z")
    limited.retry_after = 86400.0
    linking.failed(shop.tools, STORE, limited, shop.clock() + timedelta(days=1))
    shop.clock.move(seconds=-2)
    assert linking.is_held_back(shop.connection(), shop.clock())
