"""The `tillbook` program: commands, errors in words, exit status (CLI.md)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from console.options import Home, Yes, opened
from console.output import ExitStatus, prepare_streams, report, say, tell
from services.contract.problem import Problem, Refused

# Which module of console.commands makes which commands. Only that of the command given is
# loaded: with all of them a command would start half as fast again.
COMMANDS = {
    "demo": ("demo",),
    "service": ("init", "serve"),
    "shops": ("store", "schedule"),
    "takings": ("import", "totals", "source"),
    "connect": ("connect",),
    "ledger": ("organisation", "reference"),
    "linking": ("pause", "resume", "disconnect", "explain"),
    "mapping": ("mapping",),
    "days": ("preview", "sync", "days", "day"),
    "changes": ("changes",),
    "backfill": ("backfill",),
    "files": ("post-by-file",),
    "terminal": ("terminal",),
    "backups": ("backup", "restore"),
    "receipts": ("receipts", "receipt", "bill", "postings"),
    "overview": ("status", "log", "retry", "audit"),
    "support": ("doctor", "bundle", "replay"),
}
_INTERRUPTED = 130


def program(command: str | None = None) -> typer.Typer:
    """Return the program with all its commands, or those of one module."""
    app = typer.Typer(
        name="tillbook",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(cls=_InOrder, invoke_without_command=True)(tillbook)
    found = [module for module, names in COMMANDS.items() if command in names]
    for module in found or COMMANDS:
        import_module(f"console.commands.{module}").register(app)
    return app


class _InOrder(TyperGroup):
    """Lists the commands as they stand in COMMANDS, in the order a shop needs them."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - a class of Typer's own that it does not publish
        """Return the names of the commands."""
        names = [name for module in COMMANDS.values() for name in module]
        return sorted(super().list_commands(ctx), key=names.index)


def tillbook(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
    home: Home = None,
) -> None:
    """Connects a shop's tills to its books.

    Without a command it opens the console.
    """
    if version:
        from importlib.metadata import version as installed

        say(f"Tillbook {installed('tillbook')}")
    elif context.invoked_subcommand is None:
        from console.opening import open_here

        raise typer.Exit(open_here(home))


def main() -> None:
    """Run the program and end with the documented exit status."""
    prepare_streams()
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe went away, as `head` does: no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = ExitStatus.DONE
    sys.exit(status)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    as_json = "--json" in arguments
    app = program(arguments[0] if arguments else None)
    try:
        with opened:
            command = _taking_yes(typer.main.get_command(app))
            status = command.main(list(arguments), "tillbook", standalone_mode=False)
    except Problem as problem:
        return report(problem, as_json=as_json)
    except typer.TyperException as error:
        return _wrong_usage(error, as_json=as_json)
    except typer.Abort:
        tell("Nothing was done.")
        return ExitStatus.PARTLY
    if status == _INTERRUPTED:
        tell("Interrupted. What was queued goes on in the service.")
    return int(status or ExitStatus.DONE)


def _taking_yes(command: Any) -> Any:  # noqa: ANN401 - a class of Typer's own that it does not publish
    """Let a script say --yes to every command, also to one that asks nobody."""
    known = any(option.name == "yes" for option in command.params)
    if not known and not command.context_settings.get("ignore_unknown_options"):
        command.params.append(_silent_yes())
    for inner in getattr(command, "commands", {}).values():
        _taking_yes(inner)
    return command


def _silent_yes() -> Any:  # noqa: ANN401 - as above
    """Return the option --yes, not shown in the help and not told to the command."""
    pattern = typer.Typer(add_completion=False)

    @pattern.command()
    def _(*, yes: Yes = False) -> None:
        """Hold the option as Typer makes it."""

    option = typer.main.get_command(pattern).params[0]
    option.hidden, option.expose_value = True, False  # type: ignore[attr-defined]
    return option


def _wrong_usage(error: typer.TyperException, *, as_json: bool) -> ExitStatus:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "tillbook"
    problem = Refused(error.format_message(), "", f"See: {command} --help", code="invalid")
    return report(problem, as_json=as_json)
