"""A store that goes to another organisation while one of its runs goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.accounting.ledger import AuthorisationLost, CallFailed, NotSent
from services.contract.states import IntegrationState
from services.store import days
from services.store.tables import Connection
from services.sync.links.looking import Looking
from services.sync.posting.sending import Sender
from tests.sync.support import DAY, STORE, Shop, sale

_GONE = AuthorisationLost(
    "Xero no longer knows this connection.", "", "Connect again.", code="connection_gone"
)
_ENDED = AuthorisationLost("The permission has ended.", "", "Connect again.", code="invalid_grant")
_AWAY = NotSent("Xero cannot be reached.", "", "Nothing.", code="not_sent")


@pytest.mark.parametrize("failure", [_GONE, _ENDED, _AWAY], ids=lambda failure: str(failure.code))
def test_what_the_old_organisation_refuses_says_nothing_of_the_new_one(
    shop: Shop, failure: CallFailed
) -> None:
    def move_on() -> None:
        shop.connect("tenant-2", "Queen Street Limited")
        raise failure

    _send_while(shop, move_on)
    row = shop.connection()
    assert (row.tenant, row.state, row.problem) == ("tenant-2", IntegrationState.CONNECTED, None)
    assert (row.blocked_until, row.tries) == (None, 0)


def test_what_the_old_organisation_takes_says_nothing_of_the_new_one(shop: Shop) -> None:
    _send_while(shop, lambda: shop.connect("tenant-2", "Queen Street Limited"))
    assert shop.connection().last_sync is None


def test_a_look_at_the_old_organisation_says_nothing_of_the_new_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new consent does not lead to the old organisation; that ends nothing."""

    def reachable(_connection: Connection) -> frozenset[str]:
        shop.connect("tenant-2", "Queen Street Limited")
        return frozenset({"tenant-2"})

    monkeypatch.setattr(shop.ledgers, "reachable", reachable)
    Looking(shop.tools).look(STORE)
    row = shop.connection()
    assert (row.tenant, row.state, row.problem) == ("tenant-2", IntegrationState.CONNECTED, None)


def _send_while(shop: Shop, act: Callable[[], None]) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    with shop.database.write() as session:
        days.queue(session, STORE, [DAY], shop.clock())
    shop.ledger.on("read ACCREC", act)
    Sender(shop.tools).run(STORE)
