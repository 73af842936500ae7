"""Text from outside is never markup: a screen shows content, not strings."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import relative, sources

_ROOMS = ("screens/", "console/")
_MARKUP_MAKERS = {"from_markup", "from_rich_text", "render_markup"}
_READS_MARKUP = {"Static", "Label", "Option", "Button", "notify", "update"}
_TITLES = {"border_title", "border_subtitle", "tooltip"}


def _is_made_text(node: ast.expr) -> bool:
    """Whether an expression is a string put together at run time."""
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        return _is_made_text(node.left) or _is_made_text(node.right)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in {"format", "join", "str"} and not _of_content(node)
    return False


def _of_content(node: ast.Call) -> bool:
    """Whether it is `Content(…).join(…)`, which makes content."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "Content"


def _wrong(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in _MARKUP_MAKERS:
                yield node.lineno, f"{name} reads markup"
            if name in _READS_MARKUP and node.args and _is_made_text(node.args[0]):
                yield node.lineno, f"{name} reads a string as markup"
            if any(word.arg == "markup" and getattr(word.value, "value", None) for word in node.keywords):
                yield node.lineno, "markup is asked for"
        if isinstance(node, ast.Assign):
            named = {getattr(target, "attr", "") for target in node.targets}
            content = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "Content"
            if named & _TITLES and not content:
                yield node.lineno, "a title that is a string is read as markup"


def test_no_screen_makes_markup_of_data() -> None:
    found = [
        f"{relative(path)}:{line} {what}"
        for path in sources()
        if relative(path).startswith(_ROOMS)
        for line, what in _wrong(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "\n".join(found)


def test_the_scan_finds_markup() -> None:
    wrong = (
        'Static(f"by {name}")',
        'self.update("a" + f"{b}")',
        "Content.from_markup(text)",
        "self.border_title = title",
        "OptionList(markup=True)",
        'self.notify("{}".format(error))',
    )
    assert [len(list(_wrong(ast.parse(each)))) for each in wrong] == [1] * len(wrong)
    right = (
        "Static(Content(text))",
        'self.update(Content("\\n").join(lines))',
        "self.border_title = Content(t)",
    )
    assert [list(_wrong(ast.parse(each))) for each in right] == [[], [], []]
