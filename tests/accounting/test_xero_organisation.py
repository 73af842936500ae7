"""Contacts, reference data and connections, against the practice Xero."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from services.accounting.ledger import OutgoingDocument, Rejected
from services.accounting.xero import lookup
from services.accounting.xero.client import XeroClient
from services.accounting.xero.connections import connections, disconnect, organisations, refusal
from services.accounting.xero.facts import actions_from, facts_from
from services.accounting.xero.ledger import XeroLedger
from services.accounting.xero.oauth import Addresses
from services.accounting.xero.preflight import Known, preflight
from services.accounting.xero.tokens import TokenKeeper
from services.books.documents import DocumentKind
from services.books.ledger_facts import LedgerFacts
from services.sandbox.xero import AU_TENANT, NZ_TENANT, PracticeXero
from tests.accounting.xero_examples import day_of, document


def _facts(ledger: XeroLedger) -> LedgerFacts:
    organisation = ledger.reference("organisation")[0]
    rest = (ledger.reference(kind) for kind in ("accounts", "tax_rates", "tracking"))
    return facts_from(organisation, *rest)


def test_contacts_are_found_by_name_in_any_case_archived_ones_too(
    xero: PracticeXero, ledger: XeroLedger
) -> None:
    names = ['Anna\'s "Best" Café', "Kiwi, Wholesale"]
    ledger.create_contacts([(names[0], "C-1"), (names[1], None)], "c-1")
    xero.configure(NZ_TENANT, archive_contact=names[1])
    first, second, third = ledger.find_contacts([names[0].upper(), names[1], "Nobody"])
    assert first is not None
    assert (first.name, first.active, first.number) == (names[0], True, "C-1")
    assert second is not None
    assert not second.active
    assert third is None


def test_a_list_of_several_pages_is_read_to_its_end(
    xero: PracticeXero, ledger: XeroLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ledger.reference("contacts")
    monkeypatch.setattr(lookup, "PAGE_SIZE", 2)
    xero.calls.clear()
    assert ledger.reference("contacts") == whole
    assert len(xero.calls) == -(-len(whole) // 2) > 1


@pytest.mark.usefixtures("contact")
def test_a_contact_name_that_is_taken_is_refused(ledger: XeroLedger) -> None:
    (again,) = ledger.create_contacts([("POS Sales - Test St", None)], "c-2")
    assert isinstance(again, Rejected)
    assert again.problem.code == "contact_name_taken"


def test_reference_data_are_plain_and_make_the_facts(ledger: XeroLedger) -> None:
    facts = _facts(ledger)
    assert facts.currency == "NZD"
    assert facts.accounts["611"].takes_payments
    assert facts.tax_rates["OUTPUT2"].rate == Decimal("0.15")
    assert facts.tax_rates["OUTPUT2"].applies_to is not None
    assert not facts.tax_rates["TAX001"].active
    assert actions_from(ledger.reference("actions"))["CreateManualJournal"]
    assert {"ContactID", "Name", "ContactStatus"} <= set(ledger.reference("contacts")[0])


def test_the_preflight_agrees_with_the_practice_xero(
    xero: PracticeXero, ledger: XeroLedger, contact: str
) -> None:
    xero.configure(NZ_TENANT, archive_account="200", enable_payments={"611": False})
    findings = preflight(day_of(), Known(_facts(ledger)))
    assert {finding.code for finding in findings} == {"account_archived", "account_takes_no_payments"}
    (refused,) = ledger.create(DocumentKind.ACCREC, [OutgoingDocument(document(), contact)], "k-1")
    assert isinstance(refused, Rejected)
    assert refused.problem.code == "account_archived"


def test_the_organisations_of_a_consent(
    addresses: Addresses, keeper_with: Callable[..., TokenKeeper]
) -> None:
    client = XeroClient(addresses, keeper_with((NZ_TENANT, AU_TENANT)))
    found = {one.tenant: one for one in organisations(client)}
    assert set(found) == {NZ_TENANT, AU_TENANT}
    assert (found[AU_TENANT].country, found[AU_TENANT].currency, found[AU_TENANT].tax_basis) == (
        "AU",
        "AUD",
        "accrual",
    )
    assert found[AU_TENANT].connection_id
    assert found[AU_TENANT].raw["Name"] == found[AU_TENANT].name


def test_disconnecting_one_leaves_the_other(
    addresses: Addresses, keeper_with: Callable[..., TokenKeeper]
) -> None:
    client = XeroClient(addresses, keeper_with((NZ_TENANT, AU_TENANT)))
    ours = next(one for one in connections(client) if one.tenant == NZ_TENANT)
    assert refusal(client, NZ_TENANT) is None
    disconnect(client, ours.connection_id, NZ_TENANT)
    disconnect(client, ours.connection_id, NZ_TENANT)  # gone already
    refused = refusal(client, NZ_TENANT)
    assert refused is not None
    assert (refused.call, refused.status) == ("GET Organisation", 403)
    assert [one.tenant for one in connections(client)] == [AU_TENANT]
    assert refusal(client, AU_TENANT) is None


def test_the_allowance_is_what_xero_last_said(ledger: XeroLedger) -> None:
    assert ledger.limits() == (None, None)
    ledger.reference("accounts")
    minute, day = ledger.limits()
    assert minute is not None
    assert day is not None
    ledger.reference("accounts")
    assert ledger.limits() == (minute - 1, day - 1)
