"""Rows of one receipt are gathered wherever they stand, each once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from services.sources.grouping import Filter, Group, KeyedRow, Stray, coming_back, grouped
from services.sources.numerals import ValueFault

_CELL = 'cell "with" quotes\n'
_keys = st.none() | st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(["a", "b", "c", "d"]))


def _rows(keys: Sequence[tuple[str, str] | None]) -> Iterator[KeyedRow]:
    for line, key in enumerate(keys, 2):
        yield line, [str(line), _CELL], key


def _gathered(keys: Sequence[tuple[str, str] | None], again: Filter) -> dict[tuple[str, str], list[int]]:
    groups = [group for group in grouped(_rows(keys), again) if isinstance(group, Group)]
    found = {group.key: group.lines for group in groups}
    assert len(found) == len(groups), "a receipt is handed out once"
    for group in groups:
        assert group.rows == [[str(line), _CELL] for line in group.lines]
    return found


@given(st.lists(_keys, max_size=40))
def test_every_row_comes_out_once_with_its_receipt(keys: list[tuple[str, str] | None]) -> None:
    again, count = coming_back(_rows(keys))
    expected: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for line, key in enumerate(keys, 2):
        if key is not None:
            expected[key].append(line)
    assert count == len(keys)
    assert _gathered(keys, again) == expected


def test_a_receipt_wrongly_said_to_come_back_is_whole_all_the_same() -> None:
    class Always(Filter):
        def __contains__(self, key: object) -> bool:
            return True

    keys = [("1", "b"), ("1", "b"), ("1", "a"), None, ("2", "a")]
    assert _gathered(keys, Always()) == {("1", "a"): [4], ("1", "b"): [2, 3], ("2", "a"): [6]}


def test_receipts_that_stand_together_are_handed_out_at_once() -> None:
    def rows() -> Iterator[KeyedRow]:
        yield from _rows([("1", "a"), ("1", "a"), ("1", "b")])
        raise AssertionError("read too far")

    handed_out = grouped(rows(), Filter())
    assert next(handed_out) == Group(("1", "a"), [["2", _CELL], ["3", _CELL]], [2, 3])


def test_a_row_without_a_receipt_does_not_part_its_neighbours() -> None:
    rows: list[KeyedRow] = [(2, ["x"], ("1", "a")), (3, [], ValueFault("no id")), (4, ["y"], ("1", "a"))]
    again, _count = coming_back(rows)
    assert ("1", "a") not in again
    assert list(grouped(rows, again)) == [
        Stray(3, "no id"),
        Group(("1", "a"), [["x"], ["y"]], [2, 4]),
    ]


@given(st.sets(st.tuples(st.text(), st.text()), max_size=200))
def test_a_filter_never_forgets(keys: set[tuple[str, str]]) -> None:
    known = Filter()
    for key in keys:
        known.add(key)
    assert all(key in known and known.add(key) for key in keys)


def test_a_filter_seldom_knows_what_it_was_not_given() -> None:
    known = Filter()
    for number in range(20_000):
        known.add(("1", str(number)))
    wrong = sum(("1", str(number)) in known for number in range(20_000, 40_000))
    assert wrong < 200
