"""What the mapping editor shows, made from the service's answers: pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from textual.content import Content

from screens.cells import fitted
from screens.mapping import words
from screens.moments import age, counted
from screens.widgets.row_list import Draw, ListRow, plain
from services.contract.finding import Finding
from services.contract.mapping_editor import (
    EditorAnswer,
    SettingAnswer,
)

_LEAST_NAME, _MOST_NAME, _AMOUNT = 10, 22, 11
_ROOMY = 52
"""From this width on the money of a setting stands beside it."""
_WITH_TAX = frozenset({"categories", "rounding", "over_short"})
ACCOUNT_PARTS = _WITH_TAX | {"tenders"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A setting under the cursor, by its name."""

    part: str
    key: str


def name_of(setting: SettingAnswer) -> Chosen:
    """Return a setting's name."""
    return Chosen(setting["part"], setting["key"])


def urgent(setting: SettingAnswer) -> bool:
    """Whether something has to be done about a setting."""
    return setting["problem"] is not None


def rows(editor: EditorAnswer) -> list[ListRow]:
    """Return the settings under their headings, what needs somebody first."""
    found: list[ListRow] = []
    heading = ""
    for setting in editor["settings"]:
        now = _heading(setting)
        if now != heading:
            found.append(_section(now, [each for each in editor["settings"] if _heading(each) == now]))
            heading = now
        found.append(ListRow(_setting(setting), name_of(setting)))
    return found


def _heading(setting: SettingAnswer) -> str:
    if not urgent(setting):
        return words.section(setting["part"])
    return "Not mapped" if setting["value"] is None else "Not accepted by Xero"


def _section(heading: str, inside: Sequence[SettingAnswer]) -> ListRow:
    role = "$attention bold" if urgent(inside[0]) else "$dim bold"
    return ListRow(plain(f"{heading}  {len(inside)}", role))


def _setting(setting: SettingAnswer) -> Draw:
    name = words.label(setting["part"], setting["key"])
    glyph, role = _mark(setting)
    value, style = _value(setting)
    amount = money(setting["amount"]) if setting["amount"] else ""

    def draw(width: int) -> Content:
        room = max(_LEAST_NAME, min(_MOST_NAME, width * 2 // 5))
        right = (
            f" {amount}".rjust(_AMOUNT) if width >= _ROOMY or (amount and setting["value"] is None) else ""
        )
        rest = max(width - room - 3 - len(right), 1)
        return Content.assemble(
            (f"{glyph} ", f"{role} bold"),
            (f"{fitted(name, room)} ", "$foreground"),
            (fitted(value, rest), style),
            (right, "$dim"),
        )

    return draw


def _mark(setting: SettingAnswer) -> tuple[str, str]:
    if setting["conflict"] is not None:
        return "≠", "$stopped"
    if urgent(setting):
        return ("!", "$attention") if setting["value"] is None else ("✗", "$stopped")
    return ("±", "$attention") if setting["changed"] else (" ", "$dim")


def _value(setting: SettingAnswer) -> tuple[str, str]:
    if setting["value"] is None:
        proposal = setting["proposal"]
        if proposal is not None:
            return f"? {proposal['words']}", "$idle italic"
        return ("not mapped", "$attention") if urgent(setting) else ("-", "$dim")
    return value_words(setting), "$stopped" if urgent(setting) else "$foreground"


def value_words(setting: SettingAnswer) -> str:
    """Return what a setting is set to, with the name of what that is."""
    value, name = setting["value"] or "", setting["words"]
    if len(value) > _LONGEST_CODE and name:
        value = ""  # a bank account without a code goes by Xero's id, which nobody reads
    told = f"{value} {name}".strip() if name != value else value
    told = told.replace("_", " ") if setting["part"] in {"shape", "gift_card_tax"} else told
    return f"{told}, {setting['tax_type']}" if setting["tax_type"] else told


_LONGEST_CODE = 30


def money(amount: str | None) -> str:
    """Return an amount with its thousands apart."""
    return f"{Decimal(amount):,}" if amount else ""


# --- the setting under the cursor -----------------------------------------------------


def detail(setting: SettingAnswer, editor: EditorAnswer) -> Content:
    """Return everything that is to be said of one setting."""
    return Content("\n").join(list(_told(setting, editor)))


def _told(setting: SettingAnswer, editor: EditorAnswer) -> Iterator[Content]:
    problem, proposal = setting["problem"], setting["proposal"]
    if setting["value"] is not None or problem is None:
        yield _now(setting)
    if setting["conflict"] is not None:
        yield Content.styled(f"Somebody saved {setting['conflict']} for it since you changed it.", "$stopped")
    if problem is not None:
        missing = setting["value"] is None
        role, then = ("$attention bold", "") if missing else ("$stopped bold", problem["next"])
        yield Content.assemble(
            (f"{problem['what']} ", role), (f"{problem['why']} ", "$foreground"), (then, "$dim")
        )
    if proposal is not None:
        sure = "likely" if proposal["confidence"] == "high" else "only a guess"
        yield Content.assemble(
            ("a", "$focus bold"),
            (" takes ", "$dim"),
            (proposal["words"], "$idle bold"),
            (f" (suggested by its name, {sure})", "$dim"),
        )
    if problem is None:
        yield Content.styled(words.meaning(setting["part"]), "$foreground")
    if setting["amount"] is not None:
        yield Content.styled(_usage(setting, editor), "$dim")


def _now(setting: SettingAnswer) -> Content:
    tax = f", {setting['tax_type']} {setting['tax_words']}".rstrip() if setting["tax_type"] else ""
    now = value_words({**setting, "tax_type": None}) if setting["value"] is not None else "not mapped"
    return Content.assemble(("Now ", "$dim"), (f"{now}{tax}", "bold"), *_before(setting))


def _before(setting: SettingAnswer) -> Iterator[tuple[str, str]]:
    if setting["changed"]:
        yield "  ± not saved; in force: ", "$attention"
        yield setting["saved"] or "nothing", "$foreground"


def _usage(setting: SettingAnswer, editor: EditorAnswer) -> str:
    receipts = counted(setting["receipts"], "receipt")
    last = f", last {_day(setting['last'])}" if setting["last"] else ""
    since = f" since {_day(editor['since'])}" if editor["since"] else ""
    return f"{money(setting['amount'])} {editor['currency']}, {receipts}{since}{last}; refunds counted."


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d %b}" if text else ""


def obstacle(finding: Finding) -> Content:
    """Return why something cannot be done, and the exact steps instead."""
    return Content.assemble(
        (f"{finding['what']} ", "$attention bold"),
        (f"{finding['why']}\n", "$foreground"),
        (finding["next"], "bold"),
    )


# --- the lines above ------------------------------------------------------------------


def banner(editor: EditorAnswer, now: datetime) -> Content:
    """Return the chart that is chosen from, who else edits, and the warning."""
    unsaved = len(editor["changes"])
    parts = [Content.styled(f"± {unsaved} unsaved", "$attention bold")] if unsaved else []
    parts.append(_chart(editor, now))
    if editor["advice"]["by"] is None:
        parts.append(Content.styled("! Take professional advice first", "$attention"))
    parts += [
        Content.styled(f"{other['by']} has {counted(other['changes'], 'unsaved change')}", "$attention")
        for other in editor["others"]
    ]
    return Content("  ").join(parts)


def _chart(editor: EditorAnswer, now: datetime) -> Content:
    chart = editor["chart"]
    if chart["source"] == "none":
        return Content.styled("! No chart yet: connect to Xero, or i imports a file", "$attention")
    number = counted(chart["accounts"], "account")
    if chart["source"] == "file":
        return Content.assemble(("Chart ", "$dim"), f"{chart['name']} (file, not connected): {number}")
    return Content.assemble(("Chart ", "$dim"), f"{number} of Xero, read {age(chart['read'], now)}")


def note(editor: EditorAnswer) -> str:
    """Return version and unsaved changes, for the top line."""
    version = f"version {editor['version']}" if editor["version"] else "never saved"
    return f"{version}, changed" if editor["changes"] else version


def count(editor: EditorAnswer) -> str:
    """Return how much needs somebody, for a panel's border."""
    missing = sum(urgent(each) for each in editor["settings"])
    return f"{missing} to do" if missing else "everything is mapped"


# --- the cursor -----------------------------------------------------------------------


def found(editor: EditorAnswer | None, name: object) -> SettingAnswer | None:
    """Return the setting of a name; None where there is none."""
    settings = editor["settings"] if editor is not None else []
    return next((each for each in settings if name_of(each) == name), None)


def cursor(before: EditorAnswer | None, after: EditorAnswer, name: object) -> int:
    """Return the row for the cursor: where it was, or the next thing to do."""
    shown = rows(after)
    at = next((at for at, row in enumerate(shown) if row.leads_to and row.leads_to == name), None)
    old, new = found(before, name), found(after, name)
    dealt_with = old is not None and new is not None and urgent(old) and not urgent(new)
    if at is not None and not dealt_with:
        return at
    was = next((at for at, row in enumerate(rows(before)) if row.leads_to == name), 0) if before else 0
    to_do = {name_of(setting) for setting in after["settings"] if urgent(setting)}
    following = [at for at, row in enumerate(shown) if row.leads_to in to_do and at >= was]
    if following:
        return following[0]
    still = [at for at, row in enumerate(shown) if row.leads_to in to_do]
    settings = [at for at, row in enumerate(shown) if row.leads_to is not None]
    return next(iter([*still, *([] if at is None else [at]), *settings]), 0)


def why_not(command: str, setting: SettingAnswer) -> str | None:
    """Return why something cannot be done to a setting; None: it can."""
    if command == "suggestion" and (setting["proposal"] is None or setting["value"] is not None):
        return "Accept: there is no suggestion for this setting."
    if command == "tax" and setting["part"] not in _WITH_TAX:
        return "Tax type: only categories and special lines can have one of their own."
    if command == "tax" and setting["value"] is None:
        return "Tax type: choose an account first."
    if command == "account" and setting["part"] not in ACCOUNT_PARTS:
        return "New account: this setting needs no account."
    if command == "undo" and not setting["changed"]:
        return "Undo: this setting was not changed."
    return None
