"""The console: places, keys and palette over one client of the service."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.worker import Worker, WorkerState

from console.areas import EVERYWHERE, FIRST
from console.aside import aside
from console.bridge import Bridge, Watcher
from console.everywhere import Everywhere
from console.faults import note_fault
from console.preferences import Preferences
from console.told import Known, LinkTold
from screens.asking import Ask, Failed
from screens.commands import bindings_of
from screens.messages import Copy, Happened, Shop
from screens.place import Place
from services.contract.problem import Problem
from themes.palette import CHOICES, PLAIN, SIXTEEN, TERMINAL_THEMES, THEMES

if TYPE_CHECKING:
    from textual.command import Provider

    from console.client import Client
    from console.hints import Guide

_ENDING_SIGNALS = (signal.SIGHUP, signal.SIGTERM)


def _commands() -> type[Provider]:
    """Return the palette's commands; loaded when it is opened first."""
    from console.palette import Commands

    return Commands


class Console(Everywhere):
    """The application; `client` leads to the service, `practice` says what that is."""

    TITLE = "Tillbook"
    # That of the first place too: read with it, it is not taken apart once more on its own.
    CSS_PATH: ClassVar[list[str | PurePath]] = ["../themes/base.tcss", "../screens/overview/overview.tcss"]
    DEFAULT_MODE = FIRST
    COMMANDS: ClassVar[set[Any]] = {_commands}
    BINDINGS = bindings_of(EVERYWHERE)  # type: ignore[assignment]  # a list of bindings is what it takes
    ENABLE_COMMAND_PALETTE = True
    ends_within: float | None = None
    """Seconds after which a signal to end has ended the process; None: when all is done."""
    last_resort: Callable[[], None] = staticmethod(partial(os._exit, 0))
    """Ends the process when the terminal takes nothing any more."""
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-usual"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-middle"), (32, "-high")]  # noqa: RUF012 - as Textual declares it

    def __init__(
        self,
        client: Client,
        *,
        theme: str | None = None,
        practice: bool = False,
        guide: Guide | None = None,
        preferences: Preferences | None = None,
        watching: Callable[..., Watcher] = Watcher,
    ) -> None:
        Place.EVERYWHERE = EVERYWHERE
        shop = Shop(practice=practice, hint=guide.hint if guide else "")
        super().__init__(shop, guide, preferences or Preferences())
        self._client = client
        self._bridge = Bridge(self, client)
        self._watcher = watching(client, self.post_message, self._link_from_thread)
        self.animation_level = "none"
        for each in (*THEMES, *TERMINAL_THEMES):
            self.register_theme(each)
        self.theme = theme or self._own_theme()
        self.stylesheet.set_variables(self.get_css_variables())  # as a change would

    def _own_theme(self) -> str:
        """Return the colours chosen, else those that this terminal can show."""
        if self.no_color:
            return PLAIN
        if self.console.color_system in {None, "standard"}:
            return SIXTEEN
        chosen = self._preferences.get("theme")
        return chosen if chosen in CHOICES else THEMES[0].name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give every theme the roles, so that a foreign one shows something."""
        return {**THEMES[0].variables, "cursor": "#29406a"}

    # --- life -----------------------------------------------------------------------

    def on_mount(self) -> None:
        """Be ready to end, and begin once the first place is seen."""
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            # Textual restores nothing when it is killed; a dropped SSH link is a SIGHUP.
            for number in _ENDING_SIGNALS:
                loop.add_signal_handler(number, self._end)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Ask and watch: after the first picture, which needs no service."""
        self._know()
        self.run_worker(aside(self._watcher.run, "watch"), name="watch", exit_on_error=False)

    def on_unmount(self) -> None:
        """End the watch, so that its thread ends too."""
        self._watcher.close()

    def _end(self) -> None:
        """End, because the terminal went or the machine wants it.

        A call under way is not waited for: on a terminal that is gone that costs a whole
        processor, and the service finishes what it was asked in any case.
        """
        if self.ends_within is not None:
            last_resort = threading.Timer(self.ends_within, self.last_resort)
            last_resort.daemon = True
            last_resort.start()
        self.exit()

    # --- what is known --------------------------------------------------------------

    def _know(self) -> None:
        """Ask who looks and which stores there are."""
        self._bridge.take(Ask(self, "who and what", lambda service: (service.me(), service.status()), Known))

    @on(Known)
    def _known(self, message: Known) -> None:
        """Tell every place what it needs to know."""
        me, status = message.me, message.status
        stores = tuple((store["key"], store["name"]) for store in status["stores"])
        practice = self.shop.practice or any(
            integration["practice"] for store in status["stores"] for integration in store["integrations"]
        )
        store = self.shop.store if self.shop.store in dict(stores) else (stores[0][0] if stores else None)
        zones = tuple((each["key"], each["timezone"]) for each in status["stores"])
        self._tell(Shop(me, stores, store, practice, zones, hint=self.shop.hint))

    def _link_from_thread(self, problem: Problem | None) -> None:
        self.post_message(LinkTold(problem))

    @on(LinkTold)
    def _link_told(self, message: LinkTold) -> None:
        was_lost = self.shop.link is not None
        self._tell(replace(self.shop, link=message.problem))
        if not was_lost:
            self._say_lost()
        elif message.problem is None:
            self.say("Connected again.", "ok")
            self._know()

    @on(Failed)
    def _not_known(self, message: Failed) -> None:
        self._tell(replace(self.shop, link=message.problem))

    # --- messages -------------------------------------------------------------------

    @on(Ask)
    def _asked(self, message: Ask[Any]) -> None:
        self._bridge.take(message)

    @on(Happened)
    def _something_happened(self, message: Happened) -> None:
        if message.kinds() & {"store", "resync"}:
            self._know()
        for place in self._made.values():
            place.post_message(Happened(message.events))
        if self._guide is not None:
            for event in message.events:
                self._guide.happened(event)
            self._tell(replace(self.shop, hint=self._guide.hint))

    @on(Copy)
    def _copy(self, message: Copy) -> None:
        self.copy_to_clipboard(message.text)
        self.say(f"Sent {message.what} to your clipboard, if your terminal allows it.", "ok")

    @on(Worker.StateChanged)
    def _worker_changed(self, event: Worker.StateChanged) -> None:
        """Say what broke in a question.

        It is a fault of ours, never the end of the console.
        """
        if event.state is WorkerState.ERROR:
            kept = note_fault(event.worker.error) if event.worker.error is not None else None
            where = f" Support needs {kept}." if kept else ""
            self.say(f"A fault in the console: what is shown may be old.{where}", "stopped")
