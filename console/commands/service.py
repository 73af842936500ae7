"""`tillbook serve` and `tillbook init`, and the commands a later version brings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

import typer

from console.options import Home, Json
from services.contract.problem import Refused

# What follows `init` is read by the program that it becomes, its --help too.
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}

_LATER = {
    "terminal": "Card terminals come in a later version.",
}


def serve(*, json: Json = False, home: Home = None) -> None:
    """Run the service in the foreground, until it is told to stop."""
    run_service("serve", [] if home is None else ["--home", str(home)])


def init(context: typer.Context) -> None:
    """Make the home and the first store."""
    run_service("init", context.args)


def run_service(command: str, arguments: list[str]) -> NoReturn:
    """Become the service's own program: the console never loads its rooms.

    `-P` keeps the folder one happens to be in out of the import path.
    """
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "services", command, *arguments])  # noqa: S606 - our own program


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(context_settings=PASS_ON)(init)
    app.command()(serve)
    for name, what in _LATER.items():
        help_text = f"Comes in a later version. {what}"
        app.command(name, help=help_text, hidden=True, context_settings=_ANYTHING)(_later(name, what))


def _later(name: str, what: str) -> Callable[[typer.Context], None]:
    def later(context: typer.Context) -> None:
        raise Refused(f"`tillbook {name}` is not part of this version.", what, "CHANGELOG.md says what is.")

    return later
