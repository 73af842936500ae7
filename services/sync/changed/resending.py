"""Void and send anew: only what is ours alone, and nobody has touched.

What is to be voided is looked at first; when all of it may go it is marked, and from
then on the work is finished whatever happens in between (`undoing`). The new revision is
filed and sent as any document, under a number of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from services.accounting.ledger import Found, FoundPayment
from services.contract.people import Person
from services.contract.states import DayState
from services.store import audit, corrections, days
from services.store.corrections import Chain
from services.store.documents import set_document
from services.store.tables import DocumentRow
from services.sync import reference
from services.sync.changed import policy, theirs
from services.sync.changed.changes import DayChanges
from services.sync.changed.policy import Decision
from services.sync.findings import Kept, finding
from services.sync.posting import creating, undoing
from services.sync.posting.comparing import GONE
from services.sync.posting.entries import Entry, entries_of
from services.sync.tools import Link, Tools

_TO_RESEND = frozenset({DayState.CHANGED, DayState.DIFFERS})
_UNDER_WAY = frozenset({DayState.WAITING, DayState.SENDING, DayState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that is to be sent anew, with all of it that is at the ledger."""

    date: date
    chain: Chain
    entries: tuple[Entry, ...]
    decided: Decision


@dataclass(frozen=True, slots=True)
class Seen:
    """One row as the ledger holds it at this moment."""

    entry: Entry
    found: Found | None
    payments: tuple[FoundPayment, ...]

    @property
    def is_there(self) -> bool:
        """Whether the ledger still counts it."""
        return self.found is not None and self.found.status not in GONE


class Resending:
    """Voids what is to be sent anew, of the queued days of one link."""

    def __init__(self, tools: Tools, link: Link) -> None:
        self._tools = tools
        self._link = link

    def run(self) -> bool:
        """Void what was decided; True when days must be prepared again for it.

        Raises CallFailed when the ledger cannot be reached; what was begun is found again.
        """
        for day in self._dates():
            decided = [self._decide(candidate) for candidate in self._of_day(day)]
            # Not before all of the day is decided: a crash in between, or a document whose
            # sending is not finished yet, must not lose the rest.
            with self._tools.db.write() as session:
                if all(decided) and not self._is_under_way(session, day):
                    self._tried(session, day)
        return undoing.undo_all(self._tools, self._link)

    def _dates(self) -> list[date]:
        """Return the queued dates, and those of their sums, that are to be sent anew."""
        store, now = self._link.store, self._tools.now()
        with self._tools.db.read() as session:
            rows = days.queued(session, store, asked=self._link.asked_by_person)
            dates = sorted({days.posting_date(row) for row in rows} | {row.business_date for row in rows})
            return [day for day in dates if policy.decision(session, store, day, now).action == policy.RESEND]

    def _of_day(self, day: date) -> list[Candidate]:
        """Return what of a date changed on either side, and may be looked at."""
        with self._tools.db.read() as session:
            decided = policy.decision(session, self._link.store, day, self._tools.now())
            found = DayChanges(session, self._link.store, day)
            changed = {chain.key for chain, _, _ in found.changed(day)}
            changed |= {corrections.base_key(row) for row in found.edited(day)}
            return [
                Candidate(day, chain, tuple(entries_of(session, chain.at_ledger)), decided)
                for key, chain in found.chains(day).items()
                if key in changed and to_resend(chain, self._link.tenant)
            ]

    def _is_under_way(self, session: Session, day: date) -> bool:
        """Whether a document that the tills changed again is still being sent."""
        found = DayChanges(session, self._link.store, day)
        return any(is_under_way(chain, self._link.tenant) for chain, _, _ in found.changed(day))

    def _tried(self, session: Session, day: date) -> None:
        dates = (*days.dates_of(session, self._link.store, day), day)
        policy.tried(session, self._link.store, dates)

    def _decide(self, candidate: Candidate) -> bool:
        """Look at everything of a document; mark it to be voided, or say why not.

        False when it changed meanwhile: neither was done.
        """
        with self._tools.db.read() as session:
            facts = reference.facts(session, self._link.tenant, "")
        stopped = policy.obstacle(candidate.chain, candidate.decided, facts, candidate.date)
        seen = [] if stopped else [look(self._link, entry) for entry in candidate.entries]
        reasons = [stopped] if stopped else [r for one in seen for r in refusals(one, candidate.decided)]
        creating.go_on(self._tools, self._link)
        with self._tools.db.write() as session:
            if not self._is_as_it_was(session, candidate):
                return False
            if reasons:
                self._refuse(session, candidate, seen, reasons)
            else:
                self._mark(session, candidate)
        return True

    def _is_as_it_was(self, session: Session, candidate: Candidate) -> bool:
        chain = corrections.chains(session, self._link.store, candidate.date).get(candidate.chain.key)
        before = [(row.id, row.state) for row in candidate.chain.at_ledger]
        return chain is not None and [(row.id, row.state) for row in chain.at_ledger] == before

    def _mark(self, session: Session, candidate: Candidate) -> None:
        now = self._tools.now()
        rows = [session.get_one(DocumentRow, entry.id) for entry in candidate.entries]
        for row in rows:
            row.undoing = True
            set_document(session, row, DayState.SENDING, now)
        planned = candidate.chain.planned
        if planned is not None:
            corrections.withdraw(session, [session.get_one(DocumentRow, planned.id)], now)
        who = Person(candidate.decided.by, None, frozenset())
        voided = {"documents": [row.number for row in rows]}
        audit.append(session, now, who, "resend_document", policy.name_of(candidate.chain), after=voided)

    def _refuse(
        self, session: Session, candidate: Candidate, seen: Sequence[Seen], reasons: Sequence[Kept]
    ) -> None:
        now = self._tools.now()
        for one in seen:
            row = session.get_one(DocumentRow, one.entry.id)
            version = theirs.version_of(one.found)
            if one.found is not None and difference(one, version):
                row.accepted = {"found": version}
        row = session.get_one(DocumentRow, candidate.entries[0].id)
        set_document(session, row, DayState.CHANGED, now, problem=summed(candidate.chain, reasons))


def to_resend(chain: Chain, tenant: str) -> bool:
    """Whether a document is changed on either side, and all of it is settled."""
    rows = chain.at_ledger
    return (
        bool(rows)
        and chain.is_settled
        and all(row.tenant == tenant and row.remote_id for row in rows)
        and any(row.state in _TO_RESEND for row in rows)
    )


def is_under_way(chain: Chain, tenant: str) -> bool:
    """Whether something of a document is being sent.

    And nothing of it is being voided.
    """
    rows = chain.at_ledger
    sending = any(row.state in _UNDER_WAY for row in rows)
    return sending and all(row.tenant == tenant and not row.undoing for row in rows)


def look(link: Link, entry: Entry) -> Seen:
    """Return a row as the ledger holds it now, with its payments."""
    found = link.ledger.read(entry.ledger_kind, [entry.remote_id])[0]
    there = found is not None and found.status not in GONE and bool(found.payments)
    payments = link.ledger.payments(entry.ledger_kind, entry.remote_id) if there else []
    return Seen(entry, found, tuple(payments))


def difference(one: Seen, version: theirs.Version) -> bool:
    """Whether the ledger's version differs from ours, and nobody accepted that."""
    accepted = one.entry.row.accepted or {}
    now = theirs.differences(one.entry.document, one.entry.payments, version)
    if not accepted.get("by"):
        return bool(now)
    return now != theirs.differences(one.entry.document, one.entry.payments, accepted["found"])


def refusals(one: Seen, decided: Decision) -> Iterator[Kept]:
    """Yield every reason why a document may not be voided."""
    if not one.is_there:
        if not decided.asked:
            yield _reason(one, "voided_there", "was voided or deleted in the ledger", _DECIDE)
        return
    assert one.found is not None  # noqa: S101 - it is there
    ours = {payment.remote_id for payment in one.entry.payments}
    mine = [payment for payment in one.payments if payment.remote_id in ours]
    others = [payment for payment in one.payments if payment.remote_id not in ours]
    if others and not one.entry.is_payment:
        paid = ", ".join(f"{payment.amount} to {payment.account or 'an account'}" for payment in others)
        yield _reason(
            one, "paid_by_others", f"was paid by somebody else ({paid})", "Remove that payment there first."
        )
    watched = mine if one.entry.is_payment else one.payments
    if reconciled := [payment for payment in watched if payment.reconciled]:
        amounts = ", ".join(str(payment.amount) for payment in reconciled)
        yield _reason(
            one,
            "reconciled",
            f"has payments that are reconciled with the bank ({amounts})",
            "Unreconcile them there first, or have the difference corrected.",
        )
    if one.found.credited and not one.entry.is_payment:
        yield _reason(
            one,
            "credited",
            f"was set against other documents ({one.found.credited})",
            "Undo that there first.",
        )
    if not others and not decided.asked and difference(one, theirs.version_of(one.found)):
        yield _reason(one, "edited_there", "was edited in the ledger", _DECIDE)
    elif not others and _is_news(one):
        yield _reason(one, "edited_there", "was edited in the ledger since you last saw it", _DECIDE)


_DECIDE = "See both with `tillbook changes`, then decide with `tillbook changes resolve`."


def _is_news(one: Seen) -> bool:
    """Whether the ledger's version is another than a person was shown."""
    version = theirs.version_of(one.found)
    now = theirs.differences(one.entry.document, one.entry.payments, version)
    shown = (one.entry.row.accepted or {}).get("found")
    known = theirs.differences(one.entry.document, one.entry.payments, shown) if shown else None
    return bool(now) and now != known


def _reason(one: Seen, code: str, why: str, next_step: str) -> Kept:
    number = one.entry.document.number
    return finding(code, f"{number} cannot be voided and sent anew.", f"{number} {why}.", next_step)


def summed(chain: Chain, reasons: Sequence[Kept]) -> Kept:
    """Return several reasons as one."""
    first = reasons[0]
    why = " ".join(dict.fromkeys(reason["why"] for reason in reasons))
    return {**first, "what": f"{policy.name_of(chain)} was not sent anew: {first['what']}", "why": why}
