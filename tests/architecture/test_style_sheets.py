"""A place's style sheet is about that place alone: Textual applies each to all."""

import re
from pathlib import Path

import pytest

from console.areas import AREAS
from tests.architecture.tree import ROOT

_RULE = re.compile(r"^([^{}\n]+)\{", re.MULTILINE)
_SHEETS = sorted((ROOT / "screens").rglob("*.tcss"))
_COMPONENT = re.compile(r"^\.[a-z-]+--[a-z-]+$")
"""A part of a widget that no other place has, such as `.days-list--cursor`."""


@pytest.mark.parametrize("sheet", _SHEETS, ids=lambda sheet: sheet.stem)
def test_every_rule_begins_with_the_place(sheet: Path) -> None:
    places = {area.shows for area in AREAS}
    selectors = [
        selector.strip()
        for group in _RULE.findall(sheet.read_text(encoding="utf-8"))
        for selector in group.split(",")
    ]
    assert selectors
    loose = [
        selector
        for selector in selectors
        if re.split(r"[ .]", selector)[0] not in places and not _COMPONENT.match(selector)
    ]
    assert loose == []
