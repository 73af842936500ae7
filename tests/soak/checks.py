"""What must be true after a soak.

Each check raises AssertionError and says what is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from tests.soak.evidence import Evidence, Found, Json, used
from tests.soak.oracle import Expected
from tests.soak.people import Deeds
from tests.soak.tables import Tables

K = TypeVar("K")
MINUTE, DAY, AT_ONCE = 60, 5000, 5
"""Xero's limits for one organisation (XERO.md 5.1)."""
_ANSWERED = frozenset({"accepted", "partly", "refused"})
_OPEN = frozenset({"started", "unknown"})
_SHOWN = 8


def each_document_once(found: Found, wanted: Expected) -> None:
    """One effective document set a day.

    Every document once, with its total, and no other.
    """
    counts = Counter((kind, number) for kind, number, _ in found.documents)
    twice = [key for key, count in counts.items() if count > 1]
    assert not twice, f"there more than once: {twice[:_SHOWN]}"
    totals = {(kind, number): total for kind, number, total in found.documents}
    _same(totals, wanted.documents, "documents")


def payments_equal_tenders(found: Found, wanted: Expected) -> None:
    """Movements of each clearing account equal the tenders, by store and date."""
    _same(_without_zeros(found.movements), _without_zeros(wanted.movements), "clearing movements")


def trial_balance(balances: Mapping[str, Decimal], wanted: Expected) -> None:
    """Equal to the sum of the receipts, to the cent."""
    _same(dict(balances), wanted.differing(), "balances")
    assert sum(balances.values(), Decimal(0)) == 0


def allowance_kept(calls: list[Json]) -> None:
    """Never more than Xero allows, by its own log (XERO.md 5.1)."""
    for tenant, most in used(calls).items():
        assert most.minute <= MINUTE, f"{tenant}: {most.minute} calls within a minute"
        assert most.day <= DAY, f"{tenant}: {most.day} calls within a day"
        assert most.at_once <= AT_ONCE, f"{tenant}: {most.at_once} calls at once"
        assert not most.refused, f"{tenant}: {most.refused} calls refused for a limit that was used up"


def all_settled(tables: Tables, posted: int, changed: int) -> None:
    """Every day posted, or changed where a person decides.

    Nothing queued or unanswered.
    """
    assert tables.states() == {state: n for state, n in (("posted", posted), ("changed", changed)) if n}
    assert tables.queued() == 0
    assert {state for _, _, state in tables.documents()} <= {"posted", "changed"}
    assert set(tables.payment_states()) == {"posted"}
    left = {key: outcome for key, outcome in tables.attempts().items() if outcome in _OPEN}
    assert not left, f"attempts without an answer: {list(left.items())[:_SHOWN]}"


def tables_agree(tables: Tables, wanted: Mapping[str, Expected]) -> None:
    """Our own tables hold the same documents, each once."""
    counts = Counter((kind, number) for kind, number, _ in tables.documents())
    assert max(counts.values()) == 1, [key for key, count in counts.items() if count > 1][:_SHOWN]
    documents = {key for each in wanted.values() for key in each.documents}
    assert set(counts) == documents, f"{list(set(counts) ^ documents)[:_SHOWN]}"


def each_write_has_its_attempt(tables: Tables, calls: list[Json]) -> None:
    """Every remote write has an attempt row, and every answered attempt was a write."""
    sent = {call["idempotency_key"] for call in calls if call["face"] == "api" and call["method"] != "GET"}
    attempts = tables.attempts()
    assert "" not in sent, "a write without an idempotency key"
    assert not sent - attempts.keys(), (
        f"writes that nobody wrote down: {list(sent - attempts.keys())[:_SHOWN]}"
    )
    answered = {key for key, outcome in attempts.items() if outcome in _ANSWERED}
    answered -= {key for key in tables.journal_voids() if attempts[key] == "refused"}
    assert not answered - sent, f"answers to calls never made: {list(answered - sent)[:_SHOWN]}"


def audit_complete(tables: Tables, deeds: Deeds) -> None:
    """Every deed that was acknowledged has its row, and no row is without a deed."""
    rows = tables.audit()
    missing = {key: count for key, count in deeds.done.items() if rows[key] < count}
    assert not missing, f"done and not in the audit: {missing}"
    extra = {key: rows[key] for key, count in deeds.tried.items() if rows[key] > count}
    assert not extra, f"in the audit more often than done: {extra}"


def ledger_is_right(evidence: Evidence, wanted: Mapping[str, Expected]) -> dict[str, Found]:
    """Compare every organisation with the oracle; return what was found."""
    books = {tenant: evidence.books(tenant) for tenant in wanted}
    for tenant, expected in wanted.items():
        each_document_once(books[tenant], expected)
        payments_equal_tenders(books[tenant], expected)
        trial_balance(evidence.balances(tenant), expected)
    return books


def _same(found: Mapping[K, Decimal], wanted: Mapping[K, Decimal], what: str) -> None:
    wrong = {
        key: (found.get(key), wanted.get(key))
        for key in {**found, **wanted}
        if found.get(key) != wanted.get(key)
    }
    shown = dict(sorted(wrong.items(), key=str)[:_SHOWN])
    assert not wrong, f"{len(wrong)} {what} differ (found, expected): {shown}"


def _without_zeros(amounts: Mapping[tuple[str, str, str], Decimal]) -> dict[tuple[str, str, str], Decimal]:
    return {key: amount for key, amount in amounts.items() if amount}
