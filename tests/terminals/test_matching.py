"""Which approval belongs to which tender: only what is certain is joined. Pure."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.terminals.counter.matching import Approval, Paper, pairs, suggestions

_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_DAY = date(2026, 11, 20)


def _approval(number: int = 1, amount: int = 1250, **more: Any) -> Approval:  # noqa: ANN401 - its own fields
    own = f"OWN{number:07d}"
    names = frozenset({own, f"t{number}"})
    plain = Approval(number, "front", "1", f"t{number}", names, own, amount, _NOON, _DAY)
    return replace(plain, **more)


def _paper(receipt: str = "R-1", amount: int = 1250, **more: Any) -> Paper:  # noqa: ANN401 - its own fields
    plain = Paper("1", receipt, 1, amount, _NOON, _DAY, "", "")
    return replace(plain, **more)


def _joined(approvals: list[Approval], papers: list[Paper]) -> list[tuple[int, str, str]]:
    return [(pair.approval.id, pair.paper.receipt, pair.rule) for pair in pairs(approvals, papers)]


def test_our_reference_on_the_receipt_joins_whatever_else() -> None:
    far = _paper(time=_NOON + timedelta(hours=5), register="9", reference="OWN0000001")
    assert _joined([_approval()], [far, _paper("R-2")]) == [(1, "R-1", "reference")]


def test_the_receipts_own_id_as_the_tills_reference() -> None:
    papers = [_paper("t1", time=_NOON + timedelta(hours=3)), _paper("R-2")]
    assert _joined([_approval()], papers) == [(1, "t1", "receipt")]


def test_same_till_and_a_few_minutes() -> None:
    papers = [_paper(time=_NOON + timedelta(minutes=14)), _paper("R-2", register="2")]
    assert _joined([_approval()], papers) == [(1, "R-1", "till_time")]


def test_same_store_and_a_few_minutes() -> None:
    paper = _paper(register="2", time=_NOON - timedelta(minutes=15))
    assert _joined([_approval()], [paper]) == [(1, "R-1", "store_time")]


def test_what_is_not_certain_waits() -> None:
    approval = _approval()
    assert _joined([approval], [_paper("R-1"), _paper("R-2")]) == []
    assert _joined([approval, _approval(2)], [_paper()]) == []
    assert _joined([approval], [_paper(time=_NOON + timedelta(minutes=16))]) == []
    assert _joined([approval], [_paper(amount=1251)]) == []
    assert _joined([approval], [_paper(amount=-1250)]) == []
    assert _joined([approval], [_paper(reference="of-something-else")]) == []
    assert _joined([approval], [_paper(terminal="back")]) == []
    other_day = _paper(register="2", business_date=_DAY + timedelta(days=1))
    assert _joined([approval], [other_day]) == []


def test_a_reference_needs_the_amount_too() -> None:
    assert _joined([_approval()], [_paper(amount=1300, reference="OWN0000001")]) == []


def test_what_a_person_parted_is_not_joined_again() -> None:
    paper = _paper(reference="OWN0000001")
    assert pairs([_approval()], [paper], frozenset({(1, "1", "R-1", 1)})) == []


def test_one_certain_pair_makes_the_next_certain() -> None:
    approvals = [_approval(1), _approval(2)]
    papers = [_paper("R-1", reference="OWN0000001"), _paper("R-2")]
    assert _joined(approvals, papers) == [(1, "R-1", "reference"), (2, "R-2", "till_time")]


def test_the_same_amount_is_only_suggested() -> None:
    papers = [_paper("R-1"), _paper("R-2"), _paper("R-3", amount=99)]
    assert [pair.paper.receipt for pair in suggestions([_approval()], papers)] == ["R-1", "R-2"]


_amounts = st.sampled_from([1000, 1250, -1250])
_minutes = st.integers(0, 40).map(lambda minutes: _NOON + timedelta(minutes=minutes))
_approvals = st.lists(st.tuples(_amounts, _minutes, st.sampled_from("12")), max_size=6)
_papers = st.lists(
    st.tuples(_amounts, _minutes, st.sampled_from("12"), st.sampled_from(["", "OWN0000001"])), max_size=6
)


@given(_approvals, _papers)
def test_nothing_is_joined_twice_and_amounts_are_always_equal(
    given_approvals: list[tuple[int, datetime, str]], given_papers: list[tuple[int, datetime, str, str]]
) -> None:
    approvals = [
        _approval(number, amount, time=time, till=till)
        for number, (amount, time, till) in enumerate(given_approvals)
    ]
    papers = [
        _paper(f"R-{number}", amount, time=time, register=till, reference=reference)
        for number, (amount, time, till, reference) in enumerate(given_papers)
    ]
    found = pairs(approvals, papers)
    assert len({pair.approval.id for pair in found}) == len(found)
    assert len({pair.paper.key for pair in found}) == len(found)
    assert all(pair.approval.amount == pair.paper.amount for pair in found)
    turned = pairs(approvals[::-1], papers[::-1])
    assert {(pair.approval.id, pair.paper.key) for pair in turned} == {
        (pair.approval.id, pair.paper.key) for pair in found
    }
