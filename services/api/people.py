"""From the process at the other end of the socket to a person with roles.

The kernel tells uid and gid (`services.api.peers`); the system's user database tells the
name and the groups; `[roles]` of `tillbook.toml` tells which group holds which role:

    [roles]
    manager = ["tillbook-manager", "wheel"]
"""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.api.peers import Peer
from services.contract.people import Person
from services.contract.permissions import MAY, Role
from services.contract.problem import Refused
from services.contract.rights import PeopleAnswer

ROOT = 0


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system: the name, and the names of all groups."""

    name: str
    groups: frozenset[str]


def system_account(peer: Peer) -> Account:
    """Look the peer up in the system's user database, supplementary groups included.

    A uid without an entry has its number for a name and the group its process runs in.
    """
    try:
        entry = pwd.getpwuid(peer.uid)
    except KeyError:
        return Account(str(peer.uid), frozenset(_group_names([peer.gid])))
    numbers = os.getgrouplist(entry.pw_name, entry.pw_gid)
    return Account(entry.pw_name, frozenset(_group_names({*numbers, peer.gid})))


def _group_names(numbers: list[int] | set[int]) -> list[str]:
    names = []
    for number in numbers:
        try:
            names.append(grp.getgrgid(number).gr_name)
        except KeyError:
            continue
    return names


def groups_by_role(values: Mapping[str, object]) -> dict[Role, tuple[str, ...]]:
    """Return the groups that hold each role, from the content of `tillbook.toml`.

    A role that `[roles]` does not name is held by `tillbook-ROLE`. Raise Refused for a
    role that does not exist or a value that is no list of names.
    """
    table = values.get("roles", {})
    if not isinstance(table, Mapping):
        raise _unreadable("roles")
    if unknown := sorted(set(table) - set(Role)):
        raise Refused(
            f"tillbook.toml names a role that does not exist: {', '.join(unknown)}.",
            f"The roles are {', '.join(Role)}.",
            "Correct the [roles] table and start again.",
            code="invalid",
        )
    return {role: _names(role, table.get(role, [f"tillbook-{role}"])) for role in Role}


def _names(role: Role, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise _unreadable(f"roles.{role}")


def _unreadable(where: str) -> Refused:
    return Refused(
        f"{where} in tillbook.toml cannot be read.",
        'A role is followed by a list of groups, as in manager = ["tillbook-manager"].',
        "Correct it and start again.",
        code="invalid",
    )


class People:
    """Knows who is calling. A change of groups counts at the next request."""

    def __init__(
        self,
        groups: Mapping[Role, tuple[str, ...]],
        *,
        own_uid: int,
        account: Callable[[Peer], Account] = system_account,
    ) -> None:
        self.groups = groups
        self._own_uid = own_uid
        self._account = account

    def person(self, peer: Peer) -> Person:
        """Return who the peer is; root and the service's own user are managers."""
        account = self._account(peer)
        roles = {role for role, groups in self.groups.items() if account.groups.intersection(groups)}
        if peer.uid in {ROOT, self._own_uid}:
            roles.add(Role.MANAGER)
        return Person(name=account.name, uid=peer.uid, roles=frozenset(map(str, roles)))

    def told(self) -> PeopleAnswer:
        """Return every role with its groups, their members and its rights."""
        return {
            "roles": [
                {
                    "role": role.value,
                    "groups": list(self.groups[role]),
                    "members": sorted({name for group in self.groups[role] for name in _members(group)}),
                    "may": sorted(map(str, MAY[role])),
                }
                for role in Role
            ],
            "owner": _user_name(self._own_uid),
        }


def _members(group: str) -> list[str]:
    """Return who is in a group: by its own list, and as the first group of a user."""
    try:
        entry = grp.getgrnam(group)
    except KeyError:
        return []
    return [*entry.gr_mem, *(user.pw_name for user in pwd.getpwall() if user.pw_gid == entry.gr_gid)]


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
