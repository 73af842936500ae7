"""A running installation, driven from outside.

The installed program, a service, a practice Xero.
"""

from __future__ import annotations

import json
import resource
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.e2e.practice import NZ_TENANT, PKCE_CLIENT, PracticeXero
from tests.e2e.processes import PROGRAM, Json, Process, plain_environment, start, until

COMMAND_SECONDS = 180.0
READY_SECONDS = 120.0

NZ_STORE = {
    "name": "Queen St Store (practice)",
    "country": "NZ",
    "currency": "NZD",
    "timezone": "Pacific/Auckland",
    "cutoff": "00:00",
    "prices": "inclusive",
    "gst-basis": "accrual",
    "cash-rounding": "0.10:down",
}
"""Named as the practice organisation is, so that nobody has to confirm its name."""


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def answer(self) -> Json:
        """What it answered: standard output is one JSON document and nothing else."""
        return json.loads(self.out)

    def done(self) -> Json:
        """Return the answer of a command that must have ended well."""
        assert self.status == 0, self
        return self.answer

    def __str__(self) -> str:
        """Return everything, for a failed assertion."""
        return f"exit {self.status}\n--- out\n{self.out[-4000:]}\n--- err\n{self.err[-4000:]}"

    __repr__ = __str__


class Shop:
    """A home with a service, and the practice Xero it talks to.

    All of it lives in `folder`.
    """

    def __init__(self, folder: Path, xero: PracticeXero | None = None) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.xero = xero or PracticeXero(folder / "xero")
        self.service: Process | None = None
        self.key = "queen-st"
        self.settings: dict[str, str] = {}
        """More of the environment, such as TILLBOOK_DATABASE_URL."""
        self._connecting: dict[str, int] = {}

    # The installation

    def init(self, key: str = "queen-st", store: Mapping[str, str] = NZ_STORE) -> Ran:
        """Make the home and its first store."""
        self.key = key
        return self.tillbook("init", *_options({"store": key, **store}))

    def serve(self) -> Self:
        """Start the service and wait until it answers."""
        arguments = [str(PROGRAM), "serve", "--home", str(self.home)]
        self.service = start(arguments, self.folder / "service.log", self.environment())
        until(self._answers, what="the service is ready", seconds=READY_SECONDS)
        return self

    def stop(self) -> int:
        """Stop the service in the ordinary way; return its exit status."""
        assert self.service is not None
        return self.service.stop()

    def kill(self) -> None:
        """End the service as a power cut does."""
        assert self.service is not None
        self.service.kill()

    def close(self) -> None:
        """Stop everything that runs."""
        if self.service is not None and self.service.running:
            self.service.stop()
        self.xero.stop()

    def environment(self) -> dict[str, str]:
        """Return the environment of the service and of commands."""
        return plain_environment(TILLBOOK_HOME=str(self.home), **self.xero.environment(), **self.settings)

    def limit_files(self, size: int | None) -> None:
        """Let no file of the service grow beyond `size` bytes.

        None: as large as they like.
        """
        assert self.service is not None
        _soft, hard = resource.prlimit(self.service.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.service.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    def take_over(self, other: Shop) -> None:
        """Copy home and books of an installation that is stopped."""
        shutil.copytree(other.home, self.home)
        shutil.copytree(other.xero.folder, self.xero.folder, dirs_exist_ok=True)
        self.key = other.key

    # Commands

    def tillbook(self, *arguments: str, given: str | None = None, seconds: float = COMMAND_SECONDS) -> Ran:
        """Run a command with --json; `given` is its standard input."""
        return self.run(*arguments, "--json", given=given, seconds=seconds)

    def run(
        self,
        *arguments: str,
        given: str | None = None,
        seconds: float = COMMAND_SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run a command as a person does."""
        done = subprocess.run(
            [str(PROGRAM), *arguments],
            env={**self.environment(), **(environment or {})},
            input=given if given is not None else "",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def background(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command with --json and do not wait for it."""
        return subprocess.Popen(
            [str(PROGRAM), *arguments, "--json"],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    # What most tests do first

    def connect(self, tenant: str = NZ_TENANT, key: str | None = None) -> Json:
        """Connect a store by a consent in the browser, and choose the organisation."""
        key = key or self.key
        self.consent(tenant, key)
        self.tillbook("organisation", "choose", "--store", key, "--tenant", tenant).done()
        return self.tillbook("reference", "refresh", "--store", key).done()

    def consent(self, tenant: str = NZ_TENANT, key: str | None = None) -> None:
        """Have somebody give consent in the browser; the service hears of it by itself."""
        begun = self.begin_consent(key).done()
        assert self.xero.allow(begun["address"], tenant).status_code == 200

    def begin_consent(
        self, key: str | None = None, client_id: str = PKCE_CLIENT, *more: str, given: str | None = None
    ) -> Ran:
        """Ask for the address to open."""
        options = ["--store", key or self.key, "--client-id", client_id, "--redirect", self.redirect(key)]
        return self.tillbook("connect", "xero", *options, "--no-wait", *more, given=given)

    def redirect(self, key: str | None = None) -> str:
        """Return the address a store's consent comes back to: one of its own."""
        keys = self._connecting
        keys.setdefault(key or self.key, len(keys))
        return self.xero.redirects[keys[key or self.key]]

    def map(self, mapping: Mapping[str, object], key: str | None = None) -> Ran:
        """Import a mapping."""
        file = self.folder / "mapping.json"
        file.write_text(json.dumps(mapping), encoding="utf-8")
        return self.tillbook("mapping", "import", str(file), "--store", key or self.key)

    def take(self, records: Iterable[Mapping[str, object]], name: str = "records.jsonl") -> Ran:
        """Import records."""
        file = self.folder / name
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        file.write_text("".join(lines), encoding="utf-8")
        return self.tillbook("import", str(file))

    def sync(self, date: str, *more: str) -> Ran:
        """Send one business date and wait how that ends."""
        return self.tillbook("sync", "--store", self.key, "--date", date, "--wait", *more)

    def preview(self, date: str, *more: str) -> Json:
        """Return the documents of a business date."""
        return self.tillbook("preview", "--store", self.key, "--date", date, *more).done()

    def day(self, date: str) -> dict[str, Any]:
        """Return the cell of a business date in its month."""
        month = self.tillbook("days", "--store", self.key, "--month", date[:7]).done()
        found: dict[str, Any] = next(day for day in month["days"] if day["date"] == date)
        return found

    def integration(self, key: str | None = None) -> dict[str, Any]:
        """Return how the store's link to Xero stands."""
        stores = self.tillbook("status").done()["stores"]
        store = next(each for each in stores if each["key"] == (key or self.key))
        found: dict[str, Any] = next(each for each in store["integrations"] if each["kind"] == "xero")
        return found

    def logs(self) -> str:
        """Return what the service and the practice Xero said, for a failed test."""
        service = self.service.said() if self.service else "(never started)"
        return f"--- service\n{service}\n--- practice Xero\n{self.xero.said()}"

    def _answers(self) -> bool:
        assert self.service is not None
        assert self.service.running, f"the service ended:\n{self.service.said()}"
        with socket.socket(socket.AF_UNIX) as probe:
            # After a power cut the socket's file is still there, and nobody behind it.
            return probe.connect_ex(str(self.home / "tillbook.sock")) == 0


def _options(values: Mapping[str, str]) -> Iterator[str]:
    for name, value in values.items():
        yield f"--{name}"
        yield value


@contextmanager
def installation(
    folder: Path, key: str = "queen-st", store: Mapping[str, str] = NZ_STORE, **settings: str
) -> Iterator[Shop]:
    """Return a new installation with one store, its service running, not connected."""
    shop = Shop(folder)
    shop.settings = settings
    shop.xero.start()
    try:
        ran = shop.init(key, store)
        assert ran.status == 0, ran
        yield shop.serve()
    finally:
        shop.close()


@contextmanager
def connected(
    folder: Path, mapping: Mapping[str, object], key: str = "queen-st", tenant: str = NZ_TENANT, **store: str
) -> Iterator[Shop]:
    """Return an installation that is connected and mapped."""
    with installation(
        folder, key, {**NZ_STORE, **{name.replace("_", "-"): v for name, v in store.items()}}
    ) as shop:
        shop.connect(tenant)
        ran = shop.map({**mapping, "store": key})
        assert ran.answer["version"] == 1, ran
        yield shop


@contextmanager
def copied(template: Shop, folder: Path) -> Iterator[Shop]:
    """Return a running copy of an installation that is stopped."""
    shop = Shop(folder)
    shop.take_over(template)
    shop.xero.start()
    try:
        yield shop.serve()
    finally:
        shop.close()
