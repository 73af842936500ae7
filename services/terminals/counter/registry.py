"""Which terminals a shop has: adding, changing, removing, telling how they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from services.contract.people import Person
from services.contract.problem import Problem, Refused
from services.contract.terminal_shop import ProtocolAnswer, TerminalAnswer, TerminalState, WhenAnswer
from services.contract.terminals import PaymentState
from services.contract.text import printable
from services.store import audit, terminal_journal, terminal_list
from services.store.stores import get_store
from services.store.tables import Terminal
from services.terminals import catalogue, words
from services.terminals.answers import payment_answer
from services.terminals.counter.fleet import Fleet, Tools, secret_name
from services.terminals.counter.paying import Paying
from services.terminals.driver import Driver
from services.terminals.entry import Entry, Pairing, wrong
from services.terminals.states import ON_THE_WIRE, UNRESOLVED

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,49}", re.ASCII)
_LONGEST_NAME = 100
_AT_WORK = timedelta(minutes=10)
"""No payment takes longer: what is still open then was left by a machine that is gone."""
_RUNNING = sorted({PaymentState.PENDING, *ON_THE_WIRE})
# Never the money of a card (RECEIPTS.md, reserved tender types).
_NOT_CARDS = frozenset({"cash", "gift_card", "on_account"})
_PLACES = ("host", "rest_url")
"""Settings that say where payments go."""

Details = Mapping[str, Any]


class Registry:
    """The terminals of this database. Every change is in the audit, by person."""

    def __init__(self, tools: Tools, fleet: Fleet, paying: Paying) -> None:
        self._tools = tools
        self._fleet = fleet
        self._paying = paying

    def listed(self, store: str | None = None) -> list[TerminalAnswer]:
        """Return the terminals, of one store when it is given."""
        with self._tools.db.read() as session:
            if store is not None:
                get_store(session, store)
            rows = terminal_list.present(session, store)
        return [self.answer(row) for row in rows]

    def one(self, key: str) -> TerminalAnswer:
        """Return one terminal; raise NotFound."""
        return self.answer(self._paying.terminal(key))

    def drafted(self, details: Details) -> tuple[Terminal, Driver]:
        """Return what `details` describe, with its driver; nothing is kept or opened.

        Raises Refused naming what does not fit, NotFound for an unknown store or protocol.
        """
        key = str(details.get("key", ""))
        if not _KEY.fullmatch(key):
            raise wrong("key", "It takes up to 50 letters, digits, dots, dashes or underscores.")
        with self._tools.db.read() as session:
            store = get_store(session, str(details.get("store", "")))
        entry = catalogue.protocol(str(details.get("protocol", "")))
        settings, secrets = dict(details.get("settings") or {}), dict(details.get("secrets") or {})
        _check_names(entry, settings, secrets)
        row = Terminal(
            key=key,
            store=store.key,
            name=_name(details.get("name") or key),
            protocol=entry.name,
            currency=str(details.get("currency") or store.currency),
            settings=settings,
            enabled=bool(details.get("enabled", True)),
            tenders=_tenders(details.get("tenders")),
            machine=self._tools.machine,
            created=self._tools.clock(),
        )
        return row, self._fleet.driver(row, secrets)

    def add(self, details: Details, who: Person) -> TerminalAnswer:
        """Add a terminal. Secrets go to the vault; raises as `drafted`."""
        row, driver = self.drafted(details)
        driver.close()
        row.created_by = who.name
        now = self._tools.clock()
        secrets = dict(details.get("secrets") or {})
        with self._tools.db.write() as session:
            row = terminal_list.add(session, row)
            audit.append(session, now, who, "add_terminal", row.key, after=_told(row, secrets))
        self._keep(row.key, secrets)
        return self._changed(row)

    def change(self, key: str, changes: Details, who: Person) -> TerminalAnswer:
        """Change a terminal; raise Refused while something runs on it.

        `settings` and `secrets` are merged: null takes one away. `here` makes it this
        machine's; refused too while the other machine has a payment on it.
        """
        now = self._tools.clock()
        secrets = dict(changes.get("secrets") or {})
        with self._tools.db.write() as session:
            row = terminal_list.get_present(session, key)
            self._must_be_idle(row)
            if changes.get("here"):
                self._must_be_idle_elsewhere(session, row)
            before = _told(row, {})
            self._apply(row, changes)
            entry = catalogue.protocol(row.protocol)
            _check_names(entry, row.settings, secrets)
            self._fleet.driver(row, {name: value for name, value in secrets.items() if value}).close()
            session.add(row)
            audit.append(session, now, who, "set_terminal", key, before=before, after=_told(row, secrets))
        self._keep(key, secrets)
        return self._changed(row)

    def pair(self, key: str, said: Pairing, who: Person) -> TerminalAnswer:
        """Pair with a terminal; what that gives goes to the vault.

        What was said is not kept. Raises Refused where the protocol has no pairing, or the
        terminal's own refusal.
        """
        row = self._paying.terminal(key)
        entry = catalogue.protocol(row.protocol)
        if entry.pair is None:
            raise words.cannot(row, "pairing")
        self._must_be_idle(row)
        self._keep(key, dict(entry.pair(row.settings, self._fleet.around(row), said)))
        with self._tools.db.write() as session:
            audit.append(session, self._tools.clock(), who, "pair_terminal", key)
        return self._changed(row)

    def remove(self, key: str, who: Person) -> TerminalAnswer:
        """Remove a terminal; its payments stay, its secrets go.

        Raises Refused while a payment runs or is unresolved.
        """
        now = self._tools.clock()
        with self._tools.db.write() as session:
            row = terminal_list.get_present(session, key)
            self._must_be_idle(row)
            for attempt in terminal_journal.in_states(session, sorted(UNRESOLVED), key):
                raise words.unresolved(row, attempt)
            row.removed = now
            session.add(row)
            audit.append(session, now, who, "remove_terminal", key, before=_told(row, {}))
        for setting in catalogue.protocol(row.protocol).settings:
            if setting.kind == "secret":
                self._tools.vault.delete(secret_name(key, setting.name))
        return self._changed(row)

    def answer(self, row: Terminal) -> TerminalAnswer:
        """Return a terminal as it crosses the socket, with how it is."""
        with self._tools.db.read() as session:
            last = terminal_list.last_attempt(session, row.key)
            open_rows = terminal_journal.in_states(session, sorted(UNRESOLVED), row.key)
            settled = terminal_list.last_settled(session, row.key)
            machine = None if self._tools.alone else terminal_list.machine_name(session, row.machine)
        watch = self._paying.running(row.key)
        running = None if watch is None else self._paying.progress(watch)
        unresolved = [payment_answer(each) for each in open_rows if watch is None or each.id != watch.row.id]
        post = self._fleet.find(row.key)
        error = self._error(row, open_rows[0].problem if unresolved else None)
        return {
            "key": row.key,
            "store": row.store,
            "name": row.name,
            "protocol": row.protocol,
            "title": _title(row.protocol),
            "currency": row.currency,
            "settings": dict(row.settings),
            "secrets": self._secrets(row),
            "tenders": terminal_list.tenders_of(row),
            "enabled": row.enabled,
            "machine": machine,
            "here": self._tools.is_here(row),
            "abilities": [] if post is None else sorted(map(str, post.driver.abilities)),
            "state": self._state(row, is_running=watch is not None, is_open=bool(unresolved)),
            "error": error,
            "running": running,
            "unresolved": unresolved,
            "last": None if last is None else payment_answer(last),
            "asked": None if post is None or post.asked is None else post.asked.isoformat(),
            "last_settled": None if settled is None else settled.isoformat(),
            "practice": _is_practice(row),
        }

    def _state(self, row: Terminal, *, is_running: bool, is_open: bool) -> TerminalState:
        if not row.enabled or row.removed is not None:
            return "off"
        if not self._tools.is_here(row):
            return "elsewhere"
        if self._fleet.fault(row.key) is not None:
            return "error"
        if is_running:
            return "busy"
        if is_open:
            return "unresolved"
        post = self._fleet.find(row.key)
        return "offline" if post is not None and post.fault is not None else "ready"

    def _error(self, row: Terminal, unresolved: dict[str, str] | None) -> Any:  # noqa: ANN401 - a problem as plain data
        post = self._fleet.find(row.key)
        problem = self._fleet.fault(row.key) or (post.fault if post is not None else None)
        return problem.answer() if problem is not None else unresolved

    def _secrets(self, row: Terminal) -> list[str]:
        try:
            entry = catalogue.protocol(row.protocol)
            names = [each.name for each in entry.settings if each.kind == "secret"]
            return [name for name in names if self._tools.vault.get(secret_name(row.key, name))]
        except Problem:
            # The vault is closed, or an older version does not know the protocol: nothing to list.
            return []

    def _apply(self, row: Terminal, changes: Details) -> None:
        if changes.get("name") is not None:
            row.name = _name(changes["name"])
        if changes.get("enabled") is not None:
            row.enabled = bool(changes["enabled"])
        if changes.get("tenders") is not None:
            row.tenders = _tenders(changes["tenders"])
        if changes.get("settings") is not None:
            merged = {**row.settings, **changes["settings"]}
            row.settings = {name: value for name, value in merged.items() if value is not None}
        if changes.get("here"):
            row.machine = self._tools.machine

    def _keep(self, key: str, secrets: Mapping[str, str | None]) -> None:
        for name, value in secrets.items():
            if value:
                self._tools.vault.set(secret_name(key, name), value)
            else:
                self._tools.vault.delete(secret_name(key, name))

    def _must_be_idle(self, row: Terminal) -> None:
        if self._paying.running(row.key) is not None:
            raise words.busy(row)

    def _must_be_idle_elsewhere(self, session: Session, row: Terminal) -> None:
        if self._tools.is_here(row):
            return
        since = self._tools.clock() - _AT_WORK
        for attempt in terminal_journal.in_states(session, _RUNNING, row.key):
            if attempt.created > since:
                raise words.busy_elsewhere(row, attempt, round(_AT_WORK.total_seconds() / 60))

    def _changed(self, row: Terminal) -> TerminalAnswer:
        self._fleet.take_up(row)
        self._tools.tell(row.store, row.key, "changed")
        return self.answer(row)


def protocols() -> list[ProtocolAnswer]:
    """Return the protocols terminals can be added with, and their settings."""
    return [
        {
            "name": entry.name,
            "title": entry.title,
            "pairs": entry.pair is not None,
            "settings": [
                {
                    "name": each.name,
                    "title": each.title,
                    "kind": each.kind,
                    "default": each.default,
                    "choices": list(each.choices),
                    "help": each.help,
                    "when": _when(each.when),
                }
                for each in entry.settings
            ],
        }
        for entry in catalogue.ENTRIES
    ]


def _when(hangs_on: tuple[str, str] | None) -> WhenAnswer | None:
    return None if hangs_on is None else {"setting": hangs_on[0], "value": hangs_on[1]}


def _check_names(entry: Entry, settings: Details, secrets: Details) -> None:
    """Raise Refused for an unknown setting, or a secret in the open."""
    plain = {each.name for each in entry.settings if each.kind != "secret"}
    sealed = {each.name for each in entry.settings if each.kind == "secret"}
    for name in settings:
        if name in sealed:
            raise wrong(name, "It is a secret: give it as one, so that it goes to the vault.")
        if name not in plain:
            raise wrong(name, f"{entry.title} has: {', '.join(sorted(plain))}.")
    for name in secrets:
        if name not in sealed:
            raise wrong(name, f"The secrets of {entry.title} are: {', '.join(sorted(sealed)) or 'none'}.")


def _tenders(given: object) -> list[str] | None:
    if given is None:
        return None
    names = [printable(str(name)).strip() for name in given] if isinstance(given, list) else []
    if not names or any(not name or name in _NOT_CARDS for name in names):
        raise Refused(
            "The tender types of the card terminal do not fit.",
            f"Name those that cards are paid with at the tills; never {', '.join(sorted(_NOT_CARDS))}.",
            "Correct them and try again.",
            code="terminal_setting",
        )
    return names


def _name(given: object) -> str:
    name = printable(str(given)).strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise wrong("name", f"It takes 1 to {_LONGEST_NAME} characters.")
    return name


def _told(row: Terminal, secrets: Details) -> dict[str, Any]:
    """Return what the audit keeps of a terminal: of secrets only their names."""
    told = {
        name: getattr(row, name) for name in ("store", "name", "protocol", "enabled", "tenders", "machine")
    }
    return {**told, "settings": dict(row.settings), "secrets_set": sorted(secrets)}


def _title(protocol: str) -> str:
    known = catalogue.PROTOCOLS.get(protocol)
    return protocol if known is None else known.title


def _is_practice(row: Terminal) -> bool:
    """Whether payments, by the settings that count, stay on this machine."""
    entry = catalogue.PROTOCOLS.get(row.protocol)
    places = [name for name in _PLACES if entry is not None and entry.counts(name, row.settings)]
    return any(_is_loopback(str(row.settings.get(name, ""))) for name in places)


def _is_loopback(place: str) -> bool:
    """Whether a host, or the host of an address, is this machine."""
    host = (urlsplit(place).hostname or "") if "//" in place else place
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
