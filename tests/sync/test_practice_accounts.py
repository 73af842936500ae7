"""Editing a mapping against the practice Xero.

Chart, a new account, the day it serves.
"""

from __future__ import annotations

import pytest

from services.accounting.ledger import CallRefused, NewAccount
from services.sandbox.xero import NZ_TENANT, PKCE_CLIENT, Fault, PracticeXero
from services.store import connections
from tests.sync.editing import choices, desk, setting, wanted
from tests.sync.practice import PracticeShop, days
from tests.sync.support import ANNA, STORE, all_posted, sale, tender

CHEQUE = NewAccount("619", "POS clearing - Tokens", "CURRENT", "NONE", payments=True)


def connected(practice: PracticeShop, *, creates_accounts: bool) -> PracticeShop:
    """Connect with or without the right to create accounts."""
    consent = practice.office.begin_consent(
        STORE, client_id=PKCE_CLIENT, creates_accounts=creates_accounts, who=ANNA
    )
    assert practice.office.paste(STORE, practice.allow(consent["address"]), who=ANNA)["state"] == "done"
    practice.office.choose_organisation(STORE, who=ANNA)
    practice.map(tax_codes={"GST15": "OUTPUT2", "GST0": "NONE", "GSTIN": "INPUT2"})
    return practice


def test_a_new_tender_is_mapped_to_an_account_created_for_it_and_posts(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    connected(practice, creates_accounts=True)
    (day,) = days(practice, 1)
    practice.take({**sale(day, "T", "11.50"), "tenders": [tender("11.50", "tokens")]})
    editor = desk(practice).editor(STORE, ANNA)
    assert editor["cannot_create"] is None
    assert (editor["settings"][0]["key"], editor["settings"][0]["amount"]) == ("tokens", "11.50")
    proposed = desk(practice).chart.new_account(STORE, "tenders", "tokens", ANNA)
    assert (proposed["code"], proposed["name"], proposed["problems"]) == (CHEQUE.code, CHEQUE.name, [])
    assert desk(practice).chart.create_account(STORE, CHEQUE, dry_run=False, who=ANNA)["created"]
    assert choices(practice, "tenders", "tokens")["619"]["obstacle"] is None
    desk(practice).change(STORE, [wanted("tenders", "tokens", "619")], ANNA)
    desk(practice).acknowledge(STORE, ANNA)
    assert desk(practice).save(STORE, editor["version"], ANNA)["issues"] == []
    assert all_posted(practice.sync(day))
    assert str(xero.trial_balance(NZ_TENANT)["619"]) == "11.50"
    (made,) = (call for call in xero.calls if call.method == "PUT" and call.path.endswith("/Accounts"))
    assert made.idempotency_key.startswith("tillbook-")


def test_an_answer_lost_by_the_wire_makes_one_account(practice: PracticeShop, xero: PracticeXero) -> None:
    connected(practice, creates_accounts=True)
    xero.faults.add(Fault(method="PUT", path="Accounts", when="after", drop=True))
    assert desk(practice).chart.create_account(STORE, CHEQUE, dry_run=False, who=ANNA)["created"]
    assert [each.code for each in xero.book(NZ_TENANT).accounts.values()].count("619") == 1


def test_a_right_that_xero_does_not_see_is_told_as_such(practice: PracticeShop) -> None:
    connected(practice, creates_accounts=False)
    with practice.database.write() as session:
        row = connections.ensure_connection(session, STORE, practice.clock())
        row.scopes += " accounting.settings"
        session.add(row)
    with pytest.raises(CallRefused) as refusal:
        desk(practice).chart.create_account(STORE, CHEQUE, dry_run=False, who=ANNA)
    assert refusal.value.code in {"scope_missing", "right_missing"}


def test_without_the_right_xeros_own_steps_are_told(practice: PracticeShop) -> None:
    connected(practice, creates_accounts=False)
    answer = desk(practice).chart.create_account(STORE, CHEQUE, dry_run=False, who=ANNA)
    assert [problem.get("code") for problem in answer["problems"]] == ["scope_missing"]


def test_enabling_payments_in_xero_makes_an_account_choosable_after_reading_again(
    practice: PracticeShop, xero: PracticeXero
) -> None:
    connected(practice, creates_accounts=False)
    assert choices(practice, "tenders", "cash")["855"]["obstacle"] is not None
    for account in xero.book(NZ_TENANT).accounts.values():
        account.enable_payments = account.enable_payments or account.code == "855"
    practice.clock.move(minutes=2)
    practice.office.refresh_reference(STORE, who=ANNA)
    assert choices(practice, "tenders", "cash")["855"]["obstacle"] is None


def test_the_chart_in_xero_has_an_address(practice: PracticeShop) -> None:
    connected(practice, creates_accounts=False)
    chart = desk(practice).editor(STORE, ANNA)["chart"]
    assert chart["source"] == "xero"
    assert chart["address"] is not None
    assert chart["address"].startswith("https://go.xero.com/")
    assert setting(desk(practice).editor(STORE, ANNA), "tenders", "cash")["words"] == "POS clearing - Cash"
