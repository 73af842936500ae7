"""An installation with the Online Retail months taken in.

And copies of it to break.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from tests.e2e.processes import Json
from tests.e2e.retail import KEY, MAPPING, STORE, TENANT, Retail
from tests.e2e.shop import Ran, Shop, installation

WAIT_SECONDS = 400.0
BATCH = 50
"""Documents a call may carry (XERO.md 5.1)."""


@contextmanager
def retail_installation(folder: Path, data: Retail) -> Iterator[Shop]:
    """Return a connected installation with the months imported and mapped.

    Nothing sent.
    """
    with installation(folder, KEY, STORE) as shop:
        shop.connect(TENANT)
        import_months(shop, data).done()
        shop.map(MAPPING).done()
        yield shop


def import_months(shop: Shop, data: Retail) -> Ran:
    """Import a folder with the files of the months through the shipped profile."""
    folder = shop.folder / "till"
    folder.mkdir(exist_ok=True)
    for file in data.files:
        link = folder / file.name
        link.unlink(missing_ok=True)
        link.symlink_to(file.resolve())
    source = ("--source", "online-retail", "--store", KEY)
    return shop.tillbook("import", str(folder), *source, seconds=WAIT_SECONDS)


def send(shop: Shop, data: Retail, *more: str) -> Ran:
    """Ask for all dates of the months."""
    dates = ["--from", data.dates[0], "--to", data.dates[-1]]
    return shop.tillbook("sync", "--store", KEY, *dates, *more, seconds=WAIT_SECONDS)


def states(answer: Json) -> dict[str, str]:
    """Return the state of each day that has documents."""
    return {day["date"]: day["state"] for day in answer["days"] if day["documents"]}


def assert_books(shop: Shop, data: Retail) -> None:
    """See that the practice Xero holds each day once, and the tally to the penny."""
    assert shop.xero.numbers(TENANT) == data.numbers("sale")
    assert shop.xero.numbers(TENANT, "ACCRECCREDIT") == data.numbers("refund")
    balances = shop.xero.balances(TENANT)
    assert balances == data.balances()
    assert sum(balances.values(), Decimal(0)) == 0


def batches(documents: int) -> int:
    """Return how many calls that many documents need."""
    return math.ceil(documents / BATCH)
