"""A terminal's log pack: what is in it, what a power failure left, no secrets."""

import io
import json
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from services.contract.problem import NotFound
from services.contract.settings import load_settings
from services.sandbox.terminals.faults import Fault, FaultKind
from services.sandbox.terminals.zvt.practice import Manner
from services.store import audit
from services.sync.support import terminal_pack
from services.sync.support.office import SupportOffice
from services.terminals.counter.fleet import Tools, secret_name
from services.terminals.counter.messages import file_of
from services.terminals.counter.office import TerminalsOffice
from services.terminals.finding_out import Patience
from services.terminals.linkly.identity import NAME, VENDOR
from tests.sync.support import Shop
from tests.terminals.kit.at_counter import ANNA, AtCounter, at_counter

_PASSWORD = "271828"
_STARTED = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def counter(template: Path, tmp_path: Path) -> Iterator[AtCounter]:
    """A counter in Vienna that keeps what is said; its terminal forgets nothing."""
    with at_counter(template, Manner(prints="none", undoes_unacked=False)) as made:
        made.office.stop()
        patience = Patience(tries=20, pause=0.02)
        tools = Tools(made.db, made.clock, made.vault, made.bus, patience=patience, home=tmp_path)
        made.office = TerminalsOffice(made.db, made.clock, made.vault, made.bus, tools=tools)
        made.office.start()
        made.settled()
        yield made


def _support(counter: AtCounter, home: Path) -> SupportOffice:
    shop = Shop(counter.db, home)
    shop.vault.set(secret_name("front", "password"), _PASSWORD)
    return SupportOffice(shop.tools, load_settings(home, {}), shop.vault, shop.office.status)


def _packed(counter: AtCounter, home: Path, first: date | None = None, last: date | None = None) -> ZipFile:
    file = io.BytesIO()
    _support(counter, home).terminal_pack(file, "front", first=first, last=last, who=ANNA)
    assert file.tell() == len(file.getvalue())
    return ZipFile(file)


def _attempts(pack: ZipFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in pack.read("attempts.jsonl").splitlines()]


def test_it_names_the_product_the_terminal_and_its_members(counter: AtCounter, tmp_path: Path) -> None:
    counter.pay(1250, "A-1")
    with _packed(counter, tmp_path) as pack:
        about = json.loads(pack.read("about.json"))
        readme = pack.read("README.txt").decode()
        sums = {name: sha256(pack.read(name)).hexdigest() for name in pack.namelist()}
        modes = {stat.S_IMODE(member.external_attr >> 16) for member in pack.infolist()}
    assert (about["product"]["name"], about["product"]["vendor"]) == (NAME, VENDOR)
    assert (about["terminal"]["key"], about["terminal"]["protocol"]) == ("front", "zvt")
    assert about["terminal"]["settings"]["host"] == counter.practice.address["host"]
    assert (about["zone"], about["first"], about["last"]) == ("Europe/Vienna", None, None)
    assert modes == {0o600}
    assert set(sums) == {"about.json", "attempts.jsonl", "messages.log", "README.txt"}
    assert [name for name, digest in sums.items() if f"{digest}  {name}" not in readme] == ["README.txt"]
    assert "EFTPOS.LOG" in readme


def test_what_a_power_failure_left_to_be_asked_is_named(counter: AtCounter, tmp_path: Path) -> None:
    counter.practice.faults.plan(Fault(FaultKind.CABLE_OUT_AFTER, "040F", nth=1))
    broken = counter.pay(1250, "A-1")["payment"]
    whole = counter.pay(700, "A-2")["payment"]
    with _packed(counter, tmp_path) as pack:
        first, second = _attempts(pack)
        readme = pack.read("README.txt").decode()
        messages = pack.read("messages.log").decode()
    assert (first["reference"], second["reference"]) == (
        broken["tender_reference"],
        whole["tender_reference"],
    )
    assert (first["amount"], first["currency"], first["state"]) == (1250, "EUR", "approved")
    assert first["found_out"] == "asked afterwards (get-last)"
    assert second["found_out"] == "the terminal's own answer"
    assert f"asked afterwards (get-last): {first['reference']}\n" in readme
    assert "a person decided: none\n" in readme
    assert [each["created"] <= each["settled"] for each in (first, second)] == [True, True]
    assert messages.count(f" {first['reference']} > ") > 1


def test_only_the_dates_that_were_asked_for(counter: AtCounter, tmp_path: Path) -> None:
    """By the business date of Vienna: 23:30 UTC is the next one."""
    counter.pay(1000, "A-1")
    counter.clock.now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    counter.pay(2000, "A-2")
    day = date(2026, 11, 21)
    with _packed(counter, tmp_path, day, day) as pack:
        (attempt,) = _attempts(pack)
        messages = pack.read("messages.log").decode().splitlines()
    assert (attempt["amount"], attempt["business_date"]) == (2000, "2026-11-21")
    assert {line[:13] for line in messages} == {"2026-11-20T23"}
    with _packed(counter, tmp_path, last=day - timedelta(days=1)) as pack:
        assert [each["amount"] for each in _attempts(pack)] == [1000]


def test_no_secret_and_no_name_of_a_person_is_in_it(counter: AtCounter, tmp_path: Path) -> None:
    counter.pay(1000, "A-1")
    with file_of(tmp_path, "front").open("a", encoding="utf-8") as file:
        said = f"{counter.clock().isoformat()} - < "
        file.write(f"{said}password {_PASSWORD}\n{said}token=abcdefgh\ntorn o")
    with _packed(counter, tmp_path) as pack:
        text = "".join(pack.read(name).decode() for name in pack.namelist())
    assert [each for each in (_PASSWORD, "abcdefgh", "torn o", "anna") if each in text] == []
    assert text.count("[hidden]") == 2


def test_what_is_too_large_is_left_out_and_said(
    counter: AtCounter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal_pack, "MOST_BYTES", 1_500)
    counter.pay(1000, "A-1")
    with _packed(counter, tmp_path) as pack:
        about = json.loads(pack.read("about.json"))
        assert len(_attempts(pack)) == 1
    assert "the rest of messages.log: the pack would be too large" in about["left_out"]


def test_who_made_one_is_in_the_audit(counter: AtCounter, tmp_path: Path) -> None:
    _packed(counter, tmp_path, date(2026, 11, 20)).close()
    with counter.db.read() as session:
        entry = audit.entries(session)[0]
    assert (entry.who, entry.action, entry.subject) == ("anna", "make_terminal_pack", "front")
    assert entry.after == {"first": "2026-11-20", "last": None}


def test_messages_of_the_device_before_are_not_in_it(counter: AtCounter, tmp_path: Path) -> None:
    before = (_STARTED - timedelta(days=1)).isoformat()
    file_of(tmp_path, "front").parent.mkdir(parents=True)
    file_of(tmp_path, "front").write_text(f"{before} - > of another device\n", encoding="utf-8")
    counter.pay(1000, "A-1")
    with _packed(counter, tmp_path) as pack:
        messages = pack.read("messages.log").decode()
    assert "of another device" not in messages
    assert " > " in messages


def test_a_terminal_that_is_not_there_has_none(counter: AtCounter, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        _support(counter, tmp_path).terminal_pack(io.BytesIO(), "../front", who=ANNA)
    with counter.db.read() as session:
        assert "make_terminal_pack" not in {entry.action for entry in audit.entries(session)}
