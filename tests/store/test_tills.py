"""Till sessions: what each count is compared with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.books.records import Line, Receipt, ReceiptKind, Tender, TillSession
from services.books.totals import TenderCount
from services.store.database import Database
from services.store.stores import get_facts
from services.store.tills import counts, sessions_on
from tests.store.moments import DAY, NEXT_DAY
from tests.store.rows import at, put_receipt, put_session, put_store

OPENED = at("2026-11-19T07:55:00+13:00")
CLOSED = at("2026-11-19T18:10:00+13:00")
SESSION = TillSession(
    "queen-st", "1", "S-88", OPENED, DAY, Decimal("150.00"), CLOSED, {"cash": Decimal("197.40")}
)


def _sale(number: str, time: str, *tenders: tuple[str, str], register: str = "1") -> Receipt:
    paid = tuple(Tender(kind, Decimal(amount)) for kind, amount in tenders)
    return Receipt(
        store="queen-st",
        register=register,
        id=number,
        time=at(time),
        business_date=DAY,
        kind=ReceiptKind.SALE,
        lines=(Line("GST15", sum((tender.amount for tender in paid), Decimal(0)), "grocery"),),
        tenders=paid,
    )


def _counts(database: Database, day: date = DAY) -> tuple[tuple[TenderCount, ...], tuple[str, ...]]:
    with database.read() as session:
        return counts(session, get_facts(session, "queen-st"), day)


def _put(database: Database, *records: Receipt | TillSession) -> None:
    with database.write() as session:
        for record in records:
            if isinstance(record, Receipt):
                put_receipt(session, record)
            else:
                put_session(session, record)


def test_the_first_close_counts_what_moved_since_the_opening(shop: Database) -> None:
    _put(
        shop,
        SESSION,
        _sale("before", "2026-11-19T07:54:59+13:00", ("cash", "1.00")),
        _sale("at opening", "2026-11-19T07:55:00+13:00", ("cash", "20.00")),
        _sale("refund", "2026-11-19T12:00:00+13:00", ("cash", "-2.60"), ("eftpos", "9.00")),
        _sale("at close", "2026-11-19T18:10:00+13:00", ("cash", "30.00")),
        _sale("after", "2026-11-19T18:10:01+13:00", ("cash", "5.00")),
        _sale("elsewhere", "2026-11-19T12:00:00+13:00", ("cash", "7.00"), register="2"),
    )
    counted, uncounted = _counts(shop)
    (cash,) = counted
    assert cash == TenderCount(
        "1", "S-88", "cash", Decimal("150.00"), Decimal("47.40"), Decimal("197.40"), stated=None
    )
    assert (cash.expected, cash.over_short) == (Decimal("197.40"), Decimal("0.00"))
    assert uncounted == ()


def test_a_later_close_counts_since_the_close_before_it(shop: Database) -> None:
    second = replace(
        SESSION,
        id="S-89",
        opened=at("2026-11-20T08:00:00+13:00"),
        closed=at("2026-11-20T18:00:00+13:00"),
        business_date=NEXT_DAY,
        counted={"cash": Decimal("163.00")},
    )
    third = replace(second, id="S-90", closed=at("2026-11-21T18:00:00+13:00"))
    other_till = replace(second, register="2", id="S-1", closed=at("2026-11-20T07:00:00+13:00"), counted=None)
    _put(
        shop,
        SESSION,
        second,
        third,
        other_till,
        _sale("at the close", "2026-11-19T18:10:00+13:00", ("cash", "2.00")),
        _sale("between", "2026-11-19T22:00:00+13:00", ("cash", "5.00")),
        _sale("within", "2026-11-20T12:00:00+13:00", ("cash", "8.00")),
        _sale("later", "2026-11-20T20:00:00+13:00", ("cash", "1.00")),
    )
    counted, _ = _counts(shop, NEXT_DAY)
    assert [(each.session, each.movement) for each in counted] == [
        ("S-89", Decimal("13.00")),
        ("S-90", Decimal("1.00")),
    ]


def test_every_counted_tender_is_compared_and_only_cash_has_a_float(shop: Database) -> None:
    counted = {"eftpos": Decimal("10.00"), "cash": Decimal("150.00"), "voucher": Decimal("0.00")}
    expected = {"eftpos": Decimal("12.00")}
    _put(
        shop,
        replace(SESSION, counted=counted, expected=expected),
        _sale("A", "2026-11-19T12:00:00+13:00", ("eftpos", "12.00"), ("card", "9.00")),
    )
    found, _ = _counts(shop)
    assert [(each.type, each.float_amount, each.movement, each.stated) for each in found] == [
        ("cash", Decimal("150.00"), Decimal("0.00"), None),
        ("eftpos", Decimal(0), Decimal("12.00"), Decimal("12.00")),
        ("voucher", Decimal(0), Decimal("0.00"), None),
    ]
    assert [each.over_short for each in found] == [Decimal(0), Decimal("-2.00"), Decimal(0)]


def test_a_receipt_that_no_longer_counts_moves_no_cash(shop: Database) -> None:
    sale = _sale("A", "2026-11-19T12:00:00+13:00", ("cash", "20.00"))
    with shop.write() as session:
        put_receipt(session, sale, effective=False)
        put_receipt(session, replace(sale, tenders=(Tender("cash", Decimal("21.00")),)), revision=2)
        put_store(session, key="other")
        put_receipt(session, replace(sale, store="other"))
    _put(shop, SESSION)
    assert _counts(shop)[0][0].movement == Decimal("21.00")


def test_sessions_without_a_count_are_named_and_open_ones_are_not(shop: Database) -> None:
    _put(
        shop,
        replace(SESSION, counted=None),
        replace(SESSION, register="2", id="S-2", counted={}),
        replace(SESSION, register="3", id="S-3", closed=None, counted=None),
    )
    assert _counts(shop) == ((), ("1/S-88", "2/S-2"))
    with shop.read() as session:
        assert [row.session for row in sessions_on(session, "queen-st", DAY)] == ["S-88", "S-2", "S-3"]
