"""How fast a file of sales comes in, beside SQLite alone, and in what memory."""

import csv
import gzip
import io
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import text

from services.store.database import Database
from services.store.stores import add_store
from tests.sources.files import NOON, load

_ROOT = Path(__file__).resolve().parents[2]
_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
_SHOP = {"key": "shop", "name": "Shop", "country": "GB", "currency": "GBP", "timezone": "Europe/London"}
_MADE_ROWS = 100_000
_SMALL = 40_000
_MORE_MEMORY = 24
"""MiB that four times the rows may take on top; the rows alone would take many times that."""


@pytest.fixture
def shop(sqlite_database: Database) -> Database:
    """A database with one store."""
    with sqlite_database.write() as session:
        add_store(session, _SHOP, NOON)
    return sqlite_database


def _made_up(count: int) -> Iterator[list[str]]:
    """Yield rows such as a wholesaler's: about twenty a receipt."""
    for number in range(count):
        invoice = number // 20
        day, minute = 1 + invoice // 400 % 28, invoice % 60
        yield [
            f"{500_000 + invoice}",
            f"{20_000 + number * 7 % 3_000}",
            f"ITEM {number * 7 % 3_000}",
            f"{number % 24 + 1}",
            f"2011-{1 + invoice // 11_200 % 12:02}-{day:02} 10:{minute:02}:00",
            f"{number % 13}.{number % 90 + 10}",
            "",
            "United Kingdom",
        ]


class Took(NamedTuple):
    """How long something took, in seconds."""

    wall: float
    processor: float


def _timed(work: Callable[[], int]) -> tuple[int, Took]:
    clock, processor = time.perf_counter(), time.process_time()
    done = work()
    return done, Took(time.perf_counter() - clock, time.process_time() - processor)


def _files() -> list[bytes]:
    """Return the Online Retail files where there are any, else made-up rows."""
    folder = _ROOT.parent / "shared" / "data" / "uci-online-retail"
    if files := sorted(folder.glob("online-retail-*.csv.gz")):
        return [file.read_bytes() for file in files]
    content = io.StringIO(newline="")
    csv.writer(content).writerows([_HEADER.split(","), *_made_up(_MADE_ROWS)])
    return [gzip.compress(content.getvalue().encode())]


def _alone(files: list[bytes], path: Path) -> int:
    """Put the rows as they are into one table with one index; return how many."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(
        "CREATE TABLE line (invoice, stock, description, quantity, time, price, customer, country)"
    )
    connection.execute("CREATE INDEX line_invoice ON line (invoice)")
    for content in files:
        with gzip.open(io.BytesIO(content), "rt", encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            next(rows)
            connection.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            connection.commit()
    (count,) = connection.execute("SELECT count(*) FROM line").fetchone()
    connection.close()
    return int(count)


def _imported(shop: Database, files: list[bytes]) -> int:
    """Import the files; return how many of their rows were kept or set apart."""
    apart = 0
    for number, content in enumerate(files):
        answer = load(shop, content, f"{number}.csv.gz", source="online-retail", store="shop")
        assert answer["refused"] == []
        apart += sum(answer["set_apart"].values())
    with shop.read() as session:
        return apart + int(session.execute(text("SELECT count(*) FROM receipt_line")).scalar_one())


def test_lines_a_second_beside_sqlite_alone(
    shop: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = _files()
    rows, alone = _timed(lambda: _alone(files, tmp_path / "alone.db"))
    imported, ours = _timed(lambda: _imported(shop, files))
    again, unchanged = _timed(lambda: _imported(shop, files))
    assert imported == again == rows
    with capsys.disabled():
        sys.stdout.write(
            f"\n  import of {rows:,} rows: {rows / ours.wall:,.0f} a second; unchanged a second time "
            f"{rows / unchanged.wall:,.0f}; SQLite alone {rows / alone.wall:,.0f}\n"
            f"  ratio {ours.wall / alone.wall:.1f} by the clock, {ours.processor / alone.processor:.1f} by "
            "processor time (at most 4)\n"
        )


_PROGRAM = """
import json, re, sys
from pathlib import Path
from services.store.database import migrate, open_database
from services.store.stores import add_store
from services.sources.importing import import_stream
from tests.sources.files import ANNA, NOON
file, database, store = sys.argv[1:]
db = open_database(f"sqlite:///{database}")
migrate(db)
with db.write() as session:
    add_store(session, json.loads(store), NOON)
with Path(file).open("rb") as stream:
    answer = import_stream(
        db, file, stream, source="online-retail", store="shop", who=ANNA, clock=lambda: NOON
    )
# Of this program alone; what getrusage says includes the process it was started from.
print(answer["new"], int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def _peak(folder: Path, rows: int, *, scattered: bool) -> tuple[int, int]:
    """Import rows in a process of its own; return receipts and peak MiB."""
    file, made = folder / f"{rows}-{scattered}.csv", list(_made_up(rows))
    # Scattered: the first line of every receipt, then the second of every one, and so on.
    order = [row for part in range(20) for row in islice(made, part, None, 20)] if scattered else made
    with file.open("w", encoding="utf-8", newline="") as content:
        csv.writer(content).writerows([_HEADER.split(","), *order])
    command = [sys.executable, "-c", _PROGRAM, str(file), str(file.with_suffix(".db")), json.dumps(_SHOP)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    receipts, peak = map(int, done.stdout.split())
    return receipts, peak


@pytest.mark.parametrize("scattered", [False, True], ids=["rows together", "rows scattered"])
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, scattered: bool
) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell how much memory a program took")
    small = _peak(tmp_path, _SMALL, scattered=scattered)
    large = _peak(tmp_path, 4 * _SMALL, scattered=scattered)
    assert (small[0], large[0]) == (_SMALL // 20, 4 * _SMALL // 20)
    with capsys.disabled():
        sys.stdout.write(
            f"\n  peak memory: {small[1]} MiB for {_SMALL:,} rows, {large[1]} MiB for {4 * _SMALL:,}\n"
        )
    assert large[1] < small[1] + _MORE_MEMORY
