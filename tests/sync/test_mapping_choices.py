"""What can be chosen, and the reason where something cannot."""

from __future__ import annotations

from typing import Any

import pytest

from services.contract.problem import Refused
from services.store import audit
from tests.sync.editing import change, choices, desk, setting
from tests.sync.support import ANNA, DAY, STORE, Shop, sale, tender

CHART = "*Code,*Name,*Type,*Tax Code,Enable Payments\n200,Sales,Revenue,15% GST on Income,No\n"
CHART += "611,Cash drawer,Current Asset,No GST,Yes\n,Savings,Bank,,\n"


def account(code: str, name: str, **more: object) -> dict[str, Any]:
    row = {"AccountID": f"id-{code}", "Code": code, "Name": name, "Type": "CURRENT", "Class": "ASSET"}
    return {**row, "Status": "ACTIVE", "EnablePaymentsToAccount": False, **more}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop with an odd chart."""
    rate = {"TaxType": "TAX001", "Name": "Old levy", "EffectiveRate": "2", "Status": "DELETED"}
    shop.ledger.rows["accounts"] += [
        account("613", "POS clearing - Cheque"),
        account("614", "Old clearing", Status="ARCHIVED", EnablePaymentsToAccount=True),
        account("090", "Business bank account", Type="BANK"),
        account("", "Savings", AccountID="11111111-2222-4333-8444-555555555555", Type="BANK"),
        account("610", "Accounts Receivable", SystemAccount="DEBTORS"),
    ]
    shop.ledger.rows["tax_rates"].append(rate)
    shop.ledger.rows["tracking"] = [
        {"Name": "Region", "Status": "ACTIVE", "Options": [{"Name": "North", "Status": "ACTIVE"}]}
    ]
    shop.office.refresh_reference(STORE, who=ANNA)
    shop.take(sale(DAY, "1", "10.00"))
    return shop


def test_tenders_go_to_accounts_that_take_payments_and_others_say_why(shop: Shop) -> None:
    found = choices(shop, "tenders", "cash")
    taken = [value for value, each in found.items() if each["obstacle"] is None]
    assert taken[:2] == ["611", "612"]
    assert set(taken) == {"611", "612", "850", "090", "11111111-2222-4333-8444-555555555555"}
    assert "straight into the bank" in found["090"]["note"]
    reasons = {value: each["obstacle"] for value, each in found.items() if each["obstacle"] is not None}
    assert reasons["613"]["why"] == "'Enable payments to this account' is not ticked in Xero."
    assert "tick Enable payments to this account, Save" in reasons["613"]["next"]
    assert reasons["614"].get("code") == "account_archived"
    assert reasons["610"]["why"] == "It is one of Xero's own accounts."
    order = [each["obstacle"] is not None for each in found.values()]
    assert order == sorted(order), "what can be taken stands first"


def test_in_a_journal_tenders_are_lines_and_cannot_go_to_banks(shop: Shop) -> None:
    change(shop, "shape", "shape", "journal")
    found = choices(shop, "tenders", "cash")
    assert found["613"]["obstacle"] is None
    bank = found["090"]["obstacle"]
    assert bank is not None
    assert bank.get("code") == "account_is_bank"
    nameless = found["11111111-2222-4333-8444-555555555555"]["obstacle"]
    assert nameless is not None
    assert nameless.get("code") == "account_is_bank"


def test_income_accounts_are_offered_first_for_what_is_sold(shop: Shop) -> None:
    found = choices(shop, "categories", "garden")
    assert list(found)[:3] == ["200", "201", "850"]
    assert found["200"]["note"] == "Revenue"
    assert found["611"]["obstacle"] is None
    assert {value for value, each in found.items() if each["obstacle"]} == {
        "614",
        "090",
        "11111111-2222-4333-8444-555555555555",
        "610",
    }


def test_tax_types_are_for_the_class_of_the_accounts_they_meet(shop: Shop) -> None:
    found = choices(shop, "tax_codes", "GST15")
    assert found["OUTPUT2"]["obstacle"] is None
    wrong, deleted = found["INPUT2"]["obstacle"], found["TAX001"]["obstacle"]
    assert wrong is not None
    assert wrong["why"] == "In Xero that rate is not for accounts of the class revenue."
    assert deleted is not None
    assert "it was deleted there" in deleted["what"]
    own = choices(shop, "categories", "gift_card_sold", tax=True)
    assert next(iter(own)) == ""
    assert own["INPUT2"]["obstacle"] is not None


def test_tracking_offers_active_options_and_nothing(shop: Shop) -> None:
    assert list(choices(shop, "tracking", "Region")) == ["", "North"]
    editor = change(shop, "tracking", "Region", "North")
    assert setting(editor, "tracking", "Region")["value"] == "North"


@pytest.mark.parametrize("part,count", [("shape", 4), ("status", 2), ("gift_card_tax", 2), ("no_tax", 1)])
def test_words_are_chosen_from_all_there_are(shop: Shop, part: str, count: int) -> None:
    found = choices(shop, part, part)
    assert len([each for each in found.values() if each["obstacle"] is None]) == count


def test_a_missing_setting_has_its_likeliest_choice_on_top(shop: Shop) -> None:
    shop.take({**sale(DAY, "9", "10.00"), "tenders": [tender("10.00", "old eftpos")]})
    found = choices(shop, "tenders", "old eftpos")
    first = next(iter(found.values()))
    assert (first["value"], first["proposed"]) == ("612", True)


def test_when_nothing_can_be_taken_the_exact_steps_are_told(shop: Shop) -> None:
    shop.ledger.rows["accounts"] = [account("613", "POS clearing - Cheque")]
    shop.office.refresh_reference(STORE, who=ANNA)
    answer = desk(shop).choices(STORE, "tenders", "cash", ANNA)
    assert "Account type Current Asset" in answer["how_to"]
    assert "tick Enable payments to this account" in answer["how_to"]
    shop.ledger.rows["accounts"][0]["EnablePaymentsToAccount"] = True
    shop.office.refresh_reference(STORE, who=ANNA)
    assert desk(shop).choices(STORE, "tenders", "cash", ANNA)["how_to"] == ""


# --- a chart from a file ------------------------------------------------------------


def test_a_chart_file_is_shown_first_and_kept_only_when_confirmed(new_shop: Shop) -> None:
    new_shop.take(sale(DAY, "1", "10.00"))
    assert desk(new_shop).choices(STORE, "tenders", "cash", ANNA)["free"] is True
    shown = desk(new_shop).chart.import_chart(STORE, CHART, "chart.csv", confirm=False, who=ANNA)
    assert [each["code"] for each in shown["accounts"]] == ["200", "611"]
    assert [(each["row"], each["text"]) for each in shown["refused"]] == [(4, "Savings, Bank")]
    assert desk(new_shop).editor(STORE, ANNA)["chart"]["source"] == "none"
    kept = desk(new_shop).chart.import_chart(STORE, CHART, "chart.csv", confirm=True, who=ANNA)
    assert kept["kept"]
    chart = desk(new_shop).editor(STORE, ANNA)["chart"]
    assert (chart["source"], chart["name"], chart["accounts"]) == ("file", "chart.csv", 2)
    found = choices(new_shop, "tenders", "cash")
    assert [value for value, each in found.items() if each["obstacle"] is None] == ["611"]
    with new_shop.database.read() as session:
        entry = audit.entries(session)[0]
    assert (entry.action, entry.after) == (
        "import_chart",
        {"file": "chart.csv", "accounts": 2, "refused": 1},
    )


def test_a_chart_file_never_reaches_a_days_documents(new_shop: Shop) -> None:
    new_shop.take(sale(DAY, "1", "10.00"))
    before = new_shop.office.preview(STORE, DAY)
    desk(new_shop).chart.import_chart(STORE, CHART, "chart.csv", confirm=True, who=ANNA)
    assert new_shop.office.preview(STORE, DAY) == before


def test_a_connected_shop_takes_no_chart_from_a_file(shop: Shop) -> None:
    with pytest.raises(Refused) as refusal:
        desk(shop).chart.import_chart(STORE, CHART, "chart.csv", confirm=True, who=ANNA)
    assert refusal.value.code == "chart_is_known"


def test_a_chart_without_a_usable_account_is_refused(new_shop: Shop) -> None:
    with pytest.raises(Refused) as refusal:
        desk(new_shop).chart.import_chart(STORE, "Code,Name,Type\n,x,Bank", "c.csv", confirm=True, who=ANNA)
    assert refusal.value.code == "no_chart"
