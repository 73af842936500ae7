"""Records that come again: unchanged, revised, voided, in any order."""

from itertools import count, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from services.store.database import Database
from services.store.tables import Day
from tests.sources.files import (
    amounts,
    content,
    counts,
    load,
    load_records,
    receipt,
    taken,
    touched,
    void,
)

_DAY = "2026-11-19"
_SALE = (_DAY, "sale", "grocery")
_SESSION = {
    "record": "till_session",
    "store": "queen-st",
    "register": "1",
    "id": "S-88",
    "opened": "2026-11-19T07:55:00+13:00",
    "closed": "2026-11-19T18:10:00+13:00",
    "float": "150.00",
    "counted": {"cash": "197.40"},
}
_PURCHASE = {
    "record": "purchase",
    "store": "queen-st",
    "id": "P-1",
    "number": "INV-7",
    "supplier": "Bakery",
    "date": "2026-11-18",
    "due_date": "2026-12-20",
    "amounts": "exclusive",
    "lines": [{"account": "300", "tax_code": "GST15", "amount": "100.00"}],
    "total": "115.00",
}


def _state(db: Database, number: str) -> list[tuple[object, ...]]:
    """Return revision, voided, effective and current of each revision of a receipt."""
    return [(row[3], *map(bool, row[11:14])) for row in content(db)[0] if row[2] == number]


def test_the_same_again_changes_nothing(either: Database) -> None:
    records = (receipt("A-1"), receipt("A-2", note="two"), _SESSION, _PURCHASE, void("V-1", "A-2"))
    assert counts(load_records(either, *records)) == (5, 0, 0, 0)
    before = content(either), touched(either, "queen-st")
    again = load_records(either, *reversed(records))
    assert counts(again) == (0, 0, 5, 0)
    assert again["dates"] == []
    assert (content(either), touched(either, "queen-st")) == before


def test_the_same_moment_in_another_offset_is_no_change(db: Database) -> None:
    load_records(db, receipt("A-1"))
    same = receipt("A-1", time="2026-11-18T19:02:11Z", business_date=_DAY, operator=None, note=None)
    assert counts(load_records(db, same)) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"time": "2026-11-19T08:02:12+13:00"},
        {"business_date": "2026-11-18"},
        {"note": "x"},
        {"operator": "x"},
        {"lines": [{"category": "grocery", "tax_code": "GST0", "amount": "12.50"}]},
        {"lines": [{"category": "grocery", "tax_code": "GST15", "amount": "12.50", "description": "x"}]},
        {"tenders": [{"type": "cash", "amount": "12.50"}]},
        {"tenders": [{"type": "eftpos", "amount": "12.50", "reference": "x"}]},
    ],
)
def test_other_content_is_a_new_revision(db: Database, change: dict[str, object]) -> None:
    load_records(db, receipt("A-1"))
    assert counts(load_records(db, receipt("A-1", **change))) == (0, 1, 0, 0)
    assert _state(db, "A-1") == [(1, False, False, False), (2, False, True, True)]
    assert counts(load_records(db, receipt("A-1", **change))) == (0, 0, 1, 0)


def test_only_the_newest_revision_counts(either: Database) -> None:
    load_records(either, receipt("A-1"), receipt("A-2", "1.00"))
    load_records(either, receipt("A-1", "10.00"))
    load_records(either, receipt("A-1", "11.00"))
    assert amounts(either, "queen-st") == {_SALE: (2, 2, "12.00")}
    assert taken(either, "queen-st")["tenders"][0]["amount"] == "12.00"
    assert touched(either, "queen-st") == {_DAY: 3}


def test_a_receipt_twice_in_one_file_is_two_revisions(db: Database) -> None:
    answer = load_records(
        db, receipt("A-1"), receipt("A-1", "10.00"), receipt("A-1", "10.00"), receipt("A-1")
    )
    assert counts(answer) == (1, 2, 1, 0)
    assert amounts(db, "queen-st") == {_SALE: (1, 1, "12.50")}


def test_a_receipt_that_moves_touches_both_dates(db: Database) -> None:
    load_records(db, receipt("A-1"))
    answer = load_records(db, receipt("A-1", business_date="2026-11-21"))
    assert answer["dates"] == [_DAY, "2026-11-21"]
    assert touched(db, "queen-st") == {_DAY: 2, "2026-11-21": 1}


def test_each_register_and_store_has_its_own_ids(db: Database) -> None:
    records = (receipt("A-1"), receipt("A-1", register="2"), receipt("A-1", store="shop"))
    assert counts(load_records(db, *records)) == (3, 0, 0, 0)


def test_a_void_takes_its_receipt_back(either: Database) -> None:
    load_records(either, receipt("A-1"), receipt("A-2", "1.00"), receipt("A-1", register="2"))
    answer = load_records(either, void("V-1", "A-1", time="2026-11-20T09:00:00+13:00"))
    assert counts(answer) == (1, 0, 0, 0)
    assert answer["dates"] == [_DAY]
    assert touched(either, "queen-st") == {_DAY: 2}
    assert amounts(either, "queen-st") == {_SALE: (2, 2, "13.50")}
    assert _state(either, "A-1")[0] == (1, True, False, True)


_STEPS = (receipt("A-1"), void("V-1", "A-1"), receipt("A-2", "3.00"), void("V-2", "A-9"))


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_void_may_come_before_its_receipt(db: Database, order: tuple[int, ...]) -> None:
    load_records(db, *(_STEPS[at] for at in order))
    assert amounts(db, "queen-st") == {_SALE: (1, 1, "3.00")}


def test_a_voided_receipt_stays_voided(db: Database) -> None:
    load_records(db, receipt("A-1"), void("V-1", "A-1"))
    assert counts(load_records(db, receipt("A-1"))) == (0, 0, 1, 0)
    assert amounts(db, "queen-st") == {}
    assert counts(load_records(db, receipt("A-1", "9.00"))) == (0, 1, 0, 0)
    assert amounts(db, "queen-st") == {}


def test_a_void_that_is_corrected_gives_back_what_it_took(db: Database) -> None:
    load_records(db, receipt("A-1"), receipt("A-2", "1.00"), void("V-1", "A-1"))
    load_records(db, void("V-1", "A-2"))
    assert amounts(db, "queen-st") == {_SALE: (1, 1, "12.50")}
    load_records(db, receipt("V-1", "5.00"))
    assert amounts(db, "queen-st") == {_SALE: (3, 3, "18.50")}


def test_a_receipt_voided_twice_stays_voided_while_one_stands(db: Database) -> None:
    load_records(db, receipt("A-1"), void("V-1", "A-1"), void("V-2", "A-1"))
    load_records(db, void("V-1", "A-9"))
    assert amounts(db, "queen-st") == {}
    load_records(db, void("V-2", "A-9"))
    assert amounts(db, "queen-st") == {_SALE: (1, 1, "12.50")}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_void_can_itself_be_taken_back(db: Database, order: tuple[int, ...]) -> None:
    steps = (receipt("A-1"), void("V-1", "A-1"), void("V-2", "V-1"))
    for at in order:
        load_records(db, steps[at])
    assert amounts(db, "queen-st") == {_SALE: (1, 1, "12.50")}


def test_voids_that_name_each_other_come_to_an_end(db: Database) -> None:
    answer = load_records(db, void("V-1", "V-2"), void("V-2", "V-1"), void("V-3", "V-3"), receipt("A-1"))
    assert counts(answer) == (3, 0, 0, 1)
    assert amounts(db, "queen-st") == {_SALE: (1, 1, "12.50")}


_registers = count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_records_of_one_revision_each_does_not_matter(db: Database, data: st.DataObject) -> None:
    prefix = f"till {next(_registers)}"
    numbers = [f"{prefix}-{n}" for n in range(4)]
    records = [receipt(number, f"{n}.00", register=prefix) for n, number in enumerate(numbers, 1)]
    targets = data.draw(st.lists(st.sampled_from(numbers), max_size=3))
    records += [void(f"{prefix}-V{n}", target, register=prefix) for n, target in enumerate(targets)]
    expected = {number for number in numbers if number not in targets}
    for record in data.draw(st.permutations(records)):
        load_records(db, record)
    rows = [row for row in content(db)[0] if row[1] == prefix and row[4] == "sale"]
    assert {row[2] for row in rows if row[12]} == expected


def test_a_till_session_is_replaced_by_what_comes_later(either: Database) -> None:
    open_session = _SESSION | {"closed": None, "counted": None}
    assert counts(load_records(either, open_session)) == (1, 0, 0, 0)
    answer = load_records(either, _SESSION)
    assert (counts(answer), answer["dates"]) == ((0, 1, 0, 0), [_DAY])
    moved = _SESSION | {"opened": "2026-11-18T07:55:00+13:00"}
    assert load_records(either, moved)["dates"] == ["2026-11-18", _DAY]
    assert [(row[2], row[3], str(row[6]), row[7]) for row in content(either)[4]] == [
        ("S-88", 3, "2026-11-18", 15000)
    ]
    assert touched(either, "queen-st") == {"2026-11-18": 1, _DAY: 3}


def test_a_purchase_is_replaced_by_what_comes_later(either: Database) -> None:
    load_records(either, _PURCHASE)
    reordered = dict(reversed(list(_PURCHASE.items())))
    assert counts(load_records(either, reordered)) == (0, 0, 1, 0)
    moved = _PURCHASE | {"date": "2026-11-19"}
    answer = load_records(either, moved, _PURCHASE | {"record": "purchase_credit"})
    assert (counts(answer), answer["dates"]) == ((1, 1, 0, 0), ["2026-11-18", _DAY])
    assert [(row[1], row[3], row[5]) for row in content(either)[5]] == [
        ("purchase", 2, 11500),
        ("purchase_credit", 1, 11500),
    ]


def test_a_day_at_the_ledger_becomes_changed_only_by_a_change(db: Database) -> None:
    load_records(db, receipt("A-1"), receipt("A-2"))
    with db.write() as session:
        for day in session.exec(select(Day)):
            day.state = "posted"
    load_records(db, receipt("A-1"), void("V-1", "elsewhere"))
    with db.read() as session:
        assert list(session.exec(select(Day.state))) == ["posted"]
    load_records(db, void("V-2", "A-1"))
    with db.read() as session:
        assert list(session.exec(select(Day.state))) == ["changed"]


def test_many_receipts_of_both_engines_are_numbered_apart(either: Database) -> None:
    records = [receipt(f"A-{n}", f"{n % 90}.50", register=str(n % 3)) for n in range(1_700)]
    assert counts(load_records(either, *records)) == (1_700, 0, 0, 0)
    receipts, lines, tenders = content(either)[:3]
    assert len(receipts) == len(lines) == len(tenders) == 1_700
    assert counts(load_records(either, *records)) == (0, 0, 1_700, 0)
    assert sum(row["receipts"] for row in taken(either, "queen-st")["rows"]) == 1_700


def test_delimited_rows_go_to_both_engines(either: Database) -> None:
    text = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice\n" + "".join(
        f"{n // 3},85123A,{'LAMP' if n % 2 else ''},{n % 7 - 1},2011-08-12 14:50:00,{n % 5}.25\n"
        for n in range(1_000)
    )
    first = load(either, text, source="online-retail", store="shop")
    again = load(either, text, source="online-retail", store="shop")
    assert (first["new"], counts(again)) == (334, (0, 0, 334, 0))
    assert len(content(either)[1]) == 1_000
