"""What a mapping that is not saved would post; sends and keeps nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

from sqlalchemy import func
from sqlmodel import Session, col, select

from services.accounting.xero.preflight import Known, preflight
from services.books import countries, wire
from services.books.mapping import Mapping, Target
from services.books.totals import Section
from services.contract.answers import DayDocumentsAnswer, DocumentAnswer
from services.contract.finding import Finding
from services.contract.mapping_editor import SampleAnswer
from services.contract.states import DayState
from services.store import stores
from services.store.tables import ReceiptRow
from services.sync import reference
from services.sync.documents.building import Built
from services.sync.findings import from_books, told
from services.sync.mapping.diff import Trial
from services.sync.mapping.needs import Needs, needs
from services.sync.posting import contacts
from services.sync.showing import reading
from services.sync.showing.calendar import Calendar
from services.sync.tools import Tools

UNMAPPED = "?"
"""Stands in a sample where an account would."""
_SUMMED = tuple(section.value for section in Section)


def sample(
    tools: Tools, session: Session, store: str, mapping: Mapping, day: date | None = None
) -> SampleAnswer:
    """Return the documents of a date, or of the newest closed one, with their proof."""
    stores.get_store(session, store)
    day = day or newest_closed(tools, session, store)
    if day is None:
        return {"store": store, "date": None, "day": None}
    tenant = reading.tenant(session, store)
    builder = Trial(session, store, tenant)
    builder.given = mapping
    built = builder.build_dates((day,))
    findings = from_books(built.documents.blocked)
    if findings and not built.documents.documents:
        # Shown all the same, with a mark in place of what is not mapped yet.
        builder.given = filled(mapping, needs(session, store), builder.store.country)
        built = builder.build_dates((day,))
    elif tenant and builder.facts.connected:
        known = Known(
            facts=builder.facts,
            actions=reference.actions(session, tenant),
            contacts=contacts.known(session, tenant),
        )
        findings += from_books(preflight(built.documents, known))
    return {"store": store, "date": day.isoformat(), "day": _answer(store, built, told(findings))}


def filled(mapping: Mapping, needed: Needs, country: str) -> Mapping:
    """Return a mapping with a mark in place of everything that it lacks."""
    nothing = mapping.no_tax or countries.no_tax(country)
    codes = {code for _, code in needed.categories} | needed.account_tax_codes
    return replace(
        mapping,
        contact=mapping.contact or UNMAPPED,
        categories={**dict.fromkeys(needed.category_names, Target(UNMAPPED)), **mapping.categories},
        tax_codes={**dict.fromkeys(codes, nothing), **mapping.tax_codes},
        tenders={**dict.fromkeys(needed.tenders, UNMAPPED), **mapping.tenders},
        rounding=mapping.rounding or Target(UNMAPPED),
        over_short=mapping.over_short or Target(UNMAPPED),
    )


def newest_closed(tools: Tools, session: Session, store: str) -> date | None:
    """Return the newest date with takings that is over, else the newest of all."""
    today = Calendar(session, store, tools.now()).today
    wanted = select(func.max(ReceiptRow.business_date)).where(
        ReceiptRow.store == store,
        col(ReceiptRow.effective).is_(True),
        col(ReceiptRow.section).in_(_SUMMED),
    )
    closed: date | None = session.exec(wanted.where(ReceiptRow.business_date < today)).one()
    newest: date | None = closed or session.exec(wanted).one()
    return newest


def _answer(store: str, built: Built, blocked: list[Finding]) -> DayDocumentsAnswer:
    state = DayState.BLOCKED if blocked else DayState.WAITING
    documents = built.documents
    answer: DayDocumentsAnswer = {
        "store": store,
        "date": built.date.isoformat(),
        "state": str(state),
        "shape": str(documents.shape),
        "documents": [
            cast("DocumentAnswer", wire.answer(document, str(state), None))
            for document in documents.documents
        ],
        "proof": [
            {"check": check.check, "left": check.left, "right": check.right, "holds": check.holds}
            for check in documents.proof
        ],
        "blocked": blocked,
        "warnings": list(documents.warnings),
        "tax_return": {box: f"{amount:f}" for box, amount in documents.tax_return.items()},
    }
    return answer
