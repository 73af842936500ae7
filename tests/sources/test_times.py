"""The time of a row: the store's zone, the change of the clocks, the cut-off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.books.records import StoreFacts
from services.sources.numerals import ValueFault
from services.sources.profile import TimeForm
from services.sources.rows import Header
from services.sources.times import pick_time, reader

_AUCKLAND = StoreFacts("queen-st", "Queen St", "NZ", "NZD", "Pacific/Auckland")
_HEADER = Header({"Date": 0, "Time": 1}, 2)
_FORM = TimeForm(("Date", "Time"), "%Y-%m-%d %H:%M:%S")


def _read(
    day: str, time: str = "", *, form: TimeForm = _FORM, store: StoreFacts = _AUCKLAND
) -> tuple[datetime, date]:
    return pick_time(form, _HEADER, store).of([day, time])


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "time,utc",
    [
        ("2026-09-27 01:59:59", "2026-09-26 13:59:59"),
        ("2026-09-27 02:00:00", "2026-09-26 14:00:00"),
        ("2026-09-27 02:30:00", "2026-09-26 14:30:00"),
        ("2026-09-27 03:30:00", "2026-09-26 14:30:00"),
    ],
)
def test_an_hour_the_clocks_skip_is_read_with_the_offset_before(time: str, utc: str) -> None:
    assert _read(*time.split(" ", 1)) == (_utc(utc), date(2026, 9, 27))


@pytest.mark.parametrize(
    "time,utc",
    [
        ("2026-04-05 01:59:59", "2026-04-04 12:59:59"),
        ("2026-04-05 02:30:00", "2026-04-04 13:30:00"),
        ("2026-04-05 03:00:00", "2026-04-04 15:00:00"),
    ],
)
def test_an_hour_the_clocks_repeat_is_its_first_occurrence(time: str, utc: str) -> None:
    assert _read(*time.split(" ", 1)) == (_utc(utc), date(2026, 4, 5))


def test_another_zone_decides_the_date() -> None:
    form = replace(_FORM, zone="UTC")
    assert _read("2026-11-19", "11:30:00", form=form) == (_utc("2026-11-19 11:30"), date(2026, 11, 20))


def test_an_offset_in_the_text_counts_before_the_zone() -> None:
    form = replace(_FORM, format="%Y-%m-%d %H:%M:%S%z")
    assert _read("2026-11-19", "23:30:00+00:00", form=form) == (_utc("2026-11-19 23:30"), date(2026, 11, 20))


def test_the_cut_off_decides_the_date() -> None:
    night = replace(_AUCKLAND, cutoff="04:00")
    assert _read("2026-11-20", "03:59:59", store=night)[1] == date(2026, 11, 19)
    assert _read("2026-11-20", "04:00:00", store=night)[1] == date(2026, 11, 20)


def test_a_date_alone_is_the_business_date_whatever_the_cut_off() -> None:
    form = TimeForm(("Date",), "%d.%m.%y", has_time=False)
    night = replace(_AUCKLAND, cutoff="04:00")
    assert _read("20.11.26", form=form, store=night) == (_utc("2026-11-19 15:00"), date(2026, 11, 20))
    assert _read("20.11.26", form=form) == (_utc("2026-11-19 11:00"), date(2026, 11, 20))


@pytest.mark.parametrize(
    "day", ["20.11.2026", "11.20.26", "31.11.26", "20.11.", "20/11/26", "20.11.26 08:00"]
)
def test_one_format_is_read_and_no_other(day: str) -> None:
    form = TimeForm(("Date",), "%d.%m.%y", has_time=False)
    with pytest.raises(ValueFault, match="Date is not in the profile's format"):
        _read(day, form=form)


def test_a_date_valid_both_ways_is_read_one_way() -> None:
    day_first = TimeForm(("Date",), "%d/%m/%Y", has_time=False)
    month_first = TimeForm(("Date",), "%m/%d/%Y", has_time=False)
    assert _read("03/04/2026", form=day_first)[1] == date(2026, 4, 3)
    assert _read("03/04/2026", form=month_first)[1] == date(2026, 3, 4)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_time_beyond_the_calendar_is_refused(day: str) -> None:
    alone = TimeForm(("Date",), "%Y-%m-%d", has_time=False)
    for time, form in (("00:00:00", _FORM), ("", alone)):
        with pytest.raises(ValueFault, match="is not a possible time"):
            _read(day, time, form=form)


_FORMATS = ("%Y-%m-%d %H:%M:%S", "%d/%m/%y %H:%M", "%d%b%Y %I:%M%p", "%d.%m.%Y", "%Y-%m-%d %I:%M %p")


@given(st.datetimes(datetime(1970, 1, 1), datetime(2060, 1, 1)), st.sampled_from(_FORMATS))  # noqa: DTZ001 - as in a file
def test_a_time_read_in_parts_is_the_time_read_whole(time: datetime, form: str) -> None:
    text = time.strftime(form)
    assert reader(form)(text) == datetime.strptime(text, form)  # noqa: DTZ007 - as in a file


@given(st.text("0123456789-/: PAM", max_size=20), st.sampled_from(_FORMATS))
def test_a_text_is_refused_in_parts_when_it_is_refused_whole(text: str, form: str) -> None:
    def read(parse: Callable[[str], datetime]) -> datetime | None:
        try:
            return parse(text)
        except ValueError:
            return None

    assert read(reader(form)) == read(lambda whole: datetime.strptime(whole, form))  # noqa: DTZ007 - as above
