"""Checking a mapping and proposing what it lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.accounting.xero.facts import facts_from
from services.books.ledger_facts import LedgerFacts
from services.books.mapping_file import mapping_from
from services.contract.problem import NotFound, Refused
from services.sync.mapping import advice
from services.sync.mapping.needs import Needs
from tests.sync.reference_data import reference_rows
from tests.sync.support import ANNA, DAY, MAPPING, STORE, Shop, purchase, sale

NEEDS = Needs(
    categories=frozenset({("grocery", "GST15"), ("hardware", "GST15")}),
    account_tax_codes=frozenset(),
    tenders=frozenset({"cash", "eftpos"}),
    rounding=True,
    counted=True,
)
NOTHING_NEEDED = Needs(frozenset(), frozenset(), frozenset(), rounding=False, counted=False)


@pytest.fixture
def facts() -> LedgerFacts:
    rows = reference_rows()
    return facts_from(rows["organisation"][0], rows["accounts"], rows["tax_rates"], rows["tracking"])


def problems(
    facts: LedgerFacts, needed: Needs = NOTHING_NEEDED, changed: dict[str, object] | None = None
) -> list[tuple[str, str, str]]:
    mapping = mapping_from({**MAPPING, **(changed or {})})
    return [(i["part"], i["key"], i["problem"]) for i in advice.check(mapping, needed, facts)]


def test_a_good_mapping_has_no_faults(facts: LedgerFacts) -> None:
    assert problems(facts, NEEDS) == []


def test_everything_missing_is_named(facts: LedgerFacts) -> None:
    found = advice.check(None, NEEDS, facts)
    assert [(issue["part"], issue["key"]) for issue in found] == [
        ("contact", "contact"),
        ("categories", "grocery"),
        ("categories", "hardware"),
        ("tax_codes", "GST15"),
        ("tenders", "cash"),
        ("tenders", "eftpos"),
        ("rounding", "rounding"),
        ("over_short", "over_short"),
    ]


def test_a_category_with_its_own_tax_type_needs_no_tax_code(facts: LedgerFacts) -> None:
    own = {"account": "200", "tax_type": "OUTPUT2"}
    assert problems(facts, NEEDS, {"categories": {"grocery": own, "hardware": own}, "tax_codes": {}}) == []


@pytest.mark.parametrize(
    "changed,part,words",
    [
        ({"categories": {"grocery": "999"}}, "categories", "not in Xero's chart"),
        ({"tenders": {"cash": "200"}}, "tenders", "takes no payments"),
        ({"tax_codes": {"GST15": "OUTPUT9"}}, "tax_codes", "is not in Xero"),
        ({"categories": {"x": {"account": "200", "tax_type": "INPUT2"}}}, "categories", "cannot be used"),
        ({"tracking": {"Region": "North"}}, "tracking", "no active tracking category"),
        ({"rounding": "999"}, "rounding", "not in Xero's chart"),
    ],
)
def test_what_is_invalid_is_named(
    facts: LedgerFacts, changed: dict[str, object], part: str, words: str
) -> None:
    ((found, _, problem),) = problems(facts, changed=changed)
    assert found == part
    assert words in problem


def test_archived_accounts_and_deleted_rates_are_named(facts: LedgerFacts) -> None:
    accounts = {**facts.accounts, "200": replace(facts.accounts["200"], active=False)}
    rates = {**facts.tax_rates, "OUTPUT2": replace(facts.tax_rates["OUTPUT2"], active=False)}
    found = problems(replace(facts, accounts=accounts, tax_rates=rates))
    assert [(part, key) for part, key, _ in found] == [("categories", "grocery"), ("tax_codes", "GST15")]


def test_a_tracking_option_that_is_not_there(facts: LedgerFacts) -> None:
    tracked = replace(facts, tracking={"Region": frozenset({"South"})})
    ((part, _, problem),) = problems(tracked, changed={"tracking": {"Region": "North"}})
    assert part == "tracking"
    assert "no option North" in problem


def test_proposals_go_by_likeness_and_are_marked(facts: LedgerFacts) -> None:
    found = {issue["key"]: issue for issue in advice.suggest(None, NEEDS, facts)}
    assert found["grocery"]["proposal"] == "200"
    assert found["hardware"]["proposal"] == "201"
    assert found["cash"]["proposal"] == "611"
    assert found["eftpos"]["proposal"] == "612"
    assert found["rounding"]["proposal"] == "860"
    assert found["over_short"]["proposal"] == "490"
    assert found["GST15"]["proposal"] == "OUTPUT2"
    assert all(issue["confidence"] in {"high", "low"} for issue in found.values())


def test_nothing_like_it_is_not_proposed(facts: LedgerFacts) -> None:
    odd = replace(NOTHING_NEEDED, tenders=frozenset({"zzqx"}))
    keys = {issue["key"] for issue in advice.suggest(None, odd, facts)}
    assert "zzqx" not in keys


def test_the_tills_say_what_a_shop_needs(new_shop: Shop) -> None:
    new_shop.take(sale(DAY, "1", "100.00"))
    parts = {(issue["part"], issue["key"]) for issue in new_shop.office.check_mapping(STORE)["issues"]}
    assert parts == {
        ("contact", "contact"),
        ("categories", "grocery"),
        ("tax_codes", "GST15"),
        ("tenders", "cash"),
        ("tenders", "eftpos"),
    }
    assert new_shop.office.suggest_mapping(STORE)["proposals"], (
        "before a connection, from the country's rates"
    )
    with pytest.raises(NotFound):
        new_shop.office.mapping(STORE)


def test_bills_need_their_categories_and_tax_codes(new_shop: Shop) -> None:
    freight = {"category": "freight", "tax_code": "GST-P", "amount": "15.00"}
    stock = {"account": "310", "tax_code": "GST-I", "amount": "100.00"}
    new_shop.take({**purchase(DAY, "P1", "115.00"), "lines": [freight, stock]})
    parts = {(issue["part"], issue["key"]) for issue in new_shop.office.check_mapping(STORE)["issues"]}
    wanted = {("categories", "freight"), ("tax_codes", "GST-P"), ("tax_codes", "GST-I")}
    assert parts - {("contact", "contact")} == wanted


def test_versions_are_kept(shop: Shop) -> None:
    shop.map(due_days=7)
    assert [each["version"] for each in shop.office.mapping_versions(STORE)["versions"]] == [2, 1]
    assert shop.office.mapping(STORE)["due_days"] == 7
    assert shop.office.mapping(STORE, 1)["version"] == 1
    assert shop.office.save_mapping(STORE, dict(shop.office.mapping(STORE)), who=ANNA)["version"] == 2


@pytest.mark.parametrize(
    "body,code",
    [
        ({**MAPPING, "store": "other"}, "mapping_of_another"),
        ({**MAPPING, "colour": "red"}, "invalid_mapping"),
    ],
)
def test_what_is_no_mapping_is_refused(shop: Shop, body: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        shop.office.save_mapping(STORE, body, who=ANNA)
    assert refusal.value.code == code
