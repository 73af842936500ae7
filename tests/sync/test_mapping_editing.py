"""Editing a mapping: changes are kept, judged, shown at work and saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contract.problem import NotFound, Refused
from services.store import audit
from tests.sync.editing import BEN, change, desk, setting, wanted
from tests.sync.support import ANNA, DAY, MAPPING, STORE, Shop, refund, sale


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A connected and mapped shop whose chart was read."""
    shop.office.refresh_reference(STORE, who=ANNA)
    return shop


def test_what_is_missing_comes_first_with_the_money_it_carries(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "100.00", "garden"), sale(DAY, "2", "30.00", "books"), sale(DAY, "3", "7.00"))
    shop.take(refund(DAY, "R", "-5.00"))
    editor = desk(shop).editor(STORE, ANNA)
    first, second = editor["settings"][:2]
    assert [(each["part"], each["key"], each["amount"]) for each in (first, second)] == [
        ("categories", "garden", "100.00"),
        ("categories", "books", "30.00"),
    ]
    assert first["problem"] is not None
    assert "100.00 went over it lately" in first["problem"]["why"]
    assert setting(editor, "categories", "grocery")["amount"] == "12.00"
    assert setting(editor, "categories", "hardware")["amount"] is None
    assert setting(editor, "tenders", "cash")["receipts"] == 4


def test_a_change_is_kept_for_its_person_and_marked(shop: Shop) -> None:
    editor = change(shop, "categories", "grocery", "201")
    grocery = setting(editor, "categories", "grocery")
    assert (grocery["value"], grocery["changed"], grocery["saved"]) == ("201", True, "200 Sales - Grocery")
    assert editor["changes"] == [
        {
            "part": "categories",
            "key": "grocery",
            "before": "200 Sales - Grocery",
            "after": "201 Sales - Hardware",
        }
    ]
    again = shop.open_office().mapping_editor.editor(STORE, ANNA)
    assert setting(again, "categories", "grocery")["value"] == "201", "after a restart it is still there"
    of_ben = desk(shop).editor(STORE, BEN)
    assert setting(of_ben, "categories", "grocery")["value"] == "200"
    assert [(each["by"], each["changes"]) for each in of_ben["others"]] == [("anna", 1)]
    assert shop.office.mapping(STORE)["version"] == 1, "nothing is saved by a change"


def test_a_change_back_is_no_change(shop: Shop) -> None:
    change(shop, "categories", "grocery", "201")
    editor = change(shop, "categories", "grocery", "200")
    assert editor["changes"] == []
    assert editor["draft"] is None


def test_changes_are_discarded(shop: Shop) -> None:
    change(shop, "due_days", "due_days", "7")
    assert desk(shop).discard(STORE, ANNA)["changes"] == []


def test_saving_needs_the_warning_to_be_read_once(shop: Shop) -> None:
    change(shop, "categories", "grocery", "201")
    with pytest.raises(Refused) as refusal:
        desk(shop).save(STORE, 1, ANNA)
    assert refusal.value.code == "advice_needed"
    assert desk(shop).acknowledge(STORE, ANNA)["by"] == "anna"
    assert desk(shop).acknowledge(STORE, BEN)["by"] == "anna", "the first one counts"
    assert desk(shop).save(STORE, 1, ANNA)["version"] == 2
    assert shop.office.mapping(STORE)["categories"]["grocery"] == "201"
    editor = desk(shop).editor(STORE, ANNA)
    assert (editor["version"], editor["saved_by"], editor["draft"]) == (2, "anna", None)
    with shop.database.read() as session:
        actions = [entry.action for entry in audit.entries(session)]
    assert actions.count("take_advice") == 1
    assert "save_mapping" in actions


def test_nothing_is_saved_where_nothing_was_changed(shop: Shop) -> None:
    with pytest.raises(Refused, match="nothing to save"):
        desk(shop).save(STORE, 1, ANNA)


def test_what_somebody_saved_meanwhile_is_looked_at_before_saving(shop: Shop) -> None:
    desk(shop).acknowledge(STORE, ANNA)
    change(shop, "categories", "grocery", "201")
    shop.map(due_days=7, categories={**MAPPING["categories"], "grocery": "429"})
    with pytest.raises(Refused) as refusal:
        desk(shop).save(STORE, 1, ANNA)
    assert refusal.value.code == "saved_meanwhile"
    editor = desk(shop).editor(STORE, ANNA)
    assert setting(editor, "due_days", "due_days")["value"] == "7", "changes stand on the newest version"
    assert setting(editor, "categories", "grocery")["conflict"] == "429 General Expenses"
    assert desk(shop).save(STORE, 2, ANNA)["version"] == 3
    assert shop.office.mapping(STORE)["due_days"] == 7


@pytest.mark.parametrize(
    "part,key,value,code",
    [
        ("categories", "grocery", "999", "account_unknown"),
        ("tenders", "cash", "200", "account_takes_no_payments"),
        ("tax_codes", "GST15", "INPUT2", "tax_not_for_account"),
        ("tax_codes", "GST15", "NOPE", "tax_unknown"),
        ("tracking", "Region", "North", "tracking_invalid"),
        ("contact", "contact", "Bad <name>", "contact_name_invalid"),
        ("number", "number", "POS", "invalid_mapping"),
        ("due_days", "due_days", "soon", "invalid_mapping"),
        ("shape", "shape", "round", "invalid_mapping"),
    ],
)
def test_only_what_the_ledger_takes_is_kept(shop: Shop, part: str, key: str, value: str, code: str) -> None:
    shop.take(sale(DAY, "1", "10.00"))
    with pytest.raises(Refused) as refusal:
        change(shop, part, key, value)
    assert refusal.value.code == code
    assert desk(shop).editor(STORE, ANNA)["changes"] == []


def test_an_account_and_its_tax_can_be_changed_one_after_the_other(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "10.00"))
    editor = change(shop, "categories", "grocery", "429")
    problem = setting(editor, "categories", "grocery")["problem"]
    assert problem is not None
    assert problem.get("code") == "tax_not_for_account", "shown, but not in the way"
    editor = change(shop, "categories", "grocery", "429", "INPUT2")
    assert setting(editor, "categories", "grocery")["problem"] is None
    assert setting(editor, "categories", "grocery")["tax_words"] == "15% GST on Expenses"


def test_a_setting_that_no_mapping_has_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="has no colour"):
        change(shop, "colour", "colour", "red")


def test_proposals_are_marked_and_never_used_unasked(new_shop: Shop) -> None:
    new_shop.connect()
    new_shop.office.refresh_reference(STORE, who=ANNA)
    new_shop.take(sale(DAY, "1", "10.00"))
    editor = desk(new_shop).editor(STORE, ANNA)
    cash = setting(editor, "tenders", "cash")
    assert cash["value"] is None
    assert cash["proposal"] is not None
    assert (cash["proposal"]["value"], cash["proposal"]["words"]) == ("611", "611 POS clearing - Cash")
    assert editor["changes"] == []
    assert (editor["version"], editor["saved"]) == (None, None)


def test_the_first_mapping_of_a_shop_is_made_here(new_shop: Shop) -> None:
    new_shop.connect()
    new_shop.office.refresh_reference(STORE, who=ANNA)
    new_shop.take(sale(DAY, "1", "10.00"))
    made = [
        wanted("categories", "grocery", "200"),
        wanted("tax_codes", "GST15", "OUTPUT2"),
        wanted("tenders", "cash", "611"),
        wanted("tenders", "eftpos", "612"),
    ]
    editor = desk(new_shop).change(STORE, made, ANNA)
    assert all(each["problem"] is None for each in editor["settings"])
    desk(new_shop).acknowledge(STORE, ANNA)
    assert desk(new_shop).save(STORE, None, ANNA) == {"version": 1, "issues": []}
    mapping = new_shop.office.mapping(STORE)
    assert (mapping["contact"], mapping["no_tax"]) == ("POS Sales - Queen St", "NONE")


def test_the_sample_is_the_newest_closed_day_and_changes_as_one_maps(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "115.00"), sale(DAY + timedelta(days=1), "2", "23.00"))
    sample = desk(shop).sample(STORE, None, ANNA)
    assert sample["date"] == (DAY + timedelta(days=1)).isoformat()
    assert sample["day"] is not None
    assert [line["account"] for line in sample["day"]["documents"][0]["lines"]] == ["200"]
    assert all(check["holds"] for check in sample["day"]["proof"])
    change(shop, "categories", "grocery", "201")
    after = desk(shop).sample(STORE, DAY, ANNA)["day"]
    assert after is not None
    assert [line["account"] for line in after["documents"][0]["lines"]] == ["201"]
    change(shop, "categories", "grocery", None)
    lacking = desk(shop).sample(STORE, DAY, ANNA)["day"]
    assert lacking is not None
    assert lacking["state"] == "blocked"
    assert "grocery" in lacking["blocked"][0]["what"]
    assert [line["account"] for line in lacking["documents"][0]["lines"]] == ["?"], "shown all the same"
    assert shop.ledger.documents == {}, "nothing is sent"


def test_without_takings_there_is_no_sample(shop: Shop) -> None:
    assert desk(shop).sample(STORE, None, ANNA) == {"store": STORE, "date": None, "day": None}


def test_a_file_is_tried_without_being_saved(shop: Shop) -> None:
    shop.take(sale(DAY, "1", "115.00"))
    body = {**MAPPING, "categories": {"grocery": "999"}}
    tried = desk(shop).tried(STORE, body, None)
    assert [(issue["part"], issue["key"]) for issue in tried["issues"]] == [("categories", "grocery")]
    assert tried["sample"]["day"] is not None
    assert shop.office.mapping(STORE)["version"] == 1


def test_versions_say_what_each_changed_and_can_be_led_back_to(shop: Shop) -> None:
    shop.map(due_days=7)
    shop.map(due_days=7, categories={**MAPPING["categories"], "hardware": "200"})
    third, second, first = desk(shop).history(STORE)["versions"]
    assert third["changes"] == [
        {
            "part": "categories",
            "key": "hardware",
            "before": "201 Sales - Hardware",
            "after": "200 Sales - Grocery",
        }
    ]
    assert second["changes"] == [{"part": "due_days", "key": "due_days", "before": "0", "after": "7"}]
    assert {"part": "tenders", "key": "cash", "before": None, "after": "611 POS clearing - Cash"} in first[
        "changes"
    ]
    editor = desk(shop).take_version(STORE, 1, ANNA)
    assert {(each["part"], each["key"], each["after"]) for each in editor["changes"]} == {
        ("categories", "hardware", "201 Sales - Hardware"),
        ("due_days", "due_days", "0"),
    }


def test_a_store_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        desk(shop).editor("nowhere", ANNA)
