"""Every kind of record, with figures worked by hand from ACCOUNTING.md."""

from __future__ import annotations

from services.books.builder import build_day
from services.books.documents import DocumentKind, Shape
from services.books.records import Receipt
from services.books.validation import record_from
from tests.books.days import (
    AU,
    AU_CASH,
    DAY,
    GB,
    NZ,
    every_shape,
    facts,
    line,
    mapping,
    paid,
    posted,
    receipt,
    shown,
    tender,
)
from tests.books.summed import totals_of

ALL = set(Shape)
WITHOUT_NET = ALL - {Shape.NET_INVOICE}


def test_eftpos_cash_out_is_a_line_on_the_cash_clearing_account() -> None:
    sale = receipt(
        "sale", [line("grocery", "S", "50.00")], [tender("eftpos", "70.00"), tender("cash", "-20.00")]
    )
    legal = every_shape(sale)
    assert set(legal) == WITHOUT_NET  # cash nets to -20.00 on a day of 50.00
    (invoice,) = legal[Shape.INVOICE].documents
    assert shown(invoice) == [
        ("Sales - Grocery - 15% GST on Income", "200", "OUTPUT2", "50.00", "6.52"),
        ("Cash-out: cash", "611", "NONE", "20.00", "0.00"),
    ]
    assert paid(invoice) == [("eftpos", "612", "70.00")]
    assert posted([invoice]) == {"#TAX": "-6.52", "200": "-43.48", "611": "-20.00", "612": "70.00"}


def test_cash_out_beside_cash_sales_keeps_both_in_full() -> None:
    day = every_shape(
        receipt(
            "sale", [line("grocery", "S", "50.00")], [tender("eftpos", "70.00"), tender("cash", "-20.00")]
        ),
        receipt("sale", [line("grocery", "S", "11.50")], [tender("cash", "11.50")]),
    )
    (invoice,) = day[Shape.INVOICE].documents
    assert paid(invoice) == [("cash", "611", "11.50"), ("eftpos", "612", "70.00")]
    assert f"{invoice.total:.2f}" == "81.50"
    assert posted([invoice])["611"] == "-8.50"


def test_an_exchange_keeps_what_came_back_apart_from_what_was_sold() -> None:
    lines = [line("hardware", "S", "-30.00"), line("hardware", "S", "80.00")]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "50.00")]))
    (invoice,) = day[Shape.INVOICE].documents
    assert shown(invoice) == [
        ("Sales - Hardware - 15% GST on Income", "201", "OUTPUT2", "80.00", "10.43"),
        ("Returns: Sales - Hardware - 15% GST on Income", "201", "OUTPUT2", "-30.00", "-3.91"),
    ]


def test_an_exchange_that_gives_money_back_is_a_refund() -> None:
    lines = [line("hardware", "S", "-80.00"), line("grocery", "S", "30.00")]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "-50.00")]))
    (note,) = day[Shape.INVOICE].documents
    assert note.kind is DocumentKind.ACCRECCREDIT
    assert shown(note) == [
        ("Sales - Grocery - 15% GST on Income", "200", "OUTPUT2", "-30.00", "-3.91"),
        ("Refunds: Sales - Hardware - 15% GST on Income", "201", "OUTPUT2", "80.00", "10.43"),
    ]
    assert paid(note) == [("eftpos", "612", "50.00")]
    assert (note.number, note.reference) == ("POS-queen-st-2026-11-19-R", "POS 2026-11-19 refunds")


def test_a_discount_is_a_line_of_its_own_with_the_goods_tax() -> None:
    lines = [line("grocery", "S", "23.00"), line("discounts", "S", "-2.30")]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "20.70")]))
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-2.70",
        "200": "-20.00",
        "205": "2.00",
        "612": "20.70",
    }


def test_two_codes_of_one_tax_type_are_one_line_before_tax() -> None:
    # 0.10 twice: tax of 0.20 is 0.03, of 0.10 twice 0.02 (R3: aggregate first, then tax).
    books = mapping(tax_codes={"S": "OUTPUT2", "T": "OUTPUT2"})
    lines = [line("grocery", "S", "0.10"), line("grocery", "T", "0.10")]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "0.20")]), books=books)
    (invoice,) = day[Shape.INVOICE].documents
    assert [(row[3], row[4]) for row in shown(invoice)] == [("0.20", "0.03")]


def test_cash_rounding_is_a_line_outside_the_tax() -> None:
    day = every_shape(
        receipt("sale", [line("grocery", "S", "19.97")], [tender("cash", "20.00")], cash_rounding="0.03"),
        receipt("refund", [line("grocery", "S", "-5.04")], [tender("cash", "-5.00")], cash_rounding="0.04"),
    )
    invoice, note = day[Shape.INVOICE].documents
    assert shown(invoice)[-1] == ("Cash rounding", "860", "NONE", "0.03", "0.00")
    assert shown(note)[-1] == ("Cash rounding", "860", "NONE", "-0.04", "0.00")
    assert posted([invoice, note])["860"] == "-0.07"
    assert shown(day[Shape.ZERO_INVOICE].documents[0])[-2:] == [
        ("Cash rounding", "860", "NONE", "0.07", "0.00"),
        ("Tender: cash", "611", "NONE", "-15.00", "0.00"),
    ]


def test_a_half_penny_of_uk_tax_goes_up() -> None:
    # 0.15 x 1/6 = 0.025: half-even would make it 0.02 (R1).
    day = every_shape(
        receipt("sale", [line("grocery", "S", "0.15")], [tender("cash", "0.15")], GB),
        receipt("refund", [line("hardware", "S", "-0.15")], [tender("cash", "-0.15")], GB),
        store=GB,
    )
    assert posted(day[Shape.INVOICE].documents) == {"200": "-0.12", "201": "0.12"}
    assert [f"{each.total_tax:.2f}" for each in day[Shape.INVOICE].documents] == ["0.03", "0.03"]


def test_uk_rates_never_share_a_line() -> None:
    lines = [line("grocery", code, "12.60") for code in ("S", "R", "Z")]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "37.80")], GB), store=GB)
    assert [row[2:] for row in shown(day[Shape.INVOICE].documents[0])] == [
        ("OUTPUT2", "12.60", "2.10"),
        ("RROUTPUT", "12.60", "0.60"),
        ("ZERORATEDOUTPUT", "12.60", "0.00"),
    ]


def test_an_australian_surcharge_is_taxed_as_the_goods_in_a_mixed_basket() -> None:
    lines = [
        line("grocery", "S", "60.00"),
        line("grocery", "Z", "40.00"),
        line("surcharge", "S", "0.90"),
        line("surcharge", "Z", "0.60"),
    ]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "101.50")], AU), store=AU)
    # 60.00/11 = 5.4545, 0.90/11 = 0.0818.
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-5.53",
        "200": "-94.55",
        "260": "-1.42",
        "612": "101.50",
    }


def test_tips_are_owed_to_staff_and_carry_no_tax() -> None:
    lines = [line("grocery", "S", "46.00"), line("tips", "N", "4.00")]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "50.00")]))
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-6.00",
        "200": "-40.00",
        "612": "50.00",
        "856": "-4.00",
    }
    assert day[Shape.INVOICE].warnings == ()


def test_taxed_tips_are_a_service_charge_and_a_warning() -> None:
    lines = [line("grocery", "S", "46.00"), line("tips", "S", "4.60")]
    day = every_shape(receipt("sale", lines, [tender("eftpos", "50.60")]))
    assert posted(day[Shape.INVOICE].documents)["856"] == "-4.00"
    assert "service charge" in day[Shape.INVOICE].warnings[0]


def test_a_gift_card_is_owed_until_it_pays() -> None:
    day = every_shape(
        receipt("sale", [line("gift_card_sold", "N", "100.00", card="GC-1")], [tender("eftpos", "100.00")]),
        receipt(
            "sale", [line("grocery", "S", "34.50")], [tender("gift_card", "23.00"), tender("cash", "11.50")]
        ),
    )
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-4.50",
        "200": "-30.00",
        "611": "11.50",
        "612": "100.00",
        "850": "-77.00",
    }
    check = next(each for each in day[Shape.INVOICE].proof if each.check.startswith("5"))
    assert (check.left, check.right) == ("77.00", "77.00")


def test_a_gift_card_taxed_when_sold_is_not_taxed_again() -> None:
    books = mapping(
        gift_card_tax="sale",
        categories={
            "grocery": "200",
            "hardware": "201",
            "gift_card_sold": {"account": "850", "tax_type": "OUTPUT2"},
        },
    )
    lines = [line("grocery", "S", "69.00"), line("hardware", "S", "46.00")]
    day = every_shape(
        receipt("sale", [line("gift_card_sold", "S", "57.50")], [tender("eftpos", "57.50")]),
        receipt("sale", lines, [tender("gift_card", "57.50"), tender("eftpos", "57.50")]),
        books=books,
    )
    (invoice,) = day[Shape.INVOICE].documents
    # Half of each line was paid by the card: 34.50 and 23.00.
    assert [row[1:] for row in shown(invoice)] == [
        ("850", "OUTPUT2", "57.50", "7.50"),
        ("200", "OUTPUT2", "69.00", "9.00"),
        ("201", "OUTPUT2", "46.00", "6.00"),
        ("850", "OUTPUT2", "-34.50", "-4.50"),
        ("850", "OUTPUT2", "-23.00", "-3.00"),
        ("850", "NONE", "57.50", "0.00"),
    ]
    # The card came and went: nothing is owed on it, and the goods are whole without their tax.
    assert posted([invoice]) == {"#TAX": "-15.00", "200": "-60.00", "201": "-40.00", "612": "115.00"}
    assert f"{invoice.total:.2f}" == "172.50"


def test_what_a_card_paid_lies_on_the_taxed_goods_only() -> None:
    books = mapping(
        gift_card_tax="sale",
        categories={"grocery": "200", "hardware": "201"},
    )
    lines = [line("grocery", "S", "57.50"), line("hardware", "Z", "40.00")]
    day = every_shape(
        receipt("sale", lines, [tender("gift_card", "60.00"), tender("eftpos", "37.50")]), books=books
    )
    # 60.00 was redeemed, but no more than the 57.50 of taxed goods can be taken out of the tax.
    assert "#TAX" not in posted(day[Shape.INVOICE].documents)


def test_a_layby_is_a_sale_when_it_is_completed() -> None:
    day = every_shape(
        receipt("layby_payment", [line("layby_deposit", "N", "30.00")], [tender("cash", "30.00")]),
        receipt(
            "layby_completion",
            [line("hardware", "S", "115.00"), line("layby_applied", "N", "-50.00")],
            [tender("eftpos", "65.00")],
        ),
    )
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-15.00",
        "201": "-100.00",
        "611": "30.00",
        "612": "65.00",
        "855": "20.00",
    }


def test_on_the_australian_cash_basis_each_instalment_is_taxed() -> None:
    day = every_shape(
        receipt("layby_payment", [line("layby_deposit", "S", "33.00")], [tender("cash", "33.00")], AU),
        receipt(
            "layby_completion",
            [line("hardware", "S", "330.00"), line("layby_applied", "S", "-110.00")],
            [tender("eftpos", "220.00")],
            AU,
        ),
        store=AU_CASH,
    )
    # Tax: 3.00 on the instalment, 30.00 on the goods, 10.00 taken back on what was applied.
    assert posted(day[Shape.INVOICE].documents) == {
        "#TAX": "-23.00",
        "201": "-300.00",
        "611": "33.00",
        "612": "220.00",
        "855": "70.00",
    }


def test_a_cancelled_layby_gives_back_what_the_fee_leaves() -> None:
    day = every_shape(
        receipt(
            "layby_cancellation",
            [line("layby_deposit", "N", "-30.00"), line("fee", "S", "11.50")],
            [tender("cash", "-18.50")],
        )
    )
    (note,) = day[Shape.INVOICE].documents
    assert note.kind is DocumentKind.ACCRECCREDIT
    assert posted([note]) == {"#TAX": "-1.50", "210": "-10.00", "611": "-18.50", "855": "30.00"}


def test_a_layby_that_was_paid_in_full_needs_no_tender() -> None:
    lines = [line("hardware", "S", "23.00"), line("layby_applied", "N", "-23.00")]
    day = every_shape(receipt("layby_completion", lines, []))
    assert set(day) == ALL
    (invoice,) = day[Shape.NET_INVOICE].documents
    assert (f"{invoice.total:.2f}", invoice.payments) == ("0.00", ())


def test_shares_on_untaxed_goods_are_left_alone() -> None:
    # Sums that were shared out over all lines: only the taxed ones are taken out of the tax.
    books = mapping(gift_card_tax="sale", categories={"grocery": "200", "hardware": "201"})
    lines = [line("grocery", "S", "23.00"), line("hardware", "Z", "23.00")]
    sale = record_from(receipt("sale", lines, [tender("gift_card", "46.00")]), {NZ.key: NZ}.get)
    assert isinstance(sale, Receipt)
    day = build_day(totals_of(NZ, DAY, [sale], redeemed=True), books, facts())
    assert day.blocked == ()
    assert [row[1:4] for row in shown(day.documents[0])[2:]] == [
        ("850", "OUTPUT2", "-23.00"),
        ("850", "NONE", "23.00"),
    ]
