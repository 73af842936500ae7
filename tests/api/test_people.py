"""From a uid to a person: groups, roles, settings, and the kernel's word for it."""

from __future__ import annotations

import json
import os
import pwd
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from services.api.peers import Peer, peer_of
from services.api.people import Account, People, groups_by_role, system_account
from services.contract.permissions import Role
from services.contract.problem import Refused
from tests.api.fakes import running

_DEFAULTS = groups_by_role({})


def _people(groups: dict[int, set[str]], own_uid: int = 500) -> People:
    return People(
        _DEFAULTS,
        own_uid=own_uid,
        account=lambda peer: Account(f"u{peer.uid}", frozenset(groups.get(peer.uid, ()))),
    )


def _roles(people: People, uid: int) -> frozenset[str]:
    return people.person(Peer(1, uid, uid)).roles


def test_a_role_is_held_through_a_group() -> None:
    people = _people({1000: {"tillbook-staff", "users"}, 1001: {"users"}})
    assert _roles(people, 1000) == {"staff"}
    assert _roles(people, 1001) == set()


def test_somebody_may_hold_several_roles() -> None:
    assert _roles(_people({1000: {"tillbook-staff", "tillbook-support"}}), 1000) == {"staff", "support"}


@pytest.mark.parametrize("uid", [0, 500])
def test_root_and_the_service_itself_are_managers(uid: int) -> None:
    assert _roles(_people({}), uid) == {"manager"}


def test_the_settings_name_the_groups() -> None:
    groups = groups_by_role({"roles": {"manager": ["wheel", "owners"], "viewer": []}})
    assert groups == {
        Role.MANAGER: ("wheel", "owners"),
        Role.SUPPORT: ("tillbook-support",),
        Role.STAFF: ("tillbook-staff",),
        Role.VIEWER: (),
    }


@pytest.mark.parametrize("table", [{"boss": ["x"]}, {"manager": "wheel"}, {"manager": [1]}, "manager", []])
def test_a_table_of_roles_that_cannot_be_read_stops_the_start(table: object) -> None:
    with pytest.raises(Refused) as caught:
        groups_by_role({"roles": table})
    assert caught.value.next


def test_the_system_knows_who_runs_this() -> None:
    me = pwd.getpwuid(os.getuid())
    account = system_account(Peer(os.getpid(), me.pw_uid, me.pw_gid))
    assert account.name == me.pw_name
    assert account.groups


def test_a_uid_without_a_name_is_its_number_and_its_group() -> None:
    unused = max(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid < 60_000) + 1
    assert system_account(Peer(1, unused, 0)) == Account(str(unused), frozenset({"root"}))


def test_the_kernel_says_who_opened_a_socket() -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        assert peer_of(here) == Peer(os.getpid(), os.getuid(), os.getgid())


def test_no_other_kind_of_socket_has_a_peer_to_name() -> None:
    with socket.socket(socket.AF_INET) as other:
        assert peer_of(other) is None


Json = Any

_CALL = """
import json, os, sys
from pathlib import Path
from console.client import Client, NoService
from services.contract.problem import Problem
try:
    Client(Path("/nowhere")).me()  # loads the rest while it can still be read
except NoService:
    os.setgroups([]), os.setgid(int(sys.argv[2])), os.setuid(int(sys.argv[2]))
try:
    print(json.dumps(Client(Path(sys.argv[1])).me()))
except Problem as problem:
    print(json.dumps([type(problem).__name__, str(problem)]))
"""


def _call_as(address: Path, uid: int) -> Json:
    command = [sys.executable, "-P", "-c", _CALL, str(address), str(uid)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def other_user() -> int:
    """Another user of this machine, whom root can be for a while."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    return pwd.getpwnam("nobody").pw_uid


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may pass through."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_another_user_is_told_apart_by_the_kernel(open_folder: Path, other_user: int) -> None:
    with running(open_folder, real_peers=True) as service:
        service.socket.chmod(0o666)
        assert _call_as(service.socket, 0) == {
            "user": "root",
            "uid": 0,
            "roles": ["manager"],
            "may": sorted(_all_actions()),
        }
        kind, words = _call_as(service.socket, other_user)
    assert kind == "NotAllowed"
    assert "nobody is in none of the groups" in words


def test_another_user_cannot_even_open_a_private_socket(open_folder: Path, other_user: int) -> None:
    with running(open_folder, real_peers=True) as service:
        kind, words = _call_as(service.socket, other_user)
    assert kind == "NotAllowed"
    assert "You may not call Tillbook on this machine" in words


def _all_actions() -> list[str]:
    from services.contract.permissions import Action

    return [str(action) for action in Action]
