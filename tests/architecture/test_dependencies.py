"""What is depended on is pinned, locked by hash and explained."""

import re
import tomllib

import pytest

from tests.architecture.tree import ROOT

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_RUNTIME = _PROJECT["project"]["dependencies"]
_DEV = _PROJECT["project"]["optional-dependencies"]["dev"]
_BUILD = _PROJECT["dependency-groups"]["build"]
_FUZZ = _PROJECT["dependency-groups"]["fuzz"]
_LOCKS = {
    "requirements-build.lock": _BUILD,
    "requirements-fuzz.lock": _FUZZ,
    "requirements.lock": _RUNTIME,
    "requirements-dev.lock": [*_RUNTIME, *_DEV],
}
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(text: str) -> dict[str, str]:
    return {_canonical(name): version for name, version in _PIN.findall(text)}


def _lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _LOCKS)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    asked = _pins("\n".join(_LOCKS[name]))
    locked = _pins(_lock(name))
    assert len(asked) == len(_LOCKS[name]), "every dependency is pinned exactly"
    assert {key: locked.get(key) for key in asked} == asked


@pytest.mark.parametrize("name", _LOCKS)
def test_a_lock_gives_a_hash_for_everything_and_names_no_address(name: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", _lock(name), flags=re.MULTILINE)[1:]
    assert len(entries) == len(_pins(_lock(name)))
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.search(r"://|index-url|find-links", _lock(name)) is None


def test_the_locks_agree() -> None:
    runtime, dev, build = (_pins(_lock(f"requirements{kind}.lock")) for kind in ("", "-dev", "-build"))
    assert runtime.items() <= dev.items()
    assert build.items() <= runtime.items()


def test_every_dependency_is_explained_and_no_other() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {_canonical(name) for name in re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)}
    assert explained == set(_pins("\n".join([*_RUNTIME, *_DEV, *_BUILD, *_FUZZ])))
