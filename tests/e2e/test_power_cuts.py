"""The service is killed while it posts, and started again.

Every document is there once.
"""

import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.processes import until
from tests.e2e.retail import KEY, MAPPING, TENANT, Retail, retail
from tests.e2e.retail_shop import assert_books, retail_installation, send, states
from tests.e2e.shop import Shop, copied

SOAK = int(os.environ.get("TILLBOOK_SOAK", "0"))
"""How many more times the service is killed, at moments of chance."""

pytestmark = pytest.mark.timeout(3600 if SOAK else 600)

_CALL_SECONDS = 10.0
# Each is a call that must not happen twice, cut off before the ledger has acted, or after.
_CUTS = (
    ("/Invoices$", "before"),
    ("/Invoices$", "after"),
    ("/CreditNotes$", "before"),
    ("/CreditNotes$", "after"),
    ("/Payments$", "before"),
    ("/Payments$", "after"),
)


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Retail:
    """The months, with the figures they must come to."""
    return retail(shared_data)


@pytest.fixture(scope="module")
def imported(data: Retail, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The months imported, mapped and nothing sent; everything stopped, to be copied."""
    with retail_installation(tmp_path_factory.mktemp("imported"), data) as shop:
        pass
    return shop


@pytest.fixture
def shop(imported: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A copy of it, running."""
    with copied(imported, tmp_path_factory.mktemp("copy")) as shop:
        yield shop


def test_killed_in_the_middle_of_each_kind_of_call(shop: Shop, data: Retail) -> None:
    _cut_off(shop, data.dates, _CUTS)
    assert _states_in_the_end(shop, data) == dict.fromkeys(data.dates, "posted")


def test_journals_have_no_number_to_stop_a_second_one(shop: Shop, data: Retail) -> None:
    shop.map({**MAPPING, "shape": "journal"}).done()
    _cut_off(shop, data.dates, (("/ManualJournals$", "before"), ("/ManualJournals$", "after")))
    ran = send(shop, data, "--wait")
    assert ran.status == 0, f"{ran}\n{shop.logs()}"
    assert len(shop.xero.numbers(TENANT, "JOURNAL")) == len(data.dates)
    assert shop.xero.balances(TENANT) == data.balances()


def _cut_off(shop: Shop, dates: list[str], cuts: Sequence[tuple[str, str]]) -> None:
    """Send some dates for each cut; kill the service in the middle of that call."""
    chance = random.Random(20101201)  # noqa: S311 - moments, not secrets
    part = len(dates) // len(cuts)
    for number, (path, when) in enumerate(cuts):
        days = dates[number * part :][:part]
        seen = len(shop.xero.calls("PUT", path))
        shop.xero.fault(method="PUT", path=path, when=when, delay=_CALL_SECONDS)
        shop.tillbook("sync", "--store", KEY, "--from", days[0], "--to", days[-1]).done()
        until(lambda: _under_way(shop, path, seen), what=f"a PUT of {path} is under way", every=0.05)  # noqa: B023
        _watch(shop, chance.uniform(0.0, 0.5))
        assert _under_way(shop, path, seen)
        shop.kill()
        shop.xero.mend()
        shop.serve()


def test_killed_at_any_moment(shop: Shop, data: Retail) -> None:
    chance = random.Random(20110531)  # noqa: S311 - as above
    shop.xero.fault(path="api.xro", delay=0.15, count=None)
    send(shop, data).done()
    for _ in range(5 + SOAK):
        _watch(shop, chance.uniform(0.0, 2.5))
        shop.kill()
        shop.serve()
    shop.xero.mend()
    assert _states_in_the_end(shop, data) == dict.fromkeys(data.dates, "posted")


def test_answers_are_lost_after_the_ledger_has_acted(shop: Shop, data: Retail) -> None:
    shop.xero.fault(path="api.xro", when="after", drop=True, every=3, count=None)
    statuses = [send(shop, data, "--wait").status for _ in range(4)]
    assert set(statuses) <= {0, 1, 5}
    shop.xero.mend()
    assert _states_in_the_end(shop, data) == dict.fromkeys(data.dates, "posted")


def _under_way(shop: Shop, path: str, seen: int) -> bool:
    """Whether a call is not answered yet, of those after the first `seen`."""
    return any(call["status"] is None for call in shop.xero.calls("PUT", path)[seen:])


def _watch(shop: Shop, seconds: float) -> None:
    """Let the service work for a while; it must not end by itself."""
    assert shop.service is not None
    end = os.times().elapsed + seconds
    until(lambda: os.times().elapsed > end, what="the moment has come", every=0.02)
    assert shop.service.running, shop.logs()


def _states_in_the_end(shop: Shop, data: Retail) -> dict[str, str]:
    """Send what is left; return the states of the dates, sent once each."""
    ran = send(shop, data, "--wait")
    assert ran.status == 0, f"{ran}\n{shop.logs()}"
    assert_books(shop, data)
    assert len(shop.xero.numbers(TENANT)) == len(set(shop.xero.numbers(TENANT)))
    return states(ran.answer)
