"""Numbers and money in the forms real exports write them (POS_SOURCES.md 7.16)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sources.numerals import Numerals, ValueFault
from services.sources.profile import NumberForm

_PLAIN = NumberForm()
_DOLLARS = NumberForm(thousands=",", currency="$", brackets=True)
_EUROS = NumberForm(decimal=",", thousands=".", currency="€")
_SWISS = NumberForm(thousands="'", currency="CHF")


@pytest.mark.parametrize(
    "form,text,value",
    [
        (_PLAIN, "2.55", "2.55"),
        (_PLAIN, "-80995", "-80995"),
        (_PLAIN, " 50.00", "50.00"),
        (_PLAIN, "0.001", "0.001"),
        (_PLAIN, "1.000", "1.000"),
        (_PLAIN, "007.50", "7.50"),
        (_DOLLARS, "$7.00", "7.00"),
        (_DOLLARS, "-$7.00", "-7.00"),
        (_DOLLARS, "$-7.00", "-7.00"),
        (_DOLLARS, "($33.62)", "-33.62"),
        (_DOLLARS, "$1,149.00 ", "1149.00"),
        (_DOLLARS, "1,234,567", "1234567"),
        (_DOLLARS, "1234", "1234"),
        (_EUROS, "0,90 €", "0.90"),
        (_EUROS, "€ 1.149,5", "1149.5"),
        (_EUROS, "1.000", "1000"),
        (_SWISS, "CHF 1'200.05", "1200.05"),
    ],
)
def test_a_number_is_read_in_its_form(form: NumberForm, text: str, value: str) -> None:
    assert Numerals(form, "NZD").number(text, "Price") == Decimal(value)


@pytest.mark.parametrize(
    "form,text",
    [
        (_PLAIN, ""),
        (_PLAIN, "1,5"),
        (_PLAIN, "1,000.00"),
        (_PLAIN, "$7.00"),
        (_PLAIN, "(7.00)"),
        (_PLAIN, "1.2E+03"),
        (_PLAIN, "1e3"),
        (_PLAIN, "NaN"),
        (_PLAIN, "Infinity"),
        (_PLAIN, "--1"),
        (_PLAIN, ".5"),
        (_PLAIN, "5."),
        (_PLAIN, "0x10"),
        (_PLAIN, "1_000"),
        (_PLAIN, "٣"),
        (_PLAIN, "#VALUE!"),
        (_PLAIN, "1" * 41),
        (_DOLLARS, "1,23"),
        (_DOLLARS, "12,34,567"),
        (_DOLLARS, ",123"),
        (_DOLLARS, "$"),
        (_DOLLARS, "($33.62"),
        (_DOLLARS, "33.62)"),
        (_DOLLARS, "€7.00"),
        (_EUROS, "1,149.00"),
        (_EUROS, "1.14"),
    ],
)
def test_what_does_not_fit_is_refused_by_column(form: NumberForm, text: str) -> None:
    with pytest.raises(ValueFault, match=r"^Price is not a number in the profile's form"):
        Numerals(form, "NZD").number(text, "Price")


@pytest.mark.parametrize(
    "form,currency,text,minor",
    [
        (_PLAIN, "GBP", "2.55", 255),
        (_PLAIN, "GBP", "0.005", 1),
        (_PLAIN, "GBP", "-0.005", -1),
        (_PLAIN, "GBP", "0.0049", 0),
        (_PLAIN, "KWD", "1.000", 1000),
        (_PLAIN, "JPY", "1000", 1000),
        (NumberForm(minor_units=True), "USD", "1299", 1299),
        (NumberForm(minor_units=True), "JPY", "1299", 1299),
        (NumberForm(minor_units=True), "KWD", "-5", -5),
    ],
)
def test_money_is_rounded_to_the_minor_unit(form: NumberForm, currency: str, text: str, minor: int) -> None:
    numerals = Numerals(form, currency)
    assert numerals.minor(numerals.money(text, "Price"), "Price") == minor


def test_too_large_an_amount_is_refused() -> None:
    numerals = Numerals(_PLAIN, "GBP")
    with pytest.raises(ValueFault, match="too large"):
        numerals.minor(Decimal(10) ** 30, "Price")


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.sampled_from([_PLAIN, _DOLLARS, _EUROS, _SWISS]),
)
def test_what_is_written_in_a_form_is_read_back(value: Decimal, form: NumberForm) -> None:
    text = f"{abs(value):,.2f}" if form.thousands else f"{abs(value):.2f}"
    text = text.translate({ord(","): form.thousands, ord("."): form.decimal})
    shown = (
        f"({form.currency}{text})"
        if form.brackets and value < 0
        else f"{'-' * (value < 0)}{form.currency}{text}"
    )
    assert Numerals(form, "NZD").number(shown, "Price") == value


@pytest.mark.parametrize(
    "text,sign", [("0.00", 0), ("-0.00", 0), ("0", 0), ("-2", -1), ("0.01", 1), ("x", None), ("", None)]
)
def test_a_sign_is_told(text: str, sign: int | None) -> None:
    assert Numerals(_PLAIN, "NZD").sign(text) == sign
