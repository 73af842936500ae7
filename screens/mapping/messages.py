"""The answers that the mapping editor gets, as messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message

from services.contract.mapping_editor import (
    AdviceAnswer,
    ChangeWanted,
    ChoicesAnswer,
    EditorAnswer,
    NewAccountAnswer,
    SampleAnswer,
    SettingAnswer,
)
from services.contract.replies import MappingSavedAnswer


@dataclass
class EditorRead(Message):
    """The mapping with this person's changes."""

    answer: EditorAnswer


@dataclass
class ChangesKept(Message):
    """Changes were kept; the mapping as it is with them."""

    sent: list[ChangeWanted]
    answer: EditorAnswer


@dataclass
class SampleRead(Message):
    """What the mapping would post of a day."""

    answer: SampleAnswer


@dataclass
class ChoicesRead(Message):
    """What a setting can be; `tax`: its own tax type."""

    setting: SettingAnswer
    tax: bool
    answer: ChoicesAnswer


@dataclass
class AdviceTaken(Message):
    """Somebody acknowledged the warning; `then` waited for it."""

    then: Callable[[], None]
    answer: AdviceAnswer


@dataclass
class Saved(Message):
    """The changes are a version now."""

    answer: MappingSavedAnswer


@dataclass
class ChartRead(Message):
    """The chart was read from Xero again; how many rows of each kind."""

    counts: dict[str, int]


@dataclass
class AccountProposed(Message):
    """The account that a setting would need."""

    setting: SettingAnswer
    answer: NewAccountAnswer


@dataclass
class AccountCreated(Message):
    """What became of an account that was to be created."""

    setting: SettingAnswer
    answer: NewAccountAnswer
