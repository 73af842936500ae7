"""Filling in the lines of the form: chosen from a list, or typed."""

from __future__ import annotations

from textual import on
from textual.content import Content
from textual.widgets import Static

from screens.terminals import draft as drafts
from screens.terminals.draft import TYPED, Field
from screens.terminals.form import Form
from screens.widgets.panel import Panel
from screens.widgets.row_list import RowList


class Filling(Form):
    """Enter fills in the line under the cursor, and goes on to the next."""

    def show_draft(self, *, at: int | None = None) -> None:
        """Show what is filled in so far; the cursor stays, or goes to `at`."""
        draft = self.draft
        if draft is None:
            return
        lines = self.query_one("#fields", RowList)
        lines.show(drafts.rows(draft, self.protocols), at=at)
        title = f"Change {draft.name}" if draft.key else self.TITLE_TEXT
        self.query_one("#form", Panel).entitle(title, "not saved yet; w saves" if draft.changed else "")
        self._explain(lines.leads_to)
        self.refresh_bars()

    @on(RowList.Moved)
    def _moved(self, message: RowList.Moved) -> None:
        self._explain(message.leads_to)

    def _explain(self, field: object) -> None:
        if isinstance(field, Field):
            told = Content.assemble(
                (f"{field.told}\n" if field.told else "", "$foreground"),
                (f"As an option of the command: {field.option}", "$dim"),
            )
            self.query_one("#meaning", Panel).entitle(field.title)
            self.query_one("#words", Static).update(told)

    @on(RowList.Opened)
    def _opened(self) -> None:
        self.action_command("fill")

    def do_fill(self) -> None:
        """Choose or type the value of the line under the cursor."""
        field, draft = self.query_one("#fields", RowList).leads_to, self.draft
        if not isinstance(field, Field) or draft is None:
            return
        if draft.is_fixed(field):
            self.say(f"{field.title}: remove the terminal and add it anew to change this.", "attention")
        elif offered := drafts.choices(field, self.protocols, self.ports):
            self.choose(field.title, offered, lambda value: self._fill(field, value))
        else:
            self._type(field)

    def _fill(self, field: Field, value: str) -> None:
        if value == TYPED:
            self._type(field)
        elif self.draft is not None:
            before = drafts.fields(self.draft, self.protocols)
            if field not in before:
                return
            self.draft = self.draft.filled(field, value)
            self.say("")  # what was said was about what stood there before
            self.show_draft(at=before.index(field) + 1)

    def _type(self, field: Field) -> None:
        secret = field.kind == "secret"
        value = "" if secret or self.draft is None else self.draft.value(field)
        kept = "It is kept in the vault, never shown again." if secret else ""
        self.confirm(
            field.title,
            f"{field.told} {kept}".strip(),
            lambda typed: self._fill(field, typed),
            asks=field.title,
            value=value,
            hidden=secret,
            empty=field.may_be_empty,
        )

    def do_ports(self) -> None:
        """Look for serial ports again."""
        self.say("Looking for serial ports …")
        self.look()
