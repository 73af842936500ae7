"""What the ledger says of a document, kept to be shown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.store.tables import DocumentRow
from services.sync.posting.entries import Entry
from services.sync.posting.jobs import minor
from tests.accounting.xero_examples import document


@pytest.mark.parametrize(
    "currency,told,kept",
    [("JPY", "113.64", 114), ("JPY", "1250.00", 1250), ("KWD", "1.26", 1260), ("NZD", "212.75", 21275)],
)
def test_a_figure_finer_than_the_currency_is_kept_rounded(currency: str, told: str, kept: int) -> None:
    entry = Entry(DocumentRow.model_construct(), document(currency=currency), ())
    assert minor(entry, Decimal(told)) == kept
    assert minor(entry, None) is None
