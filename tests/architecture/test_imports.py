"""What is loaded when a room is imported, seen in a fresh process.

The import contracts of pyproject.toml read the sources; this looks at what really gets loaded,
through libraries too.
"""

import json
import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.architecture.tree import ROOMS, ROOT, modules

_PROBE = """
import importlib, json, sys
sys.modules["httpx._main"] = None  # see _loaded
seen, loaded = set(sys.modules), {}
for name in sys.argv[1:]:
    importlib.import_module(name)
    loaded[name] = sorted(set(sys.modules) - seen)
    seen |= set(sys.modules)
print(json.dumps(loaded))
"""
_SCREEN = {"rich", "textual", "console", "screens", "themes"}
_ENGINE = {"alembic", "dbos", "fastapi", "keyring", "sqlalchemy", "sqlmodel", "uvicorn", "xero_python"}
_PYDANTIC = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}

# A nexo terminal seals its messages with AES, which the standard library does not have.
_SEALS = {"cryptography", "_cffi_backend", "_openssl"}


def _loaded(names: Iterable[str]) -> dict[str, list[str]]:
    """Import the modules in one fresh process; return what each newly loaded.

    httpx looks for its own command line and brings rich along where that is installed; httpx
    works without, so it is kept out here to see what our modules bring.
    """
    command = [sys.executable, "-P", "-c", _PROBE, *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


def _top(name: str) -> str:
    return name.partition(".")[0]


def _bringing(names: Iterable[str], forbidden: set[str]) -> dict[str, list[str]]:
    """Return the modules that load something forbidden, with what it is."""
    found = {}
    for module, loaded in _loaded(names).items():
        if wrong := sorted({_top(name) for name in loaded} & forbidden):
            found[module] = wrong
    return found


def test_the_probe_sees_what_a_module_loads() -> None:
    assert _bringing(["json", "sqlmodel"], {"sqlalchemy"}) == {"sqlmodel": ["sqlalchemy"]}


def test_every_room_is_looked_at() -> None:
    found = modules(*ROOMS)
    assert {_top(name) for name in found} == set(ROOMS)
    assert "services.books.money" in found


def test_the_console_loads_no_engine_and_no_database() -> None:
    found = _bringing(modules("console", "screens", "themes"), _ENGINE)
    assert not found, found


def test_the_console_loads_no_room_but_the_contract() -> None:
    loaded = _loaded(modules("console", "screens", "themes"))
    rooms = {name for names in loaded.values() for name in names if _top(name) == "services"}
    assert {name for name in rooms if not f"{name}.".startswith("services.contract.")} <= {"services"}


def test_screens_load_nothing_that_could_call_the_service() -> None:
    found = _bringing(modules("screens", "themes"), {"console", "httpx", "httpx_sse"})
    assert not found, found


def test_the_service_loads_no_screen() -> None:
    found = _bringing(modules("services"), _SCREEN)
    assert not found, found


@pytest.mark.parametrize(
    "room,others",
    [
        ("services.books", set()),
        ("services.contract", _PYDANTIC),
        ("services.sandbox", _PYDANTIC | _SEALS | {"services.contract"}),
    ],
)
def test_a_pure_room_loads_the_standard_library_and_itself(room: str, others: set[str]) -> None:
    allowed = set(sys.stdlib_module_names) | others

    def foreign(name: str) -> bool:
        if _top(name) == "services":
            return not any(f"{name}.".startswith(f"{own}.") for own in (room, *others)) and name != "services"
        # sysconfig keeps the interpreter's build settings in a module named after the platform.
        return _top(name) not in allowed and not name.startswith("_sysconfigdata_")

    wrong = {module: list(filter(foreign, names)) for module, names in _loaded(modules(room)).items()}
    found = {module: names for module, names in wrong.items() if names}
    assert not found, found
