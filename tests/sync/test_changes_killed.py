"""Corrections and sending anew, killed at every step and with every answer lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from services.accounting.ledger import CallFailed, NotSent, OutcomeUnknown
from services.books.documents import DocumentKind
from services.store import attempts
from tests.sync.changing import NUMBER, listed, live, numbers, policy, posted, resolve, right, rows
from tests.sync.dying import run_until_done
from tests.sync.support import DAY, Shop, account_sale, refund, sale

LOST = OutcomeUnknown("The answer was lost.", "", "")
UNREACHED = NotSent("Xero was not reached.", "", "")


@pytest.mark.parametrize("word, deaths", [("delta", 8), ("resend", 12)])
def test_killed_at_every_step_the_books_come_out_right(shop: Shop, word: str, deaths: int) -> None:
    policy(shop, word)
    posted(shop, sale(DAY, "1", "100.00"), refund(DAY, "R", "-11.50"), account_sale(DAY, "A", "80.00"))
    shop.take(sale(DAY, "2", "23.00"), refund(DAY, "R", "-34.50"), account_sale(DAY, "A", "57.00"))
    assert run_until_done(shop) >= deaths
    assert shop.day().state == "posted", shop.state()
    right(shop)
    assert listed(shop) == []
    with shop.database.read() as session:
        assert not attempts.unanswered(session)
        assert not attempts.in_outcome(session, attempts.UNKNOWN)
    expected = 3 if word == "resend" else 6
    assert len(live(shop)) == expected


def test_killed_at_every_step_with_a_correction_before(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    policy(shop, "resend")
    shop.take(sale(DAY, "3", "46.00"))
    assert run_until_done(shop) >= 12
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)


def test_killed_at_every_step_of_putting_back(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop)

    def reconcile() -> None:
        (held,) = live(shop)
        held.reconciled.add(held.payments[-1][0])

    shop.take(sale(DAY, "2", "23.00"))
    shop.ledger.on("unpay", reconcile, count=1)  # after it was looked at, the other one is reconciled
    shop.later(minutes=1)
    assert shop.day().state == "changed", shop.state()
    run_until_done(shop)
    (held,) = live(shop)
    assert (held.document.number, held.due, len(held.payments)) == (NUMBER, Decimal(0), 2)
    (row,) = rows(shop)
    assert (row.undoing, row.voided) == (False, False)


@pytest.mark.parametrize("call", ["unpay", "void", "create", "pay", "read", "payments"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    "failure", [LOST, NotSent("Xero was not reached.", "", "")], ids=["lost", "not_sent"]
)
def test_lost_answers_are_looked_up_and_nothing_is_done_twice(
    shop: Shop, call: str, failure: CallFailed, *, after: bool
) -> None:
    if after and isinstance(failure, NotSent):
        after = False  # what was carried out is no longer not sent
    policy(shop, "resend")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.ledger.fail(call, failure, after=after, count=2)
    for _ in range(6):
        shop.later(minutes=10)
    assert shop.day().state == "posted", shop.state()
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)


@pytest.mark.parametrize("failure", [LOST, UNREACHED], ids=["lost", "not_sent"])
def test_what_was_taken_away_counts_as_getting_on(shop: Shop, failure: CallFailed) -> None:
    policy(shop, "resend")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.ledger.fail("read", UNREACHED, count=2)
    shop.ledger.fail("unpay", failure, after=isinstance(failure, OutcomeUnknown), count=1)
    shop.ledger.fail("void", UNREACHED, count=3)
    shop.later(minutes=1)
    assert shop.day().state == "posted", "one run goes on while it gets on"
    assert numbers(shop) == [f"{NUMBER}-r2"]
    right(shop)


@pytest.mark.parametrize("call", ["create", "pay"])
def test_a_correction_whose_answer_is_lost_is_there_once(shop: Shop, call: str) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.ledger.fail(call, LOST, after=True)
    shop.take(sale(DAY, "3", "46.00"))
    for _ in range(3):
        shop.later(minutes=10)
    assert shop.day().state == "posted", shop.state()
    right(shop)


def test_a_change_comes_while_the_outcome_of_a_correction_is_unknown(shop: Shop) -> None:
    policy(shop, "delta")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.ledger.fail("create", LOST, after=True, count=1)
    shop.ledger.fail("find", UNREACHED, count=4)
    shop.later(minutes=1)
    assert shop.day().state == "unknown", shop.state()
    shop.take(sale(DAY, "3", "46.00"))
    for _ in range(6):
        shop.later(minutes=10)
    assert shop.day().state == "posted", shop.state()
    right(shop)


def test_every_write_has_its_attempt(shop: Shop) -> None:
    policy(shop, "resend")
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    shop.later(minutes=1)
    told = shop.office.log()["attempts"]
    calls = [(each["call"], each["outcome"], each["documents"]) for each in reversed(told)]
    assert [call for call in calls if call[0].startswith("POST")] == [
        ("POST Payments", "accepted", [NUMBER]),
        ("POST Payments", "accepted", [NUMBER]),
        ("POST Invoices", "accepted", [NUMBER]),
    ]
    assert len(calls) == len(shop.ledger.keys)


def test_two_who_decide_at_once_send_it_once(shop: Shop) -> None:
    posted(shop)
    shop.take(sale(DAY, "2", "23.00"))
    runs: list[str] = []
    submit = shop.office.changes._submit  # noqa: SLF001 - to hold it back
    shop.office.changes._submit = runs.append  # noqa: SLF001
    assert resolve(shop, "resend")["queued"]
    held_back: Callable[[str], None] = submit
    for store in [*runs, *runs]:
        held_back(store)
    right(shop)
    assert [held.kind for held in live(shop)] == [DocumentKind.ACCREC]
