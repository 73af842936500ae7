"""What surrounds an import: where its bytes come from, who is told, who did it."""

import io
from typing import BinaryIO

import pytest

from services.contract.problem import NotFound
from services.sources.importing import import_stream
from services.store.audit import entries
from services.store.database import Database
from services.store.stores import add_store
from tests.sources.files import ANNA, NOON, basic_file, counts, json_lines, load, load_basic, receipt, zipped

_RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice\n" + "".join(
    f"{number // 10},85123A,LAMP,1,2011-08-12 14:50:00,2.55\n" for number in range(12_000)
)


class _Pipe(io.BufferedReader):
    """A stream that gives its bytes once, such as a request's body."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_given: object) -> int:
        raise io.UnsupportedOperation("seek")


def _pipe(content: bytes) -> BinaryIO:
    return _Pipe(io.BytesIO(content))


@pytest.mark.parametrize("content", [_RETAIL.encode(), zipped(_RETAIL)], ids=["plain", "gzip"])
def test_a_stream_that_cannot_be_rewound_is_read_all_the_same(db: Database, content: bytes) -> None:
    stream = _pipe(content)
    answer = import_stream(
        db, "body", stream, source="online-retail", store="shop", who=ANNA, clock=lambda: NOON
    )
    assert (answer["new"], answer["refused"]) == (1_200, [])


def test_a_stream_is_left_open_for_its_owner(db: Database) -> None:
    stream = io.BytesIO(_RETAIL.encode())
    import_stream(db, "body", stream, source="online-retail", store="shop", who=ANNA, clock=lambda: NOON)
    assert not stream.closed


def test_progress_is_told_now_and_then(db: Database) -> None:
    told: list[tuple[int, int]] = []

    def tell(read: int, total: int) -> None:
        told.append((read, total))

    import_stream(
        db,
        "retail.csv",
        io.BytesIO(_RETAIL.encode()),
        source="online-retail",
        store="shop",
        who=ANNA,
        clock=lambda: NOON,
        progress=tell,
    )
    assert told == [(5_000, 12_000), (10_000, 12_000)]
    told.clear()
    records = json_lines(receipt(f"A-{number}") for number in range(5_100))
    import_stream(
        db,
        "till.jsonl",
        io.BytesIO(records.encode()),
        source=None,
        store=None,
        who=ANNA,
        clock=lambda: NOON,
        progress=tell,
    )
    assert told == [(5_000, 0)]


def test_who_imported_what_is_written_down(db: Database) -> None:
    load(db, json_lines([receipt("A-1"), {}]), "till.jsonl")
    load(db, json_lines([receipt("A-1")]), "till.jsonl", dry_run=True)
    with db.read() as session:
        (entry,) = entries(session)
    assert (entry.who, entry.action, entry.subject, entry.at) == ("anna", "import", "till.jsonl", NOON)
    assert entry.after == {
        "source": "contract",
        "read": 2,
        "new": 1,
        "revised": 0,
        "unchanged": 0,
        "refused": 1,
        "set_apart": {},
    }


def test_an_unknown_source_is_named(db: Database) -> None:
    with pytest.raises(NotFound) as missing:
        load(db, "x", source="nothing")
    assert "nothing" in missing.value.what


def test_a_dry_run_needs_no_store_where_there_is_one_only(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        shop = {
            "key": "shop",
            "name": "Shop",
            "country": "GB",
            "currency": "GBP",
            "timezone": "Europe/London",
        }
        add_store(session, shop, NOON)
    assert load(sqlite_database, _RETAIL, source="online-retail", dry_run=True)["new"] == 1_200


def test_a_name_from_outside_is_made_safe_to_show(db: Database) -> None:
    answer = load(db, "{\n", "a\x1b[31m.jsonl")
    assert answer["refused"][0]["file"] == "a [31m.jsonl"


def test_the_reasons_are_in_the_order_of_the_file(db: Database) -> None:
    rows = (
        "1,19/11/2026 08:00,food,x",
        "2,x,food,1.00",
        ",19/11/2026 08:00,food,1.00",
        "1,19/11/2026 08:00,food,1.00",
    )
    answer = load_basic(db, *rows)
    assert [refused["line"] for refused in answer["refused"]] == [2, 3, 4]
    assert counts(load(db, basic_file(), source="basic")) == (0, 0, 0, 0)
