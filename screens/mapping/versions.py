"""What the versions of a mapping show: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.content import Content

from screens.cells import fitted
from screens.mapping import words
from screens.mapping.view import money
from screens.moments import age, counted
from screens.widgets.row_list import Draw, ListRow, plain
from services.contract.changes import DiffAmount, MappingEffectAnswer
from services.contract.mapping_editor import MappingHistoryAnswer, SettingChange

_COLUMN = 11
_ROOMY = 60
"""From this width on three amounts stand beside a name; below, only the last two."""


def rows(history: MappingHistoryAnswer, now: datetime) -> list[ListRow]:
    """Return the versions, newest first."""
    found = []
    for position, each in enumerate(history["versions"]):
        told = f"{age(each['saved'], now)} by {each['by']}"
        draw = _version("✓" if position == 0 else " ", f"{each['version']:>3}", told)
        found.append(ListRow(draw, each["version"]))
    return found


def _version(force: str, number: str, told: str) -> Draw:
    return lambda _width: Content.assemble(
        (force, "$ok bold"), (f"{number}  ", "bold"), (told, "$foreground")
    )


def told(history: MappingHistoryAnswer, version: int, effect: MappingEffectAnswer | None) -> list[ListRow]:
    """Return what a version changed, and would have posted once that is known."""
    this = next(each for each in history["versions"] if each["version"] == version)
    changes = this["changes"]
    found = [ListRow(plain(f"Changed {counted(len(changes), 'setting')}", "$dim bold"))]
    found += [row for change in changes for row in _change(change)]
    if not changes:
        found.append(ListRow(plain("Nothing.", "$dim")))
    found.append(ListRow(plain("")))
    if effect is None:
        found.append(ListRow(plain("Enter: what it would have posted, 30 days", "$dim")))
        return found
    return [*found, *_effect(effect)]


def _change(change: SettingChange) -> Iterator[ListRow]:
    yield ListRow(plain(words.title(change["part"], change["key"]), "$foreground"))
    before, after = change["before"] or "nothing", change["after"] or "nothing"
    yield ListRow(plain(f"  {before} → {after}" if change["before"] else f"  → {after}", "$idle"))


def _effect(effect: MappingEffectAnswer) -> Iterator[ListRow]:
    yield ListRow(plain("Against what was posted, last 30 days", "$dim bold"))
    if not effect["accounts"] and not effect["tax_types"]:
        yield ListRow(plain("✓ It would have posted the same.", "$ok"))
    for title, amounts in (("Account", effect["accounts"]), ("Tax type", effect["tax_types"])):
        if amounts:
            yield from _amounts(title, amounts)
    stopped = [day for day in effect["days"] if day["blocked"]]
    if stopped:
        yield ListRow(plain(f"! {counted(len(stopped), 'day')} cannot be compared", "$attention bold"))
    for day in stopped:
        yield ListRow(plain(f"  {day['date']} {day['blocked'][0]['what']}", "$attention"))


def _amounts(title: str, amounts: Sequence[DiffAmount]) -> Iterator[ListRow]:
    yield ListRow(_columns(title, "posted", "would post", "difference", "$dim bold"))
    for each in amounts:
        before, after = money(each["before"]), money(each["after"])
        yield ListRow(_columns(each["name"], before, after, money(each["difference"]), "$foreground"))
    yield ListRow(plain(""))


def _columns(name: str, before: str, after: str, difference: str, style: str) -> Draw:
    def draw(width: int) -> Content:
        shown = (before, after, difference) if width >= _ROOMY else (after, difference)
        right = "".join(each.rjust(_COLUMN) for each in shown)
        room = max(width - len(right), 1)
        return Content.assemble((fitted(name, room), style), (right, style))

    return draw
