"""Exact amounts, and the one rounding function (ACCOUNTING.md 1, R1 and R2)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.books.money import (
    AmountError,
    decimals,
    from_minor,
    minor_unit,
    parse_amount,
    rounded,
    tax_inside,
    tax_on_top,
    text_of,
    to_minor,
)

D = Decimal


@pytest.mark.parametrize(
    "amount,wanted",
    [("2.165", "2.17"), ("2.164", "2.16"), ("-2.165", "-2.17"), ("0.005", "0.01"), ("-0.004", "0.00")],
)
def test_half_a_cent_goes_away_from_zero(amount: str, wanted: str) -> None:
    assert str(rounded(D(amount), "NZD")) == wanted


@given(st.decimals(min_value=-10_000, max_value=10_000, places=4))
def test_a_sale_and_its_refund_cancel(amount: Decimal) -> None:
    assert rounded(amount, "NZD") + rounded(-amount, "NZD") == 0


@pytest.mark.parametrize(
    "gross,rate,wanted",
    [
        ("94.35", "0.15", "12.31"),
        ("118.40", "0.15", "15.44"),
        ("541.25", "0.15", "70.60"),
        ("0.15", "0.20", "0.03"),
    ],
)
def test_tax_inside_an_amount(gross: str, rate: str, wanted: str) -> None:
    assert str(tax_inside(D(gross), D(rate), "NZD")) == wanted


def test_tax_on_top_of_an_amount_is_not_binary() -> None:
    assert str(tax_on_top(D("18.50"), D("0.15"), "NZD")) == "2.78"
    assert str(tax_on_top(D("-18.50"), D("0.15"), "NZD")) == "-2.78"


@pytest.mark.parametrize("currency,places,unit", [("NZD", 2, "0.01"), ("JPY", 0, "1"), ("KWD", 3, "0.001")])
def test_a_currency_has_its_decimals(currency: str, places: int, unit: str) -> None:
    assert decimals(currency) == places
    assert minor_unit(currency) == D(unit)
    assert text_of(D(5), currency) == f"{5:.{places}f}"


@given(st.integers(1 - 10**12, 10**12 - 1), st.sampled_from(["NZD", "JPY", "KWD"]))
def test_minor_units_go_and_come_back(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency), currency) == minor
    assert parse_amount(text_of(from_minor(minor, currency), currency), currency) == from_minor(
        minor, currency
    )


@pytest.mark.parametrize("text", ["1.234", "1,5", "", "-", "1_000", "0x10", "1e2", "9" * 13, None, 1.5])
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(AmountError):
        parse_amount(text, "NZD")


def test_leading_zeros_do_no_harm() -> None:
    assert str(parse_amount("007.5", "NZD")) == "7.50"
    assert str(parse_amount("-0.00", "NZD")) == "0.00"


def test_a_fraction_of_a_cent_has_no_minor_units() -> None:
    with pytest.raises(AmountError):
        to_minor(D("0.001"), "NZD")
