"""Amounts and tax of invoices and bills (XERO.md 6.3 to 6.5)."""

from __future__ import annotations

import pytest

from tests.sandbox.practice_help import Books, bill, credit_note, invoice, line


def test_amounts_are_exclusive_of_tax_by_default(nz: Books) -> None:
    element = invoice("POS-1", line("100.00"))
    del element["LineAmountTypes"]
    made = nz.made("Invoices", element)
    assert (made["LineAmountTypes"], made["SubTotal"], made["TotalTax"], made["Total"]) == (
        "Exclusive",
        100,
        15,
        115,
    )


@pytest.mark.parametrize(
    "types, amount, tax, total",
    [
        ("Inclusive", "541.25", 70.60, 541.25),
        ("Inclusive", "94.35", 12.31, 94.35),
        ("Inclusive", "-94.35", -12.31, -94.35),
        ("Exclusive", "18.50", 2.78, 21.28),
        ("Exclusive", "-18.50", -2.78, -21.28),
        ("NoTax", "18.50", 0, 18.50),
    ],
)
def test_tax_is_rounded_half_away_from_zero(
    nz: Books, types: str, amount: str, tax: float, total: float
) -> None:
    balance = line("1000.00", "611")
    made = nz.made("Invoices", invoice("POS-1", line(amount), balance, LineAmountTypes=types))
    assert (made["LineItems"][0]["TaxAmount"], made["TotalTax"]) == (tax, tax)
    assert made["Total"] == pytest.approx(total + 1000)


def test_tax_is_rounded_per_line_and_then_summed(nz: Books) -> None:
    lines = [line(amount) for amount in ("25.06", "25.61", "25.63")]
    assert nz.made("Invoices", invoice("POS-1", *lines, LineAmountTypes="Exclusive"))["TotalTax"] == 11.44
    inclusive = nz.made("Invoices", invoice("POS-2", *lines))
    assert (inclusive["TotalTax"], inclusive["Total"]) == (9.95, 76.30)


def test_unit_amounts_have_two_decimals_unless_asked(nz: Books) -> None:
    element = line("1.2345", Quantity=100)
    [coarse] = nz.made("Invoices", invoice("POS-1", element))["LineItems"]
    [fine] = nz.made("Invoices?unitdp=4", invoice("POS-2", element))["LineItems"]
    assert [(r["UnitAmount"], r["LineAmount"]) for r in (coarse, fine)] == [(1.23, 123), (1.2345, 123.45)]


def test_a_line_amount_must_match(nz: Books) -> None:
    assert nz.refused("Invoices", invoice("POS-1", line("100.00", LineAmount=1))) == [
        "The line total 1.00 does not match the expected line total 100.00"
    ]


def test_a_line_amount_alone_is_the_line(nz: Books) -> None:
    element = {"Description": "Sales", "LineAmount": "10.00", "Quantity": 3, "AccountCode": "200"}
    [made] = nz.made("Invoices", invoice("POS-1", element))["LineItems"]
    assert (made["LineAmount"], made["UnitAmount"], made["Quantity"]) == (10, 3.33, 3)


def test_a_total_must_match(nz: Books) -> None:
    assert nz.refused("Invoices", invoice(Total="114.99")) == [
        "The invoice total does not equal the sum of the lines."
    ]
    assert nz.made("Invoices", invoice(Total="115.00"))["Total"] == 115


def test_a_tax_amount_may_be_stated_up_to_the_line(nz: Books) -> None:
    made = nz.made(
        "Invoices", bill("B-1", line("18.50", "425", TaxAmount="2.77"), LineAmountTypes="Exclusive")
    )
    assert (made["TotalTax"], made["Total"]) == (2.77, 21.27)
    assert nz.refused("Invoices", bill("B-2", line("18.50", "425", TaxAmount="18.51"))) == [
        "The tax amount cannot be greater than the line amount"
    ]


def test_a_negative_quantity_is_refused_and_a_negative_price_is_not(nz: Books) -> None:
    assert nz.refused("Invoices", invoice("POS-1", line("1.00", Quantity=-1))) == [
        "The quantity value '-1.0000' is invalid. Quantity must not be less than zero.",
        "The Total for this document must be greater than or equal to zero.",
    ]
    assert nz.made("Invoices", invoice("POS-1", line("20.00"), line("-5.00")))["Total"] == 15


def test_a_document_is_not_below_zero(nz: Books) -> None:
    message = ["The Total for this document must be greater than or equal to zero."]
    assert nz.refused("Invoices", invoice("POS-1", line("-0.01"))) == message
    assert nz.refused("CreditNotes", credit_note("CN-1", line("-0.01"))) == message


def test_a_zero_invoice_is_paid_at_once(nz: Books) -> None:
    made = nz.made("Invoices", invoice("POS-1", line("115.00"), line("-115.00", "611")))
    assert (made["Status"], made["AmountDue"], "FullyPaidOnDate" in made) == ("PAID", 0, True)
    assert nz.post(f"Invoices/{made['InvoiceID']}", {"Status": "VOIDED"}).status == 200
