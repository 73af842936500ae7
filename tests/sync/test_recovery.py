"""Exactly once, whatever is lost: answers, processes, connections (DESIGN.md, 5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from services.accounting.ledger import AuthorisationLost, CallRefused, NotSent, OutcomeUnknown, RateLimited
from services.books.documents import Document, DocumentKind
from services.store import attempts
from services.store.documents import document_of
from services.store.tables import Attempt, DocumentRow
from services.sync.documents.building import Builder
from tests.sync.dying import dying, run_until_done
from tests.sync.fakes import Killed
from tests.sync.support import (
    ANNA,
    DAY,
    STORE,
    Shop,
    account_sale,
    all_posted,
    debtor_payment,
    exact_books,
    purchase,
    refund,
    sale,
    states,
)

LOST = OutcomeUnknown("The answer was lost.", "", "")


def everything(shop: Shop) -> list[date]:
    """Take in days with every kind of document."""
    shop.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    shop.take(
        sale(DAY, "1", "100.00"),
        refund(DAY, "2", "-23.00"),
        account_sale(DAY, "3", "80.00"),
        purchase(DAY, "P1", "46.00"),
        sale(DAY + timedelta(days=1), "4", "60.00"),
        debtor_payment(DAY + timedelta(days=1), "5", "30.00", "3"),
    )
    return [DAY, DAY + timedelta(days=1)]


ONCE = {DocumentKind.ACCREC: 3, DocumentKind.ACCRECCREDIT: 1, DocumentKind.ACCPAY: 1}


def sent(shop: Shop, dates: list[date]) -> dict[DocumentKind, int]:
    """Return how many documents of each kind are there, all paid as they should."""
    assert all_posted(shop.state(dates[0], dates[-1])), shop.state(dates[0], dates[-1])
    invoice = next(held for held in shop.ledger.live() if held.document.contact == "Bob Ltd")
    assert invoice.due == Decimal("50.00")
    exact_books_but_debtors(shop, dates)
    return {kind: len(shop.ledger.live(kind)) for kind in ONCE}


def exact_books_but_debtors(shop: Shop, dates: list[date]) -> None:
    """Check all but the account sale, whose invoice a debtor's payment is on."""
    for held in shop.ledger.documents.values():
        if held.document.contact != "Bob Ltd":
            there = sorted(amount for _, _, amount, _ in held.payments)
            assert there == sorted(payment.amount for payment in held.document.payments), held.document.number
    assert dates


def test_killed_at_every_step_everything_is_sent_once(shop: Shop) -> None:
    dates = everything(shop)
    queue(shop, dates)
    assert run_until_done(shop) > 10
    assert sent(shop, dates) == ONCE


STEPS = 60


@pytest.mark.parametrize("at", range(1, STEPS + 1))
def test_killed_once_anywhere_everything_is_sent_once(shop: Shop, at: int) -> None:
    dates = everything(shop)
    queue(shop, dates)
    with dying(shop, at), suppress(Killed):
        shop.open_office().tick()
    shop.open_office().tick()
    assert sent(shop, dates) == ONCE


def test_the_steps_tried_are_all_there_are(shop: Shop) -> None:
    queue(shop, everything(shop))
    with dying(shop, STEPS) as died:
        shop.open_office().tick()
    assert not died()
    assert sent(shop, [DAY, DAY + timedelta(days=1)]) == ONCE


def queue(shop: Shop, dates: list[date]) -> None:
    """Ask for days while nothing runs."""
    shop.runner.stop()
    shop.office.sync(STORE, first=dates[0], last=dates[-1], who=ANNA)


@pytest.mark.parametrize("skip", range(5))
def test_answers_lost_after_every_second_write(shop: Shop, skip: int) -> None:
    dates = everything(shop)
    for call in ("create", "pay"):
        shop.ledger.fail(call, LOST, after=True, skip=skip, every=2, count=None)
    shop.sync(dates[0], dates[-1])
    assert sent(shop, dates) == ONCE


def test_answers_of_ninety_days_lost_after_every_tenth_call(shop: Shop) -> None:
    dates = shop.take_days(90, DAY - timedelta(days=89))
    shop.ledger.fail("", LOST, after=True, every=10, count=None)
    assert all_posted(shop.sync(dates[0], dates[-1]))
    assert len(shop.ledger.live()) == 90
    exact_books(shop, dates)


@pytest.mark.parametrize("call", ["create_contacts", "create ACCREC", "create ACCPAY", "pay"])
def test_a_lost_call_that_never_arrived_is_made_again(shop: Shop, call: str) -> None:
    dates = everything(shop)
    shop.ledger.fail(call, LOST)
    shop.sync(dates[0], dates[-1])
    assert sent(shop, dates) == ONCE


def test_an_unknown_document_is_looked_up_and_never_sent_blindly(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", LOST, after=True)
    assert all_posted(shop.sync())
    assert shop.ledger.calls.count("create ACCREC") == 1
    with shop.database.read() as session:
        lost = session.exec(select(Attempt).where(Attempt.call == "PUT Invoices")).one()
    assert lost.outcome == "resolved"


def test_a_lost_bill_is_not_sent_again_before_it_could_have_arrived(shop: Shop) -> None:
    shop.map(tax_codes={"GST15": "OUTPUT2", "GSTIN": "INPUT2"})
    shop.take(purchase(DAY, "P1", "46.00"))
    shop.ledger.fail("create ACCPAY", LOST)

    def arrives() -> None:
        """The call that was given up arrives between the first and the second look."""
        with shop.database.read() as session:
            row = session.exec(select(DocumentRow)).one()
        shop.ledger.put(DocumentKind.ACCPAY, document_of(row))

    shop.ledger.on("find ACCPAY", arrives, skip=1)
    assert all_posted(shop.sync())
    assert len(shop.ledger.live(DocumentKind.ACCPAY)) == 1
    assert max(shop.waiter.waits) == shop.pace.settling.total_seconds()


def test_an_outcome_that_cannot_be_found_out_stays_unknown(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail("create ACCREC", LOST, after=True)
    shop.ledger.fail("find ACCREC", NotSent("Xero cannot be reached.", "", ""), count=None)
    (day,) = shop.sync()
    assert day["state"] == "unknown"
    assert day["documents"][0]["state"] == "unknown"
    assert shop.ledger.calls.count("create ACCREC") == 1
    shop.ledger.rules.clear()
    shop.later(minutes=6)
    assert all_posted(shop.state())
    assert shop.ledger.calls.count("create ACCREC") == 1


def test_a_number_that_is_taken_by_the_same_document_is_adopted(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    document = _built(shop)
    held = shop.ledger.put(DocumentKind.ACCREC, document)
    (day,) = shop.sync()
    assert day["state"] == "posted"
    assert day["documents"][0]["xero_id"] == held.remote_id
    exact_books(shop, [DAY])


def test_a_number_that_is_taken_by_another_document_is_refused_with_both_figures(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    document = _built(shop)
    shop.ledger.put(DocumentKind.ACCREC, document, total=Decimal("99.00"))
    (day,) = shop.sync()
    assert day["state"] == "refused"
    assert "total 99.00 there, 100.00 here" in day["blocked"][0]["why"]
    assert "pay" not in shop.ledger.calls


def test_a_number_of_another_contact_is_refused(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.put(DocumentKind.ACCREC, _built(shop), contact="Somebody else")
    (day,) = shop.sync()
    assert day["state"] == "refused"
    assert "Somebody else" in day["blocked"][0]["why"]


def test_a_number_that_was_voided_is_refused(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.put(DocumentKind.ACCREC, _built(shop), status="VOIDED")
    (day,) = shop.sync()
    assert day["state"] == "refused"
    assert "voided" in day["blocked"][0]["what"]


def test_a_lost_document_that_differs_is_posted_and_loud(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.drift = Decimal("0.01")
    shop.ledger.fail("create ACCREC", LOST, after=True)
    (day,) = shop.sync()
    assert day["state"] == "differs"
    assert day["documents"][0]["xero_id"]
    assert "pay" not in shop.ledger.calls


def test_every_write_is_in_the_log_before_it_is_made(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    seen: list[list[str]] = []

    def look() -> None:
        with shop.database.read() as session:
            seen.append([attempt.call for attempt in attempts.unanswered(session, STORE)])

    shop.ledger.on("create", look, count=None)
    shop.ledger.on("pay", look, count=None)
    shop.sync()
    assert seen == [["PUT Contacts"], ["PUT Invoices"], ["PUT Payments"]]
    with shop.database.read() as session:
        rows = session.exec(select(Attempt).order_by(col(Attempt.id))).all()
    assert [row.outcome for row in rows] == ["accepted"] * 3
    assert len({row.idempotency_key for row in rows}) == 3


def test_a_short_limit_is_waited_for(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    limited = RateLimited("Xero asks to wait.", "", "")
    limited.retry_after = 26.0
    shop.ledger.fail("create ACCREC", limited)
    assert all_posted(shop.sync())
    assert 26.0 in shop.waiter.waits
    assert shop.connection().blocked_until is None


def test_a_long_limit_ends_the_run_and_is_come_back_to(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    limited = RateLimited("Xero takes no more calls today.", "The daily limit is used up.", "Nothing to do.")
    limited.retry_after = 7200.0
    shop.ledger.fail("create ACCREC", limited)
    (day,) = shop.sync()
    assert day["state"] == "waiting"
    assert day["blocked"][0]["code"] == "rate_limited"
    assert shop.waiter.waits == []
    assert shop.connection().blocked_until == shop.clock() + timedelta(hours=2)
    shop.later(hours=1)
    assert states(shop.state()) == ["waiting"]
    shop.later(hours=1, seconds=1)
    assert all_posted(shop.state())


def test_no_network_is_an_error_that_mends_itself(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    shop.ledger.fail(
        "create ACCREC", NotSent("Xero cannot be reached.", "No network.", "Check it."), count=None
    )
    (day,) = shop.sync()
    assert day["state"] == "waiting"
    assert day["blocked"][0]["code"] == "not_sent"
    assert shop.connection().state == "error"
    assert shop.waiter.waits == [1.0, 2.0, 4.0]
    shop.ledger.rules.clear()
    shop.later(minutes=6)
    assert all_posted(shop.state())
    assert shop.connection().state == "connected"
    exact_books(shop, [DAY])


def test_a_lost_authorisation_stops_and_is_not_tried_again(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    lost = AuthorisationLost(
        "Xero no longer accepts the connection.", "", "Connect again.", code="invalid_grant"
    )
    shop.ledger.fail("create ACCREC", lost, count=None)
    (day,) = shop.sync()
    assert day["state"] == "waiting"
    assert day["blocked"][0]["code"] == "invalid_grant"
    calls = len(shop.ledger.calls)
    shop.later(hours=3)
    shop.sync()
    assert len(shop.ledger.calls) == calls
    shop.ledger.rules.clear()
    shop.connect()
    assert all_posted(shop.sync())


def test_one_refused_document_does_not_hold_back_the_others(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"), sale(DAY + timedelta(days=1), "2", "50.00", "hardware"))
    archived = next(row for row in shop.ledger.rows["accounts"] if row["Code"] == "201")
    shop.ledger.on("create ACCREC", lambda: archived.update(Status="ARCHIVED"))
    first, second = shop.sync(DAY, DAY + timedelta(days=1))
    assert (first["state"], second["state"]) == ("posted", "refused")
    assert second["blocked"][0]["code"] == "account_archived"
    archived["Status"] = "ACTIVE"
    assert all_posted(shop.sync(DAY, DAY + timedelta(days=1)))
    exact_books(shop, [DAY, DAY + timedelta(days=1)])


def test_a_call_that_is_refused_as_a_whole_is_parted(shop: Shop) -> None:
    dates = shop.take_days(5)
    refused = CallRefused("Xero refused the call.", "", "")

    def act() -> None:
        if len(shop.ledger.keys) <= 3:
            raise refused

    shop.ledger.on("create ACCREC", act, count=None)
    assert all_posted(shop.sync(dates[0], dates[-1]))
    exact_books(shop, dates)


def test_a_right_that_is_missing_refuses_its_documents_only(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"), refund(DAY, "2", "-10.00"))
    missing = CallRefused("Xero does not allow it.", "", "Ask an adviser.", code="right_missing")
    shop.ledger.fail("create ACCRECCREDIT", missing)
    (day,) = shop.sync()
    assert day["state"] == "refused"
    assert [document["state"] for document in day["documents"]] == ["posted", "refused"]
    assert shop.ledger.calls.count("create ACCRECCREDIT") == 1


def test_a_refused_payment_follows_the_mended_mapping(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00"))
    refused = CallRefused("The account takes no payments.", "", "")
    shop.ledger.fail("pay", refused, count=1)
    (day,) = shop.sync()
    assert day["state"] == "refused"
    shop.map(tenders={"cash": "850", "eftpos": "612"})
    assert all_posted(shop.sync())
    (held,) = shop.ledger.live()
    assert sorted(account for _, account, *_ in held.payments) == ["612", "850"]


def _built(shop: Shop) -> Document:
    with shop.database.read() as session:
        return Builder(session, STORE, None).build(DAY).documents.documents[0]
