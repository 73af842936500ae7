"""`tillbook mapping …`: which account, tax type and tracking everything goes to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NotRequired

import typer
from typing_extensions import TypedDict

from console.options import Home, Json, StoreKey, client
from console.output import ExitStatus, finding_lines, say, say_text, show, table
from services.contract.problem import Refused

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.answers import MappingIssue
    from services.contract.changes import MappingEffectAnswer
    from services.contract.replies import MappingAnswer, MappingSavedAnswer

Older = Annotated[int | None, typer.Option("--from", metavar="N", min=1, help="The older version.")]
Newer = Annotated[
    str | None,
    typer.Option("--to", metavar="N|FILE", help="The newer one (the newest), or a file that is not saved."),
]
Dates = Annotated[
    str | None,
    typer.Option(
        "--dates",
        metavar="DATE[..DATE]",
        help="Also what it would have posted on these business dates; sends nothing.",
    ),
]
mappings = typer.Typer(help="Which account, tax type and tracking everything goes to.", no_args_is_help=True)


# Written so because `from` is a word of Python's own.
MappingChange = TypedDict("MappingChange", {"part": str, "key": str, "from": object, "to": object})
MappingDiff = TypedDict(
    "MappingDiff",
    {
        "from": int,
        "to": int | None,
        "changes": list[MappingChange],
        "effect": NotRequired["MappingEffectAnswer"],
    },
)


@mappings.command("export")
def mapping_export(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Print the mapping as it is saved: TOML, or JSON with --json."""
    show(client(home).mapping(store), _print_toml, as_json=json)


def _print_toml(mapping: MappingAnswer) -> None:
    import tomli_w

    plain = {key: value for key, value in mapping.items() if key != "version" and value is not None}
    say_text(tomli_w.dumps(plain))


@mappings.command("import")
def mapping_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML or JSON; - for standard input.")],
    *,
    store: StoreKey,
    json: Json = False,
    home: Home = None,
) -> None:
    """Save a mapping file as the newest version.

    What it still lacks for what the tills sent is named; `mapping check` answers that by its
    exit status.
    """
    answer = client(home).save_mapping(store, read_mapping(file))

    def words(saved: MappingSavedAnswer) -> None:
        say(f"Mapping of {store} saved as version {saved['version']}.")
        _issue_words(saved["issues"])

    show(answer, words, as_json=json)


def read_mapping(file: Path) -> dict[str, Any]:
    """Return a mapping file's content, TOML or JSON; raise Refused where it is none."""
    import json
    import tomllib

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        data = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(
            f"{file} cannot be read as a mapping.", "It is not valid TOML or JSON.", "Correct it.", str(error)
        ) from error
    if not isinstance(data, dict):
        raise Refused(
            f"{file} is not a mapping.", "It must hold keys such as categories and tenders.", "Correct it."
        )
    return data


@mappings.command("check")
def mapping_check(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Name everything that is missing or invalid."""
    answer = client(home).check_mapping(store)
    show(answer, lambda found: _issue_words(found["issues"]), as_json=json)
    if answer["issues"]:
        raise typer.Exit(ExitStatus.PARTLY)


def _issue_words(issues: list[MappingIssue]) -> None:
    if not issues:
        say("Everything the tills have sent so far is mapped.")
    for issue in issues:
        say(f"  {issue['part']} {issue['key']}: {issue['problem']}")


@mappings.command("suggest")
def mapping_suggest(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Propose accounts for what is unmapped; changes nothing."""
    show(client(home).suggest_mapping(store), lambda found: _proposal_words(found["proposals"]), as_json=json)


def _proposal_words(proposals: list[MappingIssue]) -> None:
    if not proposals:
        say("There is nothing to propose.")
    for proposal in proposals:
        certainty = f" ({proposal['confidence']})" if "confidence" in proposal else ""
        say(f"  {proposal['part']} {proposal['key']} = {proposal.get('proposal', 'no proposal')}{certainty}")


@mappings.command("diff")
def mapping_diff(
    *,
    store: StoreKey,
    first: Older = None,
    last: Newer = None,
    dates: Dates = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what changed between two mappings, and what that does to the books.

    With --dates, or a file that is not saved, what the other mapping would have posted is
    compared by account, tax type and day with what was posted. Sends nothing.
    """
    service = client(home)
    file, newer = _file_or_version(last)
    span = _span(dates)
    answer = _diff(service, store, first, newer, file)
    if span or file is not None:
        wanted: dict[str, object] = {"before": first, "after": newer, "mapping": file}
        answer["effect"] = service.mapping_effect(store, **wanted, **span)
    show(answer, _diff_words, as_json=json)


def _file_or_version(given: str | None) -> tuple[dict[str, Any] | None, int | None]:
    """Return a mapping file's content, or the number of a version."""
    if given is None or given.isdecimal():
        return None, int(given) if given else None
    return read_mapping(Path(given)), None


def _span(dates: str | None) -> dict[str, object]:
    """Return the first and last date of DATE, or DATE..DATE."""
    if dates is None:
        return {}
    first, _, last = dates.partition("..")
    try:
        found = [date.fromisoformat(each) for each in (first, last or first)]
    except ValueError as error:
        raise typer.BadParameter("--dates is a date, or two: 2026-11-01..2026-11-30.") from error
    return {"from": found[0].isoformat(), "to": found[1].isoformat()}


def _diff(
    service: Client, store: str, first: int | None, last: int | None, file: dict[str, Any] | None
) -> MappingDiff:
    """Return what changed: by default what the newest version changed."""
    newer = service.mapping(store, version=last)
    older_version = first or (newer["version"] if file is not None else max(newer["version"] - 1, 1))
    older = service.mapping(store, version=older_version)
    before, after = _settings(older), _settings(file if file is not None else newer)
    changes: list[MappingChange] = [
        {"part": part, "key": key, "from": before.get((part, key)), "to": after.get((part, key))}
        for part, key in sorted(before.keys() | after.keys())
        if before.get((part, key)) != after.get((part, key)) and (file is None or (part, key) in after)
    ]
    return {
        "from": older["version"],
        "to": None if file is not None else newer["version"],
        "changes": changes,
    }


def _diff_words(diff: MappingDiff) -> None:
    _change_words(diff)
    if "effect" in diff:
        effect_words(diff["effect"])


def effect_words(effect: MappingEffectAnswer) -> None:
    """Print what another mapping would have posted, for a person."""
    if not effect["accounts"] and not effect["tax_types"]:
        say("", "On these dates it would have posted the same.")
    for name, rows in (("account", effect["accounts"]), ("tax type", effect["tax_types"])):
        if rows:
            say("")
            shown = [(x["name"], x["before"], x["after"], x["difference"]) for x in rows]
            table((name, "posted", "would post", "difference"), shown, right=(1, 2, 3))
    for day in effect["days"]:
        for each in day["accounts"]:
            say(f"  {day['date']}  {each['name']}: {each['before']} -> {each['after']}")
        for finding in day["blocked"]:
            say(f"  {day['date']} cannot be compared:", *finding_lines(finding, indent="    "))


def _settings(mapping: Mapping[str, object]) -> dict[tuple[str, str], object]:
    """Return every setting by part and key; the key of what is no table is empty."""
    found: dict[tuple[str, str], object] = {}
    for part, value in mapping.items():
        if isinstance(value, dict):
            found |= {(part, key): each for key, each in value.items()}
        elif part != "version":
            found[part, ""] = value
    return found


def _change_words(diff: MappingDiff) -> None:
    if not diff["changes"]:
        say(f"Version {diff['from']} and {_other(diff)} are the same.")
        return
    say(f"From version {diff['from']} to {_other(diff)}:")
    for change in diff["changes"]:
        name = f"{change['part']} {change['key']}".rstrip()
        say(f"  {name}: {_shown(change['from'])} -> {_shown(change['to'])}")


def _other(diff: MappingDiff) -> str:
    return "the file" if diff["to"] is None else f"version {diff['to']}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values())
    return "(not there)" if value is None else str(value)


def register(app: typer.Typer) -> None:
    """Add these commands to the program, with those of editing."""
    import_module("console.commands.mapping_editing")  # it adds its own to the group
    app.add_typer(mappings, name="mapping")
