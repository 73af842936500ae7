"""An import that is killed leaves whole receipts; the next completes it."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from services.sources.importing import import_stream
from services.store.database import Database, open_database
from tests.sources.files import ANNA, NOON, content, json_lines, load, receipt, touched, void

_ROOT = Path(__file__).resolve().parents[2]
_RECEIPTS = 1_500
_RETAIL_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice"


def _retail(folder: Path) -> tuple[Path, str]:
    """Write invoices of many rows, some of whose rows stand far apart."""
    days = [f"2011-08-{1 + number % 28:02}" for number in range(_RECEIPTS)]
    rows = [
        f"{number},85123A,LAMP {line},{line},{day} 14:50:00,{'0.0' if line % 9 == 8 else '2.55'}"
        for number, day in enumerate(days)
        for line in range(1, 12)
    ]
    rows += [f"{number},22423,LATE ROW,1,{days[number]} 15:00:00,4.00" for number in range(0, _RECEIPTS, 40)]
    file = folder / "retail.csv"
    file.write_text("\n".join((_RETAIL_HEADER, *rows, "")), encoding="utf-8")
    return file, "online-retail"


def _records(folder: Path) -> tuple[Path, str]:
    """Write receipts of the contract, some voided before or after they come."""
    records = [receipt(f"A-{number}", f"{number % 70}.10", store="shop") for number in range(2 * _RECEIPTS)]
    for number in range(0, len(records), 50):
        at = number * 7919 % len(records)
        records.insert(at, void(f"V-{number}", f"A-{number}", store="shop"))
    file = folder / "till.jsonl"
    file.write_text(json_lines(records), encoding="utf-8")
    return file, ""


def _import_in_a_process(
    database: Path, file: Path, source: str, last: int
) -> subprocess.CompletedProcess[str]:
    """Import in a process that dies before its `last` statement; 0: it lives."""
    command = [
        sys.executable,
        "-m",
        "tests.sources.dying_import",
        str(database),
        str(file),
        source,
        str(last),
    ]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=180, check=False)


def _copy(db: Database, to: Path) -> Path:
    db.close()
    shutil.copy(str(db.engine.url.database), to)
    return to


def _partial_receipts(db: Database) -> int:
    """Return how many receipts lack some of their lines or tenders."""
    query = text(
        "SELECT count(*) FROM receipt r WHERE r.line_count <>"
        " (SELECT count(*) FROM receipt_line l WHERE l.receipt_id = r.id) OR (r.kind <> 'void' AND NOT EXISTS"
        " (SELECT 1 FROM receipt_tender t WHERE t.receipt_id = r.id))"
    )
    with db.read() as session:
        return int(session.execute(query).scalar_one())


@pytest.mark.parametrize("make", [_retail, _records], ids=["rows", "records"])
def test_a_killed_import_is_completed_by_the_next(
    db: Database, tmp_path: Path, make: Callable[[Path], tuple[Path, str]]
) -> None:
    file, source = make(tmp_path)
    clean = _copy(db, tmp_path / "clean.db")
    whole = _import_in_a_process(clean, file, source, 0)
    assert whole.returncode == 0, whole.stderr
    statements = int(whole.stdout)
    expected = open_database(f"sqlite:///{clean}")
    random = Random(statements)  # noqa: S311 - any point will do
    for last in (random.randrange(10, statements // 2), random.randrange(statements // 2, statements)):
        broken = _copy(db, tmp_path / f"broken-{last}.db")
        found = open_database(f"sqlite:///{broken}")
        for dies in (last, random.randrange(10, 20)):
            killed = _import_in_a_process(broken, file, source, dies)
            assert killed.returncode == -signal.SIGKILL
            assert _partial_receipts(found) == 0
            assert len(content(found)[0]) < len(content(expected)[0])
        load(found, file.read_bytes(), file.name, source=source or None, store="shop")
        assert content(found) == content(expected)
        assert touched(found, "shop").keys() == touched(expected, "shop").keys()
        found.close()
    expected.close()


def test_an_import_that_is_stopped_keeps_what_is_written(db: Database) -> None:
    class Stopped(Exception):
        pass

    def stop(read: int, _total: int) -> None:
        if read >= 10_000:
            raise Stopped

    records = json_lines(receipt(f"A-{number}") for number in range(11_500))
    with pytest.raises(Stopped):
        import_stream(
            db,
            "till.jsonl",
            BytesIO(records.encode()),
            source=None,
            store=None,
            who=ANNA,
            clock=lambda: NOON,
            progress=stop,
        )
    kept = len(content(db)[0])
    assert 9_000 <= kept < 10_000
    answer = load(db, records, "till.jsonl")
    assert (answer["new"], answer["unchanged"]) == (11_500 - kept, kept)
