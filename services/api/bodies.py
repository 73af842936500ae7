"""What routes take in their bodies; unknown fields are refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from services.api.given import BusinessDate, RowNumber

# What values are possible is the rule of the room that keeps them; here stands their form.
Text = Annotated[str, Field(max_length=200)]
LocalTime = Annotated[str, Field(max_length=5, description="Local time, as in 20:00.")]
Country = Annotated[str, Field(max_length=2, description="ISO 3166, as in NZ or GB.")]
Currency = Annotated[str, Field(max_length=3, description="ISO 4217, as in NZD.")]
Timezone = Annotated[str, Field(max_length=64, description="IANA, as in Pacific/Auckland.")]
Prices = Annotated[str, Field(max_length=20, description="inclusive or exclusive.")]
Basis = Annotated[str, Field(max_length=20, description="accrual or cash.")]
Rounding = Annotated[str, Field(max_length=20, description="Step and ties, as in 0.10:down.")]


class Body(BaseModel):
    """Base of every body."""

    model_config = ConfigDict(extra="forbid")


class NewStore(Body):
    """A store to add; the settings of `tillbook store add`."""

    key: Text
    name: Text
    country: Country
    currency: Currency
    timezone: Timezone
    cutoff: LocalTime = "00:00"
    prices: Prices = "inclusive"
    gst_basis: Basis = "accrual"
    cash_rounding: Rounding | None = None


class StoreChanges(Body):
    """What to change of a store; an empty `cash_rounding` ends rounding."""

    name: Text | None = None
    country: Country | None = None
    currency: Currency | None = None
    timezone: Timezone | None = None
    cutoff: LocalTime | None = None
    prices: Prices | None = None
    gst_basis: Basis | None = None
    cash_rounding: Rounding | None = None
    on_change: Annotated[str, Field(max_length=20, description="wait, delta or resend.")] | None = None


class NewSource(Body):
    """A source profile: its name and its TOML."""

    name: Text
    text: Annotated[str, Field(max_length=200_000)]


class NewConsent(Body):
    """Which Xero app asks for consent, and where Xero sends the browser back to."""

    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret: SecretStr | None = None
    flow: Literal["pkce", "web", "custom"] = "pkce"
    redirect: str | None = None
    creates_accounts: bool = False

    def secret(self) -> str | None:
        """Return the client secret itself."""
        return self.client_secret.get_secret_value() if self.client_secret else None


class PastedAddress(Body):
    """The address that the browser showed after the consent."""

    address: Annotated[str, Field(min_length=1, max_length=8_000)]


class Choice(Body):
    """The organisation chosen; `confirm` repeats a name unlike the store's.

    `take_over`: days that wait for one that never had a document of the store go to it.
    """

    tenant: str | None = None
    confirm: str | None = None
    take_over: bool = False


class SyncRange(Body):
    """One date, or all from one date to another; none: everything that is due."""

    date: BusinessDate | None = None
    first: Annotated[BusinessDate | None, Field(alias="from")] = None
    last: Annotated[BusinessDate | None, Field(alias="to")] = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> SyncRange:
        if self.date and (self.first or self.last):
            raise ValueError("give a date, or from and to, not both")
        if self.first and self.last and self.first > self.last:
            raise ValueError("from is later than to")
        return self


class NoTrade(Body):
    """Who says that the shop did not trade; none: the person who asks."""

    name: Text | None = None


class Schedule(Body):
    """When days are sent; what is absent stays."""

    frequency: Text | None = None
    at: LocalTime | None = None
    start: BusinessDate | None = None


class Retry(Body):
    """Attempts to try again; with `dry_run` only the forecast is made."""

    ids: Annotated[list[RowNumber], Field(min_length=1, max_length=500)]
    dry_run: bool = False


class Pause(Body):
    """Why, and until when if that is known.

    As a person types it, in the store's zone (`2h`, `tomorrow 08:00`), or ISO 8601.
    """

    reason: Annotated[str, Field(min_length=1, max_length=500)]
    until: Annotated[str | None, Field(min_length=1, max_length=64)] = None


class Disconnect(Body):
    """With `dry_run` nothing is done: the answer tells what would be left unsent."""

    dry_run: bool = False


class Bundle(Body):
    """What a bundle is about: one store or all, and how many days back."""

    store: Annotated[str | None, Field(max_length=100)] = None
    days: Annotated[int, Field(ge=1, le=400)] = 31
