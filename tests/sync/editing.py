"""Small helpers for tests of editing a mapping."""

from __future__ import annotations

from services.contract.mapping_editor import ChangeWanted, ChoiceAnswer, EditorAnswer, SettingAnswer
from services.contract.people import Person
from services.sync.mapping.editing import MappingEditing
from tests.sync.support import ANNA, STORE, Shop

BEN = Person("ben", 1001, frozenset({"manager"}))


def desk(shop: Shop) -> MappingEditing:
    """Return the part of the office that edits."""
    return shop.office.mapping_editor


def wanted(part: str, key: str, value: str | None, tax_type: str | None = None) -> ChangeWanted:
    """Return a change as a console sends it."""
    return {"part": part, "key": key, "value": value, "tax_type": tax_type}


def change(
    shop: Shop, part: str, key: str, value: str | None, tax_type: str | None = None, *, who: Person = ANNA
) -> EditorAnswer:
    """Make one change."""
    return desk(shop).change(STORE, [wanted(part, key, value, tax_type)], who)


def setting(editor: EditorAnswer, part: str, key: str) -> SettingAnswer:
    """Return one setting of an editor."""
    (found,) = (each for each in editor["settings"] if (each["part"], each["key"]) == (part, key))
    return found


def choices(shop: Shop, part: str, key: str, *, tax: bool = False) -> dict[str, ChoiceAnswer]:
    """Return what there is to choose from, by value."""
    answer = desk(shop).choices(STORE, part, key, ANNA, tax=tax)
    return {each["value"]: each for each in answer["choices"]}
