"""The parts that several places use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.commands import ALWAYS, Command
from screens.help.view import keys
from screens.messages import Shop
from screens.widgets import chooser
from screens.widgets.chooser import Choice, Chooser, matching
from screens.widgets.hint_line import HintLine
from screens.widgets.jump import Jump, targets
from screens.widgets.key_bar import Key, KeyBar, fitting
from screens.widgets.paged_table import PAGE, Column, PagedTable
from screens.widgets.panel import Panel
from screens.widgets.question import Question
from screens.widgets.row_list import ListRow, RowList, plain, sides
from screens.widgets.status_line import StatusLine
from screens.widgets.top_bar import TopBar
from screens.widgets.trouble import Empty, Trouble, told
from services.contract.problem import Refused, Unreachable
from themes.palette import THEMES

CSS = Path(__file__).parents[2] / "themes" / "base.tcss"
_MARKUP = "[/nowhere] by [Xero]"


class Stage(App[None]):
    """Shows some widgets in our colours, and keeps what they say."""

    CSS_PATH = CSS

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.register_theme(THEMES[0])
        self.theme = THEMES[0].name
        self._widgets = widgets
        self.heard: list[Any] = []

    def compose(self) -> ComposeResult:
        yield from self._widgets

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        self.heard.append(message.leads_to)

    def on_paged_table_page_wanted(self, message: PagedTable.PageWanted) -> None:
        self.heard.append((message.first, message.count))

    def on_paged_table_selected(self, message: PagedTable.Selected) -> None:
        self.heard.append(message.row)


def _line(widget: Widget, y: int = 0) -> str:
    return "".join(segment.text for segment in widget.render_line(y))


def _focused(app: App[None]) -> Widget | None:
    return app.screen.focused


def _command(name: str, bar: int = 50) -> Command:
    return Command(name, name[0], name.capitalize(), f"Do {name}.", bar=bar)


def test_the_least_important_keys_go_first() -> None:
    shown = [
        Key(_command("quit", ALWAYS), usable=True),
        *(Key(_command(f"k{n}", n), usable=True) for n in (1, 9)),
    ]
    assert [key.command.name for key in fitting(shown, 80)] == ["quit", "k1", "k9"]
    assert [key.command.name for key in fitting(shown, 12)] == ["quit", "k9"]
    assert [key.command.name for key in fitting(shown, 3)] == ["quit"]


async def test_a_key_that_does_not_work_is_grey_in_its_place() -> None:
    bar = KeyBar()
    async with Stage(bar).run_test() as pilot:
        bar.show([Key(_command("send"), usable=True), Key(_command("pause"), usable=False)])
        await pilot.pause()
        assert _line(bar).startswith("s Send  p Pause")
        styles = {segment.text: segment.style for segment in bar.render_line(0) if segment.text.strip()}
        assert styles["p Pause"] is not None
        assert styles["p Pause"].strike


async def test_the_line_on_top_says_where_who_and_whether_it_is_practice() -> None:
    bar = TopBar("Days")
    gone = Unreachable("Tillbook is not running.")
    me: Any = {"user": "mia", "roles": ["manager"], "may": [], "uid": 1}
    async with Stage(bar).run_test(size=(110, 5)) as pilot:
        bar.show(Shop(me, (("q", _MARKUP),), "q", practice=True, link=gone), "November")
        await pilot.pause()
        line = _line(bar)
    assert line.split() == [
        *("Tillbook", "Days", "[/nowhere]", "by", "[Xero]", "November"),
        *("PRACTICE", "✗", "not", "connected", "mia", "manager"),
    ]


async def test_the_line_above_the_keys_says_one_thing() -> None:
    line = StatusLine()
    async with Stage(line).run_test(size=(30, 5)) as pilot:
        line.say(f"Sent {_MARKUP}", "ok")
        await pilot.pause()
        assert _line(line).strip() == "✓ Sent [/nowhere] by [Xero]"
        line.say("")
        await pilot.pause()
        assert _line(line).strip() == ""


async def test_a_hint_takes_room_only_when_there_is_one() -> None:
    line = HintLine()
    async with Stage(line).run_test() as pilot:
        assert not line.display
        line.show("1/8  Press 2.")
        await pilot.pause()
        assert (line.display, _line(line).strip()) == (True, "Try 1/8  Press 2.")
        line.show("")
        await pilot.pause()
        assert not line.display


def test_choices_are_found_by_every_word_typed() -> None:
    choices = [
        Choice("1", "200 Sales", "Revenue"),
        Choice("2", "210 Services", "Sales"),
        Choice("3", "611 Cash"),
    ]
    assert [each.value for each in matching(choices, "sales")] == ["1", "2"]
    assert [each.value for each in matching(choices, "sa 21")] == ["2"]
    assert [each.value for each in matching(choices, "6")] == ["3"]


async def test_a_choice_is_taken_by_typing_and_one_with_an_obstacle_is_not() -> None:
    taken: list[str] = []
    choices = [Choice("no", "Archived", obstacle="it is archived"), Choice("yes", "Active", _MARKUP)]
    listing = RowList()
    async with Stage(listing, Chooser("Account", choices, taken.append)).run_test() as pilot:
        await pilot.press("a", "r", "c", "enter")
        assert taken == []
        await pilot.press(*["backspace"] * 3, "a", "c", "t", "enter")
        assert taken == ["yes"]


@pytest.mark.parametrize("key,answered", [("y", [""]), ("n", []), ("escape", [])])
async def test_a_question_is_answered_and_gives_the_keys_back(key: str, answered: list[str]) -> None:
    said: list[str] = []
    listing = RowList()
    app = Stage(listing)
    async with app.run_test() as pilot:
        listing.focus()
        await pilot.pause()
        await app.mount(Question("Send", _MARKUP, said.append))
        await pilot.pause()
        assert _focused(app) is app.query_one(Question)
        await pilot.press(key)
        await pilot.pause()
        assert said == answered
        assert _focused(app) is listing
        assert not app.query(Question)


async def test_what_must_be_typed_is_not_answered_by_less() -> None:
    said: list[str] = []
    app = Stage(Question("Disconnect", "It ends.", said.append, typed="Shop"))
    async with app.run_test() as pilot:
        await pilot.press("y", "enter")
        assert said == []
        app.query_one(Input).value = "Shop"
        await pilot.press("enter")
        assert said == ["Shop"]


def test_a_problem_is_told_whole_and_as_text() -> None:
    problem = Refused(_MARKUP, "Because.", "Do this.", "code 17")
    assert (
        told(problem, keys="F5").plain
        == f"✗ {_MARKUP}\n\nBecause.\n\nNext: Do this.\n\nDetails: code 17\n\nF5"
    )


async def test_trouble_and_emptiness_are_shown_as_text() -> None:
    trouble, empty = Trouble(), Empty()
    async with Stage(trouble, empty).run_test() as pilot:
        trouble.show(Refused(_MARKUP))
        empty.say(_MARKUP, "tillbook init")
        await pilot.pause()
        assert _MARKUP in "".join(_line(trouble, y) for y in range(3))
        assert trouble.problem is not None


async def test_a_list_opens_what_leads_somewhere_and_repaints_what_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listing = RowList()
    app = Stage(listing)
    async with app.run_test(size=(40, 8)) as pilot:
        listing.focus()
        listing.show([ListRow(plain("a"), "A"), ListRow(plain("b")), ListRow(sides(_MARKUP, "1.00"), "C")])
        await pilot.press("enter", "down", "enter", "down", "down", "enter")
        assert app.heard == ["A", "C"]
        assert _line(listing, 2).rstrip().endswith("1.00")
        refreshed: list[Any] = []

        def refresh(*regions: Region, **_: Any) -> RowList:  # noqa: ANN401 - as Textual declares it
            refreshed.append(regions)
            return listing

        monkeypatch.setattr(listing, "refresh", refresh)
        rows = [ListRow(plain("a"), "A"), ListRow(plain("new")), ListRow(sides(_MARKUP, "1.00"), "C")]
        listing.show(rows)
        assert [region.y for regions in refreshed for region in regions] == [1, 2]


async def test_a_table_of_a_million_rows_asks_for_what_it_shows() -> None:
    table = PagedTable(Column("No.", 9, right=True), Column("What", 0))
    app = Stage(table)
    async with app.run_test(size=(40, 10)) as pilot:
        table.focus()
        table.show(1_000_000)
        await pilot.pause()
        assert app.heard == [(0, PAGE)]
        assert _line(table, 1).strip() == "…"
        table.give(0, [(Content(str(n)), Content(_MARKUP)) for n in range(PAGE)])
        await pilot.pause()
        assert _line(table, 1).split() == ["0", *_MARKUP.split()]
        await pilot.press("end")
        await pilot.pause()
        assert app.heard[-1] == (999_900, PAGE)
        await pilot.press("enter")
        assert app.heard[-1] == 999_999


async def test_where_the_keys_are_the_frame_says_so() -> None:
    one, other = RowList(id="one"), RowList(id="other")
    panels = Panel(one, title="Needs [you]"), Panel(other, title="Sent")
    async with Stage(*panels).run_test(size=(40, 12)) as pilot:
        one.focus()
        await pilot.pause()
        first, second = (panel.render_lines(Region(0, 0, 40, 1))[0].text for panel in panels)
        assert first.startswith("╒═ Needs [you] ══")
        assert "╒" not in second
        other.focus()
        await pilot.pause()
        first, second = (panel.render_lines(Region(0, 0, 40, 1))[0].text for panel in panels)
        assert (first[0], second[0]) == ("╭", "╒")


async def test_a_letter_goes_to_what_it_labels() -> None:
    one, other = RowList(id="one"), RowList(id="other")
    app = Stage(Panel(one, title="A"), Panel(other, title="B"))
    async with app.run_test() as pilot:
        found = targets(app.screen)
        assert list(found.values()) == [one, other]
        gone: list[Any] = []
        await app.push_screen(Jump(found), gone.append)
        await pilot.pause()
        await pilot.press("b")
        await pilot.pause()
        assert gone == [other]


def test_the_help_tells_why_a_key_does_not_work() -> None:
    page = keys([(_command("send"), None), (_command("pause"), "Pause: staff may not.")]).plain
    assert page.splitlines() == ["s  Do send.", "p  Do pause.", "   ! Pause: staff may not."]


def test_textual_still_has_what_is_replaced_here() -> None:
    """Each of these is overridden by a part of ours; a new Textual may have moved it."""
    for name in ("_on_focus", "_on_blur", "watch_has_focus", "render_lines", "_set_dirty"):
        assert name in vars(Widget), name
    assert "refresh" in Widget._on_focus.__code__.co_names  # noqa: SLF001 - the reason for LeanFocus
    assert issubclass(VerticalScroll, Widget)
    assert issubclass(Static, Widget)


def test_notes_of_choices_stand_in_a_column() -> None:
    one, other = (chooser.told(Choice("1", label, "Revenue"), 8).plain for label in ("200 Food", "4 X"))
    assert one.index("Revenue") == other.index("Revenue") == 10
    assert chooser.told(Choice("1", "A longer label", "Revenue"), 8).plain == "A longer label  Revenue"
