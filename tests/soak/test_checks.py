"""The checks of the soak find what they are there to find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.soak import checks
from tests.soak.evidence import Found, Json, used
from tests.soak.expectation import Taken, expected_of
from tests.soak.oracle import Expected
from tests.soak.people import Deeds
from tests.soak.plan import Plan, Size, StorePlan

D = Decimal
_NUMBER = "POS-s01-2026-07-01"


@dataclass
class FakeTables:
    """Answers as `Tables` does."""

    states_: Counter[str] = field(default_factory=lambda: Counter({"posted": 2}))
    queued_: int = 0
    documents_: list[tuple[str, str, str]] = field(default_factory=lambda: [("ACCREC", _NUMBER, "posted")])
    payment_states_: Counter[str] = field(default_factory=lambda: Counter({"posted": 1}))
    attempts_: dict[str, str] = field(default_factory=lambda: {"k1": "accepted", "k2": "resolved"})
    journal_voids_: set[str] = field(default_factory=set)
    audit_: Counter[tuple[str, str]] = field(default_factory=lambda: Counter({("sync", "s01"): 2}))

    def __getattr__(self, name: str) -> Callable[[], Any]:
        """Return a function that gives what was set."""
        return lambda: vars(self)[f"{name}_"]


def tables(**changed: object) -> Any:  # noqa: ANN401 - a stand-in for Tables
    return FakeTables(**{f"{name}_": value for name, value in changed.items()})  # type: ignore[arg-type]


def wanted() -> Expected:
    expected = Expected(documents={("ACCREC", _NUMBER): D("10.00")})
    expected.balances.update({"611": D("10.00"), "200": D("-8.70"), "820": D("-1.30")})
    expected.movements["s01", "2026-07-01", "611"] = D("10.00")
    return expected


def found() -> Found:
    right = Found(documents=[("ACCREC", _NUMBER, D("10.00"))])
    right.movements["s01", "2026-07-01", "611"] = D("10.0")
    return right


def call(at: float, **more: object) -> Json:
    moment = datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=at)
    plain = {"face": "api", "tenant": "t", "method": "PUT", "status": 200, "fault_kind": "", "at_once": 1}
    return {**plain, "at": moment.isoformat(), "idempotency_key": "k1", **more}


def test_a_document_that_is_right_passes_and_one_twice_missing_or_changed_does_not() -> None:
    checks.each_document_once(found(), wanted())
    twice, changed, other = found(), found(), found()
    twice.documents *= 2
    changed.documents = [("ACCREC", _NUMBER, D("9.99"))]
    other.documents.append(("ACCREC", f"{_NUMBER}-d1", D("1.00")))
    for wrong in (Found(), twice, changed, other):
        with pytest.raises(AssertionError):
            checks.each_document_once(wrong, wanted())


def test_a_payment_of_another_account_is_found() -> None:
    checks.payments_equal_tenders(found(), wanted())
    wrong = found()
    wrong.movements["s01", "2026-07-01", "612"] = wrong.movements.pop(("s01", "2026-07-01", "611"))
    with pytest.raises(AssertionError, match="2 clearing movements differ"):
        checks.payments_equal_tenders(wrong, wanted())


def test_a_cent_in_the_trial_balance_is_found() -> None:
    right = {"200": D("-8.70"), "611": D("10.00"), "820": D("-1.30")}
    checks.trial_balance(right, wanted())
    with pytest.raises(AssertionError, match="2 balances differ"):
        checks.trial_balance({**right, "200": D("-8.69"), "820": D("-1.31")}, wanted())


def test_the_allowance_is_counted_over_any_minute_at_once_and_by_refusals() -> None:
    spread = [call(second) for second in range(300)]
    assert used(spread)["t"].minute == 60
    checks.allowance_kept(spread)
    burst = [call(59.5 + number / 100) for number in range(2)] + [call(60 + n / 2) for n in range(119)]
    for wrong in (burst, [call(0, at_once=6)], [call(0, status=429)]):
        with pytest.raises(AssertionError):
            checks.allowance_kept(wrong)
    checks.allowance_kept([call(0, status=429, fault_kind="limit")])


@pytest.mark.parametrize(
    "wrong",
    [
        {"states": Counter({"posted": 1, "waiting": 1})},
        {"queued": 1},
        {"documents": [("ACCREC", _NUMBER, "sending")]},
        {"payment_states": Counter({"posted": 1, "unknown": 1})},
        {"attempts": {"k1": "started"}},
    ],
)
def test_what_is_left_is_found(wrong: dict[str, object]) -> None:
    checks.all_settled(tables(), 2, 0)
    with pytest.raises(AssertionError):
        checks.all_settled(tables(**wrong), 2, 0)


def test_our_tables_must_hold_the_same_documents_once() -> None:
    checks.tables_agree(tables(), {"t": wanted()})
    row = ("ACCREC", _NUMBER, "posted")
    for wrong in ([row, row], [("ACCREC", "POS-s01-2026-07-02", "posted")]):
        with pytest.raises(AssertionError):
            checks.tables_agree(tables(documents=wrong), {"t": wanted()})


def test_writes_and_attempts_belong_together() -> None:
    checks.each_write_has_its_attempt(tables(), [call(0), call(1, method="GET", idempotency_key="")])
    for wrong in ([call(0, idempotency_key="k9")], [call(0, idempotency_key="")], []):
        with pytest.raises(AssertionError):
            checks.each_write_has_its_attempt(tables(), wrong)


def test_the_audit_has_what_was_acknowledged_and_no_more_than_was_tried() -> None:
    deeds = Deeds(Counter({("sync", "s01"): 3}), Counter({("sync", "s01"): 1}))
    checks.audit_complete(tables(), deeds)
    with pytest.raises(AssertionError, match="not in the audit"):
        checks.audit_complete(tables(), Deeds(deeds.tried, Counter({("sync", "s01"): 3})))
    with pytest.raises(AssertionError, match="more often"):
        checks.audit_complete(tables(), Deeds(Counter({("sync", "s01"): 1}), deeds.done))


def test_a_plan_gives_every_date_once_and_whole_weeks_together() -> None:
    plan = Plan.of(Size.of({"TILLBOOK_SOAK_DAYS": "2000"}))
    assert (plan.days, len(plan.stores), plan.size.kills) == (2000, 20, 50)
    waves = range(plan.size.waves)
    for store in plan.stores:
        assert [day for wave in waves for day in plan.dates(wave, store)] == plan.all_dates
    [weekly, *_] = [store for store in plan.stores if store.way.frequency == "weekly"]
    cuts = [plan.dates(wave, weekly)[-1] for wave in waves if plan.dates(wave, weekly)]
    assert {day.weekday() for day in cuts[:-1]} == {6}


def test_the_same_seed_brings_the_same_records() -> None:
    def records(seed: str) -> list[dict[str, object]]:
        plan = Plan.of(Size.of({"TILLBOOK_SOAK_SEED": seed}))
        return plan.wave(0, plan.stores[0])

    assert records("7") == records("7") != records("8")


def _with_late(number: int) -> tuple[StorePlan, dict[str, Expected]]:
    plan = Plan.of(Size.of({}), number)
    store, taken = plan.stores[0], Taken()
    taken.first(store.key, plan.wave(0, store))
    day = plan.dates(0, store)[0]
    taken.late[store.key] = {str(day): plan.late(store, day, taken.of(store.key, str(day)))}
    return store, expected_of(plan, taken)


@pytest.mark.parametrize("number,mark", [(0, "-r2"), (1, "-d1"), (4, "")])
def test_a_late_receipt_is_expected_by_the_policy_of_its_store(number: int, mark: str) -> None:
    store, expected = _with_late(number)
    policy = {"-r2": "resend", "-d1": "delta", "": "wait"}[mark]
    assert store.way.on_change == policy
    numbers = {key for kind, key in expected[store.organisation.tenant].documents}
    day = f"POS-{store.key}-2026-07-01"
    assert f"{day}{mark}" in numbers
    assert (day in numbers) == (policy != "resend")
