"""An account created in Xero's chart: as Xero describes it, and what it answers."""

from services.accounting.ledger import Accepted, NewAccount, Rejected
from services.accounting.xero.chart_words import TYPES, type_of, type_words
from services.accounting.xero.ledger import XeroLedger
from services.sandbox.xero import NZ_TENANT, PracticeXero
from tests.accounting.test_xero_bodies import Sent, sent
from tests.accounting.xero_spec import XeroSpec

__all__ = ["sent"]
TOKENS = NewAccount("619", "POS clearing - Tokens", "CURRENT", "NONE", payments=True)


def test_an_account_is_as_xero_describes_it(ledger: XeroLedger, sent: Sent, spec: XeroSpec) -> None:
    ledger.create_account(TOKENS, "k-1")
    ((method, body, headers, url),) = sent
    assert (method, headers["Idempotency-Key"]) == ("PUT", "k-1")
    assert url.endswith("/api.xro/2.0/Accounts")
    assert spec.faults("Account", body) == []
    assert body == body | {
        "Code": "619",
        "Name": "POS clearing - Tokens",
        "Type": "CURRENT",
        "TaxType": "NONE",
        "EnablePaymentsToAccount": True,
    }


def test_it_is_there_once_and_a_second_one_is_refused_in_xeros_words(
    ledger: XeroLedger, xero: PracticeXero
) -> None:
    first, second = ledger.create_account(TOKENS, "k-1"), ledger.create_account(TOKENS, "k-2")
    assert isinstance(first, Accepted)
    assert isinstance(second, Rejected)
    assert "Please enter a unique Code." in second.messages
    assert second.problem.code == "account_refused"
    assert [each.code for each in xero.book(NZ_TENANT).accounts.values()].count("619") == 1


def test_every_type_is_known_by_both_of_its_words() -> None:
    for each in TYPES:
        assert type_of(each.words) == each
        assert type_of(each.type.lower()) == each
        assert type_words(each.type) == each.words
    assert type_of("Sundry") is None
