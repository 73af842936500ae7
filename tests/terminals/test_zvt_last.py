"""What the terminal's last transaction says of an attempt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract.terminals import PaymentKind, PaymentState
from services.terminals.driver import Request, Result, Verdict
from services.terminals.zvt.last import UNSUPPORTED, Last, compare

_OLD = Result(PaymentState.APPROVED, 500, "EUR", receipt="0462", trace="001040", stated="11-21 11:59:00")
_NEW = Result(PaymentState.APPROVED, 1000, "EUR", receipt="0463", trace="001041", stated="11-21 12:00:01")
_BARE = Result(PaymentState.APPROVED, 1000, "EUR")
_ZEROS = replace(_BARE, receipt="0000", trace="000000", stated="00-00 00:00:00")
_DAY = replace(_BARE, stated="11-21")
_NOTHING = Last(None, "64")
_CANNOT = Verdict.CANNOT_TELL


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
        # Whatever happened, this terminal says the same: it tells nothing.
        (Last(None), None, Last(None), Verdict.CANNOT_TELL),
        (Last(None, "FF"), None, Last(None, "FF"), Verdict.CANNOT_TELL),
        (Last(_BARE), None, Last(_BARE), Verdict.CANNOT_TELL),
        (Last(_BARE), _BARE, Last(_BARE), Verdict.CANNOT_TELL),
        (Last(_ZEROS), None, Last(_ZEROS), Verdict.CANNOT_TELL),
        (Last(_ZEROS), _ZEROS, Last(_ZEROS), Verdict.CANNOT_TELL),
        (Last(_DAY), None, Last(_DAY), Verdict.CANNOT_TELL),
        # It did not tell of the one before, so that may be the one it tells of now.
        (Last(None, "FF"), None, Last(_NEW), Verdict.CANNOT_TELL),
        (Last(None), None, Last(_NEW), Verdict.CANNOT_TELL),
        # Others paid meanwhile: the same amount is no proof.
        (Last(_OLD), None, Last(replace(_NEW, receipt="0500")), Verdict.CANNOT_TELL),
        # The terminal was exchanged.
        (Last(replace(_OLD, terminal_id="1")), None, Last(replace(_NEW, terminal_id="2")), _CANNOT),
        (Last(replace(_OLD, terminal_id="1")), None, Last(replace(_OLD, terminal_id="2")), _CANNOT),
    ],
)
def test_verdicts(before: Last, said: Result | None, last: Last, verdict: Verdict) -> None:
    finding = compare(_asked(before), said, last)
    assert finding.verdict is verdict
    assert finding.why
    if verdict is Verdict.SETTLED:
        assert finding.result == last.result


@pytest.mark.parametrize(
    "stated,sent,verdict",
    [
        # The terminal's clock is on a wall in Vienna: an hour before UTC in winter, two in summer.
        ("11-21 12:00:01", "2026-11-21T11:00:00+00:00", Verdict.SETTLED),
        ("11-21 13:59:59", "2026-11-21T11:00:00+00:00", Verdict.SETTLED),
        ("11-21 10:00:01", "2026-11-21T11:00:00+00:00", Verdict.SETTLED),
        ("11-21 14:00:01", "2026-11-21T11:00:00+00:00", Verdict.CANNOT_TELL),
        ("11-21 09:59:59", "2026-11-21T11:00:00+00:00", Verdict.CANNOT_TELL),
        ("11-22 12:00:01", "2026-11-21T11:00:00+00:00", Verdict.CANNOT_TELL),
        ("07-01 12:00:01", "2026-07-01T10:00:00+00:00", Verdict.SETTLED),
        ("07-01 15:00:01", "2026-07-01T10:00:00+00:00", Verdict.CANNOT_TELL),
        # No year is stated.
        ("01-01 00:01:00", "2026-12-31T22:50:00+00:00", Verdict.SETTLED),
        ("12-31 23:59:00", "2026-12-31T23:10:00+00:00", Verdict.SETTLED),
        ("02-29 12:00:01", "2028-02-29T11:00:00+00:00", Verdict.SETTLED),
        # No time is stated, or none that could be read.
        ("", "2026-11-21T11:00:00+00:00", Verdict.SETTLED),
        ("00-00 00:00:00", "2026-11-21T11:00:00+00:00", Verdict.SETTLED),
        ("11-22 12:00:01", "", Verdict.SETTLED),
    ],
)
@pytest.mark.parametrize("before", [Last(_OLD), _NOTHING], ids=["after another", "as the first"])
def test_the_same_amount_at_another_time_is_no_proof(
    stated: str, sent: str, verdict: Verdict, before: Last
) -> None:
    asked = _asked(before)
    request = replace(asked, baseline={**asked.baseline, "sent": sent})
    assert compare(request, None, Last(replace(_NEW, stated=stated))).verdict is verdict


def test_what_the_terminal_told_of_before_the_break_needs_no_time() -> None:
    request = replace(_asked(), baseline={**_asked().baseline, "sent": "2026-11-20T11:00:00+00:00"})
    assert compare(request, _NEW, Last(_NEW)).verdict is Verdict.SETTLED


def test_when_it_was_sent_does_not_make_the_old_transaction_another() -> None:
    request = replace(_asked(), baseline={**_asked().baseline, "sent": "2026-11-21T11:00:00+00:00"})
    assert compare(request, None, Last(_OLD)).verdict is Verdict.NOT_CHARGED


def test_without_a_baseline_nothing_can_be_told() -> None:
    request = replace(_asked(), baseline={})
    assert compare(request, None, Last(_NEW)).verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "minutes,verdict", [(0, Verdict.NOT_CHARGED), (15, Verdict.NOT_CHARGED), (16, Verdict.CANNOT_TELL)]
)
@pytest.mark.parametrize("said", [None, _NEW], ids=["untold", "told"])
def test_a_terminal_that_keeps_none_may_have_ended_its_day_since(
    said: Result | None, minutes: int, verdict: Verdict
) -> None:
    # Approved as the first of the day; the terminal's own end of day by night took it out again.
    sent = datetime(2026, 11, 21, 22, 40, tzinfo=UTC)
    request = replace(_asked(_NOTHING), baseline={"none": "64", "sent": sent.isoformat()})
    asked = sent + timedelta(minutes=minutes)
    assert compare(request, said, _NOTHING, asked=asked).verdict is verdict
    before = replace(_asked(), baseline={**_asked().baseline, "sent": sent.isoformat()})
    assert compare(before, None, Last(_OLD), asked=asked).verdict is Verdict.NOT_CHARGED


@pytest.mark.parametrize(
    "before,now,verdict",
    [
        ("001040", "001041", Verdict.SETTLED),
        ("999999", "000001", Verdict.SETTLED),
        ("001041", "001041", _CANNOT),
        ("001041", "001040", _CANNOT),
        ("", "001041", _CANNOT),
    ],
)
def test_traces_tell_where_a_terminal_gives_no_receipts(before: str, now: str, verdict: Verdict) -> None:
    old = Last(replace(_OLD, receipt="", trace=before))
    last = Last(replace(_NEW, receipt="", trace=now))
    assert compare(_asked(old), None, last).verdict is verdict
    # One that gives receipts, and gives none of this one, is not known by its trace.
    assert compare(_asked(), None, last).verdict is _CANNOT


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
        assert 0 < (now - before) % 9999 <= 20
