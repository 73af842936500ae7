"""What a person declines in the moment before it is sent stays unsent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from services.store import days
from services.sync.changed import keeping
from services.sync.documents.preparing import Preparation
from services.sync.links import linking
from services.sync.posting.sending import Sender
from tests.sync.changing import NUMBER, listed, numbers, policy, posted, rows
from tests.sync.support import ANNA, DAY, STORE, Shop, sale


@dataclass
class OnceBefore:
    """Room for calls, where something happens before the first is written down."""

    act: Callable[[], object]
    done: bool = False

    def wait_for_room(self, _tenant: str, *, asked_by_person: bool) -> None:
        if not self.done:
            self.done = True
            self.act()


def test_a_correction_that_is_declined_while_it_waits_for_room_is_not_sent(shop: Shop) -> None:
    """The person looked when nothing was on its way yet, and decided a moment later."""
    policy(shop, "delta")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    with shop.database.write() as session:
        days.queue(session, STORE, [DAY], shop.clock())
    room = OnceBefore(lambda: keeping.keep(shop.tools, STORE, DAY, "counted by hand", ANNA))
    Sender(replace(shop.tools, room=room)).run(STORE)
    assert room.done
    assert numbers(shop) == [NUMBER], "Xero has only what was there before"
    assert [(row.state, row.withdrawn) for row in rows(shop)] == [("posted", False), ("waiting", True)]
    assert (shop.day().state, listed(shop)) == ("posted", [])


def test_rows_that_are_gone_and_whose_ids_are_anothers_are_not_sent(shop: Shop) -> None:
    """Handed over as a file and taken back in a moment: another date gets the id."""
    before, after = DAY - timedelta(days=1), DAY + timedelta(days=1)
    shop.take(sale(before, "0", "5.00"))
    shop.sync(before)
    shop.take(sale(DAY, "1", "10.00"))
    shop.take(sale(after, "2", "99.00"))
    with shop.database.write() as session:
        days.queue(session, STORE, [DAY], shop.clock())

    def meanwhile() -> None:
        files = shop.office.files
        assert files.post(STORE, DAY, DAY, ANNA)["days"][0]["outcome"] == "posted"
        files.take_back(STORE, DAY, DAY, "by mistake", ANNA)
        with shop.database.write() as session:
            days.unqueue(session, STORE, DAY)
            days.queue(session, STORE, [after], shop.clock())
        link = linking.link_of(shop.tools, STORE)
        assert link is not None
        Preparation(shop.tools, link).run()

    room = OnceBefore(meanwhile)
    Sender(replace(shop.tools, room=room)).run(STORE)
    assert room.done
    assert f"POS-{STORE}-{DAY}" not in numbers(shop)
    wrong = [row for row in rows(shop) if row.remote_id and row.business_date != before]
    assert [row.state for row in wrong] == ["posted" for _ in wrong]
    shop.sync(DAY)
    shop.sync(after)
    assert sorted(numbers(shop)) == [f"POS-{STORE}-{each}" for each in (before, DAY, after)]
