"""The project's own files, for the tests that read them."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("console", "screens", "services", "themes")
_NOT_OURS = {".git", ".venv", "build", "dist", "__pycache__"}
_NOT_OURS |= {".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
_MIGRATIONS = "services/store/migrations"


def all_files() -> Iterator[Path]:
    """Yield every file of the project, without what tools leave behind."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in _NOT_OURS)
        for name in sorted(files):
            yield Path(folder, name)


def sources() -> list[Path]:
    """Return every Python file, tests included."""
    return [path for path in all_files() if path.suffix == ".py"]


def relative(path: Path) -> str:
    """Return the path as a person writes it: from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def is_migration(path: Path) -> bool:
    """Whether the file is run by Alembic only: a list of statements, never imported."""
    return relative(path).startswith(_MIGRATIONS)


def modules(*rooms: str) -> list[str]:
    """Return the dotted names of every module below the rooms, packages first."""
    found = []
    for path in sources():
        name = relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        if not is_migration(path) and any(name == room or name.startswith(f"{room}.") for room in rooms):
            found.append(name)
    return found
