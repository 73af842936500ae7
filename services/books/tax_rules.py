"""When laybys and gift cards are taxed (ACCOUNTING.md 2, Where each event goes)."""

from __future__ import annotations

from services.books.countries import AUSTRALIA, NEW_ZEALAND
from services.books.records import GIFT_CARD_SOLD, LAYBY_APPLIED, LAYBY_DEPOSIT, StoreFacts

_LAYBY = frozenset({LAYBY_DEPOSIT, LAYBY_APPLIED})
_CASH = "cash"


def contradiction(
    category: str, store: StoreFacts, gift_card_tax: str, *, taxed: bool, outside: bool
) -> str | None:
    """Return why a category's tax contradicts the store's, None if it does not.

    `taxed`: at a rate above zero; `outside`: with the tax type of lines outside the tax.
    """
    if category in _LAYBY:
        return _layby(store, taxed=taxed, outside=outside)
    if category == GIFT_CARD_SOLD:
        return _gift_card(gift_card_tax, taxed=taxed)
    return None


def _layby(store: StoreFacts, *, taxed: bool, outside: bool) -> str | None:
    each_instalment = store.country == AUSTRALIA and store.gst_basis == _CASH
    if each_instalment and outside:
        return "In Australia on the cash basis each layby instalment is taxed when it is paid."
    if taxed and not each_instalment and store.country in {AUSTRALIA, NEW_ZEALAND}:
        return (
            f"In {store.country} on the {store.gst_basis} basis a layby is taxed in whole with its final"
            " payment, so its deposits carry no tax."
        )
    return None


def _gift_card(gift_card_tax: str, *, taxed: bool) -> str | None:
    if gift_card_tax == "redemption" and taxed:
        return "Its gift cards are taxed when they are redeemed, so selling one carries no tax."
    if gift_card_tax == "sale" and not taxed:
        return "Its gift cards are taxed when they are sold, so selling one needs a tax type with a rate."
    return None
