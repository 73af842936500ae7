"""Settings that may be changed while a practice Xero runs.

One vocabulary for `PracticeXero.configure`, POST /practice/config and a fault's
`change`: what a person would do inside Xero, and knobs of the server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import cast, get_args

from services.sandbox.xero.book import Book
from services.sandbox.xero.config import PracticeConfig
from services.sandbox.xero.model import Account, Contact
from services.sandbox.xero.scopes import ALL_SCOPES
from services.sandbox.xero.settings import Auto, Limits, SettingsError, check_redirect, record_of
from services.sandbox.xero.world import World

Change = Callable[[World, Book, object], None]
ServerChange = Callable[[World, object], None]


def apply(world: World, tenant: str | None, settings: Mapping[str, object]) -> None:
    """Change settings; raise SettingsError for one unknown or without sense.

    `tenant` may be left out for settings of the server, and where there is one
    organisation only.
    """
    for name, value in settings.items():
        if name in _SERVER:
            _SERVER[name](world, value)
        elif name in _ORGANISATION:
            _ORGANISATION[name](world, _book(world, tenant), value)
        else:
            known = ", ".join(sorted([*_SERVER, *_ORGANISATION]))
            raise SettingsError(f"There is no setting {name!r}; there are {known}.")


def _book(world: World, tenant: str | None) -> Book:
    if tenant:
        return world.book(tenant)
    if len(world.books) != 1:
        raise SettingsError("Say which organisation: tenant is missing.")
    return next(iter(world.books.values()))


def _account(book: Book, code: object) -> Account:
    account = book.account(str(code), "") or book.account(uid=str(code))
    if account is None:
        raise SettingsError(f"There is no account {code!r}.")
    return account


def _contact(book: Book, name: object) -> Contact:
    found = book.contacts.get(str(name).lower()) or next(
        iter(book.contacts.of("name", str(name).casefold())), None
    )
    if found is None:
        raise SettingsError(f"There is no contact {name!r}.")
    return found


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _account_status(status: str) -> Change:
    def change(_world: World, book: Book, codes: object) -> None:
        for code in _each(codes):
            account = _account(book, code)
            account.status, account.updated = status, book.clock()
            book.accounts.put(account)

    return change


def _contact_status(status: str) -> Change:
    def change(_world: World, book: Book, names: object) -> None:
        for name in _each(names):
            contact = _contact(book, name)
            contact.status, contact.updated = status, book.clock()
            book.contacts.put(contact)

    return change


def _fact(name: str, check: Callable[[object], object]) -> Change:
    def change(_world: World, book: Book, value: object) -> None:
        setattr(book.organisation, name, check(value))
        book.facts_changed()

    return change


def _day(value: object) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat() if value else ""
    except ValueError as error:
        raise SettingsError(f"{value!r} is no date such as 2026-11-30.") from error


def _cap(value: object) -> int | None:
    if value is not None and not isinstance(value, int):
        raise SettingsError(f"A cap is a whole number or null, not {value!r}.")
    return value


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise SettingsError(f"{value!r} must be an object.")
    return cast("Mapping[str, object]", value)


def _actions(_world: World, book: Book, value: object) -> None:
    book.organisation.actions.update({name: str(word) for name, word in _mapping(value).items()})
    book.facts_changed()


def _enable_payments(_world: World, book: Book, value: object) -> None:
    for code, enabled in _mapping(value).items():
        account = _account(book, code)
        account.enable_payments, account.updated = bool(enabled), book.clock()
        book.accounts.put(account)


def _delete_tax_rate(_world: World, book: Book, value: object) -> None:
    rate = book.tax_rates.get(str(value))
    if rate is None:
        raise SettingsError(f"There is no tax rate {value!r}.")
    rate.status = "DELETED"
    book.tax_rates.put(rate)


def _reconcile(_world: World, book: Book, value: object) -> None:
    payment = book.payments.get(str(value).lower())
    if payment is None:
        raise SettingsError(f"There is no payment {value!r}.")
    payment.reconciled, payment.updated = True, book.clock()
    book.payments.put(payment)


def _revoke(world: World, book: Book, value: object) -> None:
    if value:
        world.grants.disconnect(book.tenant)


def _limits(world: World, value: object) -> None:
    given = _mapping(value)
    merged: dict[str, object] = {**vars(world.meter.limits), **given}
    world.meter.limits = record_of(Limits, merged)


def _auto(world: World, value: object) -> None:
    if value not in get_args(Auto):
        raise SettingsError(f"auto is one of {', '.join(map(repr, get_args(Auto)))}.")
    world.oauth.auto = cast("Auto", value)


def _clock_offset(world: World, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise SettingsError("clock_offset is a number of seconds.")
    world.clock_offset = timedelta(seconds=float(value))


def _add_redirect(world: World, value: object) -> None:
    check_redirect(str(value))
    for client, app in world.oauth.apps.items():
        if app.flow != "custom":
            world.oauth.apps[client] = replace(app, redirects=(*app.redirects, str(value)))


def _withhold_scopes(world: World, value: object) -> None:
    if not isinstance(value, list) or not set(map(str, value)) <= ALL_SCOPES:
        raise SettingsError("withhold_scopes is a list of scopes.")
    world.oauth.withheld = frozenset(map(str, value))


_SERVER: dict[str, ServerChange] = {
    "limits": _limits,
    "auto": _auto,
    "clock_offset": _clock_offset,
    "add_redirect": _add_redirect,
    "withhold_scopes": _withhold_scopes,
}
_ORGANISATION: dict[str, Change] = {
    "archive_account": _account_status("ARCHIVED"),
    "restore_account": _account_status("ACTIVE"),
    "archive_contact": _contact_status("ARCHIVED"),
    "restore_contact": _contact_status("ACTIVE"),
    "period_lock_date": _fact("period_lock_date", _day),
    "end_of_year_lock_date": _fact("end_of_year_lock_date", _day),
    "invoice_cap": _fact("invoice_cap", _cap),
    "bill_cap": _fact("bill_cap", _cap),
    "sales_tax_basis": _fact("sales_tax_basis", str),
    "rename": _fact("name", str),
    "edit_approved": _fact("edit_approved", bool),
    "match_contact_names": _fact("match_contact_names", bool),
    "actions": _actions,
    "enable_payments": _enable_payments,
    "delete_tax_rate": _delete_tax_rate,
    "reconcile_payment": _reconcile,
    "revoke_connection": _revoke,
}


def described(config: PracticeConfig) -> dict[str, object]:
    """Return what a person needs to connect: apps (no secrets) and organisations."""
    apps = [{"client_id": a.client_id, "flow": a.flow, "redirects": list(a.redirects)} for a in config.apps]
    facts = [o.settings for o in config.organisations]
    organisations = [{"tenant": f.tenant, "name": f.name, "country": f.country} for f in facts]
    return {"apps": apps, "organisations": organisations}
