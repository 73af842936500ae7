"""Making the stores of a soak: each is connected, mapped and scheduled."""

from __future__ import annotations

from datetime import date

from console.client import Client
from tests.e2e.practice import PKCE_CLIENT, PracticeXero
from tests.soak.plan import StorePlan
from tests.soak.setting import mapping


def details_of(store: StorePlan) -> dict[str, str]:
    """Return a store's details, as the service takes them."""
    country = store.country
    return {
        "name": f"Shop {store.key}",
        "country": country.code,
        "currency": country.currency,
        "timezone": country.timezone,
        "prices": "inclusive",
        "gst_basis": "accrual",
        **({"cash_rounding": country.rounding} if country.rounding else {}),
    }


def consent(client: Client, xero: PracticeXero, store: StorePlan, number: int) -> None:
    """Have somebody give consent in the browser."""
    # The stores take turns at the addresses that a consent may come back to.
    redirect = xero.redirects[number % len(xero.redirects)]
    begun = client.begin_consent(store.key, client_id=PKCE_CLIENT, redirect=redirect)
    assert begun["address"]
    xero.allow(begun["address"], store.organisation.tenant)


def connect(client: Client, xero: PracticeXero, store: StorePlan, number: int) -> None:
    """Have somebody give consent, and choose the organisation."""
    consent(client, xero, store, number)
    tenant, name = store.organisation.tenant, store.organisation.name
    client.choose_organisation(store.key, tenant=tenant, confirm=name)


def prepare(client: Client, store: StorePlan, start: date) -> None:
    """Map a store, and say when its days are sent and what is done about changes."""
    client.save_mapping(store.key, mapping(store.key, store.country, store.way.shape))
    if not store.by_hand:
        client.set_schedule(store.key, frequency=store.way.frequency, start=start.isoformat())
    client.set_store(store.key, on_change=store.way.on_change)


def done_by_setting_up(store: StorePlan) -> tuple[str, ...]:
    """Return what a person did by `connect` and `prepare`, as the audit calls it."""
    always = ("begin_consent", "choose_organisation", "save_mapping", "set_store")
    return always if store.by_hand else (*always, "set_schedule")
