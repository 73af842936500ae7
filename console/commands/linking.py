"""Pausing, resuming and disconnecting; what a failure means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.link_words import (
    disconnected_words,
    disconnection_lines,
    explained_lines,
    paused_line,
    receipt_lines,
    unsent_line,
    waiting_line,
)
from console.options import Home, Integration, Json, StoreKey, Yes, client, confirmed, only_xero
from console.output import ExitStatus, say, show, table, tell

if TYPE_CHECKING:
    from services.contract.answers import IntegrationAnswer
    from services.contract.failures import FailuresAnswer
    from services.contract.integration import DisconnectionAnswer


def pause(
    kind: Integration,
    *,
    store: StoreKey,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for those who come after you.")
    ],
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="TIME",
            help="When it ends by itself, in the store's zone: 2h, tomorrow 08:00, 2026-11-23 08:00.",
        ),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Pause sending: nothing new begins.

    What is just being sent is finished; days are counted and wait.
    """
    only_xero(kind)
    answer = client(home).pause(store, reason=reason, until=until)
    show(answer, lambda found: _pause_words(store, found), as_json=json)


def _pause_words(store: str, answer: IntegrationAnswer) -> None:
    say(f"{store}: {paused_line(answer)}.")
    if answer["waiting"]["days"]:
        say(f"{waiting_line(answer)}.")
    say(f"Resume with: tillbook resume xero --store {store}")


def resume(kind: Integration, *, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Go on sending; what waited is sent in order.

    A pause that somebody else began is ended by support or a manager.
    """
    only_xero(kind)
    show(client(home).resume(store), lambda found: _resume_words(store, found), as_json=json)


def _resume_words(store: str, answer: IntegrationAnswer) -> None:
    say(f"{store}: sending again.")
    if answer["waiting"]["days"]:
        say(f"{waiting_line(answer)}; what is due of it goes in the order of the dates.")


def disconnect(
    kind: Integration,
    *,
    store: StoreKey,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would stay unsent.")] = False,
    receipt: Annotated[bool, typer.Option("--receipt", help="Show the receipt of the last time.")] = False,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """End the connection at Xero, and prove it.

    History stays. What is unsent belongs to this organisation for good.
    """
    only_xero(kind)
    service = client(home)
    if receipt:
        show(service.disconnections(store), lambda found: _receipt_words(store, found), as_json=json)
        return
    before = service.disconnect(store, dry_run=True)
    if dry_run:
        show(before, lambda found: say(*disconnection_lines(store, found)), as_json=json)
        return
    if before["state"] != "disconnected":
        if line := unsent_line(before):
            tell(line)
        confirmed(f"Disconnect {store} from {before['organisation']}?", yes=yes)
    answer = service.disconnect(store, dry_run=False)
    show(answer, lambda found: disconnected_words(store, found), as_json=json)
    ended = answer.get("disconnection")
    if ended is not None and ended["state"] == "pending":
        raise typer.Exit(ExitStatus.PARTLY)


def _receipt_words(store: str, receipts: list[DisconnectionAnswer]) -> None:
    if not receipts:
        say(f"{store} was never disconnected.")
        return
    say(*receipt_lines(receipts[0]))
    if len(receipts) > 1:
        say(f"{len(receipts) - 1} earlier: see --json.")


def explain(
    code: Annotated[
        str | None,
        typer.Argument(metavar="CODE", help="As `tillbook log` shows it; without it all are listed."),
    ] = None,
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say what a failure means, who acts, and what to do."""
    service = client(home)
    if code is None:
        show(service.failures(), _failures_words, as_json=json)
        return
    show(service.failure(code), lambda found: say(*explained_lines(found)), as_json=json)


def _failures_words(answer: FailuresAnswer) -> None:
    rows = [(each["code"], each["class"], each["where"], each["what"]) for each in answer["failures"]]
    table(("code", "class", "where", "what"), rows, whole=(0,))


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (pause, resume, disconnect, explain):
        app.command()(command)
