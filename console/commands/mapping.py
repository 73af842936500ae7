"""`tillbook mapping …`: which account, tax type and tracking everything goes to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typing_extensions import TypedDict

from console.options import Home, Json, StoreKey, client
from console.output import ExitStatus, say, say_text, show
from services.contract.problem import Refused

if TYPE_CHECKING:
    from console.client import Client
    from services.contract.answers import MappingIssue
    from services.contract.replies import MappingAnswer, MappingSavedAnswer

Older = Annotated[int | None, typer.Option("--from", metavar="N", min=1, help="The older version.")]
Newer = Annotated[int | None, typer.Option("--to", metavar="N", min=1, help="The newer one (the newest).")]
mappings = typer.Typer(help="Which account, tax type and tracking everything goes to.", no_args_is_help=True)


# Written so because `from` is a word of Python's own.
MappingChange = TypedDict("MappingChange", {"part": str, "key": str, "from": object, "to": object})
MappingDiff = TypedDict("MappingDiff", {"from": int, "to": int, "changes": list[MappingChange]})


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
    answer = client(home).save_mapping(store, _read(file))

    def words(saved: MappingSavedAnswer) -> None:
        say(f"Mapping of {store} saved as version {saved['version']}.")
        _issue_words(saved["issues"])

    show(answer, words, as_json=json)


def _read(file: Path) -> dict[str, Any]:
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
    *, store: StoreKey, first: Older = None, last: Newer = None, json: Json = False, home: Home = None
) -> None:
    """Show what changed between two versions of the mapping."""
    show(_diff(client(home), store, first, last), _change_words, as_json=json)


def _diff(service: Client, store: str, first: int | None, last: int | None) -> MappingDiff:
    """Return what changed: by default what the newest version changed."""
    newer = service.mapping(store, version=last)
    older_version = max(newer["version"] - 1, 1) if first is None else first
    older = service.mapping(store, version=older_version)
    before, after = _settings(older), _settings(newer)
    changes: list[MappingChange] = [
        {"part": part, "key": key, "from": before.get((part, key)), "to": after.get((part, key))}
        for part, key in sorted(before.keys() | after.keys())
        if before.get((part, key)) != after.get((part, key))
    ]
    return {"from": older["version"], "to": newer["version"], "changes": changes}


def _settings(mapping: MappingAnswer) -> dict[tuple[str, str], object]:
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
        say(f"Versions {diff['from']} and {diff['to']} are the same.")
        return
    say(f"From version {diff['from']} to {diff['to']}:")
    for change in diff["changes"]:
        name = f"{change['part']} {change['key']}".rstrip()
        say(f"  {name}: {_shown(change['from'])} -> {_shown(change['to'])}")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values())
    return "(not there)" if value is None else str(value)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(mappings, name="mapping")
