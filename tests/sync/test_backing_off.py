"""Trying again by itself: ever later, shown, and never ended silently."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounting.ledger import CallRefused, NotSent, RateLimited
from services.contract.answers import IntegrationAnswer
from services.sync.links.backing_off import wait
from services.sync.pace import Pace
from tests.sync.support import ANNA, DAY, STORE, Shop, all_posted, replaced, sale, states

AWAY = NotSent("Xero cannot be reached.", "No network.", "Check the network.", code="dns_failed")
_MINUTE = timedelta(minutes=1)


@pytest.fixture
def away(shop: Shop) -> Shop:
    """A shop that cannot reach the ledger, with a day that was asked for."""
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("", AWAY, count=None)
    assert states(shop.sync()) == ["waiting"]
    return shop


def integration(shop: Shop) -> IntegrationAnswer:
    return shop.office.status()["stores"][0]["integrations"][0]


def use_up(shop: Shop) -> None:
    """Let every try fail; three are enough here."""
    shop.pace = replaced(shop.pace, come_back_tries=3)
    shop.office = shop.open_office()
    for _ in range(4):
        shop.later(hours=1)


def next_wait(shop: Shop) -> timedelta:
    following = integration(shop).get("next_try")
    assert following is not None
    return datetime.fromisoformat(following["at"]) - shop.clock()


def test_waits_double_up_to_a_cap(away: Shop) -> None:
    waits = []
    for _ in range(6):
        waits.append(next_wait(away))
        away.clock.now += waits[-1]
        away.office.tick()
    assert waits == [5 * _MINUTE, 10 * _MINUTE, 20 * _MINUTE, 40 * _MINUTE, 60 * _MINUTE, 60 * _MINUTE]


def test_it_is_not_tried_before_its_time(away: Shop) -> None:
    calls = len(away.ledger.calls)
    away.later(minutes=4)
    assert len(away.ledger.calls) == calls
    away.later(minutes=1)
    assert len(away.ledger.calls) > calls


def test_the_next_try_is_told_with_its_number(away: Shop) -> None:
    away.later(minutes=6)
    following = integration(away).get("next_try")
    assert following is not None
    assert (following["number"], following["of"]) == (3, 24)
    error = integration(away)["error"]
    assert error is not None
    assert (error.get("code"), error.get("class")) == ("dns_failed", "wait")


def test_a_restart_does_not_begin_anew(away: Shop) -> None:
    away.later(minutes=6)
    before = next_wait(away)
    away.office = away.open_office()
    assert next_wait(away) == before
    calls = len(away.ledger.calls)
    away.office.tick()
    assert len(away.ledger.calls) == calls


def test_when_they_are_used_up_a_person_is_asked(away: Shop) -> None:
    use_up(away)
    found = integration(away)
    assert found["state"] == "error"
    assert found.get("next_try") is None
    assert found["error"] is not None
    assert (found["error"].get("code"), found["error"].get("class")) == ("tries_used_up", "person")
    assert "3 tries" in found["error"]["why"]
    assert "Check the network." in found["error"]["next"]
    calls = len(away.ledger.calls)
    away.later(hours=12)
    assert len(away.ledger.calls) == calls
    (day,) = away.state()
    assert day["blocked"][0].get("code") == "tries_used_up"


def test_after_the_last_try_the_daily_look_goes_on_by_itself(away: Shop) -> None:
    away.pace = replaced(away.pace, look_every=timedelta(days=1))
    use_up(away)
    assert integration(away).get("next_try") is None
    away.ledger.rules.clear()
    away.later(days=1)
    away.office.tick()
    assert all_posted(away.state())
    assert integration(away)["error"] is None


@pytest.mark.parametrize("how", ["sync", "retry"])
def test_a_person_starts_at_once_and_from_the_first_wait_again(away: Shop, how: str) -> None:
    away.ledger.rules.clear()
    away.ledger.fail("create ACCREC", AWAY, count=None)
    use_up(away)
    assert integration(away).get("next_try") is None
    calls = len(away.ledger.calls)
    if how == "sync":
        away.sync()
    else:
        away.office.retry([away.office.log()["attempts"][0]["id"]], who=ANNA)
    assert len(away.ledger.calls) > calls, "it starts at once"
    assert next_wait(away) == 5 * _MINUTE
    away.ledger.rules.clear()
    away.later(minutes=5)
    assert all_posted(away.state())


def test_what_gets_on_is_no_failing_in_a_row(shop: Shop) -> None:
    shop.pace = replaced(shop.pace, batch=1, tries=1)
    shop.office = shop.open_office()
    dates = shop.take_days(3, DAY)
    shop.ledger.fail("create ACCREC ", AWAY, count=0)
    shop.ledger.fail("create ACCREC", AWAY, skip=1, every=2, count=None)
    shop.office.sync(STORE, first=dates[0], last=dates[2], who=ANNA)
    for _ in range(3):
        following = integration(shop).get("next_try")
        if following is not None:
            assert following["number"] == 2
        shop.later(minutes=6)
    assert all_posted(shop.state(dates[0], dates[2]))


def test_what_needs_a_person_is_not_tried_again(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    missing = CallRefused("Xero does not allow it.", "No right.", "Ask an adviser.", code="right_missing")
    shop.ledger.fail("reference", missing, count=None)
    shop.sync()
    found = integration(shop)
    assert (found["state"], found.get("next_try")) == ("error", None)
    calls = len(shop.ledger.calls)
    shop.later(hours=12)
    assert len(shop.ledger.calls) == calls
    shop.ledger.rules.clear()
    assert all_posted(shop.sync())


ODD = {
    code: CallRefused("Xero refused the call.", "No reason.", "See the log.", code=code)
    for code in ("call_refused", "not_there")
}


@pytest.mark.parametrize("code", sorted(ODD))
def test_one_odd_answer_does_not_halt_a_store(shop: Shop, code: str) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("reference", ODD[code], count=2)
    shop.sync()
    for number in (2, 3):
        found = integration(shop)
        following = found.get("next_try")
        assert following is not None
        assert (following["number"], following["of"]) == (number, 3)
        assert found["error"] is not None
        assert (found["error"].get("code"), found["error"].get("class")) == (code, "wait")
        shop.later(minutes=10)
    assert all_posted(shop.state())


def test_an_odd_answer_that_stays_needs_a_person(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("reference", ODD["not_there"], count=None)
    for _ in range(2):  # a person's word begins from the first try again
        shop.sync()
        shop.later(minutes=10)
        assert integration(shop).get("next_try") is not None
        shop.later(minutes=20)
        found = integration(shop)
        assert (found["state"], found.get("next_try")) == ("error", None)
        assert found["error"] is not None
        assert (found["error"].get("code"), found["error"].get("class")) == ("not_there", "person")
    calls = len(shop.ledger.calls)
    shop.later(hours=12)
    assert len(shop.ledger.calls) == calls


def test_odd_answers_are_counted_by_themselves(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("reference", AWAY, count=12)
    shop.sync()
    for _ in range(2):
        shop.later(hours=1)
    shop.ledger.rules.clear()
    shop.ledger.fail("reference", ODD["call_refused"], count=1)
    shop.ledger.fail("reference", ODD["not_there"], skip=1, count=2)
    for _ in range(3):
        shop.later(hours=1)
        assert integration(shop).get("next_try") is not None
    shop.later(hours=1)
    assert all_posted(shop.state())


def test_a_limit_is_obeyed_and_no_failed_try(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    limited = RateLimited("Xero asked to wait.", "The day.", "Nothing.", code="rate_limited_day")
    limited.retry_after = 4000.0
    shop.ledger.fail("create", limited, count=None)
    shop.sync()
    found = integration(shop)
    assert (found["state"], found.get("next_try")) == ("connected", None)
    assert found["until"] == (shop.clock() + timedelta(seconds=4000)).isoformat()
    assert shop.connection().tries == 0


@given(tries=st.integers(1, 500), chance=st.floats(0, 1))
def test_a_wait_is_within_its_bounds(tries: int, chance: float) -> None:
    pace = Pace(chance=lambda: chance)
    doubled = min(pace.come_back * 2 ** min(tries - 1, 20), pace.come_back_longest)
    assert doubled * (1 - pace.spread) <= wait(pace, tries) <= doubled


def test_shops_do_not_come_at_once() -> None:
    pace = Pace()
    assert len({wait(pace, 3) for _ in range(20)}) > 1
