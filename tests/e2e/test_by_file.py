"""Xero is out of reach for good: the days go as files, once, and are never sent."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import refund, sale
from tests.e2e.shop import Ran, Shop


def by_file(shop: Shop, date: str, out: Path, *more: str) -> Ran:
    return shop.tillbook(
        "post-by-file", "--store", shop.key, "--date", date, "--out", str(out), "--yes", *more
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_day_goes_as_files_and_is_never_sent(own_shop: Shop, tmp_path: Path) -> None:
    date = "2026-06-01"
    own_shop.take([sale(date, "BF-1", "23.00"), refund(date, "BF-2", "-11.50")]).done()
    own_shop.xero.stop()
    seen = own_shop.tillbook("post-by-file", "--store", own_shop.key, "--date", date, "--dry-run").done()
    assert (seen["dry_run"], seen["days"][0]["outcome"], seen["postings"]) == (True, "posted", [])
    answer = by_file(own_shop, date, tmp_path / "out").done()
    files = {file["name"]: file for file in answer["postings"][0]["files"]}
    for name, content in contents(tmp_path / "out").items():
        assert files[name]["sha256"] == sha256(content).hexdigest()
        assert files[name]["path"] == str(tmp_path / "out" / name)
    manifest = json.loads((tmp_path / "out" / f"queen-st_{date}_manifest.json").read_text())
    assert {each["name"] for each in manifest["files"]} == set(files) - {f"queen-st_{date}_manifest.json"}
    assert own_shop.day(date)["state"] == "by_file"
    own_shop.xero.start()
    said = own_shop.run("sync", "--store", own_shop.key, "--date", date)
    assert (said.status, "posted by file" in said.out, "Queued" in said.out) == (0, True, False)
    own_shop.tillbook("schedule", "--store", own_shop.key, "--frequency", "daily", "--start", date).done()
    own_shop.kill()
    own_shop.serve()
    other = "2026-06-02"
    own_shop.take([sale(other, "BF-3", "23.00")]).done()
    assert own_shop.sync(other).status == 0
    assert own_shop.xero.numbers(NZ_TENANT) == [f"POS-queen-st-{other}"]
    assert own_shop.day(date)["state"] == "by_file"


def test_asking_again_writes_the_same_bytes_and_says_who(shop: Shop, tmp_path: Path) -> None:
    date = "2026-06-11"
    shop.take([sale(date, "BA-1", "23.00")]).done()
    first = by_file(shop, date, tmp_path / "one").done()
    shop.take([sale(date, "BA-2", "5.00")]).done()
    again = by_file(shop, date, tmp_path / "two").done()
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert again["days"][0]["outcome"] == "again"
    assert again["days"][0]["why"][0]["code"] == "changed_after_file"
    assert (again["postings"][0]["by"], again["postings"][0]["at"]) == (
        first["postings"][0]["by"],
        first["postings"][0]["at"],
    )
    words = shop.run("post-by-file", "--store", shop.key, "--date", date, "--out", str(tmp_path / "three"))
    assert words.status == 0, words
    assert "posted by file by" in words.out


def test_what_is_in_the_way_is_not_overwritten(shop: Shop, tmp_path: Path) -> None:
    date = "2026-06-12"
    shop.take([sale(date, "BW-1", "23.00")]).done()
    taken = tmp_path / f"queen-st_{date}_journal.txt"
    taken.write_text("mine")
    ran = by_file(shop, date, tmp_path)
    assert ran.status == 1, ran
    assert "in the way" in ran.answer["error"]["what"]
    assert taken.read_text() == "mine"
    assert by_file(shop, date, tmp_path / "free").status == 0


def test_what_is_at_xero_is_refused_and_a_script_has_to_say_yes(shop: Shop, tmp_path: Path) -> None:
    date, other = "2026-06-13", "2026-06-14"
    shop.take([sale(date, "BR-1", "23.00"), sale(other, "BR-2", "23.00")]).done()
    assert shop.sync(date).status == 0
    ran = by_file(shop, date, tmp_path / "out")
    assert ran.status == 1, ran
    assert ran.answer["days"][0]["why"][0]["code"] == "at_ledger_already"
    assert not (tmp_path / "out").exists()
    unsaid = shop.run("post-by-file", "--store", shop.key, "--date", other, "--out", str(tmp_path / "out"))
    assert unsaid.status == 2, unsaid
    assert shop.run("post-by-file", "--store", shop.key, "--date", other).status == 2
    assert shop.day(other)["state"] == "waiting"


def test_taken_back_it_is_sent(shop: Shop, tmp_path: Path) -> None:
    date = "2026-06-15"
    shop.take([sale(date, "BT-1", "23.00")]).done()
    by_file(shop, date, tmp_path / "out").done()
    arguments = ["post-by-file", "--store", shop.key, "--date", date, "--take-back", "--yes"]
    assert shop.tillbook(*arguments).status == 2
    answer = shop.tillbook(*arguments, "--reason", "Xero is back").done()
    assert answer["dates"] == [date]
    assert shop.sync(date).status == 0
    assert f"POS-queen-st-{date}" in shop.xero.numbers(NZ_TENANT)
    entries = shop.tillbook("audit").done()["entries"]
    assert {"post_by_file", "take_back_files"} <= {entry["action"] for entry in entries}


def test_a_folder_that_cannot_be_written_to_keeps_the_day_waiting(shop: Shop, tmp_path: Path) -> None:
    date = "2026-06-16"
    shop.take([sale(date, "BU-1", "23.00")]).done()
    (tmp_path / "file").write_text("")
    ran = by_file(shop, date, tmp_path / "file" / "out")
    assert ran.status == 1, ran
    assert shop.day(date)["state"] == "waiting"
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - names are enough
