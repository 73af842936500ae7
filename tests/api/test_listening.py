"""The socket and the lock: modes, what is left behind, what is in the way."""

from __future__ import annotations

import grp
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from services.api.listening import group_id, listen, make_private, only_one
from services.contract.problem import Refused


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_socket_is_its_owners_alone(tmp_path: Path) -> None:
    with listen(tmp_path / "new" / "t.sock"):
        assert _mode(tmp_path / "new" / "t.sock") == 0o600
        assert _mode(tmp_path / "new") == 0o700


def test_a_group_may_be_let_in(tmp_path: Path) -> None:
    group = os.getgid()
    with listen(tmp_path / "new" / "t.sock", group):
        assert _mode(tmp_path / "new" / "t.sock") == 0o660
        assert (tmp_path / "new" / "t.sock").stat().st_gid == group
        assert _mode(tmp_path / "new") == 0o750


def test_the_callers_own_mask_does_not_matter_and_stays(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with listen(tmp_path / "t.sock"):
            assert _mode(tmp_path / "t.sock") == 0o600
        assert os.umask(0) == 0
    finally:
        os.umask(before)


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with listen(tmp_path / "t.sock"):
        assert _mode(tmp_path) == 0o755


def test_a_socket_left_behind_is_replaced(tmp_path: Path) -> None:
    address = tmp_path / "t.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(address))
    with listen(address), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(address))
        assert caller.getpeername() == str(address)


def test_a_socket_that_answers_is_left_alone(tmp_path: Path) -> None:
    address = tmp_path / "t.sock"
    with listen(address):
        with pytest.raises(Refused, match="already answers") as caught:
            listen(address)
        assert caught.value.code == "already_running"
        assert address.exists()


def test_a_socket_whose_queue_is_full_counts_as_answering(tmp_path: Path) -> None:
    address = tmp_path / "t.sock"
    with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as waiting:
        busy.bind(str(address))
        busy.listen(0)
        waiting.connect(str(address))
        with pytest.raises(Refused, match="already answers"):
            listen(address)


def test_a_file_in_the_way_is_not_removed(tmp_path: Path) -> None:
    address = tmp_path / "t.sock"
    address.write_text("precious", encoding="ascii")
    with pytest.raises(Refused, match="in the way"):
        listen(address)
    assert address.read_text(encoding="ascii") == "precious"


def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="too long") as caught:
        listen(tmp_path / ("x" * 120) / "t.sock")
    assert "TILLBOOK_SOCKET" in caught.value.next
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_told_as_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot make its socket"):
        listen(tmp_path / "file" / "t.sock")


def test_a_group_is_found_by_name() -> None:
    name = grp.getgrgid(os.getgid()).gr_name
    assert group_id(name) == os.getgid()
    assert group_id(None) is None
    with pytest.raises(Refused, match="no-such-group"):
        group_id("no-such-group")


def test_a_home_is_made_private_even_if_it_was_open(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    make_private(home)
    assert _mode(home) == 0o700
    home.chmod(0o755)
    make_private(home)
    assert _mode(home) == 0o700
    make_private(home, os.getgid())
    assert _mode(home) == 0o750


def test_one_home_has_one_service(tmp_path: Path) -> None:
    with only_one(tmp_path):
        with pytest.raises(Refused) as caught, only_one(tmp_path):
            pytest.fail("two at once")
        assert f"Process {os.getpid()}" in caught.value.why
    with only_one(tmp_path):
        assert (tmp_path / "tillbook.lock").read_text(encoding="ascii") == str(os.getpid())


_HOLD = """
import sys
from pathlib import Path
from services.api.listening import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_goes_with_a_process_that_was_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", _HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Refused, match=f"Process {holder.pid} holds it"), only_one(tmp_path):
            pytest.fail("two at once")
        holder.kill()
    with only_one(tmp_path):
        assert holder.returncode == -9
