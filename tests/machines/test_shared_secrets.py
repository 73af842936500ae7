"""Secrets that machines share: sealed, and renewed one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from services.accounting.xero.oauth import Addresses, App, Flow
from services.accounting.xero.tokens import TokenKeeper
from services.contract.problem import Refused
from services.sandbox.xero import PKCE_CLIENT, PracticeConfig, PracticeXero
from services.store.database import Database
from services.store.tables import SealedSecret
from services.store.vaults.shared_vault import open_shared_vault
from services.store.vaults.vault import Vault, open_vault
from services.sync.links.xero_links import XeroLinks
from services.sync.sharing.sharing import lock_of
from tests.sync.fakes import FakeClock
from tests.sync.practice import PracticeShop
from tests.sync.support import STORE

_KEY = "0123456789abcdef" * 4


def key(path: Path, text: str = _KEY) -> dict[str, str]:
    """Write a key file; return the environment that names it."""
    path.touch(0o600)
    path.write_text(text, encoding="ascii")
    return {"TILLBOOK_KEY_FILE": str(path)}


@pytest.fixture
def vaults(postgres_database: Database, tmp_path: Path) -> tuple[Vault, Vault]:
    """The vaults of two machines with homes of their own."""
    environment = key(tmp_path / "shared.key")
    first = open_shared_vault(postgres_database, tmp_path / "first", environment)
    return first, open_shared_vault(postgres_database, tmp_path / "second", environment)


def test_what_one_machine_keeps_the_other_has(vaults: tuple[Vault, Vault]) -> None:
    first, second = vaults
    first.set("xero:queen-st:token", "secret")
    assert second.get("xero:queen-st:token") == "secret"
    second.set("xero:queen-st:token", "newer")
    assert first.get("xero:queen-st:token") == "newer"
    first.delete("xero:queen-st:token")
    first.delete("xero:queen-st:token")
    assert second.get("xero:queen-st:token") is None


def test_the_database_never_holds_a_secret_in_the_open(
    vaults: tuple[Vault, Vault], postgres_database: Database
) -> None:
    vaults[0].set("xero:queen-st:token", "a-token-in-the-open")
    with postgres_database.read() as session:
        rows = session.exec(select(SealedSecret)).all()
    assert len(rows) == 2
    assert all("open" not in row.sealed and _KEY[:8] not in row.sealed for row in rows)


def test_entries_cannot_be_swapped(vaults: tuple[Vault, Vault], postgres_database: Database) -> None:
    first = vaults[0]
    first.set("one", "1")
    first.set("two", "2")
    with postgres_database.write() as session:
        one, two = session.get_one(SealedSecret, "one"), session.get_one(SealedSecret, "two")
        one.sealed, two.sealed = two.sealed, one.sealed
        session.add_all([one, two])
    with pytest.raises(Refused) as caught:
        first.get("one")
    assert caught.value.code == "secrets_damaged"


def test_another_key_is_refused(
    vaults: tuple[Vault, Vault], postgres_database: Database, tmp_path: Path
) -> None:
    assert vaults
    with pytest.raises(Refused) as caught:
        open_shared_vault(postgres_database, tmp_path / "third", key(tmp_path / "other.key", "f" * 64))
    assert caught.value.code == "wrong_key"
    assert "tillbook.key" in caught.value.next


def test_a_machine_without_a_key_makes_none_beside_the_others(
    vaults: tuple[Vault, Vault], postgres_database: Database, tmp_path: Path
) -> None:
    assert vaults
    with pytest.raises(Refused) as caught:
        open_shared_vault(postgres_database, tmp_path / "third", {})
    assert caught.value.code == "key_missing"
    assert not (tmp_path / "third" / "tillbook.key").exists()


def test_the_first_machine_makes_a_key_and_brings_its_secrets(
    postgres_database: Database, tmp_path: Path
) -> None:
    home = tmp_path / "first"
    open_vault(home, {}).set("xero:queen-st:token", "of before")
    shared = open_shared_vault(postgres_database, home, {})
    assert shared.get("xero:queen-st:token") == "of before"
    assert not (home / "secrets.sealed").exists()
    assert open_shared_vault(postgres_database, home, {}).get("xero:queen-st:token") == "of before"


@dataclass
class Machines:
    """Two machines that hold one store's tokens."""

    clock: FakeClock
    xero: PracticeXero
    vaults: tuple[Vault, Vault]
    keepers: tuple[TokenKeeper, TokenKeeper]

    def refreshes(self) -> int:
        return len(self.xero.calls.of(path="/connect/token")) - 1


@pytest.fixture
def machines(postgres_database: Database, tmp_path: Path, vaults: tuple[Vault, Vault]) -> Iterator[Machines]:
    clock = FakeClock()
    with PracticeXero(PracticeConfig().generous(), clock=clock) as xero:
        shop = PracticeShop(postgres_database, tmp_path / "home", vault=vaults[0])
        shop.clock = clock
        shop.use(xero)
        assert shop.connect_by_paste() == "done"
        addresses = Addresses(xero.url, xero.url, xero.url)
        app = App(PKCE_CLIENT, Flow.PKCE)
        first, second = (
            XeroLinks(addresses, vault, tmp_path, clock, lock_of=lock_of(vault)).keeper(STORE, app)
            for vault in vaults
        )
        yield Machines(clock, xero, vaults, (first, second))
        shop.office.stop()


def test_tokens_rotate_from_machine_to_machine_past_every_grace(machines: Machines) -> None:
    seen = set()
    for turn in range(6):
        machines.clock.move(minutes=45)  # longer than a token lives, and than its grace
        seen.add(machines.keepers[turn % 2].access_token())
    assert len(seen) == 6
    assert machines.refreshes() == 6


def test_all_who_need_a_token_at_once_renew_it_once(machines: Machines) -> None:
    machines.clock.move(minutes=45)
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda keeper=keeper: got.append(keeper.access_token()))
        for keeper in machines.keepers * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == 6
    assert len(set(got)) == 1
    assert machines.refreshes() == 1


def test_a_renewal_that_the_database_did_not_keep_is_made_again_within_the_grace(
    machines: Machines, postgres_database: Database
) -> None:
    machines.clock.move(minutes=45)
    before = machines.vaults[0].get(f"xero:{STORE}:token")
    first, second = machines.keepers

    def cut_off(*_: object) -> None:
        """Lose every connection to the database while Xero answers."""
        with postgres_database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

    asked = first._identity.refresh  # noqa: SLF001 - between the answer of Xero and its keeping

    def refresh(*arguments: object) -> object:
        answer = asked(*arguments)  # type: ignore[arg-type]
        cut_off()
        return answer

    first._identity.refresh = refresh  # type: ignore[assignment,method-assign]  # noqa: SLF001
    with pytest.raises(DBAPIError):
        first.access_token()
    first._identity.refresh = asked  # type: ignore[method-assign]  # noqa: SLF001
    assert machines.vaults[1].get(f"xero:{STORE}:token") == before
    machines.clock.now += timedelta(minutes=5)
    token = second.access_token()
    assert token == first.access_token()
