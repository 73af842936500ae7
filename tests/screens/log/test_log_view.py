"""What the log shows, made from answers."""

import re
from pathlib import Path

import pytest

from screens.log import view
from screens.log.batch import Batch
from screens.log.words import doing
from screens.moments import Times
from services import sync
from services.contract.forecast import ForecastAnswer
from tests.screens.canned import NOW
from tests.screens.shop_answers import attempt, detail

TIMES = Times(NOW.tzinfo, NOW)


def plain(cells: tuple[object, ...]) -> list[str]:
    return [getattr(cell, "plain", "") for cell in cells]


@pytest.mark.parametrize("width,stores", [(80, 1), (80, 3), (120, 1), (120, 3)])
def test_the_documents_always_have_room(width: int, stores: int) -> None:
    columns = view.Layout.of(width, stores).columns()
    fixed = sum(column.width for column in columns) + 2 * (len(columns) - 1)
    assert width - 7 - fixed >= 20
    assert ("Store" in [column.heading for column in columns]) == (stores > 1)


def test_a_row_says_what_went_wrong_first() -> None:
    roomy = view.Layout(roomy=True, stores=True)
    cells = plain(view.row(attempt(9, "refused"), roomy, TIMES, marked=False))
    assert cells[:4] == ["9", "07:30", "queen-st", "Send invoices"]
    assert cells[4:] == ["✗ refused", "Account 200 has been archived.  POS-queen-st-2026-11-20"]


def test_a_narrow_row_is_shorter_and_a_mark_shows() -> None:
    narrow = view.Layout(roomy=False, stores=False)
    cells = plain(view.row(attempt(9, "partly", documents=["A", "B", "C"]), narrow, TIMES, marked=True))
    assert cells == ["▸9", "07:30", "Invoices", "! in part", "A +2"]


def test_an_attempt_is_told_whole_with_times_of_the_store() -> None:
    told = view.as_text(detail(9, "refused"), TIMES)
    assert "Sent 21 Nov 2026 07:30:00 NZDT, answered 21 Nov 2026 07:30:01 NZDT, to Queen St Ltd" in told
    for part in (
        "HTTP 400",
        "Account 200 has been archived.",
        "Somebody archived it in Xero.",
        "Next: Restore it.",
        "This failure needs a person.",
        "Details: ValidationException 10",
        "POS-queen-st-2026-11-20  1,234.50  now refused",
        "Request",
        "[redacted]",
        "9  Send invoices",
        "Call PUT Invoices, idempotency key k-1",
    ):
        assert part in told


def forecast(action: str, number: str = "POS-1", why: str = "") -> ForecastAnswer:
    answer = {"id": 1, "store": "queen-st", "date": "2026-11-20", "kind": "ACCREC", "number": number}
    return {**answer, "total": "1.00", "action": action, "why": why, "payments": []}  # type: ignore[typeddict-item]


def test_a_forecast_is_counted_and_what_is_blocked_is_named() -> None:
    told = view.forecast(
        [forecast("create"), forecast("adopt"), forecast("blocked", "POS-3", "It is locked")]
    )
    assert told == (
        "1 document would be created; 1 document would be adopted; 1 document blocked. It is locked (POS-3)."
    )
    assert view.forecast([]) == "Nothing that was carried needs to be sent again."


def test_what_is_looked_for_is_said_in_words() -> None:
    assert view.Wanted().words() == "all"
    wanted = view.Wanted(store="queen-st", failed=True, call="PUT Invoices", text="POS-9")
    assert wanted.words() == "failed, Send invoices, store queen-st, “POS-9”"


@pytest.mark.parametrize(
    "outcome,may",
    [("refused", True), ("unknown", True), ("not_sent", True), ("accepted", False), ("resolved", False)],
)
def test_only_what_failed_may_be_retried(outcome: str, *, may: bool) -> None:
    assert view.may_be_retried(attempt(1, outcome)) is may


def test_a_batch_counts_what_was_queued_and_refused() -> None:
    batch = Batch((3, 4, 5))
    assert [batch.take(), batch.take()] == [3, 4]
    batch.refuse("4 was removed.")
    assert (batch.done, batch.under_way) == (2, True)
    assert batch.take() == 5
    assert batch.take() is None
    assert batch.result() == ("2 of 3 queued to be sent again. Refused: 4 was removed.", "attention")


def test_a_batch_that_is_stopped_says_how_far_it_came() -> None:
    batch = Batch((3, 4, 5))
    batch.take()
    batch.stop()
    assert (batch.take(), batch.ended) == (None, True)
    assert batch.result() == ("Stopped: 1 of 3 queued to be sent again.", "attention")


def test_a_batch_that_went_through_is_well() -> None:
    batch = Batch((3,))
    batch.take()
    assert batch.result() == ("1 of 1 queued to be sent again.", "ok")


def test_documents_that_the_same_thing_stops_are_named_together() -> None:
    why = "Sending is paused. root paused it: the accountant closes last month."
    told = view.forecast([forecast("blocked", "POS-1", why), forecast("blocked", "POS-2", why)])
    assert told == f"2 documents blocked. {why.removesuffix('.')} (POS-1, POS-2)."


def test_of_many_documents_that_the_same_thing_stops_a_few_are_named() -> None:
    told = view.forecast([forecast("blocked", f"POS-{number}", "It is locked.") for number in range(1, 201)])
    assert told == "200 documents blocked. It is locked (POS-1, POS-2, POS-3 and 197 more)."


@pytest.mark.parametrize(
    "call,told,brief",
    [
        ("PUT CreditNotes", "Send credit notes", "Credit notes"),
        ("POST Invoices", "Void invoices", "Void invoices"),
        ("PUT Accounts", "Create an account", "New account"),
        ("PUT Something", "PUT Something", "PUT Something"),
    ],
)
def test_a_call_is_told_in_the_words_of_the_field(call: str, told: str, brief: str) -> None:
    assert (doing(call), doing(call, short=True)) == (told, brief)
    short, whole = (view.Layout.of(width, 1).columns()[2].width for width in (80, 120))
    assert call == "PUT Something" or (len(brief) <= short and len(told) <= whole)


def test_the_smallest_console_leaves_the_room_to_the_documents() -> None:
    assert "Call" not in [column.heading for column in view.Layout.of(60, 1).columns()]
    assert "Call" in [column.heading for column in view.Layout.of(80, 1).columns()]


def test_every_call_that_is_made_has_words() -> None:
    texts = [path.read_text(encoding="utf-8") for path in Path(sync.__path__[0]).rglob("*.py")]
    calls = {call for text in texts for call in re.findall(r'"((?:PUT|POST) [A-Z]\w+)"', text)}
    assert len(calls) >= 9
    assert [each for each in calls if each in {doing(each), doing(each, short=True)}] == []
