"""Stores that share an organisation: their numbers must not be the same.

Xero takes a number once, and what was sent is looked up by it: the day of one store
would be taken for the day of the other (XERO.md 6).
"""

from __future__ import annotations

from sqlmodel import Session, select

from services.books.documents import DocumentKind
from services.books.mapping import Mapping
from services.books.numbers import day_number
from services.contract.problem import Refused
from services.store import connections, mappings
from services.store.documents import ACCOUNT_SALE, by_number
from services.store.tables import DocumentRow

_ANY_DATE = "DATE"


def refuse_same_numbers(session: Session, mapping: Mapping, tenant: str | None, organisation: str) -> None:
    """Raise Refused when another store of the organisation numbers its days alike.

    `mapping`: of the store that is to send there; nothing is refused without a tenant.
    """
    if tenant is None:
        return
    for row in connections.of_tenant(session, tenant):
        other = mappings.latest(session, row.store)
        if row.store == mapping.store or other is None:
            continue
        if _number(mappings.mapping_of(other)) == _number(mapping):
            raise _same_numbers(mapping, row.store, organisation)


def owner_of(session: Session, row: DocumentRow, remote_id: str) -> str | None:
    """Return the other store that a document at the ledger is known to be of.

    A payment says nothing of that: its row has the id of the invoice it pays, whoever sent it.
    """
    wanted = select(DocumentRow.store).where(
        DocumentRow.tenant == row.tenant,
        DocumentRow.remote_id == remote_id,
        DocumentRow.store != row.store,
        DocumentRow.kind != DocumentKind.PAYMENT.value,
    )
    return session.exec(wanted.limit(1)).first()


def of_another_store(number: str, store: str) -> Refused:
    """Return why a document is not sent, whose number another store has used."""
    return Refused(
        f"{number} was not sent: the ledger has it already, for store {store}.",
        "Both send to one organisation and number this document alike: one of the two is not in the books.",
        "Put {store} into `number` and `account_number` of one store's mapping, then send the day again.",
        code="number_clash",
    )


def payment_of_another_store(
    session: Session, row: DocumentRow, number: str, remote_id: str
) -> Refused | None:
    """Return why a customer's payment is not made of an invoice of another store.

    None when the sale it pays is not of this store, so that the invoice is the one meant.
    """
    own = [each for each in by_number(session, row.store, number) if each.key.startswith(ACCOUNT_SALE)]
    other = owner_of(session, row, remote_id)
    if other is None or not own or any(each.remote_id == remote_id for each in own):
        return None
    return Refused(
        f"The payment of invoice {number} was not sent.",
        f"The ledger's invoice {number} is that of store {other}; this store's was not sent.",
        f"Mend {number} of this store first: put {{store}} into `account_number` of its mapping.",
        code="number_clash",
    )


def _number(mapping: Mapping) -> str:
    return day_number(mapping, _ANY_DATE)


def _same_numbers(mapping: Mapping, other: str, organisation: str) -> Refused:
    return Refused(
        f"The days of {mapping.store} would bear the numbers of the days of {other}.",
        f"Both send to {organisation}, and both number their documents {mapping.number}. Xero takes a number"
        " once, so a day of one store would be taken for the other's.",
        f"Put {{store}} into `number` of the mapping of {mapping.store}, such as POS-{{store}}-{{date}}, or"
        " give it a prefix of its own; then do this again.",
        code="number_clash",
    )
