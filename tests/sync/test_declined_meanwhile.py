"""What a person declines in the moment before it is sent stays unsent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from services.store import days
from services.sync.changed import keeping
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
