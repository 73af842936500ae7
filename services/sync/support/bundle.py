"""A bundle: everything support needs of a failure, and nothing that is secret.

What identifies people is given other names, free text is dropped; amounts and structure
stay, so that the failed days can be built again (DESIGN.md, Rules that hold everywhere).
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session, col, select

from services.contract import bundle
from services.contract.answers import StatusAnswer
from services.contract.bundle import BundledStore, Manifest
from services.contract.problem import Problem
from services.contract.settings import Settings
from services.contract.support import DoctorAnswer
from services.store import connections, mappings, references, stores
from services.store.documents import document_of
from services.store.tables import Connection, Contact, DocumentRow, MappingRow
from services.sync import reference
from services.sync.links import linking
from services.sync.showing import reading
from services.sync.showing.calendar import Calendar
from services.sync.support import records
from services.sync.support.archive import Archive
from services.sync.support.failures import Failures, attempt_lines, failed_days
from services.sync.support.names import Pseudonyms
from services.sync.tools import Link, Tools

_MOST_ATTEMPTS, _MOST_AUDIT, _MOST_DOCUMENTS = 1_000, 1_000, 2_000
_LOG_BYTES = 1024**2
_DISTRIBUTION = "tillbook"
_ORGANISATION = (
    "Name", "CountryCode", "BaseCurrency", "SalesTaxBasis", "SalesTaxPeriod", "Timezone", "Version",
    "PeriodLockDate", "EndOfYearLockDate", "FinancialYearEndDay", "FinancialYearEndMonth", "PaysTax",
    "Class", "Edition", "IsDemoCompany", "OrganisationType", "PaymentTerms",
)  # fmt: skip
_ACCOUNT = (
    "AccountID", "Code", "Name", "Status", "Type", "TaxType", "Class", "EnablePaymentsToAccount",
    "SystemAccount", "CurrencyCode",
)  # fmt: skip
_CONNECTION = (
    "kind", "state", "since", "by", "flow", "tenant", "tenant_name", "scopes", "refresh_expires", "problem",
    "pause_reason", "pause_until", "blocked_until", "last_sync", "minute_left", "day_left",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a bundle is asked for: one store or all, and how many days back."""

    store: str | None = None
    days: int = 31


@dataclass(frozen=True, slots=True)
class Told:
    """What others tell of the service, as they tell it."""

    version: str
    status: StatusAnswer
    doctor: DoctorAnswer
    secrets: tuple[str, ...]
    """Every secret that is known, to be hidden wherever it should stand."""


class Bundler:
    """Writes one bundle into a file."""

    def __init__(self, tools: Tools, settings: Settings, told: Told) -> None:
        self._tools = tools
        self._settings = settings
        self._told = told

    def write(self, file: BinaryIO, folder: Path, wanted: Wanted) -> Manifest:
        """Write the archive; `folder` keeps large members meanwhile. Raises NotFound."""
        with self._tools.db.read() as session:
            rows = stores.list_stores(session)
            keys = [row.key for row in rows if wanted.store in {None, row.key}]
            if wanted.store is not None and not keys:
                stores.get_store(session, wanted.store)
            names = self._names(session, keys, wanted.days)
        archive = Archive(file, folder, self._tools.now())
        self._service(archive, names, keys)
        for key in keys:
            self._store(archive, names, key, wanted.days)
        return archive.close(self._told.version, keys)

    def _names(self, session: Session, keys: Iterable[str], back: int) -> Pseudonyms:
        """Return the other names of everybody in the span, before any text is written."""
        kept: set[str] = set()
        for key in keys:
            kept |= {mappings.mapping_of(row).contact for row in mappings.versions(session, key)}
        names = Pseudonyms({*kept, "Petty cash"} - {""}, self._told.secrets)
        for key in keys:
            facts = stores.get_facts(session, key)
            first, last = _span(session, key, self._tools, back)
            dates = {row.business_date for row in failed_days(session, key, first, last)}
            records.learn(session, facts, sorted(dates), names)
            for document in _documents(session, key, first):
                names.name("contact", document_of(document).contact)
        for contact in session.exec(select(Contact.name).order_by(col(Contact.name)).limit(_MOST_DOCUMENTS)):
            names.name("contact", contact)
        return names

    def _service(self, archive: Archive, names: Pseudonyms, keys: list[str]) -> None:
        archive.add_json(bundle.ABOUT, names.scrubbed(self._about()))
        stores_told = [each for each in self._told.status["stores"] if each["key"] in keys]
        archive.add_json(bundle.STATUS, names.scrubbed({**self._told.status, "stores": stores_told}))
        archive.add_json(bundle.DOCTOR, names.scrubbed(self._told.doctor))
        archive.add_json(bundle.AUDIT, names.scrubbed(reading.audit_entries(self._tools, None, _MOST_AUDIT)))
        archive.add_lines(bundle.LOG, _log_tail(self._settings.home / "log" / "tillbook.log", names))

    def _about(self) -> dict[str, Any]:
        settings = self._settings
        return {
            "made": self._tools.now().isoformat(),
            "tillbook": self._told.version,
            "python": platform.python_version(),
            "system": platform.platform(),
            "packages": _packages(),
            "sqlite": self._tools.db.sqlite_version,
            "journal": self._tools.db.journal_mode,
            "database": _place_of(settings.database_url),
            "home": str(settings.home),
            "socket": str(settings.socket),
            "xero": [settings.xero_login_url, settings.xero_identity_url, settings.xero_api_url],
            "practice": settings.practice,
            "settings": sorted(settings.values),
        }

    def _store(self, archive: Archive, names: Pseudonyms, key: str, back: int) -> None:
        def add(member: str, value: object) -> None:
            archive.add_json(bundle.of_store(key, member), names.scrubbed(value))

        with self._tools.db.read() as session:
            first, last = _span(session, key, self._tools, back)
            row = connections.get_connection(session, key)
            add(bundle.STORE, _store_told(session, key, row))
            add(bundle.CONNECTION, _connection(row))
            add(bundle.MAPPINGS, [_mapping(version) for version in mappings.versions(session, key)])
            add(bundle.REFERENCE, _reference(session, row, names))
            add(bundle.DAYS, _days(session, key, self._tools, first, last))
            failed = [each.business_date for each in failed_days(session, key, first, last)]
            documents = (_document(each, names) for each in _documents(session, key, first))
            archive.add_lines(bundle.of_store(key, bundle.DOCUMENTS), documents)
            calls = attempt_lines(session, key, names, _MOST_ATTEMPTS)
            archive.add_lines(bundle.of_store(key, bundle.ATTEMPTS), calls)
            self._records(archive, names, session, key, failed)
        failures = Failures(self._tools, key, self._link(key), names)
        archive.add_json(bundle.of_store(key, bundle.FAILURES), list(failures.described(failed)))

    def _records(
        self, archive: Archive, names: Pseudonyms, session: Session, key: str, failed: list[date]
    ) -> None:
        facts = stores.get_facts(session, key)
        small = []
        for day in failed:
            receipts = records.count(session, facts, day)
            if receipts > records.MOST_RECEIPTS:
                archive.leave_out(f"the {receipts} receipts of {key} on {day}: too many")
            else:
                small.append(day)
        told = records.records_of(session, facts, small, names)
        archive.add_lines(bundle.of_store(key, bundle.RECORDS), map(names.scrubbed, told))

    def _link(self, key: str) -> Link | None:
        try:
            return linking.link_for_reading(self._tools, key)
        except Problem:
            return None  # told by the doctor's answer, which is in the bundle


def _span(session: Session, store: str, tools: Tools, back: int) -> tuple[date, date]:
    today = Calendar(session, store, tools.now()).today
    return today - timedelta(days=back), today + timedelta(days=1)


def _days(session: Session, store: str, tools: Tools, first: date, last: date) -> list[object]:
    calendar = Calendar(session, store, tools.now())
    return [
        calendar.answer(each, each.row.amount if each.row else None) for each in calendar.between(first, last)
    ]


def _documents(session: Session, store: str, first: date) -> list[DocumentRow]:
    wanted = select(DocumentRow).where(DocumentRow.store == store, DocumentRow.business_date >= first)
    return list(session.exec(wanted.order_by(col(DocumentRow.id).desc()).limit(_MOST_DOCUMENTS)))


def _document(row: DocumentRow, names: Pseudonyms) -> object:
    body = {
        **{name: row.body.get(name) for name in ("date", "total", "status", "payments")},
        "contact": names.name("contact", row.body.get("contact")),
    }
    columns = ("key", "kind", "number", "shape", "tenant", "mapping_version", "state", "withdrawn", "total",
               "remote_id", "remote_total", "remote_tax", "remote_due", "problem")  # fmt: skip
    told = {name: getattr(row, name) for name in columns}
    return names.scrubbed({"business_date": row.business_date.isoformat(), **told, "body": body})


def _store_told(session: Session, key: str, row: Connection | None) -> BundledStore:
    return {
        "store": stores.answer_of(stores.get_store(session, key)),
        "tenant": row.tenant if row else None,
        "organisation": row.tenant_name if row else None,
        "scopes": row.scopes.split() if row else [],
    }


def _connection(row: Connection | None) -> dict[str, object]:
    if row is None:
        return {}
    told = {name: getattr(row, name) for name in _CONNECTION}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}


def _mapping(row: MappingRow) -> dict[str, object]:
    return {"version": row.version, "saved": row.saved.isoformat(), "by": row.saved_by, "body": row.body}


def _reference(session: Session, row: Connection | None, names: Pseudonyms) -> dict[str, object]:
    """Return what Xero last told of the organisation, as far as it is needed."""
    told: dict[str, object] = {"contacts": []}
    if row is None or row.tenant is None:
        return told
    for kind in reference.NEEDED:
        known = references.reference(session, row.tenant, kind)
        if known is None:
            continue
        fields = {reference.ORGANISATION: _ORGANISATION, reference.ACCOUNTS: _ACCOUNT}.get(kind)
        rows = [each if fields is None else _only(each, fields) for each in known.body]
        told[kind] = {"read": known.read.isoformat(), "rows": rows}
    told["contacts"] = [
        {"name": names.name("contact", each.name), "active": each.active}
        for each in references.contacts(session, row.tenant)[:_MOST_DOCUMENTS]
    ]
    return told


def _only(row: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in fields if name in row}


def _packages() -> dict[str, str]:
    """Return the versions of what Tillbook is built on."""
    try:
        wanted = [
            each.split("==")[0].split("[")[0] for each in requires(_DISTRIBUTION) or () if "extra" not in each
        ]
    except PackageNotFoundError:
        return {}
    found = {}
    for name in wanted:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def _place_of(url: str) -> str:
    """Return what a database address says without user, password and options."""
    try:
        address = make_url(url)
    except ArgumentError:
        return "an address that cannot be read"
    return f"{address.get_backend_name()}://{address.host or ''}/{address.database or ''}"


def _log_tail(file: Path, names: Pseudonyms) -> Iterator[object]:
    """Yield the newest lines of the service's log, each scrubbed as data."""
    try:
        with file.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - _LOG_BYTES))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines[1:] if size > _LOG_BYTES else lines:
        try:
            yield names.scrubbed(json.loads(line))
        except ValueError:
            yield {"line": names.text(line)}
