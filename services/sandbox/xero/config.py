"""How a practice Xero is set up: organisations, apps, people, limits, consent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import cast

from services.sandbox.xero import chart
from services.sandbox.xero.settings import (
    Auto,
    Limits,
    OrganisationSettings,
    PracticeAccount,
    PracticeApp,
    PracticeContact,
    PracticeTaxRate,
    PracticeTracking,
    PracticeUser,
    SettingsError,
    record_of,
)

PKCE_CLIENT = "PRACTICE0PKCE0000000000000000001"
WEB_CLIENT = "PRACTICE0WEB00000000000000000001"
WEB_SECRET = "practice-web-secret-not-a-real-one"  # noqa: S105 - of the practice app, published on purpose
CUSTOM_CLIENT = "PRACTICE0CUSTOM00000000000000001"
CUSTOM_SECRET = "practice-custom-secret-not-a-real-one"  # noqa: S105 - as above
USER_ID = "0d9b7b1e-6f0a-5a55-8a3f-7d0e3a0c9a01"

_PARTS = {
    "accounts": PracticeAccount,
    "tax_rates": PracticeTaxRate,
    "tracking": PracticeTracking,
    "contacts": PracticeContact,
}


@dataclass(frozen=True)
class PracticeOrganisation:
    """An organisation as it starts: its facts and what its books begin with."""

    settings: OrganisationSettings
    accounts: tuple[PracticeAccount, ...]
    tax_rates: tuple[PracticeTaxRate, ...]
    tracking: tuple[PracticeTracking, ...] = field(default_factory=chart.tracking_of)
    contacts: tuple[PracticeContact, ...] = ()

    @property
    def tenant(self) -> str:
        """The organisation's tenant id."""
        return self.settings.tenant

    @classmethod
    def of(cls, country: str, **given: object) -> PracticeOrganisation:
        """Return the built-in organisation of NZ, AU or GB, changed as `given`.

        Takes every field of OrganisationSettings, and `accounts`, `tax_rates`,
        `tracking`, `contacts` (records or plain dicts, which replace the built-in
        ones). Raises SettingsError for anything else.
        """
        built_in = chart.country_of(country)
        known = {f.name for f in fields(OrganisationSettings)}
        unknown = sorted(set(given) - known - set(_PARTS))
        if unknown:
            raise SettingsError(f"An organisation has no {', '.join(unknown)}.")
        changes = {name: value for name, value in given.items() if name in known}
        made = cls(
            replace(chart.settings_of(country), **changes),  # type: ignore[arg-type]  # checked by the names above
            chart.accounts_of(built_in),
            built_in.rates,
            chart.tracking_of(),
            chart.contacts_of(built_in),
        )
        parts = {name: _records(name, given[name]) for name in _PARTS if name in given}
        return replace(made, **parts)  # type: ignore[arg-type]  # each is a tuple of its own record


@dataclass(frozen=True)
class PracticeConfig:
    """Everything a practice Xero starts with.

    `auto` says who answers the consent page: "" a person, "allow" or "deny" nobody,
    "query" a person unless the address says `auto=allow` or `auto=deny`. `seed` makes
    the ids; the same seed and the same calls give the same ids.
    """

    organisations: tuple[PracticeOrganisation, ...] = field(
        default_factory=lambda: tuple(PracticeOrganisation.of(country) for country in chart.COUNTRIES)
    )
    apps: tuple[PracticeApp, ...] = (
        PracticeApp(PKCE_CLIENT),
        PracticeApp(WEB_CLIENT, "web", secret=WEB_SECRET),
        PracticeApp(CUSTOM_CLIENT, "custom", secret=CUSTOM_SECRET, redirects=(), tenant=chart.NZ_TENANT),
    )
    users: tuple[PracticeUser, ...] = (PracticeUser(USER_ID),)
    limits: Limits = field(default_factory=Limits)
    auto: Auto = "query"
    seed: str = "practice"

    def generous(self) -> PracticeConfig:
        """Return the same with limits that are never reached."""
        return replace(self, limits=Limits.generous())

    @classmethod
    def from_json(cls, text: str) -> PracticeConfig:
        """Read a configuration; what is left out keeps its default.

        `{"organisations": [{"country": "NZ", "name": …}], "apps": [{…}], "users": [{…}],
        "limits": {…}, "auto": …, "seed": …}`. Raises SettingsError.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise SettingsError(f"The configuration is no JSON: {error}") from error
        if not isinstance(data, dict):
            raise SettingsError("The configuration must be a JSON object.")
        return record_of(cls, {name: _section(name, value) for name, value in data.items()})


def _section(name: str, value: object) -> object:
    if name == "organisations":
        return tuple(PracticeOrganisation.of(**_arguments(entry)) for entry in _list(name, value))
    if name in {"apps", "users"}:
        kind: type[object] = PracticeApp if name == "apps" else PracticeUser
        return tuple(record_of(kind, _arguments(entry)) for entry in _list(name, value))
    return record_of(Limits, _arguments(value)) if name == "limits" else value


def _records(name: str, entries: object) -> tuple[object, ...]:
    kind = _PARTS[name]
    return tuple(
        entry if isinstance(entry, kind) else record_of(kind, _arguments(entry))
        for entry in _list(name, entries)
    )


def _list(name: str, value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise SettingsError(f"{name} must be a list.")
    return list(value)


def _arguments(entry: object) -> Mapping[str, str]:
    if not isinstance(entry, Mapping):
        raise SettingsError(f"{entry!r} must be an object.")
    return cast("Mapping[str, str]", entry)
