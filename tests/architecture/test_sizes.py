"""No file, function or summary grows beyond what a reader can hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import is_migration, relative, sources

_FILE_LINES = 400
_FUNCTION_LINES = 60
_SUMMARY_CHARACTERS = 80

_Described = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _long_functions(where: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > _FUNCTION_LINES:
                yield f"{where}:{node.lineno} {node.name} has {lines} lines"


def _long_summaries(where: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, _Described):
            summary = (ast.get_docstring(node) or "").partition("\n")[0]
            if len(summary) >= _SUMMARY_CHARACTERS:
                yield f"{where}: {summary!r}"


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_file_is_too_long() -> None:
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    long = [f"{path} has {lines} lines" for path, lines in lengths.items() if lines > _FILE_LINES]
    assert lengths
    assert not long, "\n".join(long)


def test_no_function_is_too_long() -> None:
    long = [
        text
        for path in sources()
        if not is_migration(path)
        for text in _long_functions(relative(path), _tree(path))
    ]
    assert not long, "\n".join(long)


def test_the_first_line_of_a_docstring_fits() -> None:
    long = [text for path in sources() for text in _long_summaries(relative(path), _tree(path))]
    assert not long, "\n".join(long)


def test_the_measures_find_what_is_too_long() -> None:
    body = "    pass\n" * _FUNCTION_LINES
    tree = ast.parse(f'def long():\n{body}\ndef told():\n    """{"x" * _SUMMARY_CHARACTERS}"""\n')
    assert list(_long_functions("here", tree)) == ["here:1 long has 61 lines"]
    assert len(list(_long_summaries("here", tree))) == 1
