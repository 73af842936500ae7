"""Who may do what: the one table of roles and actions.

A role is held through an OS group; a manager adds a person to a group and the next
request of that person knows it. Every route names its action (`services.api.guard`).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the shop."""

    MANAGER = "manager"
    SUPPORT = "support"
    STAFF = "staff"
    VIEWER = "viewer"


class Action(StrEnum):
    """What a route does, as far as rights go."""

    READ = "read"
    IMPORT = "import"
    SET_UP = "set_up"
    CONNECT = "connect"
    SEND = "send"
    PAUSE = "pause"
    DISCONNECT = "disconnect"
    READ_AUDIT = "read_audit"
    POST_BY_FILE = "post_by_file"
    BACK_UP = "back_up"
    CORRECT = "correct"
    SUPPORT = "support"
    USE_TERMINALS = "use_terminals"
    TAKE_PAYMENTS = "take_payments"
    REFUND = "refund"
    RESOLVE_PAYMENTS = "resolve_payments"
    SET_UP_TERMINALS = "set_up_terminals"


_VIEWER = frozenset({Action.READ})
_STAFF = _VIEWER | {Action.IMPORT, Action.PAUSE, Action.USE_TERMINALS, Action.TAKE_PAYMENTS}
_SUPPORT = _STAFF | {Action.READ_AUDIT, Action.SEND, Action.SUPPORT}

MAY: dict[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.STAFF: _STAFF,
    Role.SUPPORT: _SUPPORT,
    Role.MANAGER: frozenset(Action),
}

# What each action is called in a sentence: "You may not …".
WORDS: dict[Action, str] = {
    Action.READ: "look at Tillbook",
    Action.IMPORT: "import receipts",
    Action.SET_UP: "change stores, sources, mappings or schedules",
    Action.CONNECT: "connect a ledger",
    Action.SEND: "send, retry or close days",
    Action.PAUSE: "pause or resume an integration",
    Action.DISCONNECT: "disconnect a ledger",
    Action.READ_AUDIT: "read the audit log",
    Action.POST_BY_FILE: "post days by file, or take that back",
    Action.BACK_UP: "make or list backups",
    Action.CORRECT: "correct posted days or have them sent again",
    Action.SUPPORT: "run the doctor or make a bundle for support",
    Action.USE_TERMINALS: "test card terminals, read their totals or end their day",
    Action.TAKE_PAYMENTS: "take card payments",
    Action.REFUND: "give money back to cards",
    Action.RESOLVE_PAYMENTS: "decide about card payments or join them with receipts",
    Action.SET_UP_TERMINALS: "set up card terminals or the keys of tills",
}


def actions_of(roles: Iterable[str]) -> frozenset[Action]:
    """Return everything that somebody with these roles may do."""
    return frozenset().union(*(MAY[Role(role)] for role in roles))


def roles_with(action: Action) -> tuple[Role, ...]:
    """Return the roles that may do `action`, the widest first."""
    return tuple(role for role in Role if action in MAY[role])
