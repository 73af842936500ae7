"""What the log and one attempt show: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from screens.moments import clock, counted
from screens.widgets.paged_table import Column, Row
from services.contract.answers import AttemptAnswer
from services.contract.forecast import ForecastAnswer
from services.contract.log_pages import AttemptDetailAnswer
from themes.states import ATTEMPT, DAY, mark

CLASSES = {
    "wait": "waits, and is tried again by itself",
    "person": "needs a person",
    "unknown": "is looked up before anything else",
}
_ACTIONS = {
    "create": ("+", "ok", "would be created"),
    "adopt": ("=", "ok", "would be adopted"),
    "nothing": ("-", "idle", "nothing to do"),
    "blocked": ("!", "attention", "blocked"),
}


def columns(*, stores: bool) -> tuple[Column, ...]:
    """Return the columns; that of the store only where there are several."""
    store = (Column("Store", 10),) if stores else ()
    return (
        Column("No.", 8, right=True),
        Column("Time", 12),
        *store,
        Column("Call", 18),
        Column("Result", 20),
        Column("Documents", 0),
    )


def row(attempt: AttemptAnswer, *, stores: bool, marked: bool) -> Row:
    """Return an attempt as a row of the log; `marked` for a retry."""
    shown = mark(ATTEMPT, attempt["outcome"])
    documents = attempt["documents"]
    what = ", ".join(documents[:2]) + (f" +{len(documents) - 2}" if len(documents) > 2 else "")  # noqa: PLR2004
    told = f"{what}: {attempt['error']['what']}" if attempt["error"] else what
    store = (Content.styled(attempt["store"], "$dim"),) if stores else ()
    return (
        Content.styled(f"{'▸' if marked else ''}{attempt['id']}", "$focus bold" if marked else "$dim"),
        Content.styled(clock(attempt["at"]), "$dim"),
        *store,
        Content(attempt["call"]),
        Content.styled(f"{shown.glyph} {shown.word}", f"${shown.role} bold"),
        Content(told),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the log."""

    store: str | None = None
    failed: bool = False
    call: str | None = None
    text: str | None = None

    def words(self) -> str:
        """Return it as the frame says it."""
        parts = [
            "failed" if self.failed else "all",
            *(
                part
                for part in (self.call, self.store and f"store {self.store}", self.text and f"“{self.text}”")
                if part
            ),
        ]
        return ", ".join(parts)


def whole(attempt: AttemptDetailAnswer) -> Content:
    """Return one attempt: what, why, next, what it carried, request and answer."""
    shown = mark(ATTEMPT, attempt["outcome"])
    status = f", HTTP {attempt['status']}" if attempt["status"] else ""
    parts = [
        Content.assemble(
            (f"{attempt['id']}  {attempt['call']}  ", "bold"),
            (f"{shown.glyph} {shown.word}", f"${shown.role} bold"),
            (status, "$dim"),
        ),
        Content.styled(
            f"{attempt['at']}  answered {attempt['answered'] or 'never'}  {attempt['organisation']}", "$dim"
        ),
    ]
    if (error := attempt["error"]) is not None:
        parts += [Content(""), Content.styled(error["what"], "bold"), Content(error["why"])]
        parts.append(Content.assemble(("Next: ", "$dim"), (error["next"], "$foreground")))
        if failure := error.get("class"):
            parts.append(Content.styled(f"This failure {CLASSES.get(str(failure), str(failure))}.", "$dim"))
        if attempt["detail"]:
            parts.append(Content.assemble(("Details: ", "$dim"), (attempt["detail"], "$dim")))
    parts += [Content(""), Content.styled("What it carried", "$focus bold")]
    for each in attempt["carried"]:
        item, state = mark(ATTEMPT, each["outcome"]), mark(DAY, each["state"])
        tender = f" {each['tender']}" if each["tender"] else ""
        parts.append(
            Content.assemble(
                (f"{item.glyph} ", f"${item.role} bold"),
                (f"{each['number']}{tender}  {each['amount']}  ", "$foreground"),
                (f"now {state.word}", "$dim"),
            )
        )
    for title, text in (("Request", attempt["request"]), ("Answer", attempt["answer"])):
        if text:
            parts += [Content(""), Content.styled(title, "$focus bold"), Content.styled(text, "$foreground")]
    parts += [Content(""), Content.styled(f"Idempotency key {attempt['idempotency_key']}", "$dim")]
    return Content("\n").join(parts)


def as_text(attempt: AttemptDetailAnswer) -> str:
    """Return one attempt as text to copy."""
    return whole(attempt).plain


def forecast(answers: Sequence[ForecastAnswer]) -> str:
    """Return what a retry would do, counted, with what is blocked named."""
    if not answers:
        return "Nothing that was carried needs to be sent again."
    counts = {action: sum(each["action"] == action for each in answers) for action in _ACTIONS}
    told = [
        f"{counted(number, 'document')} {_ACTIONS[action][2]}" for action, number in counts.items() if number
    ]
    blocked = [f"{each['number']}: {each['why']}" for each in answers if each["action"] == "blocked"][:3]
    return ". ".join(["; ".join(told), *blocked]) + "."
