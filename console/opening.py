"""Opening the console: guards first, then colours, then the application."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.hints import Guide

_ENDS_WITHIN_SECONDS = 2.0


def open_here(home: Path | None) -> int:
    """Open the console on the service of a home; offer to start one where none runs."""
    from console.guards import check_terminal
    from console.starting import runs, start_service
    from services.contract.settings import load_settings

    check_terminal()
    settings = load_settings(home)
    if not runs(settings.socket):
        _offer(settings.home)
        start_service(settings)
    return open_console(settings.socket, practice=settings.practice)


def _offer(home: Path) -> None:
    """Ask whether to start the service; raises typer.Abort when it is not wanted."""
    import typer

    typer.echo(f"Tillbook is not running for {home}.", err=True)
    typer.confirm("Start it in the background for this user?", default=True, abort=True, err=True)


def open_console(
    socket: Path,
    *,
    practice: bool = False,
    guide: Guide | None = None,
    last_resort: Callable[[], None] | None = None,
) -> int:
    """Show the console until it is left; return the exit status.

    `guide` says what to try next. `last_resort` ends the process when a signal asked for
    it and the terminal takes nothing any more. Raises Refused when this terminal cannot
    show it, Problem when a fault ended it.
    """
    from console.guards import check_terminal

    check_terminal()
    # Read once by Textual, when it is imported: nothing may move by itself over SSH.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    # Textual takes it to mean the same picture in greys; ours has no colour then.
    plain = bool(os.environ.pop("NO_COLOR", ""))
    from console.app import Console
    from console.faults import ended_by
    from console.late import LateClient
    from themes.palette import PLAIN

    theme = PLAIN if plain else None
    with contextlib.closing(LateClient.of(socket)) as client:
        app = Console(client, theme=theme, practice=practice, guide=guide)
        app.ends_within = _ENDS_WITHIN_SECONDS
        if last_resort is not None:
            app.last_resort = last_resort
        app.run(mouse=False)
    if app.fault is not None:
        raise ended_by(app.fault)
    return app.return_code or 0
