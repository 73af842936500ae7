"""What terminals, payments and card money show, made from answers."""

from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from screens.commands import Command
from screens.moments import Times
from screens.terminals import money_view, view
from screens.terminals.closer import fact, told
from screens.terminals.keys import _row
from screens.terminals.keys import told as told_of_keys
from screens.terminals.obstacles import obstacle
from services.contract.terminal_shop import NewTillKeyAnswer, TerminalAnswer
from services.contract.terminals import PaymentAnswer, PromptAnswer
from tests.screens.terminals.answers import (
    LISTENING,
    UNKNOWN_PROBLEM,
    agreement,
    agreement_day,
    payment,
    result,
    running,
    settlement,
    tender,
    terminal,
    till_key,
    unmatched,
)

TIMES = Times(ZoneInfo("Pacific/Auckland"), datetime(2026, 11, 21, 2, tzinfo=UTC))
PROMPT: PromptAnswer = {"text": "Signature OK?", "choices": ["yes", "no"], "secret": False}
ROOM, WIDE = 74, 200
"""Cells inside the frame on a screen of 80 columns, and where nothing is wrapped."""


def whole(answer: TerminalAnswer | PaymentAnswer) -> str:
    """Return all that is told of a terminal or a payment."""
    lines = (
        view.whole_terminal(cast("TerminalAnswer", answer), TIMES)
        if "tenders" in answer
        else view.whole_payment(answer, TIMES)
    )
    return told(lines, WIDE).plain


def test_a_terminal_says_its_state_in_a_word_and_its_last_payment() -> None:
    (row,) = view.terminal_rows([terminal()], TIMES)
    assert row.draw(120).plain.split() == [
        "✓", "Ready", "Counter", "1", "12.00", "approved", "14:20", "ZVT", "(ECR", "interface)",
    ]  # fmt: skip


def test_a_practice_terminal_says_so() -> None:
    (row,) = view.terminal_rows([terminal(practice=True)], TIMES)
    assert "  practice  " in row.draw(120).plain


@pytest.mark.parametrize(
    "given,matters",
    [
        ({"state": "busy", "running": running(PROMPT)}, "asks: Signature OK?  r answers"),
        ({"state": "busy", "running": running()}, "25.00 NZD: PRESENT CARD"),
        ({"state": "unresolved", "unresolved": [payment(7, "unknown")]}, "12.00 NZD: charged or not?"),
        ({"state": "offline", "error": UNKNOWN_PROBLEM}, UNKNOWN_PROBLEM["what"][:20]),
        ({}, "12.00 approved 14:20"),
        ({"last": None}, "no payment yet"),
        ({"last": None, "asked": None}, "not asked yet; t asks"),
    ],
)
def test_what_matters_most_of_a_terminal_fits_80_columns(given: dict[str, Any], matters: str) -> None:
    (row,) = view.terminal_rows([terminal(**given)], TIMES)
    assert matters in row.draw(ROOM).plain[:ROOM]


def test_the_last_payment_fits_60_columns() -> None:
    (row,) = view.terminal_rows([terminal(name="Counter of the garden")], TIMES)
    assert "12.00 approved 14:20" in row.draw(54).plain[:54]


def test_what_a_fact_tells_stays_in_its_column() -> None:
    wrapped = told([fact("Set to", "host 192.0.2.10, port 20007, profile generic")], 40).plain
    assert wrapped.splitlines() == [
        "Set to         host 192.0.2.10, port",
        "               20007, profile generic",
    ]


@pytest.mark.parametrize(
    "paid,said",
    [
        (payment(), ("Payment of 12.00 NZD: approved", "ok")),
        (payment(partial=True, charged="6.00"), ("Payment of 12.00 NZD: approved only 6.00", "ok")),
        (
            payment(1, "declined", result=result(text="NO FUNDS")),
            ("Payment of 12.00 NZD: declined: NO FUNDS", "attention"),
        ),
        (payment(1, "cancelled"), ("Payment of 12.00 NZD: cancelled", "idle")),
    ],
)
def test_an_outcome_is_told_in_a_sentence(paid: PaymentAnswer, said: tuple[str, str]) -> None:
    assert view.outcome(paid) == said


def test_an_unknown_outcome_says_what_to_do_next() -> None:
    words, role = view.outcome(payment(1, "unknown"))
    assert words.endswith("; u asks the terminal again")
    assert role == "stopped"


def test_what_was_refused_says_why_in_its_row() -> None:
    (row,) = view.payment_rows([payment(2, "declined", result=result(text="NO FUNDS"))], TIMES)
    assert "NO FUNDS" in row.draw(ROOM).plain[:ROOM]


def test_what_is_unresolved_comes_before_everything_else() -> None:
    told = whole(terminal(state="unresolved", unresolved=[payment(7, "unknown", "40.00")]))
    first, second, *_ = told.splitlines()
    assert "Nobody knows yet whether 40.00 NZD was charged" in first
    assert "takes no payment" in second


def test_an_open_payment_names_the_cash_that_is_paid_out() -> None:
    paid = payment(7, "unknown", "0.00")
    paid["cash_out"] = "20.00"
    told = whole(terminal(state="unresolved", unresolved=[paid]))
    assert "whether 0.00 NZD and 20.00 in cash was charged" in told
    assert view.outcome(paid)[0].startswith("Payment of 0.00 NZD and 20.00 in cash: ")


def test_a_running_payment_shows_what_the_terminal_shows_and_asks() -> None:
    told = whole(terminal(state="busy", running=running(PROMPT)))
    assert "PRESENT CARD" in told
    assert "Signature OK? (yes, no)" in told


def test_a_payment_tells_what_was_charged_beyond_its_amount() -> None:
    paid = payment(charged="12.50", partial=True, result=result(approved="12.00", surcharge="0.50"))
    told = whole(paid)
    assert "(in part)" in told
    assert "12.50 NZD  surcharge 0.50" in told
    assert "•••• 4242" in told


def test_an_unknown_payment_says_why_and_what_to_do() -> None:
    told = whole(payment(7, "unknown"))
    assert UNKNOWN_PROBLEM["what"] in told
    assert UNKNOWN_PROBLEM["next"] in told


def test_remote_text_is_never_markup() -> None:
    assert "[red]OK[/]" in whole(payment(result=result(text="[red]OK[/]")))


def test_totals_stand_by_scheme_with_their_sum() -> None:
    lines = told(view.totals(settlement(), TIMES), ROOM).plain.splitlines()
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
    assert money_view.title(answer) == "Card money: does not agree since 2026-11-20"
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


def test_a_comparison_is_one_sentence() -> None:
    (first, *_) = money_view.whole_day(agreement_day("2026-11-19")).plain.splitlines()
    assert first == "✓ The terminals counted 512.40, as the journal says: 512.40 and 512.40"


def test_a_key_of_a_till_fits_80_columns() -> None:
    row = _row(till_key(refunds=True, last_used="2026-11-20T01:20:00+00:00"), TIMES)(ROOM).plain
    assert row.split("  ")[-2:] == ["pays, refunds", "used 20 Nov 14:20"]
    assert len(row) <= ROOM


def test_who_made_a_key_and_who_revoked_it_is_told() -> None:
    revoked = till_key(revoked="2026-11-03T01:00:00+00:00", revoked_by="mia")
    words = told_of_keys(LISTENING, None, revoked, TIMES).plain
    assert words.endswith("was made 02 Nov 14:00 by mia, revoked 03 Nov 14:00 by mia.")


def test_the_new_key_stands_alone_on_its_line() -> None:
    made: NewTillKeyAnswer = {"key": till_key(), "secret": "tbk_" + "x" * 43, "listener": LISTENING}
    lines = told_of_keys(LISTENING, made, till_key(), TIMES).plain.splitlines()
    assert lines[1] == made["secret"]
    assert all(len(line) <= 56 for line in lines)
