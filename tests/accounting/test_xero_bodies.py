"""What is sent: by Xero's own description, and exact to the last digit."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.api_client.serializer import serialize

from services.accounting.ledger import Accepted, OutgoingDocument, OutgoingPayment, Rejected
from services.accounting.narration import narration_key
from services.accounting.xero.client import XeroClient
from services.accounting.xero.ledger import XeroLedger
from services.accounting.xero.oauth import Addresses
from services.accounting.xero.outgoing import LARGEST, exact, model_of
from services.accounting.xero.tokens import TokenKeeper
from services.books.documents import DocumentKind, LineAmounts
from services.books.money import AmountError
from tests.accounting.xero_examples import DAY, document, line
from tests.accounting.xero_spec import XeroSpec

Sent = list[tuple[str, dict[str, Any], dict[str, str], str]]
CONTACT = "11111111-2222-3333-4444-555555555555"
AMOUNTS = st.decimals(-LARGEST, LARGEST, places=2)


@pytest.fixture
def sent(client: XeroClient, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Every request with a body, as it leaves: method, body, headers, address."""
    pool = client.accounting.api_client.rest_client.pool_manager
    kept: Sent = []
    real: Callable[..., Any] = pool.request

    def request(method: str, url: str, **options: Any) -> Any:  # noqa: ANN401 - the SDK has no types
        if options.get("body"):
            kept.append((method, json.loads(options["body"], parse_float=Decimal), options["headers"], url))
        return real(method, url, **options)

    monkeypatch.setattr(pool, "request", request)
    return kept


def test_each_element_is_asked_to_answer_for_itself(ledger: XeroLedger, sent: Sent) -> None:
    ledger.create(DocumentKind.ACCREC, [OutgoingDocument(document(), CONTACT)], "k-1")
    ((method, _, headers, url),) = sent
    assert (method, headers["Idempotency-Key"], headers["Accept"]) == ("PUT", "k-1", "application/json")
    assert url.endswith("/api.xro/2.0/Invoices?summarizeErrors=false")


TRACKED = line(tracking=(("Region", "North"),))
KINDS = {
    "Invoice": document(lines=(TRACKED,), reference="Z 12"),
    "CreditNote": document(kind=DocumentKind.ACCRECCREDIT, lines=(TRACKED,), reference="Z 12", due_date=None),
    "ManualJournal": document(
        kind=DocumentKind.JOURNAL, lines=(TRACKED, replace(TRACKED, amount=-TRACKED.amount)), cash_basis=False
    ),
}


@pytest.mark.parametrize("component", KINDS)
def test_a_document_is_as_xero_describes_it(
    ledger: XeroLedger, sent: Sent, spec: XeroSpec, component: str
) -> None:
    wanted = KINDS[component]
    ledger.create(wanted.kind, [OutgoingDocument(wanted, CONTACT)], "k-1")
    ((_, body, _, _),) = sent
    (element,) = body[f"{component}s"]
    assert spec.faults(f"{component}s", body) == []
    assert spec.faults(component, element) == []


def test_payments_and_contacts_are_as_xero_describes_them(
    ledger: XeroLedger, sent: Sent, spec: XeroSpec
) -> None:
    payments = [
        OutgoingPayment(DocumentKind.ACCREC, CONTACT, "611", Decimal("1.10"), DAY, "TB:1"),
        OutgoingPayment(DocumentKind.ACCPAYCREDIT, CONTACT, CONTACT, Decimal("2.20"), DAY, "TB:2"),
    ]
    ledger.pay(payments, "k-1")
    ledger.create_contacts([("Anna", "C-1")], "k-2")
    bodies = {name: body[name] for _, body, _, _ in sent for name in body}
    assert [spec.faults("Payment", one) for one in bodies["Payments"]] == [[], []]
    assert [spec.faults("Contact", one) for one in bodies["Contacts"]] == [[]]
    assert bodies["Payments"][0]["Account"]["Code"] == "611"
    assert bodies["Payments"][1]["Account"]["AccountID"] == CONTACT
    assert bodies["Payments"][1]["CreditNote"]["CreditNoteID"] == CONTACT


def test_the_check_would_find_what_is_wrong(spec: XeroSpec) -> None:
    assert spec.faults("Invoice", {"Type": "SALE"})
    assert spec.faults("Invoice", {"LineItems": [{"UnitAmount": "1.00"}]})
    assert spec.faults("Invoice", {"LineItems": [{"Acount": "200"}]}) == [
        "$.LineItems: LineItem has no Acount"
    ]


def _body(**given: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of the document
    model = model_of(OutgoingDocument(document(**given), CONTACT))
    return dict(json.loads(json.dumps(serialize(model)), parse_float=Decimal, parse_int=Decimal))


def test_the_invoice_names_its_contact_by_id_alone_and_no_total() -> None:
    body = _body()
    assert body["Contact"]["ContactID"] == CONTACT
    assert "Name" not in body["Contact"]
    assert not {"Total", "SubTotal", "TotalTax", "AmountDue"} & set(body)
    assert not {"TaxAmount", "LineAmount"} & set(body["LineItems"][0])
    assert body["LineItems"][0]["Quantity"] == 1


@given(st.lists(AMOUNTS, min_size=1, max_size=20))
def test_amounts_reach_xero_to_the_last_digit(amounts: list[Decimal]) -> None:
    body = _body(lines=tuple(line(str(amount)) for amount in amounts))
    assert [one["UnitAmount"] * one["Quantity"] for one in body["LineItems"]] == amounts


@given(AMOUNTS, st.integers(1, 1000))
def test_quantity_times_unit_is_the_amount(unit: Decimal, quantity: int) -> None:
    amount = min(max(unit * quantity, -LARGEST), LARGEST)
    (one,) = _body(lines=(line(str(amount), quantity=Decimal(quantity)),))["LineItems"]
    assert one["Quantity"] * one["UnitAmount"] == amount
    assert one["Quantity"] > 0


@given(st.dates(date(1970, 1, 1), date(2100, 1, 1)))
def test_dates_stay_the_dates_they_are(day: date) -> None:
    text = _body(date=day, due_date=day)["Date"]
    milliseconds = int(text.removeprefix("/Date(").removesuffix(")/"))
    assert milliseconds == (day - date(1970, 1, 1)).days * 86_400_000


@pytest.mark.parametrize("amount", ["10000000000.00", "-10000000000.00", "0.1234567890123456789"])
def test_an_amount_that_would_change_is_not_sent(amount: str) -> None:
    with pytest.raises(AmountError):
        exact(Decimal(amount))
    with pytest.raises(AmountError):
        _body(lines=(line(amount, tax=Decimal(0)),))


def test_what_has_no_place_at_xero_is_refused_without_the_others(
    ledger: XeroLedger, contact: str, sent: Sent
) -> None:
    odd, good = document(number="POS-odd", currency="QQQ"), document()
    pair = [OutgoingDocument(one, contact) for one in (odd, good)]
    refused, accepted = ledger.create(DocumentKind.ACCREC, pair, "k-1")
    assert isinstance(refused, Rejected)
    assert refused.problem.code == "inexpressible"
    assert "POS-odd" in refused.problem.what
    assert isinstance(accepted, Accepted)
    assert accepted.number == good.number
    assert [one["InvoiceNumber"] for one in sent[-1][1]["Invoices"]] == [good.number]


def test_nothing_is_sent_where_nothing_has_a_place(ledger: XeroLedger, sent: Sent) -> None:
    (refused,) = ledger.create_contacts([("x" * 256, None)], "k-1")
    assert isinstance(refused, Rejected)
    paying = OutgoingPayment(DocumentKind.ACCREC, CONTACT, "611", LARGEST * 2, DAY, "TB:1")
    assert isinstance(ledger.pay([paying], "k-2")[0], Rejected)
    assert sent == []


def test_a_journal_carries_its_number_in_the_narration() -> None:
    body = _body(kind=DocumentKind.JOURNAL, line_amounts=LineAmounts.NO_TAX, cash_basis=True)
    assert body["Narration"].endswith(narration_key("POS-queen-st-20261119"))
    assert body["Status"] == "POSTED"
    assert body["ShowOnCashBasisReports"] is True


def test_a_bill_has_no_reference_of_its_own() -> None:
    assert "Reference" not in _body(kind=DocumentKind.ACCPAY, reference="Z 12")
    assert _body(reference="Z 12")["Reference"] == "Z 12"


def test_two_clients_share_nothing(
    addresses: Addresses, keeper_with: Callable[..., TokenKeeper], client: XeroClient
) -> None:
    other = XeroClient(addresses, keeper_with())
    first, second = (one.accounting.api_client.configuration.oauth2_token for one in (client, other))
    assert first is not second


def test_a_configuration_made_before_lends_nothing(
    addresses: Addresses, keeper_with: Callable[..., TokenKeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The SDK keeps the first configuration of the process as the pattern of all later ones.
    foreign = OAuth2Token("another client", "its secret")
    monkeypatch.setattr(Configuration, "_default", None)
    Configuration(oauth2_token=foreign)
    made = XeroClient(addresses, keeper_with())
    assert made.accounting.api_client.configuration.oauth2_token is not foreign


def test_the_sdk_is_set_up_not_to_repeat_anything(client: XeroClient) -> None:
    pool = client.accounting.api_client.rest_client.pool_manager
    assert pool.connection_pool_kw["retries"] is False
    assert client.identity.api_client is client.accounting.api_client
