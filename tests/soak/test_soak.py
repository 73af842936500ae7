"""Days through faults, kills, freezes and people: each is in the books once.

`make test` runs a short form, `make soak` the whole: 2,000 days and 50 kills on each
database. TILLBOOK_SOAK_DAYS, _KILLS and _SEED say how much; the report goes to the
folder TILLBOOK_SOAK_OUT.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.soak import checks, figures
from tests.soak.expectation import expected_of
from tests.soak.machines import running
from tests.soak.plan import Plan, Size
from tests.soak.soak import Soak
from tests.soak.tables import tables_of

# Read at once: the tests run without the settings of whoever runs them.
SIZE = Size.of(os.environ)
OUT = os.environ.get("TILLBOOK_SOAK_OUT")

pytestmark = pytest.mark.timeout(900 if SIZE.days < 200 else 5400)


def test_one_service_on_sqlite(tmp_path: Path) -> None:
    soak = Soak.of(Plan.of(SIZE), tmp_path)
    url = f"sqlite:///{soak.machines[0].shop.home / 'tillbook.db'}"
    report = _held(soak, url, "sqlite", tmp_path)
    assert report["kills"] == SIZE.kills


def test_two_services_on_postgresql(tmp_path: Path, empty_postgres_url: str) -> None:
    soak = Soak.of(Plan.of(SIZE, SIZE.stores), tmp_path, TILLBOOK_DATABASE_URL=empty_postgres_url)
    report = _held(soak, empty_postgres_url, "postgresql", tmp_path)
    assert (report["machines"], report["kills"]) == (2, SIZE.kills)


def _held(soak: Soak, url: str, database: str, folder: Path) -> dict[str, object]:
    """Run a soak and check everything; return its figures."""
    with _rerun_told(soak), running(soak.machines):
        soak.run()
        wanted = expected_of(soak.plan, soak.taken)
        books = checks.ledger_is_right(soak.evidence, wanted)
        checks.allowance_kept(soak.evidence.calls)
        waiting = soak.waiting_for_a_person
        with tables_of(url) as tables:
            checks.all_settled(tables, soak.plan.days - waiting, waiting)
            checks.tables_agree(tables, wanted)
            checks.each_write_has_its_attempt(tables, soak.evidence.calls)
            checks.audit_complete(tables, soak.people.deeds)
            report = figures.figures(soak, tables, books, database)
    path = figures.write(report, Path(OUT) if OUT else folder)
    sys.stdout.write(f"\n{path.read_text(encoding='utf-8')}")
    return report


@contextmanager
def _rerun_told(soak: Soak) -> Iterator[None]:
    """Say with a failure how to run the same again, and keep what the services said."""
    try:
        yield
    except BaseException:
        size = soak.plan.size
        again = (
            f"TILLBOOK_SOAK_SEED={size.seed} TILLBOOK_SOAK_DAYS={size.days} TILLBOOK_SOAK_KILLS={size.kills}"
        )
        sys.stdout.write(f"\nRun it again with: {again} pytest tests/soak\n")
        for machine in soak.machines:
            sys.stdout.write(f"--- {machine.name}\n{machine.shop.logs()}\n")
        raise
