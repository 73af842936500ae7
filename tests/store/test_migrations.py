"""The migrations make what the tables say, and can be taken back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import inspect
from sqlmodel import select

from services.contract.problem import Refused
from services.store import migrations
from services.store.database import Database, migrate, open_database, run_migrations
from services.store.tables import Source, Table
from tests.store.moments import NOON


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'tillbook.db'}")
    else:
        database = open_database(request.getfixturevalue("empty_postgres_url"))
    yield database
    database.close()


def _differences(database: Database) -> list[object]:
    with database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return list(compare_metadata(context, Table.metadata))


def test_the_migrated_tables_are_the_tables_of_the_code(empty_database: Database) -> None:
    assert _differences(empty_database)
    migrate(empty_database)
    assert _differences(empty_database) == []


def test_migrating_again_changes_nothing(any_database: Database) -> None:
    with any_database.write() as session:
        session.add(Source(name="a", body="", added=NOON, added_by="anna"))
    migrate(any_database)
    with any_database.read() as session:
        assert session.exec(select(Source.name)).all() == ["a"]


def test_every_step_can_be_taken_back(any_database: Database) -> None:
    run_migrations(any_database, "base", down=True)
    with any_database.read() as session:
        assert inspect(session.connection()).get_table_names() == ["alembic_version"]
    migrate(any_database)
    assert _differences(any_database) == []


def test_a_database_of_a_newer_program_is_left_alone(any_database: Database) -> None:
    with any_database.bulk() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refused) as caught:
        migrate(any_database)
    assert caught.value.code == "database_newer"
    assert "9999" in caught.value.detail


def test_a_row_that_refers_to_nothing_stops_the_change(sqlite_database: Database) -> None:
    run_migrations(sqlite_database, "0001", down=True)
    with sqlite_database.bulk(rebuilding=True) as connection:
        connection.exec_driver_sql(
            "INSERT INTO receipt_tender (receipt_id, position, type, amount) VALUES (7, 0, 'cash', 1)"
        )
    with pytest.raises(Refused) as caught:
        run_migrations(sqlite_database, "head")
    assert caught.value.code == "database_damaged"


def test_a_new_step_can_be_written_from_the_template(sqlite_database: Database, tmp_path: Path) -> None:
    config = Config()
    folder = shutil.copytree(Path(migrations.__file__).parent, tmp_path / "migrations")
    config.set_main_option("script_location", str(folder))
    with sqlite_database.bulk(rebuilding=True) as connection:
        connection.exec_driver_sql("CREATE TABLE extra (id INTEGER)")
        config.attributes["connection"] = connection
        script = command.revision(config, "drop what is too much", autogenerate=True)
    assert isinstance(script, Script)
    step = Path(script.path).read_text(encoding="utf-8")
    assert step.startswith('"""drop what is too much."""')
    assert 'op.drop_table("extra")' in step.replace("'", '"')
    compile(step, script.path, "exec")
