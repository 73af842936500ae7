"""Weeks and receipts against the practice Xero, in every shape."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.sandbox.xero import NZ_TENANT, Fault, PracticeXero
from tests.sync.practice import PracticeShop
from tests.sync.support import ANNA, STORE, all_posted, refund, sale

SHAPES = ("invoice", "net_invoice", "zero_invoice", "journal")


def last_week(practice: PracticeShop) -> date:
    """Return the Monday of a week that is over."""
    today = practice.clock().date()
    return today - timedelta(days=today.weekday() + 14)


def there(xero: PracticeXero) -> list[str]:
    """Return what tells the documents and journals of the organisation apart."""
    book = xero.book(NZ_TENANT)
    return [each.number for each in book.documents.values()] + [x.narration for x in book.journals.values()]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_week_in_every_shape(practice: PracticeShop, xero: PracticeXero, shape: str) -> None:
    practice.ready()
    practice.map(shape=shape)
    monday = last_week(practice)
    practice.take(sale(monday, "1", "100.00"), refund(monday + timedelta(days=2), "2", "-23.00"))
    practice.office.set_schedule(STORE, frequency="weekly", start=monday, who=ANNA)
    xero.faults.add(Fault(method="PUT", when="after", drop=True))
    practice.office.tick()
    practice.later(minutes=6)
    answers = practice.state(monday, monday + timedelta(days=6))
    assert all_posted(answers), answers
    assert all(check["holds"] for answer in answers for check in answer["proof"])
    assert len(there(xero)) == (2 if shape == "invoice" else 1)
    assert xero.trial_balance(NZ_TENANT)["611"] == Decimal(50 - 23)


@pytest.mark.parametrize("shape", SHAPES)
def test_receipts_in_every_shape(practice: PracticeShop, xero: PracticeXero, shape: str) -> None:
    practice.ready()
    practice.map(shape=shape)
    day = practice.clock().date() - timedelta(days=3)
    practice.office.set_schedule(STORE, frequency="real-time", start=day, who=ANNA)
    practice.take(*(sale(day, f"S{number}", "10.00") for number in range(6)), refund(day, "R/1", "-3.00"))
    xero.faults.add(Fault(method="PUT", when="after", drop=True))
    practice.office.tick()
    practice.later(minutes=6)
    answers = practice.state(day)
    assert all_posted(answers), answers
    assert len(there(xero)) == len(set(there(xero))) == 7
    assert xero.trial_balance(NZ_TENANT)["611"] == Decimal(6 * 5 - 3)
