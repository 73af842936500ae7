"""`tillbook mapping try|history|choices|chart|create-account|advice`.

Editing a mapping.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.commands.days import day_words
from console.commands.mapping import mappings, read_mapping
from console.options import Day, Home, Json, StoreKey, Yes, client, confirmed
from console.output import ExitStatus, finding_lines, say, show, table

if TYPE_CHECKING:
    from services.contract.mapping_editor import (
        AdviceAnswer,
        ChartFileAnswer,
        ChoicesAnswer,
        MappingHistoryAnswer,
        NewAccountAnswer,
        TriedAnswer,
    )

PartName = Annotated[str, typer.Argument(metavar="PART", help="categories, tenders, tax_codes, rounding …")]
KeyName = Annotated[
    str | None, typer.Argument(metavar="KEY", help="The category, tender or tax code; none for other parts.")
]
ForPart = Annotated[str, typer.Option("--part", metavar="PART", help="What it is for: tenders, categories.")]
ForKey = Annotated[str, typer.Option("--key", metavar="KEY", help="The tender or category it is for.")]
Code = Annotated[
    str | None,
    typer.Option("--code", metavar="CODE", help="The account's code; the first free one unless given."),
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="TEXT", help="The account's name; made from the key unless given."),
]
Type = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="CURRENT, CURRLIAB, REVENUE …")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")]


@mappings.command("try")
def mapping_try(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML or JSON; - for standard input.")],
    *,
    store: StoreKey,
    date: Day = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what a mapping file lacks, and what it would post for a day.

    Saves and sends nothing.
    """
    day = date.date().isoformat() if date else None
    answer = client(home).try_mapping(store, read_mapping(file), day)
    show(answer, _tried_words, as_json=json)
    sample = answer["sample"]["day"]
    if answer["issues"] or (sample and sample["blocked"]):
        raise typer.Exit(ExitStatus.PARTLY)


def _tried_words(tried: TriedAnswer) -> None:
    for issue in tried["issues"]:
        say(f"  {issue['part']} {issue['key']}: {issue['problem']}")
    day = tried["sample"]["day"]
    if day is None:
        say("No day with takings came in yet, so there is no sample.")
    else:
        day_words(day)


@mappings.command("history")
def mapping_history(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """List the versions: when, by whom, and what each changed."""
    show(client(home).mapping_history(store), _history_words, as_json=json)


def _history_words(history: MappingHistoryAnswer) -> None:
    if not history["versions"]:
        say("No mapping was saved yet.")
    for version in history["versions"]:
        say(f"Version {version['version']}  {version['saved'][:16]}  {version['by']}")
        for change in version["changes"]:
            name = f"{change['part']} {change['key']}" if change["part"] != change["key"] else change["key"]
            say(f"  {name}: {change['before'] or '(not there)'} -> {change['after'] or '(not there)'}")


@mappings.command("choices")
def mapping_choices(
    part: PartName, key: KeyName = None, *, store: StoreKey, json: Json = False, home: Home = None
) -> None:
    """List what a setting can be, and the reason where something cannot."""
    show(client(home).mapping_choices(store, part, key or part), _choices_words, as_json=json)


def _choices_words(answer: ChoicesAnswer) -> None:
    taken = [each for each in answer["choices"] if each["obstacle"] is None]
    table(("", "choice", "about"), [("*" if x["proposed"] else "", x["label"], x["note"]) for x in taken])
    if any(each["proposed"] for each in taken):
        say("", "* a guess from the likeness of names")
    reasons: dict[str, list[str]] = {}
    for each in answer["choices"]:
        if (obstacle := each["obstacle"]) is not None:
            reasons.setdefault(f"{obstacle['why']} {obstacle['next']}", []).append(each["label"])
    for reason, labels in reasons.items():
        say("", f"Not {', '.join(labels)}:", f"  {reason}")
    if answer["how_to"]:
        say("", answer["how_to"])


@mappings.command("chart")
def mapping_chart(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The chart as Xero exports it: CSV.")],
    *,
    store: StoreKey,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Take a chart of accounts from Xero's file, to choose from before a connection.

    Shows what is in it, and each row that is refused; keeps it once that is confirmed.
    """
    service = client(home)
    answer = service.import_chart(store, file)
    if not json:
        _chart_words(answer)
    if not dry_run:
        confirmed(f"Choose from these {len(answer['accounts'])} accounts from now on?", yes=yes)
        answer = service.import_chart(store, file, confirm=True)
    show(answer, lambda found: say("Kept." if found["kept"] else "Nothing was kept."), as_json=json)
    if answer["refused"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _chart_words(chart: ChartFileAnswer) -> None:
    table(
        ("code", "name", "type", "tax type", "payments", ""),
        [
            (x["code"], x["name"], x["type"], x["tax_type"] or "", "yes" if x["payments"] else "", x["note"])
            for x in chart["accounts"]
        ],
    )
    for row in chart["refused"]:
        say(f"  row {row['row']} is refused: {row['reason']} ({row['text']})")


@mappings.command("create-account")
def mapping_create_account(
    *,
    store: StoreKey,
    part: ForPart,
    key: ForKey,
    code: Code = None,
    name: Name = None,
    kind: Type = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Create the account that a tender or category needs in Xero's chart.

    Needs the right that `connect xero --create-accounts` asks for; without it, says the
    exact steps in Xero.
    """
    service = client(home)
    account = service.new_account(store, part, key, type=kind)
    wanted: dict[str, Any] = {
        "code": code or account["code"],
        "name": name or account["name"],
        "type": account["type"],
        "tax_type": account["tax_type"],
        "payments": account["payments"],
    }
    answer = service.create_account(store, dry_run=True, **wanted)
    if not dry_run and not answer["problems"]:
        confirmed(f"Create {wanted['code']} {wanted['name']} ({wanted['type']}) in Xero?", yes=yes)
        answer = service.create_account(store, **wanted)
    show(answer, _account_words, as_json=json)
    if answer["problems"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _account_words(account: NewAccountAnswer) -> None:
    done = "Created in Xero" if account["created"] else "Would be created"
    name = f"{account['code']} {account['name']} ({account['type']}, {account['tax_type']})"
    say(f"Not created: {name}" if account["problems"] else f"{done}: {name}")
    for problem in account["problems"]:
        say("", *finding_lines(problem))


@mappings.command("advice")
def mapping_advice(
    *,
    store: StoreKey,
    acknowledge: Annotated[bool, typer.Option("--acknowledge", help="Say that you read it.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show the warning before accounts are linked, and who read it."""
    service = client(home)
    answer = service.acknowledge_advice(store) if acknowledge else service.mapping_advice(store)
    show(answer, _advice_words, as_json=json)


def _advice_words(advice: AdviceAnswer) -> None:
    say(advice["text"])
    if advice["by"] is None:
        say("Nobody read it yet: tillbook mapping advice --acknowledge")
    else:
        say(f"Read by {advice['by']}, {(advice['at'] or '')[:16]}.")
