"""What Xero would refuse, found before it is sent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.accounting.ledger import RemoteContact
from services.accounting.xero import scopes
from services.accounting.xero.preflight import Known, calls_needed, preflight
from services.books.documents import Document, DocumentKind, DocumentLine, Finding, LineAmounts
from services.books.ledger_facts import Account, LedgerFacts, TaxRate
from tests.accounting.xero_examples import DAY, account, day_of, document, facts, line, payment


def _codes(*documents: Document, known: Known | None = None) -> list[str]:
    return [finding.code for finding in preflight(day_of(*documents), known or Known(facts()))]


def _with_account(changed: Account) -> LedgerFacts:
    usual = facts()
    return replace(usual, accounts={**usual.accounts, changed.code: changed})


def _with_rate(changed: TaxRate) -> LedgerFacts:
    usual = facts()
    return replace(usual, tax_rates={**usual.tax_rates, changed.tax_type: changed})


JOURNAL_LINES = (line("100.00", account="611", tax_type="NONE", tax=Decimal(0)), line("-100.00"))


def _journal(**given: object) -> Document:
    defaults = {
        "kind": DocumentKind.JOURNAL,
        "lines": JOURNAL_LINES,
        "payments": (),
        "total": Decimal("100.00"),
    }
    return document(**{**defaults, **given})


def test_a_day_that_can_be_sent_has_no_findings() -> None:
    assert _codes() == []
    assert _codes(_journal()) == []


@pytest.mark.parametrize(
    "changed,code",
    [
        (account("200", active=False), "account_archived"),
        (account("200", type="BANK", klass="ASSET"), "account_is_bank"),
        (account("200", system="GST"), "account_is_system"),
        (account("611", active=False), "account_archived"),
        (account("611", type="CURRENT", klass="ASSET"), "account_takes_no_payments"),
        (account("611", klass="ASSET", payments_enabled=True, system="DEBTORS"), "account_takes_no_payments"),
    ],
)
def test_an_account_that_cannot_be_used(changed: Account, code: str) -> None:
    assert code in _codes(known=Known(_with_account(changed)))


def test_an_account_that_is_not_there() -> None:
    findings = preflight(day_of(document(lines=(line(account="999"),))), Known(facts()))
    assert [finding.code for finding in findings] == ["account_unknown"]
    assert "999" in findings[0].what


def test_payments_that_are_not_enabled_come_with_the_steps() -> None:
    known = Known(_with_account(account("611", type="CURRENT", klass="ASSET", name="Cash")))
    (finding,) = preflight(day_of(), known)
    assert finding.what == "Account 611 Cash takes no payments, and cash is mapped to it."
    assert "Chart of accounts" in finding.next
    assert "tick Enable payments to this account" in finding.next
    assert "refresh" in finding.next


def test_a_bank_account_takes_payments_though_they_are_not_enabled() -> None:
    assert _codes(document(payments=(payment("1.00", "090"),))) == []


def test_the_rounding_account_takes_lines_though_it_is_xeros_own() -> None:
    assert (
        _codes(document(lines=(line("1.00"), line("0.02", account="860", tax_type="NONE", tax=Decimal(0)))))
        == []
    )


@pytest.mark.parametrize(
    "rate,code",
    [
        (TaxRate("OUTPUT2", "15%", Decimal("0.15"), active=False), "tax_unknown"),
        (TaxRate("OUTPUT2", "15%", Decimal("0.15"), applies_to=frozenset({"ASSET"})), "tax_not_for_account"),
    ],
)
def test_a_tax_type_that_cannot_be_used(rate: TaxRate, code: str) -> None:
    assert _codes(known=Known(_with_rate(rate))) == [code]


def test_a_tax_type_that_is_not_there() -> None:
    assert _codes(document(lines=(line(tax_type="OUTPUT9"),))) == ["tax_unknown"]


def test_a_document_without_tax_needs_no_tax_type() -> None:
    assert _codes(document(lines=(line(tax_type="OUTPUT9"),), line_amounts=LineAmounts.NO_TAX)) == []


@pytest.mark.parametrize(
    "lock,code",
    [
        ({"period_lock": DAY}, "period_locked"),
        ({"period_lock": DAY + timedelta(days=5)}, "period_locked"),
        ({"year_end_lock": DAY}, "year_locked"),
        ({"year_end_lock": DAY, "period_lock": DAY}, "year_locked"),
    ],
)
def test_a_locked_day(lock: dict[str, date], code: str) -> None:
    assert _codes(known=Known(facts(**lock))) == [code]


def test_a_lock_before_the_day_or_a_draft_is_no_obstacle() -> None:
    earlier = DAY - timedelta(days=1)
    assert _codes(known=Known(facts(period_lock=earlier, year_end_lock=earlier))) == []
    assert _codes(document(status="DRAFT"), known=Known(facts(period_lock=DAY))) == []


def test_an_adviser_may_post_before_the_period_lock_but_not_into_a_closed_year() -> None:
    actions = {"ApproveTransactionsBeforePeriodLockDate": True}
    assert _codes(known=Known(facts(period_lock=DAY), actions)) == []
    assert _codes(known=Known(facts(year_end_lock=DAY), actions)) == ["year_locked"]


def test_an_archived_contact() -> None:
    archived = {"pos sales - queen st": RemoteContact("c-1", "POS Sales - Queen St", active=False)}
    assert _codes(known=Known(facts(), contacts=archived)) == ["contact_archived"]
    assert _codes(known=Known(facts(), contacts={})) == []  # it will be created


@pytest.mark.parametrize("name", ["", " POS", "POS ", "POS  Sales", "POS <1>", "x" * 256])
def test_a_contact_name_that_xero_does_not_take(name: str) -> None:
    assert _codes(document(contact=name)) == ["contact_name_invalid"]
    assert _codes(_journal(contact=name)) == []


@pytest.mark.parametrize(
    "given", [{"number": "x" * 256}, {"reference": "x" * 256}, {"contact_number": "x" * 51}]
)
def test_a_text_that_is_too_long(given: dict[str, str]) -> None:
    assert _codes(document(**given)) == ["too_long"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_a_description_that_xero_does_not_take(text: str) -> None:
    assert _codes(document(lines=(line(description=text),))) == ["description_invalid"]


@pytest.mark.parametrize(
    "tracking,codes",
    [
        ((("Region", "North"),), []),
        ((("Region", "West"),), ["tracking_invalid"]),
        ((("Brand", "North"),), ["tracking_invalid"]),
        ((("Region", "North"),) * 3, ["tracking_too_many"]),
    ],
)
def test_tracking(tracking: tuple[tuple[str, str], ...], codes: list[str]) -> None:
    assert _codes(document(lines=(line(tracking=tracking),))) == codes


def test_tracking_that_was_not_read_is_not_judged() -> None:
    known = Known(facts(tracking=None))
    assert _codes(document(lines=(line(tracking=(("Region", "West"),)),)), known=known) == []


def test_another_currency_needs_an_organisation_with_several() -> None:
    assert _codes(document(currency="AUD")) == ["currency"]
    assert _codes(document(currency="AUD"), known=Known(facts(), {"UseMulticurrency": True})) == []


def test_a_total_below_zero() -> None:
    assert _codes(document(lines=(line("-5.00"),))) == ["negative_total"]


def test_payments_larger_than_the_document() -> None:
    assert _codes(document(payments=(payment("200.00"), payment("12.76")))) == ["payment_exceeds_due"]


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_a_payment_that_is_not_above_zero(amount: str) -> None:
    assert _codes(document(payments=(payment(amount),))) == ["payment_not_positive"]


def test_a_debtor_payment_is_not_compared_with_itself() -> None:
    paying = document(kind=DocumentKind.PAYMENT, lines=(), payments=(payment("9.00"),), total=Decimal("9.00"))
    assert _codes(paying) == []
    assert _codes(replace(paying, payments=(payment("9.00", "200"),))) == ["account_takes_no_payments"]


def test_an_amount_larger_than_xero_keeps() -> None:
    assert _codes(document(lines=(line("10000000000.00"),), payments=())) == ["amount_too_large"]


@pytest.mark.parametrize(
    "currency,lines,codes",
    [
        ("KWD", (line("1.250", tax_type="NONE", tax=Decimal(0)),), []),
        ("KWD", (line("1.255", tax_type="NONE", tax=Decimal(0)),), ["amount_too_fine"]),
        ("KWD", (line("1.250", tax=Decimal("0.163")),), ["tax_decimals"]),
        ("JPY", (line("1250", tax_type="NONE", tax=Decimal(0)),), []),
        ("JPY", (line("1150", tax=Decimal(150)),), []),
        ("JPY", (line("1250", tax=Decimal(163)),), ["tax_decimals"]),
        ("NZD", (line("1250.00"),), []),
    ],
)
def test_xero_reckons_to_two_decimals_in_every_currency(
    currency: str, lines: tuple[DocumentLine, ...], codes: list[str]
) -> None:
    known = Known(facts(currency=currency))
    assert _codes(document(currency=currency, lines=lines), known=known) == codes


def test_an_approved_invoice_needs_a_due_date() -> None:
    assert _codes(document(due_date=None)) == ["due_date_missing"]
    assert _codes(document(due_date=None, status="DRAFT")) == []
    assert _codes(document(due_date=None, kind=DocumentKind.ACCRECCREDIT)) == []


@pytest.mark.parametrize(
    "lines,codes",
    [
        (JOURNAL_LINES[:1], ["journal_too_short", "journal_unbalanced"]),
        ((JOURNAL_LINES[0], line("-99.99")), ["journal_unbalanced"]),
    ],
)
def test_a_journal_that_xero_does_not_post(lines: tuple[DocumentLine, ...], codes: list[str]) -> None:
    assert _codes(_journal(lines=lines)) == codes


def test_an_exclusive_journal_balances_with_its_tax() -> None:
    lines = (
        line("115.00", account="611", tax_type="NONE", tax=Decimal(0)),
        line("-100.00", tax=Decimal("-15.00")),
    )
    assert _codes(_journal(lines=lines, line_amounts=LineAmounts.EXCLUSIVE)) == []
    assert _codes(_journal(lines=lines)) == ["journal_unbalanced"]


ALL = frozenset(answer["scope"] for answer in scopes.SCOPES)


@pytest.mark.parametrize(
    "missing,given",
    [
        (scopes.INVOICES, document()),
        (scopes.PAYMENTS, document()),
        (scopes.CONTACTS, document()),
        (scopes.JOURNALS, _journal()),
        (scopes.SETTINGS, _journal()),
    ],
)
def test_a_right_that_was_not_given(missing: str, given: Document) -> None:
    (finding,) = preflight(day_of(given), Known(facts(), scopes=ALL - {missing}))
    assert finding.code == "scope_missing"
    assert missing in finding.what
    assert "Connect to Xero again" in finding.next


def test_rights_that_the_day_does_not_need_are_not_missed() -> None:
    assert _codes(known=Known(facts(), scopes=ALL - {scopes.JOURNALS})) == []
    assert _codes(_journal(), known=Known(facts(), scopes=ALL - {scopes.INVOICES, scopes.PAYMENTS})) == []


@pytest.mark.parametrize(
    "action,given",
    [
        ("CreateApprovedInvoice", document()),
        ("CreateInvoicePayment", document()),
        ("CreateDraftInvoice", document(status="DRAFT")),
        ("CreateApprovedBill", document(kind=DocumentKind.ACCPAY)),
        ("CreateManualJournal", _journal()),
    ],
)
def test_an_action_that_xero_does_not_allow(action: str, given: Document) -> None:
    (finding,) = preflight(day_of(given), Known(facts(), {action: False}))
    assert finding.code == "action_missing"
    assert action in finding.why


def test_an_allowance_that_is_too_small() -> None:
    needed = calls_needed(day_of())
    assert _codes(known=Known(facts(), calls_left_today=needed - 1)) == ["day_limit"]
    assert _codes(known=Known(facts(), calls_left_today=needed)) == []
    assert calls_needed(replace(day_of(), documents=())) == 0


def test_each_thing_is_said_once_and_in_full() -> None:
    broken = document(lines=(line(account="999"), line(account="999")))
    findings = preflight(day_of(broken, replace(broken, number="POS-2")), Known(facts()))
    assert [finding.code for finding in findings] == ["account_unknown"]
    assert all(_complete(finding) for finding in findings)


def _complete(finding: Finding) -> bool:
    return bool(finding.what and finding.why and finding.next)
