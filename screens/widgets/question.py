"""A question before something that cannot be taken lightly.

Its consequences, yes or no.

It stands at the foot of the place it was asked in, which stays visible: a dimmed screen
with a box in it would cost forty kilobytes over SSH.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from screens.widgets.popup import Popup, Told

LONGEST_REASON = 500
"""Characters of a reason or a note that the service keeps."""


class Question(Popup, can_focus=True):
    """Asks; calls `then` with what was typed (or "") when the answer is yes.

    `typed`: what must be typed to say yes, such as an organisation's name. `asks`: a text
    that is wanted, such as a reason; empty is then no answer unless `empty`; `longest`: of so many
    characters at most, 0: of any length.
    """

    DEFAULT_CSS = """
    Question { max-height: 80vh; border: heavy $attention; border-title-color: $attention; }
    Question Input { margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False),
        Binding("n,escape", "no", "No", show=False),
    ]

    def __init__(
        self,
        title: str,
        consequences: str,
        then: Callable[[str], None],
        *,
        typed: str = "",
        asks: str = "",
        value: str = "",
        hidden: bool = False,
        empty: bool = False,
        longest: int = 0,
    ) -> None:
        super().__init__()
        self.border_title = Content(title)
        self._consequences = consequences
        self._then = then
        self._typed = typed
        self._asks = asks
        self._value = value
        self._hidden = hidden
        self._empty = empty
        self._longest = longest

    def compose(self) -> ComposeResult:
        """Show the consequences, the field where one is needed, and the keys."""
        if self._consequences:
            with Told():
                yield Static(Content(self._consequences))
        if self._typed or self._asks:
            label = f"Type {self._typed} to go on:" if self._typed else f"{self._asks}:"
            yield Static(Content.styled(label, "$dim"))
            field = Input(
                self._value, compact=True, password=self._hidden, max_length=self._longest, id="answer"
            )
            field.cursor_blink = False
            yield field
            yield Static(self._keys("Enter", "Go on", "Esc", "Leave it"), id="hint")
        else:
            yield Static(self._keys("y", "Yes, do it", "n", "Leave it"), id="hint")

    def on_mount(self) -> None:
        """Take the keys."""
        if self.was_left:
            return
        self.take_keys(self.query_one("#answer", Input) if self._typed or self._asks else self)

    def action_yes(self) -> None:
        """Do it; not by a bare key where something must be typed."""
        if not (self._typed or self._asks):
            self._done("")

    def action_no(self) -> None:
        """Leave everything as it is."""
        self.leave()

    @on(Input.Submitted)
    def _answered(self, event: Input.Submitted) -> None:
        event.stop()
        said = event.value.strip()
        if (self._typed and said != self._typed) or (self._asks and not said and not self._empty):
            wrong = "That is not what was asked for." if said else "Something must be typed here."
            told = Content.styled(f"{wrong} Esc leaves it.", "$attention")
            self.query_one("#hint", Static).update(told, layout=False)
            return
        self._done(said)

    def _done(self, said: str) -> None:
        self.leave()
        self._then(said)

    @staticmethod
    def _keys(yes: str, go: str, no: str, leave: str) -> Content:
        return Content.assemble(
            (yes, "$focus bold"), (f" {go}   ", ""), (no, "$focus bold"), (f" {leave}", "")
        )
