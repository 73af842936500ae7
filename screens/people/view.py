"""What people and audit show: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from screens.cells import fitted
from screens.moments import Times
from screens.widgets.row_list import Draw, ListRow
from services.contract.answers import AuditAnswer
from services.contract.rights import PeopleAnswer


def roles(people: PeopleAnswer, mine: Sequence[str]) -> Content:
    """Return the roles with their groups and members; one's own is marked."""
    parts = []
    for each in people["roles"]:
        members = ", ".join(each["members"]) or "nobody"
        own = "▸ " if each["role"] in mine else "  "
        parts.append(
            Content.assemble(
                (f"{own}{each['role']}".ljust(11), "bold"),
                (members, "$foreground"),
                (f"  group {', '.join(each['groups'])}", "$dim"),
            )
        )
    parts.append(Content.styled(f"  {_owners(people['owner'])}", "$dim"))
    return Content("\n").join(parts)


def _owners(owner: str) -> str:
    if owner == "root":
        return "root, who runs the service, is a manager."
    return f"root and {owner}, who runs the service, are managers."


def rows(entries: Sequence[AuditAnswer], times: Times) -> list[ListRow]:
    """Return the changes, newest first; each leads to itself."""
    return [ListRow(_drawn(each, times), each) for each in entries]


def holds(entry: AuditAnswer, word: str) -> bool:
    """Whether a word is in who, what or where, whatever its case."""
    told = f"{entry['who']} {entry['action'].replace('_', ' ')} {entry['subject']}"
    return word.casefold() in told.casefold()


def _drawn(entry: AuditAnswer, times: Times) -> Draw:
    return lambda _width: _line(entry, times)


def _line(entry: AuditAnswer, times: Times) -> Content:
    return Content.assemble(
        (f"{times.clock(entry['at'])}  ".ljust(15), "$dim"),
        (f"{fitted(entry['who'], 10)} ", "bold"),
        (entry["action"].replace("_", " ").ljust(20), "$foreground"),
        (entry["subject"], "$foreground"),
    )


def whole(entry: AuditAnswer, times: Times) -> Content:
    """Return one change with what was before and after."""
    parts = [
        Content.styled(f"{entry['action'].replace('_', ' ')}: {entry['subject']}", "bold"),
        Content.styled(f"{entry['who']}, {times.whole(entry['at'])}, number {entry['id']}", "$dim"),
    ]
    for title, values in (("Before", entry["before"]), ("After", entry["after"])):
        if values:
            parts.append(Content.assemble((f"{title}: ", "$dim"), (_told(values), "$foreground")))
    return Content("\n").join(parts)


def _told(values: Mapping[str, object]) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')} {'none' if value is None else _value(value)}"
        for name, value in values.items()
        if value not in ({}, [])
    )


def _value(value: object) -> str:
    """Return a value in words; several of them one after the other."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items())
    return ", ".join(map(_value, value)) if isinstance(value, list) else str(value)
