"""Xero's own file of a chart of accounts: what is taken, what is refused and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounting.xero.chart_file import (
    ChartOfFile,
    account_from_json,
    account_to_json,
    read_chart,
)
from services.books import countries
from services.contract.problem import Refused

RATES = tuple(countries.built_in("NZ").tax_rates.values())
HEADING = "*Code,*Name,*Type,*Tax Code,Description,Dashboard,Expense Claims,Enable Payments,Balance"


def chart(*rows: str, text: str | None = None) -> ChartOfFile:
    return read_chart(text or "\n".join((HEADING, *rows)), RATES)


def test_accounts_are_read_with_type_class_tax_and_payments() -> None:
    found = chart(
        "200,Sales,Revenue,15% GST on Income,,No,No,No,",
        "611,POS clearing - Cash,Current Asset,No GST,,Yes,No,Yes,0.00",
        "090,Bank,Bank,No GST,,Yes,No,No,12.50",
    )
    assert [(each.account.code, each.account.type, each.account.klass) for each in found.accounts] == [
        ("200", "REVENUE", "REVENUE"),
        ("611", "CURRENT", "ASSET"),
        ("090", "BANK", "ASSET"),
    ]
    assert [each.account.tax_type for each in found.accounts] == ["OUTPUT2", "NONE", "NONE"]
    assert [each.account.takes_payments for each in found.accounts] == [False, True, True]
    assert found.refused == ()


@pytest.mark.parametrize(
    "row,reason",
    [
        (",Savings,Bank,No GST", "It has no code"),
        ("12345678901,Too long,Expense,No GST", "longer than 10"),
        ("201,,Revenue,No GST", "It has no name."),
        ("201,Mystery,Sundry,No GST", "Sundry is not one of Xero's types"),
        ("200,Again,Revenue,No GST", "stood in a row before"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_number(row: str, reason: str) -> None:
    found = chart("200,Sales,Revenue,No GST,,,,,", "", row)
    (refused,) = found.refused
    assert refused.row == 4
    assert reason in refused.reason
    assert [each.account.code for each in found.accounts] == ["200"]


def test_xeros_own_accounts_are_known_as_such() -> None:
    found = chart("610,Accounts Receivable,Accounts Receivable,No GST,,,,,", "860,Rounding,Rounding,,,,,,")
    assert [each.account.system for each in found.accounts] == ["DEBTORS", "ROUNDING"]


def test_a_tax_code_that_is_not_known_is_noted_and_left_out() -> None:
    (only,) = chart("200,Sales,Revenue,Accommodation 9%,,,,,").accounts
    assert only.account.tax_type is None
    assert "Accommodation 9%" in only.note


@pytest.mark.parametrize(
    "text,why",
    [
        ("", "no column Code"),
        ("Name,Amount\nx,1", "no column Code, Type"),
        ("Code,Name,Type\n" + "1,a,Revenue\n" * 5_001, "more than"),
    ],
)
def test_a_file_that_is_no_chart_is_refused(text: str, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_chart(text, RATES)
    assert refusal.value.code == "no_chart"
    assert why in refusal.value.why


def test_a_byte_order_mark_and_semicolons_do_no_harm() -> None:
    found = chart(text="\ufeffCode;Name;Type\n200;Sales, all;Revenue")
    assert [each.account.name for each in found.accounts] == ["Sales, all"]


def test_what_is_in_a_cell_never_reaches_the_terminal_as_codes() -> None:
    (only,) = chart("200,\x1b[31mSales\u202e,Revenue,,,,,,").accounts
    assert "\x1b" not in only.account.name
    assert "\u202e" not in only.account.name


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    try:
        found = read_chart(f"Code,Name,Type\n{text}", RATES)
    except Refused:
        return
    codes = [each.account.code for each in found.accounts]
    assert len(codes) == len(set(codes))
    assert all(refused.reason for refused in found.refused)


def test_an_account_is_kept_whole() -> None:
    (only,) = chart("611,POS clearing,Current Asset,No GST,,,,Yes,").accounts
    assert account_from_json(account_to_json(only.account)) == only.account
