"""The keys of the tills: which till may use card terminals, made and revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.asking import Failed
from screens.cells import fitted
from screens.commands import Command
from screens.messages import Copy
from screens.moments import Times
from screens.place import Place
from screens.widgets.panel import Panel
from screens.widgets.row_list import Draw, ListRow, RowList
from screens.widgets.trouble import Empty, Trouble
from services.contract.terminal_shop import (
    ListenerAnswer,
    NewTillKeyAnswer,
    TillKeyAnswer,
    TillKeysAnswer,
)


@dataclass
class KeysRead(Message):
    """The keys of the store's tills."""

    answer: TillKeysAnswer


@dataclass
class KeyMade(Message):
    """A key that is shown this once."""

    answer: NewTillKeyAnswer


@dataclass
class KeyRevoked(Message):
    """A key that no longer opens anything."""

    answer: TillKeyAnswer


class TillKeys(Place):
    """The keys of the tills."""

    TITLE_TEXT = "Till keys"
    CSS_PATH = "keys.tcss"
    HELP_TEXT = (
        "A till needs a key to use card terminals. A key is shown once, when it is made, until you leave this"
        " place; only its beginning is kept to tell keys apart. A revoked key is refused from that moment. As"
        " commands: tillbook terminal key create, list and revoke"
    )
    REFRESHED_BY: ClassVar[tuple[str, ...]] = ("terminal",)
    COMMANDS_HERE = (
        Command("add", "a", "New key", "Make a key for a till.", right="set_up_terminals", bar=90),
        Command(
            "refunding", "n", "Key with refunds", "Make a key that may refund.", "set_up_terminals", bar=75
        ),
        Command("revoke", "x", "Revoke", "Take a key away.", right="set_up_terminals", bar=80),
        Command("copy", "c", "Copy", "Copy the key that was just made.", bar=92, passing=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self._made: NewTillKeyAnswer | None = None
        self._listener: ListenerAnswer | None = None

    def content(self) -> ComposeResult:
        """Show the keys, and where tills are listened to."""
        yield Trouble(id="trouble")
        yield Empty(id="empty")
        with Panel(title=self.TITLE_TEXT, id="given"):
            yield RowList(id="list")
        with Panel(title="Listening", id="listening"):
            yield Static(Content(""), id="words")

    def on_mount(self) -> None:
        """Say that they are being read."""
        for name in ("#trouble", "#given", "#listening"):
            self.query_one(name).display = False
        self.query_one(Empty).say("Reading …")
        self.query_one("#list").focus()

    def read(self) -> None:
        """Ask for the keys."""
        store = self.shop.store
        self.ask("the keys", lambda service: service.till_keys(store), KeysRead)

    @on(KeysRead)
    def _keys_read(self, message: KeysRead) -> None:
        self._listener, keys = message.answer["listener"], message.answer["keys"]
        self.query_one("#trouble").display = False
        self.query_one("#listening").display = True
        empty = self.query_one(Empty)
        empty.display = not keys
        self.query_one("#given").display = bool(keys)
        if not keys:
            empty.say("No till has a key yet.", "a makes one; tillbook terminal key create does the same.")
        self.query_one("#list", RowList).show([ListRow(_row(each, self.times), each) for each in keys])
        self._tell(self._listener)
        self.refresh_bars()

    def _tell(self, listener: ListenerAnswer) -> None:
        self.query_one("#listening", Panel).entitle("The new key" if self._made else "Where tills call")
        shown = told(listener, self._made, self._chosen(), self.times)
        self.query_one("#words", Static).update(shown)

    def _chosen(self) -> TillKeyAnswer | None:
        leads_to = self.query_one("#list", RowList).leads_to
        return cast("TillKeyAnswer", leads_to) if isinstance(leads_to, dict) else None

    @on(RowList.Moved)
    def _moved(self) -> None:
        if self._listener is not None:
            self._tell(self._listener)
        self.refresh_bars()

    def why_not(self, command: Command) -> str | None:
        """Return why there is nothing to revoke or copy."""
        if command.name == "copy" and self._made is None:
            return "Copy: a key can be copied only when it was just made."
        if command.name == "revoke":
            chosen = self._chosen()
            if chosen is None:
                return "Revoke: there is no key."
            if chosen["revoked"]:
                return "Revoke: this key is revoked already."
        if command.name in {"add", "refunding"} and self.shop.store is None:
            return f"{command.label}: choose a store first with s."
        return None

    def do_add(self) -> None:
        """Make a key that takes payments."""
        self._ask_till(refunds=False)

    def do_refunding(self) -> None:
        """Make a key that may give money back too."""
        self._ask_till(refunds=True)

    def _ask_till(self, *, refunds: bool) -> None:
        store = self.shop.store or ""
        may = "take payments and give money back to cards" if refunds else "take payments"
        self.confirm(
            "A key for a till",
            f"Whoever has it may {may} at the terminals of the store. It is shown once, until you leave this"
            " place: have the till's settings at hand.",
            lambda till: self.ask(
                "the new key",
                lambda service: service.add_till_key(store, till, refunds=refunds),
                KeyMade,
                changing=True,
            ),
            asks="Name of the till, as its receipts name it",
        )

    @on(KeyMade)
    def _key_made(self, message: KeyMade) -> None:
        self._made = message.answer
        self.say(f"The key of {message.answer['key']['till']} is made. Copy it now: c", "ok")
        self.look()

    def do_copy(self) -> None:
        """Copy the key that was just made."""
        if self._made is not None:
            self.post_message(Copy(self._made["secret"], f"the key of {self._made['key']['till']}"))

    def do_revoke(self) -> None:
        """Take a key away after a question."""
        if (chosen := self._chosen()) is not None:
            number = chosen["id"]
            self.confirm(
                f"Revoke the key of {chosen['till']}",
                "That till is refused from now on. A payment that runs is finished.",
                lambda _: self.ask(
                    "the revocation",
                    lambda service: service.revoke_till_key(number),
                    KeyRevoked,
                    changing=True,
                ),
            )

    @on(KeyRevoked)
    def _key_revoked(self, message: KeyRevoked) -> None:
        if self._made is not None and self._made["key"]["id"] == message.answer["id"]:
            self._made = None  # what opens nothing any more need not be shown
        self.say(f"The key of {message.answer['till']} is revoked.", "ok")
        self.look()

    def on_screen_suspend(self) -> None:
        """Forget the key that was shown, on screen too."""
        super().on_screen_suspend()
        self._made = None
        if self._listener is not None:
            self._tell(self._listener)

    def failed(self, message: Failed) -> None:
        """Show what went wrong in place of the keys."""
        super().failed(message)
        if message.about == "the keys" and self._listener is None:
            self.query_one(Empty).display = False
            trouble = self.query_one(Trouble)
            trouble.display = True
            trouble.show(message.problem, keys="F5 tries again.")


def _row(key: TillKeyAnswer, times: Times) -> Draw:
    state = "✗ revoked" if key["revoked"] else "✓ valid"
    role = "$dim" if key["revoked"] else "$ok bold"
    used = f"used {times.clock(key['last_used'])}" if key["last_used"] else "never used"
    parts = [
        (state.ljust(11), role),
        (fitted(key["till"], 12), "bold"),
        (f" {key['begins']}…  ", "$foreground"),
        (("pays, refunds" if key["refunds"] else "pays").ljust(15), "$foreground"),
        (used, "$dim"),
    ]
    return lambda _width: Content.assemble(*parts)


def told(
    listener: ListenerAnswer, made: NewTillKeyAnswer | None, chosen: TillKeyAnswer | None, times: Times
) -> Content:
    """Return the key that was just made, or the chosen one's story; where tills call."""
    address = listener["address"]
    where = f"Tills call {address}." if address else f"No till can call: {listener['why']}"
    parts = [Content.styled(where, "$foreground" if address else "$attention")]
    if made is not None:
        until = f"Of {made['key']['till']}, until you leave this place; c copies it:"
        parts = [Content.styled(until, "$dim"), Content.styled(made["secret"], "bold"), *parts]
    elif chosen is not None:
        parts.append(Content.styled(_history(chosen, times), "$dim"))
    return Content("\n").join(parts)


def _history(key: TillKeyAnswer, times: Times) -> str:
    made = f"The key of {key['till']} was made {times.clock(key['created'])} by {key['created_by']}"
    if not key["revoked"]:
        return f"{made}."
    return f"{made}, revoked {times.clock(key['revoked'])} by {key['revoked_by']}."
