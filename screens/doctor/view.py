"""What the doctor's findings show: pure."""

from __future__ import annotations

from textual.content import Content

from screens.widgets.row_list import Draw, ListRow
from services.contract.support import DoctorAnswer, DoctorFinding

MARKS = {"stops": ("✗", "stopped"), "warns": ("!", "attention"), "fine": ("✓", "ok")}


def rows(answer: DoctorAnswer) -> list[ListRow]:
    """Return the findings, the worst first; each leads to itself."""
    return [ListRow(_drawn(each), each) for each in answer["findings"]]


def _drawn(finding: DoctorFinding) -> Draw:
    glyph, role = MARKS[finding["severity"]]
    store = f"{finding['store']}: " if finding["store"] else ""
    parts = [(f"{glyph} ", f"${role} bold"), (store, "$dim"), (finding["what"], "$foreground")]
    return lambda _width: Content.assemble(*parts)


def counted(answer: DoctorAnswer) -> str:
    """Return how many checks ended how."""
    counts = answer["counts"]
    return f"{counts['stops']} stop, {counts['warns']} warn, {counts['fine']} fine"


def whole(finding: DoctorFinding) -> Content:
    """Return one finding: what, why, next."""
    parts = [Content.styled(finding["what"], "bold")]
    if finding["why"]:
        parts.append(Content(finding["why"]))
    if finding["next"]:
        parts.append(Content.assemble(("Next: ", "$dim"), (finding["next"], "$foreground")))
    if dates := finding.get("dates"):
        parts.append(Content.styled(f"Business dates: {', '.join(dates)}", "$dim"))
    return Content("\n").join(parts)
