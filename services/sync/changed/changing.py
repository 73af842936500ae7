"""A day's documents beside the tills: corrected, or marked as changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from services.books import deltas, differences
from services.books.documents import Document
from services.contract.people import Person
from services.contract.problem import Problem
from services.contract.states import DayState
from services.store import audit, corrections, days
from services.store.corrections import Chain, Correction
from services.store.documents import payments_of, set_document, set_payment
from services.store.tables import DocumentRow
from services.sync.backups import restored
from services.sync.changed import policy
from services.sync.changed.policy import Decision
from services.sync.changed.tills import CannotSay, Tills
from services.sync.documents.building import Built
from services.sync.findings import Kept, finding, kept
from services.sync.tools import Link

_AGAIN = frozenset({DayState.REFUSED, DayState.DIFFERS, DayState.CHANGED})
CHANGED_AT_TILLS = "changed_at_tills"


def again(session: Session, row: DocumentRow, now: datetime) -> None:
    """Let a document that was settled go through once more, from where it stands."""
    set_document(session, row, DayState.SENDING if row.remote_id else DayState.WAITING, now)
    for payment in payments_of(session, [row.id or 0])[row.id or 0]:
        if payment.state == DayState.REFUSED:
            set_payment(session, payment, DayState.WAITING)


class Changing:
    """Compares what was sent with what the tills say now, and does what was decided."""

    def __init__(
        self, session: Session, link: Link, now: datetime, built: Built, tills: Tills, decided: Decision
    ) -> None:
        self._session = session
        self._link = link
        self._now = now
        self._built = built
        self._tills = tills
        self._decided = decided
        self._acted = False
        self._carriers: list[DocumentRow] = []

    def compare_all(self, day: date, keys: set[str] | None) -> None:
        """Compare the documents of a day; with `keys` only these."""
        found = corrections.chains(self._session, self._link.store, day)
        self._carriers = [row for chain in found.values() for row in chain.at_ledger]
        for key, chain in found.items():
            if keys is None or key in keys:
                self._compare(chain, day)
        if self._acted and self._decided.action == policy.DELTA:
            policy.tried(self._session, self._link.store, tuple({day, *self._built.dates}))

    def _compare(self, chain: Chain, day: date) -> None:
        if not chain.at_ledger and chain.kept is None:
            return  # it is sent for the first time
        if any(_is_for_others(row, self._link) for row in chain.rows):
            return
        try:
            says = self._tills.says(chain)
        except CannotSay:
            return
        if not differences.changes(chain.stands_for, says):
            self._stands(chain)
        elif not chain.is_settled:
            self._later(chain, day)
        else:
            self._changed(chain, day, says)

    def _stands(self, chain: Chain) -> None:
        """Go on with a document that is as the tills have it."""
        if chain.planned is not None:
            corrections.withdraw(self._session, [chain.planned], self._now)
        resend = self._decided.asked and self._decided.action == policy.RESEND
        for row in chain.at_ledger:
            if row.state in _AGAIN and not (resend and policy.edited_there(row)):
                again(self._session, row, self._now)

    def _later(self, chain: Chain, day: date) -> None:
        """Finish what was begun first; the day is looked at once more after that."""
        for row in chain.at_ledger:
            if row.state == DayState.REFUSED:
                again(self._session, row, self._now)
        days.touch(self._session, self._link.store, [day], self._now)
        self._session.expire_all()

    def _changed(self, chain: Chain, day: date, says: Document | None) -> None:
        """Do what was decided; without a decision, or where it cannot be done, say so."""
        begun = chain.planned is not None
        stopped = None
        if begun or self._decided.action != policy.WAIT:
            self._acted = True
            stopped = self._unread(day) or policy.obstacle(chain, self._decided, self._tills.facts, day)
            if stopped is None and (begun or self._decided.action == policy.DELTA):
                stopped = self._correct(chain, day, says)
                if stopped is None:
                    return
        if chain.planned is not None:
            corrections.withdraw(self._session, [chain.planned], self._now)
        self._mark(chain, says, stopped)

    def _unread(self, day: date) -> Kept | None:
        """Return why a date is not corrected yet, after a restore."""
        if self._decided.action == policy.RESEND:
            return None  # it is looked at before anything of it is voided
        return restored.unread(self._session, self._link.tenant, day)

    def _correct(self, chain: Chain, day: date, says: Document | None) -> Kept | None:
        """Make the document that corrects a change; return why it cannot be made."""
        try:
            document = correction_of(chain, says, self._tills)
        except deltas.CannotCorrect as reason:
            return cannot_correct(chain, reason)
        made = corrections.save_correction(
            self._session,
            chain,
            Correction(
                document,
                says,
                store=self._link.store,
                date=day,
                shape=str(self._built.documents.shape),
                tenant=self._link.tenant,
                mapping_version=self._tills.version_of(chain),
            ),
            self._now,
        )
        for row in chain.at_ledger:
            if row.state == DayState.CHANGED:
                set_document(self._session, row, DayState.POSTED, self._now)
        self._write_down(chain, made)
        return None

    def _write_down(self, chain: Chain, made: DocumentRow) -> None:
        if chain.planned is not None:
            return  # it was written down when it was decided
        who = Person(self._decided.by, None, frozenset())
        after = {"document": made.number, "total": str(made.body["total"]), "kind": made.kind}
        audit.append(self._session, self._now, who, "correct_document", policy.name_of(chain), after=after)

    def _mark(self, chain: Chain, says: Document | None, stopped: Kept | None) -> None:
        row = chain.original if chain.original is not None else next(iter(self._carriers), None)
        if row is None:
            return
        problem = stopped or self._told_before(row) or kept(changed_at_tills(chain, says))
        set_document(self._session, row, DayState.CHANGED, self._now, problem=problem)

    def _told_before(self, row: DocumentRow) -> Kept | None:
        """Return why what was decided about this very change could not be done."""
        day = days.get_day(self._session, row.store, row.business_date)
        known = row.problem if row.state == DayState.CHANGED else None
        if known is None or known.get("code") == CHANGED_AT_TILLS or self._decided.action != policy.WAIT:
            return None
        return known if day is not None and day.policy_tried == day.touched else None


def _is_for_others(row: DocumentRow, link: Link) -> bool:
    """Whether nothing is to be done about a row here.

    It belongs to another organisation, went by file, or is being voided at this moment.
    """
    return row.tenant != link.tenant or row.state == DayState.BY_FILE or row.undoing


def correction_of(chain: Chain, says: Document | None, tills: Tills) -> Document:
    """Return the document that corrects a change; raise deltas.CannotCorrect."""
    base = chain.original.number if chain.original is not None else says.number if says else chain.key
    number, key = corrections.next_number(chain, base)
    return deltas.correction(chain.stands_for, says, number=number, key=key, terms=tills.terms())


def cannot_correct(chain: Chain, reason: deltas.CannotCorrect) -> Kept:
    """Return why a change cannot be corrected by a document of its own."""
    return finding(
        "delta_cannot",
        f"{policy.name_of(chain)} was changed at the tills, and no correction can be made of it.",
        f"A correction cannot hold it: {reason}.",
        "Have it sent anew with `tillbook changes resolve --by resend`, or keep it as it is.",
    )


def changed_at_tills(chain: Chain, says: Document | None) -> Problem:
    """Return the problem of a document that the tills changed after it was sent."""
    stands = chain.stands_for
    return Problem(
        f"{policy.name_of(chain)} was changed at the tills after it was sent.",
        f"The ledger has {stands.total if stands else 'nothing'}, the tills now come to"
        f" {says.total if says else 'nothing'}.",
        "Nothing was overwritten. See the lines with `tillbook changes`, then decide with"
        " `tillbook changes resolve`: a correction, sent anew, or kept as it is.",
        code=CHANGED_AT_TILLS,
    )
