"""Creating an account in Xero's chart (XERO.md 6.9): one a call, its code unique.

Because a code is taken once, a call whose answer was lost can be made again: it either
creates the account or is refused.
"""

from __future__ import annotations

from xero_python.accounting import Account, AccountType

from services.accounting.ledger import Accepted, NewAccount, Rejected, Result
from services.accounting.xero.answered import results_of
from services.accounting.xero.client import XeroClient
from services.accounting.xero.incoming import Element, messages_of, text
from services.contract.problem import Refused
from services.contract.text import printable

_NO_ID = "00000000-0000-0000-0000-000000000000"


def create_account(client: XeroClient, tenant: str, account: NewAccount, key: str) -> Result:
    """Create one account; `key`: idempotency key."""
    model = Account(
        code=account.code,
        name=account.name,
        type=AccountType(account.type),
        tax_type=account.tax_type,
        enable_payments_to_account=account.payments,
    )
    reply = client.write(client.accounting.create_account, tenant, model, idempotency_key=key)
    return results_of(reply, "Accounts", [lambda element: _result(element, account)])[0]


def _result(element: Element, account: NewAccount) -> Result | None:
    messages = tuple(messages_of(element))
    if messages or element.get("StatusAttributeString") == "ERROR":
        return Rejected(messages, _refused(account, messages))
    remote_id = text(element, "AccountID")
    if not remote_id or remote_id == _NO_ID:
        return None
    return Accepted(remote_id, status=text(element, "Status"), number=text(element, "Code"))


def _refused(account: NewAccount, messages: tuple[str, ...]) -> Refused:
    return Refused(
        f"Xero did not create account {account.code} {account.name}.",
        f"It says: {printable('; '.join(messages)) or 'no reason'}",
        "Choose another code or name; read the chart again to see what is there.",
        "; ".join(messages),
        code="account_refused",
    )
