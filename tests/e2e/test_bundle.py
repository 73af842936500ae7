"""A bundle: nothing secret in it, and a replay elsewhere tells the same."""

import gzip
import io
import json
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.store.vaults.vault import open_vault
from tests.e2e.failing import CODES, OTHER_STORE, SCOPE, UNMAPPED, fail_in_every_way
from tests.e2e.practice import WEB_CLIENT, WEB_SECRET
from tests.e2e.processes import plain_environment
from tests.e2e.records import MAPPING, receipt, sale
from tests.e2e.shop import Ran, Shop, connected

_CARD = "4111111111111111"
_CUSTOMER = "Aroha Te Whare"
_OPERATOR = "Kowhai Smithson"
_PLANTED = {
    "card in one piece": _CARD,
    "card with spaces": "5555 5555 5555 4444",
    "card with dashes": "3782-822463-10005",
    "card with dots": "6011.1111.1111.1117",
    "customer": _CUSTOMER,
    "operator": _OPERATOR,
    "note": "ring her on 021 555 0199",
    "gift card": "GC-77-SECRET",
    "bearer token": "abcDEF123456tokenInTheLog",
    "query token": "queryTokenValue987",
    "password": "pass-of-the-database",
    "redirect code": "code-of-a-redirect",
    "setting": "value-of-a-setting",
}


@dataclass
class Failed:
    """A shop whose days have failed in every way, and the bundle of it."""

    shop: Shop
    file: Path
    answer: dict[str, Any]

    def members(self) -> dict[str, bytes]:
        with tarfile.open(self.file) as archive:
            files = [(member.name, archive.extractfile(member)) for member in archive]
            return {name: content.read() for name, content in files if content is not None}

    def json(self, name: str) -> Any:  # noqa: ANN401 - what the member holds
        return json.loads(self.members()[name])


def _plant(shop: Shop) -> None:
    """Put secrets and people wherever they could be."""
    planted = _PLANTED
    card_sale = receipt(
        UNMAPPED, f"R {_CARD}", [("grocery", "5.00")], [("eftpos", "5.00")],
        operator=_OPERATOR, note=f"{planted['note']}, card {planted['card with spaces']}",
    )  # fmt: skip
    card_sale["tenders"] = [{"type": "eftpos", "amount": "5.00", "reference": planted["card with dashes"]}]
    on_account = receipt(
        UNMAPPED, "ACC-1", [("grocery", "9.00")], [("on_account", "9.00")],
        kind="account_sale", customer=_CUSTOMER, note=planted["card with dots"],
    )  # fmt: skip
    gift = sale(UNMAPPED, "GC-1", "20.00")
    gift["lines"] = [
        {"category": "gift_card_sold", "tax_code": "NONE", "amount": "20.00", "card": planted["gift card"],
         "description": f"for {_CUSTOMER}"}
    ]  # fmt: skip
    shop.take([card_sale, on_account, gift], "planted.jsonl").done()
    assert shop.sync(UNMAPPED).status == 1
    with (shop.home / "log" / "tillbook.log").open("a", encoding="utf-8") as log:
        for text in (
            f"Authorization: Bearer {planted['bearer token']}",
            f"GET /callback?code={planted['redirect code']}&access_token={planted['query token']}",
            f"postgresql://tillbook:{planted['password']}@db.example/tillbook",
            f"paid with {_CARD} by {_CUSTOMER}",
        ):
            log.write(json.dumps({"level": "info", "message": text}) + "\n")
            log.write(f"not json: {text}\n")


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Failed]:
    """A shop with nine failed days, secrets everywhere, and the bundle of it."""
    folder = tmp_path_factory.mktemp("failed")
    with connected(folder, MAPPING) as shop:
        settings = f'api_key = "{_PLANTED["setting"]}"\n'
        (shop.home / "tillbook.toml").write_text(settings, encoding="utf-8")
        shop.begin_consent(
            OTHER_STORE, WEB_CLIENT, "--flow", "web", "--client-secret-stdin", given=WEB_SECRET
        )
        fail_in_every_way(shop)
        _plant(shop)
        file = folder / "bundle.tar.gz"
        yield Failed(shop, file, shop.tillbook("bundle", "--out", str(file)).done())


def test_nothing_secret_is_in_a_bundle(failed: Failed) -> None:
    vault = open_vault(failed.shop.home, {})
    tokens = json.loads(vault.get("xero:queen-st:token") or "{}")
    key = (failed.shop.home / "tillbook.key").read_text(encoding="ascii").strip()
    secrets = {
        **_PLANTED,
        "access token": tokens["access_token"],
        "refresh token": tokens["refresh_token"],
        "key": key,
        "client secret": WEB_SECRET,
    }
    whole = [failed.file.read_bytes(), gzip.decompress(failed.file.read_bytes()), *failed.members().values()]
    found = [name for name, secret in secrets.items() for text in whole if secret.encode() in text]
    assert found == []
    assert all(len(secret) > 6 for secret in secrets.values())


def test_digits_of_cards_are_not_there_in_any_grouping(failed: Failed) -> None:
    digits = {
        name: "".join(character for character in content.decode() if character.isdigit())
        for name, content in failed.members().items()
    }
    assert [name for name, text in digits.items() if _CARD in text] == []


def test_a_bundle_is_checksummed_and_its_owners_only(failed: Failed) -> None:
    manifest = failed.json("manifest.json")
    members = failed.members()
    assert stat.S_IMODE(failed.file.stat().st_mode) == 0o600
    assert sorted(manifest["members"]) == sorted(set(members) - {"manifest.json"})
    assert failed.answer["members"] == len(manifest["members"])
    assert failed.answer["left_out"] == []
    assert failed.answer["bytes"] == failed.file.stat().st_size


def test_a_bundle_holds_what_support_needs(failed: Failed) -> None:
    members = failed.members()
    assert {"about.json", "status.json", "doctor.json", "audit.json", "log.jsonl"} <= set(members)
    days = failed.json("stores/queen-st/failures.json")
    codes = {each["day"]["date"]: each["day"] for each in days}
    assert set(codes) == set(CODES) - {SCOPE}
    audit = failed.json("audit.json")
    assert audit[0]["action"] == "make_bundle"
    attempts = [json.loads(line) for line in members["stores/queen-st/attempts.jsonl"].splitlines()]
    assert {"PUT Invoices", "PUT Payments"} <= {each["call"] for each in attempts}
    records = [json.loads(line) for line in members["stores/queen-st/records.jsonl"].splitlines()]
    on_account = next(each for each in records if each.get("kind") == "account_sale")
    assert on_account["customer"].startswith("contact-")
    assert on_account["lines"][0]["amount"] == "9.00"


def _replayed(file: Path, folder: Path, *more: str) -> Ran:
    """Replay a bundle as on another machine: no settings, another home."""
    shop = Shop(folder)
    environment = plain_environment(HOME=str(folder), TILLBOOK_HOME=str(folder / "elsewhere"))
    return shop.run("replay", str(file), "--json", *more, seconds=300, environment=environment)


def test_a_replay_elsewhere_tells_each_failure_in_the_same_words(failed: Failed, tmp_path: Path) -> None:
    ran = _replayed(failed.file, tmp_path)
    answer = ran.answer
    told = {each["date"]: each for each in answer["failures"]}
    differing = [each for each in answer["failures"] if not each["reproduced"]]
    assert differing == []
    assert set(told) == set(CODES)
    first = {day: [reason["code"] for reason in each["seen"]["reasons"]] for day, each in told.items()}
    assert {day: code in first[day] for day, code in CODES.items()} == dict.fromkeys(CODES, True)
    assert (ran.status, answer["reproduced"]) == (0, True)
    assert {each["how"] for each in answer["failures"]} == {"reference", "rules"}


def test_a_replay_that_sees_something_else_says_so(failed: Failed, tmp_path: Path) -> None:
    """With the expected words changed, and the sums, the replay must differ."""
    file = tmp_path / "other.tar.gz"
    _rewritten(
        failed.file, file, lambda text: text.replace("'bouquets' has no account", "'bouquets' is lost")
    )
    ran = _replayed(file, tmp_path)
    differing = [each["date"] for each in ran.answer["failures"] if not each["reproduced"]]
    assert (ran.status, differing) == (1, [UNMAPPED])


def test_a_changed_bundle_is_refused(failed: Failed, tmp_path: Path) -> None:
    file = tmp_path / "changed.tar.gz"
    _rewritten(failed.file, file, lambda text: text.replace("23.00", "24.00"), sums=False)
    ran = _replayed(file, tmp_path)
    assert (ran.status, ran.answer["error"]["code"]) == (1, "bundle_changed")


def test_one_store_and_few_days(failed: Failed, tmp_path: Path) -> None:
    file = tmp_path / "one.tar.gz"
    failed.shop.tillbook("bundle", "--out", str(file), "--store", OTHER_STORE, "--days", "14").done()
    with tarfile.open(file) as archive:
        names = archive.getnames()
    assert not [name for name in names if name.startswith("stores/queen-st/")]
    again = failed.shop.tillbook("bundle", "--out", str(file))
    assert (again.status, again.answer["error"]["code"]) == (1, "file_exists")
    ran = _replayed(file, tmp_path)
    assert [each["date"] for each in ran.answer["failures"]] == [SCOPE]


def test_people_read_what_a_bundle_and_a_replay_say(failed: Failed, tmp_path: Path) -> None:
    file = tmp_path / "words.tar.gz"
    written = failed.shop.run("bundle", "--out", str(file), "--store", OTHER_STORE)
    assert written.status == 0, written
    assert "SHA-256" in written.out
    environment = plain_environment(HOME=str(tmp_path))
    ran = failed.shop.run("replay", str(file), seconds=120, environment=environment)
    assert "1 of 1 failed days are told in the same words here." in ran.out


def _rewritten(source: Path, target: Path, change: Any, *, sums: bool = True) -> None:  # noqa: ANN401
    """Write a bundle with other texts; `sums`: whether the manifest follows."""
    import hashlib

    with tarfile.open(source) as archive:
        files = [(member.name, archive.extractfile(member)) for member in archive]
        members = {name: content.read() for name, content in files if content is not None}
    changed = {name: change(content.decode()).encode() for name, content in members.items()}
    if sums:
        manifest = json.loads(members["manifest.json"])
        manifest["members"] = {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in changed.items()
            if name != "manifest.json"
        }
        changed["manifest.json"] = json.dumps(manifest).encode()
    else:
        changed["manifest.json"] = members["manifest.json"]
    with tarfile.open(target, "w:gz") as archive:
        for name, content in changed.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
