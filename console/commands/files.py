"""`tillbook post-by-file`.

The documents as files, when Xero is out of reach for good.
"""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from console.options import Day, From, Home, Json, StoreKey, To, Yes, client, confirmed, required_span
from console.output import ExitStatus, finding_lines, marked, say, show
from services.contract.problem import Refused
from themes.states import DAY, mark

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.keeping import ByFileAnswer, HandedDay, Posting, TakenBackAnswer

_SECONDS = 180.0
_POSTED, _AGAIN, _REFUSED = "posted", "again", "refused"
_NOT_ASKED = "Xero was not asked for all of their documents: that none is there is your word"

Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="The folder the files are written to.")
]


def post_by_file(
    *,
    store: StoreKey,
    date: Day = None,
    first: From = None,
    last: To = None,
    out: Out = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be handed over and what refused.")
    ] = False,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Let dates be sent again whose files were not imported.")
    ] = False,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why they are taken back; kept with your name.")
    ] = "",
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Post days by file: for when Xero is out of reach for good.

    Writes what Xero's imports read (invoices, bills, journals, bank statements), a
    journal to print and sign, and a manifest with checksums. The days are never sent
    to Xero afterwards. Asking again for the same days gives the same files.
    """
    start, end = required_span(date, first, last)
    service = client(home)
    if take_back:
        _take_back(service, store, start, end, reason, yes=yes, json=json)
        return
    if out is None and not dry_run:
        raise typer.BadParameter("Say where the files go: --out DIR.")
    answer = _asked(service, store, start, end, dry_run=True)
    if out is not None and not dry_run and any(day["outcome"] != _REFUSED for day in answer["days"]):
        folder = _folder(out)
        _confirm(answer, yes=yes)
        answer = _asked(service, store, start, end, dry_run=False)
        for posting in answer["postings"]:
            _write(folder, posting)
    show(_without_contents(answer, out), _words, as_json=json)
    if not answer["days"] or any(day["outcome"] == _REFUSED for day in answer["days"]):
        raise typer.Exit(ExitStatus.PARTLY)


def _asked(service: Client, store: str, first: str, last: str, *, dry_run: bool) -> ByFileAnswer:
    body = {"from": first, "to": last, "dry_run": dry_run}
    answer: ByFileAnswer = service.call("POST", _address(store), body=body, timeout=_SECONDS)
    return answer


def _address(store: str) -> str:
    return f"/v1/stores/{quote(store, safe='')}/by-file"


def _confirm(answer: ByFileAnswer, *, yes: bool) -> None:
    new = [day for day in answer["days"] if day["outcome"] == _POSTED]
    if new:
        takings = sum((Decimal(day["amount"] or 0) for day in new), Decimal(0))
        days = f"{new[0]['date']}" if len(new) == 1 else f"{len(new)} days"
        confirmed(f"Post {days} by file, takings {takings}? Nothing sends them to Xero afterwards.", yes=yes)


def _folder(path: Path) -> Path:
    """Return the folder, made if absent; refuse one that cannot be written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise _unwritable(path, PermissionError("not writable for you"))
    return path


def _write(folder: Path, posting: Posting) -> None:
    """Write the files of a posting; one that is there must be the same."""
    for file in posting["files"]:
        path = folder / Path(file["name"]).name
        content = file["content"].encode()
        try:
            if path.exists() and path.read_bytes() != content:
                raise _in_the_way(path)
            part = path.with_name(f".{path.name}.partial")
            part.write_bytes(content)
            part.replace(path)
        except OSError as error:
            raise _unwritable(folder, error) from error


def _without_contents(answer: ByFileAnswer, out: Path | None) -> Any:  # noqa: ANN401 - as it is printed
    """Return the answer with the place of each file in place of its text."""
    postings = [
        {
            **posting,
            "files": [
                {"name": file["name"], "sha256": file["sha256"], "path": str((out or Path()) / file["name"])}
                for file in posting["files"]
            ],
        }
        for posting in answer["postings"]
    ]
    return {**answer, "postings": postings}


def _words(answer: Any) -> None:  # noqa: ANN401 - see _without_contents
    if not answer["days"]:
        say("There is nothing to hand over on these dates.")
    for day in answer["days"]:
        _day_words(day, dry_run=answer["dry_run"])
    for posting in answer["postings"]:
        dates = posting["dates"]
        span = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
        say("", f"{span}: posted by file by {posting['by']} at {posting['at']}")
        for file in posting["files"]:
            say(f"  {file['path']}")
    if answer["postings"]:
        say("", "The last page of the journal says how the files are imported.")


def _day_words(day: HandedDay, *, dry_run: bool) -> None:
    words = {_POSTED: marked(mark(DAY, "by_file")), _AGAIN: f"{marked(mark(DAY, 'by_file'))} already"}
    if dry_run:
        words[_POSTED] = "would be posted by file"
    state = words.get(day["outcome"], f"{marked(mark(DAY, 'refused'))}, not handed over")
    documents = ", ".join(f"{each['kind']} {each['number']} {each['total']}" for each in day["documents"])
    say(f"{day['date']}  {state}  {documents}")
    for finding in day["why"]:
        say(*finding_lines(finding, indent="    "))
    for warning in day["warnings"]:
        say(f"    note: {warning}")


def _take_back(
    service: Client, store: str, first: str, last: str, reason: str, *, yes: bool, json: bool
) -> None:
    if not reason.strip():
        raise typer.BadParameter("Say why: --reason TEXT. It is kept with your name.")
    dates = first if first == last else f"{first} to {last}"
    confirmed(f"Is it certain that no file of {dates} was, or will be, imported into Xero?", yes=yes)
    body = {"from": first, "to": last, "reason": reason}
    answer: TakenBackAnswer = service.call(
        "POST", f"{_address(store)}/take-back", body=body, timeout=_SECONDS
    )
    show(answer, _taken_back_words, as_json=json)


def _taken_back_words(answer: TakenBackAnswer) -> None:
    asked = "Xero has none of their documents" if answer["looked_up"] else _NOT_ASKED
    say(f"Taken back: {', '.join(answer['dates'])}. {asked}. They wait to be sent.")
    say("Throw the files away, and see that nobody imports them.")


def _unwritable(path: Path, error: OSError) -> Refused:
    return Refused(
        f"The files cannot be written to {path}.",
        f"{error.strerror or error}.",
        "Name another folder. What is posted by file stays so, and asking again gives the same files.",
        str(error),
    )


def _in_the_way(path: Path) -> Refused:
    return Refused(
        f"{path} is in the way: another file has that name.",
        "It is not what was handed over; nothing is overwritten.",
        "Name an empty folder and ask again: the same files are written there.",
    )


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command("post-by-file")(post_by_file)
