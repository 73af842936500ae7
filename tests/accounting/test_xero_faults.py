"""Every way a call can fail, against the practice Xero."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from services.accounting.ledger import (
    Accepted,
    AuthorisationLost,
    CallFailed,
    CallRefused,
    NotSent,
    OutcomeUnknown,
    OutgoingDocument,
    RateLimited,
    Rejected,
)
from services.accounting.xero.client import XeroClient
from services.accounting.xero.ledger import XeroLedger
from services.accounting.xero.oauth import Addresses
from services.accounting.xero.tokens import TokenKeeper
from services.books.documents import DocumentKind
from services.sandbox.xero import ALL_SCOPES, AU_TENANT, NZ_TENANT, Fault, Limits, PracticeXero
from tests.accounting.xero_examples import MemoryVault, document, line

WRITES = "/Invoices"


@pytest.fixture
def wanted(contact: str) -> list[OutgoingDocument]:
    """One invoice to send."""
    return [OutgoingDocument(document(), contact)]


def _fails(ledger: XeroLedger, wanted: list[OutgoingDocument], key: str = "k-1") -> CallFailed:
    with pytest.raises(CallFailed) as failure:
        ledger.create(DocumentKind.ACCREC, wanted, key)
    assert failure.value.what
    assert failure.value.next
    return failure.value


LOST = [
    Fault(path=WRITES, method="PUT", drop=True),
    Fault(path=WRITES, method="PUT", drop=True, when="after"),
    Fault(path=WRITES, method="PUT", truncate=True, when="after"),
    Fault(path=WRITES, method="PUT", status=500, html=True),
    Fault(path=WRITES, method="PUT", status=503, html=True, when="after"),
    Fault(path=WRITES, method="PUT", status=200, body="<html>Sign in to the Wi-Fi</html>"),
    Fault(path=WRITES, method="PUT", status=200, body={"Invoices": []}, when="after"),
]


@pytest.mark.parametrize("fault", LOST)
def test_an_answer_that_is_lost_leaves_the_outcome_unknown(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument], fault: Fault
) -> None:
    xero.calls.clear()
    xero.faults.add(fault)
    assert type(_fails(ledger, wanted)) is OutcomeUnknown
    assert len(xero.calls.of(path=WRITES)) == 1  # nothing was sent again behind our back
    (found,) = ledger.find(DocumentKind.ACCREC, wanted)
    assert (found is not None) == (fault.when == "after")


@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_look_up_there_is_one_document(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument], when: str
) -> None:
    xero.faults.add(
        Fault(path=WRITES, method="PUT", drop=True, when="after" if when == "after" else "before")
    )
    _fails(ledger, wanted)
    (found,) = ledger.find(DocumentKind.ACCREC, wanted)
    if found is None:
        ledger.create(DocumentKind.ACCREC, wanted, "k-1")
    documents = [one for one in xero.book(NZ_TENANT).documents.values() if one.type == "ACCREC"]
    assert [one.number for one in documents].count("POS-queen-st-20261119") == 1


def test_an_answer_that_takes_too_long_is_unknown_after_one_try(
    xero: PracticeXero,
    addresses: Addresses,
    keeper_with: Callable[..., TokenKeeper],
    wanted: list[OutgoingDocument],
) -> None:
    impatient = XeroLedger(XeroClient(addresses, keeper_with(), timeouts=(5.0, 0.2)), NZ_TENANT)
    xero.faults.add(Fault(path=WRITES, method="PUT", delay=30))
    assert type(_fails(impatient, wanted)) is OutcomeUnknown
    assert len(xero.calls.of(method="PUT", path=WRITES)) == 1


def test_a_read_that_is_lost_may_be_repeated(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument]
) -> None:
    for fault in (Fault(path=WRITES, drop=True), Fault(path=WRITES, status=502, html=True)):
        xero.faults.add(fault)
        with pytest.raises(NotSent):
            ledger.find(DocumentKind.ACCREC, wanted)
    assert ledger.find(DocumentKind.ACCREC, wanted) == [None]


def test_a_peer_that_is_not_there_got_nothing(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument]
) -> None:
    xero.stop()
    failure = _fails(ledger, wanted)
    assert type(failure) is NotSent
    assert "reached" in failure.what


def test_a_name_that_cannot_be_resolved_got_nothing(
    keeper_with: Callable[..., TokenKeeper], wanted: list[OutgoingDocument]
) -> None:
    nowhere = "https://xero.invalid"
    ledger = XeroLedger(XeroClient(Addresses(nowhere, nowhere, nowhere), keeper_with()), NZ_TENANT)
    assert type(_fails(ledger, wanted)) is NotSent


def test_a_peer_that_speaks_no_tls_got_nothing(
    xero: PracticeXero, keeper_with: Callable[..., TokenKeeper], wanted: list[OutgoingDocument]
) -> None:
    secure = xero.url.replace("http:", "https:")
    ledger = XeroLedger(XeroClient(Addresses(secure, secure, secure), keeper_with()), NZ_TENANT)
    xero.calls.clear()
    assert type(_fails(ledger, wanted)) is NotSent
    assert len(xero.calls) == 0


@pytest.mark.parametrize(
    "limits,limit",
    [(Limits(minute=0), "minute"), (Limits(day=0), "day"), (Limits(app_minute=0), "appminute")],
)
def test_a_limit_is_named_and_nothing_is_done(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument], limits: Limits, limit: str
) -> None:
    xero.configure(limits={"minute": limits.minute, "day": limits.day, "app_minute": limits.app_minute})
    xero.calls.clear()
    failure = _fails(ledger, wanted)
    assert type(failure) is RateLimited
    assert limit in failure.detail
    assert failure.retry_after is not None
    assert len(xero.calls) == 1


def test_an_expired_token_is_renewed_once_and_the_call_goes_out_again(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument]
) -> None:
    xero.faults.add(Fault(path=WRITES, method="PUT", token_expired=True))
    xero.calls.clear()
    (made,) = ledger.create(DocumentKind.ACCREC, wanted, "k-1")
    assert isinstance(made, Accepted)
    assert [call.path for call in xero.calls] == [
        "/api.xro/2.0/Invoices",
        "/connect/token",
        "/api.xro/2.0/Invoices",
    ]


def test_a_token_that_stays_expired_asks_to_connect_again(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument]
) -> None:
    xero.faults.add(Fault(path=WRITES, token_expired=True, count=None))
    xero.calls.clear()
    assert type(_fails(ledger, wanted)) is AuthorisationLost
    assert len(xero.calls) == 3


def test_a_right_that_was_not_given_is_named_and_no_token_is_renewed(
    xero: PracticeXero, addresses: Addresses, keeper_with: Callable[..., TokenKeeper]
) -> None:
    few = keeper_with(scopes=frozenset(ALL_SCOPES) - {"accounting.manualjournals"})
    ledger = XeroLedger(XeroClient(addresses, few), NZ_TENANT)
    journal = document(
        kind=DocumentKind.JOURNAL, lines=(line("1.00", account="611"), line("-1.00")), payments=()
    )
    xero.calls.clear()
    with pytest.raises(CallRefused) as refused:
        ledger.create(DocumentKind.JOURNAL, [OutgoingDocument(journal)], "k-1")
    assert refused.value.code == "right_missing"
    assert len(xero.calls) == 1


def test_a_user_who_may_not_post_journals_is_told_so(xero: PracticeXero, ledger: XeroLedger) -> None:
    xero.configure(NZ_TENANT, actions={"CreateManualJournal": "NOT-ALLOWED"})
    journal = document(
        kind=DocumentKind.JOURNAL, lines=(line("1.00", account="611"), line("-1.00")), payments=()
    )
    with pytest.raises(CallRefused) as refused:
        ledger.create(DocumentKind.JOURNAL, [OutgoingDocument(journal)], "k-1")
    assert refused.value.code == "right_missing"


def test_a_connection_that_was_ended_in_xero_is_told_apart(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument]
) -> None:
    xero.configure(NZ_TENANT, revoke_connection=True)
    failure = _fails(ledger, wanted)
    assert isinstance(failure, AuthorisationLost)
    assert failure.code == "connection_gone"


def test_an_organisation_that_was_never_allowed_is_out_of_reach(
    client: XeroClient, wanted: list[OutgoingDocument]
) -> None:
    failure = _fails(XeroLedger(client, AU_TENANT), wanted)
    assert isinstance(failure, AuthorisationLost)
    assert failure.code == "connection_gone"


def test_a_key_used_for_something_else_is_refused(
    ledger: XeroLedger, contact: str, wanted: list[OutgoingDocument]
) -> None:
    ledger.create(DocumentKind.ACCREC, wanted, "k-1")
    failure = _fails(ledger, [OutgoingDocument(document(number="POS-2"), contact)], "k-1")
    assert isinstance(failure, CallRefused)
    assert failure.code == "idempotency_clash"


def test_of_a_batch_answered_with_400_the_saved_ones_are_adopted(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument]
) -> None:
    # As Xero answers where summarizeErrors is not heeded (XERO.md 6.16).
    saved = {"InvoiceID": "11111111-2222-3333-4444-555555555555", "InvoiceNumber": "POS-1", "Total": 1.0}
    refused = {"InvoiceNumber": "POS-2", "ValidationErrors": [{"Message": "Invoice # must be unique."}]}
    body = {"ErrorNumber": 10, "Message": "A validation exception occurred", "Elements": [saved, refused]}
    xero.faults.add(Fault(path=WRITES, method="PUT", status=400, body=body))
    pair = [replace(one, document=document(number=number)) for one in wanted for number in ("POS-1", "POS-2")]
    results = ledger.create(DocumentKind.ACCREC, pair, "k-1")
    assert isinstance(results[0], Accepted)
    assert results[0].remote_id == saved["InvoiceID"]
    assert isinstance(results[1], Rejected)
    assert results[1].problem.code == "number_taken"


@pytest.mark.parametrize(
    "elements",
    [
        [{"InvoiceNumber": "POS-queen-st-20261119", "Total": 1}],
        [{"InvoiceID": "00000000-0000-0000-0000-000000000000"}],
        [{"InvoiceID": "11111111-2222-3333-4444-555555555555", "InvoiceNumber": "another"}],
        [],
    ],
)
def test_an_answer_that_does_not_fit_is_no_outcome(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument], elements: list[object]
) -> None:
    xero.faults.add(Fault(path=WRITES, method="PUT", status=200, body={"Invoices": elements}))
    assert type(_fails(ledger, wanted)) is OutcomeUnknown


def test_unknown_words_and_nulls_lose_nothing(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument]
) -> None:
    element = {
        "InvoiceID": "11111111-2222-3333-4444-555555555555",
        "InvoiceNumber": "POS-queen-st-20261119",
        "Type": "ACCREC",
        "Status": "HELD_FOR_REVIEW",
        "LineAmountTypes": "SOMETHING_NEW",
        "CurrencyCode": "ZZZ",
        "Contact": None,
        "LineItems": None,
        "Payments": None,
        "Warnings": None,
        "Reference": None,
        "Total": 123456789012.34,
        "TotalTax": None,
        "Date": "2026-11-19T00:00:00",
    }
    xero.faults.add(Fault(path=WRITES, method="GET", status=200, body={"Invoices": [element]}))
    (found,) = ledger.find(DocumentKind.ACCREC, wanted)
    assert found is not None
    assert (found.status, str(found.total), found.total_tax) == ("HELD_FOR_REVIEW", "123456789012.34", None)
    assert (found.contact_id, found.payments, found.line_totals) == ("", (), ())


def test_a_lost_refresh_does_not_end_the_connection(
    xero: PracticeXero, keeper_with: Callable[..., TokenKeeper]
) -> None:
    keeper = keeper_with()
    first = keeper.access_token()
    xero.faults.add(Fault(path="/connect/token", drop=True, when="after"))
    second = keeper.renew(first)
    assert second not in {"", first}
    assert keeper.renew(second) != second


def test_many_threads_share_one_refresh(
    xero: PracticeXero, addresses: Addresses, keeper_with: Callable[..., TokenKeeper]
) -> None:
    ledger = XeroLedger(XeroClient(addresses, keeper_with()), NZ_TENANT)
    xero.configure(clock_offset=31 * 60)  # to Xero, every token handed out so far has expired
    xero.calls.clear()
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(len(ledger.reference("accounts")))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert len(xero.calls.of(path="/connect/token")) == 1


def test_secrets_appear_in_no_failure(
    xero: PracticeXero, ledger: XeroLedger, wanted: list[OutgoingDocument], vault: MemoryVault
) -> None:
    (kept,) = vault.kept.values()
    secrets = [part for part in kept.split('"') if len(part) > 40]
    assert secrets
    for fault in (*LOST, Fault(path=WRITES, status=403), Fault(path=WRITES, status=429)):
        xero.faults.clear()
        xero.faults.add(fault)
        failure = _fails(ledger, wanted)
        told = f"{failure} {failure.detail} {failure!r} {failure.__cause__!r}"
        assert not [secret for secret in secrets if secret in told]
