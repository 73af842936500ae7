"""Dates asked for: none lies where a week, a month or a zone leaves the calendar."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from services import api
from services.api.given import BusinessDate, Moment
from services.books.calendar import FIRST_DATE, LAST_DATE

_FOLDER = Path(api.__path__[0])
_DATES: TypeAdapter[date] = TypeAdapter(BusinessDate)
_MOMENTS: TypeAdapter[datetime] = TypeAdapter(Moment)


def test_every_route_takes_dates_of_the_one_kind() -> None:
    files = [path for path in _FOLDER.rglob("*.py") if path.name != "given.py"]
    assert files
    assert [path.name for path in files if re.search(r"\b(dt\.date|AwareDatetime)\b", path.read_text())] == []


@pytest.mark.parametrize("day", [date.min, FIRST_DATE - timedelta(days=1), date.max])
def test_the_ends_of_the_calendar_are_refused(day: date) -> None:
    with pytest.raises(ValidationError):
        _DATES.validate_python(day)
    assert [_DATES.validate_python(each) for each in (FIRST_DATE, LAST_DATE)] == [FIRST_DATE, LAST_DATE]


def test_a_moment_outside_the_calendar_is_refused_and_another_is_in_utc() -> None:
    for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        with pytest.raises(ValidationError, match="outside the calendar"):
            _MOMENTS.validate_python(text)
    noon = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=13)))
    assert _MOMENTS.validate_python(noon) == datetime(2026, 11, 20, 23, tzinfo=UTC)
