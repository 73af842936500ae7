"""The keeper of tokens: one refresh at a time, stored before it is used."""

import fcntl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from services.accounting.ledger import AuthorisationLost, NotSent, OutcomeUnknown
from services.accounting.xero.oauth import App, Flow
from services.accounting.xero.token_endpoint import IdentityClient, TokenAnswer
from services.accounting.xero.tokens import TokenKeeper, file_lock
from tests.accounting.xero_examples import NOON, FakeClock, MemoryVault, keeper_of, no_lock, token_answer

PKCE, CUSTOM = App("CLIENT1"), App("CLIENT1", Flow.CUSTOM)


@dataclass
class RotatingIdentity(IdentityClient):
    """A token endpoint with strict rotation: each refresh token works once."""

    clock: FakeClock
    valid: str = "r-1"
    asked: list[str] = field(default_factory=list)
    fail: list[Exception] = field(default_factory=list)
    on_refresh: Callable[[], object] = field(default=lambda: None)

    def refresh(self, app: App, refresh_token: str, secret: str | None = None) -> TokenAnswer:
        self.asked.append(refresh_token)
        self.on_refresh()
        if self.fail:
            raise self.fail.pop(0)
        if refresh_token != self.valid:
            raise AuthorisationLost("gone", code="invalid_grant")
        self.valid = f"r-{len(self.asked) + 1}"
        return token_answer(f"a-{len(self.asked) + 1}", self.valid)

    def client_credentials(self, app: App, secret: str) -> TokenAnswer:
        self.asked.append(secret)
        return token_answer(f"a-{len(self.asked)}", None)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def identity(clock: FakeClock) -> RotatingIdentity:
    return RotatingIdentity(clock)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def keeper(identity: RotatingIdentity, vault: MemoryVault, clock: FakeClock) -> TokenKeeper:
    keeper = keeper_of(PKCE, identity, vault, clock)
    keeper.connect(token_answer())
    return keeper


def test_a_fresh_token_is_handed_out_as_it_is(keeper: TokenKeeper, identity: RotatingIdentity) -> None:
    assert keeper.access_token() == "a-1"
    assert identity.asked == []


def test_a_token_that_ends_within_a_minute_is_renewed(
    keeper: TokenKeeper, identity: RotatingIdentity, clock: FakeClock
) -> None:
    clock.move(minutes=29)
    assert keeper.access_token() == "a-2"
    assert identity.asked == ["r-1"]


def test_threads_that_find_it_expired_renew_it_once(
    keeper: TokenKeeper, identity: RotatingIdentity, clock: FakeClock
) -> None:
    clock.move(hours=1)
    barrier = threading.Barrier(8)

    def ask(_: int) -> str:
        barrier.wait(60)
        return keeper.access_token()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"a-2"}
    assert identity.asked == ["r-1"]


def test_two_keepers_of_one_store_renew_it_once(
    identity: RotatingIdentity, vault: MemoryVault, clock: FakeClock, tmp_path: Path
) -> None:
    lock = file_lock(tmp_path / "home" / "xero-queen-st.lock")
    keepers = [TokenKeeper("queen-st", PKCE, vault, identity, clock=clock, lock=lock) for _ in range(4)]
    keepers[0].connect(token_answer())
    clock.move(hours=1)
    barrier = threading.Barrier(4)

    def ask(keeper: TokenKeeper) -> str:
        barrier.wait(60)
        return keeper.access_token()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, keepers)) == {"a-2"}
    assert identity.asked == ["r-1"]


def test_the_file_lock_is_private_and_excludes(tmp_path: Path) -> None:
    path = tmp_path / "xero.lock"
    with file_lock(path)(), path.open("a") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with path.open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)  # free again
    assert path.stat().st_mode & 0o077 == 0


def test_the_new_token_is_stored_before_it_is_used(
    keeper: TokenKeeper, vault: MemoryVault, clock: FakeClock
) -> None:
    clock.move(hours=1)
    vault.events.clear()
    token = keeper.access_token()
    assert vault.events == ["set xero:queen-st:token"]
    assert token in vault.kept["xero:queen-st:token"]


def test_a_token_that_cannot_be_stored_is_not_used(
    keeper: TokenKeeper, vault: MemoryVault, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: str) -> None:
        raise OSError("no space left")

    clock.move(hours=1)
    monkeypatch.setattr(vault, "set", full)
    with pytest.raises(OSError, match="no space"):
        keeper.access_token()
    assert "r-1" in vault.kept["xero:queen-st:token"]


def test_a_lost_answer_is_asked_for_again_with_the_same_refresh_token(
    keeper: TokenKeeper, identity: RotatingIdentity, clock: FakeClock
) -> None:
    clock.move(hours=1)
    identity.fail = [OutcomeUnknown("lost")]
    assert keeper.access_token() == "a-3"
    assert identity.asked == ["r-1", "r-1"]


def test_an_answer_lost_twice_keeps_the_old_refresh_token(
    keeper: TokenKeeper, identity: RotatingIdentity, clock: FakeClock
) -> None:
    clock.move(hours=1)
    identity.fail = [OutcomeUnknown("lost"), OutcomeUnknown("lost")]
    with pytest.raises(NotSent):
        keeper.access_token()
    assert keeper.access_token() == "a-4"
    assert identity.asked == ["r-1"] * 3


def test_a_refused_refresh_token_asks_to_connect_again_and_keeps_everything(
    keeper: TokenKeeper, identity: RotatingIdentity, vault: MemoryVault, clock: FakeClock
) -> None:
    identity.valid = "replaced elsewhere"
    before = dict(vault.kept)
    clock.move(hours=1)
    with pytest.raises(AuthorisationLost):
        keeper.access_token()
    assert vault.kept == before
    assert identity.asked == ["r-1"]


def test_a_token_that_xero_calls_expired_is_renewed_at_once(
    keeper: TokenKeeper, identity: RotatingIdentity
) -> None:
    assert keeper.renew("a-1") == "a-2"
    assert keeper.renew("a-1") == "a-2"  # somebody renewed it already
    assert identity.asked == ["r-1"]


def test_without_a_connection_it_says_to_connect(identity: RotatingIdentity) -> None:
    keeper = keeper_of(PKCE, identity)
    assert not keeper.present
    assert keeper.refresh_expires is None
    with pytest.raises(AuthorisationLost) as lost:
        keeper.access_token()
    assert lost.value.code == "not_connected"


def test_tokens_of_another_app_are_not_used(
    identity: RotatingIdentity, vault: MemoryVault, clock: FakeClock
) -> None:
    keeper_of(PKCE, identity, vault, clock).connect(token_answer())
    other = TokenKeeper("queen-st", App("CLIENT2"), vault, identity, clock=clock, lock=no_lock)
    with pytest.raises(AuthorisationLost):
        other.access_token()
    assert identity.asked == []


def test_the_connection_ends_sixty_days_after_its_last_use(keeper: TokenKeeper, clock: FakeClock) -> None:
    assert keeper.refresh_expires == NOON + timedelta(days=60)
    clock.move(days=10)
    keeper.access_token()
    assert keeper.refresh_expires == NOON + timedelta(days=70)


def test_a_refresh_that_names_no_scopes_keeps_those_granted(
    keeper: TokenKeeper, identity: RotatingIdentity, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "refresh", lambda *_: token_answer("a-2", None, scopes=()))
    clock.move(hours=1)
    assert keeper.access_token() == "a-2"
    assert keeper.scopes == ("accounting.invoices",)
    assert keeper.refresh_expires is not None


def test_a_custom_connection_gets_a_new_token_each_time(
    identity: RotatingIdentity, vault: MemoryVault, clock: FakeClock
) -> None:
    keeper = keeper_of(CUSTOM, identity, vault, clock)
    keeper.set_secret("s3cret")
    keeper.start_custom()
    clock.move(hours=1)
    assert keeper.access_token() == "a-2"
    assert identity.asked == ["s3cret", "s3cret"]
    assert keeper.refresh_expires is None


def test_forgetting_leaves_nothing_in_the_vault(keeper: TokenKeeper, vault: MemoryVault) -> None:
    keeper.set_secret("s3cret")
    keeper.forget()
    assert vault.kept == {}
    assert keeper.secret() is None
