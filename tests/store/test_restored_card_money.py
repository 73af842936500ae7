"""After a restore no card payment is forgotten, so none is taken twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session, select

from services.api.put_back import lost_words
from services.contract.problem import Refused
from services.store import terminal_journal
from services.store.card_matches import kept_apart
from services.store.database import Database, open_database
from services.store.restoring.losses import compare
from services.store.restoring.restore import examine, put_back
from services.store.tables import (
    CardApart,
    CardMatch,
    CardPayout,
    Restore,
    Terminal,
    TerminalAttempt,
    TerminalSettlement,
    TerminalTotal,
    TillKey,
)
from tests.store.moments import NOON
from tests.store.rows import put_store
from tests.store.test_restore import ANNA, DAY, LATER, path_of, restored, saved


@pytest.fixture
def books(sqlite_database: Database) -> Database:
    with sqlite_database.write() as session:
        put_store(session)
        session.add(_terminal("front"))
    return sqlite_database


def _terminal(key: str) -> Terminal:
    return Terminal(
        key=key, store="queen-st", name=key, protocol="zvt", currency="NZD", settings={}, created=NOON
    )


def _payment(word: str, state: str = "approved", terminal: str = "front") -> TerminalAttempt:
    return TerminalAttempt(
        terminal=terminal, store="queen-st", till="1", till_reference=word, reference=f"OWN-{word}",
        kind="payment", amount=1000, currency="NZD", business_date=DAY, state=state, created=NOON,
        approved=1000 if state == "approved" else None,
    )  # fmt: skip


def add(books: Database, *rows: object) -> None:
    with books.write() as session:
        for row in rows:
            session.add(row)
            session.flush()


def of_till(session: Session, word: str) -> TerminalAttempt:
    found = terminal_journal.of_till(session, "queen-st", "1", word)
    assert found is not None
    return found


def test_a_payment_taken_since_is_known_by_the_tills_reference(books: Database) -> None:
    add(books, _payment("a", "sent"))
    backup = saved(books)
    with books.write() as session:
        terminal_journal.change(session, of_till(session, "a"), state="approved", approved=1000)
    add(books, _payment("b"), _payment("c", "unknown"))
    again = restored(books, backup)
    with again.read() as session:
        assert [of_till(session, word).state for word in "abc"] == ["approved", "approved", "unknown"]
        assert of_till(session, "b").approved == 1000
    again.close()


def test_terminals_and_keys_of_tills_stay_as_they_were(books: Database) -> None:
    """A key that was revoked since lets nobody in again."""
    add(books, _key("old"))
    backup = saved(books)
    with books.write() as session:
        session.exec(select(TillKey)).one().revoked = LATER
        session.get_one(Terminal, "front").removed = LATER
    add(books, _key("new"), _terminal("back"), _payment("a", terminal="back"))
    again = restored(books, backup)
    with again.read() as session:
        keys = {row.digest: row.revoked is not None for row in session.exec(select(TillKey))}
        assert keys == {"old": True, "new": False}
        assert session.get_one(Terminal, "front").removed == LATER
        assert of_till(session, "a").terminal == "back"
    again.close()


def _key(digest: str) -> TillKey:
    return TillKey(store="queen-st", till="1", digest=digest, begins="x", created=NOON, created_by="anna")


def test_matches_payouts_and_ends_of_day_are_as_they_were(books: Database) -> None:
    add(books, _payment("a"), _match(1, "S-1"))
    backup = saved(books)
    with books.write() as session:
        session.delete(session.exec(select(CardMatch)).one())
    add(books, _payment("b"), _match(2, "S-2"), _apart(1, "S-1"))
    add(books, _payout(), _end_of_day(), TerminalTotal(settlement_id=1, position=0, scheme="visa",
                                                       kind="payment", count=2, amount=2000))  # fmt: skip
    again = restored(books, backup)
    with again.read() as session:
        joined = [(row.attempt_id, row.receipt) for row in session.exec(select(CardMatch))]
        assert joined == [(of_till(session, "b").id, "S-2")]
        assert kept_apart(session, "queen-st") == {(of_till(session, "a").id, "1", "S-1", 0)}
        assert [row.amount for row in session.exec(select(CardPayout))] == [990]
        (end,) = terminal_journal.settlements(session, "front")
        assert [(row.scheme, row.amount) for row in terminal_journal.totals_of(session, end.id or 0)] == [
            ("visa", 2000)
        ]
    again.close()


def _match(attempt: int, receipt: str) -> CardMatch:
    return CardMatch(
        store="queen-st", attempt_id=attempt, till="1", receipt=receipt, position=0, amount=1000,
        rule="reference", by="Tillbook", at=NOON,
    )  # fmt: skip


def _apart(attempt: int, receipt: str) -> CardApart:
    return CardApart(attempt_id=attempt, till="1", receipt=receipt, position=0, store="queen-st")


def _payout() -> CardPayout:
    return CardPayout(store="queen-st", business_date=DAY, paid=DAY, amount=990, fee=10, by="anna", at=LATER)


def _end_of_day() -> TerminalSettlement:
    return TerminalSettlement(
        terminal="front",
        store="queen-st",
        closes=True,
        state="done",
        started=NOON,
        who="anna",
        currency="NZD",
    )


def test_restored_twice_nothing_is_there_twice(books: Database) -> None:
    backup = saved(books)
    add(books, _payment("a"), _match(1, "S-1"), _payout(), _end_of_day(), _key("k"))
    again = restored(restored(books, backup), backup)
    with again.read() as session:
        for table in (TerminalAttempt, CardMatch, CardPayout, TerminalSettlement, TillKey):
            assert len(session.exec(select(table)).all()) == 1
        assert len(session.exec(select(Restore)).all()) == 1
    again.close()


def test_what_was_about_to_leave_is_asked_for_when_the_books_cannot_be_read(books: Database) -> None:
    """Else it would be cancelled unasked, though the terminal may have charged."""
    add(books, _payment("a", "pending"))
    backup = saved(books)
    books.close()
    path = path_of(books)
    path.write_bytes(b"torn" * 4096)
    put_back(examine(backup), path, compare(path, backup), ANNA, LATER)
    again = open_database(f"sqlite:///{path}")
    with again.read() as session:
        assert of_till(session, "a").state == "sent"
    again.close()


def test_two_journals_with_a_payment_under_way_at_one_terminal_are_refused(books: Database) -> None:
    add(books, _payment("a", "sent"))
    backup = saved(books)
    with books.write() as session:
        session.delete(of_till(session, "a"))
    add(books, _payment("b", "sent"))
    path = path_of(books)
    with pytest.raises(Refused, match="front"):
        restored(books, backup)
    again = open_database(f"sqlite:///{path}")
    with again.read() as session:
        assert of_till(session, "b").state == "sent"
    again.close()


@pytest.mark.parametrize("state", ["sent", "approved"])
def test_two_journals_with_one_word_of_a_till_for_two_payments_are_refused(
    books: Database, state: str
) -> None:
    add(books, _payment("a", "declined"))
    backup = saved(books)
    with books.write() as session:
        of_till(session, "a").reference = "OTHER"
        of_till(session, "a").state = state
    path = path_of(books)
    with pytest.raises(Refused, match="till 1") as caught:
        restored(books, backup)
    assert caught.value.detail == "references OWN-a, OTHER"
    again = open_database(f"sqlite:///{path}")
    with again.read() as session:
        assert (of_till(session, "a").reference, of_till(session, "a").state) == ("OTHER", state)
    again.close()


def test_it_is_said_that_card_payments_are_carried_over(books: Database, tmp_path: Path) -> None:
    add(books, _payment("a"))
    backup = saved(books)
    add(books, _payment("b"), _payment("c", "declined"))
    lost = compare(path_of(books), backup)
    assert lost.told()["carried"]["card_payments"] == 2
    assert "  2 payments at card terminals, and what became of them." in lost_words(lost)
    (tmp_path / "torn.db").write_bytes(b"torn" * 4096)
    unread = lost_words(compare(tmp_path / "torn.db", backup))
    assert any("terminal's own journal" in line for line in unread)
