"""What support is given: the doctor's answer, and bundles."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from services.accounting.xero.tokens import SecretVault
from services.contract.answers import StatusAnswer
from services.contract.bundle import Manifest
from services.contract.people import Person
from services.contract.problem import Problem
from services.contract.settings import Settings
from services.contract.support import DoctorAnswer
from services.store import audit, stores, terminal_journal, terminal_list
from services.store.tables import Terminal
from services.store.vaults.vault import check_key
from services.sync.doctor.doctor import Doctor
from services.sync.showing.status import product_version
from services.sync.support.bundle import Bundler, Told, Wanted
from services.sync.support.names import Pseudonyms
from services.sync.support.terminal_pack import Dates, TerminalPack
from services.sync.tools import Tools
from services.terminals import catalogue
from services.terminals.counter.fleet import secret_name

# What a store keeps in the vault (tokens, connecting); a name that is not there is no harm.
_SECRETS = ("token", "secret", "consent", "consent-secret")


class SupportOffice:
    """Examines the service, and describes it without its secrets."""

    def __init__(
        self, tools: Tools, settings: Settings, vault: SecretVault, status: Callable[[], StatusAnswer]
    ) -> None:
        self._tools = tools
        self._settings = settings
        self._vault = vault
        self._status = status

    def doctor(self, store: str | None = None) -> DoctorAnswer:
        """Return what the doctor finds; only reads. Raises NotFound for an unknown store."""
        return Doctor(self._tools, self._settings, product_version()).examine(store)

    def bundle(
        self, file: BinaryIO, folder: Path, *, store: str | None = None, days: int = 31, who: Person
    ) -> Manifest:
        """Write a bundle to `file`; who made one is in the audit. Raises NotFound."""
        now = self._tools.now()
        with self._tools.db.write() as session:
            if store is not None:
                stores.get_store(session, store)
            after = {"store": store, "days": days}
            audit.append(session, now, who, "make_bundle", store or "service", after=after)
        told = Told(product_version(), self._status(), self.doctor(store), tuple(self._secrets()))
        return Bundler(self._tools, self._settings, told).write(file, folder, Wanted(store, days))

    def terminal_pack(
        self,
        file: BinaryIO,
        key: str,
        *,
        first: date | None = None,
        last: date | None = None,
        who: Person,
    ) -> None:
        """Write the log of a card terminal for its accreditation; first and last date.

        Who made one is in the audit. Raises NotFound.
        """
        now = self._tools.now()
        with self._tools.db.write() as session:
            terminal = terminal_list.get_present(session, key)
            span = {"first": first and first.isoformat(), "last": last and last.isoformat()}
            audit.append(session, now, who, "make_terminal_pack", key, after=span)
        names = Pseudonyms(secrets=self._secrets())
        with self._tools.db.read() as session:
            facts = stores.get_facts(session, terminal.store)
            pack = TerminalPack(terminal, facts, Dates(first, last), names, now)
            pack.write(file, terminal_journal.of_dates(session, key, first, last), self._settings.home)

    def _secrets(self) -> Iterator[str]:
        """Yield every secret that this service could know."""
        with self._tools.db.read() as session:
            names = [f"xero:{row.key}:{name}" for row in stores.list_stores(session) for name in _SECRETS]
            names += [name for row in terminal_journal.terminals(session) for name in _of_terminal(row)]
        for name in names:
            yield from self._kept(name)
        yield from _of_files(self._settings, os.environ.get("TILLBOOK_DATABASE_URL", ""))

    def _kept(self, name: str) -> Iterator[str]:
        try:
            text = self._vault.get(name)
        except Problem:
            return  # a vault that does not open: the doctor says so
        # Hiding a password of nothing but zeros, as terminals ship with, would only spoil numbers.
        if text is not None and len(set(text)) > 1:
            yield text
            yield from _texts(text)


def _of_terminal(row: Terminal) -> Iterator[str]:
    """Yield the names that the vault may have secrets of a card terminal under."""
    entry = catalogue.PROTOCOLS.get(row.protocol)
    for setting in entry.settings if entry is not None else ():
        if setting.kind == "secret":
            yield secret_name(row.key, setting.name)


def _texts(text: str) -> Iterator[str]:
    """Yield the texts inside a secret that is kept as JSON."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return
    if isinstance(parsed, dict):
        yield from (each for name, each in parsed.items() if isinstance(each, str) and name in _PARTS)


_PARTS = frozenset({"access_token", "refresh_token", "state", "verifier", "address"})


def _of_files(settings: Settings, environment_url: str) -> Iterator[str]:
    for url in {settings.database_url, environment_url}:
        try:
            password = make_url(url).password if url else None
        except ArgumentError:
            yield url
        else:
            if password:
                yield str(password)
    try:
        key = check_key(settings.home)
    except Problem:
        return
    if key is not None:
        yield key.read_text(encoding="utf-8", errors="replace").strip()
