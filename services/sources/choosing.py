"""A profile's rules and choices, made ready to run on the rows of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import repeat
from operator import itemgetter, or_

from services.sources.numerals import Numerals, ValueFault
from services.sources.picking import Cells, Memory, Pick, name_in
from services.sources.profile import Choice, Condition, Rule
from services.sources.rows import Header, Row

Predicate = Callable[[str], bool]
_SIGNS = {"zero": 0, "negative": -1, "positive": 1}


class Rules:
    """The first rule that holds for a row.

    Each cell is tested by itself and remembered: among several cells one is often new (a
    receipt's number) where the others are not.
    """

    def __init__(self, rules: Sequence[Rule], numerals: Numerals) -> None:
        self.columns = list(dict.fromkeys(condition.column for rule in rules for condition in rule.when))
        conditions = list(dict.fromkeys(condition for rule in rules for condition in rule.when))
        self._wanted = [(rule.name, _bits(conditions, rule.when)) for rule in rules]
        tests = [(1 << at, predicate(one, numerals)) for at, one in enumerate(conditions)]
        self._tests = [
            Memory(
                partial(
                    _holding,
                    [test for test, one in zip(tests, conditions, strict=True) if one.column == column],
                )
            )
            for column in self.columns
        ]
        self._name = lru_cache(maxsize=1024)(self._first)

    def decide(self, cells: Cells) -> str | None:
        """Return the name for the cells of `columns`, None when no rule holds."""
        holding = 0
        for test, cell in zip(self._tests, cells, strict=False):
            holding |= test[cell]
        return self._name(holding)

    def names(self, rows: Sequence[Row], header: Header) -> Iterator[str | None]:
        """Return the names of many rows, without a step of Python for cells known."""
        bits: Iterator[int] = repeat(0, len(rows))
        for column, test in zip(self.columns, self._tests, strict=True):
            bits = map(or_, bits, map(test.__getitem__, map(itemgetter(header.at(column)), rows)))
        return map(self._name, bits)

    def _first(self, holding: int) -> str | None:
        return next((name for name, bits in self._wanted if holding & bits == bits), None)


def pick_choice(choice: Choice, header: Header, numerals: Numerals, what: str) -> Pick[str]:
    """Return the value a choice gives a row; an empty or damaged cell is a fault."""
    columns, work_out = chooser(choice, numerals, what)
    return Pick([header.at(column) for column in columns], work_out)


def chooser(choice: Choice, numerals: Numerals, what: str) -> tuple[list[str], Callable[[Cells], str]]:
    """Return the columns a choice depends on, and what makes its value of them."""
    rules = Rules(choice.rules, numerals)
    columns = list(rules.columns)
    if choice.column is not None and choice.column not in columns:
        columns.append(choice.column)

    def work_out(cells: Cells) -> str:
        chosen = rules.decide(cells)
        if chosen is None and choice.column is not None:
            chosen = name_in(cells[columns.index(choice.column)], choice.column, what) or None
        if chosen is None:
            chosen = choice.value
        if chosen is None:
            raise ValueFault(f"{choice.column} is empty: the row has no {what}")
        return chosen

    return columns, work_out


def _bits(conditions: Sequence[Condition], some: Iterable[Condition]) -> int:
    return sum(1 << at for at in {conditions.index(condition) for condition in some})


def _holding(tests: Sequence[tuple[int, Predicate]], cells: Cells) -> int:
    """Return which of the tests on a column hold for its cell, a bit for each."""
    (cell,) = cells
    text = cell.strip()
    return sum(bit for bit, test in tests if test(text))


def predicate(condition: Condition, numerals: Numerals) -> Predicate:
    """Return the test that a condition makes of a cell without the spaces around it."""
    test = _test(condition, numerals)
    if condition.ignore_case and condition.test != "regex":
        return lambda text: test(text.casefold()) != condition.negated
    return lambda text: test(text) != condition.negated


def _test(condition: Condition, numerals: Numerals) -> Predicate:
    values, pattern = condition.values, condition.pattern
    match condition.test:
        case "equals" | "in":
            return lambda text: text in values
        case "prefix":
            prefixes = tuple(values)
            return lambda text: text.startswith(prefixes)
        case "regex":
            return lambda text: pattern is not None and pattern.fullmatch(text) is not None
        case "blank":
            return lambda text: not text
        case sign:
            wanted = _SIGNS[sign]
            return lambda text: numerals.sign(text) == wanted
