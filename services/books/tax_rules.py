"""When laybys and gift cards are taxed (ACCOUNTING.md 2, Where each event goes)."""

from __future__ import annotations

from services.books.countries import AUSTRALIA, NEW_ZEALAND
from services.books.records import GIFT_CARD_SOLD, LAYBY_APPLIED, LAYBY_DEPOSIT, StoreFacts

_LAYBY = frozenset({LAYBY_DEPOSIT, LAYBY_APPLIED})
_CASH = "cash"


def contradiction(
    category: str, store: StoreFacts, *, taxed_at_sale: bool, taxed: bool, outside: bool
) -> str | None:
    """Return why a category's tax contradicts the store's, None if it does not.

    `taxed_at_sale`: gift cards are taxed when sold; `taxed`: at a rate above zero; `outside`:
    with the tax type of lines outside the tax.
    """
    if category in _LAYBY:
        return _layby(store, taxed=taxed, outside=outside)
    if category == GIFT_CARD_SOLD:
        return _gift_card(taxed_at_sale=taxed_at_sale, taxed=taxed)
    return None


def is_owed(category: str, store: StoreFacts, *, taxed_at_sale: bool) -> bool:
    """Return whether what is taken in a category is owed, and no sale yet."""
    if category in _LAYBY:
        return _with_the_final_payment(store)
    return category == GIFT_CARD_SOLD and not taxed_at_sale


def _layby(store: StoreFacts, *, taxed: bool, outside: bool) -> str | None:
    if _each_instalment(store) and outside:
        return "In Australia on the cash basis each layby instalment is taxed when it is paid."
    if taxed and _with_the_final_payment(store):
        return (
            f"In {store.country} on the {store.gst_basis} basis a layby is taxed in whole with its final"
            " payment, so its deposits carry no tax."
        )
    return None


def _each_instalment(store: StoreFacts) -> bool:
    return store.country == AUSTRALIA and store.gst_basis == _CASH


def _with_the_final_payment(store: StoreFacts) -> bool:
    """Elsewhere no source settles when a layby is taxed: its tax codes do."""
    return store.country in {AUSTRALIA, NEW_ZEALAND} and not _each_instalment(store)


def _gift_card(*, taxed_at_sale: bool, taxed: bool) -> str | None:
    if taxed and not taxed_at_sale:
        return "Its gift cards are taxed when they are redeemed, so selling one carries no tax."
    if taxed_at_sale and not taxed:
        return "Its gift cards are taxed when they are sold, so selling one needs a tax type with a rate."
    return None
