"""How soon a log of a million rows opens: the service and the screen together."""

import os
import sqlite3
import sys
import time
from pathlib import Path

from tests.e2e.service_process import run, service_process
from tests.wire.line import CONSOLE, Line, line, python

ROWS = int(os.environ.get("TILLBOOK_LOG_ROWS", "100000"))
"""`make bench` takes a million."""
FEW = 1_000
TIMES = 4.0
_STORE = ("--store=shop", "--name=Shop", "--country=NZ", "--currency=NZD", "--timezone=Pacific/Auckland")
_FILL = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {rows})
INSERT INTO attempt (store, tenant, call, idempotency_key, started, answered, outcome, status, elements)
SELECT 'shop', 'tenant', CASE n % 3 WHEN 0 THEN 'PUT Payments' ELSE 'PUT Invoices' END, 'key-' || n,
    '2026-11-01 00:00:00.000000', '2026-11-01 00:00:01.000000',
    CASE n % 50 WHEN 0 THEN 'refused' ELSE 'accepted' END, 200, 1
FROM number
"""


def _home(folder: Path, rows: int) -> Path:
    made = run("init", "--home", str(folder), *_STORE)
    assert made.returncode == 0, made.stderr
    (file,) = folder.glob("*.db")
    with sqlite3.connect(file) as database:
        database.execute(_FILL.format(rows=rows))
    database.close()
    return folder


def _seen(console: Line, keys: str, shows: str) -> float:
    """Return the seconds from a key to what it shows."""
    console.settle()
    start = time.perf_counter()
    console.go(keys, shows.encode())
    return console.last - start


def _opened(folder: Path, rows: int) -> dict[str, float]:
    """Return how long the log of so many rows takes to open, and to go to its end."""
    with service_process(_home(folder, rows)) as service:
        with service.client() as client:
            start = time.perf_counter()
            page = client.log_page(first=0, limit=100)
            asked = time.perf_counter() - start
            assert (page["count"], len(page["attempts"])) == (rows, 100)
        with line(python(CONSOLE, str(service.socket))) as console:
            console.until(b"Needs you")
            first = _seen(console, "4", f"{rows:,} calls")
            console.press("1")
            console.settle()
            again = _seen(console, "4", f"{rows:,} calls")
            end = _seen(console, "\x1b[F", "accepted")
    return {"service": asked, "first": first, "again": again, "end": end}


def test_the_log_opens_as_soon_with_many_rows_as_with_few(tmp_path: Path) -> None:
    few, many = (_opened(tmp_path / f"h{rows}", rows) for rows in (FEW, ROWS))
    told = {name: f"{many[name] * 1000:.0f} ms ({few[name] * 1000:.0f} with {FEW:,})" for name in many}
    sys.stdout.write(f"\na log of {ROWS:,} rows: {told}\n")
    assert many["first"] <= TIMES * few["first"], told
