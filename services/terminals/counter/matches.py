"""Joins approvals with receipts, and keeps what waits for a person.

`services.terminals.counter.matching` says what belongs together; here it is kept, shown,
and decided by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, timedelta

from sqlmodel import Session

from services.contract.people import Person
from services.contract.problem import NotFound, Problem, Refused
from services.contract.terminal_days import MatchAnswer, UnmatchedAnswer
from services.contract.terminals import PaymentState
from services.contract.text import printable
from services.store import audit, card_matches, terminal_journal
from services.store.card_matches import CardTender
from services.store.stores import get_facts
from services.store.tables import CardMatch, TerminalAttempt
from services.terminals.answers import payment_answer
from services.terminals.counter.fleet import Tools
from services.terminals.counter.match_rows import (
    AROUND,
    AT_MOST,
    approval_of,
    bear_reference,
    forget_reference,
    not_undone,
    open_tenders,
    pairing,
    paper_of,
    possible_tenders,
    tender_answer,
)
from services.terminals.counter.matching import Pair, pairs, suggestions

_SHOWN_DAYS = 31
_AT_ONCE = 50
"""Joined in one transaction: while it lasts no payment can be written down."""
_ITSELF = "Tillbook"
DISMISSED, BY_PERSON = "dismissed", "person"


class Matches:
    """What approvals and receipts are to each other, in one database."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def join_open(self, store: str, first: date | None = None, last: date | None = None) -> int:
        """Join every approval that certainly has its receipt; return how many.

        Of a store, and of these business dates.
        """
        with self._tools.db.read() as session:
            # Those around them too: what also fits another approval is not certain.
            start, end = first and first - 2 * AROUND, last and last + 2 * AROUND
            attempts = card_matches.open_approvals(session, store, start, end)
            papers = {paper.key: paper for paper in possible_tenders(session, store, attempts)}
            apart = card_matches.kept_apart(session, store) if papers else frozenset()
        found = pairs(
            [approval_of(row) for row in attempts], [paper_of(each) for each in papers.values()], apart
        )
        found = [pair for pair in found if _is_within(pair.approval.business_date, first, last)]
        joined = 0
        for at in range(0, len(found), _AT_ONCE):
            with self._tools.db.write() as session:
                some = found[at : at + _AT_ONCE]
                joined += sum(self._join_pair(session, store, pair, papers[pair.paper.key]) for pair in some)
        if joined:
            self._tell(store)
        return joined

    def approved(self, row: TerminalAttempt) -> int:
        """Join what was just approved, if its receipt is here already."""
        with self._tools.db.read() as session:
            if not possible_tenders(session, row.store, [row]):
                return 0
        day = row.business_date or row.created.date()
        return self.join_open(row.store, day - AROUND, day + AROUND)

    def receipts_came(self, store: str, dates: Sequence[date]) -> None:
        """Look at matches of these business dates again: receipts came in or changed.

        A match whose tender is gone is taken apart; one whose receipt was revised gives the
        new revision its tender reference.
        """
        if not dates:
            return
        with self._tools.db.read() as session:
            keys = card_matches.joined_on(session, store, dates)
        for at in range(0, len(keys), _AT_ONCE):
            with self._tools.db.write() as session:
                for register, receipt in keys[at : at + _AT_ONCE]:
                    _look_again(session, store, register, receipt)
        if keys:
            self._tell(store)
        self.join_open(store, min(dates) - AROUND, max(dates) + AROUND)

    def unmatched(self, store: str, first: date | None = None, last: date | None = None) -> UnmatchedAnswer:
        """Return approvals without a receipt and card tenders without an approval.

        With what was approved too late, whatever its date. Without dates: approvals however
        old, tenders of the last 31 days; never from before the store's first terminal payment.
        """
        start, end = self._span(first, last)
        self.join_open(store, start, end)
        with self._tools.db.read() as session:
            facts = get_facts(session, store)
            attempts = not_undone(card_matches.open_approvals(session, store, first, end, AT_MOST))
            late = card_matches.late_approvals(session, store)
            papers = open_tenders(session, store, start, end)
        possible = suggestions([approval_of(row) for row in attempts], [paper_of(each) for each in papers])
        return {
            "store": store,
            "currency": facts.currency,
            "payments": [payment_answer(row) for row in [*attempts, *late]],
            "tenders": [tender_answer(each, facts.currency) for each in papers],
            "suggestions": [pairing(pair.approval.id, pair.paper) for pair in possible[:AT_MOST]],
        }

    def listed(self, store: str, limit: int = 100) -> list[MatchAnswer]:
        """Return what was joined or dismissed, the newest first."""
        with self._tools.db.read() as session:
            currency = get_facts(session, store).currency
            return [
                self._answer(session, row, currency) for row in card_matches.matches(session, store, limit)
            ]

    def join(
        self,
        store: str,
        payment: int,
        register: str,
        receipt: str,
        position: int,
        who: Person,
        note: str = "",
    ) -> MatchAnswer:
        """Join an approval with a tender by a person's word; amounts may differ.

        Raises NotFound for either, Refused when one of them is joined already.
        """
        with self._tools.db.write() as session:
            currency = get_facts(session, store).currency
            attempt = _approved(session, store, payment)
            tender = card_matches.tender(session, store, register, receipt, position)
            if tender is None:
                raise _no_tender(register, receipt)
            _must_be_free(session, store, payment, tender.key)
            row = self._join(session, attempt, tender, BY_PERSON, who.name, note)
            told = {"payment": payment, "register": register, "receipt": receipt, "position": position}
            audit.append(session, row.at, who, "match_payment", store, after={**told, "note": row.note})
            answer = self._answer(session, row, currency)
        self._tell(store)
        return answer

    def dismiss(
        self,
        store: str,
        who: Person,
        note: str,
        *,
        payment: int | None = None,
        tender: tuple[str, str, int] | None = None,
    ) -> MatchAnswer:
        """Take an approval, or a tender, off the list by a person's word, which says why."""
        if not note.strip():
            raise _no_reason()
        with self._tools.db.write() as session:
            currency = get_facts(session, store).currency
            row = CardMatch(store=store, rule=DISMISSED, by=who.name, at=self._tools.clock())
            row.note = printable(note).strip()
            if payment is not None:
                row.attempt_id = _approved(session, store, payment).id
            elif tender is not None:
                _name_tender(session, row, tender)
            _must_be_free(session, store, payment, tender)
            session.add(row)
            session.flush()
            told = {"payment": payment, "tender": None if tender is None else list(tender), "note": row.note}
            audit.append(session, row.at, who, "dismiss_payment", store, after=told)
            answer = self._answer(session, row, currency)
        self._tell(store)
        return answer

    def take_apart(self, store: str, number: int, who: Person) -> MatchAnswer:
        """Undo a match or a dismissal: both sides stand in the list again.

        The two are never joined again but by a person.
        """
        with self._tools.db.write() as session:
            currency = get_facts(session, store).currency
            row = card_matches.get_match(session, store, number)
            answer = self._answer(session, row, currency)
            forget_reference(session, row)
            card_matches.take_apart(session, row)
            told = {"payment": row.attempt_id, "register": row.till, "receipt": row.receipt, "rule": row.rule}
            audit.append(session, self._tools.clock(), who, "unmatch_payment", store, before=told)
        self._tell(store)
        return answer

    def _join_pair(self, session: Session, store: str, pair: Pair, tender: CardTender) -> bool:
        """Join a pair, unless one of the two was joined or changed meanwhile."""
        attempt = terminal_journal.get(session, pair.approval.id)
        now = card_matches.tender(session, store, *tender.key)
        is_changed = attempt.state != PaymentState.APPROVED or now is None or now.amount != tender.amount
        if is_changed or card_matches.taken(session, store, attempt.id, tender.key) is not None:
            return False
        self._join(session, attempt, tender, pair.rule, _ITSELF)
        return True

    def _join(
        self,
        session: Session,
        attempt: TerminalAttempt,
        tender: CardTender,
        rule: str,
        by: str,
        note: str = "",
    ) -> CardMatch:
        row = CardMatch(
            store=attempt.store,
            attempt_id=attempt.id,
            till=tender.register,
            receipt=tender.receipt,
            position=tender.position,
            amount=tender.amount,
            rule=rule,
            by=by,
            at=self._tools.clock(),
            note=printable(note).strip(),
        )
        session.add(row)
        session.flush()
        bear_reference(session, row)
        return row

    def _answer(self, session: Session, row: CardMatch, currency: str) -> MatchAnswer:
        attempt = None if row.attempt_id is None else terminal_journal.get(session, row.attempt_id)
        tender = None
        if row.receipt is not None:
            tender = card_matches.tender(session, row.store, row.till or "", row.receipt, row.position or 0)
        return {
            "id": row.id or 0,
            "store": row.store,
            "payment": None if attempt is None else payment_answer(attempt),
            "tender": None if tender is None else tender_answer(tender, currency),
            "rule": row.rule,
            "by": row.by,
            "at": row.at.isoformat(),
            "note": row.note,
        }

    def _span(self, first: date | None, last: date | None) -> tuple[date, date]:
        # A day more than today's in UTC: the store's date may be ahead of it.
        end = last or self._tools.clock().astimezone(UTC).date() + timedelta(days=1)
        return first or end - timedelta(days=_SHOWN_DAYS), end

    def _tell(self, store: str) -> None:
        self._tools.bus.publish({"kind": "card_matching", "store": store, "date": None, "state": None})


def _is_within(day: date | None, first: date | None, last: date | None) -> bool:
    return day is None or (first or day) <= day <= (last or day)


def _look_again(session: Session, store: str, register: str, receipt: str) -> None:
    for match in card_matches.matches_of(session, store, register, receipt):
        if card_matches.is_stale(session, match):
            session.delete(match)
            session.flush()
        else:
            bear_reference(session, match)


def _approved(session: Session, store: str, payment: int) -> TerminalAttempt:
    row = terminal_journal.get(session, payment)
    if row.store != store or row.state != PaymentState.APPROVED:
        raise Refused(
            f"Payment {payment} cannot be joined with a receipt.",
            f"It is {row.state} in store {row.store}; only an approved one of this store can be.",
            "See which wait with `tillbook terminal unmatched`.",
            code="terminal_not_approved",
        )
    return row


def _name_tender(session: Session, row: CardMatch, key: tuple[str, str, int]) -> None:
    tender = card_matches.tender(session, row.store, *key)
    if tender is None:
        raise _no_tender(key[0], key[1])
    row.till, row.receipt, row.position, row.amount = *key, tender.amount


def _must_be_free(
    session: Session, store: str, payment: int | None, tender: tuple[str, str, int] | None
) -> None:
    taken = card_matches.taken(session, store, payment, tender)
    if taken is not None:
        raise Refused(
            "These cannot be joined.",
            f"One of them is in match {taken.id} already ({taken.rule}, by {taken.by}).",
            f"Take that apart first: tillbook terminal unmatch {taken.id} --store {store}",
            code="already_matched",
        )


def _no_tender(register: str, receipt: str) -> Problem:
    return NotFound(
        f"Receipt {receipt} of register {register} has no such tender.",
        "It never came in, was voided, or has fewer tenders.",
        "See its tenders with `tillbook receipt`.",
        code="unknown_tender",
    )


def _no_reason() -> Problem:
    return Refused(
        "It was not dismissed.",
        "A reason is missing, and whoever looks at the books later will ask for it.",
        "Say why with a note.",
        code="invalid_note",
    )
