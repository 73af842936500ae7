"""One soak from beginning to end: set up, let things happen, settle, stop."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path

from tests.e2e.practice import PracticeXero
from tests.soak.evidence import Evidence
from tests.soak.expectation import Taken
from tests.soak.machines import Machine, gone
from tests.soak.people import People
from tests.soak.plan import IDENTITY_MIX, IDENTITY_SHARE, MIX, SHARE, Plan, StorePlan
from tests.soak.setting_up import connect, details_of, done_by_setting_up, prepare
from tests.soak.trouble import Trouble

_LET_GO = frozenset({"authorisation_lost", "connection_gone"})
_ASKS_FOR_A_PERSON = frozenset({"refused", "unknown", "blocked"})


@dataclass
class Soak:
    """A soak under way: the plan, the machines, the people, and what came in."""

    plan: Plan
    machines: list[Machine]
    people: People
    evidence: Evidence
    trouble: Trouble
    folder: Path
    taken: Taken = field(default_factory=Taken)
    changed: dict[str, set[str]] = field(default_factory=dict)
    """The dates that were changed when somebody last looked, by store."""
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, plan: Plan, folder: Path, **settings: str) -> Soak:
        """Return a soak with one machine, or two where they share a database."""
        organisations = [each.settings for each in plan.organisations]
        xero = PracticeXero(folder / "xero", organisations, generous=False)
        key = folder / "tillbook.key"
        key.touch(mode=0o600)
        key.write_text(os.urandom(32).hex(), encoding="ascii")
        names = ["a", "b"] if "TILLBOOK_DATABASE_URL" in settings else ["a"]
        settings["TILLBOOK_KEY_FILE"] = str(key)
        machines = [Machine(name, folder / name, xero, **settings) for name in names]
        people = People(plan, machines, folder)
        return cls(plan, machines, people, Evidence(xero), Trouble(plan, machines), folder)

    @property
    def xero(self) -> PracticeXero:
        """The practice Xero."""
        return self.machines[0].shop.xero

    def run(self) -> None:
        """Let it all happen; return once every day is settled and every service is gone."""
        self.set_up()
        self.arm()
        self.trouble.start()
        for number in range(self.plan.size.waves):
            self.wave(number)
        self.settle()
        for store in self.plan.stores:
            self._late(store, self.plan.all_dates)
        self.settle()
        self.trouble.stop()
        self.evidence.collect()
        for machine in self.machines:
            machine.stop()
        gone([pid for machine in self.machines for pid in machine.pids])

    def set_up(self) -> None:
        """Make the homes, the stores and their connections, with nothing going wrong yet."""
        self.xero.start()
        first, *others = self.plan.stores
        details = {name.replace("_", "-"): value for name, value in details_of(first).items()}
        assert self.machines[0].shop.init(first.key, details).status == 0
        for machine in self.machines:
            machine.start()
        with self.machines[0].client() as client:
            for store in others:
                client.add_store(store.key, **details_of(store))
                self.people.deeds.did("add_store", store.key)
            for number, store in enumerate(self.plan.stores):
                connect(client, self.xero, store, number)
                prepare(client, store, self.plan.all_dates[0])
                for action in done_by_setting_up(store):
                    self.people.deeds.did(action, store.key)

    def arm(self) -> None:
        """Let a tenth of the calls go wrong from now on."""
        seed = self.plan.size.seed
        self.xero.fault(mix=IDENTITY_MIX, share=IDENTITY_SHARE, seed=seed, path="/connect/token")
        self.xero.fault(mix=MIX, share=SHARE, seed=seed + 1, path="api.xro")

    def wave(self, number: int) -> None:
        """Take in some dates of every store; have them sent in one way or another."""
        end = time.monotonic() + self.plan.size.wave_seconds
        for file, stores in enumerate(self.plan.files(number)):
            self._take(number, file, stores)
        for store in self.plan.stores:
            self._send(store, self.plan.dates(number, store))
            if number > 1:
                self._late(store, self.plan.dates(number - 2, store))
        self._happenings(number)
        first, last = (self.plan.all_dates[end].isoformat() for end in (0, -1))
        for store in self._halted():
            self.people.sync(store, first, last)
        self.evidence.collect()
        self._tell(f"wave {number + 1} of {self.plan.size.waves}")
        time.sleep(max(0.0, end - time.monotonic()))

    def settle(self) -> None:
        """Wait until every day is posted; a person looks after what asks for one."""
        size = self.plan.size
        tended = time.monotonic()
        end = tended + size.settle_seconds
        while (left := self._left()) or not self.trouble.over:
            assert time.monotonic() < end, f"not settled within {size.settle_seconds:.0f} s: {left}"
            if self.trouble.over and end - time.monotonic() < size.settle_seconds / 2:
                self.xero.mend()
            if time.monotonic() > tended + size.tend_seconds:
                self._tend(left, (end - tended) / 2)
                tended = time.monotonic()
            self.evidence.collect()
            self._tell(f"{sum(map(len, left.values()))} dates left at {len(left)} stores")
            time.sleep(size.look_seconds)

    def _tell(self, where: str) -> None:
        seconds = time.monotonic() - self.started
        done = f"{self.trouble.kills} kills, {len(self.evidence.calls)} calls"
        sys.stdout.write(f"{seconds:6.0f} s  {where}, {done}\n")
        sys.stdout.flush()

    @property
    def waiting_for_a_person(self) -> int:
        """How many dates stay changed, for their store does nothing by itself."""
        waits = {store.key for store in self.plan.stores if store.way.on_change == "wait"}
        return sum(len(days) for key, days in self.taken.late.items() if key in waits)

    def _take(self, wave: int, file: int, stores: list[StorePlan]) -> None:
        records = {store.key: self.plan.wave(wave, store) for store in stores}
        self.people.take(chain.from_iterable(records.values()), f"wave-{wave:02}-{file}.jsonl")
        for key, taken in records.items():
            self.taken.first(key, taken)

    def _late(self, store: StorePlan, days: list[date]) -> None:
        """Have records come in for one of these dates that is posted already."""
        if not store.takes_late:
            return
        known = self.taken.late.setdefault(store.key, {})
        states = self.people.states(store)
        posted = [
            day for day in days if states.get(day.isoformat()) == "posted" and day.isoformat() not in known
        ]
        if posted:
            day = self.plan.chance(f"late:{store.key}:{len(known)}").choice(posted)
            records = self.plan.late(store, day, self.taken.of(store.key, day.isoformat()))
            self.people.take(records, f"{store.key}-{day}-late.jsonl")
            known[day.isoformat()] = records

    def _left(self) -> dict[str, dict[str, str]]:
        """Return the dates that are not done, with their states, by store."""
        found = {}
        for store in self.plan.stores:
            late = self.taken.late.get(store.key, {}) if store.way.on_change == "wait" else {}
            states = self.people.states(store)
            wanted = {day.isoformat() for day in self.plan.all_dates}
            done = {day for day in wanted if states.get(day) == ("changed" if day in late else "posted")}
            if wanted - done:
                found[store.key] = {day: states.get(day, "") for day in sorted(wanted - done)}
        return found

    def _tend(self, left: dict[str, dict[str, str]], patience: float) -> None:
        """Do what a person does who sees a refusal, or has to send by hand.

        Or for whom the next try comes too late: after so many seconds of patience.
        """
        halted = self._halted(patience)
        for store in self.plan.stores:
            states = left.get(store.key, {})
            asking = store.by_hand or store in halted
            changed = {day for day, state in states.items() if state == "changed"}
            asks = {day for day, state in states.items() if asking or state in _ASKS_FOR_A_PERSON} - changed
            if asks:
                self.people.sync(store, min(asks), max(asks))
            self._resolve(store, changed)

    def _halted(self, within: float | None = None) -> list[StorePlan]:
        """Return the stores that stand still until a person acts.

        Or so many seconds, `within`. Connect again what Xero let go.
        """
        halted = self.people.halted(within)
        stores = [store for store in self.plan.stores if store.key in halted]
        for store in stores:
            if halted[store.key] in _LET_GO:
                self.people.reconnect(store, self.xero, self.plan.stores.index(store))
        return stores

    def _resolve(self, store: StorePlan, changed: set[str]) -> None:
        """Decide about what is changed for a while: Xero refused what the policy wanted."""
        for day in sorted(changed & self.changed.get(store.key, set())):
            self.people.resolve(store, day)
        self.changed[store.key] = changed

    def _send(self, store: StorePlan, days: list[date]) -> None:
        """Have a person send what came in, where that is how a store does it."""
        if not store.by_hand or not days:
            return
        first, last = days[0].isoformat(), days[-1].isoformat()
        if self.people.chance.random() < 0.3:
            self.people.sync_at_once(store, first, last)
        else:
            self.people.sync(store, first, last)

    def _happenings(self, number: int) -> None:
        chance = self.plan.chance(f"happenings:{number}")
        self.people.retry_at_once(chance.choice(self.plan.stores))
        self.people.pause_and_resume(chance.choice(self.plan.stores), chance.uniform(0.1, 2.0))
        if len(self.machines) == 1:
            self.people.back_up(self.folder / "backups")
