"""`tillbook mapping …`: which account, tax type and tracking everything goes to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.options import Home, Json, StoreKey, client
from console.output import ExitStatus, say, say_text, show
from services.contract.problem import Refused

if TYPE_CHECKING:
    from services.contract.answers import MappingIssue
    from services.contract.replies import MappingAnswer, MappingSavedAnswer

mappings = typer.Typer(help="Which account, tax type and tracking everything goes to.", no_args_is_help=True)


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

    Everything in it that is missing or invalid is named.
    """
    answer = client(home).save_mapping(store, _read(file))

    def words(saved: MappingSavedAnswer) -> None:
        say(f"Mapping of {store} saved as version {saved['version']}.")
        _issue_words(saved["issues"])

    show(answer, words, as_json=json)
    if answer["issues"]:
        raise typer.Exit(ExitStatus.PARTLY)


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
def mapping_diff(*, store: StoreKey, json: Json = False, home: Home = None) -> None:
    """Show what another mapping would have posted (a later version)."""
    raise Refused(
        "`tillbook mapping diff` is not part of this version.",
        "Every document already keeps the version of the mapping it was made with.",
        f"Compare versions with: tillbook mapping export --store {store}",
    )


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.add_typer(mappings, name="mapping")
