"""The catalogue as a whole: large enough, told in full, as documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.accounting.ledger import CallRefused, NotSent, OutcomeUnknown, RateLimited
from services.accounting.xero import known
from services.accounting.xero.catalogue import class_of, class_of_code, explained, failures
from services.accounting.xero.errors import CATALOGUE
from services.contract.failure_classes import PERSON, UNKNOWN, WAIT, WORDS
from services.contract.problem import NotFound, Problem
from services.sync.findings import finding, kept, told_one
from services.sync.pace import Pace
from services.sync.showing.failures_page import page

_DOCUMENT = Path(__file__).parents[2] / "docs" / "failures.md"


def test_at_least_forty_failures_are_known_each_once() -> None:
    codes = [each["code"] for each in failures()]
    assert len(codes) >= 40
    assert len(codes) == len(set(codes))
    assert len(codes) == len(CATALOGUE) + len(known.KNOWN)


def test_each_has_class_cause_and_next_step() -> None:
    for each in failures():
        assert each["class"] in WORDS, each
        assert all(each[part] for part in ("what", "why", "next")), each
        assert "{" not in f"{each['what']}{each['why']}{each['next']}", each
        assert explained(each["code"]) == each


def test_each_class_is_there() -> None:
    assert {each["class"] for each in failures()} == {WAIT, PERSON, UNKNOWN}


def test_the_documentation_is_the_catalogue() -> None:
    command = "python -m services.sync.showing.failures_page > docs/failures.md"
    assert _DOCUMENT.read_text(encoding="utf-8") == page(Pace().come_back_tries), command


def test_a_code_that_is_not_known() -> None:
    with pytest.raises(NotFound) as refused:
        explained("moon_phase")
    assert refused.value.next
    assert class_of_code("moon_phase") == PERSON


@pytest.mark.parametrize(
    "problem,kind",
    [
        (NotSent("x"), WAIT),
        (NotSent("x", code="never_heard_of"), WAIT),
        (RateLimited("x"), WAIT),
        (OutcomeUnknown("x", code="number_taken"), UNKNOWN),
        (CallRefused("x", code="right_missing"), PERSON),
        (Problem("x", code="dns_failed"), WAIT),
        (Problem("x"), PERSON),
    ],
)
def test_the_class_of_a_problem(problem: Problem, kind: str) -> None:
    assert class_of(problem) == kind
    assert kept(problem)["class"] == kind


def test_what_was_kept_before_there_were_classes_has_one_when_it_is_told() -> None:
    old = {"code": "period_locked", "what": "a", "why": "b", "next": "c"}
    told = told_one(old)
    assert told is not None
    assert told.get("class") == PERSON
    assert finding("paused", "a", "b", "c", WAIT)["class"] == WAIT


def test_words_that_were_caught_are_no_format() -> None:
    problem = known.problem_of(Problem, "consent_failed", "{0} {x}")
    assert "{0} {x}" in problem.why
