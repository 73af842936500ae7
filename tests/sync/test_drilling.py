"""From a day's numbers to its receipts and postings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.books.documents import Shape
from services.contract.problem import NotFound
from services.store import stores
from services.store.behind import Number
from services.sync.documents.building import Builder
from services.sync.showing import apart
from services.sync.showing.apart import Wanted
from tests.sync.support import MAPPING, Shop, account_sale, line, purchase, receipt, refund, sale, tender

DAY = date(2026, 11, 2)
TAX_CODES = {**MAPPING["tax_codes"], "GSTIN": "INPUT2"}


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    shop.take(sale(DAY, "1", "11.50"), sale(DAY, "2", "23.00", "hardware"), refund(DAY, "3", "-11.50"))
    return shop


def test_a_number_leads_to_its_receipts_with_a_running_sum(open_shop: Shop) -> None:
    answer = open_shop.office.drilling.behind("queen-st", DAY, Number(category="grocery"))
    assert [(row["receipt"], row["amount"], row["running"]) for row in answer["receipts"]] == [
        ("1", "11.50", "11.50"),
        ("3", "-11.50", "0.00"),
    ]
    assert (answer["count"], answer["amount"]) == (2, "0.00")


def test_a_page_goes_on_where_the_one_before_ended(open_shop: Shop) -> None:
    first = open_shop.office.drilling.behind("queen-st", DAY, Number(), limit=2)
    rest = open_shop.office.drilling.behind("queen-st", DAY, Number(), first=2, limit=2)
    assert [row["receipt"] for row in (*first["receipts"], *rest["receipts"])] == ["1", "2", "3"]
    assert rest["receipts"][0]["running"] == rest["amount"] == "23.00"


def test_a_receipt_is_shown_as_it_came_in(open_shop: Shop) -> None:
    row = open_shop.office.drilling.behind("queen-st", DAY, Number())["receipts"][1]
    answer = open_shop.office.drilling.receipt("queen-st", row["register"], row["receipt"])
    assert answer["lines"][0]["category"] == "hardware"
    assert answer["total"] == "23.00"


def test_times_are_those_of_the_store(open_shop: Shop) -> None:
    row = open_shop.office.drilling.behind("queen-st", DAY, Number())["receipts"][0]
    answer = open_shop.office.drilling.receipt("queen-st", row["register"], row["receipt"])
    assert row["time"] == answer["time"]
    assert row["time"].startswith(answer["date"])
    assert row["time"].endswith("+13:00")


def test_a_time_at_the_end_of_the_calendar_is_shown_as_it_came(open_shop: Shop) -> None:
    """Some tills write it for a time that they do not know."""
    last = "9999-12-31T23:59:59+00:00"
    open_shop.take({**sale(DAY, "4", "5.00"), "time": last, "business_date": DAY.isoformat()})
    rows = open_shop.office.drilling.behind("queen-st", DAY, Number())["receipts"]
    assert [row["time"] for row in rows if row["receipt"] == "4"] == [last]


def test_a_receipt_that_never_came_in_is_not_found(open_shop: Shop) -> None:
    with pytest.raises(NotFound, match="no receipt 99"):
        open_shop.office.drilling.receipt("queen-st", "T1", "99")


def test_a_documents_line_leads_to_the_receipts_that_make_it(open_shop: Shop) -> None:
    office = open_shop.office
    for document in office.preview("queen-st", DAY)["documents"]:
        for place, told in enumerate(document["lines"]):
            of = Wanted(document=document["key"], line=place)
            found = office.drilling.behind("queen-st", DAY, Number(), of=of)
            assert found["amount"].lstrip("-") == told["amount"], told["description"]
            assert found["count"] == 1


def test_a_line_that_is_not_there_is_not_found(open_shop: Shop) -> None:
    with pytest.raises(NotFound, match="no line 8 of sales"):
        open_shop.office.drilling.behind("queen-st", DAY, Number(), of=Wanted(document="sales", line=7))


def behind(shop: Shop, **of: Any) -> list[tuple[str, str, str, str]]:  # noqa: ANN401 - the number's fields
    answer = shop.office.drilling.behind("queen-st", DAY, Number(), of=Wanted(**of))
    return [(row["kind"], row["receipt"], row["amount"], row["running"]) for row in answer["receipts"]]


def test_a_bill_its_line_and_what_is_owed_lead_to_the_bill_as_it_came_in(shop: Shop) -> None:
    shop.map(tax_codes=TAX_CODES)
    shop.take(purchase(DAY, "PO/1", "115.00"), purchase(DAY, "PO-2", "23.00"))
    one = [("purchase", "PO/1", "115.00", "115.00")]
    assert behind(shop, document="purchase:PO/1") == behind(shop, document="purchase:PO/1", line=0) == one
    owed = behind(shop, account="AP", side="credit")
    assert {each[1] for each in owed} == {"PO/1", "PO-2"}
    assert owed[-1][-1] == "138.00"
    bill = shop.office.drilling.bill("queen-st", "purchase", "PO/1")
    assert (bill["number"], bill["total"], bill["lines"][0]["account"]) == ("INV-PO/1", "115.00", "310")
    with pytest.raises(NotFound, match="no bill PO-9"):
        shop.office.drilling.bill("queen-st", "purchase", "PO-9")


def test_a_rounding_leads_to_the_receipts_that_were_rounded(shop: Shop) -> None:
    def rounded(number: str, goods: str, paid: str, by: str) -> dict[str, Any]:
        lines, tenders = [line(goods)], [tender(paid)]
        return receipt(DAY, number, "sale", lines=lines, tenders=tenders, cash_rounding=by)

    shop.take(rounded("1", "9.98", "10.00", "0.02"), sale(DAY, "2", "20.00"))
    shop.take(rounded("3", "5.01", "5.00", "-0.01"))
    lines = shop.office.preview("queen-st", DAY)["documents"][0]["lines"]
    place = next(at for at, each in enumerate(lines) if each["description"] == "Cash rounding")
    wanted = [("sale", "1", "0.02", "0.02"), ("sale", "3", "-0.01", "0.01")]
    assert behind(shop, document="sales", line=place) == wanted
    assert behind(shop, account="860", side="credit") == wanted


def test_tax_leads_to_each_receipts_and_names_what_the_days_sum_adds(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "0.10"), sale(DAY, "2", "0.10"), sale(DAY, "3", "0.10"))
    found = behind(shop, account="TAX", side="credit")
    assert [each[:3] for each in found[:3]] == [("sale", number, "0.01") for number in "123"]
    assert found[3] == ("difference", "Tax is computed on the day's sums, not per receipt", "0.01", "0.04")


@pytest.mark.parametrize("shape", ["invoice", "net_invoice", "zero_invoice", "journal"])
def test_every_number_of_ledger_and_proof_is_what_is_listed_behind_it(open_shop: Shop, shape: str) -> None:
    open_shop.map(shape=shape, tax_codes=TAX_CODES)
    open_shop.take(account_sale(DAY, "4", "34.50"), purchase(DAY, "PO-1", "115.00"))
    office = open_shop.office
    for check in office.preview("queen-st", DAY)["proof"]:
        if Decimal(check["left"]):
            assert behind(open_shop, check=check["check"])[-1][-1] == check["left"], check
    for row in office.drilling.postings("queen-st", DAY)["rows"]:
        side = "debit" if row["debit"] else "credit"
        assert behind(open_shop, account=row["account"], side=side)[-1][-1] == row[side], row  # type: ignore[literal-required]  # side is one of its keys


def test_a_posted_day_that_changed_names_what_no_receipt_of_now_adds(open_shop: Shop) -> None:
    open_shop.sync(DAY)
    assert behind(open_shop, account="611", side="debit")[-1][0] == "refund"
    open_shop.take(sale(DAY, "5", "46.00"))
    found = behind(open_shop, account="611", side="debit")
    assert found[-1][0] == "difference"
    assert found[-1][2] == "-23.00"


def test_tax_on_top_of_the_prices_leads_to_the_receipts(shop: Shop) -> None:
    with shop.database.write() as session:
        stores.update_store(session, "queen-st", {"prices": "exclusive"})
    for number in ("1", "2", "3"):
        lines, tenders = [line("0.10")], [tender("0.12")]
        shop.take(receipt(DAY, number, "sale", lines=lines, tenders=tenders))
    check = next(
        each for each in shop.office.preview("queen-st", DAY)["proof"] if each["check"].startswith("1 ")
    )
    assert behind(shop, check=check["check"])[-1][-1] == check["right"] == "0.36"
    for row in shop.office.drilling.postings("queen-st", DAY)["rows"]:
        side = "debit" if row["debit"] else "credit"
        assert behind(shop, account=row["account"], side=side)[-1][-1] == row[side], row  # type: ignore[literal-required]  # side is one of its keys


def test_a_line_of_another_shape_leads_to_its_receipts(open_shop: Shop) -> None:
    lines = open_shop.office.preview("queen-st", DAY, shape="journal")["documents"][0]["lines"]
    for place, told in enumerate(lines):
        found = behind(open_shop, document="journal", line=place, shape=Shape.JOURNAL)
        assert found[-1][-1] == told["amount"], told["description"]


def test_an_equality_that_is_no_more_is_not_found(open_shop: Shop) -> None:
    with pytest.raises(NotFound, match="no such equality"):
        behind(open_shop, check="77 nothing")


def test_one_receipt_is_behind_a_document_of_its_own(open_shop: Shop) -> None:
    found = open_shop.office.drilling.behind("queen-st", DAY, Number(register="1", receipt="2"))
    assert [row["receipt"] for row in found["receipts"]] == ["2"]


def test_debits_equal_credits(open_shop: Shop) -> None:
    answer = open_shop.office.drilling.postings("queen-st", DAY)
    assert answer["debits"] == answer["credits"] != "0.00"
    assert {row["account"] for row in answer["rows"]} >= {"TAX"}


def test_a_day_is_taken_apart_once_until_something_of_it_changes(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[tuple[date, ...]] = []
    real = Builder.taken_apart

    def counted(builder: Builder, dates: tuple[date, ...], **more: Any) -> Any:  # noqa: ANN401 - as the method it wraps
        taken.append(dates)
        return real(builder, dates, **more)

    monkeypatch.setattr(Builder, "taken_apart", counted)
    tax = behind(open_shop, account="TAX", side="credit")
    assert behind(open_shop, account="TAX", side="credit") == tax
    assert behind(open_shop, check="9 debits = credits")
    assert taken == [(DAY,)]
    open_shop.take(sale(DAY, "4", "11.50"))
    assert behind(open_shop, account="TAX", side="credit") == [*tax, ("sale", "4", "1.50", "4.50")]
    open_shop.map(categories={**MAPPING["categories"], "grocery": MAPPING["categories"]["hardware"]})
    assert behind(open_shop, account="TAX", side="credit")[-1][-1] == "4.50"
    assert len(taken) == 3


def test_what_would_fill_the_memory_is_not_kept(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month of a great store is some hundred thousand documents."""
    taken: list[int] = []
    real = Builder.taken_apart

    def counted(builder: Builder, dates: tuple[date, ...], **more: Any) -> Any:  # noqa: ANN401 - as the method it wraps
        alone = real(builder, dates, **more)
        taken.append(len(alone[0]))
        return alone

    monkeypatch.setattr(Builder, "taken_apart", counted)
    monkeypatch.setattr(apart, "_MOST_HELD", 2)
    tax = behind(open_shop, account="TAX", side="credit")
    assert behind(open_shop, account="TAX", side="credit") == tax
    assert taken == [3, 3]
