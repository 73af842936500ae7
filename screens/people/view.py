"""What people and audit show: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content

from screens.moments import clock
from screens.widgets.row_list import ListRow
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
    parts.append(Content.styled(f"  root and {people['owner']}, who runs the service, are managers.", "$dim"))
    return Content("\n").join(parts)


def rows(entries: Sequence[AuditAnswer]) -> list[ListRow]:
    """Return the changes, newest first; each leads to itself."""
    return [ListRow(lambda _width, each=each: _line(each), each) for each in entries]  # type: ignore[misc]


def _line(entry: AuditAnswer) -> Content:
    return Content.assemble(
        (f"{clock(entry['at'])}  ".ljust(15), "$dim"),
        (entry["who"].ljust(11), "bold"),
        (entry["action"].replace("_", " ").ljust(20), "$foreground"),
        (entry["subject"], "$foreground"),
    )


def whole(entry: AuditAnswer) -> Content:
    """Return one change with what was before and after."""
    parts = [
        Content.styled(f"{entry['action'].replace('_', ' ')}: {entry['subject']}", "bold"),
        Content.styled(f"{entry['who']}, {entry['at']}, number {entry['id']}", "$dim"),
    ]
    for title, values in (("Before", entry["before"]), ("After", entry["after"])):
        if values:
            parts.append(Content.assemble((f"{title}: ", "$dim"), (_told(values), "$foreground")))
    return Content("\n").join(parts)


def _told(values: Mapping[str, object]) -> str:
    return "; ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())
