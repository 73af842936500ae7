"""Reads a store's card money, date by date, and says where it does not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from sqlmodel import Session

from services.books.calendar import business_date
from services.books.money import AmountError, from_minor, parse_amount, text_of, to_minor
from services.contract.people import Person
from services.contract.problem import Refused
from services.contract.terminal_days import AgreementAnswer, PayoutAnswer
from services.contract.text import printable
from services.store import audit, card_money, terminal_list
from services.store.stores import get_facts
from services.store.tables import CardPayout
from services.terminals.answers import signed
from services.terminals.counter.agreement import CardDay, ages, day_answer, first_difference
from services.terminals.counter.days import must_have_been
from services.terminals.counter.ends_of_day import batches
from services.terminals.counter.fleet import Tools
from services.terminals.counter.match_rows import net

_DAYS = 31
_MOST_DAYS = 400


class Agreeing:
    """The card money of one database, from the terminal to the bank."""

    def __init__(self, tools: Tools, today: Callable[[str], date]) -> None:
        self._tools = tools
        self._today = today

    def agreement(self, store: str, first: date | None = None, last: date | None = None) -> AgreementAnswer:
        """Return a store's card money by business date: the last 31 by default.

        Without a first date, what is still open of earlier ones counts too, of 400 at most:
        it is older, and no less owed. Nothing from before its first terminal: such card money
        went through none of ours. Raises NotFound for an unknown store, Refused for more than
        400 dates.
        """
        today = self._today(store)
        end = last or today
        start = first or end - timedelta(days=_DAYS - 1)
        oldest = first or end - timedelta(days=_MOST_DAYS - 1)
        if not 0 <= (end - start).days < _MOST_DAYS:
            raise _too_long()
        with self._tools.db.read() as session:
            facts = get_facts(session, store)
            currency = facts.currency
            since = terminal_list.taken_since(session, store)
            if since is not None:
                began = business_date(since, facts.timezone, facts.cutoff)
                start, oldest = max(start, began), max(oldest, began)
            types = terminal_list.card_tenders(session, store)
            accounts, mapped = card_money.clearing_accounts(session, store, types)
            days = _Reading(session, store, currency, start, end).days(types, accounts, mapped)
            earlier = _open_of(session, store, types, oldest, start - timedelta(days=1))
        answers = [day_answer(day, today, currency) for day in days]
        unpaid = [*earlier, *(day for day in days if day.open)]

        def told(amount: int) -> str:
            return text_of(from_minor(amount, currency), currency)

        return {
            "store": store,
            "currency": currency,
            "first": start.isoformat(),
            "last": end.isoformat(),
            "tenders": types,
            "accounts": accounts,
            "days": answers,
            "first_difference": first_difference(answers),
            "first_open": next((day.day.isoformat() for day in unpaid), None),
            "open": told(sum(day.open for day in unpaid)),
            "ages": {name: told(amount) for name, amount in ages(unpaid, today).items()},
        }

    def payouts(self, store: str, limit: int = 100) -> list[PayoutAnswer]:
        """Return what was noted as paid, the newest first."""
        with self._tools.db.read() as session:
            currency = get_facts(session, store).currency
            return [_payout(row, currency) for row in card_money.payouts(session, store, limit)]

    def add_payout(
        self,
        store: str,
        day: date,
        amount: str,
        who: Person,
        *,
        fee: str = "0",
        paid: date | None = None,
        note: str = "",
    ) -> PayoutAnswer:
        """Note what the acquirer paid for a business date; amounts in major units."""
        must_have_been(day, self._today(store), "The payout was not noted.")
        with self._tools.db.write() as session:
            currency = get_facts(session, store).currency
            row = CardPayout(
                store=store,
                business_date=day,
                paid=paid or self._today(store),
                amount=_minor(amount, currency),
                fee=_minor(fee, currency),
                note=printable(note).strip(),
                by=who.name,
                at=self._tools.clock(),
            )
            session.add(row)
            session.flush()
            answer = _payout(row, currency)
            audit.append(session, row.at, who, "add_card_payout", store, after={**answer})
        return answer

    def remove_payout(self, store: str, number: int, who: Person) -> PayoutAnswer:
        """Take a payout out again that was noted by mistake."""
        with self._tools.db.write() as session:
            currency = get_facts(session, store).currency
            row = card_money.get_payout(session, store, number)
            answer = _payout(row, currency)
            session.delete(row)
            audit.append(session, self._tools.clock(), who, "remove_card_payout", store, before={**answer})
        return answer


class _Reading:
    """Reads one store's card money over some dates."""

    def __init__(self, session: Session, store: str, currency: str, first: date, last: date) -> None:
        self._session = session
        self._store = store
        self._currency = currency
        self._span = first, last
        self._days: defaultdict[date, CardDay] = defaultdict(lambda: CardDay(date.min))

    def days(self, types: list[str], accounts: list[str], mapped: list[str]) -> list[CardDay]:
        """Return the dates with card money, in order."""
        self._add_approvals()
        self._add_batches()
        for day, amount in card_money.tenders_by_date(self._session, self._store, types, *self._span).items():
            self._day(day).tenders += amount
        for day, (amount, fee) in card_money.payouts_by_date(self._session, self._store, *self._span).items():
            self._day(day).received += amount
            self._day(day).fees += fee
        if accounts:
            self._add_postings(accounts, mapped)
        return [self._days[day] for day in sorted(self._days)]

    def _day(self, day: date) -> CardDay:
        found = self._days[day]
        found.day = day
        return found

    def _add_approvals(self) -> None:
        for row in card_money.approvals(self._session, self._store, *self._span):
            if row.business_date is not None:
                self._day(row.business_date).approved += net(row)

    def _add_batches(self) -> None:
        for batch in batches(self._session, self._store, *self._span):
            if batch.business_date is None:
                continue
            day, terminal = self._day(batch.business_date), batch.settlement.terminal
            day.counted = (day.counted or 0) + batch.counted
            day.covered += batch.covered
            day.is_doubtful = day.is_doubtful or batch.is_doubtful
            for each in batch.totals:
                self._add_scheme(day, terminal, each.scheme, signed(each), 0)
            for attempt in batch.attempts:
                scheme = str((attempt.result or {}).get("scheme") or "")
                self._add_scheme(day, terminal, scheme, None, net(attempt))

    def _add_scheme(
        self, day: CardDay, terminal: str, scheme: str, counted: int | None, approved: int
    ) -> None:
        key = terminal, _known_as(day, terminal, scheme)
        before, so_far = day.schemes.get(key, (None, 0))
        both = before if counted is None else (before or 0) + counted
        day.schemes[key] = both, so_far + approved

    def _add_postings(self, accounts: list[str], mapped: list[str]) -> None:
        for day in list(self._days.values()):
            posted_on, together = card_money.posted_with(self._session, self._store, day.day)
            day.posted_on = posted_on
            if posted_on != day.day:
                continue
            taken = card_money.tenders_by_date(
                self._session, self._store, mapped, min(together), max(together)
            )
            day.mapped = sum(taken.get(each, 0) for each in together)
            day.posted = card_money.posted(self._session, self._store, day.day, accounts, self._currency)


def _open_of(session: Session, store: str, types: list[str], first: date, last: date) -> list[CardDay]:
    """Return the dates whose card tenders are not paid in full, in order."""
    tenders = card_money.tenders_by_date(session, store, types, first, last)
    paid = card_money.payouts_by_date(session, store, first, last)
    found = []
    for day in sorted({*tenders, *paid}):
        received, fees = paid.get(day, (0, 0))
        found.append(CardDay(day, tenders=tenders.get(day, 0), received=received, fees=fees))
    return [day for day in found if day.open]


def _known_as(day: CardDay, terminal: str, scheme: str) -> str:
    """Return the name under which a scheme stands already.

    Capitals do not count, and totals are often by the wider name: what a payment calls
    *Debit Mastercard* is counted under *Mastercard*.
    """
    wanted = scheme.casefold()
    names = [name for of, name in day.schemes if of == terminal]
    same = [name for name in names if name.casefold() == wanted]
    wider = [name for name in names if name and name.casefold() in wanted]
    return next(iter([*same, *wider]), scheme)


def _minor(amount: str, currency: str) -> int:
    try:
        return to_minor(parse_amount(amount, currency), currency)
    except AmountError as error:
        raise Refused(
            "The payout was not noted.",
            f"The amount {error}.",
            "Give amounts such as 1234.50.",
            code="invalid_amount",
        ) from error


def _too_long() -> Refused:
    return Refused(
        "That cannot be compared at once.",
        f"The dates must follow each other and be no more than {_MOST_DAYS}.",
        "Ask for fewer dates.",
        code="invalid_dates",
    )


def _payout(row: CardPayout, currency: str) -> PayoutAnswer:
    return {
        "id": row.id or 0,
        "store": row.store,
        "business_date": row.business_date.isoformat(),
        "paid": row.paid.isoformat(),
        "amount": text_of(from_minor(row.amount, currency), currency),
        "fee": text_of(from_minor(row.fee, currency), currency),
        "note": row.note,
        "by": row.by,
        "at": row.at.isoformat(),
    }
