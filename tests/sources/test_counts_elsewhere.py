"""A count holds what moved since the close before, also of other dates."""

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from services.contract.answers import ImportAnswer
from services.sources.importing import import_stream
from services.store.database import Database, open_database
from services.store.stores import add_store
from tests.sources.conftest import STORES
from tests.sources.files import ANNA, NOON, json_lines, load_records, void
from tests.sources.files import receipt as paid_by_card

_LATE = "2026-11-20"


def receipt(number: str, **changes: object) -> dict[str, object]:
    """Return a sale that is paid in cash."""
    return paid_by_card(number, **{"tenders": [{"type": "cash", "amount": "12.50"}], **changes})


def _whole_days(database: Database, *records: dict[str, object]) -> ImportAnswer:
    stream = io.BytesIO(json_lines(records).encode())
    return import_stream(
        database, "day.jsonl", stream, source=None, store=None, who=ANNA, clock=lambda: NOON, whole_days=True
    )


def _session(number: str, opened: str, closed: str | None, **more: object) -> dict[str, object]:
    return {
        "record": "till_session",
        "store": "queen-st",
        "register": "1",
        "id": number,
        "opened": f"{opened}+13:00",
        "closed": closed and f"{closed}+13:00",
        "float": "150.00",
        "counted": {"cash": "150.00"},
        **more,
    }


_NIGHT = _session("S-1", "2026-11-19T18:00:00", "2026-11-20T02:00:00")
_DAY = _session("S-2", "2026-11-20T09:00:00", "2026-11-20T17:00:00")
_NEXT = _session("S-3", "2026-11-21T09:00:00", "2026-11-21T17:00:00")


def test_a_receipt_after_midnight_changes_the_count_of_the_evening(either: Database) -> None:
    load_records(either, _NIGHT, _DAY, _NEXT)
    late = receipt("A-1", time="2026-11-20T01:00:00+13:00")
    assert load_records(either, late)["dates"] == ["2026-11-19", _LATE]
    assert load_records(either, late)["dates"] == []
    assert load_records(either, void("V-1", "A-1"))["dates"] == ["2026-11-19", _LATE]


def test_a_receipt_after_the_close_changes_the_count_of_the_next_date(either: Database) -> None:
    load_records(either, _NIGHT, _DAY, _NEXT)
    late = receipt("A-1", time="2026-11-20T22:00:00+13:00")
    assert load_records(either, late)["dates"] == [_LATE, "2026-11-21"]
    assert load_records(either, {**late, "note": "seen"})["dates"] == [_LATE]
    earlier = {**late, "time": "2026-11-20T12:00:00+13:00"}
    assert load_records(either, earlier)["dates"] == [_LATE, "2026-11-21"]


def test_a_receipt_at_the_close_is_in_its_count(either: Database) -> None:
    load_records(either, _NIGHT, _DAY)
    at_the_close = receipt("A-1", time="2026-11-20T02:00:00+13:00")
    assert load_records(either, at_the_close)["dates"] == ["2026-11-19", _LATE]
    after = receipt("A-2", time="2026-11-20T02:00:01+13:00")
    assert load_records(either, after)["dates"] == [_LATE]


def test_a_close_that_moves_changes_the_count_after_it(either: Database) -> None:
    load_records(either, _NIGHT, _NEXT)
    assert load_records(either, _DAY)["dates"] == [_LATE, "2026-11-21"]
    later = _session("S-2", "2026-11-20T09:00:00", "2026-11-20T19:00:00")
    assert load_records(either, later)["dates"] == [_LATE, "2026-11-21"]
    opened_again = _session("S-2", "2026-11-20T09:00:00", None, counted=None)
    assert load_records(either, opened_again)["dates"] == [_LATE, "2026-11-21"]


@pytest.fixture
def in_new_york(postgres_database: Database) -> Iterator[Database]:
    """The stores in a PostgreSQL whose sessions keep another zone than UTC."""
    with postgres_database.write() as session:
        for store in STORES:
            add_store(session, store, NOON)
    url = postgres_database.engine.url.set(drivername="postgresql")
    elsewhere = url.update_query_dict({"options": "-c TimeZone=America/New_York"})
    database = open_database(elsewhere.render_as_string(hide_password=False))
    yield database
    database.close()


def test_the_zone_of_the_server_hides_no_count(in_new_york: Database) -> None:
    """The last receipt comes after every close, by less than that zone is behind UTC."""
    with in_new_york.read() as session:
        assert session.connection().execute(text("show timezone")).scalar_one() == "America/New_York"
    load_records(in_new_york, _NIGHT)
    late = [receipt(f"A-{hour}", time=f"2026-11-20T0{hour}:00:00+13:00") for hour in (1, 3)]
    assert load_records(in_new_york, *late)["dates"] == ["2026-11-19", _LATE]


def test_other_tills_and_closes_without_a_count_are_left_alone(either: Database) -> None:
    load_records(either, {**_NIGHT, "counted": None}, {**_NEXT, "register": "2"})
    late = receipt("A-1", time="2026-11-20T01:00:00+13:00")
    assert load_records(either, late)["dates"] == [_LATE]


def test_a_tender_that_nobody_counted_changes_no_count(either: Database) -> None:
    load_records(either, _NIGHT)
    late = paid_by_card("A-1", time="2026-11-20T01:00:00+13:00")
    assert load_records(either, late)["dates"] == [_LATE]


def test_what_its_source_no_longer_has_changes_the_count_too(either: Database) -> None:
    late = receipt("A-1", time="2026-11-20T01:00:00+13:00")
    other = receipt("A-2", time="2026-11-20T12:00:00+13:00")
    load_records(either, _NIGHT, late, other)
    answer = _whole_days(either, other)
    assert (answer["gone"], answer["dates"]) == (1, ["2026-11-19", _LATE])
