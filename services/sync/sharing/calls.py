"""How many calls documents take at the ledger, and how long that lasts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from sqlmodel import Session

from services.books.documents import Document
from services.store import references
from services.sync.reference import NEEDED, age
from services.sync.sharing import allowance
from services.sync.tools import Tools

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def calls_of(session: Session, tenant: str | None, documents: Iterable[Document], tools: Tools) -> int:
    """Return about how many calls it takes to send documents.

    Reference data that are old; contacts that are new, looked up when built and when sent;
    then by kind: create, pay, and read back.
    """
    known, batch = list(documents), tools.pace.batch
    kinds = Counter(document.kind for document in known)
    names = {document.contact for document in known if document.contact}
    new = sum(tenant is None or references.contact(session, tenant, name) is None for name in names)
    paid = sum(bool(document.payments) for document in known)
    # A debtor payment needs no document, but the look for the one it pays.
    each_kind = sum(2 * ceil(number / batch) for number in kinds.values())
    return reads_of(session, tenant, tools) + 3 * ceil(new / batch) + each_kind + ceil(paid / batch)


def reads_of(session: Session, tenant: str | None, tools: Tools) -> int:
    """Return how many reads of reference data go before: none while they are fresh."""
    known = age(session, tenant, tools.now()) if tenant else None
    return len(NEEDED) if known is None or known > tools.pace.reference_age else 0


def seconds_of(session: Session, tenant: str | None, calls: int, tools: Tools) -> int:
    """Return about how many seconds so many calls last that nobody waits for.

    As many a minute as are not kept for people; what does not fit today goes on tomorrow.
    """
    limits = tools.limits
    a_minute = max(1, limits.minute - limits.kept("minute"))
    a_day = max(1, limits.day - limits.kept("day"))
    today = a_day if tenant is None else allowance.left(session, tenant, tools.now(), limits).background
    later = max(0, calls - today)
    waits = _DAY * ceil(later / a_day)
    on_the_last = calls if not later else (later - 1) % a_day + 1
    return int((waits + _MINUTE * ((on_the_last - 1) // a_minute)).total_seconds()) if calls else 0
