"""Manual journals (XERO.md 6.8)."""

from __future__ import annotations

import pytest

from services.sandbox.xero import NZ_TENANT
from tests.sandbox.practice_help import Books, Json, elements, journal, messages


def test_a_journal_is_a_draft_without_tax_by_default(nz: Books) -> None:
    element = journal(("611", "115.00"), ("200", "-115.00"))
    del element["Status"]
    made = nz.made("ManualJournals", element)
    assert (made["Status"], made["LineAmountTypes"], made["JournalLines"][1]["TaxAmount"]) == (
        "DRAFT",
        "NoTax",
        0,
    )
    assert nz.practice.trial_balance(NZ_TENANT) == {}


def test_inclusive_lines_carry_their_tax(nz: Books) -> None:
    made = nz.made(
        "ManualJournals", journal(("611", "115.00"), ("200", "-115.00"), LineAmountTypes="Inclusive")
    )
    assert [entry["TaxAmount"] for entry in made["JournalLines"]] == [0, -15]
    shown = {code: str(amount) for code, amount in nz.practice.trial_balance(NZ_TENANT).items()}
    assert shown == {"200": "-100.00", "611": "115.00", "820": "-15.00"}


def test_exclusive_lines_balance_with_their_tax(nz: Books) -> None:
    lines = (("611", "115.00"), ("200", "-100.00"))
    assert nz.made("ManualJournals", journal(*lines, LineAmountTypes="Exclusive"))["Status"] == "POSTED"
    assert nz.refused("ManualJournals", journal(*lines, LineAmountTypes="Inclusive")) == [
        "The total debits (115.00) must equal total credits (-100.00)"
    ]


def test_debits_equal_credits(nz: Books) -> None:
    message = ["The total debits (100.00) must equal total credits (-10.00)"]
    for status in ("DRAFT", "POSTED"):
        element = journal(("611", "100.00"), ("200", "-10.00"), Status=status)
        assert nz.refused("ManualJournals", element) == message


def test_what_a_journal_must_have(nz: Books) -> None:
    assert nz.refused("ManualJournals", journal(Narration="")) == ["The Narration field must be specified."]
    two = ["The manual journal must have at least two lines."]
    assert nz.refused("ManualJournals", journal(("611", "0.00"))) == two
    assert nz.refused("ManualJournals", journal(JournalLines=None)) == two
    assert nz.refused("ManualJournals", journal(Status="VOIDED")) == [
        "Manual journal not of valid status for creation"
    ]


@pytest.mark.parametrize("code", ["476", "090", "610", "800", "820", "960"])
def test_an_unfit_account_is_taken_off_a_draft_with_a_warning(nz: Books, code: str) -> None:
    element = journal((code, "100.00"), ("200", "-100.00"), Status="DRAFT")
    answer = nz.put("ManualJournals?summarizeErrors=false", element)
    [made] = elements(answer)
    assert (answer.status, made["StatusAttributeString"]) == (200, "WARNING")
    assert messages(answer, "Warnings") == [
        f"Account code '{code}' has been removed as it does not match a recognised account."
    ]
    assert [entry["AccountCode"] for entry in made["JournalLines"]] == ["200"]


@pytest.mark.parametrize("code", ["476", "090", "610", "800", "820", "960"])
def test_an_unfit_account_is_refused_of_a_posted_one(nz: Books, code: str) -> None:
    assert nz.refused("ManualJournals", journal((code, "100.00"), ("200", "-100.00"))) == [
        f"Account code '{code}' is not a valid code for this document."
    ]


def test_a_stripped_draft_cannot_be_posted(nz: Books) -> None:
    made = nz.made("ManualJournals", journal(("476", "100.00"), ("200", "-100.00"), Status="DRAFT"))
    assert nz.refused(f"ManualJournals/{made['ManualJournalID']}", {"Status": "POSTED"}, "POST") == [
        "The total debits (0.00) must equal total credits (-100.00)"
    ]


@pytest.mark.parametrize(
    "steps, works",
    [
        (["DRAFT", "POSTED", "VOIDED"], True),
        (["DRAFT", "DELETED"], True),
        (["POSTED", "DRAFT"], False),
        (["POSTED", "DELETED"], False),
        (["DRAFT", "DELETED", "POSTED"], False),
        (["POSTED", "VOIDED", "POSTED"], False),
    ],
)
def test_statuses_move_one_way(nz: Books, steps: list[str], works: bool) -> None:  # noqa: FBT001 - a case
    path = f"ManualJournals/{nz.made('ManualJournals', journal(Status=steps[0]))['ManualJournalID']}"
    answers = [nz.post(path, {"Status": status}) for status in steps[1:]]
    assert (answers[-1].status == 200) is works
    if not works:
        assert messages(answers[-1]) == ["Manual journal not of valid status for modification"]


def test_a_voided_journal_is_out_of_the_ledger(nz: Books) -> None:
    made = nz.made("ManualJournals", journal())
    assert nz.practice.trial_balance(NZ_TENANT) != {}
    nz.post("ManualJournals", {"ManualJournalID": made["ManualJournalID"], "Status": "VOIDED"})
    assert nz.practice.trial_balance(NZ_TENANT) == {}


def test_journals_are_found_by_narration(nz: Books) -> None:
    nz.made("ManualJournals", journal(Narration="POS queen-st 2026-11-19 r1", Url="https://shop.invalid/1"))
    nz.made("ManualJournals", journal(Narration="Accrual"))
    [found] = nz.rows('ManualJournals?where=Narration.Contains("queen-ST 2026-11-19")')
    assert (found["Url"], found["JournalLines"]) == ("https://shop.invalid/1", [])
    paged = nz.rows('ManualJournals?page=1&where=Narration.StartsWith("POS")')
    assert len(paged[0]["JournalLines"]) == 2


def test_the_cash_basis_flag_is_kept(nz: Books) -> None:
    made = nz.made("ManualJournals", journal(ShowOnCashBasisReports=False))
    assert nz.rows(f"ManualJournals/{made['ManualJournalID']}")[0]["ShowOnCashBasisReports"] is False


def test_an_unknown_journal_is_not_changed(nz: Books) -> None:
    element: Json = {**journal(), "ManualJournalID": "00000000-0000-0000-0000-000000000001"}
    assert nz.refused("ManualJournals", element, "POST") == ["Manual journal could not be found"]


def test_without_the_right_journals_are_forbidden(nz: Books) -> None:
    nz.practice.configure(NZ_TENANT, actions={"CreateManualJournal": "NOT-ALLOWED"})
    answer = nz.put("ManualJournals", journal())
    assert (answer.status, answer.body["Title"]) == (403, "Forbidden")
    assert nz.rows("ManualJournals") == []
