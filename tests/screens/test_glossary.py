"""The help's words: what the screens say is explained."""

from __future__ import annotations

import pytest

from screens.help.glossary import GLOSSARY
from themes.states import DAY

_STATES = [mark.word for mark in DAY.values()]
_LABELS = ["Allowance", "Frequency", "Mapping", "Organisation", "Reference data", "Scope", "Start date"]
_EXPLAINED = {word.casefold() for word in GLOSSARY}


@pytest.mark.parametrize("word", [*_STATES, *_LABELS, "Proof", "Attempt", "Retry", "Consent", "Till key"])
def test_every_word_of_the_screens_is_explained(word: str) -> None:
    assert word.casefold() in _EXPLAINED


def test_each_is_one_line_or_two() -> None:
    assert max(len(word) + len(meaning) for word, meaning in GLOSSARY.items()) < 2 * 76
