"""The options that commands share, and the client they lead to."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.contract.settings import load_settings

if TYPE_CHECKING:
    from console.client import Client

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON document on standard output.")]
Home = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="Where all state lives (else TILLBOOK_HOME).")
]
StoreKey = Annotated[str, typer.Option("--store", metavar="KEY", help="The store.")]
AnyStore = Annotated[str | None, typer.Option("--store", metavar="KEY", help="Only this store.")]
Integration = Annotated[str, typer.Argument(metavar="xero", help="The integration.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; for scripts.")]
_DATE_FORMATS = ["%Y-%m-%d"]

opened = ExitStack()
"""What the command under way has opened; closed when it ends (console.cli)."""

Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=_DATE_FORMATS, metavar="YYYY-MM-DD", help="One business date."),
]
From = Annotated[
    datetime | None,
    typer.Option("--from", formats=_DATE_FORMATS, metavar="YYYY-MM-DD", help="First business date."),
]
To = Annotated[
    datetime | None,
    typer.Option("--to", formats=_DATE_FORMATS, metavar="YYYY-MM-DD", help="Last business date."),
]


def client(home: Path | None) -> Client:
    """Return a client of the service that belongs to `home`."""
    from console.client import Client

    return opened.enter_context(Client(load_settings(home).socket))


def only_xero(kind: str) -> None:
    """Raise a usage error for an integration that does not exist yet."""
    if kind != "xero":
        raise typer.BadParameter(f"There is no integration {kind!r} yet; only xero can be connected.")


def span(day: datetime | None, first: datetime | None, last: datetime | None) -> tuple[str, str] | None:
    """Return the dates asked for, if any; half a range is a usage error."""
    if day is not None and (first is not None or last is not None):
        raise typer.BadParameter("Give either --date or --from and --to.")
    if day is not None:
        return (day.date().isoformat(),) * 2
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise typer.BadParameter("A range needs both --from and --to.")
    if last < first:
        raise typer.BadParameter("--to is before --from.")
    return first.date().isoformat(), last.date().isoformat()


def required_span(day: datetime | None, first: datetime | None, last: datetime | None) -> tuple[str, str]:
    """Return the dates asked for; raise a usage error when none was."""
    dates = span(day, first, last)
    if dates is None:
        raise typer.BadParameter("Say which dates: --date, or --from and --to.")
    return dates


def confirmed(question: str, *, yes: bool) -> None:
    """Ask the person; a script says --yes, else it is a usage error (CLI.md)."""
    import sys

    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"{question} A script answers with --yes.")
    if not typer.confirm(question, err=True):
        raise typer.Abort
