"""What people do during the soak, each deed remembered for the audit."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

from console.client import Client
from services.contract.answers import IntegrationAnswer
from services.contract.problem import Problem, Refused, Unreachable
from tests.e2e.practice import PracticeXero
from tests.soak.machines import Machine
from tests.soak.plan import Plan, StorePlan
from tests.soak.setting_up import consent

T = TypeVar("T")
_PATIENCE = 180.0
_PAUSE = 0.5


@dataclass
class Deeds:
    """How often each (action, subject) was tried, and how often it was acknowledged."""

    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def try_(self, action: str, subject: str) -> None:
        """Note that somebody is about to do something."""
        with self.lock:
            self.tried[action, subject] += 1

    def did(self, action: str, subject: str) -> None:
        """Note something that was tried once and acknowledged."""
        self.try_(action, subject)
        self.acknowledge(action, subject)

    def acknowledge(self, action: str, subject: str) -> None:
        """Note that the service said it is done."""
        with self.lock:
            self.done[action, subject] += 1


class People:
    """The people of all stores: they use whichever machine answers."""

    def __init__(self, plan: Plan, machines: list[Machine], folder: Path) -> None:
        self.plan = plan
        self.machines = machines
        self.deeds = Deeds()
        self.chance: random.Random = plan.chance("people")
        self.trouble: list[Problem] = []
        """What the service answered that it never should, such as a failure of its own."""
        self._folder = folder

    def take(self, records: Iterable[dict[str, Any]], name: str) -> None:
        """Import a file, again and again until all of it was taken in."""
        file = self._folder / name
        file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")

        def once(client: Client) -> bool:
            answer = client.import_file(file)
            assert not answer["refused"], answer["refused"][:5]
            return True

        self._until(lambda: self._deed("import", name, once), what=f"{name} is taken in")

    def sync(self, store: StorePlan, first: str, last: str, machine: Machine | None = None) -> bool:
        """Ask for some dates to be sent; return whether the service heard it."""

        def once(client: Client) -> bool:
            return bool(client.sync(store.key, first=first, last=last)["queued"])

        return self._deed("sync", store.key, once, machine) is not None

    def sync_at_once(self, store: StorePlan, first: str, last: str) -> None:
        """Two people send the same dates by hand, on two machines where there are two."""
        self._on_both(lambda machine: self.sync(store, first, last, machine))

    def retry_at_once(self, store: StorePlan) -> None:
        """Two people retry the same failed attempts at the same moment."""
        failed = self._ask(lambda client: client.log(store=store.key, failed=True, limit=5))
        ids = [attempt["id"] for attempt in failed["attempts"]] if failed else []
        if ids:
            self._on_both(lambda machine: self._retry(ids, machine))

    def pause_and_resume(self, store: StorePlan, seconds: float) -> None:
        """Pause a store while it may be sending, and resume it."""

        def pause(client: Client) -> bool:
            client.pause(store.key, reason="stocktake")
            return True

        def resume(client: Client) -> bool:
            try:
                client.resume(store.key)
            except Refused:  # it was never paused, or is resumed and the answer was lost
                return False
            return True

        self._deed("pause", store.key, pause)  # whether it was heard or not: it is resumed
        time.sleep(seconds)
        self._until(lambda: self._deed("resume", store.key, resume), what=f"{store.key} is resumed")

    def resolve(self, store: StorePlan, day: str) -> None:
        """Decide about a changed date that the store's policy could not end.

        As the policy would.
        """

        def once(client: Client) -> bool:
            client.resolve_change(store.key, day, by=store.way.on_change)
            return True

        self._deed("resolve_change", f"{store.key} {day}", once)

    def states(self, store: StorePlan) -> dict[str, str]:
        """Return the state of each business date of a store."""
        months = sorted({f"{day:%Y-%m}" for day in self.plan.all_dates})

        def once(client: Client) -> dict[str, str]:
            answers = [client.days(store.key, month)["days"] for month in months]
            return {day["date"]: day["state"] for days in answers for day in days}

        return self._until(lambda: self._ask(once), what="a service answers")

    def halted(self, within: float | None = None) -> dict[str, str]:
        """Return the stores whose link is not tried again by itself.

        Or not `within` so many seconds. With the code of why.
        """
        answer = self._until(lambda: self._ask(lambda client: client.status()), what="a service answers")
        return {
            store["key"]: link["error"]["code"] if link["error"] else ""
            for store in answer["stores"]
            for link in store["integrations"]
            if link["state"] in {"error", "disconnected"} and not _tried(link, within)
        }

    def reconnect(self, store: StorePlan, xero: PracticeXero, number: int) -> None:
        """Give consent again: the days that wait go on with the organisation of before."""

        def once(client: Client) -> bool:
            with suppress(httpx.TransportError):  # the service was killed: somebody tries again later
                consent(client, xero, store, number)
            return True

        self._deed("begin_consent", store.key, once)

    def back_up(self, folder: Path) -> None:
        """Make a backup while days are being sent; not on PostgreSQL."""
        folder.mkdir(exist_ok=True)
        ran = self.machines[0].run("backup", str(folder))
        assert ran.status in {0, 3} or "outcome_unknown" in ran.out, ran
        if ran.status == 0:
            self.deeds.did("back_up", ran.answer["file"])

    def _retry(self, ids: list[int], machine: Machine) -> None:
        def once(client: Client) -> bool:
            for store in {day["store"] for day in client.retry(ids)["days"]}:
                self.deeds.acknowledge("retry", store)
            return False

        for key in {store.key for store in self.plan.stores}:
            self.deeds.try_("retry", key)
        self._ask(once, machine)

    def _deed(
        self, action: str, subject: str, work: Callable[[Client], bool], machine: Machine | None = None
    ) -> bool | None:
        """Do something once; None where nobody knows whether it was done."""
        self.deeds.try_(action, subject)
        changed = self._ask(work, machine)
        if changed:
            self.deeds.acknowledge(action, subject)
        return changed

    def _ask(self, work: Callable[[Client], T], machine: Machine | None = None) -> T | None:
        end = machine or self.chance.choice(self.machines)
        try:
            with end.client() as client:
                return work(client)
        except (Refused, Unreachable):
            return None
        except Problem as problem:
            if problem.code != "outcome_unknown":
                self.trouble.append(problem)
                raise
            return None

    def _until(self, work: Callable[[], T | None], *, what: str) -> T:
        end = time.monotonic() + _PATIENCE
        while (found := work()) is None:
            assert time.monotonic() < end, f"not within {_PATIENCE:.0f} s: {what}"
            time.sleep(_PAUSE)
        return found

    def _on_both(self, work: Callable[[Machine], object]) -> None:
        """Have two people do the same at the same moment."""
        ends = (self.machines[0], self.machines[-1])
        threads = [threading.Thread(target=work, args=(machine,)) for machine in ends]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_PATIENCE)
            assert not thread.is_alive()
        assert not self.trouble, self.trouble


def _tried(link: IntegrationAnswer, within: float | None) -> bool:
    """Whether a link that fails is tried again by itself, and soon enough."""
    following = link.get("next_try")
    if following is None or within is None:
        return following is not None
    return datetime.fromisoformat(following["at"]) < datetime.now(UTC) + timedelta(seconds=within)
