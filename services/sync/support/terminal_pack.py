"""The log of one card terminal in a zip, for its accreditation.

Linkly and acquirers want the logs of a test, and to see the cases of a power failure and
of get-last in them (TERMINALS.md 1.6, 2.3). Secrets and card numbers are hidden once more on the way out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from services.books.calendar import business_date
from services.books.records import StoreFacts
from services.contract.bundle import MOST_BYTES
from services.contract.terminal_pack import ABOUT, ATTEMPTS, FORM, MESSAGES, README, PackAbout
from services.store.tables import Terminal, TerminalAttempt
from services.sync.support.names import Pseudonyms
from services.terminals import catalogue
from services.terminals.counter.messages import FILE_BYTES, FILES, kept_lines
from services.terminals.linkly.identity import Identity, installed_version
from services.terminals.states import FINAL

_PRIVATE = 0o600
_HOW = {
    "terminal": "the terminal's own answer",
    "query": "asked afterwards (get-last)",
    "journal": "nothing had been sent",
}
_BY_HAND, _OPEN = "a person decided", "not known yet"
_COLUMNS = ("reference", "kind", "amount", "cash_out", "approved", "currency", "state", "original",
            "result", "problem")  # fmt: skip
_TIMES = ("created", "sent", "acked", "settled")
_LEFT_OUT = (
    "secrets, and more of card numbers than their last four digits",
    "who decided by hand, and why; printed receipts",
    f"older messages than the newest {FILES * FILE_BYTES // 1024**2} MiB of this machine",
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Business dates, both of them included; None: no bound."""

    first: date | None = None
    last: date | None = None

    def hold(self, day: date) -> bool:
        """Whether a date is one of them."""
        return (self.first or date.min) <= day <= (self.last or date.max)


class TerminalPack:
    """Writes one pack. At most a line is in memory; what is too much is left out."""

    def __init__(
        self, terminal: Terminal, facts: StoreFacts, dates: Dates, names: Pseudonyms, made: datetime
    ) -> None:
        self._terminal = terminal
        self._facts = facts
        self._dates = dates
        self._names = names
        self._made = made.astimezone(UTC)
        self._left = MOST_BYTES
        self._left_out = list(_LEFT_OUT)
        self._sums: dict[str, str] = {}
        self._found_out: dict[str, list[str]] = {}
        self._references: set[str] = set()

    def write(self, file: BinaryIO, attempts: Iterable[TerminalAttempt], home: Path) -> None:
        """Write the pack of these attempts, and of the messages kept in the home."""
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            self._add(archive, ATTEMPTS, map(self._attempt, attempts))
            self._add(archive, MESSAGES, self._messages(home))
            about = json.dumps(self._names.scrubbed(self._about()), ensure_ascii=False, indent=1)
            self._add(archive, ABOUT, [about])
            self._add(archive, README, self._readme())

    def _add(self, archive: ZipFile, name: str, lines: Iterable[str]) -> None:
        member = ZipInfo(name, self._made.timetuple()[:6])
        member.compress_type, member.external_attr = ZIP_DEFLATED, _PRIVATE << 16
        digest = hashlib.sha256()
        with archive.open(member, "w") as out:
            for line in lines:
                data = line.encode() + b"\n"
                if len(data) > self._left and name in {ATTEMPTS, MESSAGES}:
                    self._left_out.append(f"the rest of {name}: the pack would be too large")
                    break
                self._left -= len(data)
                out.write(data)
                digest.update(data)
        self._sums[name] = digest.hexdigest()

    def _attempt(self, row: TerminalAttempt) -> str:
        how = _HOW.get(row.settled_by, _BY_HAND) if row.state in FINAL else _OPEN
        self._found_out.setdefault(how, []).append(row.reference)
        self._references.add(row.reference)
        day = None if row.business_date is None else row.business_date.isoformat()
        times = {name: _utc(getattr(row, name)) for name in _TIMES}
        told = {name: getattr(row, name) for name in _COLUMNS}
        scrubbed = self._names.scrubbed({**told, "business_date": day, **times, "found_out": how})
        return json.dumps(scrubbed, ensure_ascii=False)

    def _messages(self, home: Path) -> Iterator[str]:
        """Yield the lines of the dates, and those of the attempts that are in the pack."""
        for line in kept_lines(home, self._terminal.key):
            try:
                said, reference, rest = line.split(" ", 2)
                time = datetime.fromisoformat(said)
                day = business_date(time, self._facts.timezone, self._facts.cutoff)
            except ValueError:
                continue  # torn off by a power cut
            # What came before was said by another device that had the key.
            is_asked = self._dates.hold(day) or reference in self._references
            if is_asked and time >= self._terminal.created.replace(microsecond=0):
                yield f"{said} {reference} {self._names.text(rest)}"

    def _about(self) -> PackAbout:
        row, dates = self._terminal, self._dates
        entry = catalogue.PROTOCOLS.get(row.protocol)
        shown = [each.name for each in entry.settings if each.kind != "secret"] if entry else []
        named = Identity(version=installed_version())
        return {
            "form": FORM,
            "made": self._made.isoformat(timespec="seconds"),
            "product": {"name": named.name, "version": named.version, "vendor": named.vendor},
            "terminal": {
                "key": row.key,
                "name": row.name,
                "store": row.store,
                "protocol": row.protocol,
                "title": entry.title if entry else row.protocol,
                "currency": row.currency,
                "settings": {name: row.settings[name] for name in shown if name in row.settings},
            },
            "zone": self._facts.timezone,
            "cutoff": self._facts.cutoff,
            "first": None if dates.first is None else dates.first.isoformat(),
            "last": None if dates.last is None else dates.last.isoformat(),
            "left_out": self._left_out,
        }

    def _readme(self) -> Iterator[str]:
        about: Any = self._names.scrubbed(self._about())
        terminal, product = about["terminal"], about["product"]
        yield f"Log of the card terminal {terminal['name']} ({terminal['key']}), {terminal['title']}"
        yield f"Made {about['made']} by {product['name']} {product['version']}, vendor {product['vendor']}."
        yield f"Business dates {about['first'] or 'from the first'} to {about['last'] or 'the last'},"
        yield f"in {about['zone']}, a date ends at {about['cutoff']}. All times are UTC.\n"
        yield from _CONTENTS
        yield "\nAttempts, by how their outcome was found out"
        for how in (*_HOW.values(), _BY_HAND, _OPEN):
            yield f"  {how}: {' '.join(self._found_out.get(how, ['none']))}"
        yield "\nLeft out"
        yield from (f"  {what}" for what in self._left_out)
        yield "\nSHA-256"
        yield from (f"{digest}  {name}" for name, digest in self._sums.items())


_CONTENTS = (
    "What is in it",
    f"  {ABOUT}      the product as it names itself (Linkly: NME, VER, VND), the terminal's settings",
    f"  {ATTEMPTS}  payments, refunds and reversals, one a line; amounts in minor units (cents)",
    f"  {MESSAGES}    what was said, one message a line: time, reference of the attempt or -,",
    "                  > to the terminal or < from it, and the message in words, masked",
    "\nWhat you add by hand",
    "  The log of the terminal's own client (Linkly: EFTPOS.LOG), and screenshots.",
    "\nProof of a power failure or of get-last: the attempts below whose outcome was asked",
    "afterwards. Look for their references in the other files.",
)


def _utc(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat(timespec="milliseconds")
