"""Import files: an independent reader gets the same documents and ledger back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounting.files.about import About, FileDay
from services.accounting.files.cells import encode, safe
from services.accounting.files.file import File
from services.accounting.files.packing import pack
from services.accounting.files.pages import HEIGHT, WIDTH
from services.books import countries
from services.books.documents import DayDocuments, Document, DocumentKind, DocumentLine, Shape
from services.books.ledger_facts import Account
from services.books.postings import PAYABLE, RECEIVABLE, TAX, ledger
from services.books.records import StoreFacts
from services.contract.problem import Refused
from tests.accounting import import_files
from tests.books.days import (
    AU,
    DAY,
    GB,
    NZ,
    NZ_EXCLUSIVE,
    build,
    facts,
    line,
    mapping,
    receipt,
    session,
    spent,
    tender,
)

_SALES = (
    "*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,"
    "POPostalCode,POCountry,*InvoiceNumber,Reference,*InvoiceDate,*DueDate,Total,InventoryItemCode,"
    "*Description,*Quantity,*UnitAmount,Discount,*AccountCode,*TaxType,TaxAmount,TrackingName1,"
    "TrackingOption1,TrackingName2,TrackingOption2,Currency,BrandingTheme"
)
_BILLS = (
    "*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,"
    "POPostalCode,POCountry,*InvoiceNumber,*InvoiceDate,*DueDate,Total,InventoryItemCode,Description,"
    "*Quantity,*UnitAmount,*AccountCode,*TaxType,TaxAmount,TrackingName1,TrackingOption1,TrackingName2,"
    "TrackingOption2,Currency"
)
_JOURNALS = (
    "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount,TrackingName1,TrackingOption1,TrackingName2,"
    "TrackingOption2"
)
_MADE = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Pacific/Auckland"))


def about(store: StoreFacts = NZ, **changes: object) -> About:
    named = replace(facts(store), currency=store.currency)
    known = About(
        store.key,
        store.name,
        f"{store.name} Ltd",
        store.country,
        store.currency,
        countries.no_tax(store.country),
        named,
        _MADE,
        "anna",
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # as a test changes it


def rates(store: StoreFacts = NZ) -> dict[str, Decimal]:
    return {rate.name: rate.rate for rate in facts(store).tax_rates.values()}


def packed(day: DayDocuments, store: StoreFacts = NZ, **changes: object) -> dict[str, list[File]]:
    found: dict[str, list[File]] = {}
    for file in pack([FileDay(day.date, day.documents, day.proof)], about(store, **changes)):
        found.setdefault(file.kind, []).append(file)
    return found


def ours(documents: tuple[Document, ...]) -> dict[str, Decimal]:
    names = {RECEIVABLE: "AR", PAYABLE: "AP", TAX: "TAX"}
    return {names.get(account, account): amount for account, amount in ledger(documents).items()}


def busy_day(store: StoreFacts = NZ, shape: Shape | None = None) -> DayDocuments:
    return build(
        receipt("sale", [line("grocery", "S", "94.35")], [tender("cash", "94.35")], store),
        receipt("sale", [line("hardware", "S", "118.40")], [tender("eftpos", "118.40")], store),
        receipt("refund", [line("grocery", "S", "-57.50")], [tender("cash", "-57.50")], store),
        receipt(
            "account_sale",
            [line("grocery", "S", "100.00")],
            [tender("on_account", "80.00"), tender("cash", "20.00")],
            store,
            customer="Smith & Co",
        ),
        receipt(
            "paid_out",
            [spent("429", "P", "-11.50", description='Milk, "blue"')],
            [tender("cash", "-11.50")],
            store,
            payee="Dairy",
        ),
        receipt("debtor_payment", [], [tender("cash", "50.00")], store, customer="Jones", pays="INV-7"),
        store=store,
        shape=shape,
    )


def read_back(found: dict[str, list[File]], store: StoreFacts = NZ) -> list[import_files.Imported]:
    inclusive = store.prices_inclusive
    back: list[import_files.Imported] = []
    for file in [*found.get("sales_invoices", []), *found.get("bills", [])]:
        whole = file.amounts_are == "Tax Inclusive"
        back += import_files.documents(file.content, rates(store), inclusive=whole)
    for file in found.get("manual_journals", []):
        back += import_files.journals(file.content, rates(store), inclusive=inclusive)
    return back


@pytest.mark.parametrize("store", [NZ, AU, GB], ids=["NZ", "AU", "GB"])
@pytest.mark.parametrize("shape", list(Shape))
def test_every_shape_posts_what_the_tills_say(store: StoreFacts, shape: Shape) -> None:
    day = busy_day(store, shape)
    back = read_back(packed(day, store), store)
    assert import_files.ledger(back) == ours(day.documents)


def test_the_documents_come_back_with_number_contact_date_and_lines() -> None:
    day = busy_day()
    back = {each.number: each for each in read_back(packed(day))}
    for document in day.documents:
        if document.kind == "PAYMENT":
            continue
        each = back[document.number]
        assert (each.contact, each.date, each.due) == (document.contact, document.date, document.due_date)
        sign = -1 if document.kind.endswith("CREDIT") else 1
        names = {rate.tax_type: rate.name for rate in facts(NZ).tax_rates.values()}
        wanted = [
            (one.account, names[one.tax_type], sign * one.amount, sign * one.tax) for one in document.lines
        ]
        assert each.lines[: len(wanted)] == wanted
        tenders = [(one.account, -sign * one.amount) for one in document.payments]
        assert [(account, amount) for account, _, amount, _ in each.lines[len(wanted) :]] == tenders


def test_what_the_tills_took_leaves_nothing_due_of_the_day() -> None:
    back = {each.number: each for each in read_back(packed(busy_day()))}
    due = {number: each.total for number, each in back.items()}
    assert due["POS-queen-st-2026-11-19"] == 0
    assert due["POS-queen-st-2026-11-19-R"] == 0
    assert sorted(amount for number, amount in due.items() if not number.startswith("POS-queen-st")) == [
        Decimal("-50.00"),
        Decimal("80.00"),
    ]


def test_a_debtor_payment_is_a_credit_note_of_that_customer() -> None:
    (paid,) = [each for each in read_back(packed(busy_day())) if each.number.startswith("INV-7-payment")]
    assert (paid.kind, paid.contact, paid.total) == ("ACCRECCREDIT", "Jones", Decimal("-50.00"))
    assert [(account, amount) for account, _, amount, _ in paid.lines] == [("611", Decimal("-50.00"))]


def test_the_headings_are_those_of_the_templates() -> None:
    found = packed(busy_day())
    assert found["sales_invoices"][0].content.splitlines()[0] == _SALES
    assert len(_SALES.split(",")) == 29
    assert found["bills"][0].content.splitlines()[0] == _BILLS
    assert packed(busy_day(shape=Shape.JOURNAL))["manual_journals"][0].content.splitlines()[0] == _JOURNALS


def test_a_refund_alone_comes_in_as_a_credit_note_where_it_clears_through_a_bank() -> None:
    bank = Account("090", "Cheque account", "BANK", "ASSET")
    accounts = {**facts(NZ).accounts, "090": bank}
    organisation = replace(facts(NZ), accounts=accounts, currency="NZD")
    books = mapping(NZ, tenders={"cash": "611", "eftpos": "090"})
    day = build(
        receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")]),
        receipt("refund", [line("grocery", "S", "-46.00")], [tender("eftpos", "-46.00")]),
        books=books,
        organisation=organisation,
    )
    found = packed(day, facts=organisation)
    kinds = {each.number: (each.kind, each.total) for each in read_back(found)}
    assert kinds == {
        "POS-queen-st-2026-11-19": ("ACCREC", Decimal("23.00")),
        "POS-queen-st-2026-11-19-R": ("ACCRECCREDIT", Decimal("-46.00")),
    }
    (statement,) = found["bank_statement"]
    assert statement.name.endswith("_bank-statement_090.csv")
    assert import_files.rows(statement.content) == [
        {
            "*Date": "19/11/2026",
            "*Amount": "23.00",
            "Payee": "POS Sales - Queen St",
            "Description": "POS-queen-st-2026-11-19 eftpos",
            "Reference": "POS-queen-st-2026-11-19",
            "Cheque Number": "",
        },
        {
            "*Date": "19/11/2026",
            "*Amount": "-46.00",
            "Payee": "POS Sales - Queen St",
            "Description": "POS-queen-st-2026-11-19-R eftpos",
            "Reference": "POS-queen-st-2026-11-19-R",
            "Cheque Number": "",
        },
    ]


def test_prices_without_tax_go_into_a_file_of_their_own() -> None:
    sale = receipt("sale", [line("grocery", "S", "18.50")], [tender("eftpos", "21.28")], NZ_EXCLUSIVE)
    day = build(sale, store=NZ_EXCLUSIVE)
    (file,) = packed(day, NZ_EXCLUSIVE)["sales_invoices"]
    assert (file.amounts_are, "tax-exclusive" in file.name) == ("Tax Exclusive", True)
    back = import_files.documents(file.content, rates(), inclusive=False)
    assert import_files.ledger(back, inclusive=False) == ours(day.documents)


@pytest.mark.parametrize("country, shown", [("NZ", "03/11/2026"), ("GB", "03/11/2026"), ("US", "11/03/2026")])
def test_dates_are_in_the_format_of_the_region(country: str, shown: str) -> None:
    assert about(country=country).day(date(2026, 11, 3)) == shown


def test_americans_write_checks() -> None:
    bank = Account("612", "Checking", "BANK", "ASSET")
    organisation = replace(facts(NZ), accounts={**facts(NZ).accounts, "612": bank})
    day = build(receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")]))
    (file,) = packed(day, country="US", facts=organisation)["bank_statement"]
    assert file.content.splitlines()[0] == "*Date,*Amount,Payee,Description,Reference,Check Number"


@pytest.mark.parametrize(
    "text, escaped",
    [
        ("=1+1", "'=1+1"),
        ("+64 9 555", "'+64 9 555"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=cmd", "' =cmd"),
        ("a=b", "a=b"),
        ("Smith & Co", "Smith & Co"),
    ],
)
def test_no_text_is_taken_for_a_formula(text: str, escaped: str) -> None:
    assert safe(text) == escaped


@given(st.text(max_size=40))
def test_no_cell_of_text_starts_a_formula_or_breaks_its_row(text: str) -> None:
    (row,) = import_files.rows(encode(("a", "b"), [(text, Decimal("-1.50"))]))
    assert not row["a"].lstrip().startswith(("=", "+", "-", "@"))
    assert row["b"] == "-1.50"


def test_codes_keep_their_leading_zeros() -> None:
    accounts = {**facts(NZ).accounts, "091": Account("091", "Sales", "REVENUE", "REVENUE")}
    organisation = replace(facts(NZ), accounts=accounts)
    books = mapping(NZ, categories={"grocery": "091"})
    sale = receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")])
    (file,) = packed(build(sale, books=books, organisation=organisation), facts=organisation)[
        "sales_invoices"
    ]
    assert '"091"' in file.content
    assert import_files.rows(file.content)[0]["*AccountCode"] == "091"


def test_a_tax_type_without_a_name_is_refused() -> None:
    day = busy_day()
    nameless = {**facts(NZ).tax_rates, "OUTPUT2": replace(facts(NZ).tax_rates["OUTPUT2"], name="")}
    with pytest.raises(Refused, match="OUTPUT2"):
        packed(day, facts=replace(facts(NZ), tax_rates=nameless))


def test_the_base_currency_is_left_empty_and_another_is_named() -> None:
    base = import_files.rows(packed(busy_day())["sales_invoices"][0].content)
    assert {row["Currency"] for row in base} == {""}
    other = import_files.rows(
        packed(busy_day(), facts=replace(facts(NZ), currency="AUD"))["sales_invoices"][0].content
    )
    assert {row["Currency"] for row in other} == {"NZD"}


def test_tracking_comes_along() -> None:
    organisation = replace(facts(NZ), tracking={"Region": frozenset({"North"})})
    sale = receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")])
    day = build(sale, books=mapping(NZ, tracking={"Region": "North"}), organisation=organisation)
    (each,) = read_back(packed(day, facts=organisation))
    assert each.tracking == {("Region", "North")}


def test_more_than_five_hundred_invoices_go_into_several_files() -> None:
    (document,) = build(
        receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")])
    ).documents
    many = tuple(replace(document, number=f"N-{number}") for number in range(1, 1002))
    files = [each for each in pack([FileDay(DAY, many, ())], about()) if each.kind == "sales_invoices"]
    assert [each.name.rsplit("_", 1)[1] for each in files] == ["1-of-3.csv", "2-of-3.csv", "3-of-3.csv"]
    counts = [len(import_files.documents(each.content, rates())) for each in files]
    assert counts == [500, 500, 1]


def test_no_journal_file_has_more_than_three_hundred_lines_and_none_is_parted() -> None:
    (document,) = busy_day_journal()
    many = tuple(replace(document, number=f"N-{number}") for number in range(1, 101))
    files = [each for each in pack([FileDay(DAY, many, ())], about()) if each.kind == "manual_journals"]
    whole = [import_files.journals(each.content, rates()) for each in files]
    assert all(each.rows <= 300 for each in files)
    assert sum(map(len, whole)) == 100
    assert all(each.total == 0 for journals in whole for each in journals)


def busy_day_journal() -> tuple[Document, ...]:
    sale = receipt("sale", [line("grocery", "S", "94.35")], [tender("cash", "94.35")])
    return build(sale, session({"cash": "244.35"}), shape=Shape.JOURNAL).documents


def test_a_journal_is_named_so_that_it_is_found_again() -> None:
    (file,) = packed(busy_day(shape=Shape.JOURNAL))["manual_journals"]
    narrations = {row["*Narration"] for row in import_files.rows(file.content)}
    assert narrations == {"POS 2026-11-19 [POS-queen-st-2026-11-19]"}


def test_quantities_of_bills_stay_and_multiply_exactly() -> None:
    (document,) = build(
        receipt("sale", [line("grocery", "S", "23.00")], [tender("eftpos", "23.00")])
    ).documents
    stock = DocumentLine("Stock", "310", "INPUT2", Decimal("82.80"), Decimal("10.80"), quantity=Decimal(24))
    bill = replace(
        document,
        kind=DocumentKind.ACCPAY,
        key="purchase:1",
        lines=(stock,),
        payments=(),
        total=Decimal("82.80"),
    )
    found = {each.kind: each for each in pack([FileDay(DAY, (bill,), ())], about())}
    (row,) = import_files.rows(found["bills"].content)
    assert (row["*Quantity"], row["*UnitAmount"]) == ("24", "3.45")


def test_the_manifest_proves_every_file_and_sums_the_ledger() -> None:
    day = busy_day()
    found = packed(day)
    told = json.loads(found["manifest"][0].content)
    files = {file.name: file for files in found.values() for file in files if file.kind != "manifest"}
    assert {each["name"] for each in told["files"]} == set(files)
    for each in told["files"]:
        content = files[each["name"]].content.encode()
        assert (each["sha256"], each["bytes"]) == (sha256(content).hexdigest(), len(content))
    assert told["debits"] == told["credits"] == "253.75"
    assert told["made_by"] == "anna"


def test_the_journal_prints_at_eighty_columns_with_numbered_pages() -> None:
    text = packed(busy_day())["journal"][0].content
    pages = text.split("\f")
    assert max(len(line) for line in text.splitlines()) <= WIDTH
    assert all(len(page.splitlines()) <= HEIGHT for page in pages)
    for number, page in enumerate(pages, start=1):
        assert page.splitlines()[0].endswith(f"page {number} of {len(pages)}")


def test_the_journal_shows_every_document_line_and_equality() -> None:
    day = busy_day()
    text = " ".join(packed(day)["journal"][0].content.split())
    for document in day.documents:
        assert document.number in text
        for one in document.lines:
            assert f"{(one.amount - one.tax).copy_abs():,}" in text
    for check in day.proof:
        assert f"{check.left} | {check.right}" in text
    assert "253.75 253.75" in text
    assert "Checked" in text


def test_the_same_day_gives_the_same_bytes() -> None:
    day = busy_day()
    first, again = packed(day), packed(day)
    assert first == again


def test_a_payment_of_nobody_is_left_to_a_person_by_name() -> None:
    day = build(receipt("debtor_payment", [], [tender("cash", "50.00")], pays="INV-7"))
    found = packed(day)
    assert "sales_invoices" not in found
    assert "TO BE RECORDED BY HAND" in found["journal"][0].content
    assert json.loads(found["manifest"][0].content)["documents"][0]["by_hand"] is True
