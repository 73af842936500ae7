"""Reads a source profile from TOML and names every fault by its key."""

from __future__ import annotations

import codecs
import tomllib
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.contract.problem import Refused
from services.sources.profile import (
    STORE_ZONE,
    AmountForm,
    FileForm,
    LineForm,
    NumberForm,
    Profile,
    ReceiptForm,
    TimeForm,
)
from services.sources.profile_rules import choice, ignoring, setting_apart
from services.sources.profile_section import Section

# Every part differs, so that a format which loses one is found out.
_PROBE = datetime(2026, 11, 23, 17, 45, 56)  # noqa: DTZ001 - a wall clock, as in a file
_KINDS = frozenset({"sale", "refund"})
# Kept by Tillbook for receipts that a delimited file cannot describe (RECEIPTS.md, One receipt).
_CATEGORIES_NOT_HERE = frozenset({"layby_deposit", "layby_applied"})
_TENDERS_NOT_HERE = frozenset({"on_account"})


def profile_from(name: str, text: str) -> Profile:
    """Return the profile that `text` (TOML, docs/sources.md) describes.

    Raises Refused with code `profile_invalid`, which names every fault by its key.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _refused(name, [f"is not valid TOML: {error}"]) from error
    faults: list[str] = []
    profile = _profile(name, Section("", values, faults))
    if faults:
        raise _refused(name, faults)
    return profile


def _refused(name: str, faults: list[str]) -> Refused:
    return Refused(
        f"The source profile {name} cannot be used.",
        "; ".join(faults) + ".",
        "Correct the profile (docs/sources.md describes every key) and add it again.",
        code="profile_invalid",
    )


def _profile(name: str, top: Section) -> Profile:
    profile = Profile(
        name=name,
        store=top.optional_text("store"),
        file=_file(top.table("file")),
        numbers=_numbers(top.table("numbers")),
        time=_time(top.table("time", required=True)),
        receipt=_receipt(top.table("receipt", required=True)),
        amount=_amount(top.table("amount", required=True)),
        line=_line(top.table("line")),
        register=choice(top.table("register", required=True)),
        kind=choice(top.table("kind"), default="sale", allowed=_KINDS),
        category=choice(top.table("category", required=True), refused=_CATEGORIES_NOT_HERE),
        tax_code=choice(top.table("tax_code", required=True)),
        tender=choice(top.table("tender", required=True), refused=_TENDERS_NOT_HERE),
        set_apart=setting_apart(top.tables("set_apart")),
        ignore=ignoring(top.tables("ignore")),
    )
    top.finish()
    return profile


def _file(section: Section) -> FileForm:
    encoding = section.text("encoding", "utf-8")
    try:
        codecs.lookup(encoding)
    except LookupError:
        section.fault("encoding", f"is not known: {encoding!r}")
    form = FileForm(
        encoding=encoding,
        delimiter=section.character("delimiter", ","),
        quote=section.character("quote", '"', none=True),
        skip_lines=section.count("skip_lines"),
        whole_days=section.switch("whole_days"),
        aliases=tuple((column, other) for column, others in section.names("aliases") for other in others),
    )
    section.finish()
    return form


def _numbers(section: Section) -> NumberForm:
    form = NumberForm(
        decimal=section.one_of("decimal", (".", ","), "."),
        thousands=section.one_of("thousands", ("", ",", ".", " ", "'", "\u00a0", "\u202f"), ""),
        currency=section.text("currency", "", blank=True),
        brackets=section.switch("brackets"),
        minor_units=section.one_of("unit", ("major", "minor"), "major") == "minor",
    )
    if form.decimal == form.thousands:
        section.fault("thousands", "is the same as the decimal mark")
    section.finish()
    return form


def _time(section: Section) -> TimeForm:
    form = section.text("format")
    zone = section.text("zone", STORE_ZONE)
    if form and (fault := _format_fault(form)):
        section.fault("format", fault)
    if zone != STORE_ZONE and not _is_zone(zone):
        section.fault("zone", f"is not a time zone: {zone!r}")
    time = TimeForm(
        columns=section.columns("columns", required=True),
        format=form,
        zone=zone,
        has_time=any(mark in form for mark in ("%H", "%I", "%c", "%X")),
    )
    section.finish()
    return time


def _format_fault(form: str) -> str | None:
    try:
        read = datetime.strptime(_PROBE.strftime(form), form)  # noqa: DTZ007 - as the probe
    except ValueError as error:
        return f"cannot be read back: {error}"
    if read.date() != _PROBE.date():
        return f"does not give year, month and day: {form!r}"
    if ("%I" in form) and read.hour != _PROBE.hour:
        return f"has %I without %p: {form!r}"
    return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _receipt(section: Section) -> ReceiptForm:
    form = ReceiptForm(
        id=section.columns("id", required=True),
        operator=section.optional_text("operator"),
        refunds_positive=section.one_of("refund_amounts", ("negative", "positive"), "negative") == "positive",
    )
    section.finish()
    return form


def _amount(section: Section) -> AmountForm:
    form = AmountForm(
        columns=section.columns("columns"),
        quantity=section.optional_text("quantity"),
        price=section.optional_text("price"),
    )
    multiplied = form.quantity is not None or form.price is not None
    if multiplied and (form.quantity is None or form.price is None):
        section.fault("quantity", "and price go together")
    if bool(form.columns) == multiplied and not section.absent:
        section.fault("columns", "must be given, or quantity and price: one of the two")
    section.finish()
    return form


def _line(section: Section) -> LineForm:
    form = LineForm(
        quantity=section.optional_text("quantity"),
        description=section.optional_text("description"),
        tax=section.optional_text("tax"),
    )
    section.finish()
    return form
