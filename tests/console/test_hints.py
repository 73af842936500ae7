"""The hints of the practice company: one at a time, moving on as things are done."""

from datetime import date

from console.hints import Guide, practice_steps
from console.practice_month import UNMAPPED, Month
from services.contract.answers import EventAnswer

MONTH = Month.up_to(date(2026, 11, 21))
_TWO_LINES_OF_EIGHTY = 148


def _event(kind: str, state: str | None = None) -> EventAnswer:
    return {"id": 1, "kind": kind, "store": "practice", "date": None, "state": state}


def _guide() -> Guide:
    return Guide(practice_steps(MONTH))


def test_every_date_of_the_month_is_in_one_state() -> None:
    own = [MONTH.blocked, MONTH.refused, MONTH.unknown, MONTH.by_file, MONTH.no_trade, MONTH.missing]
    assert (
        len({*own, *MONTH.waiting, *MONTH.posted}) == len(own) + len(MONTH.waiting) + len(MONTH.posted) == 30
    )
    assert {MONTH.changed, MONTH.differs} <= set(MONTH.posted)


def test_it_leads_through_the_whole_practice_company() -> None:
    guide = _guide()
    assert "no real organisation" in guide.hint.replace("nothing here reaches a real", "no real")
    seen = [guide.hint]
    for place in ("days", "day", "mapping"):
        guide.at(place)
        seen.append(guide.hint)
    guide.happened(_event("mapping"))
    seen.append(guide.hint)
    guide.happened(_event("integration", "connected"))
    seen.append(guide.hint)
    for place in ("log", "day", "terminals"):
        guide.at(place)
        seen.append(guide.hint)
    assert [hint[:3] for hint in seen] == [f"{number}/9" for number in range(1, 10)]
    assert UNMAPPED in seen[2]
    assert "q leaves" in seen[-1]


def test_another_way_does_not_move_it_on() -> None:
    guide = _guide()
    for place in ("log", "mapping", "day"):
        guide.at(place)
    assert guide.hint.startswith("1/9")


def test_what_was_done_early_counts_when_its_turn_comes() -> None:
    guide = _guide()
    guide.happened(_event("mapping"))
    guide.happened(_event("integration", "connected"))
    for place in ("days", "day", "mapping"):
        guide.at(place)
    assert guide.hint.startswith("6/9")


def test_a_hint_takes_two_lines_at_most() -> None:
    texts = [step.text for step in practice_steps(MONTH)]
    assert max(map(len, texts)) <= _TWO_LINES_OF_EIGHTY, max(texts, key=len)
