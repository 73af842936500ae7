"""`tillbook status`, `log`, `retry`, `audit`: how things stand and what happened."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from console.link_words import link_lines
from console.options import AnyStore, Home, Json, client
from console.output import ExitStatus, finding_lines, marked, say, show, table
from console.sharing_words import call_lines, machine_lines
from screens.log.words import doing
from services.contract.failure_classes import WORDS
from themes.states import ATTEMPT, DAY, INTEGRATION, mark

if TYPE_CHECKING:
    from services.contract.answers import (
        AttemptAnswer,
        AuditAnswer,
        Finding,
        IntegrationAnswer,
        StatusAnswer,
        StoreStatus,
    )
    from services.contract.replies import RetryAnswer

Since = Annotated[
    datetime | None,
    typer.Option(
        "--since",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"],
        metavar="TIME",
        help="Only what is newer: a date, or a time with an offset.",
    ),
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="At most so many.")]


def status(*, json: Json = False, home: Home = None) -> None:
    """Show the state of the service, its stores and connections."""
    show(client(home).status(), _status_words, as_json=json)


def _status_words(answer: StatusAnswer) -> None:
    service = answer["service"]
    say(f"Tillbook {service['version']}, running since {when(service['since'])}")
    say(*machine_lines(service.get("machines", [])))
    if not answer["stores"]:
        say("", "No store yet. Make one with: tillbook store add --store KEY --name NAME ...")
    for store in answer["stores"]:
        _store_words(store)


def _store_words(store: StoreStatus) -> None:
    say("", f"{store['name']} ({store['key']}), times of {store['timezone']}")
    for integration in store["integrations"]:
        _integration_words(integration, ZoneInfo(store["timezone"]))
    counts = [f"{count} {mark(DAY, state).word}" for state, count in store["days"].items() if count]
    say(f"  days: {', '.join(counts) or 'none yet'}")


def _integration_words(integration: IntegrationAnswer, zone: ZoneInfo) -> None:
    state = marked(mark(INTEGRATION, integration["state"]))
    say(f"  {integration['kind']:<6} {state}{_organisation(integration, zone)}")
    for line in filter(None, (*link_lines(integration, zone), *call_lines(integration, zone))):
        say(f"         {line}")
    if integration["error"]:
        say(*finding_lines(integration["error"], indent="         "))


def _organisation(integration: IntegrationAnswer, zone: ZoneInfo) -> str:
    name = f": {integration['organisation']}" if integration["organisation"] else ""
    practice = " [practice: a stand-in on this machine, not the real Xero]" if integration["practice"] else ""
    last = f", last sync {when(integration['last_sync'], zone)}" if integration["last_sync"] else ""
    return name + practice + last


def log(
    *,
    store: AnyStore = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what did not succeed.")] = False,
    limit: Limit = 50,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what was sent to the ledger, newest first."""
    answer = client(home).log(store=store, failed=failed, limit=limit)
    show(answer, lambda found: _log_words(found["attempts"], failed=failed), as_json=json)


def _log_words(attempts: list[AttemptAnswer], *, failed: bool) -> None:
    if not attempts:
        say("Nothing has failed." if failed else "Nothing has been sent yet.")
        return
    rows = [
        (
            str(attempt["id"]),
            when(attempt["at"]),
            attempt["store"],
            doing(attempt["call"]),
            str(attempt["elements"]),
            marked(mark(ATTEMPT, attempt["outcome"])),
            _told(attempt["error"]) if attempt["error"] else _dates(attempt["dates"]),
        )
        for attempt in attempts
    ]
    table(("id", "when", "store", "call", "items", "outcome", ""), rows, right=(0, 4))


def _told(error: Finding) -> str:
    """Return an error with its class and its code, which `tillbook explain` takes."""
    kind = WORDS.get(error.get("class", ""), "")
    notes = ": ".join(filter(None, (error.get("code"), kind)))
    return f"{error['what']} [{notes}]" if notes else error["what"]


def _dates(dates: list[str]) -> str:
    return dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}" if dates else ""


def retry(
    ids: Annotated[list[int], typer.Argument(metavar="ID…", help="Ids, as `tillbook log` shows them.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what a retry would do.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Try again what failed.

    The ledger is looked at first, so that nothing is sent twice.
    """
    answer = client(home).retry(ids, dry_run=dry_run)
    show(answer, lambda found: _retry_words(found, dry_run=dry_run), as_json=json)
    if any(forecast["action"] == "blocked" for forecast in answer["forecast"]):
        raise typer.Exit(ExitStatus.PARTLY)


def _retry_words(answer: RetryAnswer, *, dry_run: bool) -> None:
    say("A retry would:" if dry_run else "Queued:" if answer["days"] else "Nothing was queued:")
    for forecast in answer["forecast"]:
        blocked = forecast["action"] == "blocked" and forecast["class"]
        kind = f" ({WORDS[forecast['class']]})" if blocked else ""
        say(f"  {forecast['number']}: {forecast['action']}{kind}  {forecast['why']}")
        for payment in forecast["payments"]:
            text = f"{payment['tender']} {payment['amount']}: {payment['action']}  {payment['why']}"
            say(f"    payment {text}")


def audit(*, since: Since = None, limit: Limit = 100, json: Json = False, home: Home = None) -> None:
    """Show who changed what."""
    answer = client(home).audit(since=since.astimezone().isoformat() if since else None, limit=limit)
    show(answer, lambda found: _audit_words(found["entries"]), as_json=json)


def _audit_words(entries: list[AuditAnswer]) -> None:
    if not entries:
        say("Nothing has been changed in that time.")
        return
    rows = [(when(entry["at"]), entry["who"], entry["action"], entry["subject"]) for entry in entries]
    table(("when", "who", "action", "what"), rows)


def when(time: str | None, zone: ZoneInfo | None = None) -> str:
    """Return a time of the wire in a zone, else this terminal's, to the minute."""
    if not time:
        return "never"
    return f"{datetime.fromisoformat(time).astimezone(zone):%Y-%m-%d %H:%M}"


def count(number: int, thing: str) -> str:
    """Return `1 day`, `2 days`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (status, log, retry, audit):
        app.command()(command)
