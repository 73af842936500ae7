"""By when a date must be in the books: the authorities' own due dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.books.deadlines import TaxPeriod, deadline_of, tax_return
from services.contract.deadline import DeadlineAnswer, words

NZ = TaxPeriod("NZ", "TWOMONTHS", 3)


@pytest.mark.parametrize(
    "day,period,first,last,due",
    [
        ("2026-11-19", NZ, "2026-10-01", "2026-11-30", "2027-01-15"),
        ("2026-12-01", NZ, "2026-12-01", "2027-01-31", "2027-02-28"),
        ("2026-03-31", NZ, "2026-02-01", "2026-03-31", "2026-05-07"),
        ("2026-05-02", TaxPeriod("NZ", "ONEMONTHS", 3), "2026-05-01", "2026-05-31", "2026-06-28"),
        ("2026-11-19", TaxPeriod("NZ", "SIXMONTHS", 3), "2026-10-01", "2027-03-31", "2027-05-07"),
        ("2026-11-19", TaxPeriod("AU", "QUARTERLY1", 6), "2026-10-01", "2026-12-31", "2027-02-28"),
        ("2026-08-19", TaxPeriod("AU", "QUARTERLY1", 6), "2026-07-01", "2026-09-30", "2026-10-28"),
        ("2026-12-31", TaxPeriod("AU", "MONTHLY", 6), "2026-12-01", "2026-12-31", "2027-01-21"),
        ("2026-11-19", TaxPeriod("GB", "QUARTERLY", 3), "2026-10-01", "2026-12-31", "2027-02-07"),
    ],
)
def test_returns_are_due_as_their_authorities_say(
    day: str, period: TaxPeriod, first: str, last: str, due: str
) -> None:
    found = tax_return(date.fromisoformat(day), period)
    assert found is not None
    assert [each.isoformat() for each in (found.first, found.last, found.due)] == [first, last, due]


@pytest.mark.parametrize(
    "period", [TaxPeriod("NZ", "NONE", 3), TaxPeriod("SG", "QUARTERLY", 3), TaxPeriod("NZ", "TWOMONTHS", 0)]
)
def test_what_is_not_known_is_not_made_up(period: TaxPeriod) -> None:
    assert deadline_of(date(2026, 11, 19), period, (None, None)) is None


def test_a_lock_date_comes_first_when_it_is_earlier() -> None:
    found = deadline_of(date(2026, 11, 19), NZ, (date(2026, 11, 30), None))
    assert found is not None
    assert (found.locks, found.due) == (True, date(2026, 11, 30))
    after = deadline_of(date(2026, 12, 1), NZ, (date(2026, 11, 30), None))
    assert after is not None
    assert not after.locks


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["NZ", "AU", "GB"]),
    st.sampled_from(["MONTHLY", "QUARTERLY"]),
    st.integers(1, 12),
)
def test_a_date_is_in_its_return_and_that_is_due_afterwards(
    day: date, country: str, word: str, month: int
) -> None:
    found = tax_return(day, TaxPeriod(country, word, month))
    assert found is not None
    assert found.first <= day <= found.last < found.due <= found.last + timedelta(days=62)


@pytest.mark.parametrize(
    "left,said",
    [
        (10, "lock date 30 Nov 2026: 10 days left"),
        (1, "lock date 30 Nov 2026: 1 day left"),
        (0, "lock date 30 Nov 2026: today"),
        (-3, "lock date 30 Nov 2026: missed by 3 days"),
    ],
)
def test_a_deadline_is_told_in_words(left: int, said: str) -> None:
    answer: DeadlineAnswer = {
        "kind": "lock",
        "due": "2026-11-30",
        "days_left": left,
        "first": "2026-11-19",
        "last": "2026-11-30",
    }
    assert words(answer) == said
