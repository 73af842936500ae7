"""The worked day of the contract, from the till to the proof in the books."""

from decimal import Decimal
from typing import Any

import pytest

from tests.e2e.practice import NZ_TENANT
from tests.e2e.records import EXAMPLE_DAY, example_day
from tests.e2e.shop import Shop

_DAY_KEYS = {"store", "date", "state", "shape", "documents", "proof", "blocked", "warnings"}
_DOCUMENT_KEYS = {
    "kind", "number", "contact", "date", "due_date", "currency", "line_amounts", "lines", "payments",
    "sub_total", "total_tax", "total", "xero_id", "state",
}  # fmt: skip
_LINE_KEYS = {"description", "account", "tax_type", "amount", "tax", "tracking"}


@pytest.fixture(scope="module")
def taken(shared_shop: Shop) -> Shop:
    """The shop with the records of the example."""
    answer = shared_shop.take(example_day()).done()
    assert (answer["read"], answer["new"], answer["refused"]) == (7, 7, [])
    assert answer["dates"] == ["2026-11-18", "2026-11-19", "2026-11-20"]
    return shared_shop


@pytest.fixture(scope="module")
def posted(taken: Shop) -> dict[str, Any]:
    """The example day as `sync --wait` answers it."""
    ran = taken.sync(EXAMPLE_DAY)
    assert ran.status == 0, f"{ran}\n{taken.logs()}"
    (day,) = ran.answer["days"]
    return dict(day)


def test_importing_again_changes_nothing(taken: Shop) -> None:
    again = taken.take(example_day()).done()
    assert {name: again[name] for name in ("read", "new", "revised", "unchanged", "refused")} == {
        "read": 7, "new": 0, "revised": 0, "unchanged": 7, "refused": [],
    }  # fmt: skip


def test_totals_are_those_of_the_till(taken: Shop) -> None:
    totals = taken.tillbook("totals", "--store", "queen-st", "--date", EXAMPLE_DAY).done()
    assert totals["store"] == "queen-st"
    assert [
        (r["kind"], r["category"], r["tax_code"], r["receipts"], r["lines"], r["amount"])
        for r in totals["rows"]
    ] == [
        ("sale", "grocery", "GST15", 3, 3, "94.35"),
        ("sale", "hardware", "GST15", 1, 1, "118.40"),
    ]
    assert [(r["type"], r["amount"]) for r in totals["tenders"]] == [("cash", "47.40"), ("eftpos", "165.35")]
    assert totals["set_apart"] == []


def test_the_preview_has_the_shape_of_the_contract(taken: Shop) -> None:
    day = taken.preview(EXAMPLE_DAY)
    assert set(day) >= _DAY_KEYS
    (document,) = day["documents"]
    assert set(document) >= _DOCUMENT_KEYS
    assert "cash_basis" not in document
    assert all(set(line) >= _LINE_KEYS for line in document["lines"])
    assert all(set(each) >= {"tender", "account", "amount", "reference"} for each in document["payments"])
    assert all(set(check) == {"check", "left", "right", "holds"} for check in day["proof"])
    texts = [document["sub_total"], document["total_tax"], document["total"]]
    texts += [amount for line in document["lines"] for amount in (line["amount"], line["tax"])]
    assert all(isinstance(text, str) for text in texts)


def test_the_preview_holds_the_documents_of_the_worked_case(taken: Shop) -> None:
    day = taken.preview(EXAMPLE_DAY)
    (document,) = day["documents"]
    assert (day["store"], day["date"], day["shape"], day["blocked"]) == (
        "queen-st",
        EXAMPLE_DAY,
        "invoice",
        [],
    )
    assert {
        name: document[name] for name in ("kind", "number", "contact", "date", "due_date", "currency")
    } == {
        "kind": "ACCREC",
        "number": "POS-queen-st-2026-11-19",
        "contact": "POS Sales - Queen St",
        "date": EXAMPLE_DAY,
        "due_date": EXAMPLE_DAY,
        "currency": "NZD",
    }
    assert document["line_amounts"] == "Inclusive"
    assert [(x["account"], x["tax_type"], x["amount"], x["tax"]) for x in document["lines"]] == [
        ("200", "OUTPUT2", "94.35", "12.31"),
        ("201", "OUTPUT2", "118.40", "15.44"),
    ]
    assert [(x["tender"], x["account"], x["amount"]) for x in document["payments"]] == [
        ("cash", "611", "47.40"),
        ("eftpos", "612", "165.35"),
    ]
    assert (document["sub_total"], document["total_tax"], document["total"]) == ("185.00", "27.75", "212.75")
    assert day["proof"]
    assert all(check["holds"] for check in day["proof"])


@pytest.mark.parametrize(
    "shape,kind,total",
    [
        ("invoice", "ACCREC", "212.75"),
        ("net_invoice", "ACCREC", "212.75"),
        ("zero_invoice", "ACCREC", "0.00"),
    ],
)
def test_each_shape_of_an_invoice_is_proven(taken: Shop, shape: str, kind: str, total: str) -> None:
    day = taken.preview(EXAMPLE_DAY, "--shape", shape)
    assert day["shape"] == shape
    assert [(x["kind"], x["total"]) for x in day["documents"]] == [(kind, total)]
    assert all(check["holds"] for check in day["proof"])


def test_the_journal_balances_with_debits_positive(taken: Shop) -> None:
    day = taken.preview(EXAMPLE_DAY, "--shape", "journal")
    (journal,) = day["documents"]
    assert journal["kind"] == "JOURNAL"
    assert journal["cash_basis"] is True or journal["cash_basis"] is False
    lines = {x["account"]: Decimal(x["amount"]) for x in journal["lines"]}
    assert lines == {
        "200": Decimal("-94.35"),
        "201": Decimal("-118.40"),
        "611": Decimal("47.40"),
        "612": Decimal("165.35"),
    }


def test_the_day_is_posted_and_proved(posted: dict[str, Any]) -> None:
    assert (posted["date"], posted["state"], posted["blocked"]) == (EXAMPLE_DAY, "posted", [])
    assert [(x["number"], x["state"], bool(x["xero_id"])) for x in posted["documents"]] == [
        ("POS-queen-st-2026-11-19", "posted", True)
    ]
    assert all(check["holds"] for check in posted["proof"])


def test_the_books_hold_what_the_worked_case_says(posted: dict[str, Any], taken: Shop) -> None:
    assert posted["state"] == "posted"
    assert taken.xero.balances(NZ_TENANT) == {
        "200": Decimal("-82.04"),
        "201": Decimal("-102.96"),
        "611": Decimal("47.40"),
        "612": Decimal("165.35"),
        "820": Decimal("-27.75"),
    }


def test_sending_again_sends_nothing(posted: dict[str, Any], taken: Shop) -> None:
    before = len(taken.xero.calls("PUT"))
    again = taken.sync(EXAMPLE_DAY)
    assert again.status == 0
    assert [x["xero_id"] for x in again.answer["days"][0]["documents"]] == [
        x["xero_id"] for x in posted["documents"]
    ]
    assert len(taken.xero.calls("PUT")) == before


def test_status_counts_the_day(posted: dict[str, Any], taken: Shop) -> None:
    status = taken.tillbook("status").done()
    assert set(status["service"]) >= {"version", "since"}
    (store,) = status["stores"]
    assert (store["key"], store["name"]) == ("queen-st", "Queen St Store (practice)")
    assert set(store["days"]) >= {
        "posted", "waiting", "blocked", "unknown", "refused", "differs", "missing",
    }  # fmt: skip
    assert store["days"]["posted"] == 1
    (integration,) = [each for each in store["integrations"] if each["kind"] == "xero"]
    assert integration["state"] == "connected"
    assert integration["organisation"] == "Queen St Store (practice)"
    assert integration["last_sync"]
    assert integration["error"] is None
    assert posted["state"] == "posted"


def test_the_month_shows_the_days(posted: dict[str, Any], taken: Shop) -> None:
    month = taken.tillbook("days", "--store", "queen-st", "--month", "2026-11").done()
    found = {day["date"]: day for day in month["days"]}
    assert (found[EXAMPLE_DAY]["state"], found[EXAMPLE_DAY]["amount"]) == (posted["state"], "212.75")
    assert found["2026-11-18"]["state"] in {"open", "waiting"}
    assert all(set(day) >= {"date", "state", "amount", "why"} for day in month["days"])


def test_what_was_sent_is_in_the_log_and_who_sent_it_in_the_audit(
    posted: dict[str, Any], taken: Shop
) -> None:
    attempts = taken.tillbook("log", "--store", "queen-st").done()["attempts"]
    numbers = {number for attempt in attempts for number in attempt["documents"]}
    assert numbers == {document["number"] for document in posted["documents"]}
    assert {attempt["outcome"] for attempt in attempts} == {"accepted"}
    entries = taken.tillbook("audit").done()["entries"]
    assert all(entry["who"] for entry in entries)
    assert len(entries) >= 4
