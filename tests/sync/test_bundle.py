"""What a bundle holds of a shop, and what it does not."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from services.contract.problem import NotFound
from services.contract.settings import load_settings
from services.contract.support import failure_of
from services.sandbox.replay.reading import Bundle, opened
from services.store import audit, terminal_list
from services.store.database import migrate, open_database
from services.store.tables import Terminal
from services.sync.support import failures, records
from services.sync.support.office import SupportOffice
from services.terminals.counter.fleet import secret_name
from tests.sync.support import ANNA, DAY, STORE, Shop, account_sale, purchase, receipt, sale

_PASSWORD = "pass-of-the-books"
_NOWHERE = "http://127.0.0.1:9"


def _bundled(shop: Shop, folder: Path, store: str | None = None, days: int = 31) -> Bundle:
    folder.mkdir(exist_ok=True)
    environment = {
        "TILLBOOK_DATABASE_URL": f"postgresql://tillbook:{_PASSWORD}@db.example/shop?options=x",
        "TILLBOOK_XERO_API_URL": _NOWHERE,
    }
    settings = load_settings(shop.home, environment)
    office = SupportOffice(shop.tools, settings, shop.vault, shop.office.status)
    file = folder / "bundle"
    with file.open("wb") as out:
        office.bundle(out, folder, store=store, days=days, who=ANNA)
    return opened(file)


def _whole(bundle: Bundle) -> str:
    return "\n".join(content.decode() for content in bundle.members.values())


def _blocked(shop: Shop) -> None:
    shop.take(
        sale(DAY, "A-1", "23.00", "bouquets"),
        {**sale(DAY, "A-2", "5.00"), "note": "ring Bob", "operator": "Kowhai Smithson"},
        account_sale(DAY, "C-1", "9.00", "Bob Builder Ltd"),
        purchase(DAY, "P-1", "11.50"),
        sale(DAY, "A-3", "7.00"),
        receipt(DAY, "A-4", "void", original="A-3"),
    )
    assert [each["state"] for each in shop.sync()] == ["blocked"]


def test_the_records_of_a_failed_day_can_be_taken_in_again(shop: Shop, tmp_path: Path) -> None:
    _blocked(shop)
    bundle = _bundled(shop, tmp_path / "spool")
    records = [json.loads(line) for line in bundle.lines(f"stores/{STORE}/records.jsonl")]
    assert len(records) == 4, "what was voided, and its void, are not there"
    database = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(database)
    other = Shop(database, tmp_path / "elsewhere").set_up()
    other.take(*records)
    assert other.office.totals(STORE, first=DAY, last=DAY) == shop.office.totals(STORE, first=DAY, last=DAY)
    reasons = [[reason["what"] for reason in failure_of(each.sync()[0])["reasons"]] for each in (shop, other)]
    database.close()
    assert len(reasons[0]) > 0
    assert reasons[0] == reasons[1]


def test_people_and_the_password_of_the_database_are_not_in_it(shop: Shop, tmp_path: Path) -> None:
    _blocked(shop)
    shop.vault.set(f"xero:{STORE}:secret", "the-client-secret")
    shop.home.mkdir(exist_ok=True)
    (shop.home / "log").mkdir()
    log = f"Bob Builder Ltd, the-client-secret, {_PASSWORD}\n"
    (shop.home / "log" / "tillbook.log").write_text(log, encoding="utf-8")
    text = _whole(_bundled(shop, tmp_path / "spool"))
    planted = ("Bob Builder", "Kowhai", "ring Bob", _PASSWORD, "the-client-secret", "Wholesale")
    assert [word for word in planted if word in text] == []
    assert "postgresql://db.example/shop" in text
    assert "POS Sales - Queen St" in text, "the contact of the shop's own documents stays"


def test_no_secret_of_a_card_terminal_is_in_it(shop: Shop, tmp_path: Path) -> None:
    """Nor a passphrase of its key; a password of zeros, as they ship with, is none."""
    kept = {("front", "zvt", "password"): "271828", ("back", "nexo", "passphrase"): "of the back office"}
    shop.vault.set(secret_name("shelf", "password"), "000000")
    with shop.database.write() as session:
        for key, protocol in (("front", "zvt"), ("back", "nexo"), ("shelf", "zvt")):
            row = Terminal(key=key, store=STORE, name=key, protocol=protocol, currency="NZD")
            row.settings, row.created = {}, shop.clock()
            terminal_list.add(session, row)
    for (key, _protocol, name), secret in kept.items():
        shop.vault.set(secret_name(key, name), secret)
    folder = shop.home / "log"
    folder.mkdir(parents=True)
    said = [f"it said {secret}" for secret in kept.values()]
    (folder / "tillbook.log").write_text("\n".join([*said, "10000000 in all"]), encoding="utf-8")
    whole = _whole(_bundled(shop, tmp_path / "spool"))
    assert [secret for secret in kept.values() if secret in whole] == []
    assert "10000000 in all" in whole


def test_who_made_one_is_in_the_audit(shop: Shop, tmp_path: Path) -> None:
    _bundled(shop, tmp_path / "spool", STORE, 7)
    with shop.database.read() as session:
        entry = audit.entries(session)[0]
    assert (entry.who, entry.action, entry.subject) == ("anna", "make_bundle", STORE)
    assert entry.after == {"store": STORE, "days": 7}


def test_an_unknown_store_is_refused(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        _bundled(shop, tmp_path / "spool", "nowhere")


def test_a_day_with_too_many_receipts_is_described_without_them(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_RECEIPTS", 2)
    _blocked(shop)
    bundle = _bundled(shop, tmp_path / "spool")
    assert list(bundle.lines(f"stores/{STORE}/records.jsonl")) == []
    assert bundle.manifest["left_out"] == [f"the 4 receipts of {STORE} on {DAY}: too many"]
    assert len(bundle.json(f"stores/{STORE}/failures.json")) == 1


def test_attempts_are_read_a_page_at_a_time(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "_PAGE", 2)
    shop.take_days(5)
    for number in range(5):
        shop.sync(DAY + timedelta(days=number))
    whole = [each["id"] for each in shop.office.log()["attempts"]]
    bundle = _bundled(shop, tmp_path / "spool")
    lines = list(bundle.lines(f"stores/{STORE}/attempts.jsonl"))
    assert len(lines) == len(whole) > 2


def test_the_same_spool_is_left_empty(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "spool"
    _bundled(shop, folder)
    assert [file.name for file in folder.iterdir()] == ["bundle"]
    assert io.BytesIO((folder / "bundle").read_bytes()).read(2) == b"\x1f\x8b"
