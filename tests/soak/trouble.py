"""What befalls the machines: kills and freezes at moments of chance, in a thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from tests.soak.machines import PAST_THE_HEARTBEAT, Machine
from tests.soak.plan import Plan

_LONGEST_AWAY = 2.0


@dataclass
class Trouble:
    """Kills and freezes machines until the plan's number of them is reached."""

    plan: Plan
    machines: list[Machine]
    kills: int = 0
    freezes: int = 0
    failure: BaseException | None = None
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._go, name="trouble")
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether every kill and freeze has happened."""
        return self._thread is not None and not self._thread.is_alive()

    def stop(self) -> None:
        """End early, and wait for what is under way; raise what went wrong."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(PAST_THE_HEARTBEAT + 120)
        if self.failure is not None:
            raise self.failure

    def _go(self) -> None:
        try:
            self._all()
        except BaseException as failure:  # noqa: BLE001 - told to the main thread by `stop`
            self.failure = failure

    def _all(self) -> None:
        chance, size = self.plan.chance("trouble"), self.plan.size
        freezes = set(chance.sample(range(size.kills), k=min(size.freezes, size.kills)))
        for number in range(size.kills):
            if self._end.wait(chance.uniform(*size.between_kills)):
                return
            if number in freezes:
                # Alone, there is nobody who would take the work over.
                chance.choice(self.machines).freeze(PAST_THE_HEARTBEAT if len(self.machines) > 1 else 1.0)
                self.freezes += 1
            chance.choice(self.machines).kill(chance.uniform(0, _LONGEST_AWAY))
            self.kills += 1
