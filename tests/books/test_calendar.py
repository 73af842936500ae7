"""Business dates at cut-offs, and where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.books.calendar import business_date, cutoff_instant

_ZONES = (
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Europe/London",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Pacific/Apia",
    "UTC",
)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    "time,cutoff,wanted",
    [
        ("2026-11-19T00:00:00+13:00", "00:00", "2026-11-19"),
        ("2026-11-18T23:59:59+13:00", "00:00", "2026-11-18"),
        ("2026-11-18T19:02:11+00:00", "00:00", "2026-11-19"),
        ("2026-11-20T03:59:59+13:00", "04:00", "2026-11-19"),
        ("2026-11-20T04:00:00+13:00", "04:00", "2026-11-20"),
        ("2026-11-20T23:58:59+13:00", "23:59", "2026-11-19"),
        ("2026-11-20T23:59:00+13:00", "23:59", "2026-11-20"),
    ],
)
def test_a_date_lasts_from_cutoff_to_cutoff(time: str, cutoff: str, wanted: str) -> None:
    assert business_date(_utc(time), "Pacific/Auckland", cutoff) == date.fromisoformat(wanted)


@pytest.mark.parametrize(
    "day,zone,cutoff,wanted",
    [
        ("2026-11-19", "Pacific/Auckland", "00:00", "2026-11-19T11:00:00+00:00"),
        ("2026-11-19", "Pacific/Auckland", "04:00", "2026-11-19T15:00:00+00:00"),
        # The clocks skip 02:00 to 03:00 on 27 September 2026: the change is at 14:00 UTC.
        ("2026-09-26", "Pacific/Auckland", "02:30", "2026-09-26T14:00:00+00:00"),
        # They show 02:30 twice on 5 April 2026: first at 13:30 UTC, before the change at 14:00.
        ("2026-04-04", "Pacific/Auckland", "02:30", "2026-04-04T13:30:00+00:00"),
        # Midnight itself is skipped in Cairo on 24 April 2026.
        ("2026-04-23", "Africa/Cairo", "00:00", "2026-04-23T22:00:00+00:00"),
        # Samoa had no 30 December 2011.
        ("2011-12-29", "Pacific/Apia", "00:00", "2011-12-30T10:00:00+00:00"),
        ("2011-12-30", "Pacific/Apia", "00:00", "2011-12-30T10:00:00+00:00"),
    ],
)
def test_a_date_ends_at_one_moment(day: str, zone: str, cutoff: str, wanted: str) -> None:
    assert cutoff_instant(date.fromisoformat(day), zone, cutoff) == _utc(wanted)


def test_a_repeated_hour_does_not_go_back_to_the_date_before() -> None:
    # 02:30 shows first at 13:30 UTC: what follows belongs to the 5th, though 02:00 shows again.
    times = [_utc(f"2026-04-04T{clock}+00:00") for clock in ("13:29:59", "13:30:00", "14:05:00", "14:45:00")]
    dates = [business_date(time, "Pacific/Auckland", "02:30").day for time in times]
    assert dates == [4, 5, 5, 5]


@given(
    st.sampled_from(_ZONES),
    st.times(),
    st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_time_lies_within_its_date(zone: str, clock: object, time: datetime) -> None:
    cutoff = str(clock)[:5]
    day = business_date(time, zone, cutoff)
    assert cutoff_instant(day - timedelta(days=1), zone, cutoff) <= time < cutoff_instant(day, zone, cutoff)


def test_the_offset_of_a_time_does_not_matter() -> None:
    time = _utc("2026-11-19T08:02:11+13:00")
    there = time.astimezone(timezone(timedelta(hours=-5)))
    assert business_date(there, "Pacific/Auckland", "00:00") == business_date(
        time, "Pacific/Auckland", "00:00"
    )


@pytest.mark.parametrize(
    "time",
    [
        datetime(2026, 11, 19, 8),  # noqa: DTZ001 - the point of the test
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, tzinfo=UTC),
        datetime(9999, 12, 31, 1, tzinfo=UTC),  # as some tills write "never": its week has no end
    ],
)
def test_a_time_that_has_no_date_is_refused(time: datetime) -> None:
    zone = "America/Havana" if time.year == 1 else "Pacific/Auckland"
    with pytest.raises(ValueError, match="time"):
        business_date(time, zone, "00:00")
