"""Choosing an account: why one cannot be taken stands whole below the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static

from screens.widgets.chooser import Choice, Chooser


class AccountChooser(Chooser):
    """A chooser that tells the steps by which something could be taken."""

    DEFAULT_CSS = """
    AccountChooser { max-height: 17; }
    AccountChooser #reason { height: auto; max-height: 4; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "read_chart", "Read the chart", show=False)]

    class ReadChart(Message):
        """The chart is to be read from Xero again, then chosen from."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        then: Callable[[str], None],
        *,
        reasons: Mapping[str, str],
        hint: str = "",
    ) -> None:
        super().__init__(title, choices, then)
        self._reasons = reasons
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Show the reason below the list."""
        yield from super().compose()
        yield Static(Content(self._hint), id="reason")

    def action_move(self, by: int) -> None:
        """Move, and tell why what is reached cannot be taken."""
        super().action_move(by)
        self._tell()

    def action_read_chart(self) -> None:
        """Ask for the chart to be read again."""
        self.post_message(self.ReadChart())

    def _list(self, typed: str) -> None:
        super()._list(typed)
        self._tell()

    def _tell(self) -> None:
        at = self.query_one(OptionList).highlighted
        reason = self._reasons.get(self._shown[at].value, "") if at is not None else ""
        told = Content.styled(reason, "$attention") if reason else Content.styled(self._hint, "$dim")
        self.query_one("#reason", Static).update(told)
