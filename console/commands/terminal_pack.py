"""`tillbook terminal pack`: the log of a card terminal, for its accreditation."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zipfile import ZipFile

import typer

from console.options import From, Home, Json, To, client
from console.output import say, show

if TYPE_CHECKING:
    from services.contract.terminal_pack import PackAnswer

Key = Annotated[str, typer.Argument(metavar="TERMINAL", help="The terminal's key, as in front.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Where to write it; never replaces a file.  [TERMINAL.zip]"),
]


def pack(
    key: Key, *, first: From = None, last: To = None, out: Out = None, json: Json = False, home: Home = None
) -> None:
    """Write a terminal's log into one zip, for its accreditation.

    It holds the payments of the dates and the messages of the newest ones, without secrets
    and card numbers; README.txt in it names what a power failure left to be asked.
    """
    from console import support_client
    from services.contract.terminal_pack import ABOUT

    file = out or Path(f"{Path(key).name}.zip")
    begin, end = (None if day is None else day.date().isoformat() for day in (first, last))
    size, digest = support_client.save_terminal_pack(client(home), file, key, first=begin, last=end)
    with ZipFile(file) as written:
        about = jsonlib.loads(written.read(ABOUT))
        members = written.namelist()
    answer: PackAnswer = {
        "file": str(file),
        "bytes": size,
        "sha256": digest,
        "members": members,
        "left_out": about["left_out"],
    }
    show(answer, _words, as_json=json)


def _words(answer: PackAnswer) -> None:
    say(
        f"{answer['file']}: {answer['bytes']:,} bytes: {', '.join(answer['members'])}",
        f"SHA-256 {answer['sha256']}",
        "Add by hand: the log of the terminal's own client (Linkly: EFTPOS.LOG), and screenshots.",
    )
    say(*(f"Left out: {what}" for what in answer["left_out"]))


def register(terminals: typer.Typer) -> None:
    """Add this command to `tillbook terminal`."""
    terminals.command()(pack)
