"""What the mapping editor shows, made from answers."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.mapping import chart_view, questions, sample, versions, view, words
from screens.mapping.unsent import Unsent, may_be_sent_again
from services.contract.mapping_editor import ChangeWanted, SettingAnswer
from services.contract.problem import Problem, Refused, Unreachable
from tests.screens.mapping.answers import (
    CASH,
    CHOICES,
    DISCOUNTS,
    EFFECT,
    FILE,
    GROCERY,
    HISTORY,
    SAMPLE,
    editor,
    setting,
    settings,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def lines(width: int = 70) -> list[str]:
    return [row.draw(width).plain for row in view.rows(editor())]


def test_what_needs_somebody_stands_first_under_its_own_headings() -> None:
    told = lines()
    assert told[0] == "Not mapped  1"
    assert told[1].startswith("! cash")
    assert "? 611 POS clearing - Cash" in told[1]
    assert told[1].endswith("13,921.70")
    assert told[2] == "Not accepted by Xero  1"
    assert told[3].startswith("✗ discounts")
    assert told[4] == "Categories  3"
    assert "± grocery" in told[5]


@given(st.integers(30, 160), st.sampled_from(settings()))
def test_a_setting_never_takes_more_than_its_width(width: int, one: SettingAnswer) -> None:
    (drawn,) = (row.draw(width) for row in view.rows(editor(settings=[one])) if row.leads_to)
    assert drawn.cell_length <= width


def test_a_bank_account_without_a_code_goes_by_its_name() -> None:
    nameless = setting("tenders", "card", "11111111-2222-4333-8444-555555555555", "Takings savings")
    assert view.value_words(nameless) == "Takings savings"


def test_a_setting_is_told_whole() -> None:
    told = view.detail(GROCERY, editor()).plain
    assert "Now 201 Sales - Hardware  ± not saved; in force: 200 Sales - Grocery" in told
    assert "15,955.66 NZD, 402 receipts since 21 Oct, last 20 Nov; refunds counted." in told
    missing = view.detail(CASH, editor()).plain
    assert missing.startswith("Tender cash has no account.")
    assert "a takes 611 POS clearing - Cash (suggested by its name, likely)" in missing
    refused = view.detail(DISCOUNTS, editor()).plain
    assert "Restore it in Xero" in refused
    conflict = view.detail({**GROCERY, "conflict": "429 Expenses"}, editor()).plain
    assert "Somebody saved 429 Expenses for it since you changed it." in conflict


def test_the_cursor_goes_on_to_the_next_thing_to_do() -> None:
    after = [{**CASH, "value": "611", "problem": None, "proposal": None}, *settings()[1:]]
    mapped = editor(settings=[*after[1:], after[0]])
    at = view.cursor(editor(), mapped, view.Chosen("tenders", "cash"))
    assert view.rows(mapped)[at].leads_to == view.Chosen("categories", "discounts")
    done = [{**each, "value": each["value"] or "611", "problem": None} for each in settings()]
    nothing_left = editor(settings=[*done[1:], done[0]])
    at = view.cursor(editor(), nothing_left, view.Chosen("tenders", "cash"))
    assert view.rows(nothing_left)[at].leads_to == view.Chosen("tenders", "cash"), "what was done is seen"
    stays = view.cursor(editor(), editor(), view.Chosen("tenders", "eftpos"))
    assert view.rows(editor())[stays].leads_to == view.Chosen("tenders", "eftpos")
    first = view.cursor(None, editor(), None)
    assert view.rows(editor())[first].leads_to == view.Chosen("tenders", "cash")


@pytest.mark.parametrize(
    "command,one,reason",
    [
        ("suggestion", GROCERY, "no suggestion"),
        ("suggestion", CASH, None),
        ("tax", CASH, "only categories"),
        ("tax", setting("rounding", "rounding", None), "choose an account first"),
        ("tax", GROCERY, None),
        ("account", setting("shape", "shape", "invoice"), "needs no account"),
        ("account", CASH, None),
        ("undo", CASH, "was not changed"),
        ("undo", GROCERY, None),
        ("change", CASH, None),
    ],
)
def test_what_cannot_be_done_says_why(command: str, one: SettingAnswer, reason: str | None) -> None:
    told = view.why_not(command, one)
    assert (told is None) == (reason is None)
    assert reason is None or (told and reason in told)


def test_the_line_above_says_chart_changes_and_warning() -> None:
    told = view.banner(editor(others=[{"by": "ben", "at": "", "changes": 2}]), NOW).plain
    assert told == "± 1 unsaved  Chart 49 accounts of Xero, read 24 h ago  ben has 2 unsaved changes"
    file = {"source": "file", "name": "chart.csv", "read": None, "accounts": 2, "address": None}
    assert "chart.csv (file, not connected): 2 accounts" in view.banner(editor(chart=file), NOW).plain
    none = {**file, "source": "none"}
    assert "No chart yet" in view.banner(editor(chart=none), NOW).plain
    unread = {"text": "Ask.", "by": None, "at": None}
    assert "! Take professional advice first" in view.banner(editor(advice=unread), NOW).plain


def test_the_sample_shows_what_stops_it_its_documents_and_its_proof() -> None:
    told = [row.draw(60).plain for row in sample.rows(SAMPLE)]
    assert told[0] == "! The tender 'cash' has no account."
    assert any("→ ? cash" in line for line in told)
    assert any("✓ Lines = tenders" in line for line in told)
    assert sample.state(SAMPLE) == "! 1 stop it"
    assert sample.title(SAMPLE) == "Sample Fri 20 Nov"
    assert "No day with takings" in sample.rows({**SAMPLE, "date": None, "day": None})[0].draw(60).plain
    day = SAMPLE["day"]
    assert day is not None
    failing = {**SAMPLE, "day": {**day, "proof": [{**day["proof"][0], "holds": False}]}}
    assert sample.state(failing) == "✗ 1 of the proof fail"  # type: ignore[arg-type]
    whole = {**SAMPLE, "day": {**day, "blocked": []}}
    assert sample.state(whole) == "✓ proof holds"  # type: ignore[arg-type]


def test_saving_says_what_it_changes_and_what_waits() -> None:
    told = questions.consequences(editor())
    assert "Category grocery: 200 Sales - Grocery → 201 Sales - Hardware" in told
    assert "What is posted stays as it is. 2 settings still to do" in told


def test_choices_carry_reason_steps_and_the_mark_of_a_guess() -> None:
    first, _, last = questions.choices(CHOICES)
    assert first.note == "suggested by its name, Current Asset"
    assert last.obstacle == "'Enable payments to this account' is not ticked in Xero."
    assert "tick Enable payments" in questions.reasons(CHOICES)["855"]
    assert "611" not in questions.reasons(CHOICES)


def test_every_part_and_setting_has_a_name_and_a_meaning() -> None:
    for one in settings():
        assert words.title(one["part"], one["key"])
        assert words.meaning(one["part"])
        assert words.section(one["part"])
    assert words.title("categories", "gift_card_sold") == "Category gift card sold"


def test_versions_say_what_they_changed_and_would_have_posted() -> None:
    listed = [row.draw(40).plain for row in versions.rows(HISTORY, NOW)]
    assert listed == ["✓  2  24 h ago by mia", "   1  11 days ago by ben"]
    told = [row.draw(70).plain for row in versions.told(HISTORY, 2, None)]
    assert "  201 Sales - Hardware → 200 Sales - Grocery" in told
    assert told[-1] == "Enter: what it would have posted, 30 days"
    effect = [row.draw(70).plain for row in versions.told(HISTORY, 1, EFFECT)]  # type: ignore[arg-type]
    assert any(line.startswith("200") and line.endswith("-1,200.00") for line in effect)
    assert any("1 day cannot be compared" in line for line in effect)
    same = {**EFFECT, "accounts": [], "days": []}
    assert any("posted the same" in row.draw(70).plain for row in versions.told(HISTORY, 1, same))  # type: ignore[arg-type]


def test_a_chart_file_is_told_row_by_row() -> None:
    taken = [row.draw(90).plain for row in chart_view.account_rows(FILE)]  # type: ignore[arg-type]
    assert "OUTPUT2" in taken[0]
    assert "Tax code Old is not known" in taken[1], "what is odd has the room of the rest"
    usual = {**FILE, "accounts": [{**FILE["accounts"][1], "note": ""}]}  # type: ignore[index]
    (told,) = (row.draw(90).plain for row in chart_view.account_rows(usual))  # type: ignore[arg-type]
    assert "payments" in told
    (refused,) = (row.draw(90).plain for row in chart_view.refused_rows(FILE))  # type: ignore[arg-type]
    assert refused.startswith("✗ row 4")
    assert "It has no code." in refused
    assert chart_view.counted_accounts(FILE) == "2 accounts, 1 row refused"  # type: ignore[arg-type]
    assert "No day is posted by this file" in chart_view.consequences(FILE)  # type: ignore[arg-type]


def wanted(key: str, value: str) -> ChangeWanted:
    return {"part": "tenders", "key": key, "value": value, "tax_type": None}


def test_what_was_not_kept_is_sent_again_newest_first_wins() -> None:
    unsent = Unsent()
    unsent.add("queen-st", [wanted("cash", "611")])
    sent = unsent.add("queen-st", [wanted("cash", "612"), wanted("eftpos", "613")])
    assert sent == [wanted("cash", "612"), wanted("eftpos", "613")]
    unsent.add("queen-st", [wanted("cash", "614")])
    unsent.kept("queen-st", sent)
    assert unsent.of("queen-st") == [wanted("cash", "614")], "what was changed since stays"
    unsent.drop("queen-st")
    assert unsent.of("queen-st") == []
    assert unsent.of(None) == []


@pytest.mark.parametrize(
    "problem,again",
    [
        (Unreachable("x", "", ""), True),
        (Problem("x", code="outcome_unknown"), True),
        (Refused("x", "", ""), False),
    ],
)
def test_only_what_was_not_refused_is_sent_again(problem: Problem, *, again: bool) -> None:
    assert may_be_sent_again(problem) is again
