"""Opening the console: guards first, then colours, then the application."""

from __future__ import annotations

import os
from pathlib import Path

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


def open_console(socket: Path, *, practice: bool = False) -> int:
    """Show the console until it is left; return the exit status.

    Raises Refused when this terminal cannot show it.
    """
    from console.guards import check_terminal

    check_terminal()
    # Read once by Textual, when it is imported: nothing may move by itself over SSH.
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    from console.app import Console
    from console.client import Client

    with Client(socket) as client:
        app = Console(client, practice=practice)
        app.ends_within = _ENDS_WITHIN_SECONDS
        app.run(mouse=False)
    return app.return_code or 0
