"""How large a soak is, which stores take part, and what reaches them when."""

from __future__ import annotations

import random
import uuid
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tests.soak.setting import COUNTRIES, Country
from tests.soak.trade import Record, Trade, late_records, trading_day

FIRST = date(2026, 7, 1)
"""A Wednesday, so that weeks begin in the middle of a wave."""
# An import is committed by 500 records: a larger file may be broken off in the middle of a date.
_RECORDS_AT_ONCE = 499
_HOLDS_ANYTHING = frozenset({"invoice", "zero_invoice", "journal"})


@dataclass(frozen=True)
class Way:
    """How a store posts, when its days are sent, and what it does about changes."""

    frequency: str
    shape: str
    on_change: str = "wait"


_WAYS = (
    Way("daily", "invoice", "resend"),
    Way("manual", "journal", "delta"),
    Way("real-time", "invoice"),
    Way("weekly", "zero_invoice"),
    Way("manual", "invoice"),
    Way("daily", "net_invoice", "delta"),
    Way("daily", "invoice", "delta"),
    Way("manual", "zero_invoice", "resend"),
    Way("monthly", "invoice"),
    Way("daily", "journal", "resend"),
)
"""Stores take them in turn."""


@dataclass(frozen=True)
class Size:
    """How much, how rough, and how long it may take (seconds)."""

    days: int
    stores: int
    organisations: int
    waves: int
    kills: int
    freezes: int
    between_kills: tuple[float, float]
    wave_seconds: float
    settle_seconds: float
    look_seconds: float
    tend_seconds: float
    seed: int

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Size:
        """Return the size the environment asks for: TILLBOOK_SOAK_DAYS, _KILLS, _SEED."""
        days = int(environment.get("TILLBOOK_SOAK_DAYS", "18"))
        seed = int(environment.get("TILLBOOK_SOAK_SEED", "20261121"))
        if days < 200:
            kills = int(environment.get("TILLBOOK_SOAK_KILLS", "2"))
            return cls(days, 3, 3, 2, kills, 1, (0.5, 2.0), 1.0, 150.0, 0.5, 4.0, seed)
        kills = int(environment.get("TILLBOOK_SOAK_KILLS", "50"))
        return cls(days, 20, 6, 25, kills, 8, (3.0, 22.0), 30.0, 1500.0, 5.0, 15.0, seed)


@dataclass(frozen=True)
class Organisation:
    """An organisation of the practice Xero."""

    tenant: str
    name: str
    country: Country

    @property
    def settings(self) -> dict[str, object]:
        """As the practice Xero's configuration takes it."""
        return {"country": self.country.code, "tenant": self.tenant, "name": self.name}


@dataclass(frozen=True)
class StorePlan:
    """A store: where its books are, and in which way."""

    key: str
    organisation: Organisation
    way: Way

    @property
    def by_hand(self) -> bool:
        """Whether a person sends its days; else its schedule does."""
        return self.way.frequency == "manual"

    @property
    def takes_late(self) -> bool:
        """Whether receipts come in late, after a day was posted."""
        return self.way.frequency in {"manual", "daily"}

    @property
    def country(self) -> Country:
        """Where it is."""
        return self.organisation.country


@dataclass(frozen=True)
class Plan:
    """Everything that follows from the size and its seed."""

    size: Size
    organisations: tuple[Organisation, ...]
    stores: tuple[StorePlan, ...]

    @classmethod
    def of(cls, size: Size, first_way: int = 0) -> Plan:
        """Return the plan of a size; its stores begin with this of the ways."""
        countries = list(COUNTRIES.values())
        organisations = tuple(
            Organisation(
                str(uuid.uuid5(uuid.NAMESPACE_URL, f"soak:{number}")),
                f"Soak Company {number + 1} (practice)",
                countries[number % len(countries)],
            )
            for number in range(size.organisations)
        )
        stores = tuple(
            StorePlan(
                f"s{number + 1:02}",
                organisations[number % len(organisations)],
                _WAYS[(first_way + number) % len(_WAYS)],
            )
            for number in range(size.stores)
        )
        return cls(size, organisations, stores)

    @property
    def all_dates(self) -> list[date]:
        """The business dates that every store has."""
        per_store = -(-self.size.days // len(self.stores))
        return [FIRST + timedelta(days=number) for number in range(per_store)]

    def dates(self, wave: int, store: StorePlan) -> list[date]:
        """Return the business dates of a store that come in with a wave.

        Whole weeks and months.
        """
        dates = self.all_dates
        first, after = (len(dates) * number // self.size.waves for number in (wave, wave + 1))
        return [
            day
            for day in dates
            if first <= (min(period_end(store.way.frequency, day), dates[-1]) - FIRST).days < after
        ]

    def records(self, store: StorePlan, day: date) -> list[Record]:
        """Return what the tills of a store wrote on a date."""
        plain = store.way.shape not in _HOLDS_ANYTHING
        return trading_day(self._trade(store, day, ""), plain=plain, edits=store.by_hand)

    def late(self, store: StorePlan, day: date, base: list[Record]) -> list[Record]:
        """Return what comes in after a date was posted."""
        return late_records(self._trade(store, day, "late"), base)

    def wave(self, number: int, store: StorePlan) -> list[Record]:
        """Return what comes in of a store with a wave."""
        return [record for day in self.dates(number, store) for record in self.records(store, day)]

    def files(self, wave: int) -> Iterator[list[StorePlan]]:
        """Yield the stores whose records of a wave come in one file.

        A file is taken in whole or not at all, so that no date is ever there in part.
        """
        chosen: list[StorePlan] = []
        count = 0
        for store in self.stores:
            more = len(self.wave(wave, store))
            if chosen and count + more > _RECORDS_AT_ONCE:
                yield chosen
                chosen, count = [], 0
            chosen.append(store)
            count += more
        yield chosen

    def _trade(self, store: StorePlan, day: date, mark: str) -> Trade:
        return Trade(store.key, store.country, day, self.chance(f"{store.key}:{day}:{mark}"), mark)

    def chance(self, name: str) -> random.Random:
        """Return the chance of one part of the soak: the same for the same seed."""
        return random.Random(f"{self.size.seed}:{name}")  # noqa: S311 - a rehearsal, no secret

    @property
    def days(self) -> int:
        """How many store dates there are."""
        return len(self.stores) * len(self.all_dates)

    @property
    def by_tenant(self) -> dict[str, list[StorePlan]]:
        """The stores of each organisation."""
        found: dict[str, list[StorePlan]] = {each.tenant: [] for each in self.organisations}
        for store in self.stores:
            found[store.organisation.tenant].append(store)
        return found


def period_end(frequency: str, day: date) -> date:
    """Return the last date of the week (to Sunday) or month a date is summed with."""
    if frequency == "weekly":
        return day + timedelta(days=6 - day.weekday())
    if frequency == "monthly":
        return day.replace(day=monthrange(day.year, day.month)[1])
    return day


MIX = {
    "status_400": 1,
    "status_404": 1,
    "status_500": 2,
    "status_503": 2,
    "error_after": 2,
    "delay": 3,
    "drop_before": 3,
    "drop_after": 4,
    "truncate": 2,
    "token_expired": 2,
    "limit": 2,
}
"""What goes wrong with a tenth of the calls, by weight."""
SHARE = 0.1
IDENTITY_MIX = {"drop_before": 1, "drop_after": 3, "status_500": 1, "delay": 1, "truncate": 1}
"""What goes wrong when tokens are refreshed; `drop_after` is a lost answer."""
IDENTITY_SHARE = 0.3
