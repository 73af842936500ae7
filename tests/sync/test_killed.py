"""The service killed with SIGKILL again and again: everything is sent once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.sandbox.xero import NZ_TENANT, Fault, PracticeConfig, PracticeXero
from services.store.database import migrate, open_database
from services.store.vaults.vault import open_vault
from tests.conftest import ROOT
from tests.sync.practice import PracticeShop
from tests.sync.support import ANNA, STORE, all_posted

PATIENCE = 240


@pytest.fixture
def xero() -> Iterator[PracticeXero]:
    with PracticeXero(PracticeConfig().generous()) as running:
        yield running


@pytest.fixture
def practice(tmp_path: Path, xero: PracticeXero) -> Iterator[PracticeShop]:
    database = open_database(f"sqlite:///{tmp_path / 'tillbook.db'}")
    migrate(database)
    shop = PracticeShop(database, tmp_path)
    shop.clock.now = datetime.now(UTC)
    shop.vault = open_vault(tmp_path)  # the real one: another process reads it
    shop.use(xero)
    yield shop
    shop.office.stop()
    database.close()


def work(home: Path, xero: PracticeXero) -> subprocess.Popen[bytes]:
    """Start the service."""
    names = ("LOGIN", "IDENTITY", "API")
    addresses = {f"TILLBOOK_XERO_{name}_URL": xero.url for name in names}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.sync.worker", str(home)],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **addresses},
        stderr=subprocess.PIPE,
    )


def writes(xero: PracticeXero) -> int:
    return len(xero.calls.of(method="PUT"))


def test_killed_at_every_write(practice: PracticeShop, xero: PracticeXero, tmp_path: Path) -> None:
    practice.ready()
    first = practice.clock().date() - timedelta(days=10)
    dates = practice.take_days(6, first)
    practice.runner.stop()
    practice.office.sync(STORE, first=dates[0], last=dates[-1], who=ANNA)
    # Half of the writes answer late, so that the kill falls between commit and answer.
    xero.faults.add(Fault(method="PUT", delay=5, when="after", every=2, count=None))
    xero.faults.add(Fault(method="PUT", delay=0.3, when="before", every=3, count=None))
    kills = 0
    for _ in range(20):
        before = writes(xero)
        process = work(tmp_path, xero)
        assert process.stderr is not None
        for _ in range(PATIENCE * 50):
            try:
                process.wait(0.02)
                break
            except subprocess.TimeoutExpired:
                if writes(xero) > before and kills < 8:
                    process.kill()
                    kills += 1
                    if kills == 8:
                        xero.faults.clear()
        process.wait(PATIENCE)
        problem = process.stderr.read().decode()
        process.stderr.close()
        if process.returncode == 0:
            break
        assert process.returncode == -9, problem
    assert kills >= 3
    assert all_posted(practice.state(dates[0], dates[-1]))
    book = xero.book(NZ_TENANT)
    numbers = [document.number for document in book.documents.values()]
    assert sorted(numbers) == sorted(set(numbers))
    assert len(numbers) == 8
    balances = xero.trial_balance(NZ_TENANT)
    assert balances["611"] == Decimal(6 * 50 - 2 * 23)
    assert balances["612"] == Decimal(6 * 50)
    assert "610" not in balances
