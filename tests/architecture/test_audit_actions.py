"""Every action in the audit is named in one style: words in snake case."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.contract.people import Person
from services.store import audit
from services.store.database import Database
from tests.architecture.tree import relative, sources

_STYLE = re.compile(r"[a-z]+(_[a-z]+)*")
_AT = 3
"""`audit.append(session, now, who, action, subject)`."""


def _actions() -> Iterator[tuple[str, str]]:
    for path in sources():
        if relative(path).startswith("tests/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            named = isinstance(node.func.value, ast.Name) and node.func.value.id == "audit"
            if not named or node.func.attr != "append" or len(node.args) <= _AT:
                continue
            action = node.args[_AT]
            if isinstance(action, ast.Constant) and isinstance(action.value, str):
                yield f"{relative(path)}:{node.lineno}", action.value


def test_every_action_is_in_one_style() -> None:
    found = dict(_actions())
    assert len(found) > 10
    assert {where: action for where, action in found.items() if not _STYLE.fullmatch(action)} == {}


@pytest.mark.parametrize("written,read", [("source.add", "add_source"), ("add_store", "add_store")])
def test_an_old_row_is_read_by_the_name_of_today(sqlite_database: Database, written: str, read: str) -> None:
    with sqlite_database.write() as session:
        anna = Person("anna", 1000, frozenset())
        audit.append(session, datetime(2026, 11, 1, tzinfo=UTC), anna, written, "x")
    with sqlite_database.read() as session:
        (entry,) = audit.entries(session)
        assert audit.action_of(entry) == read
        assert entry.action == written
