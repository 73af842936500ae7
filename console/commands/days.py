"""`tillbook preview`, `sync`, `day …`, `days`: a day's way to the ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from console.change_words import change_words
from console.options import Day, From, Home, Json, StoreKey, To, client, span
from console.output import ExitStatus, finding_lines, glyph, marked, progress, progress_done, say, show, table
from console.schedule_words import before_start_words
from console.waiting import polls
from services.contract.deadline import words as deadline_words
from services.contract.states import SETTLED, DayState
from themes.states import DAY, mark

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.answers import (
        DayAnswer,
        DayDocumentsAnswer,
        DaysAnswer,
        DocumentAnswer,
        SyncAnswer,
    )

SYNC_WAIT_SECONDS = 24 * 3600
_GOOD = frozenset({DayState.POSTED, DayState.BY_FILE, DayState.NO_TRADE})
# The run over the queue leaves these as they are, and says why.
_LEFT = frozenset({DayState.OPEN, DayState.MISSING})
_GOES_WITH_PERIOD = "goes_with_period"

OneDay = Annotated[
    dt.datetime, typer.Option("--date", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The business date.")
]
# Payments on these are refunds, or petty cash that was paid out (CLI.md, preview).
_MONEY_OUT = frozenset({"ACCRECCREDIT", "ACCPAY"})
single_day = typer.Typer(help="Decide about one business date.", no_args_is_help=True)


def preview(
    *,
    store: StoreKey,
    date: OneDay,
    shape: Annotated[
        str | None,
        typer.Option(
            "--shape",
            metavar="invoice|net_invoice|zero_invoice|journal",
            help="A shape other than the mapping's.",
        ),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show the documents of a day and their proof; sends nothing.

    What would be refused is shown too, with its cause and the next step.
    """
    show(client(home).preview(store, date.date().isoformat(), shape=shape), day_words, as_json=json)


def day_words(day: DayDocumentsAnswer) -> None:
    """Print a day's documents, proof and obstacles for a person."""
    say(f"{day['store']}  {day['date']}  {marked(mark(DAY, day['state']))}  shape: {day['shape']}")
    _when_words(day)
    for document in day["documents"]:
        _document_words(document)
    if not day["documents"] and not day["blocked"]:
        say("", "Nothing happened on this date: there is nothing to send.")
    for check in day["proof"]:
        sign = glyph(mark(DAY, "posted" if check["holds"] else "refused"))
        say(f"  {sign} {check['check']}: {check['left']} | {check['right']}")
    for box, amount in day["tax_return"].items():
        if Decimal(amount):
            say(f"  tax return, {box.replace('_', ' ')}: {amount}")
    for finding in day["blocked"]:
        say("", *finding_lines(finding))
    for warning in day["warnings"]:
        say(f"  note: {warning}")
    for change in day.get("changes", []):
        change_words(change)


def _when_words(day: DayDocumentsAnswer) -> None:
    if period := day.get("period"):
        say(f"summed from {period['first']} to {period['last']}")
    if deadline := day.get("deadline"):
        say(f"{'! ' if deadline['days_left'] < 0 else ''}{deadline_words(deadline)}")


def _document_words(document: DocumentAnswer) -> None:
    due = f"due {document['due_date']}" if document["due_date"] else ""
    about = (document["contact"], document["date"], due, document["line_amounts"])
    say("", f"{document['kind']} {document['number']}: {marked(mark(DAY, document['state']))}")
    say(f"  {', '.join(filter(None, about))}")
    if document["lines"]:
        table(
            ("description", "account", "tax type", "amount", "tax"),
            [
                (x["description"], x["account"], x["tax_type"], x["amount"], x["tax"])
                for x in document["lines"]
            ],
            right=(3, 4),
        )
    for payment in document["payments"]:
        way = "out of" if document["kind"] in _MONEY_OUT else "into"
        say(f"  paid {payment['tender']} {payment['amount']} {way} {payment['account']}")
    net, tax, total = document["sub_total"], document["total_tax"], document["total"]
    say(f"  net {net}  tax {tax}  total {total} {document['currency']}")
    for finding in document.get("why", []):
        say(*finding_lines(finding, indent="    "))


def sync(
    *,
    store: StoreKey,
    date: Day = None,
    first: From = None,
    last: To = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until each day is posted, refused or unknown.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Send what is due, or the dates named.

    What is queued survives a restart of the service.
    """
    service = client(home)
    dates = span(date, first, last)
    queued = (
        service.sync(store, first=dates[0], last=dates[1])["queued"]
        if dates
        else service.sync(store)["queued"]
    )
    if not queued and dates is None:
        show({"days": []}, lambda _: say(*_nothing_due(service, store)), as_json=json)
        return
    start, end = dates or (min(queued), max(queued))
    answer = (
        _until_settled(service, store, start, end, queued)
        if wait
        else service.sync_state(store, first=start, last=end)
    )
    show(answer, lambda found: _sync_words(found, queued=bool(queued) and not wait), as_json=json)
    if wait:
        raise typer.Exit(_exit_status(answer, named=dates is not None))
    if any(day["blocked"] for day in answer["days"]):
        raise typer.Exit(ExitStatus.PARTLY)


def _nothing_due(service: Client, store: str) -> list[str]:
    schedule = service.schedule(store)
    if schedule["start"] is None:
        return ["Nothing is due."]
    early = schedule.get("before_start")
    told = before_start_words(early, store) if early else []
    return [f"Nothing is due from {schedule['start']} on, where the schedule starts.", *told]


def _until_settled(service: Client, store: str, first: str, last: str, queued: list[str]) -> SyncAnswer:
    answer: SyncAnswer = {"days": []}
    for _ in polls(SYNC_WAIT_SECONDS):
        answer = service.sync_state(store, first=first, last=last)
        left = sum(not _settled(day, queued) for day in answer["days"])
        progress(f"{len(answer['days']) - left} of {len(answer['days'])} days settled …")
        if not left:
            break
    progress_done()
    return answer


def _settled(day: DayDocumentsAnswer, queued: list[str]) -> bool:
    """Whether waiting longer would change nothing without a person."""
    state = DayState(day["state"])
    if state not in _LEFT:
        return state in SETTLED or (state is DayState.WAITING and bool(day["blocked"]))
    # Bills of a day that goes on are sent; the rest of the day is left, and why is told.
    told = day["blocked"] or any(document["xero_id"] for document in day["documents"])
    return bool(told) or day["date"] not in queued


def _exit_status(answer: SyncAnswer, *, named: bool) -> ExitStatus:
    if any(day["state"] == DayState.UNKNOWN for day in answer["days"]):
        return ExitStatus.UNKNOWN
    done = all(_went_through(day, named=named) for day in answer["days"])
    return ExitStatus.DONE if done else ExitStatus.PARTLY


def _went_through(day: DayDocumentsAnswer, *, named: bool) -> bool:
    """Whether everything of the day that was due is done.

    A day that a person named was to be sent, though it goes with a week or a month.
    """
    if day["state"] in _GOOD or (day["state"] in _LEFT and not day["blocked"]):
        return True
    waits = {finding.get("code") for finding in day["blocked"]}
    return not named and day["state"] == DayState.WAITING and waits == {_GOES_WITH_PERIOD}


def _sync_words(answer: SyncAnswer, *, queued: bool) -> None:
    if not answer["days"]:
        say("There is nothing to send on these dates.")
        return
    for day in answer["days"]:
        documents = ", ".join(f"{d['kind']} {d['number']} {d['total']}" for d in day["documents"])
        say(f"{day['date']}  {marked(mark(DAY, day['state']))}  {documents}")
        reasons = [
            *day["blocked"],
            *(why for document in day["documents"] for why in document.get("why", [])),
        ]
        for number, reason in enumerate(reasons):
            if reason not in reasons[:number]:
                say(*finding_lines(reason, indent="    "))
    if queued:
        say("Queued. See how it goes with: tillbook days, or tillbook sync --wait")


@single_day.command("close")
def day_close(*, store: StoreKey, date: OneDay, json: Json = False, home: Home = None) -> None:
    """Close a business date by hand: its sales period is over."""
    _decided(client(home).close_day(store, date.date().isoformat()), json=json)


@single_day.command("no-trade")
def day_no_trade(
    *,
    store: StoreKey,
    date: OneDay,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who says so; you unless given.")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Confirm, by name, that the shop did not trade on a date."""
    _decided(client(home).no_trade(store, date.date().isoformat(), name=by), json=json)


def _decided(day: DayAnswer, *, json: bool) -> None:
    by = f", confirmed by {day['confirmed_by']}" if "confirmed_by" in day else ""
    show(day, lambda found: say(f"{found['date']}: {marked(mark(DAY, found['state']))}{by}"), as_json=json)


def days(
    *,
    store: StoreKey,
    month: Annotated[
        dt.datetime, typer.Option("--month", formats=["%Y-%m"], metavar="YYYY-MM", help="The month.")
    ],
    json: Json = False,
    home: Home = None,
) -> None:
    """Show where every business date of a month stands."""
    show(client(home).days(store, month.strftime("%Y-%m")), _days_words, as_json=json)


def _days_words(answer: DaysAnswer) -> None:
    if not answer["days"]:
        say("No business date of this month has begun.")
        return
    rows = [
        (
            day["date"],
            marked(mark(DAY, day["state"])),
            day["amount"] or "",
            "; ".join(x["what"] for x in day["why"]),
        )
        for day in answer["days"]
    ]
    table(("date", "state", "takings", ""), rows, right=(2,))


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (preview, sync, days):
        app.command()(command)
    app.add_typer(single_day, name="day")
