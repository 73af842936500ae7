"""What the log and one attempt show: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from textual.content import Content

from screens.log.words import doing
from screens.moments import Times, counted
from screens.widgets.paged_table import Column, Row
from services.contract.answers import AttemptAnswer
from services.contract.forecast import ForecastAnswer
from services.contract.log_pages import AttemptDetailAnswer
from themes.states import ATTEMPT, DAY, mark

_ROOMY = 100
_TIGHT = 72
_NAMED = 3
"""Reasons told, and documents named by them: a question does not scroll."""
_SHORT = {"partly": "in part", "resolved": "resolved", "unknown": "unknown"}
"""Results in a word, where the table of states has more."""
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


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns there is room for; that of the store where there are several."""

    roomy: bool
    stores: bool
    tight: bool = False

    @property
    def calls(self) -> bool:
        """Whether there is room for the kind of call; k filters by it in any case."""
        return self.roomy or not (self.stores or self.tight)

    @classmethod
    def of(cls, width: int, stores: int) -> Layout:
        """Return the layout for a console `width` cells wide, and so many stores."""
        return cls(width >= _ROOMY, stores > 1, width < _TIGHT)

    def columns(self) -> tuple[Column, ...]:
        """Return the columns."""
        store = (Column("Store", 12 if self.roomy else 10),) if self.stores else ()
        call = (Column("Call", 18 if self.roomy else 13),) if self.calls else ()
        return (
            Column("No.", 8, right=True),
            Column("Time", 12),
            *store,
            *call,
            Column("Result", 24 if self.roomy else 12),
            Column("Documents", 0),
        )


def row(attempt: AttemptAnswer, layout: Layout, times: Times, *, marked: bool) -> Row:
    """Return an attempt as a row of the log; `marked` for a retry."""
    shown = mark(ATTEMPT, attempt["outcome"])
    store = (Content.styled(attempt["store"], "$dim"),) if layout.stores else ()
    word = shown.word if layout.roomy else _SHORT.get(attempt["outcome"], shown.word)
    call = doing(attempt["call"], short=not layout.roomy)
    return (
        Content.styled(f"{'▸' if marked else ''}{attempt['id']}", "$focus bold" if marked else "$dim"),
        Content.styled(times.clock(attempt["at"]), "$dim"),
        *store,
        *((Content(call),) if layout.calls else ()),
        Content.styled(f"{shown.glyph} {word}", f"${shown.role} bold"),
        _carried(attempt),
    )


def _carried(attempt: AttemptAnswer) -> Content:
    """Return what went wrong, and what it was about; numbers alone when nothing did."""
    documents = attempt["documents"]
    more = f" +{len(documents) - 1}" if len(documents) > 1 else ""
    what = f"{documents[0]}{more}" if documents else ""
    if (error := attempt["error"]) is None:
        return Content(what)
    return Content.assemble((error["what"], "$foreground"), (f"  {what}", "$dim"))


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
                for part in (
                    self.call and doing(self.call),
                    self.store and f"store {self.store}",
                    self.text and f"“{self.text}”",
                )
                if part
            ),
        ]
        return ", ".join(parts)


def whole(attempt: AttemptDetailAnswer, times: Times) -> Content:
    """Return one attempt: what, why, next, what it carried, request and answer."""
    return Content("\n").join(
        [*_head(attempt, times), *_error(attempt), *_documents(attempt), *_exchange(attempt)]
    )


def _head(attempt: AttemptDetailAnswer, times: Times) -> list[Content]:
    shown = mark(ATTEMPT, attempt["outcome"])
    status = f", HTTP {attempt['status']}" if attempt["status"] else ""
    return [
        Content.assemble(
            (f"{attempt['id']}  {doing(attempt['call'])}  ", "bold"),
            (f"{shown.glyph} {shown.word}", f"${shown.role} bold"),
            (status, "$dim"),
        ),
        Content.styled(
            f"Sent {times.whole(attempt['at'])}, answered {times.whole(attempt['answered'])},"
            f" to {attempt['organisation']}",
            "$dim",
        ),
    ]


def _error(attempt: AttemptDetailAnswer) -> list[Content]:
    if (error := attempt["error"]) is None:
        return []
    parts = [Content(""), Content.styled(error["what"], "bold"), Content(error["why"])]
    parts.append(Content.assemble(("Next: ", "$dim"), (error["next"], "$foreground")))
    if failure := error.get("class"):
        parts.append(Content.styled(f"This failure {CLASSES.get(str(failure), str(failure))}.", "$dim"))
    if attempt["detail"]:
        parts.append(Content.assemble(("Details: ", "$dim"), (attempt["detail"], "$dim")))
    return parts


def _documents(attempt: AttemptDetailAnswer) -> list[Content]:
    parts = [Content(""), Content.styled("What it carried", "$focus bold")]
    for each in attempt["carried"]:
        item, state = mark(ATTEMPT, each["outcome"]), mark(DAY, each["state"])
        tender = f" {each['tender']}" if each["tender"] else ""
        amount = f"{Decimal(each['amount']):,}" if each["amount"] else ""
        parts.append(
            Content.assemble(
                (f"{item.glyph} ", f"${item.role} bold"),
                (f"{each['number']}{tender}  {amount}  ", "$foreground"),
                (f"now {state.word}", "$dim"),
            )
        )
    return parts


def _exchange(attempt: AttemptDetailAnswer) -> list[Content]:
    parts: list[Content] = []
    for title, text in (("Request", attempt["request"]), ("Answer", attempt["answer"])):
        if text:
            parts += [Content(""), Content.styled(title, "$focus bold"), Content.styled(text, "$foreground")]
    technical = f"Call {attempt['call']}, idempotency key {attempt['idempotency_key']}"
    return [*parts, Content(""), Content.styled(technical, "$dim")]


def as_text(attempt: AttemptDetailAnswer, times: Times) -> str:
    """Return one attempt as text to copy."""
    return whole(attempt, times).plain


def may_be_retried(attempt: AttemptAnswer) -> bool:
    """Whether a retry of it could do anything."""
    return attempt["outcome"] not in {"accepted", "resolved", "started"}


def forecast(answers: Sequence[ForecastAnswer]) -> str:
    """Return what a retry would do, counted, with what is blocked named."""
    if not answers:
        return "Nothing that was carried needs to be sent again."
    counts = {action: sum(each["action"] == action for each in answers) for action in _ACTIONS}
    told = [
        f"{counted(number, 'document')} {_ACTIONS[action][2]}" for action, number in counts.items() if number
    ]
    reasons = list(_blocked(answers).items())[:_NAMED]
    blocked = [f"{why} ({_few(numbers, _NAMED // len(reasons))})" for why, numbers in reasons]
    return ". ".join(["; ".join(told), *blocked]) + "."


def _few(numbers: Sequence[str], most: int) -> str:
    """Return the first numbers, and how many more there are."""
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    return ", ".join(numbers[:most]) + more


def _blocked(answers: Sequence[ForecastAnswer]) -> dict[str, list[str]]:
    """Return the documents that something keeps from being sent, by what that is."""
    found: dict[str, list[str]] = {}
    for each in answers:
        if each["action"] == "blocked":
            found.setdefault(str(each["why"]).rstrip("."), []).append(each["number"])
    return found
