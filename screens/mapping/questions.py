"""What the mapping editor asks, and offers to choose from: pure."""

from __future__ import annotations

from collections.abc import Iterable

from screens.mapping import words
from screens.mapping.view import urgent
from screens.moments import counted
from screens.widgets.chooser import Choice
from services.contract.mapping_editor import (
    ChoicesAnswer,
    EditorAnswer,
    NewAccountAnswer,
    SettingAnswer,
    SettingChange,
)

_TOLD = 6


def choices(answer: ChoicesAnswer) -> list[Choice]:
    """Return what may be chosen from, with reasons where something cannot be taken."""
    return [
        Choice(
            each["value"],
            each["label"],
            f"suggested by its name, {each['note']}" if each["proposed"] else each["note"],
            each["obstacle"]["why"] if each["obstacle"] else None,
        )
        for each in answer["choices"]
    ]


def reasons(answer: ChoicesAnswer) -> dict[str, str]:
    """Return the whole reason and the steps of each that cannot be taken."""
    found = ((each["value"], each["obstacle"]) for each in answer["choices"])
    return {value: f"{each['what']} {each['next']}" for value, each in found if each is not None}


def consequences(editor: EditorAnswer) -> str:
    """Return what saving does, in sentences."""
    told = [change_words(each) for each in editor["changes"][:_TOLD]]
    more = len(editor["changes"]) - len(told)
    lines = [*told, *([f"and {counted(more, 'other change')}."] if more else [])]
    missing = sum(urgent(each) for each in editor["settings"])
    waits = f" {counted(missing, 'setting')} still to do: days that use one wait." if missing else ""
    lines.append(f"Days that are sent from now on follow it. What is posted stays as it is.{waits}")
    return "\n".join(lines)


def change_words(change: SettingChange) -> str:
    """Return a difference as a line."""
    title = words.title(change["part"], change["key"])
    return f"{title}: {change['before'] or 'nothing'} → {change['after'] or 'nothing'}"


def suggested(settings: Iterable[SettingAnswer]) -> list[SettingAnswer]:
    """Return the settings that have a suggestion."""
    return [each for each in settings if each["value"] is None and each["proposal"] is not None]


def new_account(account: NewAccountAnswer, organisation: str) -> str:
    """Return what creating an account does, in sentences."""
    payments = ", payments enabled" if account["payments"] else ""
    kind = words.TYPES.get(account["type"], account["type"])
    return (
        f"Created in the chart of {organisation or 'the organisation'} in Xero: {kind}, {account['tax_type']}"
        f"{payments}. It can be archived there, and not from here."
    )


def discarding(editor: EditorAnswer) -> str:
    """Return what discarding takes back."""
    told = [change_words(each) for each in editor["changes"][:_TOLD]]
    stays = (
        f"Version {editor['version']} stays in force." if editor["version"] else "There is no version yet."
    )
    return "\n".join([*told, stays])


def guesses(settings: Iterable[SettingAnswer]) -> str:
    """Return the suggestions, one a line, and what they are worth."""
    told = [
        f"{words.title(each['part'], each['key'])}: {each['proposal']['words']}"
        for each in settings
        if each["proposal"]
    ]
    more = [f"and {len(told) - _TOLD} more"] if len(told) > _TOLD else []
    worth = "They are guesses from the likeness of names. Nothing is saved by this."
    return "\n".join([worth, *told[:_TOLD], *more])
