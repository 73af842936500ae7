"""What the pages say is there: links, files, commands and their options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from console.cli import program
from services.__main__ import _parser
from tests.architecture.tree import ROOT, all_files, relative, sources

_PAGES = sorted(path for path in all_files() if path.suffix == ".md")
_NAMES = [relative(path) for path in _PAGES]
_FILES = [f"/{relative(path)}" for path in all_files()]
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FILE = re.compile(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|toml|md|tcss|service)|[a-z_]+\.py)`")
_CALL = re.compile(r"\btillbook((?: +[^\s`|;#]+)+)")
_PAGE = re.compile(r"\bdocs/[a-z-]+\.md\b")
_WORD = re.compile(r"[a-z][a-z-]*")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_XERO = re.compile(r"^\s*(?:from|import) services\.accounting(?:\.xero| import xero)", re.MULTILINE)
_WITHOUT_SERVICE = ("init", "restore")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _anchors(page: Path) -> set[str]:
    """The names under which a page's headings are linked."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", _NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for path, anchor in _LINK.findall(_text(name)):
        target = (page.parent / path) if path else page
        assert target.exists(), path
        assert not anchor or anchor in _anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("name", _NAMES)
def test_files_that_are_named_are_there(name: str) -> None:
    gone = [
        file for file in _FILE.findall(_text(name)) if not any(each.endswith(f"/{file}") for each in _FILES)
    ]
    assert gone == []


@cache
def _root() -> Any:  # noqa: ANN401 - a class of Typer's own that it does not publish
    return typer.main.get_command(program())


def _calls(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield each call of a page: its command, and the options given to it."""
    one_line = text.replace("\\\n", " ").replace("-u tillbook -- ", "")
    for call in _CALL.findall(one_line):
        command, words = _root(), []
        for word in call.split():
            if not _WORD.fullmatch(word) or word not in getattr(command, "commands", {}):
                break
            command = command.commands[word]
            words.append(word)
        yield words, _OPTION.findall(call)


def _options(words: list[str]) -> set[str]:
    if words and words[0] in _WITHOUT_SERVICE:
        inner: Any = next(each for each in _parser()._actions if each.choices).choices  # noqa: SLF001
        return {option for action in inner[words[0]]._actions for option in action.option_strings}  # noqa: SLF001
    command = _root()
    for word in words:
        command = command.commands[word]
    return {name for option in command.params for name in (*option.opts, *option.secondary_opts)}


@pytest.mark.parametrize("name", _NAMES)
def test_commands_that_are_named_have_the_options_that_are_named(name: str) -> None:
    wrong = {
        (" ".join(words), option)
        for words, options in _calls(_text(name))
        for option in options
        if option not in _options(words) | {"--help", "--json", "--yes", "--home"}
    }
    # Options of the commands around it on the same line.
    assert wrong <= {("", "--shell"), ("", "--dbname"), ("", "--file")}


def test_pages_that_the_program_names_are_there() -> None:
    ours = [
        path for path in all_files() if relative(path).startswith(("console/", "services/", "packaging/"))
    ]
    named = {
        page for path in ours for page in _PAGE.findall(path.read_text(encoding="utf-8", errors="ignore"))
    }
    assert named
    assert [page for page in named if not (ROOT / page).exists()] == []


def test_the_page_for_another_ledger_names_every_place_that_knows_xero() -> None:
    page = _text("docs/adding-a-ledger-terminal-or-pos.md")
    places = {relative(path).removesuffix(".py"): path for path in sources()}
    knowing = {
        place.removeprefix("services/").removeprefix("sync/")
        for place, path in places.items()
        if place.startswith(("services/sync/", "services/api/"))
        and _XERO.search(path.read_text(encoding="utf-8"))
    }
    table = page[page.index("| where |") : page.index("## A card terminal")]
    assert knowing
    assert knowing - set(re.findall(r"[a-z_/]+", table)) == set()
