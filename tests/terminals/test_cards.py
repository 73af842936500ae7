"""Card numbers are found and masked in any text; other numbers stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.cards import is_card_number, masked, without_card_numbers
from tests.terminals.kit.cards import CARDS, luhn_completed

# Plain, tab, no-break, figure, thin, narrow no-break.
_SPACES = " \t\u00a0\u2007\u2009\u202f"


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "form",
    [
        "{}",
        "Nr {} 12/25",
        "card={};",
        "0000{}",
        "{}2512",
        "x{}y",
        "12 {}",
        "Karte {} Betrag 10,00",
        "{}=25121010000012345678",
        "%B{}^DOE/JANE^2512101000000?",
    ],
)
def test_a_card_number_is_found_in_any_surroundings(card: str, form: str) -> None:
    for shown in (
        card,
        *(space.join(card[at : at + 4] for at in range(0, len(card), 4)) for space in _SPACES),
        "-".join((card[:4], card[4:])),
    ):
        text = without_card_numbers(form.format(shown))
        digits = "".join(character for character in text if character.isdigit())
        assert card not in digits, text
        assert card[:-4] not in digits, text
        assert "2512101" not in text


@given(st.integers(0, 10**12))
def test_short_numbers_stay(number: int) -> None:
    assert without_card_numbers(f"Beleg {number}") == f"Beleg {number}"


@given(st.text(max_size=60))
def test_a_text_is_clean_after_once(text: str) -> None:
    once = without_card_numbers(text)
    assert without_card_numbers(once) == once


def test_what_is_no_card_number_stays() -> None:
    for text in ("GEN.NR.:978539", "AID: A0000000041010", "1000000000000000", "28004869 0463 001041", ""):
        assert without_card_numbers(text) == text


@pytest.mark.parametrize(
    "text,clean",
    [
        ("Ablaufdatum:       12/25", "Ablaufdatum:       **/**"),
        ("gültig bis 12.2025", "gültig bis **/**"),
        ("EXP 1225", "EXP **/**"),
        ("Valid thru 12/25", "Valid thru **/**"),
        ("Datum 12/25", "Datum 12/25"),
    ],
)
def test_a_named_expiry_is_masked(text: str, clean: str) -> None:
    assert without_card_numbers(text) == clean


@given(st.integers(10**11, 10**17))
def test_luhn(number: int) -> None:
    digits = luhn_completed(f"4{number}")
    assert is_card_number(digits) == (13 <= len(digits) <= 19)
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert not is_card_number(wrong)
    assert masked(digits)[-4:] == digits[-4:]
    assert set(masked(digits)[:-4]) == {"*"}
