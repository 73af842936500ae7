"""The nightly backup: once a night, tried again when it fails."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.settings import load_settings
from services.store import backups_table
from services.store.database import Database
from services.store.restoring.backup import backups_in
from services.sync.backups.backups import BackupsOffice, backup_words
from services.sync.backups.plan import BackupPlan, plan_of
from tests.store.small_disk import small_disk
from tests.sync.support import ANNA, Shop

ZONE = "Pacific/Auckland"
BEN = Person("ben", 1001, frozenset({"manager"}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "nightly"


@pytest.fixture
def office(shop: Shop, folder: Path) -> BackupsOffice:
    return BackupsOffice(shop.tools, BackupPlan(folder, keep=3), "1", lambda work: work())


def nights(shop: Shop, office: BackupsOffice, count: int) -> None:
    for _ in range(count):
        shop.clock.move(days=1)
        office.tick()


def test_a_shop_that_was_just_set_up_waits_for_its_first_night(
    shop: Shop, office: BackupsOffice, folder: Path
) -> None:
    office.tick()
    assert backups_in(folder) == []
    assert office.listed()["last_good"] is None
    shop.clock.move(days=1)
    office.tick()
    assert len(backups_in(folder)) == 1


def test_one_a_night_and_the_newest_are_kept(shop: Shop, office: BackupsOffice, folder: Path) -> None:
    nights(shop, office, 5)
    for _ in range(20):
        shop.clock.move(minutes=1)
        office.tick()
    assert len(backups_in(folder)) == 3
    listed = office.listed()
    assert [row["outcome"] for row in listed["backups"]] == ["good"] * 5
    assert {row["by"] for row in listed["backups"]} == {"Tillbook"}


def test_a_service_that_was_down_for_a_week_makes_one(
    shop: Shop, office: BackupsOffice, folder: Path
) -> None:
    nights(shop, office, 1)
    shop.clock.move(days=7)
    office.tick()
    office.tick()
    assert len(backups_in(folder)) == 2


def test_one_that_fails_counts_for_nothing_and_is_tried_again_in_an_hour(
    shop: Shop, office: BackupsOffice, folder: Path
) -> None:
    nights(shop, office, 1)
    (good,) = backups_in(folder)
    folder.rename(folder.with_name("away"))
    folder.write_text("in the way")
    shop.clock.move(days=1)
    for _ in range(5):
        office.tick()
        shop.clock.move(minutes=1)
    with shop.database.read() as session:
        last, last_good = backups_table.last(session), backups_table.last_good(session)
    assert last is not None
    assert last_good is not None
    assert (last.outcome, last_good.sha256) == ("failed", good[1].sha256)
    failed = [row for row in office.listed()["backups"] if row["outcome"] == "failed"]
    assert len(failed) == 1
    assert failed[0]["error"] is not None
    folder.unlink()
    folder.with_name("away").rename(folder)
    shop.clock.move(hours=1)
    office.tick()
    assert len(backups_in(folder)) == 2


def test_only_after_a_good_one_are_older_ones_removed(
    shop: Shop, office: BackupsOffice, folder: Path
) -> None:
    nights(shop, office, 3)
    before = [path for path, _ in backups_in(folder)]
    shop.clock.move(days=1)
    with small_disk(20_000):
        office.tick()
    after = [path for path, _ in backups_in(folder)]
    assert after == before


def test_a_person_makes_one_where_they_say_and_nothing_there_is_removed(
    shop: Shop, office: BackupsOffice, tmp_path: Path
) -> None:
    for _ in range(4):
        office.make(str(tmp_path / "mine"), who=BEN)
        shop.clock.move(minutes=1)
    answer = office.make(str(tmp_path / "mine"), who=BEN)
    assert len(backups_in(tmp_path / "mine")) == 5
    assert (answer["by"], answer["outcome"], answer["nightly"]) == ("ben", "good", False)
    entries = shop.office.audit()["entries"]
    assert [entry["action"] for entry in entries].count("back_up") == 5


def test_one_by_hand_does_not_stand_for_the_nightly_one(
    shop: Shop, office: BackupsOffice, folder: Path
) -> None:
    shop.clock.move(days=1)
    office.make(str(folder), who=ANNA)
    shop.clock.move(minutes=1)
    office.tick()
    assert len(backups_in(folder)) == 2


def test_a_folder_without_its_whole_path_is_refused(office: BackupsOffice) -> None:
    with pytest.raises(Refused, match="not clear"):
        office.make("backups", who=ANNA)


def test_postgresql_says_what_to_run_without_a_password(
    postgres_database: Database, shop: Shop, folder: Path
) -> None:
    tools = shop.tools
    office = BackupsOffice(
        type(tools)(postgres_database, tools.clock, tools.ledgers, tools.bus, tools.waiter, tools.pace),
        BackupPlan(folder),
        "1",
        lambda work: work(),
    )
    with pytest.raises(Refused) as caught:
        office.make(str(folder), who=ANNA)
    assert caught.value.code == "use_pg_dump"
    assert "pg_dump --format=custom" in caught.value.next
    office.tick()
    assert not folder.exists()
    assert office.listed()["nightly"] is False
    words = backup_words("db.example", "books", "tillbook")
    assert "--host db.example --username tillbook --dbname books" in words


def test_the_time_is_the_shops_and_a_clock_change_makes_no_second_night(folder: Path) -> None:
    plan = BackupPlan(folder, at=time(2, 30))
    # 27 September 2026: from 02:00 to 03:00 in New Zealand; 4 April 2027: from 03:00 back to 02:00.
    for start in (datetime(2026, 9, 25, tzinfo=UTC), datetime(2027, 4, 2, tzinfo=UTC)):
        moments = {plan.latest(start + timedelta(minutes=10 * step), ZONE) for step in range(4 * 144)}
        assert len(moments) == 5
    now = datetime(2026, 11, 19, 13, 29, tzinfo=UTC)
    assert plan.following(now, ZONE) == datetime(2026, 11, 19, 13, 30, tzinfo=UTC)


def test_the_plan_is_read_from_the_settings(tmp_path: Path) -> None:
    assert plan_of(load_settings(tmp_path, {})) == BackupPlan(tmp_path / "backups", time(3, 10), 14)
    text = '[backup]\nat = "04:45"\nkeep = 30\nfolder = "/srv/kept"\nnightly = false\n'
    (tmp_path / "tillbook.toml").write_text(text)
    plan = plan_of(load_settings(tmp_path, {}))
    assert plan == BackupPlan(Path("/srv/kept"), time(4, 45), 30, nightly=False)


@pytest.mark.parametrize("line", ['at = "soon"', "keep = 0", 'keep = "many"', 'nightly = "yes"'])
def test_a_setting_that_is_not_possible_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "tillbook.toml").write_text(f"[backup]\n{line}\n")
    with pytest.raises(Refused, match=line.split(maxsplit=1)[0]):
        plan_of(load_settings(tmp_path, {}))
