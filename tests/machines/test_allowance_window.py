"""The window of calls: the ledger never counts more than it allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.accounting.ledger import RateLimited
from services.store.database import Database
from services.sync.sharing.allowance import DAY, MINUTE, Limits, left
from services.sync.sharing.gate import GOOD_FOR, AllowanceGate, Leave
from tests.sync.fakes import FakeClock, FakeWaiter

_SMALL = Limits(minute=6, day=20, at_once=3, reserve=2)
_tenants = (f"tenant-{number}" for number in count())
_steady = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass
class Ledger:
    """What Xero does with calls: two windows that slide, and so many at once."""

    clock: FakeClock
    limits: Limits = _SMALL
    arrived: list[datetime] = field(default_factory=list)
    busy: int = 0
    refused: list[str] = field(default_factory=list)

    def count(self, length: timedelta) -> int:
        return sum(1 for each in self.arrived if each > self.clock() - length)

    def arrive(self) -> tuple[int, dict[str, str]]:
        """Take a call; return status and headers of its answer."""
        self.busy += 1
        over = (
            "concurrent"
            if self.busy > self.limits.at_once
            else "minute"
            if self.count(MINUTE) >= self.limits.minute
            else "day"
            if self.count(DAY) >= self.limits.day
            else ""
        )
        if over:
            self.refused.append(over)
            return 429, {**self._left(), "x-rate-limit-problem": over, "retry-after": "30"}
        self.arrived.append(self.clock())
        return 200, self._left()

    def others(self, calls: int) -> None:
        """Take calls of another program."""
        self.arrived += [self.clock()] * min(calls, self.limits.minute - self.count(MINUTE))

    def _left(self) -> dict[str, str]:
        return {
            "x-minlimit-remaining": str(max(0, self.limits.minute - self.count(MINUTE))),
            "x-daylimit-remaining": str(max(0, self.limits.day - self.count(DAY))),
        }


@dataclass
class Call:
    """A call on its way."""

    gate: AllowanceGate
    permit: Leave
    begun: datetime
    answer: tuple[int, dict[str, str]] | None = None


class World:
    """Machines that call one organisation through gates of their own."""

    def __init__(self, database: Database, limits: Limits = _SMALL, *, believes: Limits = _SMALL) -> None:
        self.tenant = next(_tenants)
        self.clock = FakeClock()
        self.ledger = Ledger(self.clock, limits)
        self.database = database
        self.limits = believes
        self.gates = [
            AllowanceGate(
                database,
                lambda _: self.clock(),
                FakeWaiter(self.clock),
                limits=believes,
                executor=f"m{number}",
            )
            for number in range(2)
        ]
        self.calls: list[Call] = []

    def begin(self, machine: int = 0, *, asked: bool = True) -> Call | None:
        """Ask for leave; None when it is refused."""
        gate = self.gates[machine]
        try:
            call = Call(gate, gate.begin(self.tenant, asked_by_person=asked), self.clock())
        except RateLimited:
            return None
        self.calls.append(call)
        return call

    def arrive(self, call: Call) -> None:
        in_time = self.clock() - call.begun <= timedelta(seconds=GOOD_FOR)
        if call.answer is None and in_time:
            call.answer = self.ledger.arrive()

    def end(self, call: Call) -> None:
        """Have the answer come in; a call that never arrived was lost on the way."""
        if call.answer is not None:
            call.permit.answered(*call.answer)
            self.ledger.busy -= 1
        call.gate.end(self.tenant, call.permit)
        self.calls.remove(call)

    def crash(self, call: Call) -> None:
        """Have the process die: nobody notes that the call is over."""
        if call.answer is not None:
            self.ledger.busy -= 1
        self.calls.remove(call)

    def call(self, machine: int = 0, *, asked: bool = True) -> int | None:
        """Make a whole call; return the status, None when there was no leave."""
        call = self.begin(machine, asked=asked)
        if call is None:
            return None
        self.arrive(call)
        self.end(call)
        return call.answer[0] if call.answer else None

    def wait(self, seconds: float) -> None:
        """Let time pass; no call is under way for longer than its timeouts."""
        if seconds > 45:
            self.clock.move(seconds=45)
            for call in list(self.calls):
                self.end(call)
            seconds -= 45
        self.clock.move(seconds=seconds)

    def left(self) -> tuple[int, int]:
        with self.database.read() as session:
            figures = left(session, self.tenant, self.clock(), self.limits)
        return figures.minute, figures.day


_STEP = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([0.2, 3, 20, 31, 45, 61, 3600, 40_000])),
    st.tuples(st.just("begin"), st.integers(0, 1)),
    st.tuples(st.just("begin background"), st.integers(0, 1)),
    st.tuples(st.just("rush"), st.integers(0, 1)),
    st.tuples(st.just("arrive"), st.integers(0, 2)),
    st.tuples(st.just("end"), st.integers(0, 2)),
    st.tuples(st.just("crash"), st.integers(0, 2)),
)
_STEPS = st.lists(_STEP, min_size=10, max_size=40)


def go(world: World, steps: list[tuple[str, float]]) -> None:
    for kind, number in steps:
        if kind == "wait":
            world.wait(number)
        elif kind.startswith("begin"):
            world.begin(int(number), asked=kind == "begin")
        elif kind == "rush":
            while world.call(int(number)) == 200:
                pass
        elif world.calls:
            call = world.calls[int(number) % len(world.calls)]
            {"arrive": world.arrive, "end": world.end, "crash": world.crash}[kind](call)


@given(steps=_STEPS)
@_steady
def test_no_window_is_ever_broken(sqlite_database: Database, steps: list[tuple[str, float]]) -> None:
    world = World(sqlite_database)
    go(world, steps)
    for call in list(world.calls):
        world.arrive(call)
    # A process that died while its call was under way may leave one more at the ledger than it knows.
    crashed = any(kind == "crash" for kind, _ in steps)
    assert [each for each in world.ledger.refused if each != "concurrent" or not crashed] == []


@given(steps=_STEPS, tier=st.sampled_from([3, 6, 9, 30]))
@_steady
def test_a_larger_or_smaller_plan_is_believed_and_kept_to(
    sqlite_database: Database, steps: list[tuple[str, float]], tier: int
) -> None:
    world = World(sqlite_database, Limits(minute=tier, day=tier * 3, at_once=3))
    assert world.call() == 200
    for kind, number in steps:
        if kind == "wait":
            world.clock.move(seconds=number)
        elif world.left()[0] and world.ledger.count(MINUTE):
            world.call(int(number) % 2)
    assert world.ledger.refused in ([], ["minute"], ["day"])


@given(steps=_STEPS, others=st.lists(st.integers(0, 4), min_size=5, max_size=10))
@_steady
def test_calls_of_other_programs_count(
    sqlite_database: Database, steps: list[tuple[str, float]], others: list[int]
) -> None:
    world = World(sqlite_database)
    for (kind, number), more in zip(steps, others, strict=False):
        world.clock.move(seconds=number if kind == "wait" else 1)
        world.ledger.others(more)
        if world.call() == 200:
            minute, day = world.left()
            assert minute <= world.limits.minute - world.ledger.count(MINUTE)
            assert day <= world.limits.day - world.ledger.count(DAY)


@pytest.fixture
def world(any_database: Database) -> World:
    return World(any_database)


def test_the_minute_is_used_up_and_comes_back(world: World) -> None:
    assert [world.call() for _ in range(7)] == [200] * 6 + [None]
    world.clock.move(seconds=59)
    assert world.call() is None
    world.clock.move(seconds=2)
    assert world.call() == 200


def test_a_call_that_arrives_late_counts_from_when_it_arrived(world: World) -> None:
    late = world.begin()
    assert late is not None
    world.clock.move(seconds=14)
    world.arrive(late)
    world.end(late)
    assert [world.call() for _ in range(6)] == [200] * 5 + [None]
    world.clock.move(seconds=47)
    assert world.call() is None
    world.clock.move(seconds=14)
    assert world.call() == 200


def test_an_answer_that_is_heard_late_says_nothing_of_calls_made_after_it_left(world: World) -> None:
    """Even where the clock shows the same moment for all of them."""
    first = world.begin()
    assert first is not None
    world.arrive(first)
    while world.call() == 200:
        pass
    world.end(first)
    while world.call() == 200:
        pass
    assert world.ledger.refused == []
    assert len(world.ledger.arrived) == world.limits.minute


def test_work_nobody_asked_for_leaves_some_calls_to_people(world: World) -> None:
    assert [world.call(asked=False) for _ in range(6)] == [200] * 5 + [None]
    assert world.call(asked=True) == 200


def test_the_day_keeps_its_reserve(world: World) -> None:
    made = 0
    for _ in range(10):
        while world.call(asked=False) == 200:
            made += 1
        world.clock.move(minutes=2)
    assert made == 18
    assert [world.call(asked=True) for _ in range(3)] == [200, 200, None]


def test_machines_share_what_is_left(world: World) -> None:
    assert [world.call(machine) for machine in (0, 1, 0, 1, 0, 1, 0, 1)] == [200] * 6 + [None] * 2


def test_so_many_at_once_over_all_machines(world: World) -> None:
    calls = [world.begin(machine) for machine in (0, 1, 0)]
    assert None not in calls
    assert world.begin(1) is None
    world.end(world.calls[0])
    assert world.begin(1) is not None


def test_one_place_at_once_is_for_people(world: World) -> None:
    assert [world.begin(asked=False) is not None for _ in range(3)] == [True, True, False]
    assert world.begin(asked=True) is not None


def test_a_call_whose_process_died_is_not_under_way_for_ever(world: World) -> None:
    for _ in range(3):
        call = world.begin()
        assert call is not None
        world.crash(call)
    assert world.begin() is None
    world.clock.move(seconds=181)
    assert world.begin() is not None


def test_a_wait_that_was_asked_for_is_obeyed_by_all_machines_and_after_a_restart(world: World) -> None:
    world.ledger.arrived = [world.clock()] * 6
    assert world.call(0) == 429
    world.clock.move(seconds=29)
    assert world.call(1) is None
    again = AllowanceGate(world.database, lambda _: world.clock(), FakeWaiter(world.clock), limits=_SMALL)
    with pytest.raises(RateLimited) as caught, again.call(world.tenant, asked_by_person=True, may_wait=False):
        pass
    assert caught.value.retry_after == 1


def test_a_clock_that_was_set_back_holds_nothing_up_for_long(world: World) -> None:
    world.ledger.arrived = [world.clock()] * 6
    assert world.call() == 429
    world.clock.move(hours=-3)
    world.ledger.arrived = []
    assert world.call() is None
    world.clock.move(seconds=61)
    assert world.call() == 200


@pytest.mark.parametrize("ahead", [timedelta(hours=5), timedelta(days=300)])
def test_room_does_not_wait_for_a_clock_that_was_far_ahead(world: World, ahead: timedelta) -> None:
    world.clock.now += ahead
    assert [world.call() for _ in range(world.limits.minute)] == [200] * world.limits.minute
    world.clock.now -= ahead
    before = world.clock()
    world.gates[0].wait_for_room(world.tenant, asked_by_person=False)
    assert world.clock() - before <= MINUTE, "those calls may have been made just now"
    world.ledger.arrived = []
    assert world.call() == 200


def test_a_wait_that_was_told_by_a_clock_far_ahead_is_over(world: World) -> None:
    world.clock.now += timedelta(days=300)
    world.ledger.arrived = [world.clock()] * 6
    assert world.call() == 429
    world.clock.now -= timedelta(days=300)
    with world.database.read() as session:
        assert left(session, world.tenant, world.clock(), _SMALL).blocked_until is None


def test_a_smaller_plan_is_known_after_the_first_answer(any_database: Database) -> None:
    starter = Limits(minute=60, day=1000, at_once=5)
    world = World(any_database, starter, believes=Limits())
    assert world.call() == 200
    assert world.left() == (59, 999)


def test_a_larger_plan_may_be_used(any_database: Database) -> None:
    world = World(any_database, Limits(minute=20, day=200, at_once=5))
    assert [world.call() for _ in range(21)] == [200] * 20 + [None]
