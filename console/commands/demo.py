"""`tillbook demo`: the whole journey on a practice company, and a summary of it."""

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
    headless: Annotated[bool, typer.Option("--headless", help="The whole journey without a screen.")] = False,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, max=400, help="How many practice days.")
    ] = 30,
    json: Json = False,
    home: Home = None,
) -> None:
    """Run the whole journey on a practice company.

    A practice shop and a practice Xero, on this machine and apart from any real state.
    """
    from console.journey import journey

    if not headless:
        tell("The console comes in a later version; this is the journey without a screen.")
    folder = home or Path(tempfile.mkdtemp(prefix="tillbook-demo-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        answer = journey(folder, days, progress)
    except Problem:
        progress_done()
        tell(f"Logs and database are kept in {folder}.")
        raise
    progress_done()
    show(answer, _summary, as_json=json)
    if not answer["proved"]:
        tell(f"Logs and database are kept in {folder}.")
        raise typer.Exit(ExitStatus.PARTLY)
    if home is None:
        shutil.rmtree(folder)


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
