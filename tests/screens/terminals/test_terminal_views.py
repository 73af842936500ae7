"""What terminals, payments and card money show, made from answers."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from screens.commands import Command
from screens.moments import Times
from screens.terminals import money_view, view
from screens.terminals.obstacles import obstacle
from services.contract.terminal_shop import TerminalAnswer
from services.contract.terminals import PromptAnswer
from tests.screens.terminals.answers import (
    UNKNOWN_PROBLEM,
    agreement,
    agreement_day,
    payment,
    result,
    running,
    settlement,
    tender,
    terminal,
    unmatched,
)

TIMES = Times(ZoneInfo("Pacific/Auckland"), datetime(2026, 11, 21, 2, tzinfo=UTC))
PROMPT: PromptAnswer = {"text": "Signature OK?", "choices": ["yes", "no"], "secret": False}


def test_a_terminal_says_its_state_in_a_word_and_its_last_payment() -> None:
    (row,) = view.terminal_rows([terminal()], TIMES)
    assert row.draw(120).plain.split() == [
        "✓", "Ready", "Counter", "1", "ZVT", "(ECR", "interface)", "last", "12.00", "approved", "14:20",
    ]  # fmt: skip


def test_a_practice_terminal_says_so() -> None:
    (row,) = view.terminal_rows([terminal(practice=True)], TIMES)
    assert "  practice  " in row.draw(120).plain


def test_what_is_unresolved_comes_before_everything_else() -> None:
    told = view.whole_terminal(
        terminal(state="unresolved", unresolved=[payment(7, "unknown", "40.00")]), TIMES
    ).plain
    first, second, *_ = told.splitlines()
    assert "Nobody knows yet whether 40.00 NZD was charged" in first
    assert "takes no payment" in second


def test_a_running_payment_shows_what_the_terminal_shows_and_asks() -> None:
    told = view.whole_terminal(terminal(state="busy", running=running(PROMPT)), TIMES).plain
    assert "PRESENT CARD" in told
    assert "Signature OK? (yes, no)" in told


def test_a_payment_tells_what_was_charged_beyond_its_amount() -> None:
    paid = payment(charged="12.50", partial=True, result=result(approved="12.00", surcharge="0.50"))
    told = view.whole_payment(paid, TIMES).plain
    assert "(in part)" in told
    assert "12.50 NZD  surcharge 0.50" in told
    assert "•••• 4242" in told


def test_an_unknown_payment_says_why_and_what_to_do() -> None:
    told = view.whole_payment(payment(7, "unknown"), TIMES).plain
    assert UNKNOWN_PROBLEM["what"] in told
    assert UNKNOWN_PROBLEM["next"] in told


def test_remote_text_is_never_markup() -> None:
    told = view.whole_payment(payment(result=result(text="[red]OK[/]")), TIMES)
    assert "[red]OK[/]" in told.plain


def test_totals_stand_by_scheme_with_their_sum() -> None:
    lines = view.totals(settlement(), TIMES).plain.splitlines()
    assert lines[1].split() == ["Visa", "11", "402.40"]
    assert lines[-1].split() == ["Together", "512.40", "NZD"]


@pytest.mark.parametrize(
    "name,given,reason",
    [
        ("test", {"enabled": False}, "switched off"),
        ("test", {"here": False, "machine": "back-office"}, "runs on back-office"),
        ("totals", {"abilities": []}, "has no totals"),
        ("settle", {"running": running()}, "a payment is running"),
        ("pay", {}, "would charge a card"),
        ("abort", {}, "no payment is running"),
        ("answer", {"running": running()}, "asks nothing"),
        ("ask_again", {}, "nothing is unresolved"),
        ("decide", {}, "only a payment"),
    ],
)
def test_why_not(name: str, given: dict[str, Any], reason: str) -> None:
    told = obstacle(Command(name, "t", name.title(), ""), terminal(**given), payment())
    assert told is not None
    assert reason in told


@pytest.mark.parametrize(
    "name,given",
    [
        ("test", {}),
        ("pay", {"practice": True}),
        ("abort", {"running": running()}),
        ("answer", {"running": running(PROMPT)}),
        ("ask_again", {"unresolved": [payment(7, "unknown")]}),
        ("decide", {"unresolved": [payment(7, "unknown")]}),
        ("money", {"enabled": False}),
    ],
)
def test_why(name: str, given: dict[str, Any]) -> None:
    assert obstacle(Command(name, "t", name.title(), ""), terminal(**given), payment()) is None


def test_an_approval_that_came_too_late_can_be_decided_until_somebody_has() -> None:
    late = payment(8, "cancelled", problem={**UNKNOWN_PROBLEM, "code": "terminal_approved_late"})
    decide = Command("decide", "v", "Decide", "")
    assert obstacle(decide, terminal(), late) is None
    assert obstacle(decide, terminal(), {**late, "note": "saw the slip"}) is not None
    assert obstacle(decide, terminal(), {**late, "state": "approved"}) is not None


def test_without_a_terminal_one_can_only_be_added() -> None:
    nothing: TerminalAnswer | None = None
    assert obstacle(Command("add", "a", "Add", ""), nothing, None) is None
    assert (
        obstacle(Command("test", "t", "Test", ""), nothing, None)
        == "Test: there is no terminal yet; a adds one."
    )


def test_the_first_date_that_does_not_agree_is_named() -> None:
    answer = agreement(agreement_day("2026-11-19"), agreement_day("2026-11-20", "differs"))
    assert money_view.title(answer) == "does not agree since 2026-11-20"
    assert money_view.ages(answer) == "open 1,024.80 NZD: 0-1 days 512.40, 2-7 days 512.40"
    newest, _ = money_view.days(answer)
    assert newest.draw(100).plain.split()[:4] == ["2026-11-20", "≠", "differs", "512.40"]


def test_a_date_tells_each_equality_with_a_tick() -> None:
    told = money_view.whole_day(agreement_day("2026-11-20", "differs")).plain.splitlines()
    assert [line[0] for line in told[:3]] == ["✓", "✗", "…"]


def test_what_is_suggested_comes_first() -> None:
    answer = unmatched()
    one = money_view.Alone(payment=answer["payments"][0])
    first, second = money_view.partners(one, answer, TIMES)
    assert "A-17" in first.label
    assert first.note == "same amount, 4 minutes apart"
    assert second.note == ""
    other = money_view.Alone(tender=tender())
    (only,) = money_view.partners(other, answer, TIMES)
    assert only.value == "0"
    assert "1 suggestion" in money_view.told(one, answer).plain


def test_an_approval_that_came_too_late_is_no_charge_without_a_receipt() -> None:
    answer = unmatched()
    answer["payments"].append(payment(6, "cancelled", "9.00"))
    told = [row.draw(100).plain for row in money_view.alone(answer, TIMES)]
    assert told[0].startswith("charged, no receipt")
    assert told[1].startswith("approved too late")
