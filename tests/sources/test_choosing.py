"""The rules of a profile: which rows they hold for, and which rule comes first."""

import re

import pytest

from services.sources.choosing import Rules, pick_choice, predicate
from services.sources.numerals import Numerals, ValueFault
from services.sources.picking import Memory
from services.sources.profile import Choice, Condition, NumberForm, Rule
from services.sources.rows import Header

_NUMERALS = Numerals(NumberForm(), "GBP")
_HEADER = Header({"Code": 0, "Price": 1, "Group": 2}, 3)


@pytest.mark.parametrize(
    "condition,yes,no",
    [
        (Condition("c", "equals", frozenset({"D"})), ["D", " D "], ["d", "DD", ""]),
        (Condition("c", "in", frozenset({"a", "b"}), ignore_case=True), ["A", "b"], ["c", "ab"]),
        (Condition("c", "prefix", frozenset({"C"})), ["C5", "C"], ["c5", "5C", ""]),
        (Condition("c", "prefix", frozenset({"gift_"}), ignore_case=True), ["GIFT_1"], ["gift"]),
        (Condition("c", "regex", pattern=re.compile("[0-9]+")), ["536365"], ["C536379", "5a"]),
        (Condition("c", "zero"), ["0", "0.0", "-0.00"], ["0.001", "", "x"]),
        (Condition("c", "negative"), ["-0.01"], ["0", "1", "", "x"]),
        (Condition("c", "positive"), ["0.01"], ["0", "-1", "", "x"]),
        (Condition("c", "blank"), ["", "  "], ["x"]),
        (Condition("c", "blank", negated=True), ["x"], ["", " "]),
    ],
)
def test_a_condition_holds_for_some_cells(condition: Condition, yes: list[str], no: list[str]) -> None:
    assert [cell for cell in yes + no if predicate(condition, _NUMERALS)(cell.strip())] == yes


def _rules() -> Rules:
    code_a = Condition("Code", "prefix", frozenset({"A"}))
    free = Condition("Price", "zero")
    return Rules((Rule("both", (code_a, free)), Rule("a", (code_a,)), Rule("free", (free,))), _NUMERALS)


@pytest.mark.parametrize(
    "code,price,name", [("A1", "0.00", "both"), ("A1", "1.00", "a"), ("B1", "0", "free"), ("B1", "1", None)]
)
def test_the_first_rule_that_holds_counts(code: str, price: str, name: str | None) -> None:
    assert _rules().decide((code, price)) == name
    assert list(_rules().names([[code, price, ""]] * 2, _HEADER)) == [name, name]


def test_no_rule_holds_where_there_is_none() -> None:
    assert Rules((), _NUMERALS).decide(()) is None
    assert list(Rules((), _NUMERALS).names([["x", "y", "z"]], _HEADER)) == [None]


def test_a_choice_is_a_rule_else_a_column_else_what_is_fixed() -> None:
    rule = Rule("from rule", (Condition("Code", "equals", frozenset({"R"})),))
    choice = Choice((rule,), "Group", "nothing given")
    pick = pick_choice(choice, _HEADER, _NUMERALS, "category")
    rows = [["R", "", "food"], ["S", "", " food "], ["S", "", " "]]
    assert [pick.of(row) for row in rows] == ["from rule", "food", "nothing given"]
    assert list(pick.column(rows)) == ["from rule", "food", "nothing given"]


def test_an_empty_cell_is_a_fault_where_nothing_stands_for_it() -> None:
    pick = pick_choice(Choice((), "Group", None), _HEADER, _NUMERALS, "category")
    with pytest.raises(ValueFault, match="Group is empty: the row has no category"):
        pick.of(["S", "", ""])


def test_answers_are_remembered_within_bounds() -> None:
    asked: list[str] = []

    def work_out(cells: tuple[str, ...]) -> int:
        asked.append(cells[0])
        return len(asked)

    memory = Memory(work_out)
    assert [memory["a"], memory["a"], memory["b"]] == [1, 1, 2]
    for number in range(20_000):
        memory[str(number)]
    assert len(memory) < 17_000
