"""Stores that share an organisation: their numbers must not be the same.

Xero takes a number once, and what was sent is looked up by it: the day of one store
would be taken for the day of the other (XERO.md 6).
"""

from __future__ import annotations

from sqlmodel import Session

from services.books.mapping import Mapping
from services.books.numbers import day_number
from services.contract.problem import Refused
from services.store import connections, mappings

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
