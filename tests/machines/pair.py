"""Two services with homes of their own, on one PostgreSQL and one Xero."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.processes import until
from tests.e2e.records import MAPPING
from tests.e2e.shop import NZ_STORE, Shop

QUICK = "[machines]\nbeat = 0.5\ndead_after = 10\n"
"""Dead so soon that a test sees it; a busy machine that lives is not taken for dead."""


class Machine(Shop):
    """One of the services."""

    def freeze(self) -> None:
        """Have it stand still, as a machine that sleeps does."""
        assert self.service is not None
        self.service.popen.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on as if nothing had happened."""
        assert self.service is not None
        self.service.popen.send_signal(signal.SIGCONT)

    def machines(self) -> dict[str, str]:
        """Return the machines it knows of, with their states."""
        found = self.tillbook("status").done()["service"]["machines"]
        return {each["machine"]: each["state"] for each in found}

    @property
    def id(self) -> str:
        """Its name among the machines."""
        return (self.home / "machine-id").read_text(encoding="ascii").strip()

    def states(self, dates: list[str]) -> set[str]:
        """Return the states of these business dates, which are of one month."""
        month = self.tillbook("days", "--store", self.key, "--month", dates[0][:7]).done()
        return {day["state"] for day in month["days"] if day["date"] in dates}


class Pair:
    """The two; `first` is connected and mapped, `second` needs none of that."""

    def __init__(self, folder: Path, database_url: str, settings: str = QUICK) -> None:
        key = folder / "tillbook.key"
        key.touch(0o600)
        key.write_text(secrets.token_hex(32), encoding="ascii")
        self.first = Machine(folder / "first")
        self.second = Machine(folder / "second", self.first.xero)
        self.xero = self.first.xero
        for machine in (self.first, self.second):
            machine.settings = {"TILLBOOK_DATABASE_URL": database_url, "TILLBOOK_KEY_FILE": str(key)}
            machine.key = "queen-st"
            machine.home.mkdir(mode=0o700, parents=True)
            (machine.home / "tillbook.toml").write_text(settings, encoding="utf-8")

    def start(self) -> None:
        """Start everything, connect the store, and import its mapping."""
        self.xero.start()
        assert self.first.init("queen-st", NZ_STORE).status == 0
        self.first.serve()
        self.first.connect()
        self.first.map(MAPPING).done()
        self.second.serve()

    def both_live(self) -> bool:
        """Whether each knows that the other lives."""
        return sorted(self.second.machines().values()) == ["here", "running"]

    def close(self) -> None:
        """Stop everything that runs."""
        for machine in (self.first, self.second):
            if machine.service is not None and machine.service.running:
                machine.thaw()
                machine.service.stop()
        self.xero.stop()

    def logs(self) -> str:
        """Return what everybody said, for a failed test."""
        return f"=== first\n{self.first.logs()}\n=== second\n{self.second.logs()}"


@contextmanager
def pair(folder: Path, database_url: str, settings: str = QUICK) -> Iterator[Pair]:
    """Return two services that run; they are gone at the end."""
    both = Pair(folder, database_url, settings)
    try:
        both.start()
        yield both
    except BaseException as error:
        error.add_note(both.logs())
        raise
    finally:
        both.close()


def all_in(machine: Machine, dates: list[str], *states: str) -> bool:
    """Whether all these dates are in one of the states."""
    return machine.states(dates) <= set(states)


def wait_posted(machine: Machine, dates: list[str], seconds: float = 180.0) -> None:
    """Wait until all these dates are posted."""
    until(lambda: all_in(machine, dates, "posted"), what=f"{dates[0]} … posted", seconds=seconds, every=0.5)
