"""What the terminal's last transaction says of an attempt."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Request, Result, Verdict
from services.terminals.zvt.last import UNSUPPORTED, Last, compare

_OLD = Result(PaymentState.APPROVED, 500, "EUR", receipt="0462", trace="001040", stated="11-21 11:59:00")
_NEW = Result(PaymentState.APPROVED, 1000, "EUR", receipt="0463", trace="001041", stated="11-21 12:00:01")
_NOTHING = Last(None, "64")


def _asked(before: Last = Last(_OLD)) -> Request:  # noqa: B008 - a frozen value
    return Request(1, PaymentKind.PAYMENT, 1000, "EUR", "REF", baseline=before.baseline())


@pytest.mark.parametrize(
    "before,said,last,verdict",
    [
        (Last(_OLD), None, Last(_NEW), Verdict.SETTLED),
        (Last(_OLD), _NEW, Last(_NEW), Verdict.SETTLED),
        (Last(_OLD), None, Last(_OLD), Verdict.NOT_CHARGED),
        (Last(_OLD), _NEW, Last(_OLD), Verdict.NOT_CHARGED),
        (_NOTHING, None, _NOTHING, Verdict.NOT_CHARGED),
        (_NOTHING, None, Last(_NEW), Verdict.SETTLED),
        (Last(_OLD), None, _NOTHING, Verdict.CANNOT_TELL),
        (Last(_OLD), None, Last(None, UNSUPPORTED), Verdict.CANNOT_TELL),
        (Last(None, UNSUPPORTED), None, Last(None, UNSUPPORTED), Verdict.CANNOT_TELL),
        (Last(_OLD), None, Last(replace(_NEW, amount=900)), Verdict.CANNOT_TELL),
        (Last(_OLD), None, Last(replace(_NEW, amount=1100)), Verdict.CANNOT_TELL),
        (Last(_OLD), None, Last(replace(_NEW, currency="CHF")), Verdict.CANNOT_TELL),
        (Last(_OLD), None, Last(replace(_NEW, receipt="0465")), Verdict.SETTLED),
        (Last(_OLD), None, Last(replace(_NEW, receipt="0461")), Verdict.CANNOT_TELL),
        (Last(_OLD), None, Last(replace(_NEW, receipt="")), Verdict.CANNOT_TELL),
        (Last(_OLD), _NEW, Last(replace(_NEW, receipt="0464")), Verdict.CANNOT_TELL),
        (Last(replace(_OLD, receipt="9999")), None, Last(replace(_NEW, receipt="0001")), Verdict.SETTLED),
    ],
)
def test_verdicts(before: Last, said: Result | None, last: Last, verdict: Verdict) -> None:
    finding = compare(_asked(before), said, last)
    assert finding.verdict is verdict
    assert finding.why
    if verdict is Verdict.SETTLED:
        assert finding.result == last.result


def test_without_a_baseline_nothing_can_be_told() -> None:
    request = replace(_asked(), baseline={})
    assert compare(request, None, Last(_NEW)).verdict is Verdict.CANNOT_TELL


def test_less_than_asked_counts_only_where_it_may_be() -> None:
    less = Last(replace(_NEW, amount=400))
    assert compare(_asked(), None, less).verdict is Verdict.CANNOT_TELL
    assert compare(_asked(), None, less, partial=True).verdict is Verdict.SETTLED


@given(st.integers(1, 9999), st.integers(1, 9999), st.integers(1, 2000))
def test_an_approval_is_always_of_the_amount_and_newer(before: int, now: int, amount: int) -> None:
    old = Last(replace(_OLD, receipt=f"{before:04d}"))
    last = Last(replace(_NEW, receipt=f"{now:04d}", amount=amount))
    finding = compare(_asked(old), None, last)
    if finding.verdict is Verdict.SETTLED:
        assert amount == 1000
        assert 0 < (now - before) % 9999 < 5000
