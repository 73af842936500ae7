"""`tillbook doctor`, `bundle`, `replay`: before, at and after a failure."""

from __future__ import annotations

import json as jsonlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.link_words import moment
from console.options import AnyStore, Home, Json, client
from console.output import ExitStatus, glyph, progress, progress_done, say, show, table, tell
from services.contract.problem import Problem, Unreachable
from services.contract.settings import load_settings
from themes.states import DAY, mark

if TYPE_CHECKING:
    from services.contract.support import BundleAnswer, DoctorAnswer, DoctorFinding, ReplayAnswer

_MARKS = {"stops": "refused", "warns": "changed", "fine": "posted"}
_WORDS = {"stops": "stops tomorrow", "warns": "to know", "fine": "fine"}
_LOCAL_SECONDS = 60


def doctor(*, store: AnyStore = None, json: Json = False, home: Home = None) -> None:
    """Find tomorrow's failures today.

    Looks at this machine, the stores and their organisations; changes nothing.
    """
    answer = _examined(store, home)
    show(answer, _doctor_words, as_json=json)
    if answer["counts"]["stops"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _examined(store: str | None, home: Path | None) -> DoctorAnswer:
    from console import support_client
    from console.transport import NoService

    try:
        return support_client.doctor(client(home), store)
    except NoService:
        return _of_this_machine(home)


def _of_this_machine(home: Path | None) -> DoctorAnswer:
    """Look at this machine by the service's own program: none runs to be asked."""
    folder = load_settings(home).home
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", "-m", "services", "doctor", "--home", str(folder)],
        capture_output=True,
        text=True,
        timeout=_LOCAL_SECONDS,
        check=False,
    )
    try:
        answer: DoctorAnswer = jsonlib.loads(done.stdout)
    except ValueError as error:
        raise Unreachable(
            "The doctor could not look at this machine.", done.stderr.strip(), "Send that to support."
        ) from error
    return answer


def _doctor_words(answer: DoctorAnswer) -> None:
    for severity in ("stops", "warns", "fine"):
        found = [each for each in answer["findings"] if each["severity"] == severity]
        if found:
            say("", f"{_WORDS[severity].capitalize()}:")
        for finding in found:
            say(*_finding_words(finding))
    counts = answer["counts"]
    say("", f"{counts['stops']} would stop, {counts['warns']} to know, {counts['fine']} fine.")


def _finding_words(finding: DoctorFinding) -> list[str]:
    sign = glyph(mark(DAY, _MARKS[finding["severity"]]))
    store = f"{finding['store']}: " if finding["store"] else ""
    lines = [f"  {sign} {store}{finding['what']}{_dates(finding.get('dates', []))}"]
    return lines + [f"      {finding[part]}" for part in ("why", "next") if finding[part]]


def _dates(dates: list[str]) -> str:
    if not dates:
        return ""
    return f" ({dates[0]})" if len(dates) == 1 else f" ({len(dates)} dates, {dates[0]} to {dates[-1]})"


Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it; never replaces a file.")]
Days = Annotated[
    int, typer.Option("--days", metavar="N", min=1, max=400, help="How many business dates back.")
]


def bundle(
    *, out: Out, store: AnyStore = None, days: Days = 31, json: Json = False, home: Home = None
) -> None:
    """Write one archive for support.

    It holds no secrets; customers, suppliers and operators have other names in it.
    """
    from console import support_client

    tell("The service gathers what support needs; the organisation is asked on the way.")
    size, digest = support_client.save_bundle(client(home), out, store=store, days=days)
    manifest = _plan("--check", str(out))
    answer: BundleAnswer = {
        "file": str(out),
        "bytes": size,
        "sha256": digest,
        "members": len(manifest["members"]),
        "left_out": manifest["left_out"],
    }
    show(answer, _bundle_words, as_json=json)


def _bundle_words(answer: BundleAnswer) -> None:
    say(
        f"{answer['file']}: {answer['bytes']:,} bytes, {answer['members']} files in it.",
        f"SHA-256 {answer['sha256']}",
        "Tokens, passwords and card numbers are not in it, and people have other names. Amounts are real.",
    )
    say(*(f"Left out: {what}" for what in answer["left_out"]))


def replay(
    archive: Annotated[
        Path, typer.Argument(metavar="BUNDLE", exists=True, dir_okay=False, help="What `bundle` wrote.")
    ],
    *,
    json: Json = False,
    home: Home = None,
) -> None:
    """Play a bundle's failures again, against a practice Xero.

    On this machine and apart from any real state; says whether each fails in the same words.
    """
    from console.replay import replayed

    folder = home or Path(tempfile.mkdtemp(prefix="tillbook-replay-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        plan = _plan(str(archive), "--out", str(folder / "plan"))
        answer = replayed(folder, archive.name, plan, progress)
    except Problem:
        progress_done()
        tell(f"Logs and database are kept in {folder}.")
        raise
    progress_done()
    show(answer, _replay_words, as_json=json)
    if home is None:
        shutil.rmtree(folder)
    if not answer["reproduced"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _plan(*arguments: str) -> dict[str, Any]:
    """Have a bundle checked, and unpacked where asked; raise its refusal."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-P", "-m", "services.sandbox.replay", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        answer: dict[str, Any] = jsonlib.loads(done.stdout)
    except ValueError as error:
        raise Unreachable(
            "The bundle could not be looked at.", done.stderr.strip()[-500:], "Send that to support."
        ) from error
    if "error" in answer:
        raise Problem(**answer["error"])
    return answer


def _replay_words(answer: ReplayAnswer) -> None:
    say(f"{answer['bundle']}, made {moment(answer['made'])} by Tillbook {answer['tillbook']}.", "")
    rows = [
        (each["store"], each["date"], each["expected"]["state"], _told(each["expected"]), _told(each["seen"]),
         "same" if each["reproduced"] else "DIFFERS")
        for each in answer["failures"]
    ]  # fmt: skip
    if rows:
        table(("store", "date", "state", "told then", "told now", ""), rows, whole=(1,))
    say(*(f"Not replayed: {each['store']} {each['date']}: {each['why']}" for each in answer["not_replayed"]))
    done = sum(each["reproduced"] for each in answer["failures"])
    if answer["failures"]:
        say("", f"{done} of {len(answer['failures'])} failed days are told in the same words here.")
    else:
        say("There is no failed day in it that can be played again.")


def _told(failure: dict[str, Any] | Any) -> str:  # noqa: ANN401 - a Failure
    return " ".join(reason["what"] for reason in failure["reasons"]) or "nothing"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (doctor, bundle, replay):
        app.command()(command)
