"""What a journal says of itself: it has no number to be found by (XERO.md 6.8)."""

from __future__ import annotations

from services.books.documents import Document


def narration_key(number: str) -> str:
    """Return the mark in a narration that finds a journal again."""
    return f"[{number}]"


def narration(document: Document) -> str:
    """Return the narration of a journal, with its mark."""
    words = (document.reference or document.contact, narration_key(document.number))
    return " ".join(word for word in words if word)
