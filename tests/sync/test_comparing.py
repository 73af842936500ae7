"""The ledger's figures against ours, one at a time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from services.accounting.ledger import Found
from services.store.documents import documents_on
from services.sync.posting import comparing
from services.sync.posting.entries import Entry, entries_of
from tests.sync.support import DAY, STORE, Shop, account_sale, sale


@pytest.fixture
def posted(shop: Shop) -> dict[str, tuple[Entry, Found]]:
    """A day's invoice and an account sale, with what the ledger says of them."""
    shop.take(sale(DAY, "1", "100.00"), account_sale(DAY, "2", "80.00"))
    shop.sync()
    with shop.database.read() as session:
        entries = entries_of(session, documents_on(session, STORE, DAY))
    found = {}
    for entry in entries:
        (held,) = shop.ledger.read(entry.document.kind, [entry.remote_id])
        assert held is not None
        found[entry.row.key.partition(":")[0]] = (entry, held)
    return found


def differences(pair: tuple[Entry, Found], **changed: object) -> list[str]:
    entry, found = pair
    return list(comparing.proof_differences(entry, replace(found, **changed), Decimal(0)))  # type: ignore[arg-type]  # fields of Found


def test_equal_figures_prove_it(posted: dict[str, tuple[Entry, Found]]) -> None:
    assert [differences(pair) for pair in posted.values()] == [[], []]


@pytest.mark.parametrize(
    "changed,words",
    [
        ({"total": Decimal("100.01")}, "total 100.01 there, 100.00 here"),
        ({"total_tax": Decimal("13.05")}, "tax 13.05 there, 13.04 here"),
        ({"amount_due": Decimal("-1.00")}, "due -1.00 there, 0.00 here"),
        ({"amount_due": Decimal("1.00")}, "due 1.00 there, 0.00 here"),
        ({"status": "VOIDED"}, "status VOIDED there"),
    ],
)
def test_each_figure_counts(
    posted: dict[str, tuple[Entry, Found]], changed: dict[str, object], words: str
) -> None:
    assert differences(posted["sales"], **changed) == [words]


def test_customers_may_pay_an_account_sale_meanwhile(posted: dict[str, tuple[Entry, Found]]) -> None:
    assert differences(posted["account"], amount_due=Decimal("30.00")) == []
    assert differences(posted["account"], amount_due=Decimal("81.00")) == ["due 81.00 there, 80.00 here"]


_OTHER = "contact Nina Jones there, Nina James here"


@pytest.mark.parametrize("here,told", [("Nina  Jones ", []), ("nina jones", []), ("Nina James", [_OTHER])])
def test_a_contact_is_known_without_stray_spaces(
    posted: dict[str, tuple[Entry, Found]], here: str, told: list[str]
) -> None:
    entry, found = posted["account"]
    ours = replace(entry, document=replace(entry.document, contact=here))
    assert comparing.identity_differences(ours, replace(found, contact_name="Nina Jones")) == told


def test_a_payment_is_known_by_amount_account_and_reference(
    posted: dict[str, tuple[Entry, Found]],
) -> None:
    entry, found = posted["sales"]
    payment = entry.payments[0]
    ours = payment.remote_id or ""
    (remote_id, account, amount, reference) = next(each for each in found.payments if each[0] == ours)
    same = comparing.same_payment

    def only(*there: tuple[str, str, Decimal, str]) -> Found:
        return replace(found, payments=there)

    assert same(entry, payment, found, set()) == remote_id
    assert same(entry, payment, only((remote_id, "", amount, reference)), set()) == remote_id
    assert same(entry, payment, found, {remote_id}) is None
    assert same(entry, payment, only((remote_id, "999", amount, reference)), set()) is None
    assert same(entry, payment, only((remote_id, account, amount + 1, reference)), set()) is None
    assert same(entry, payment, only((remote_id, account, amount, "another")), set()) is None
