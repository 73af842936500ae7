"""`tillbook changes …`: what changed after posting, and what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from console.change_words import change_words
from console.commands.days import OneDay
from console.options import Day, Home, Json, StoreKey, Yes, client, confirmed
from console.output import ExitStatus, finding_lines, marked, progress, progress_done, say, show
from console.waiting import polls
from services.contract.states import SETTLED, DayState
from themes.states import DAY, mark

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.answers import DayDocumentsAnswer
    from services.contract.changes import ChangesAnswer, CheckedAnswer, ResolveAnswer

changed = typer.Typer(help="What changed after it was posted, and what is done about it.")

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="delta|resend|keep",
        help="A correction; void and send anew; or leave it as it is, by name.",
    ),
]
WAIT_SECONDS = 3600.0
_DONE = {
    "delta": "Correct {date} by a document of the difference?",
    "resend": "Void what is in Xero of {date} and send it anew?",
    "keep": "Leave {date} as it is in Xero?",
}
_STEPS = {
    "remove_payment": "remove payment",
    "void": "void",
    "create": "create",
    "pay": "pay",
    "keep": "leave as it is",
}


@changed.callback(invoke_without_command=True)
def changes(
    context: typer.Context,
    *,
    store: Annotated[str | None, typer.Option("--store", metavar="KEY", help="The store.")] = None,
    date: Day = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what changed after it was posted: at the tills, and in Xero."""
    if _goes_on(context):
        return
    if store is None:
        raise typer.BadParameter("Say which store: --store KEY.")
    answer = client(home).changed_documents(store, date=date.date().isoformat() if date else None)
    show(answer, _changes_words, as_json=json)


def _goes_on(context: typer.Context) -> bool:
    """Whether a command of this group follows."""
    return context.invoked_subcommand is not None


def _changes_words(answer: ChangesAnswer) -> None:
    if not answer["changes"]:
        say("Nothing that was posted has changed.")
    for change in answer["changes"]:
        change_words(change)
    if answer["changes"]:
        say("", f"By itself, {answer['store']} does: {answer['on_change']} (tillbook store set --on-change).")


@changed.command("resolve")
def resolve(
    *,
    store: StoreKey,
    date: OneDay,
    by: By,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why it is kept.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Decide about a changed day, and wait until that is done."""
    if by not in _DONE:
        raise typer.BadParameter("--by is delta, resend or keep.")
    service, day = client(home), date.date().isoformat()
    forecast = service.resolve_change(store, day, by=by, note=note, dry_run=True)
    if dry_run or not forecast["possible"]:
        show(forecast, _forecast_words, as_json=json)
        raise typer.Exit(ExitStatus.DONE if forecast["possible"] else ExitStatus.PARTLY)
    if not json:
        _steps_words(forecast)
    confirmed(_DONE[by].format(date=day), yes=yes)
    done = service.resolve_change(store, day, by=by, note=note)
    after = _settled(service, store, day) if done["queued"] else None
    answer = {**done, "day": after}
    show(answer, lambda _: _done_words(done, after), as_json=json)
    raise typer.Exit(_status(done, after))


def _settled(service: Client, store: str, day: str) -> DayDocumentsAnswer | None:
    """Wait until the decision is carried out, or nothing more happens by itself."""
    found: DayDocumentsAnswer | None = None
    for _ in polls(WAIT_SECONDS):
        days = service.sync_state(store, first=day, last=day)["days"]
        found = days[-1] if days else None
        if found is None or found["state"] in SETTLED or found["blocked"]:
            break
        progress(f"{day}: {found['state']} …")
    progress_done()
    return found


def _status(done: ResolveAnswer, after: DayDocumentsAnswer | None) -> ExitStatus:
    if not done["possible"]:
        return ExitStatus.PARTLY
    if after is None or after["state"] in {DayState.POSTED, DayState.MISSING, DayState.BY_FILE}:
        return ExitStatus.DONE
    return ExitStatus.UNKNOWN if after["state"] == DayState.UNKNOWN else ExitStatus.PARTLY


def _forecast_words(forecast: ResolveAnswer) -> None:
    if forecast["possible"]:
        _steps_words(forecast)
        say("This was a forecast: nothing was done.")
        return
    # One document that is refused keeps all of its date as it is: no step would be done.
    for reason in forecast["reasons"]:
        say("", *finding_lines(reason))
    say("", "Nothing was done.")


def _steps_words(forecast: ResolveAnswer) -> None:
    for step in forecast["steps"]:
        where = f" (account {step['account']})" if "account" in step else ""
        say(f"  {_STEPS[step['do']]} {step['kind']} {step['number']} {step['amount']}{where}")
    for check in forecast["proof"]:
        if not check["holds"]:
            say(f"  does not hold: {check['check']}: {check['left']} | {check['right']}")


def _done_words(done: ResolveAnswer, after: DayDocumentsAnswer | None) -> None:
    for reason in done["reasons"]:
        say(*finding_lines(reason))
    if after is None:
        say(f"{done['date']} is left as it is; the difference is noted.")
        return
    say(f"{after['date']}  {marked(mark(DAY, after['state']))}")
    for finding in after["blocked"]:
        say(*finding_lines(finding))


@changed.command("check")
def check(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Read now what was changed in Xero since the last time; changes nothing there."""
    answer = client(home).check_changes(store)
    show(answer, _check_words, as_json=json)
    if answer["changed"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _check_words(answer: CheckedAnswer) -> None:
    say(f"Xero told of {answer['read']} changed documents; {answer['ours']} of them are ours.")
    for number in answer["changed"]:
        say(f"  {number} was edited there: tillbook changes --store {answer['store']}")
    for number in answer["mended"]:
        say(f"  {number} is again as it was sent")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(changed, name="changes")
