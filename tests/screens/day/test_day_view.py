"""What the closing proof of a day shows, made from answers."""

import pytest

from screens.day import changes, view
from screens.day.checks import amounts, said
from screens.day.leads import Behind, Nothing
from services.contract.answers import CheckAnswer
from services.contract.changes import ResolveAnswer
from tests.screens.shop_answers import (
    change,
    day_documents,
    document,
    finding,
    postings,
    totals,
)


def test_every_number_of_the_tills_leads_to_its_receipts() -> None:
    rows = view.till_rows(totals())
    told = {
        row.draw(50).plain.split("  ")[0].strip() or row.draw(50).plain.strip(): row.leads_to for row in rows
    }
    assert told["Sale"] == Behind("sale", kind="sale")
    assert Behind("tender eftpos", tender="eftpos") in told.values()
    assert (
        Behind("sale, homewares, GST15", kind="sale", category="homewares", tax_code="GST15") in told.values()
    )
    assert rows[0].draw(50).plain == "Sale                                        500.00"


def test_a_documents_lines_and_payments_lead_to_their_receipts() -> None:
    rows = view.document_rows([document()])
    assert [row.leads_to for row in rows] == [
        Behind("all of POS-queen-st-2026-11-20", section="sales"),
        Behind("Sales - Homewares - 15% GST on Income", document="sales", line=0),
        Behind("Sales - Books - Zero Rated", document="sales", line=1),
        Behind("Cash rounding", document="sales", line=2),
        Behind("tender cash", tender="cash"),
        Behind("tender eftpos", tender="eftpos"),
    ]


def test_a_document_of_one_receipt_leads_to_that_receipt_and_a_bill_to_itself() -> None:
    own = view.document_rows([document(key="account:1/261120-7")])
    assert {row.leads_to for row in own} == {Behind("account 1/261120-7", register="1", receipt="261120-7")}
    bill = document(key="purchase:PO-1", payments=[])
    assert [row.leads_to for row in view.document_rows([bill])] == [
        Behind("all of POS-queen-st-2026-11-20", document="purchase:PO-1"),
        *(
            Behind(each["description"], document="purchase:PO-1", line=place)
            for place, each in enumerate(bill["lines"])
        ),
    ]


def test_an_account_leads_to_everything_that_moved_it() -> None:
    rows = view.posting_rows(postings(), [document()])
    found = {row.draw(50).plain[:3]: row.leads_to for row in rows}
    assert found["611"] == (Behind("tender cash", tender="cash"),)
    assert found["200"] == (Behind("Sales - Homewares - 15% GST on Income", document="sales", line=0),)
    assert found["TAX"] == (Behind("credits of TAX Tax", moves="TAX", side="credit"),)
    assert found["860"] == (Behind("Cash rounding", document="sales", line=2),)
    assert rows[-1].draw(50).plain.split() == ["500.00", "500.00"]
    assert rows[-1].leads_to == Behind("Debits = credits", check="9 debits = credits")


def test_the_proof_ticks_what_holds_and_names_both_numbers_of_what_does_not() -> None:
    failing = {"check": "9 debits = credits", "left": "500.00", "right": "500.01", "holds": False}
    day = day_documents("waiting", proof=[*day_documents()["proof"][:2], failing])
    rows = view.proof_rows(day["proof"], ["The tills were not counted."])
    told = [row.draw(70).plain.rstrip() for row in rows]
    assert told[0].startswith("✓ Receipts: lines + cash rounding = tenders")
    assert told[2:] == [
        "✗ Debits = credits",
        "  500.00 is not 500.01",
        "! The tills were not counted.",
    ]
    checks = [each["check"] for each in day["proof"]]
    assert [row.leads_to for row in rows[:3]] == [Behind(said(each), check=each) for each in checks]
    assert rows[3].leads_to == rows[2].leads_to
    assert rows[4].leads_to is None
    assert view.failing(day) == "Debits = credits: 500.00 is not 500.01."


def test_nothing_is_behind_an_equality_of_nothing() -> None:
    due = {"check": "6 due from the tills' own contact = 0", "left": "0.00", "right": "0.00", "holds": True}
    sent = {"check": "10 ACCREC POS-1: total, tax and due", "left": "1.00 / 0.13 / 0.00", "holds": True}
    rows = view.proof_rows(day_documents(proof=[due, {**sent, "right": sent["left"]}])["proof"], [])
    assert rows[0].leads_to == Nothing("0.00, so nothing is behind it")
    assert isinstance(rows[1].leads_to, Behind)


@pytest.mark.parametrize(
    "left,said",
    [
        (55, "· Tax return of 1 Oct 2026 to 30 Nov 2026, due 15 Jan 2027: 55 days left"),
        (3, "! Tax return of 1 Oct 2026 to 30 Nov 2026, due 15 Jan 2027: 3 days left"),
        (-2, "! Tax return of 1 Oct 2026 to 30 Nov 2026, due 15 Jan 2027: missed by 2 days"),
    ],
)
def test_a_waiting_day_says_what_it_will_miss(left: int, said: str) -> None:
    deadline = {
        "kind": "return",
        "due": "2027-01-15",
        "days_left": left,
        "first": "2026-10-01",
        "last": "2026-11-30",
    }
    assert view.banner(day_documents("waiting", deadline=deadline), 0).plain == said


def test_an_open_day_is_not_bothered_with_a_far_deadline() -> None:
    deadline = {
        "kind": "lock",
        "due": "2026-11-30",
        "days_left": 10,
        "first": "2026-11-20",
        "last": "2026-11-30",
    }
    assert view.banner(day_documents("open", deadline=deadline), 0).plain == ""
    soon = {**deadline, "days_left": 5}
    assert "5 days left" in view.banner(day_documents("open", deadline=soon), 0).plain


def test_what_stops_a_day_and_what_changed_stand_on_top() -> None:
    blocked = [finding("Category garden is not mapped.", "A till used it.", "Map it.")]
    told = view.banner(day_documents("blocked", blocked=blocked), 2).plain.splitlines()
    assert told == [
        "± 2 documents changed since posting. d shows both sides, c decides.",
        "! Category garden is not mapped. A till used it. Map it.",
    ]


@pytest.mark.parametrize("width", [72, 114])
def test_sent_now_and_difference_stand_side_by_side(width: int) -> None:
    told = [row.draw(width).plain for row in changes.rows([change()])]
    assert all(len(line) <= width for line in told)
    assert told[0].split()[-4:] == ["Sent", "Tills", "now", "Difference"]
    assert told[2].split() == ["Total", "499.98", "518.38", "+18.40"]
    assert told[3].split()[-3:] == ["347.88", "366.28", "+18.40"]
    assert told[4].split() == ["→", "611", "cash", "200.00", "218.40", "+18.40"]


def test_an_edit_in_the_ledger_names_its_side_and_its_fields() -> None:
    edited = change("ledger", lines=[], fields=[{"name": "due_date", "sent": "2026-11-20", "now": ""}])
    edited["kept"] = {"by": "mia", "at": "2026-11-20T00:00:00+00:00", "note": "agreed"}
    told = "\n".join(row.draw(90).plain for row in changes.rows([edited]))
    assert "Xero now" in told
    assert "Edited in Xero, kept before by mia: agreed" in told
    assert "due date: sent 2026-11-20, now none" in told
    assert changes.rows([])[0].draw(80).plain == "Nothing changed since this day was posted."


def resolved(**more: object) -> ResolveAnswer:
    answer = {
        "store": "queen-st",
        "date": "2026-11-20",
        "by": "delta",
        "dry_run": True,
        "possible": True,
        "reasons": [],
        "steps": [
            {"do": "create", "kind": "ACCREC", "number": "POS-D", "amount": "18.40"},
            {"do": "pay", "kind": "ACCREC", "number": "POS-D", "amount": "18.40"},
        ],
        "documents": [],
        "proof": [],
        "queued": False,
    }
    return {**answer, **more}  # type: ignore[typeddict-item]


def test_a_decision_is_foretold_step_by_step() -> None:
    assert changes.forecast(resolved()) == ("Create POS-D 18.40; Pay POS-D 18.40. All equalities hold then.")
    broken = [{"check": "9 debits = credits", "left": "1", "right": "2", "holds": False}]
    assert changes.forecast(resolved(steps=[], proof=broken)) == (
        "Nothing is sent. Would not hold: 9 debits = credits."
    )


@pytest.mark.parametrize(
    "check,words",
    [
        ("9 debits = credits", "Debits = credits"),
        ("2 ACCREC POS-1: total = its payments", "Invoice POS-1: total = its payments"),
        ("2 ACCPAYCREDIT WSC-1: total = the record's", "Supplier credit WSC-1: total = the record's"),
        (
            "10 JOURNAL J-1: total, tax and due of the ledger = ours",
            "Journal J-1: total, tax and due of the ledger = ours",
        ),
        ("3 cash: account 611 moves as at the tills", "Cash: account 611 moves as at the tills"),
    ],
)
def test_an_equality_is_told_without_the_rules_number_and_xeros_codes(check: str, words: str) -> None:
    assert said(check) == words


def test_numbers_of_the_proof_have_their_thousands_apart() -> None:
    assert amounts("4603.93") == "4,603.93"
    assert amounts("4603.93 / 413.44 / 0.00") == "4,603.93 / 413.44 / 0.00"
    assert amounts("") == ""


def test_a_day_without_documents_says_nothing_of_its_proof() -> None:
    holds: CheckAnswer = {"check": "9 debits = credits", "left": "1.00", "right": "1.00", "holds": True}
    assert view.proof_state([]) == ""
    assert view.proof_state([holds]) == "all hold"
    assert view.proof_state([{**holds, "holds": False}]) == "1 fail"
