"""The stores: adding, changing, reading them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, select

from services.books.records import CashRounding, StoreFacts
from services.contract.answers import StoreAnswer
from services.contract.problem import NotFound, Refused
from services.store.store_details import REQUIRED, columns_of, frequency, time_of_day
from services.store.tables import PurchaseRow, ReceiptRow, SessionRow, Store


def add_store(session: Session, details: Mapping[str, object], now: datetime) -> Store:
    """Add a store from `details`, in the words of `StoreAnswer`.

    Needed: key, name, country, currency, timezone. Possible: cutoff, prices, gst_basis,
    cash_rounding. Raises Refused naming each field that is wrong, or when the key is taken.
    """
    missing = [field for field in REQUIRED if details.get(field) is None]
    if missing:
        raise Refused(
            "The store cannot be added.",
            f"Not given: {', '.join(missing)}.",
            "Give what is named and try again.",
            code="invalid_store",
        )
    store = Store.model_validate({**columns_of(details), "created": now})
    if session.get(Store, store.key) is not None:
        raise Refused(
            f"The store {store.key} exists already.",
            "Each store has a key of its own.",
            "Choose another key, or change the store that has it.",
            code="store_exists",
        )
    session.add(store)
    session.flush()
    return store


def update_store(session: Session, key: str, changes: Mapping[str, object]) -> Store:
    """Change what `changes` name; raise Refused for a wrong or a fixed field.

    The key never changes; the currency only while nothing was taken in, because amounts
    are stored in its minor units.
    """
    store = get_store(session, key)
    columns = columns_of(changes, store.currency)
    for name, value in columns.items():
        if value != getattr(store, name):
            _refuse_fixed(session, store, name)
            setattr(store, name, value)
    session.add(store)
    session.flush()
    return store


def set_schedule(
    session: Session,
    key: str,
    *,
    how_often: str | None = None,
    at: str | None = None,
    start: date | None = None,
) -> Store:
    """Set when days are sent, `at` local time, from the business date `start`.

    What is None stays as it is. Raises Refused for an unknown frequency or time.
    """
    store = get_store(session, key)
    try:
        store.frequency = store.frequency if how_often is None else frequency(how_often)
        store.sync_at = store.sync_at if at is None else time_of_day(at)
    except ValueError as error:
        raise Refused(
            f"The schedule of {key} was not changed.",
            f"{error}.",
            "Correct it and try again.",
            code="invalid_schedule",
        ) from error
    store.start_date = start or store.start_date
    session.add(store)
    session.flush()
    return store


def get_store(session: Session, key: str) -> Store:
    """Return the store; raise NotFound with the keys there are."""
    store = session.get(Store, key)
    if store is None:
        known = ", ".join(row.key for row in list_stores(session)) or "none yet"
        raise NotFound(
            f"There is no store {key}.",
            f"The stores are: {known}.",
            "Use one of these keys, or add the store with `tillbook store add`.",
            code="unknown_store",
        )
    return store


def list_stores(session: Session) -> list[Store]:
    """Return every store, by key."""
    return list(session.exec(select(Store).order_by(Store.key)))


def facts_of(store: Store) -> StoreFacts:
    """Return what the books need to know of a store."""
    return StoreFacts(
        key=store.key,
        name=store.name,
        country=store.country,
        currency=store.currency,
        timezone=store.timezone,
        cutoff=store.cutoff,
        prices_inclusive=store.prices_inclusive,
        gst_basis=store.gst_basis,
        cash_rounding=_rounding(store),
    )


def find_facts(session: Session, key: str) -> StoreFacts | None:
    """Return the facts of a store; None when there is no such store."""
    store = session.get(Store, key)
    return None if store is None else facts_of(store)


def get_facts(session: Session, key: str) -> StoreFacts:
    """Return the facts of a store; raise NotFound when there is no such store."""
    return facts_of(get_store(session, key))


def answer_of(store: Store) -> StoreAnswer:
    """Return the store as it crosses the socket."""
    rounding = _rounding(store)
    return {
        "key": store.key,
        "name": store.name,
        "country": store.country,
        "currency": store.currency,
        "timezone": store.timezone,
        "cutoff": store.cutoff,
        "prices": "inclusive" if store.prices_inclusive else "exclusive",
        "gst_basis": store.gst_basis,
        "cash_rounding": f"{rounding.step}:{rounding.tie}" if rounding else None,
        "frequency": store.frequency,
        "sync_at": store.sync_at,
        "start": store.start_date.isoformat() if store.start_date else None,
        "on_change": store.on_change,
    }


def _rounding(store: Store) -> CashRounding | None:
    if store.rounding_step is None or store.rounding_tie is None:
        return None
    return CashRounding(Decimal(store.rounding_step), store.rounding_tie)


def _refuse_fixed(session: Session, store: Store, column: str) -> None:
    if column == "key" or (column == "currency" and _has_records(session, store.key)):
        raise Refused(
            f"The {column} of {store.key} cannot be changed.",
            "What was taken in is stored under it.",
            "Add another store instead.",
            code="fixed_setting",
        )


def _has_records(session: Session, key: str) -> bool:
    tables = (ReceiptRow, SessionRow, PurchaseRow)
    return any(session.exec(select(table.id).where(table.store == key).limit(1)).first() for table in tables)
