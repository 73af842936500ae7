"""`tillbook backup` and `tillbook restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.commands.service import PASS_ON, run_service
from console.link_words import moment
from console.options import Home, Json, client
from console.output import finding_lines, say, show, table

if TYPE_CHECKING:
    from services.contract.keeping import BackupAnswer, BackupsAnswer

# The books of years take their time to be copied and checked.
_SECONDS = 3600.0
_MEGABYTE = 1_000_000


def backup(
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="A folder of the service's machine that it may write to."),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show the backups that were made.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make a checked backup of the books in a folder.

    Secrets are not in it. One is made every night: docs/operations.md says where, and how to put
    one back.
    """
    service = client(home)
    if listed:
        answer: BackupsAnswer = service.call("GET", "/v1/backups")
        show(answer, _list_words, as_json=json)
        return
    if folder is None:
        raise typer.BadParameter("Say where the backup goes: tillbook backup DIR, or --list.")
    place = str(folder.expanduser().absolute())
    made: BackupAnswer = service.call("POST", "/v1/backups", body={"folder": place}, timeout=_SECONDS)
    show(made, _made_words, as_json=json)


def restore(context: typer.Context) -> None:
    """Put a backup in the place of the books."""
    run_service("restore", context.args)


def _made_words(answer: BackupAnswer) -> None:
    say(f"{answer['file']}: {_size(answer)}, checked.", f"SHA-256 {answer['sha256']}")
    say("Keep the file and the .json beside it together: the one proves the other.")


def _list_words(answer: BackupsAnswer) -> None:
    if answer["nightly"]:
        say(f"Every night at {answer['at']} to {answer['folder']}, {answer['keep']} are kept.")
        following = moment(answer["next"]) if answer["next"] else "once there is a store"
        good = moment(answer["last_good"]) if answer["last_good"] else "none"
        say(f"Next: {following}. Last good one: {good}.")
    else:
        say("No backup is made by itself.")
    rows = [
        (
            moment(each["finished"]),
            each["outcome"],
            "nightly" if each["nightly"] else each["by"],
            _size(each),
            each["file"],
        )
        for each in answer["backups"]
    ]
    if rows:
        table(("finished", "outcome", "made by", "size", "file"), rows, right=(3,))
    for each in answer["backups"][:1]:
        if each["error"]:
            say(*finding_lines(each["error"]))


def _size(answer: BackupAnswer) -> str:
    return "" if answer["size"] is None else f"{answer['size'] / _MEGABYTE:.1f} MB"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command()(backup)
    app.command(context_settings=PASS_ON)(restore)
