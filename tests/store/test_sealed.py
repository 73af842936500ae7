"""The sealed file: told when it is damaged, whole whatever its writers do."""

import base64
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from services.contract.problem import Refused
from services.store.vaults.vault import open_vault


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"form": 1}', b'{"form": 1, "entries": []}', b'{"form": 1, "entries": {}}', b"\xff"],
)
def test_a_damaged_file_is_said_to_be_damaged(home: Path, content: bytes) -> None:
    vault = open_vault(home, {})
    vault.set("token", "x")
    (home / "secrets.sealed").write_bytes(content)
    with pytest.raises(Refused) as caught:
        vault.get("token")
    assert caught.value.code == "secrets_damaged"
    assert str(home / "secrets.sealed") in caught.value.why


def test_a_file_of_a_newer_program_is_left_alone(home: Path) -> None:
    vault = open_vault(home, {})
    vault.set("token", "x")
    (home / "secrets.sealed").write_text('{"form": 2, "entries": {}}')
    with pytest.raises(Refused) as caught:
        vault.set("token", "y")
    assert caught.value.code == "secrets_newer"


def _entries(home: Path) -> dict[str, str]:
    entries: dict[str, str] = json.loads((home / "secrets.sealed").read_text())["entries"]
    return entries


def _put_entries(home: Path, entries: dict[str, str]) -> None:
    (home / "secrets.sealed").write_text(json.dumps({"form": 1, "entries": entries}))


def test_entries_cannot_be_swapped_or_altered(home: Path) -> None:
    vault = open_vault(home, {})
    vault.set("a", "1")
    vault.set("b", "2")
    entries = _entries(home)
    a, b = (json.dumps(["tillbook", name]) for name in ("a", "b"))
    sealed = bytearray(base64.b64decode(entries[b]))
    sealed[-1] ^= 1
    for changed in ({a: entries[b]}, {b: base64.b64encode(sealed).decode()}, {b: "not base64"}):
        _put_entries(home, entries | changed)
        with pytest.raises(Refused) as caught:
            vault.get(next(iter(json.loads(name)[1] for name in changed)))
        assert caught.value.code == "secrets_damaged"


def test_the_same_secret_is_sealed_differently_each_time(home: Path) -> None:
    vault = open_vault(home, {})
    vault.set("a", "1")
    first = _entries(home)
    vault.set("a", "1")
    name = json.dumps(["tillbook", "a"])
    assert _entries(home)[name] != first[name]


def test_threads_lose_nothing(home: Path) -> None:
    def keep(worker: int) -> None:
        vault = open_vault(home, {})
        for number in range(10):
            vault.set(f"{worker}-{number}", str(number))

    threads = [threading.Thread(target=keep, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    vault = open_vault(home, {})
    assert [vault.get(f"{worker}-{number}") for worker in range(4) for number in range(10)] == [
        str(number) for _ in range(4) for number in range(10)
    ]


_KEEPER = """
import sys
from pathlib import Path
from services.store.vaults.vault import open_vault
home, worker = Path(sys.argv[1]), sys.argv[2]
sys.stdin.readline()
vault = open_vault(home, {})
for number in range(int(sys.argv[3])):
    vault.set(f"{worker}-{number}", str(number))
    print(number, flush=True)
"""


def _keeper(home: Path, worker: str, many: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _KEEPER, str(home), worker, str(many)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_programs_that_start_together_make_one_key_and_lose_nothing(home: Path) -> None:
    keepers = [_keeper(home, str(worker), 10) for worker in range(3)]
    for keeper in keepers:
        assert keeper.stdin is not None
        keeper.stdin.write("\n")
        keeper.stdin.flush()
    for keeper in keepers:
        keeper.communicate(timeout=180)
        assert keeper.returncode == 0
    vault = open_vault(home, {})
    assert {
        vault.get(f"{worker}-{number}") == str(number) for worker in range(3) for number in range(10)
    } == {True}
    assert [path.name for path in home.iterdir() if path.name.startswith(".")] == []


def test_a_program_killed_while_keeping_loses_only_what_it_had_not_kept(home: Path) -> None:
    keeper = _keeper(home, "w", 1_000_000)
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    keeper.stdin.write("\n")
    keeper.stdin.flush()
    last = [int(keeper.stdout.readline()) for _ in range(20)][-1]
    keeper.kill()
    keeper.communicate(timeout=180)
    vault = open_vault(home, {})
    assert [vault.get(f"w-{number}") for number in range(last + 1)] == [
        str(number) for number in range(last + 1)
    ]
    vault.set("after", "x")
    assert vault.get("after") == "x"
