"""The states of an attempt, sorted by what they mean for the next one."""

from __future__ import annotations

from services.contract.terminals import PaymentState

UNRESOLVED = frozenset({PaymentState.PENDING, PaymentState.SENT, PaymentState.ACKED, PaymentState.UNKNOWN})
"""While an attempt is in one of these, its terminal takes no other."""
ON_THE_WIRE = frozenset({PaymentState.SENT, PaymentState.ACKED})
"""The terminal may have charged the card; after a break it must be asked."""
FINAL = frozenset({PaymentState.APPROVED, PaymentState.DECLINED, PaymentState.CANCELLED})
"""Never left again: a late answer changes nothing."""
