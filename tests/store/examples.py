"""Receipts of any kind, as a till might report them, for the tests of the sums."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from services.books.records import Line, Receipt, ReceiptKind, Tender, TillSession

_KINDS = [kind for kind in ReceiptKind if kind is not ReceiptKind.VOID]
_REGISTERS = ["1", "2"]


def _amounts() -> st.SearchStrategy[Decimal]:
    return st.integers(-30_000, 30_000).map(lambda minor: Decimal(minor).scaleb(-2))


def _lines() -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        tax_code=st.sampled_from(["GST15", "GST0"]),
        amount=_amounts(),
        category=st.sampled_from(["grocery", "hardware", "gift_card_sold", None]),
        account=st.sampled_from([None, "453"]),
        quantity=st.none() | st.decimals(0, 99, places=3),
        tax=st.none() | _amounts(),
        description=st.none() | st.just("milk"),
    )


def _tenders() -> st.SearchStrategy[Tender]:
    return st.builds(
        Tender,
        type=st.sampled_from(["cash", "cash", "eftpos", "gift_card", "on_account"]),
        amount=_amounts(),
        reference=st.none() | st.just("ref"),
    )


@st.composite
def receipts(draw: st.DrawFn, store: str, dates: list[date]) -> list[Receipt]:
    """Return receipts of two registers on these dates, in the order they came in."""
    return [
        Receipt(
            store=store,
            register=draw(st.sampled_from(_REGISTERS)),
            id=str(number),
            time=draw(_times(dates)),
            business_date=draw(st.sampled_from(dates)),
            kind=draw(st.sampled_from(_KINDS)),
            lines=tuple(draw(st.lists(_lines(), max_size=4))),
            tenders=tuple(draw(st.lists(_tenders(), max_size=3))),
            cash_rounding=draw(st.sampled_from([None, Decimal("0.03"), Decimal("-0.05")])),
            pays=draw(st.sampled_from([None, "0", "1", "INV-7"])),
            customer=draw(st.none() | st.just("Anna")),
        )
        for number in range(draw(st.integers(0, 12)))
    ]


@st.composite
def sessions(draw: st.DrawFn, store: str, dates: list[date]) -> list[TillSession]:
    """Return till sessions of two registers, open, counted and not."""
    return [
        TillSession(
            store=store,
            register=draw(st.sampled_from(_REGISTERS)),
            id=str(number),
            opened=draw(_times(dates)),
            business_date=draw(st.sampled_from(dates)),
            float_amount=draw(_amounts()),
            closed=draw(st.none() | _times(dates)),
            counted=draw(_by_tender()),
            expected=draw(_by_tender()),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


def _times(dates: list[date]) -> st.SearchStrategy[datetime]:
    # Few hours, so that a receipt often falls on an opening or a close.
    start = datetime.combine(dates[0], datetime.min.time(), UTC)
    return st.integers(0, 24 * len(dates) - 1).map(lambda hours: start + timedelta(hours=hours))


def _by_tender() -> st.SearchStrategy[dict[str, Decimal] | None]:
    return st.none() | st.dictionaries(st.sampled_from(["cash", "eftpos"]), _amounts(), min_size=1)
