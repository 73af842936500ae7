"""Putting a backup back: proven first, shown what is lost, and never half done."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from services.contract.people import Person
from services.contract.problem import NotFound, Refused
from services.store import attempts, by_file
from services.store.attempts import Item
from services.store.by_file import KeptFile
from services.store.database import Database, open_database
from services.store.days import get_day
from services.store.restoring.backup import back_up
from services.store.restoring.losses import Losses, compare
from services.store.restoring.restore import examine, forget_engine, put_back
from services.store.tables import (
    Audit,
    DocumentRow,
    FilePosting,
    Machine,
    PaymentRow,
    Restore,
    SealedSecret,
    Store,
)
from tests.store.moments import NOON
from tests.store.rows import put_store

ANNA = Person("anna", 1000, frozenset({"manager"}))
LATER = NOON + timedelta(days=2)
DAY = NOON.date()


@pytest.fixture
def books(sqlite_database: Database) -> Database:
    with sqlite_database.write() as session:
        put_store(session)
        put_document(session, "sales", "waiting")
    return sqlite_database


def put_document(session: Session, key: str, state: str, remote_id: str | None = None) -> DocumentRow:
    row = DocumentRow(
        store="queen-st", business_date=DAY, key=key, kind="ACCREC", number=f"N-{key}", shape="invoice",
        tenant="t", mapping_version=1, body={}, digest=b"", state=state, total=100, remote_id=remote_id,
        created=NOON, changed=NOON,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def path_of(books: Database) -> Path:
    return Path(books.engine.url.database or "")


def saved(books: Database) -> Path:
    folder = path_of(books).parent / "kept"
    return folder / back_up(books, folder, NOON, "1").file


def restored(books: Database, backup: Path) -> Database:
    """Put a backup back and open the books that came of it."""
    books.close()
    path = path_of(books)
    put_back(examine(backup), path, compare(path, backup), ANNA, LATER)
    return open_database(f"sqlite:///{path}")


def test_the_books_are_as_they_were_and_those_of_before_are_kept(books: Database) -> None:
    backup = saved(books)
    with books.write() as session:
        session.add(Audit(at=LATER, who="ben", action="later", subject="x"))
    again = restored(books, backup)
    with again.read() as session:
        assert [row.action for row in session.exec(select(Audit)).all()] == ["restore"]
        assert session.exec(select(Store.key)).all() == ["queen-st"]
    again.close()
    (kept,) = path_of(books).parent.glob("tillbook.db.replaced-*")
    before = open_database(f"sqlite:///{kept}")
    with before.read() as session:
        assert [row.action for row in session.exec(select(Audit)).all()] == ["later"]
    before.close()


def test_it_is_written_down_who_restored_what(books: Database) -> None:
    backup = saved(books)
    again = restored(books, backup)
    with again.read() as session:
        row = session.exec(select(Restore)).one()
        entry = session.exec(select(Audit)).one()
    again.close()
    assert (row.by, row.file, row.made) == ("anna", str(backup), NOON)
    assert (entry.who, entry.action) == ("anna", "restore")
    assert row.until >= LATER.date()


def test_a_changed_file_is_refused(books: Database) -> None:
    backup = saved(books)
    with sqlite3.connect(backup) as connection:
        connection.execute("UPDATE store SET name = 'Mine'")
    connection.close()
    with pytest.raises(Refused, match="is not put back") as caught:
        examine(backup)
    assert "checksum" in caught.value.why


def test_a_file_that_was_cut_off_is_refused(books: Database) -> None:
    backup = saved(books)
    with backup.open("r+b") as stream:
        stream.truncate(8192)
    with pytest.raises(Refused, match="is not put back"):
        examine(backup)


def test_without_its_manifest_it_is_refused_unless_accepted(books: Database) -> None:
    backup = saved(books)
    Path(f"{backup}.json").unlink()
    with pytest.raises(Refused, match="cannot be proven"):
        examine(backup)
    assert examine(backup, without_manifest=True).manifest is None


def test_a_damaged_file_is_refused_even_without_a_manifest(books: Database) -> None:
    backup = saved(books)
    Path(f"{backup}.json").unlink()
    with backup.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * 4096)
    with pytest.raises(Refused, match="is not put back"):
        examine(backup, without_manifest=True)


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be read as one"])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises(Refused, match="is not put back"):
        examine(tmp_path / "x.db", without_manifest=True)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"x\.db"):
        examine(tmp_path / "x.db")


def test_the_backup_of_a_newer_tillbook_is_refused(books: Database) -> None:
    with books.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    backup = saved(books)
    with pytest.raises(Refused, match="newer Tillbook") as caught:
        examine(backup)
    assert caught.value.code == "database_newer"


def test_what_would_be_lost_is_counted(books: Database) -> None:
    backup = saved(books)
    with books.write() as session:
        first = session.exec(select(DocumentRow)).one()
        first.remote_id, first.state = "abc", "posted"
        put_document(session, "refunds", "posted", "def")
        put_document(session, "purchase:1", "waiting")
        session.add(Audit(at=LATER, who="ben", action="later", subject="x"))
    lost = compare(path_of(books), backup)
    assert (lost.known, lost.receipts, lost.documents, lost.audit) == (True, 0, 2, 1)
    assert {number for _, _, _, number in lost.posted} == {"N-sales", "N-refunds"}
    assert lost.days == (("queen-st", DAY.isoformat()),)
    assert lost.latest == DAY


def test_nothing_is_lost_of_books_that_did_not_change(books: Database) -> None:
    backup = saved(books)
    assert compare(path_of(books), backup) == Losses(latest=DAY)
    assert compare(path_of(books).parent / "none.db", backup) == Losses()


def test_damaged_books_can_be_replaced_and_are_said_to_be_unreadable(books: Database) -> None:
    backup = saved(books)
    books.close()
    path = path_of(books)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(b"garbage" * 1000)
    lost = compare(path, backup)
    assert lost.known is False
    put_back(examine(backup), path, lost, ANNA, LATER)
    again = open_database(f"sqlite:///{path}")
    with again.read() as session:
        assert session.get(Store, "queen-st") is not None
    again.close()


def test_what_was_being_sent_is_unknown_afterwards(books: Database) -> None:
    with books.write() as session:
        row = put_document(session, "refunds", "sending")
        paid = put_document(session, "zero", "sending", "abc")
        session.add(PaymentRow(document_id=paid.id or 0, position=0, tender="cash", account="611", amount=5))
        attempts.begin(
            session, store="queen-st", tenant="t", call="PUT CreditNotes", key="k", items=[Item(row.id or 0)],
            request=None, now=NOON,
        )  # fmt: skip
        session.add(SealedSecret(name="x", sealed="y", changed=NOON))
        session.add(
            Machine(
                executor="m", machine="m", name="m", version="1", revision="1", started=NOON, seen=NOON,
                dead_after=60,
            )
        )  # fmt: skip
    again = restored(books, saved(books))
    with again.read() as session:
        states = {row.key: row.state for row in session.exec(select(DocumentRow)).all()}
        payment = session.exec(select(PaymentRow)).one()
        unknown = attempts.in_outcome(session, "unknown")
        left = [*session.exec(select(SealedSecret)).all(), *session.exec(select(Machine)).all()]
    again.close()
    assert (states["refunds"], states["sales"], payment.state) == ("unknown", "waiting", "unknown")
    assert (len(unknown), left) == (1, [])


def test_what_was_posted_by_file_since_stays_so(books: Database) -> None:
    backup = saved(books)
    with books.write() as session:
        posting = FilePosting(
            store="queen-st", tenant="t", made=LATER, made_by="ben", dates=[DAY.isoformat()], documents=1,
            mapping_version=1,
        )  # fmt: skip
        by_file.save(session, posting, [DAY], [KeptFile("a.csv", "x\r\n", "sum")])
    assert compare(path_of(books), backup).by_file == (("queen-st", DAY.isoformat()),)
    again = restored(books, backup)
    with again.read() as session:
        assert by_file.dates(session, "queen-st") == {DAY}
        found = by_file.posting_of(session, "queen-st", DAY)
        assert found is not None
        assert (found.made_by, [file.content for file in by_file.files_of(session, found)]) == (
            "ben",
            ["x\r\n"],
        )
        day = get_day(session, "queen-st", DAY)
        assert day is not None
        assert day.state == "by_file"
    again.close()


def test_the_runners_own_notes_are_dropped(tmp_path: Path) -> None:
    for name in ("engine.db", "engine.db-wal", "engine.db-shm", "machine-id"):
        (tmp_path / name).write_text("x")
    forget_engine(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["machine-id"]


_KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from services.contract.people import Person
from services.store.restoring import restore
from services.store.restoring.losses import compare

def die(*_arguments, **_more):
    os.kill(os.getpid(), 9)

owner = restore if hasattr(restore, sys.argv[3]) else restore.backup
setattr(owner, sys.argv[3], die)
books, backup = Path(sys.argv[1]), Path(sys.argv[2])
found = restore.examine(backup)
restore.put_back(found, books, compare(books, backup), Person("a", 1, frozenset()), datetime.now(UTC))
"""


@pytest.mark.parametrize("moment", ["_copied", "migrate", "_mark", "_swapped", "_fold", "settle"])
def test_killed_at_any_moment_one_of_the_two_is_in_place(books: Database, moment: str) -> None:
    backup = saved(books)
    with books.write() as session:
        session.add(Audit(at=LATER, who="ben", action="later", subject="x"))
    books.close()
    path = path_of(books)
    command = [sys.executable, "-c", _KILLED, str(path), str(backup), moment]
    assert subprocess.run(command, check=False, timeout=180).returncode == -signal.SIGKILL
    again = open_database(f"sqlite:///{path}")
    with again.read() as session:
        actions = [row.action for row in session.exec(select(Audit)).all()]
    again.close()
    assert actions in (["later"], ["restore"])
    put_back(examine(backup), path, compare(path, backup), ANNA, LATER)
    assert not list(path.parent.glob("*restoring*"))
