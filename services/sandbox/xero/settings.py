"""What an organisation, an app and a person of the practice Xero are made of.

Everything has a default, so that `PracticeConfig()` is a working practice Xero with a
New Zealand, an Australian and a British organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Literal, TypeVar
from urllib.parse import urlsplit

ANY_CLASS = ("ASSET", "EQUITY", "EXPENSE", "LIABILITY", "REVENUE")
REDIRECT = "http://localhost:8742/callback"

Flow = Literal["pkce", "web", "custom"]
Auto = Literal["", "query", "allow", "deny"]
T = TypeVar("T")


class SettingsError(ValueError):
    """A setting of the practice Xero makes no sense; the text says which."""


@dataclass(frozen=True)
class PracticeAccount:
    """An account of a chart; `system` is Xero's SystemAccount word."""

    code: str
    name: str
    type: str
    tax_type: str
    enable_payments: bool = False
    system: str = ""
    status: str = "ACTIVE"


@dataclass(frozen=True)
class PracticeTaxRate:
    """A tax rate; `rate` in percent.

    `applies` the account classes it may be used with.
    """

    tax_type: str
    name: str
    rate: Decimal
    applies: tuple[str, ...] = ANY_CLASS
    report_type: str = "NONE"
    status: str = "ACTIVE"


@dataclass(frozen=True)
class PracticeContact:
    """A contact the organisation starts with."""

    name: str
    number: str = ""
    email: str = ""
    status: str = "ACTIVE"


@dataclass(frozen=True)
class PracticeTracking:
    """A tracking category the organisation starts with."""

    name: str
    options: tuple[str, ...]
    status: str = "ACTIVE"


@dataclass(frozen=True)
class PracticeUser:
    """The person who signs in at the consent page."""

    uid: str
    name: str = "Practice Manager"
    email: str = "manager@practice.invalid"


@dataclass(frozen=True)
class PracticeApp:
    """A registered app: a public one.

    PKCE, one with a secret, or a custom connection.

    `scopes` limits what it may ask for (None: every scope). `tenant` is the one
    organisation of a custom connection. Redirects are matched exactly (XERO.md 4.3).
    """

    client_id: str
    flow: Flow = "pkce"
    name: str = "Tillbook (practice)"
    secret: str = ""
    redirects: tuple[str, ...] = (REDIRECT,)
    tenant: str = ""
    scopes: frozenset[str] | None = None

    def __post_init__(self) -> None:
        """Refuse what Xero's app settings refuse."""
        for redirect in self.redirects:
            check_redirect(redirect)
        if self.flow == "custom" and not self.tenant:
            raise SettingsError(f"The custom connection {self.client_id} names no organisation (tenant).")


@dataclass(frozen=True)
class Limits:
    """Calls a minute and a day per organisation, at once.

    And a minute for the whole app.
    """

    minute: int = 60
    day: int = 5000
    concurrent: int = 5
    app_minute: int = 10_000

    @classmethod
    def generous(cls) -> Limits:
        """Return limits that no test or demo reaches."""
        return cls(*[10_000_000] * 4)


@dataclass
class OrganisationSettings:
    """The facts of an organisation that GET Organisation shows, and its plan.

    Dates are ISO text, empty where unset. `invoice_cap` and `bill_cap` are how many
    may be approved in a calendar month (XERO.md 6.13). With `edit_approved`, POST may
    change an approved document that has no payments; without, it answers as if it
    could not. `match_contact_names`: an invoice that has only a contact's name finds
    an active contact of that name (XERO.md 6.12 gives both behaviours).
    """

    tenant: str
    name: str
    country: str
    currency: str
    sales_tax_basis: str
    sales_tax_period: str
    timezone: str
    year_end: tuple[int, int] = (31, 3)
    period_lock_date: str = ""
    end_of_year_lock_date: str = ""
    invoice_cap: int | None = None
    bill_cap: int | None = None
    actions: dict[str, str] = field(default_factory=dict)
    is_demo: bool = True
    edit_approved: bool = True
    match_contact_names: bool = True

    @property
    def version(self) -> str:
        """Xero's word for the country's edition."""
        return "UK" if self.country == "GB" else self.country

    @property
    def no_tax(self) -> str:
        """The tax type of lines outside the tax (CLI.md, `no_tax`)."""
        return "BASEXCLUDED" if self.country == "AU" else "NONE"


def check_redirect(address: str) -> None:
    """Raise SettingsError for a redirect Xero would not register (XERO.md 4.3)."""
    parts = urlsplit(address)
    if parts.scheme != "https" and (parts.scheme, parts.hostname) != ("http", "localhost"):
        raise SettingsError(
            f"Xero does not register {address!r}: it takes https, or http://localhost with a port."
        )


def record_of(kind: type[T], data: Mapping[str, object]) -> T:
    """Make a settings record from JSON data.

    Raise SettingsError for an unknown field.
    """
    names = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # T is always a dataclass here
    unknown = sorted(set(data) - names)
    if unknown:
        raise SettingsError(
            f"{kind.__name__} has no {', '.join(unknown)}; it has {', '.join(sorted(names))}."
        )
    try:
        return kind(**{name: _plain(kind, name, value) for name, value in data.items()})
    except TypeError as error:
        raise SettingsError(f"{kind.__name__} cannot be made of {dict(data)}: {error}") from error


def _plain(kind: type[object], name: str, value: object) -> object:
    if kind is PracticeTaxRate and name == "rate":
        return Decimal(str(value))
    if kind is PracticeApp and name == "scopes" and isinstance(value, list):
        return frozenset(map(str, value))
    return tuple(value) if isinstance(value, list) else value
