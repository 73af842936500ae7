"""Backups of a running service; restoring; what is in Xero afterwards."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import sale
from tests.e2e.shop import Shop


def backup(shop: Shop, folder: Path) -> Path:
    return Path(shop.tillbook("backup", str(folder)).done()["file"])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_is_made_listed_and_proven(shop: Shop, tmp_path: Path) -> None:
    date = "2026-06-01"
    shop.take([sale(date, "BK-1", "23.00")]).done()
    made = shop.tillbook("backup", str(tmp_path / "kept")).done()
    path = Path(made["file"])
    told = json.loads(Path(f"{path}.json").read_text())
    assert (told["sha256"], told["tables"]["receipt"]) == (made["sha256"], 1)
    assert path.stat().st_mode & 0o777 == 0o600
    listed = shop.tillbook("backup", "--list").done()
    assert listed["backups"][0]["file"] == str(path)
    assert listed["nightly"] is True
    assert listed["keep"] == 14
    words = shop.run("backup", "--list")
    assert "Every night at 03:10" in words.out


def test_no_secret_is_in_a_backup(shop: Shop, tmp_path: Path) -> None:
    path = backup(shop, tmp_path / "kept")
    raw = path.read_bytes()
    for name in ("secrets.sealed", "tillbook.key"):
        secret = (shop.home / name).read_bytes().strip()
        assert secret
        assert secret[:40] not in raw
    with closing(sqlite3.connect(path)) as copy:
        text = "\n".join(copy.iterdump())
    assert "refresh_token" not in text
    assert "eyJ" not in text


def test_a_restore_is_refused_while_the_service_runs(shop: Shop, tmp_path: Path) -> None:
    path = backup(shop, tmp_path / "kept")
    ran = shop.tillbook("restore", str(path), "--yes")
    assert ran.status == 1, ran
    assert ran.answer["error"]["code"] == "already_running"


def test_an_older_backup_shows_what_is_lost_and_nothing_is_sent_twice(own_shop: Shop, tmp_path: Path) -> None:
    before, after = "2026-06-01", "2026-06-02"
    own_shop.take([sale(before, "RS-1", "23.00")]).done()
    assert own_shop.sync(before).status == 0
    path = backup(own_shop, tmp_path / "kept")
    records = [sale(after, "RS-2", "46.00")]
    own_shop.take(records).done()
    assert own_shop.sync(after).status == 0
    own_shop.stop()

    seen = own_shop.tillbook("restore", str(path), "--dry-run").done()
    assert (seen["done"], seen["lost"]["receipts"], seen["lost"]["days"]) == (False, 1, [f"queen-st {after}"])
    assert seen["lost"]["posted"] == [f"queen-st {after} ACCREC POS-queen-st-{after}"]
    assert seen["lost"]["carried"]["documents"] == 1
    assert own_shop.tillbook("restore", str(path)).status == 2
    done = own_shop.tillbook("restore", str(path), "--yes").done()
    assert Path(done["kept"]).exists()
    assert not (own_shop.home / "engine.db").exists()

    own_shop.serve()
    assert own_shop.day(before)["state"] == "posted"
    assert own_shop.day(after)["state"] == "changed", "its documents were carried over, its receipts not"
    own_shop.take(records).done()
    assert own_shop.day(after)["state"] == "posted"
    assert own_shop.integration()["state"] == "paused"
    own_shop.tillbook("resume", "xero", "--store", "queen-st").done()
    ran = own_shop.sync(after)
    assert ran.status == 0, ran
    assert own_shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{before}", f"POS-queen-st-{after}"]
    entries = own_shop.tillbook("audit").done()["entries"]
    assert {"restore", "back_up"} & {entry["action"] for entry in entries} == {"restore"}


def test_a_tampered_backup_is_refused_and_nothing_changes(own_shop: Shop, tmp_path: Path) -> None:
    path = backup(own_shop, tmp_path / "kept")
    own_shop.stop()
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("UPDATE store SET name = 'Mine'")
        copy.commit()
    books = own_shop.home / "tillbook.db"
    held = books.read_bytes()
    ran = own_shop.tillbook("restore", str(path), "--yes")
    assert ran.status == 1, ran
    assert ran.answer["error"]["code"] == "backup_damaged"
    assert books.read_bytes() == held
    assert own_shop.serve().tillbook("status").status == 0


def test_on_another_machine_the_books_are_there_and_one_connects_again(
    own_shop: Shop, tmp_path: Path
) -> None:
    date = "2026-06-01"
    own_shop.take([sale(date, "AM-1", "23.00")]).done()
    assert own_shop.sync(date).status == 0
    path = backup(own_shop, tmp_path / "kept")
    own_shop.stop()
    own_shop.home.rename(tmp_path / "burnt")
    own_shop.tillbook("restore", str(path), "--yes").done()
    own_shop.serve()
    assert own_shop.day(date)["state"] == "posted"
    own_shop.connect()
    own_shop.tillbook("resume", "xero", "--store", "queen-st").done()
    other = "2026-06-02"
    own_shop.take([sale(other, "AM-2", "23.00")]).done()
    assert own_shop.sync(other).status == 0
    assert own_shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{date}", f"POS-queen-st-{other}"]


def test_killed_in_the_middle_of_a_backup(own_shop: Shop, tmp_path: Path) -> None:
    """The service is stopped in the middle of a copy, seen half done, then killed."""
    date, folder = "2026-06-01", tmp_path / "kept"
    own_shop.take([sale(date, f"KB-{number}", "1.00") for number in range(3000)]).done()
    good = backup(own_shop, folder)
    half: set[str] = set()
    for _ in range(20):
        assert own_shop.service is not None
        command = own_shop.background("backup", str(folder))
        while command.poll() is None and not half:
            half = {name for name in os.listdir(folder) if name.endswith(".partial")}  # noqa: PTH208 - it is a race
        os.kill(own_shop.service.pid, signal.SIGSTOP)
        half = {name for name in names(folder) if name.endswith(".partial")}
        own_shop.kill()
        command.communicate(timeout=180)
        own_shop.serve()
        if half:
            break
    assert half, "never caught in the middle"
    listed = own_shop.tillbook("backup", "--list").done()
    assert [row["outcome"] for row in listed["backups"] if row["file"] == str(good)] == ["good"]
    again = backup(own_shop, folder)
    left = names(folder)
    assert not any(name.endswith(".partial") for name in left)
    assert {good.name, f"{good.name}.json", again.name, f"{again.name}.json"} <= left
    own_shop.stop()
    assert own_shop.tillbook("restore", str(again), "--yes").done()["lost"]["receipts"] == 0


def test_a_full_disk_is_told_and_older_backups_stay(own_shop: Shop, tmp_path: Path) -> None:
    date, folder = "2026-06-01", tmp_path / "kept"
    own_shop.take([sale(date, f"FD-{number}", "1.00") for number in range(2000)]).done()
    good = backup(own_shop, folder)
    own_shop.limit_files(good.stat().st_size // 2)
    ran = own_shop.tillbook("backup", str(folder))
    own_shop.limit_files(None)
    assert ran.status == 1, ran
    assert ran.answer["error"]["code"] == "backup_failed"
    assert names(folder) == {good.name, f"{good.name}.json"}
    assert backup(own_shop, folder).exists()


def test_with_postgresql_it_says_what_to_run(tmp_path: Path, empty_postgres_url: str) -> None:
    shop = Shop(tmp_path)
    shop.settings = {"TILLBOOK_DATABASE_URL": empty_postgres_url}
    try:
        assert shop.init().status == 0
        shop.serve()
        ran = shop.tillbook("backup", str(tmp_path / "kept"))
        assert ran.status == 1, ran
        assert ran.answer["error"]["code"] == "use_pg_dump"
        assert "pg_dump" in ran.answer["error"]["next"]
        shop.stop()
        ran = shop.tillbook("restore", str(tmp_path / "x.dump"), "--yes")
        assert ran.status == 1, ran
        assert "pg_restore" in ran.answer["error"]["next"]
        told = ["restore", "--pg-restored", "2026-11-20T14:10:00+00:00", "x.dump"]
        assert shop.tillbook(*told).done()["done"] is True
        shop.serve()
        entries = shop.tillbook("audit").done()["entries"]
        assert entries[0]["action"] == "restore"
    finally:
        if shop.service is not None and shop.service.running:
            shop.stop()
