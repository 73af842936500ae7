"""`tillbook serve` and `tillbook init`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from console.options import Home, Json

# What follows `init` is read by the program that it becomes, its --help too.
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


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
