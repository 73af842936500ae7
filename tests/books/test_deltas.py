"""Corrections: what was sent and its correction post what is right, to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.books.countries import built_in
from services.books.deltas import CannotCorrect, Terms, correction
from services.books.differences import changes, total_of
from services.books.documents import Document, DocumentKind, DocumentLine, DocumentPayment, LineAmounts
from services.books.ledger_facts import Account, LedgerFacts
from services.books.money import ZERO, tax_inside, tax_on_top
from services.books.postings import ledger

DAY = date(2026, 11, 19)
FACTS = built_in("NZ")
TERMS = Terms(FACTS, "NONE")
CREDIT = {DocumentKind.ACCREC: DocumentKind.ACCRECCREDIT, DocumentKind.ACCPAY: DocumentKind.ACCPAYCREDIT}


def line(
    amount: str | Decimal,
    account: str = "200",
    tax_type: str = "OUTPUT2",
    *,
    words: str = "",
    inclusive: bool = True,
) -> DocumentLine:
    compute = tax_inside if inclusive else tax_on_top
    rate = FACTS.tax_rates[tax_type].rate if tax_type in FACTS.tax_rates else ZERO
    tax = compute(Decimal(amount), rate, "NZD")
    return DocumentLine(words or f"Sales {account}", account, tax_type, Decimal(amount), tax)


def document(
    *lines: DocumentLine,
    paid: dict[str, str | Decimal] | None = None,
    kind: DocumentKind = DocumentKind.ACCREC,
    inclusive: bool = True,
    **given_: object,
) -> Document:
    """Return a document with its sums; below zero it is the credit note."""
    total = sum((each.amount if inclusive else each.amount + each.tax for each in lines), ZERO)
    sign = 1
    if kind in CREDIT and total < 0:
        kind, sign = CREDIT[kind], -1
    if kind is DocumentKind.JOURNAL:
        counted = [each for each in lines if each.amount > 0]
        total = sum((each.amount if inclusive else each.amount + each.tax for each in counted), ZERO)
    shown = tuple(replace(each, amount=sign * each.amount, tax=sign * each.tax) for each in lines)
    tax = sum((each.tax for each in shown), ZERO)
    made = Document(
        kind=kind,
        key="sales",
        number="POS-1",
        contact="" if kind is DocumentKind.JOURNAL else "POS Sales",
        date=DAY,
        due_date=DAY,
        currency="NZD",
        line_amounts=LineAmounts.INCLUSIVE if inclusive else LineAmounts.EXCLUSIVE,
        lines=shown,
        payments=tuple(
            DocumentPayment(tender, f"6{number}", sign * Decimal(amount), f"POS-1 {tender}")
            for number, (tender, amount) in enumerate((paid or {}).items(), start=11)
            if Decimal(amount)
        ),
        sub_total=sign * total - tax,
        total_tax=tax,
        total=sign * total,
        reference="POS",
    )
    return replace(made, **given_)  # type: ignore[arg-type]  # fields of Document


def corrected(sent: Document | None, now: Document | None) -> Document:
    return correction(sent, now, number="POS-1-d1", key="sales#d1", terms=TERMS)


def test_more_is_an_invoice_of_the_difference_paid_by_tender() -> None:
    made = corrected(document(line("100"), paid={"cash": "100"}), document(line("123"), paid={"cash": "123"}))
    assert (made.kind, made.number, made.total) == (DocumentKind.ACCREC, "POS-1-d1", Decimal(23))
    assert [(each.account, each.amount) for each in made.lines] == [("200", Decimal(23))]
    assert [(each.tender, each.amount, each.reference) for each in made.payments] == [
        ("cash", Decimal(23), "POS-1-d1 cash")
    ]


def test_less_is_a_credit_note_refunded_by_tender() -> None:
    made = corrected(document(line("100"), paid={"cash": "100"}), document(line("77"), paid={"cash": "77"}))
    assert (made.kind, made.total) == (DocumentKind.ACCRECCREDIT, Decimal(23))
    assert [each.amount for each in made.lines] == [Decimal(23)]
    assert [each.amount for each in made.payments] == [Decimal(23)]


def test_all_of_it_gone_is_a_credit_note_of_the_whole() -> None:
    sent = document(line("100"), line("5", "860", "NONE"), paid={"cash": "105"})
    made = corrected(sent, None)
    assert (made.kind, made.total) == (DocumentKind.ACCRECCREDIT, Decimal(105))
    assert ledger([sent, made]) == {}


def test_a_tender_taken_for_another_moves_the_money_only() -> None:
    sent = document(line("100"), paid={"cash": "60", "eftpos": "40"})
    made = corrected(sent, document(line("100"), paid={"cash": "50", "eftpos": "50"}))
    assert (made.kind, made.total) == (DocumentKind.ACCREC, Decimal(10))
    assert [(each.description, each.account, each.tax_type, each.amount) for each in made.lines] == [
        ("Tender: cash", "611", "NONE", Decimal(10))
    ]
    assert [(each.tender, each.amount) for each in made.payments] == [("eftpos", Decimal(10))]


def test_where_the_tax_of_the_difference_rounds_otherwise_old_and_new_are_shown() -> None:
    # 10.00 holds 1.30 of tax, 17.00 holds 2.22, and 7.00 would hold 0.91.
    sent, now = document(line("10"), paid={"cash": "10"}), document(line("17"), paid={"cash": "17"})
    made = corrected(sent, now)
    assert [(each.description, each.amount, each.tax) for each in made.lines] == [
        ("Sales 200 (as sent)", Decimal(-10), Decimal("-1.30")),
        ("Sales 200 (corrected)", Decimal(17), Decimal("2.22")),
    ]
    assert (made.total, made.total_tax) == (Decimal(7), Decimal("0.92"))


def test_a_journal_is_corrected_by_a_journal() -> None:
    def journal(amount: str) -> Document:
        return document(line(amount, "611", "NONE"), line(f"-{amount}"), kind=DocumentKind.JOURNAL)

    made = corrected(journal("100"), journal("123"))
    assert made.kind is DocumentKind.JOURNAL
    assert (made.total, made.payments) == (Decimal(23), ())
    assert sum(each.amount for each in made.lines) == 0


def test_a_name_of_an_account_is_no_change() -> None:
    sent, now = document(line("100", words="Sales")), document(line("100", words="Food sales"))
    assert not changes(sent, now)


@pytest.mark.parametrize("sent_to", ["Bob  Ltd", "Bob Ltd ", " bob\tLTD"])
def test_stray_spaces_in_the_name_of_a_contact_are_no_change(sent_to: str) -> None:
    """Documents that were sent with them are the same contact's at the ledger."""
    sent, now = document(line("100"), contact=sent_to), document(line("100"), contact="Bob Ltd")
    assert not changes(sent, now)
    assert not changes(now, sent)
    assert [each.sent for each in changes(sent, document(line("100"), contact="Rob Ltd")).fields] == [sent_to]


@pytest.mark.parametrize(
    "now, reason",
    [
        (document(line("100"), contact="Bob Ltd"), "contact changed from POS Sales to Bob Ltd"),
        (document(line("100"), due_date=None), "no amount of it changed"),
        (document(line("100", tax_type="GONE"), line("1", tax_type="GONE")), "no longer known"),
        (document(line("110"), paid={"cash": "20"}), "more was paid on it than it comes to"),
    ],
)
def test_what_no_document_can_correct_is_said(now: Document, reason: str) -> None:
    gone = replace(now, lines=tuple(replace(each, tax=Decimal(1)) for each in now.lines))
    with pytest.raises(CannotCorrect, match=reason):
        corrected(document(line("100")), gone if "known" in reason else now)


def test_a_payment_alone_cannot_be_corrected() -> None:
    paid = document(kind=DocumentKind.PAYMENT, paid={"cash": "5"})
    with pytest.raises(CannotCorrect, match="removed and made anew"):
        corrected(paid, document(kind=DocumentKind.PAYMENT, paid={"cash": "4"}))


def test_no_line_of_a_correction_goes_to_a_bank() -> None:
    bank = Account("611", "Bank", "BANK", "ASSET")
    facts = LedgerFacts(True, FACTS.tax_rates, {"611": bank})  # noqa: FBT003 - the field's order
    sent = document(line("100"), paid={"cash": "60", "eftpos": "40"})
    now = document(line("100"), paid={"cash": "50", "eftpos": "50"})
    with pytest.raises(CannotCorrect, match="bank account 611"):
        correction(sent, now, number="n", key="k", terms=Terms(facts, "NONE"))


def test_a_rate_that_changed_meanwhile_is_not_guessed() -> None:
    sent = document(replace(line("10"), tax=Decimal("0.91")), paid={"cash": "10"})
    with pytest.raises(CannotCorrect, match="rate of the tax type OUTPUT2"):
        corrected(sent, document(line("17"), paid={"cash": "17"}))


AMOUNT = st.integers(-30_000, 30_000).map(lambda minor: Decimal(minor).scaleb(-2))
PLACES = st.sampled_from([("200", "OUTPUT2"), ("201", "OUTPUT2"), ("200", "ZERORATED"), ("860", "NONE")])
LINES = st.lists(st.tuples(PLACES, AMOUNT), min_size=1, max_size=6)


def _day(lines: list[tuple[tuple[str, str], Decimal]], share: Decimal, *, inclusive: bool) -> Document:
    made = tuple(line(amount, *place, inclusive=inclusive) for place, amount in lines)
    total = sum((each.amount if inclusive else each.amount + each.tax for each in made), ZERO)
    return document(*made, inclusive=inclusive, paid={"cash": share, "eftpos": total - share})


@settings(max_examples=400)
@given(LINES, LINES, AMOUNT, AMOUNT, st.booleans())
def test_what_was_sent_and_its_correction_are_what_is_right(
    old: list[tuple[tuple[str, str], Decimal]],
    new: list[tuple[tuple[str, str], Decimal]],
    share: Decimal,
    other: Decimal,
    inclusive: bool,  # noqa: FBT001 - given by hypothesis
) -> None:
    sent, now = _day(old, share, inclusive=inclusive), _day(new, other, inclusive=inclusive)
    if not changes(sent, now):
        assert ledger([sent]) == ledger([now])
        return
    made = corrected(sent, now)
    assert ledger([sent, made]) == ledger([now])
    assert made.total >= 0
    assert all(payment.amount > 0 for payment in made.payments)
    assert made.total == sum((payment.amount for payment in made.payments), ZERO)
    third = corrected(now, sent)
    assert ledger([sent, made, third]) == ledger([sent])
    assert total_of(now) - total_of(sent) == sum(
        (change.now - change.sent for change in changes(sent, now).payments), ZERO
    )
