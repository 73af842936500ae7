"""The mapping file: read, written back, and every fault named at once (CLI.md)."""

from __future__ import annotations

from typing import Any

import pytest

from services.books.documents import Shape
from services.books.mapping import Target
from services.books.mapping_file import MappingError, mapping_from, mapping_to

_FILE: dict[str, Any] = {
    "store": "queen-st",
    "shape": "invoice",
    "contact": "POS Sales - Queen St",
    "number": "POS-{store}-{date}",
    "account_number": "{store}-{receipt}",
    "status": "AUTHORISED",
    "due_days": 0,
    "rounding": "860",
    "over_short": {"account": "490", "tax_type": "NONE"},
    "no_tax": "NONE",
    "gift_card_tax": "redemption",
    "categories": {"grocery": "200", "gift_card_sold": {"account": "850", "tax_type": "NONE"}},
    "tax_codes": {"GST15": "OUTPUT2"},
    "tenders": {"cash": "611", "eftpos": "612"},
    "tracking": {"Region": "North"},
}


def test_the_documented_file_is_read_and_written_back() -> None:
    mapping = mapping_from(_FILE)
    assert mapping.categories == {"grocery": Target("200"), "gift_card_sold": Target("850", "NONE")}
    assert mapping.over_short == Target("490", "NONE")
    assert mapping.tracking == (("Region", "North"),)
    assert mapping_to(mapping) == _FILE


def test_only_the_store_is_needed() -> None:
    mapping = mapping_from({"store": "queen-st"})
    assert (mapping.shape, mapping.number, mapping.account_number) == (
        Shape.INVOICE,
        "POS-{store}-{date}",
        "{store}-{receipt}",
    )
    assert (mapping.status, mapping.gift_card_tax, mapping.no_tax, mapping.rounding) == (
        "AUTHORISED",
        "redemption",
        None,
        None,
    )
    assert mapping_from(mapping_to(mapping)) == mapping


def test_null_is_absent_and_a_country_may_give_the_no_tax_type() -> None:
    mapping = mapping_from(
        {"store": "s", "rounding": None, "categories": None, "tracking": None}, "BASEXCLUDED"
    )
    assert (mapping.no_tax, mapping.rounding, dict(mapping.categories)) == ("BASEXCLUDED", None, {})


def test_an_exported_version_may_come_back() -> None:
    assert mapping_from(_FILE | {"version": 7}).version == 7


@pytest.mark.parametrize(
    "changes,word",
    [
        ({"store": None}, "store"),
        ({"store": ""}, "store"),
        ({"colour": "red"}, "colour"),
        ({"contact": 7}, "contact"),
        ({"shape": "net"}, "shape"),
        ({"status": "SUBMITTED"}, "status"),
        ({"gift_card_tax": "never"}, "gift_card_tax"),
        ({"due_days": -1}, "due_days"),
        ({"due_days": True}, "due_days"),
        ({"due_days": "7"}, "due_days"),
        ({"due_days": 366}, "due_days"),
        ({"number": "POS-{store}"}, "{date}"),
        ({"number": "POS-{date}-{till}"}, "{till}"),
        ({"number": "POS-{date"}, "number"),
        ({"number": "POS-{date:%d}"}, "number"),
        ({"number": "POS-{date!r}"}, "number"),
        ({"number": "POS-{date}-{date.year}"}, "{date.year}"),
        ({"account_number": "{store}"}, "{receipt}"),
        ({"account_number": "{receipt}-{date}"}, "{date}"),
        ({"rounding": 860}, "rounding"),
        ({"rounding": ""}, "rounding"),
        ({"over_short": {"tax_type": "NONE"}}, "over_short"),
        ({"over_short": {"account": "490", "name": "x"}}, "over_short.name"),
        ({"over_short": {"account": "490", "tax_type": 1}}, "over_short.tax_type"),
        ({"categories": {"grocery": 200}}, "categories.grocery"),
        ({"categories": ["grocery"]}, "categories"),
        ({"tax_codes": {"GST15": ""}}, "tax_codes.GST15"),
        ({"tenders": "611"}, "tenders"),
        ({"tracking": {"A": "1", "B": "2", "C": "3"}}, "tracking"),
        ({"tracking": {"A": 1}}, "tracking.A"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(MappingError) as caught:
        mapping_from(_FILE | changes)
    assert len(caught.value.faults) == 1
    assert word in caught.value.faults[0]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(MappingError) as caught:
        mapping_from({"shape": "x", "rounding": 1, "categories": {"a": None}, "tax_codes": {"b": None}})
    assert len(caught.value.faults) == 5
    assert str(caught.value) == "; ".join(caught.value.faults)
