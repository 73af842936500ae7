"""Other names for people, the same throughout; secrets and cards nowhere."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.redaction import HIDDEN, names_a_secret, redacted_strictly
from services.sync.support.names import Pseudonyms, without_words

_CARD = "4111111111111111"


def _luhn(digits: str) -> str:
    """Return the digits with the one that makes them pass as a card."""
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
    return digits + str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def test_a_person_has_one_other_name_in_fields_and_texts() -> None:
    names = Pseudonyms(kept=["POS Sales - Queen St"])
    assert names.name("contact", "Aroha Te Whare") == "contact-1"
    assert names.name("contact", "AROHA TE WHARE") == "contact-1"
    assert names.name("operator", "Kowhai") == "operator-1"
    assert names.name("contact", "POS Sales - Queen St") == "POS Sales - Queen St"
    assert names.name("contact", None) is None
    told = "The contact aroha te whare is archived; Kowhai sold, Kowhaiana did not."
    assert names.text(told) == "The contact contact-1 is archived; operator-1 sold, Kowhaiana did not."


def test_the_longer_name_wins_and_names_are_whole_words() -> None:
    names = Pseudonyms()
    names.name("contact", "Ann")
    names.name("contact", "Ann Lee")
    assert names.text("Ann Lee, Annabel and Ann") == "contact-2, Annabel and contact-1"


def test_what_the_ledger_would_refuse_of_a_name_stays_in_the_other_one() -> None:
    names = Pseudonyms()
    assert names.name("contact", "Smith <son>") == "<contact-1>"
    assert names.name("contact", "Smith  Ltd") == "contact  2"
    assert names.name("contact", " Jones") == " contact-3"
    assert len(names.name("contact", "q" * 300) or "") == 300
    assert names.text(f"{'q' * 60!r} is too long") == f"{'contact-4'.ljust(60, 'x')!r} is too long"


def test_identifiers_stay_unless_they_are_card_numbers() -> None:
    names = Pseudonyms()
    assert names.identifier("receipt", "A-1001") == "A-1001"
    assert names.identifier("receipt", f"R{_CARD}") == "receipt-1"
    assert names.text(f"queen-st-R{_CARD} was refused") == "queen-st-receipt-1 was refused"


@given(
    st.text(string.digits, min_size=12, max_size=18).map(lambda rest: _luhn("4" + rest[1:])),
    st.sampled_from(["", " ", "-", ".", "/"]),
    st.text(string.ascii_letters + " ,:", max_size=20),
)
def test_no_card_number_survives_in_any_grouping(card: str, separator: str, around: str) -> None:
    typed = separator.join(card[at : at + 4] for at in range(0, len(card), 4))
    left = redacted_strictly(f"{around}x {typed} y{around}")
    assert card not in "".join(character for character in left if character.isdigit())


@pytest.mark.parametrize(
    "text,secret",
    [
        ("GET /cb?code=abcdef&state=ghijkl", "ghijkl"),
        ("postgresql://anna:hunter22@db/shop", "hunter22"),
        ("X-Api-Key: k-123456", "k-123456"),
        ("Set-Cookie: session=abcdef", "abcdef"),
    ],
)
def test_secrets_in_texts_are_hidden(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redacted_strictly(text)


def test_known_secrets_and_what_keys_call_secret_are_hidden() -> None:
    names = Pseudonyms(secrets=["0f3c9a77", "short"])
    told = names.scrubbed(
        {"line": "key 0f3c9a77 read", "nested": [{"refresh_token": "anything"}], "amount": "12.50"}
    )
    assert told == {"line": f"key {HIDDEN} read", "nested": [{"refresh_token": HIDDEN}], "amount": "12.50"}
    assert [
        key for key in ("client_secret", "code_verifier", "Authorization") if not names_a_secret(key)
    ] == []
    assert not names_a_secret("tax_code")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3),
    )
)
def test_scrubbing_keeps_the_form_and_does_nothing_twice(value: object) -> None:
    names = Pseudonyms()
    once = names.scrubbed(value)
    assert names.scrubbed(once) == once
    assert json.loads(json.dumps(once)) == once


def test_free_text_of_lines_says_nothing_and_keeps_its_kind() -> None:
    assert without_words("for Aroha, 021 555 0199") == "description"
    assert without_words("  ") == "  "
    assert without_words(None) is None
    assert len(without_words("a" * 4001) or "") == 4001
