"""What a decision about a changed day would do, and what refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session

from services.books import deltas
from services.books.documents import Check, Document
from services.books.money import text_of
from services.books.postings import debits, ledger
from services.books.proof import prove
from services.books.resolver import Resolver
from services.contract.changes import ResolveStep
from services.contract.states import DayState
from services.store.corrections import Chain
from services.store.documents import document_of, renumbered
from services.store.tables import DocumentRow
from services.sync.changed import policy
from services.sync.changed.changes import DayChanges
from services.sync.changed.changing import cannot_correct, correction_of
from services.sync.changed.policy import Decision
from services.sync.changed.resending import look, refusals
from services.sync.changed.tills import is_stopped
from services.sync.findings import Kept, from_books
from services.sync.posting.entries import Entry, entries_of
from services.sync.schedule.periods import SUMMED_KEYS
from services.sync.tools import Link

_SETTLED = frozenset({DayState.POSTED, DayState.DIFFERS, DayState.CHANGED})


@dataclass(slots=True)
class Forecast:
    """What would be done, in order."""

    steps: list[ResolveStep] = field(default_factory=list)
    reasons: list[Kept] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    proof: list[Check] = field(default_factory=list)


def forecast_delta(changes: DayChanges, by: str) -> Forecast:
    """Return the corrections that would be made of a day, with their proof."""
    found, decided = Forecast(), Decision(policy.DELTA, by, asked=True)
    for day in changes.dates:
        for chain, says, _ in changes.changed(day):
            stopped = _settled(chain) or changes.builder.unread(day)
            stopped = stopped or policy.obstacle(chain, decided, changes.builder.facts, day)
            if stopped is None:
                stopped = _correct(changes, found, chain, says)
            if stopped is not None:
                found.reasons.append(stopped)
        for row in changes.edited(day):
            found.reasons.append(_for_a_person(row))
        for document in changes.new(day):
            _create(found, document)
    if not found.reasons:
        found.proof = _proof(changes, found.documents)
    return found


@dataclass(frozen=True, slots=True)
class Target:
    """A document that would be sent anew, with all of it that is at the ledger."""

    chain: Chain
    entries: tuple[Entry, ...]
    stopped: Kept | None
    anew: Document | None
    """None: the tills have nothing of it any more."""


def targets(session: Session, changes: DayChanges, by: str) -> list[Target]:
    """Return what of a day is changed on either side."""
    found, decided = [], Decision(policy.RESEND, by, asked=True)
    for day in changes.dates:
        touched = {chain.key for chain, _, _ in changes.changed(day)}
        for key, chain in changes.chains(day).items():
            if key in touched and not chain.at_ledger:
                found.append(Target(chain, (), _nothing_there(changes.says(chain), chain, day), None))
            elif key in touched or any(map(policy.edited_there, chain.at_ledger)):
                stopped = _settled(chain) or policy.obstacle(chain, decided, changes.builder.facts, day)
                entries = tuple(entries_of(session, chain.at_ledger))
                found.append(Target(chain, entries, stopped, _anew(changes, chain)))
    return found


def _anew(changes: DayChanges, chain: Chain) -> Document | None:
    document = changes.built.document(chain.key)
    if document is None or chain.original is None:
        return document
    return renumbered(document, chain.original.revision + 1)


def forecast_resend(link: Link, wanted: Iterable[Target], new: Iterable[Document], by: str) -> Forecast:
    """Return what would be voided and sent anew; only looks at the ledger."""
    found, decided = Forecast(), Decision(policy.RESEND, by, asked=True)
    for target in wanted:
        if target.stopped is not None:
            found.reasons.append(target.stopped)
            continue
        for entry in reversed(target.entries):
            seen = look(link, entry)
            found.reasons += refusals(seen, decided)
            if seen.is_there:
                found.steps += _undone(entry)
        if target.anew is not None:
            _create(found, target.anew)
    for document in new:
        _create(found, document)
    return found


def forecast_keep(changes: DayChanges) -> Forecast:
    """Return what would be left as it is."""
    found = Forecast()
    for change in changes.every():
        amount = text_of(change.now - change.sent, change.currency)
        found.steps.append({"do": "keep", "kind": change.kind, "number": change.number, "amount": amount})
    return found


def _correct(changes: DayChanges, found: Forecast, chain: Chain, says: Document | None) -> Kept | None:
    try:
        document = correction_of(chain, says, changes.tills)
    except deltas.CannotCorrect as reason:
        return cannot_correct(chain, reason)
    _create(found, document)
    return None


def _create(found: Forecast, document: Document) -> None:
    found.documents.append(document)
    found.steps += _made(document)


def _made(document: Document) -> Iterator[ResolveStep]:
    kind, number = document.kind.value, document.number
    if document.lines:
        yield {"do": "create", "kind": kind, "number": number, "amount": f"{document.total:f}"}
    for payment in document.payments:
        amount = f"{payment.amount:f}"
        yield {"do": "pay", "kind": kind, "number": number, "amount": amount, "account": payment.account}


def _undone(entry: Entry) -> Iterator[ResolveStep]:
    kind, number = entry.document.kind.value, entry.document.number
    for payment in entry.payments:
        amount = str(entry.amount(payment.amount))
        yield {
            "do": "remove_payment", "kind": kind, "number": number, "amount": amount,
            "account": payment.account,
        }  # fmt: skip
    if not entry.is_payment:
        yield {"do": "void", "kind": kind, "number": number, "amount": f"{entry.document.total:f}"}


def _settled(chain: Chain) -> Kept | None:
    if chain.is_settled:
        return None
    busy = next(row for row in chain.at_ledger if row.undoing or row.state not in _SETTLED)
    return {
        "code": "not_settled",
        "what": f"{busy.number} is not settled yet.",
        "why": f"It is {busy.state}, so what is in the ledger is not known for sure.",
        "next": "Wait until it is sent, or mend what stops it (`tillbook log`), then decide again.",
    }


def _nothing_there(says: Document | None, chain: Chain, day: date) -> Kept:
    """Return why what was kept, and then changed again, cannot be sent anew."""
    number = says.number if says is not None else policy.name_of(chain)
    return {
        "code": "kept_elsewhere",
        "what": f"{number} of {day} cannot be voided and sent anew.",
        "why": "Nothing of it is in the ledger under this date: it was kept as it is there, or left out.",
        "next": f"Have the difference corrected: tillbook changes resolve --date {day} --by delta."
        " Or keep this one too.",
    }


def _for_a_person(row: DocumentRow) -> Kept:
    return {
        "code": "edited_there",
        "what": f"{row.number} was edited in the ledger.",
        "why": "A correction adds to what is there, and what is there is not what was sent.",
        "next": "Keep the ledger's version first, or have ours sent again.",
    }


def unbuilt(changes: DayChanges) -> list[Kept]:
    """Return why a day cannot be built at present, so that nothing can be said of it."""
    documents = changes.built.documents
    stopping = [each for each in documents.blocked if each.stops_day]
    return from_books(stopping) if is_stopped(documents) else []


def _proof(changes: DayChanges, made: Iterable[Document]) -> list[Check]:
    """Prove a day over what was sent and its corrections.

    Documents of a customer's or a supplier's own are proven as they come out.
    """
    posted: list[Document] = []
    corrections = {document.key.rpartition("#d")[0] or document.key: document for document in made}
    for day in changes.dates:
        for key, chain in changes.chains(day).items():
            rows = [document_of(row) for row in chain.at_ledger]
            if key in SUMMED_KEYS and chain.kept is None:
                every = [*rows, *([corrections[key]] if key in corrections else [])]
                posted += [replace(each, key=key) for each in every]
            elif (says := changes.says(chain)) is not None:
                posted.append(says)
        posted += changes.unsent(day)
    builder, built = changes.builder, changes.built
    resolver = Resolver(builder.store, builder.mapping(built.mapping_version), builder.facts)
    return [*prove(resolver, built.totals, posted), _sent_and_corrected(changes, posted)]


def _sent_and_corrected(changes: DayChanges, posted: list[Document]) -> Check:
    due = ledger(changes.built.documents.documents)
    there, currency = ledger(posted), changes.builder.store.currency
    words = "11 what was sent and its corrections = the tills now, account by account"
    return Check(words, text_of(debits(there), currency), text_of(debits(due), currency), there == due)
