"""How Xero writes JSON: dates, numbers, the envelope (XERO.md 2.7, 6.15)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

Json = dict[str, object]
Element = Mapping[str, object]

PROVIDER = "Practice Xero"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_MS_DATE = re.compile(r"/Date\((-?\d{1,16})([+-]\d{4})?\)/")


def dumps(value: object) -> str:
    """Return `value` as JSON text; a Decimal keeps its digits, so 46.00 stays 46.00."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{dumps(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    return json.dumps(value)


def loads(text: str | bytes) -> object:
    """Parse JSON with exact numbers; raise ValueError if it is none."""
    return json.loads(text, parse_float=Decimal)


def ms_date(day: date) -> str:
    """Return a date as `/Date(ms+0000)/`: midnight UTC of that date."""
    return ms_instant(datetime(day.year, day.month, day.day, tzinfo=UTC))


def ms_instant(instant: datetime) -> str:
    """Return an instant as `/Date(ms+0000)/`."""
    return f"/Date({(instant - _EPOCH) // _MS}+0000)/"


def day_string(day: date) -> str:
    """Return a date as Xero's `DateString`."""
    return f"{day.isoformat()}T00:00:00"


def seven_digits(instant: datetime) -> str:
    """Return an instant as `/connections` writes it: seven decimals and no zone."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"


def read_date(text: str) -> date:
    """Return the date of `/Date(ms)/` or ISO text.

    Raise ValueError for anything else.
    """
    match = _MS_DATE.fullmatch(text)
    if match:
        return (_EPOCH + int(match[1]) * _MS).date()
    return datetime.fromisoformat(text).date()


def read_since(text: str) -> datetime:
    """Return the instant of an If-Modified-Since header, UTC where it names no zone."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = parsedate_to_datetime(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def envelope(answer_id: str, now: datetime, content: Mapping[str, object]) -> Json:
    """Return the frame every 200 of the accounting API has, with `content` inside."""
    return {
        "Id": answer_id,
        "Status": "OK",
        "ProviderName": PROVIDER,
        "DateTimeUTC": f"/Date({(now - _EPOCH) // _MS})/",
        **content,
    }
