"""What a person says of a store, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from services.books.money import AmountError, parse_amount
from services.contract.problem import Refused
from services.contract.text import printable
from services.store.codes import CURRENCIES, countries, timezones

REQUIRED = ("key", "name", "country", "currency", "timezone")
FREQUENCIES = ("daily", "real-time", "weekly", "monthly", "manual")
ON_CHANGE = ("wait", "delta", "resend")
"""What a store does by itself about a change after posting."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}", re.ASCII)
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_OFTEN_MEANT = {"UK": "GB", "EN": "GB", "EL": "GR"}
_LONGEST_NAME = 200

Columns = dict[str, object]


def columns_of(details: Mapping[str, object], currency: str | None = None) -> Columns:
    """Return the columns that `details` set, in the words of `StoreAnswer`.

    A field that is None is left as it is, but for `cash_rounding`, whose rule it takes
    away. `currency` is the store's when `details` name none. Raises Refused naming every
    field that is wrong.
    """
    columns: Columns = {}
    faults = []
    for field, value in details.items():
        try:
            columns |= _parsed(field, value, str(details.get("currency") or currency))
        except ValueError as error:
            faults.append(f"{field}: {error}")
    if faults:
        raise Refused(
            "The store cannot be saved.",
            " ".join(f"{fault}." for fault in faults),
            "Correct what is named and save again.",
            code="invalid_store",
        )
    return columns


def time_of_day(value: object) -> str:
    """Return a local time as HH:MM; raise ValueError for anything else."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        return value
    raise ValueError(f"{value!r} is not a time of day such as 20:00")


def frequency(value: object) -> str:
    """Return one of FREQUENCIES; raise ValueError for another word."""
    return _one_of(value, FREQUENCIES)


def _parsed(field: str, value: object, currency: str) -> Columns:
    if field == "cash_rounding":
        return _cash_rounding(value, currency)
    if field not in _PARSERS:
        raise ValueError("there is no such setting of a store")
    if value is None:
        return {}
    column, parse = _PARSERS[field]
    return {column: parse(value)}


def _key(value: object) -> str:
    if isinstance(value, str) and _KEY.fullmatch(value):
        return value
    raise ValueError(f"{value!r} is not a key such as queen-st (letters, digits, dot, dash, at most 50)")


def _name(value: object) -> str:
    name = printable(value).strip() if isinstance(value, str) else ""
    if 0 < len(name) <= _LONGEST_NAME:
        return name
    raise ValueError(f"a name of 1 to {_LONGEST_NAME} characters is needed")


def _country(value: object) -> str:
    if isinstance(value, str) and value in countries():
        return value
    meant = _OFTEN_MEANT.get(str(value).upper())
    hint = f"; {meant} is meant" if meant else ", such as NZ"
    raise ValueError(f"{value!r} is not an ISO 3166 country code{hint}")


def _currency(value: object) -> str:
    if isinstance(value, str) and value in CURRENCIES:
        return value
    raise ValueError(f"{value!r} is not an ISO 4217 currency code, such as NZD")


def _timezone(value: object) -> str:
    if isinstance(value, str) and value in timezones():
        return value
    raise ValueError(f"{value!r} is not a time zone such as Pacific/Auckland")


def _prices_inclusive(value: object) -> bool:
    return _one_of(value, ("inclusive", "exclusive")) == "inclusive"


def _gst_basis(value: object) -> str:
    return _one_of(value, ("accrual", "cash"))


def _on_change(value: object) -> str:
    return _one_of(value, ON_CHANGE)


def _one_of(value: object, words: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in words:
        return value
    raise ValueError(f"{value!r} is not one of {', '.join(words)}")


def _cash_rounding(value: object, currency: str) -> Columns:
    if value is None:
        return {"rounding_step": None, "rounding_tie": None}
    step, _, tie = str(value).partition(":")
    try:
        amount = parse_amount(step, currency)
    except AmountError as error:
        raise ValueError(f"the step {error}") from error
    if amount <= 0 or tie not in {"up", "down"}:
        raise ValueError(f"{value!r} is not a step with up or down for ties, such as 0.10:down")
    return {"rounding_step": str(amount), "rounding_tie": tie}


_PARSERS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "key": ("key", _key),
    "name": ("name", _name),
    "country": ("country", _country),
    "currency": ("currency", _currency),
    "timezone": ("timezone", _timezone),
    "cutoff": ("cutoff", time_of_day),
    "prices": ("prices_inclusive", _prices_inclusive),
    "gst_basis": ("gst_basis", _gst_basis),
    "on_change": ("on_change", _on_change),
}
