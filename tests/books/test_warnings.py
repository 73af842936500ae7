"""What a person is told of a day although it does not stop it."""

from __future__ import annotations

import pytest

from services.books.countries import built_in
from services.books.records import StoreFacts
from tests.books.days import AU, AU_CASH, GB, NZ, build, line, mapping, receipt, tender


@pytest.mark.parametrize(
    "store,category,code,warned",
    [
        # FEATURES.md 1.1: a card sold as zero-rated would be in box 6 before anything is sold.
        (GB, "gift_card_sold", "Z", True),
        (GB, "gift_card_sold", "N", False),
        (NZ, "gift_card_sold", "Z", True),
        (NZ, "layby_deposit", "Z", True),
        (NZ, "layby_deposit", "N", False),
        # Each instalment is a taxable supply of its own, and GST-free food is GST-free then.
        (AU_CASH, "layby_deposit", "Z", False),
        (AU, "layby_deposit", "Z", True),
        (GB, "layby_deposit", "Z", False),
    ],
)
def test_what_is_owed_and_counts_as_sold_is_a_warning(
    store: StoreFacts, category: str, code: str, *, warned: bool
) -> None:
    kind = "layby_payment" if category == "layby_deposit" else "sale"
    taken = receipt(kind, [line(category, code, "20.00")], [tender("cash", "20.00")], store)
    day = build(taken, store=store)
    assert day.blocked == ()
    assert [category in warning for warning in day.warnings] == [True] * warned


@pytest.mark.parametrize("country,words", [("NZ", "usual in NZ"), ("JP", "No tax rates of JP are built in")])
def test_before_a_connection_it_says_where_the_rates_are_from(country: str, words: str) -> None:
    store = StoreFacts("ginza", "Ginza", country, "NZD", "Asia/Tokyo")
    sale = receipt("sale", [line("grocery", "N", "20.00")], [tender("cash", "20.00")]) | {"store": "ginza"}
    (finding,) = build(sale, store=store, books=mapping(NZ), organisation=built_in(country)).blocked
    assert words in finding.why
