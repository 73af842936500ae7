"""Totals without a sign, against what the journal holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.contract.terminals import PaymentKind
from tests.terminals.kit.at_counter import ANNA, STORE, AtCounter, at_counter


@pytest.fixture
def shop(template: Path) -> Iterator[AtCounter]:
    with at_counter(template) as made:
        yield made


@pytest.mark.parametrize(
    "refund,told", [(2500, "-15.00"), (400, "6.00")], ids=["more refunds", "more payments"]
)
def test_a_date_agrees_whatever_its_sign(shop: AtCounter, refund: int, told: str) -> None:
    shop.pay(1000)
    shop.pay(refund, kind=PaymentKind.REFUND)
    shop.office.functions.settle("front", ANNA, None)
    (day,) = shop.office.money.agreement(STORE)["days"]
    (check,) = [each for each in day["checks"] if each["check"] == "terminal_totals"]
    assert (check["left"], check["right"], check["holds"]) == (told, told, True)
