"""The form of a terminal's log pack: a zip with these members."""

from __future__ import annotations

from typing_extensions import TypedDict

FORM = 1
"""Grows when what reads an older pack could not read a newer one."""
ABOUT = "about.json"
ATTEMPTS = "attempts.jsonl"
MESSAGES = "messages.log"
README = "README.txt"


class ProductNamed(TypedDict):
    """The product as it names itself to Linkly: the tags NME, VER and VND."""

    name: str
    version: str
    vendor: str


class PackedTerminal(TypedDict):
    """The terminal, without its secrets."""

    key: str
    name: str
    store: str
    protocol: str
    title: str
    currency: str
    settings: dict[str, object]


class PackAbout(TypedDict):
    """What a pack is about. Dates are business dates of the store, `made` is UTC."""

    form: int
    made: str
    product: ProductNamed
    terminal: PackedTerminal
    zone: str
    cutoff: str
    first: str | None
    last: str | None
    left_out: list[str]


class PackAnswer(TypedDict):
    """What `tillbook terminal pack` wrote."""

    file: str
    bytes: int
    sha256: str
    members: list[str]
    left_out: list[str]
