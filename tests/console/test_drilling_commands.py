"""`tillbook receipts` and `bill`: the numbers of a day, as commands."""

from typing import Any

import pytest

from console.client import Client
from tests.console.conftest import Command, Serve

_ROWS = [
    {"register": "", "receipt": "PO-1", "time": "", "kind": "purchase", "amount": "1.00", "running": "1.00"},
    {
        "register": "",
        "receipt": "Made even",
        "time": "",
        "kind": "difference",
        "amount": "0.01",
        "running": "1.01",
    },
]
_BEHIND = {
    "store": "queen-st",
    "date": "2026-11-20",
    "receipts": _ROWS,
    "first": 0,
    "count": 2,
    "amount": "1.01",
}
_BILL = {
    "store": "queen-st",
    "kind": "purchase_credit",
    "id": "PO-1",
    "number": "CN-1",
    "supplier": "Kiwi Wholesale Ltd",
    "supplier_number": None,
    "date": "2026-11-20",
    "due_date": "2026-12-20",
    "inclusive": True,
    "lines": [
        {
            "description": "Flour",
            "category": None,
            "account": "310",
            "tax_code": "GSTIN",
            "quantity": None,
            "amount": "1.00",
        }
    ],
    "total": "1.00",
}


@pytest.mark.parametrize(
    "options,asked",
    [
        (("--moves", "TAX", "--side", "credit"), {"moves": "TAX", "side": "credit"}),
        (("--document", "purchase:PO-1", "--line", "1"), {"document": "purchase:PO-1", "line": 0}),
        (
            ("--check", "9 debits = credits", "--shape", "journal"),
            {"check": "9 debits = credits", "shape": "journal"},
        ),
        (("--section", "sales"), {"section": "sales"}),
    ],
    ids=["account", "line", "equality", "section"],
)
def test_a_number_is_named_as_the_screen_names_it(
    command: Command, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], asked: dict[str, Any]
) -> None:
    heard: list[dict[str, Any]] = []

    def behind(
        _client: Client, _store: str, _date: str, number: dict[str, Any], **_page: int
    ) -> dict[str, Any]:
        heard.append({name: value for name, value in number.items() if value is not None})
        return _BEHIND

    monkeypatch.setattr(Client, "behind", behind)
    found = command("receipts", "--store", "queen-st", "--date", "2026-11-20", *options)
    assert heard == [asked]
    assert "PO-1" in found.out
    assert "Made even" in found.out
    assert "2 in all, 1.01 together." in found.out


def test_a_bill_is_shown_as_it_came_in(serve: Serve, command: Command) -> None:
    serve({"GET /v1/stores/queen-st/bills/purchase_credit/PO-1": _BILL})
    found = command("bill", "PO-1", "--credit", "--store", "queen-st")
    assert "Supplier credit CN-1, Kiwi Wholesale Ltd" in found.out
    assert "Total 1.00" in found.out
