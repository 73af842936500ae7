"""Other people of the machine: what the service lets them do (exit status 4)."""

import grp
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import PROGRAM
from tests.e2e.shop import NZ_STORE, Ran, Shop

_STRANGER = "nobody"
_NO_GROUP = 12345
# The interpreter may be in a folder of root's: it can be read, but no socket written to.
_MAY_READ = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """An installation in a folder that others may enter.

    With a group let in as viewers.
    """
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("acting as somebody else takes root and setpriv")
    folder = Path(tempfile.mkdtemp(prefix="tillbook-rights-"))
    folder.chmod(0o755)
    shop = Shop(folder)
    shop.xero.start()
    try:
        assert shop.init("queen-st", NZ_STORE).status == 0
        group = grp.getgrgid(pwd.getpwnam(_STRANGER).pw_gid).gr_name
        settings = f'socket_group = "{group}"\n[roles]\nviewer = ["{group}"]\n'
        (shop.home / "tillbook.toml").write_text(settings, encoding="utf-8")
        yield shop.serve()
    finally:
        shop.close()
        shutil.rmtree(folder)


def _as_stranger(shop: Shop, *arguments: str, within: bool = True) -> Ran:
    """Run a command as a user without rights.

    `within` says whether in the group let in.
    """
    stranger = pwd.getpwnam(_STRANGER)
    group = stranger.pw_gid if within else _NO_GROUP
    become = ["setpriv", f"--reuid={stranger.pw_uid}", f"--regid={group}", "--clear-groups", *_MAY_READ]
    done = subprocess.run(
        [*become, str(PROGRAM), *arguments, "--json"],
        env={**shop.environment(), "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def test_a_viewer_may_look(shop: Shop) -> None:
    status = _as_stranger(shop, "status").done()
    assert [store["key"] for store in status["stores"]] == ["queen-st"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("sync", "--store", "queen-st"),
        ("store", "set", "--store", "queen-st", "--name", "Mine"),
        ("pause", "xero", "--store", "queen-st", "--reason", "mischief"),
        ("disconnect", "xero", "--store", "queen-st", "--yes"),
        ("connect", "xero", "--store", "queen-st", "--client-id", "ID", "--no-wait"),
        ("audit",),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_a_viewer_may_do_nothing_else(shop: Shop, arguments: tuple[str, ...]) -> None:
    ran = _as_stranger(shop, *arguments)
    assert ran.status == 4, ran
    error = ran.answer["error"]
    assert error["code"] == "not_allowed"
    assert error["next"]
    assert _STRANGER not in json.dumps(shop.tillbook("audit").done())


def test_somebody_outside_the_group_is_not_even_heard(shop: Shop) -> None:
    ran = _as_stranger(shop, "status", within=False)
    assert ran.status == 4, ran
    assert ran.answer["error"]["next"]
