"""The mapping file's content: checked key by key, and back again (CLI.md)."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from typing import Any

from services.books.documents import Shape
from services.books.mapping import (
    ACCOUNT_NUMBER,
    DAY_NUMBER,
    TAXED_AT_REDEMPTION,
    TAXED_AT_SALE,
    Mapping,
    Target,
)
from services.books.numbers import placeholders

_TEXTS = ("store", "contact", "number", "account_number", "no_tax")
_TABLES = ("tax_codes", "tenders", "tracking")
_TARGETS = ("rounding", "over_short")
_KEYS = frozenset(
    {*_TEXTS, *_TABLES, *_TARGETS, "categories", "shape", "status", "due_days", "gift_card_tax", "version"}
)
_TARGET_KEYS = frozenset({"account", "tax_type"})
_NUMBER_FIELDS = frozenset({"store", "date"})
_ACCOUNT_NUMBER_FIELDS = frozenset({"store", "register", "receipt"})
_STATUSES = ("AUTHORISED", "DRAFT")
_GIFT_CARD_TAXES = (TAXED_AT_REDEMPTION, TAXED_AT_SALE)
_MOST_TRACKING = 2
_LONGEST_DUE_DAYS = 365


class MappingError(ValueError):
    """The file is no mapping; `faults` names everything wrong in it, by key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def mapping_from(data: MappingType[str, object], no_tax: str | None = None) -> Mapping:
    """Return the mapping a file states; raise MappingError naming every fault in it.

    What may be missing is left out: a day that needs it is blocked by name. `no_tax` is
    the tax type of lines outside the tax where the file names none; None: the country's own.
    """
    faults = tuple(_faults(data))
    if faults:
        raise MappingError(faults)
    known: dict[str, Any] = {key: value for key, value in data.items() if value is not None}
    return Mapping(
        store=known["store"],
        contact=known.get("contact", ""),
        categories={key: _target(value) for key, value in known.get("categories", {}).items()},
        tax_codes=dict(known.get("tax_codes", {})),
        tenders=dict(known.get("tenders", {})),
        shape=Shape(known.get("shape", Shape.INVOICE)),
        number=known.get("number", DAY_NUMBER),
        account_number=known.get("account_number", ACCOUNT_NUMBER),
        status=known.get("status", "AUTHORISED"),
        due_days=known.get("due_days", 0),
        rounding=_target(known["rounding"]) if "rounding" in known else None,
        over_short=_target(known["over_short"]) if "over_short" in known else None,
        no_tax=known.get("no_tax", no_tax),
        gift_card_tax=known.get("gift_card_tax", TAXED_AT_REDEMPTION),
        tracking=tuple(sorted(known.get("tracking", {}).items())),
        version=known.get("version", 0),
    )


def mapping_to(mapping: Mapping) -> dict[str, object]:
    """Return the mapping as the file's keys, ready for TOML or JSON."""
    return {
        "store": mapping.store,
        "shape": mapping.shape.value,
        **({"contact": mapping.contact} if mapping.contact else {}),
        "number": mapping.number,
        "account_number": mapping.account_number,
        "status": mapping.status,
        "due_days": mapping.due_days,
        **({"rounding": _plain(mapping.rounding)} if mapping.rounding else {}),
        **({"over_short": _plain(mapping.over_short)} if mapping.over_short else {}),
        **({"no_tax": mapping.no_tax} if mapping.no_tax else {}),
        "gift_card_tax": mapping.gift_card_tax,
        "categories": {key: _plain(target) for key, target in mapping.categories.items()},
        "tax_codes": dict(mapping.tax_codes),
        "tenders": dict(mapping.tenders),
        "tracking": dict(mapping.tracking),
    }


def _target(value: object) -> Target:
    if isinstance(value, MappingType):
        return Target(
            str(value["account"]), None if value.get("tax_type") is None else str(value["tax_type"])
        )
    return Target(str(value))


def _plain(target: Target) -> object:
    if target.tax_type is None:
        return target.account
    return {"account": target.account, "tax_type": target.tax_type}


def _faults(data: MappingType[str, object]) -> Iterator[str]:
    yield from (f"{key} is not a key of a mapping" for key in data if key not in _KEYS)
    if data.get("store") is None:
        yield "store is missing"
    yield from (f"{key} must be text" for key in _TEXTS if not _absent_or_text(data.get(key)))
    yield from _choice_faults(data)
    yield from _template_faults(data)
    yield from _target_faults(data)
    for part in _TABLES:
        yield from _table_faults(part, data.get(part))
    tracking = data.get("tracking")
    if isinstance(tracking, MappingType) and len(tracking) > _MOST_TRACKING:
        yield f"tracking holds at most {_MOST_TRACKING} categories"


def _absent_or_text(value: object) -> bool:
    return value is None or (isinstance(value, str) and bool(value.strip()))


def _choice_faults(data: MappingType[str, object]) -> Iterator[str]:
    choices = {"shape": tuple(Shape), "status": _STATUSES, "gift_card_tax": _GIFT_CARD_TAXES}
    for key, words in choices.items():
        value = data.get(key)
        if value is not None and value not in words:
            yield f"{key} must be one of {', '.join(words)}, not {value!r}"
    days = data.get("due_days")
    if days is not None and (type(days) is not int or not 0 <= days <= _LONGEST_DUE_DAYS):
        yield f"due_days must be a whole number from 0 to {_LONGEST_DUE_DAYS}"


def _template_faults(data: MappingType[str, object]) -> Iterator[str]:
    wanted = (("number", _NUMBER_FIELDS, "date"), ("account_number", _ACCOUNT_NUMBER_FIELDS, "receipt"))
    for key, allowed, needed in wanted:
        template = data.get(key)
        if not isinstance(template, str):
            continue
        try:
            found = placeholders(template)
        except ValueError as error:
            yield f"{key} cannot be read: {error}"
            continue
        yield from (f"{key} knows no {{{name}}}" for name in sorted(found - allowed))
        if needed not in found:
            yield f"{key} needs {{{needed}}}: without it two documents would have one number"


def _target_faults(data: MappingType[str, object]) -> Iterator[str]:
    for key in _TARGETS:
        if data.get(key) is not None:
            yield from _one_target_faults(key, data[key])
    categories = data.get("categories")
    if categories is None:
        return
    if not isinstance(categories, MappingType):
        yield "categories must be a table"
        return
    for name, value in categories.items():
        yield from _one_target_faults(f"categories.{name}", value)


def _one_target_faults(key: str, value: object) -> Iterator[str]:
    if isinstance(value, MappingType):
        yield from (f"{key}.{name} is not known" for name in value if name not in _TARGET_KEYS)
        if not value.get("account") or not isinstance(value.get("account"), str):
            yield f"{key} needs an account"
        if not _absent_or_text(value.get("tax_type")):
            yield f"{key}.tax_type must be text"
    elif not (isinstance(value, str) and value.strip()):
        yield f"{key} must be an account code in quotes, or a table with one"


def _table_faults(part: str, table: object) -> Iterator[str]:
    if table is None:
        return
    if not isinstance(table, MappingType):
        yield f"{part} must be a table"
        return
    for name, value in table.items():
        if not (isinstance(value, str) and value.strip()):
            yield f"{part}.{name} must be text in quotes"
