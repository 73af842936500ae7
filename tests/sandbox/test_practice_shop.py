"""The practice shop's days: the same each time, and believable to the books."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.books.mapping_file import mapping_from
from services.books.records import CashRounding, Receipt, StoreFacts, TillSession
from services.books.summing import rounding_unlike_rule
from services.books.validation import record_from
from services.sandbox.shop import HARD_KINDS, MAPPING, STORE, shop_days
from services.sandbox.shop.__main__ import write

LAST = date(2026, 11, 20)
SHOP = StoreFacts(
    STORE["key"],
    STORE["name"],
    STORE["country"],
    STORE["currency"],
    STORE["timezone"],
    cash_rounding=CashRounding(Decimal("0.10"), "down"),
)


def test_the_days_are_the_same_each_time() -> None:
    assert list(shop_days(LAST, 5)) == list(shop_days(LAST, 5))


def test_a_month_holds_every_hard_kind_twice() -> None:
    kinds = [kind for _, kind, _ in shop_days(LAST, 30)]
    assert sorted(kinds) == sorted(HARD_KINDS * 2)


@pytest.mark.parametrize("number", range(len(HARD_KINDS)))
def test_every_record_is_as_the_contract_says(number: int) -> None:
    day, kind, records = list(shop_days(LAST, len(HARD_KINDS)))[number]
    read = [record_from(record, lambda key: SHOP if key == SHOP.key else None) for record in records]
    assert kind == HARD_KINDS[number]
    assert {each.business_date for each in read if isinstance(each, Receipt)} == {day}
    assert sum(isinstance(each, TillSession) for each in read) == 2
    assert not [each.id for each in read if isinstance(each, Receipt) and rounding_unlike_rule(each, SHOP)]


def test_the_mapping_is_a_mapping_and_knows_every_category() -> None:
    mapping = mapping_from(MAPPING)
    used: set[str] = set()
    for _, _, records in shop_days(LAST, len(HARD_KINDS)):
        for record in records:
            lines = record.get("lines", [])
            assert isinstance(lines, list)
            used |= {line["category"] for line in lines if "category" in line}
    assert used <= set(mapping.categories)


def test_the_files_are_written(tmp_path: Path) -> None:
    write(tmp_path, LAST, 3)
    days = json.loads((tmp_path / "days.json").read_text(encoding="utf-8"))
    assert list(days) == ["2026-11-18", "2026-11-19", "2026-11-20"]
    first = json.loads((tmp_path / "receipts.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["store"] == STORE["key"]
