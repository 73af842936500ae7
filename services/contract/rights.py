"""Who holds which right at this shop, as people are told."""

from __future__ import annotations

from typing_extensions import TypedDict


class RoleAnswer(TypedDict):
    """One role: the groups of the operating system that hold it, and who is in them."""

    role: str
    groups: list[str]
    members: list[str]
    may: list[str]


class PeopleAnswer(TypedDict):
    """Every role, the widest first."""

    roles: list[RoleAnswer]
    owner: str
    """The user whom the service runs as; a manager like root."""
