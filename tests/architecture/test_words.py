"""Words no file may hold: places of one machine, registries, unfinished work."""

import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import all_files, relative

# Each word is put together here, so that this file does not hold it.
_FORBIDDEN = {
    "a place on one machine": re.compile(
        "|".join(["/" + "root/", "/" + "work/", "/" + r"home/\w", "/" + r"Users/\w"])
    ),
    "a package registry": re.compile(
        "|".join(["pypi" + r"\.org", "python" + r"hosted\.org", "index" + "-url ="])
    ),
    "unfinished work": re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b"),
}


def _text_files() -> Iterator[tuple[str, str]]:
    for path in all_files():
        content = path.read_bytes()
        if b"\0" not in content:
            yield relative(path), content.decode("utf-8")


def _found(pattern: re.Pattern[str], name: str, text: str) -> list[str]:
    return [
        f"{name}:{number} {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("what", _FORBIDDEN)
def test_no_file_names(what: str) -> None:
    found = [line for name, text in _text_files() for line in _found(_FORBIDDEN[what], name, text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "what,line",
    [
        ("a place on one machine", "see /" + "home/anna/notes"),
        ("a package registry", "https://pypi" + ".org/simple"),
        ("unfinished work", "# TO" + "DO: later"),
    ],
)
def test_the_words_are_found(what: str, line: str) -> None:
    assert _found(_FORBIDDEN[what], "here", line) == [f"here:1 {line}"]
