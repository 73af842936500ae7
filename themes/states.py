"""The glyph, the word and the role of every state: never a colour alone.

One table for the console and the command line. `role` names a colour of the themes;
`ascii` stands in for the glyph on terminals that cannot show it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown."""

    glyph: str
    ascii: str
    word: str
    role: str


INTEGRATION = {
    "not_set_up": Mark("-", "-", "Not set up", "idle"),
    "setup_unfinished": Mark("!", "!", "Set-up unfinished", "attention"),
    "connected": Mark("✓", "+", "Connected", "ok"),
    "paused": Mark("‖", "=", "Paused", "attention"),
    "error": Mark("✗", "x", "Error", "stopped"),
    "disconnected": Mark("○", "o", "Disconnected", "stopped"),
}

DAY = {
    "open": Mark("·", ".", "open", "idle"),
    "waiting": Mark("…", ":", "waiting", "idle"),
    "blocked": Mark("!", "!", "blocked", "attention"),
    "sending": Mark("→", ">", "sending", "idle"),
    "unknown": Mark("?", "?", "outcome unknown", "stopped"),
    "posted": Mark("✓", "+", "posted", "ok"),
    "differs": Mark("≠", "#", "posted, differs", "stopped"),
    "changed": Mark("±", "~", "changed", "attention"),
    "refused": Mark("✗", "x", "refused", "stopped"),
    "by_file": Mark("f", "f", "posted by file", "ok"),
    "no_trade": Mark("-", "-", "no trade", "idle"),
    "missing": Mark("∅", "0", "missing", "attention"),
}

ATTEMPT = {
    "started": Mark("→", ">", "under way", "idle"),
    "accepted": Mark("✓", "+", "accepted", "ok"),
    "partly": Mark("!", "!", "accepted in part", "attention"),
    "refused": Mark("✗", "x", "refused", "stopped"),
    "not_sent": Mark("…", ":", "not sent", "attention"),
    "unknown": Mark("?", "?", "outcome unknown", "stopped"),
    "resolved": Mark("✓", "+", "looked up and resolved", "ok"),
}

TERMINAL = {
    "ready": Mark("✓", "+", "Ready", "ok"),
    "busy": Mark("→", ">", "In use", "idle"),
    "unresolved": Mark("?", "?", "Unresolved", "stopped"),
    "offline": Mark("✗", "x", "No answer", "stopped"),
    "off": Mark("‖", "=", "Switched off", "attention"),
    "elsewhere": Mark("○", "o", "Elsewhere", "idle"),
    "error": Mark("✗", "x", "Error", "stopped"),
}

PAYMENT = {
    "pending": Mark("…", ":", "not sent yet", "idle"),
    "sent": Mark("→", ">", "sent", "idle"),
    "acked": Mark("→", ">", "under way", "idle"),
    "approved": Mark("✓", "+", "approved", "ok"),
    "declined": Mark("✗", "x", "declined", "attention"),
    "cancelled": Mark("-", "-", "cancelled", "idle"),
    "unknown": Mark("?", "?", "outcome unknown", "stopped"),
}

SETTLEMENT = {
    "started": Mark("→", ">", "under way", "idle"),
    "done": Mark("✓", "+", "done", "ok"),
    "failed": Mark("✗", "x", "failed", "stopped"),
    "unknown": Mark("?", "?", "outcome unknown", "stopped"),
}

AGREEMENT = {
    "agrees": Mark("✓", "+", "agrees", "ok"),
    "differs": Mark("≠", "#", "differs", "stopped"),
    "waiting": Mark("…", ":", "waiting", "idle"),
}

_UNLISTED = Mark("?", "?", "", "idle")


def mark(table: dict[str, Mark], state: str) -> Mark:
    """Return the mark of a state; one this table does not know shows its own word."""
    return table.get(state) or Mark(_UNLISTED.glyph, _UNLISTED.ascii, state.replace("_", " "), _UNLISTED.role)
