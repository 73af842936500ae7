"""Opening the console: guards first, then colours, then the application."""

from __future__ import annotations

import os
from pathlib import Path


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
        app.run(mouse=False)
    return app.return_code or 0
