"""Times as a person types them, in the store's zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.problem import Refused
from services.sync.schedule.moments import moment

_ZONE = "Pacific/Auckland"
# A Wednesday, half past ten in the morning in Auckland.
_NOW = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text,expected",
    [
        ("2h", "2026-11-25T12:30:00+13:00"),
        ("in 90 minutes", "2026-11-25T12:00:00+13:00"),
        ("45m", "2026-11-25T11:15:00+13:00"),
        ("3 days", "2026-11-28T10:30:00+13:00"),
        ("1w", "2026-12-02T10:30:00+13:00"),
        ("17:30", "2026-11-25T17:30:00+13:00"),
        ("08:00", "2026-11-26T08:00:00+13:00"),
        ("today 17:30", "2026-11-25T17:30:00+13:00"),
        ("tomorrow 08:00", "2026-11-26T08:00:00+13:00"),
        ("Tomorrow at 8:00", "2026-11-26T08:00:00+13:00"),
        ("tomorrow", "2026-11-26T00:00:00+13:00"),
        ("fri 09:15", "2026-11-27T09:15:00+13:00"),
        ("wednesday 17:00", "2026-11-25T17:00:00+13:00"),
        ("wednesday 09:00", "2026-12-02T09:00:00+13:00"),
        ("monday", "2026-11-30T00:00:00+13:00"),
        ("2026-11-30", "2026-11-30T00:00:00+13:00"),
        ("2026-11-30 08:00", "2026-11-30T08:00:00+13:00"),
        ("2026-11-30T08:00", "2026-11-30T08:00:00+13:00"),
        ("2026-11-30T08:00:00Z", "2026-11-30T21:00:00+13:00"),
        ("2026-11-30T08:00+01:00", "2026-11-30T20:00:00+13:00"),
    ],
)
def test_what_a_person_types_is_understood(text: str, expected: str) -> None:
    assert moment(text, _ZONE, _NOW) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "25:00",
        "8",
        "tomorrow 8",
        "m 08:00",
        "tomorrow friday",
        "2026-13-01",
        "2 moons",
        "\u0661h",
    ],
)
def test_what_is_no_time_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Refused) as refused:
        moment(text, _ZONE, _NOW)
    assert "tomorrow 08:00" in refused.value.next


def test_a_day_is_the_same_hour_when_the_clocks_change() -> None:
    before = datetime(2026, 9, 26, 0, 0, tzinfo=UTC)  # summer time begins on the 27th
    assert moment("1d", _ZONE, before).astimezone(UTC) == datetime(2026, 9, 26, 23, 0, tzinfo=UTC)
    assert moment("24h", _ZONE, before).astimezone(UTC) == datetime(2026, 9, 27, 0, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_the_one_after_it() -> None:
    before = datetime(2026, 9, 26, 0, 0, tzinfo=UTC)
    skipped = moment("2026-09-27 02:30", _ZONE, before)
    assert skipped.astimezone(UTC) == datetime(2026, 9, 26, 14, 30, tzinfo=UTC)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        found = moment(text, _ZONE, _NOW)
    except Refused:
        return
    assert found.tzinfo is not None
