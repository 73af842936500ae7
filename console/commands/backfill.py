"""`tillbook backfill`: sending days from before the schedule's start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.options import From, Home, Json, StoreKey, To, Yes, client, confirmed, required_span
from console.output import ExitStatus, finding_lines, say, show, table

if TYPE_CHECKING:
    from services.contract.backfill import BackfillAnswer, BackfillPart

_MINUTE, _HOUR = 60, 3600


def backfill(
    *,
    store: StoreKey,
    first: From = None,
    last: To = None,
    frequency: Annotated[
        str | None,
        typer.Option(
            "--frequency",
            metavar="daily|weekly|monthly",
            help="How they are summed, else as the store's are.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what it would send, and how many calls it takes.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Send days from before the schedule's start.

    Shows what it will send, what is blocked, and how long it takes; then asks, and queues it.
    """
    start, end = required_span(None, first, last)
    service = client(home)
    seen = service.backfill(store, first=start, last=end, frequency=frequency, dry_run=True)
    if dry_run or not seen["days"]:
        show(seen, _words, as_json=json)
    else:
        if not json:
            _words(seen)
        confirmed(f"Send {_count(seen['days'], 'day')} to the ledger?", yes=yes)
        seen = service.backfill(store, first=start, last=end, frequency=frequency)
        show(seen, _queued_words, as_json=json)
    if _is_stopped(seen):
        raise typer.Exit(ExitStatus.PARTLY)


def _is_stopped(answer: BackfillAnswer) -> bool:
    return answer["stopped"] is not None or any(part["blocked"] for part in answer["parts"])


def _words(answer: BackfillAnswer) -> None:
    if not answer["days"]:
        say("There is nothing to send on these dates.")
    else:
        table(
            ("dates", "days", "documents", "takings", ""),
            [_row(part) for part in answer["parts"]],
            right=(1, 2, 3),
        )
        summed = "" if answer["frequency"] == "daily" else f", summed {answer['frequency']}"
        counted = f"{_count(answer['days'], 'day')}, {_count(answer['documents'], 'document')}{summed}"
        say(f"{counted}, takings {answer['amount']}.")
        say(f"About {_count(answer['calls'], 'call')}, {_time(answer['seconds'])}.")
    for left in answer["left"]:
        say(f"  {left['date']} is left as it is: {left['why']}")
    for part in answer["parts"]:
        for finding in part["blocked"]:
            say("", f"{_span(part)} is blocked:", *finding_lines(finding))
    if answer["stopped"]:
        say("", *finding_lines(answer["stopped"]))


def _queued_words(answer: BackfillAnswer) -> None:
    say(f"Queued {_count(len(answer['queued']), 'day')}. See how it goes with: tillbook days")


def _row(part: BackfillPart) -> tuple[str, str, str, str, str]:
    blocked = "; ".join(finding["what"] for finding in part["blocked"])
    return _span(part), str(part["days"]), str(part["documents"]), part["amount"], blocked


def _span(part: BackfillPart) -> str:
    return part["first"] if part["first"] == part["last"] else f"{part['first']} to {part['last']}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _time(seconds: int) -> str:
    if seconds < _MINUTE:
        return "less than a minute under the allowance"
    if seconds < _HOUR:
        return f"about {_count(round(seconds / _MINUTE), 'minute')} under the allowance"
    return f"about {_count(round(seconds / _HOUR), 'hour')} under the allowance"


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(backfill)
