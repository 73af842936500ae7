"""`tillbook demo`: a practice company in the console, or as a summary."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import Home, Json
from console.output import ExitStatus, glyph, marked, progress, progress_done, say, show, table, tell
from services.contract.problem import Problem
from themes.states import DAY, mark

if TYPE_CHECKING:
    from console.journey import DemoAnswer


def demo(
    *,
    headless: Annotated[
        bool,
        typer.Option("--headless", help="Run the whole journey without a screen, and print its summary."),
    ] = False,
    days: Annotated[
        int,
        typer.Option("--days", metavar="N", min=1, max=400, help="How many days the headless journey has."),
    ] = 30,
    json: Json = False,
    home: Home = None,
) -> None:
    """Open the console on a practice company with every state.

    A practice shop and a practice Xero, on this machine and apart from any real state;
    they end with the console. With --headless: the whole journey, and its summary.
    """
    if not headless:
        from console.guards import check_terminal

        check_terminal(commands="Without one: tillbook demo --headless")
    folder = home or Path(tempfile.mkdtemp(prefix="tillbook-demo-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        status = _headless(folder, days, as_json=json) if headless else _on_screen(folder)
    except Problem:
        progress_done()
        tell(f"Logs and database are kept in {folder}.")
        raise
    except SystemExit:
        _forget(folder, home)  # a signal: nobody comes back to look
        raise
    if status == ExitStatus.DONE:
        _forget(folder, home)
    else:
        tell(f"Logs and database are kept in {folder}.")
    raise typer.Exit(status)


def _forget(folder: Path, home: Path | None) -> None:
    """Remove a folder that was made for this demonstration only."""
    if home is None:
        shutil.rmtree(folder, ignore_errors=True)


def _on_screen(folder: Path) -> int:
    from console.practice import show_practice

    status = show_practice(folder, progress, progress_done)
    tell("The practice company has ended; nothing of it is left running.")
    return status


def _headless(folder: Path, days: int, *, as_json: bool) -> int:
    from console.journey import journey

    answer = journey(folder, days, progress)
    progress_done()
    show(answer, _summary, as_json=as_json)
    return ExitStatus.DONE if answer["proved"] else ExitStatus.PARTLY


def _summary(answer: DemoAnswer) -> None:
    say(
        f"PRACTICE: {answer['organisation']}, a stand-in on this machine. No real organisation was touched.",
        "",
    )
    table(
        ("date", "state", "proof", "takings", "documents", "among the day's records"),
        [
            (
                day["date"],
                marked(mark(DAY, day["state"])),
                "holds" if day["proof"] else "FAILS",
                day["takings"],
                _documents(day["documents"]),
                day["kind"],
            )
            for day in answer["days"]
        ],
        right=(3,),
    )
    say("", "Clearing accounts in the practice books against the tills:", "")
    table(
        ("tender", "account", "tills", "books", ""),
        [
            (
                row["tender"],
                row["account"],
                row["tills"],
                row["ledger"],
                "agrees" if row["agrees"] else "DIFFERS",
            )
            for row in answer["clearing"]
        ],
        right=(2, 3),
    )
    say("", *_conclusion(answer))


def _documents(documents: list[str]) -> str:
    kinds = Counter(document.split()[0] for document in documents)
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def _conclusion(answer: DemoAnswer) -> list[str]:
    posted = sum(day["state"] == "posted" for day in answer["days"])
    done = mark(DAY, "posted" if answer["proved"] else "refused")
    balance = "comes to zero" if answer["trial_balance_is_zero"] else "DOES NOT COME TO ZERO"
    records, documents, calls = answer["receipts"], answer["documents"], answer["xero_calls"]
    return [
        f"{glyph(done)} {posted} of {len(answer['days'])} days posted and proved.",
        f"  {records} records became {documents} documents in {calls} calls to the practice Xero.",
        f"  The practice books' trial balance {balance}.",
    ]


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command()(demo)
