"""Points in time come back as they went in, on both engines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from services.store.database import Database
from services.store.tables import Audit, Source
from tests.store.moments import NOON

_ZONES = st.timedeltas(timedelta(hours=-23), timedelta(hours=23)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
# Two days from the ends of the calendar, so that every zone has room.
_MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=_ZONES)  # noqa: DTZ001 - bounds


def _add(database: Database, *moments: datetime) -> None:
    with database.write() as session:
        for moment in moments:
            session.add(Audit(at=moment, who="anna", action="a", subject="s"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.lists(_MOMENTS, min_size=1, max_size=20))
def test_moments_come_back_in_utc_and_in_order(any_database: Database, moments: list[datetime]) -> None:
    with any_database.bulk() as connection:
        connection.execute(Audit.metadata.tables["audit"].delete())
    _add(any_database, *moments)
    with any_database.read() as session:
        found = session.exec(select(Audit.at).order_by(col(Audit.id))).all()
        in_order = session.exec(select(Audit.at).order_by(col(Audit.at))).all()
        since = session.exec(select(Audit.at).where(col(Audit.at) >= moments[0])).all()
    assert found == moments
    assert {moment.tzinfo for moment in found} == {UTC}
    assert list(in_order) == sorted(moments)
    assert sorted(since) == sorted(moment for moment in moments if moment >= moments[0])


def test_a_time_without_a_zone_is_refused(any_database: Database) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        _add(any_database, datetime(2026, 11, 19, 12, 0))  # noqa: DTZ001 - that is the point


def test_an_absent_value_is_null_and_not_the_word_null(any_database: Database) -> None:
    with any_database.write() as session:
        session.add(Audit(at=NOON, who="anna", action="a", subject="s", before=None, after={"x": None}))
    with any_database.read() as session:
        assert session.exec(select(Audit.after).where(col(Audit.before).is_(None))).all() == [{"x": None}]


def test_text_of_any_script_is_kept(any_database: Database) -> None:
    text = "Māori 日本 🧾 \u202e"
    with any_database.write() as session:
        session.add(Source(name=text, body=text, added=NOON, added_by="anna"))
    with any_database.read() as session:
        assert session.get_one(Source, text).body == text
