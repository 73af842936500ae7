"""Who asks: the person behind a call, and the roles that person has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody who asks the service for something.

    `name` is the name of the OS user, `uid` its number (None: the service itself),
    `roles` the words of `services.contract.permissions.Role`.
    """

    name: str
    uid: int | None
    roles: frozenset[str]
