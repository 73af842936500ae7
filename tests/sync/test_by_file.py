"""Dates posted by file: handed over once, given again unchanged, and never sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from services.accounting.ledger import CallRefused, NotSent, OutcomeUnknown
from services.books.documents import DocumentKind
from services.contract.keeping import ByFileAnswer
from services.contract.problem import Refused
from services.store import by_file, days, stores
from services.store.documents import document_of
from services.store.tables import Attempt, Audit, DocumentRow, PaymentRow
from tests.accounting import import_files
from tests.sync.support import (
    ANNA,
    DAY,
    STORE,
    Shop,
    account_sale,
    debtor_payment,
    purchase,
    refund,
    sale,
    states,
)

RATES = {"15% GST on Income": Decimal("0.15"), "No GST": Decimal(0), "15% GST on Expenses": Decimal("0.15")}


@pytest.fixture
def told(shop: Shop) -> Shop:
    """A shop with a day, taken in and over, and nothing sent."""
    shop.take(sale(DAY, "A-1", "100.00"), refund(DAY, "R-1", "-23.00"), account_sale(DAY, "C-1", "50.00"))
    return shop


def post(shop: Shop, first: date = DAY, last: date | None = None) -> ByFileAnswer:
    return shop.office.files.post(STORE, first, last or first, ANNA)


def contents(answer: ByFileAnswer) -> dict[str, str]:
    return {file["name"]: file["content"] for posting in answer["postings"] for file in posting["files"]}


def outcomes(answer: ByFileAnswer) -> dict[str, str]:
    return {day["date"]: day["outcome"] for day in answer["days"]}


def attempts_of(shop: Shop) -> list[Attempt]:
    with shop.database.read() as session:
        return list(session.exec(select(Attempt)))


def rows_of(shop: Shop) -> Iterator[DocumentRow | PaymentRow]:
    with shop.database.read() as session:
        yield from session.exec(select(DocumentRow)).all()
        yield from session.exec(select(PaymentRow)).all()


def test_a_look_first_changes_nothing(told: Shop) -> None:
    answer = told.office.files.preview(STORE, DAY, DAY, ANNA)
    assert (outcomes(answer), answer["postings"]) == ({"2026-11-19": "posted"}, [])
    assert [each["number"] for each in answer["days"][0]["documents"]] == [
        "POS-queen-st-2026-11-19",
        "POS-queen-st-2026-11-19-R",
        "queen-st-C-1",
    ]
    assert states(told.state()) == ["waiting"]
    assert list(rows_of(told)) == []


def test_the_day_becomes_posted_by_file_with_its_documents(told: Shop) -> None:
    answer = post(told)
    assert outcomes(answer) == {"2026-11-19": "posted"}
    (state,) = told.state()
    assert (state["state"], {each["state"] for each in state["documents"]}) == ("by_file", {"by_file"})
    assert {row.state for row in rows_of(told)} == {"by_file"}
    assert told.office.status()["stores"][0]["days"]["by_file"] == 1
    assert attempts_of(told) == []


def test_the_files_hold_what_the_preview_said(told: Shop) -> None:
    before = told.office.preview(STORE, DAY)
    files = contents(post(told))
    (sales,) = [text for name, text in files.items() if "sales-invoices" in name]
    back = {each.number: each for each in import_files.documents(sales, RATES)}
    for document in before["documents"]:
        sign = -1 if document["kind"].endswith("CREDIT") else 1
        lines = [(line["account"], sign * Decimal(line["amount"])) for line in document["lines"]]
        there = [(account, amount) for account, _, amount, _ in back[document["number"]].lines]
        assert there[: len(lines)] == lines
    manifest = json.loads(next(text for name, text in files.items() if name.endswith("manifest.json")))
    assert manifest["debits"] == manifest["credits"]
    assert manifest["organisation"] == "Queen St"


def test_asking_again_gives_the_same_bytes_and_says_who(told: Shop) -> None:
    first = post(told)
    told.clock.move(days=3)
    told.map(contact="Somebody else")
    again = told.office.files.post(STORE, DAY, DAY, replace(ANNA, name="ben"))
    assert contents(again) == contents(first)
    assert outcomes(again) == {"2026-11-19": "again"}
    (posting,) = again["postings"]
    assert (posting["by"], posting["at"]) == ("anna", first["postings"][0]["at"])


def test_nothing_sends_it_any_more(told: Shop) -> None:
    post(told)
    told.office.set_schedule(STORE, frequency="daily", start=DAY, who=ANNA)
    told.sync()
    told.office.sync(STORE, who=ANNA)
    told.later(days=2)
    told.open_office().tick()
    told.office.pause(STORE, reason="x", who=ANNA)
    told.office.resume(STORE, who=ANNA)
    assert told.ledger.documents == {}
    assert attempts_of(told) == []
    assert states(told.state()) == ["by_file"]


def test_a_change_at_the_till_is_shown_and_never_sent(told: Shop) -> None:
    first = post(told)
    told.take(sale(DAY, "A-9", "10.00"), purchase(DAY, "P-1", "115.00"), refund(DAY, "R-9", "-5.00"))
    (state,) = told.sync()
    assert state["state"] == "changed"
    assert [each.get("code") for each in state["blocked"]] == ["changed_after_file"]
    told.office.set_schedule(STORE, frequency="daily", start=DAY, who=ANNA)
    told.later(days=2)
    assert told.ledger.documents == {}
    again = post(told)
    assert contents(again) == contents(first)
    assert [each["why"][0].get("code") for each in again["days"]] == ["changed_after_file"]


def test_the_queue_itself_leaves_such_dates_out(told: Shop) -> None:
    post(told)
    with told.database.write() as session:
        assert days.queue(session, STORE, [DAY], told.clock()) == []
        row = days.ensure_day(session, STORE, DAY, told.clock())
        row.queued, row.state = True, "waiting"
        session.add(row)
        session.flush()
        assert days.queued(session, STORE) == []


def test_a_day_that_was_being_prepared_is_not_sent(told: Shop) -> None:
    """The day was queued and built; it is handed over before its first call."""
    told.ledger.on("find_contacts", lambda: post(told))
    told.sync()
    assert told.ledger.documents == {}
    assert states(told.state()) == ["by_file"]


def test_a_day_that_is_about_to_be_sent_is_not_sent(told: Shop) -> None:
    """Its documents wait for their first call; it is handed over in that moment."""
    told.ledger.on("find_contacts", lambda: post(told), skip=1)
    told.sync()
    assert told.ledger.writes() == []
    assert states(told.state()) == ["by_file"]


@pytest.mark.parametrize("policy", ["delta", "resend"])
def test_no_policy_on_changes_sends_it(told: Shop, policy: str) -> None:
    with told.database.write() as session:
        stores.get_store(session, STORE).on_change = policy
    told.office.set_schedule(STORE, frequency="daily", start=DAY, who=ANNA)
    post(told)
    told.take(sale(DAY, "A-9", "10.00"))
    told.later(days=1)
    told.sync()
    told.later(days=1)
    assert told.ledger.writes() == []
    assert states(told.state()) == ["changed"]


def test_what_is_at_xero_is_refused(told: Shop) -> None:
    assert states(told.sync()) == ["posted"]
    answer = post(told)
    assert (outcomes(answer), answer["postings"]) == ({"2026-11-19": "refused"}, [])
    assert [each.get("code") for each in answer["days"][0]["why"]] == ["at_ledger_already"]
    assert states(told.state()) == ["posted"]


def test_what_is_at_xero_in_part_is_refused(told: Shop) -> None:
    told.sync()
    with told.database.write() as session:
        credit = session.exec(select(DocumentRow).where(DocumentRow.key == "refunds")).one()
        credit.remote_id, credit.state = None, "waiting"
        session.add(credit)
        days.set_state(session, STORE, DAY, "waiting", told.clock())
    assert outcomes(post(told)) == {"2026-11-19": "refused"}


def test_an_unknown_outcome_is_refused_until_it_was_looked_up(told: Shop) -> None:
    told.ledger.fail("create ACCREC", OutcomeUnknown("The answer was lost.", "", ""), after=True)
    told.ledger.fail("find ACCREC", NotSent("Xero cannot be reached.", "", ""), count=None)
    told.sync()
    answer = post(told)
    assert [each.get("code") for each in answer["days"][0]["why"]] == ["outcome_unknown"]
    told.ledger.rules.clear()
    told.clock.move(minutes=10)
    told.sync()
    assert states(told.state()) == ["posted"]


def test_a_blocked_day_is_refused_with_what_is_missing(told: Shop) -> None:
    told.map(tenders={"cash": "611"})
    answer = post(told)
    assert outcomes(answer) == {"2026-11-19": "refused"}
    assert "eftpos" in answer["days"][0]["why"][0]["what"]
    assert list(rows_of(told)) == []


def test_an_open_day_is_refused(shop: Shop) -> None:
    shop.clock.now = shop.clock.now.replace(year=2026, month=11, day=18, hour=22)
    shop.take(sale(DAY, "A-1", "100.00"))
    answer = post(shop)
    assert [each.get("code") for each in answer["days"][0]["why"]] == ["day_open"]


def test_a_date_without_records_is_refused(shop: Shop) -> None:
    answer = post(shop)
    assert [each.get("code") for each in answer["days"][0]["why"]] == ["nothing_to_send"]


def test_a_span_hands_over_what_it_can_in_one_set_of_files(shop: Shop) -> None:
    dates = shop.take_days(4)
    shop.sync(dates[1])
    answer = post(shop, dates[0], dates[-1])
    assert list(outcomes(answer).values()) == ["posted", "refused", "posted", "posted"]
    (posting,) = answer["postings"]
    assert posting["dates"] == [dates[0].isoformat(), dates[2].isoformat(), dates[3].isoformat()]
    assert all(name.startswith("queen-st_2026-11-19_to_2026-11-22_") for name in contents(answer))
    assert len(shop.ledger.documents) == 1


def test_a_store_that_was_never_connected_can_be_posted_by_file(new_shop: Shop) -> None:
    new_shop.map()
    new_shop.take(sale(DAY, "A-1", "100.00"))
    answer = post(new_shop)
    assert outcomes(answer) == {"2026-11-19": "posted"}
    assert any("Xero was never read" in warning for warning in answer["days"][0]["warnings"])
    assert any("no organisation was chosen" in text for text in contents(answer).values())
    new_shop.connect()
    new_shop.sync()
    assert new_shop.ledger.documents == {}


def test_reconnecting_sends_the_gap_and_leaves_out_what_was_posted_by_file(shop: Shop) -> None:
    dates = shop.take_days(3)
    shop.office.disconnect(STORE, who=ANNA)
    post(shop, dates[1])
    shop.connect()
    shop.office.sync(STORE, who=ANNA)
    posted = {each.document.date for each in shop.ledger.documents.values()}
    assert posted == {dates[0], dates[2]}


def test_it_is_in_the_audit_with_checksums(told: Shop) -> None:
    answer = post(told)
    with told.database.read() as session:
        entry = session.exec(select(Audit).where(Audit.action == "post_by_file")).one()
    assert entry.after is not None
    assert entry.after["dates"] == ["2026-11-19"]
    files = {file["name"]: file["sha256"] for posting in answer["postings"] for file in posting["files"]}
    assert (entry.who, entry.after["files"]) == ("anna", files)


def test_taken_back_it_is_sent_as_if_nothing_had_been(told: Shop) -> None:
    post(told)
    answer = told.office.files.take_back(STORE, DAY, DAY, "Xero is back", ANNA)
    assert (answer["dates"], answer["looked_up"]) == (["2026-11-19"], True)
    assert states(told.state()) == ["waiting"]
    assert states(told.sync()) == ["posted"]
    assert len(told.ledger.documents) == 3
    with told.database.read() as session:
        entry = session.exec(select(Audit).where(Audit.action == "take_back_files")).one()
    assert entry.after is not None
    assert entry.after["reason"] == "Xero is back"


def test_what_was_imported_cannot_be_taken_back(told: Shop) -> None:
    post(told)
    with told.database.read() as session:
        row = session.exec(select(DocumentRow).where(DocumentRow.key == "sales")).one()
    told.ledger.put(DocumentKind.ACCREC, document_of(row), "DRAFT", payments=(), total=Decimal("0.00"))
    with pytest.raises(Refused, match="it is in Xero"):
        told.office.files.take_back(STORE, DAY, DAY, "by mistake", ANNA)
    assert states(told.state()) == ["by_file"]


def bill_handed_over(shop: Shop) -> DocumentRow:
    shop.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    shop.take(purchase(DAY, "P", "23.00"))
    post(shop)
    with shop.database.read() as session:
        return session.exec(select(DocumentRow)).one()


@pytest.mark.parametrize("total", ["23.00", "19.50"])
def test_a_bill_that_was_imported_cannot_be_taken_back(shop: Shop, total: str) -> None:
    row = bill_handed_over(shop)
    held = shop.ledger.put(DocumentKind.ACCPAY, document_of(row), "DRAFT", payments=(), total=Decimal(total))
    with pytest.raises(Refused, match="INV-P cannot be taken back: it is in Xero"):
        shop.office.files.take_back(STORE, DAY, DAY, "by mistake", ANNA)
    assert states(shop.state()) == ["by_file"]
    held.status = "VOIDED"
    answer = shop.office.files.take_back(STORE, DAY, DAY, "voided there", ANNA)
    assert (answer["looked_up"], states(shop.sync())) == (True, ["posted"])
    assert len(shop.ledger.live(DocumentKind.ACCPAY)) == 1


def test_a_bill_of_another_supplier_is_no_reason(shop: Shop) -> None:
    row = bill_handed_over(shop)
    shop.ledger.put(DocumentKind.ACCPAY, document_of(row), contact="Somebody else")
    assert shop.office.files.take_back(STORE, DAY, DAY, "by mistake", ANNA)["looked_up"] is True


def test_what_is_not_known_any_more_was_not_looked_up(told: Shop) -> None:
    """After a restore the posting is there, and not the documents."""
    post(told)
    with told.database.write() as session:
        rows = session.exec(select(DocumentRow)).all()
        by_file.forget(session, rows, told.clock())
    assert told.office.files.take_back(STORE, DAY, DAY, "not imported", ANNA)["looked_up"] is False


def test_a_debtor_payment_is_asked_for_as_it_comes_in_and_never_vouched_for(shop: Shop) -> None:
    shop.take(account_sale(DAY, "C-1", "50.00"), debtor_payment(DAY, "D-1", "20.00", "C-1"))
    post(shop)
    with shop.database.read() as session:
        paid = session.exec(select(DocumentRow).where(DocumentRow.kind == DocumentKind.PAYMENT)).one()
    number = "queen-st-C-1-payment-1-D-1"
    held = shop.ledger.put(DocumentKind.ACCRECCREDIT, document_of(paid), number=number)
    with pytest.raises(Refused, match=f"{number} cannot be taken back: it is in Xero"):
        shop.office.files.take_back(STORE, DAY, DAY, "by mistake", ANNA)
    held.status = "VOIDED"
    assert shop.office.files.take_back(STORE, DAY, DAY, "not imported", ANNA)["looked_up"] is False


def test_taking_back_needs_a_reason_and_the_whole_of_what_was_handed_over(shop: Shop) -> None:
    dates = shop.take_days(2)
    post(shop, dates[0], dates[1])
    with pytest.raises(Refused, match="reason"):
        shop.office.files.take_back(STORE, dates[0], dates[1], " ", ANNA)
    with pytest.raises(Refused, match="a part of"):
        shop.office.files.take_back(STORE, dates[0], dates[0], "x", ANNA)
    with pytest.raises(Refused, match="No date"):
        shop.office.files.take_back(STORE, DAY - timedelta(days=9), DAY - timedelta(days=9), "x", ANNA)


def test_out_of_reach_the_persons_word_is_taken_and_written_down(told: Shop) -> None:
    post(told)
    told.office.disconnect(STORE, who=ANNA)
    answer = told.office.files.take_back(STORE, DAY, DAY, "never imported", ANNA)
    assert answer["looked_up"] is False


def test_what_xero_refused_may_be_handed_over_and_waits_again_once_taken_back(told: Shop) -> None:
    told.ledger.fail("create ACCREC", CallRefused("Xero refused it.", "", ""), count=None)
    assert states(told.sync()) == ["refused"]
    tried = len(attempts_of(told))
    assert outcomes(post(told)) == {"2026-11-19": "posted"}
    (first, *_) = [attempt.id or 0 for attempt in attempts_of(told)]
    assert {each["action"] for each in told.office.retry([first], who=ANNA)["forecast"]} == {"nothing"}
    assert len(attempts_of(told)) == tried
    told.office.files.take_back(STORE, DAY, DAY, "Xero takes it now", ANNA)
    assert {row.state for row in rows_of(told)} == {"waiting"}
    assert len(attempts_of(told)) == tried


def test_a_debtor_payment_and_a_bill_are_in_their_files(shop: Shop) -> None:
    shop.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    shop.take(account_sale(DAY, "C-1", "50.00"), debtor_payment(DAY, "D-1", "20.00", "C-1"))
    shop.take(purchase(DAY, "P-1", "115.00"))
    files = contents(post(shop))
    bills = import_files.documents(next(text for name, text in files.items() if "_bills_" in name), RATES)
    assert [(each.number, each.total) for each in bills] == [("INV-P-1", Decimal("115.00"))]
    sales = import_files.documents(next(text for name, text in files.items() if "_sales-" in name), RATES)
    assert [(each.number, each.kind, each.total) for each in sales] == [
        ("queen-st-C-1", "ACCREC", Decimal("50.00")),
        ("queen-st-C-1-payment-1-D-1", "ACCRECCREDIT", Decimal("-20.00")),
    ]
