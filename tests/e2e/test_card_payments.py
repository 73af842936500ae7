"""A till, the installed program, a practice terminal as a process of its own."""

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from console.client import Client
from tests.e2e.processes import Json, Process, free_port, module, plain_environment, start, until
from tests.e2e.shop import NZ_STORE, Shop

_EXAMPLE = Path(__file__).resolve().parents[2] / "packaging" / "examples" / "card_payment.py"
_STORE = {**NZ_STORE, "country": "AT", "currency": "EUR", "timezone": "Europe/Vienna"}
_PAUSE = {"kind": "delay", "message": "040F", "nth": 2, "seconds": 10}
"""The terminal takes its time before it tells the result: time to be killed in.

The first 04 0F tells of the payment before, which is asked for first.
"""
_BEFORE = frozenset({"pending", "sent"})


class Terminal:
    """A practice terminal in a process, with a book that outlives it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._out = folder / "terminal.json"
        arguments = ["zvt", "--book", str(folder / "book.json"), "--announce"]
        command = module("services.sandbox.terminals", *arguments)
        self.process: Process = start(command, self._out, plain_environment())
        until(lambda: self._out.read_text("utf-8").count("\n"), what="the terminal has told where it is")
        told = json.loads(self._out.read_text("utf-8").splitlines()[0])
        self.address: dict[str, str] = told["address"]
        self._control: str = told["control"]

    def charges(self) -> list[Json]:
        """What it charged and did not undo."""
        found = httpx.get(f"{self._control}/charges", timeout=60, trust_env=False).json()
        return [charge for charge in found if not charge["undone"]]

    def plan(self, fault: dict[str, object]) -> None:
        """Have something go wrong."""
        answer = httpx.post(f"{self._control}/faults", json=fault, timeout=60, trust_env=False)
        assert answer.status_code == 200, answer.text


class Counter:
    """A shop with a terminal and a till that has a key."""

    def __init__(self, folder: Path) -> None:
        self.shop = Shop(folder)
        self.shop.xero.start()
        assert self.shop.init("wien", _STORE).status == 0
        self.port = free_port()
        (self.shop.home / "tillbook.toml").write_text(f"[tills]\nport = {self.port}\n", encoding="utf-8")
        self.terminal = Terminal(folder / "terminal")
        self.shop.serve()
        sets = [f"--set={name}={value}" for name, value in self.terminal.address.items()]
        added = ("terminal", "add", "front", "--store", "wien", "--protocol", "zvt", *sets)
        self.shop.tillbook(*added, "--secret", "password", given="000000\n").done()
        key = self.shop.tillbook("terminal", "key", "create", "--store", "wien", "--till", "1").done()
        assert key["listener"]["address"] == f"http://127.0.0.1:{self.port}"
        self.key: str = key["secret"]

    def till(self, amount: str, reference: str) -> subprocess.Popen[str]:
        """Start the example till; it asks until it knows."""
        return subprocess.Popen(
            [sys.executable, str(_EXAMPLE), "front", amount, "--reference", reference],
            env=plain_environment(TILLBOOK_TILL_KEY=self.key, TILLBOOK_TILLS_PORT=str(self.port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def client(self) -> Client:
        """A client of the service."""
        return Client(self.shop.home / "tillbook.sock", timeout=180)

    def attempts(self) -> list[Json]:
        """The journal, newest first."""
        with self.client() as client:
            return list(client.card_payments()["payments"])

    def at_work(self, reference: str) -> bool:
        """Whether the terminal has taken a payment; on a slow machine it may be further."""
        attempts = self.attempts()
        return bool(
            attempts and attempts[0]["reference"] == reference and attempts[0]["state"] not in _BEFORE
        )

    def close(self) -> None:
        """Stop everything."""
        self.shop.close()
        self.terminal.process.stop()


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    made = Counter(tmp_path_factory.mktemp("counter"))
    yield made
    made.close()


def _ended(till: subprocess.Popen[str]) -> tuple[int, Json, str]:
    out, err = till.communicate(timeout=180)
    return till.returncode, json.loads(out) if out else None, err


def test_a_sale_from_the_till_to_the_receipt_and_the_end_of_the_day(counter: Counter) -> None:
    status, payment, said = _ended(counter.till("12.50", "sale-1"))
    assert (status, payment["state"], payment["charged"]) == (0, "approved", "12.50"), said
    assert "insert card" in said
    tender = {"type": "eftpos", "amount": "12.50", "reference": payment["tender_reference"]}
    receipt = {
        "store": "wien",
        "register": "1",
        "id": "R-1",
        "time": payment["settled"],
        "kind": "sale",
        "lines": [{"category": "food", "tax_code": "20", "amount": "12.50"}],
        "tenders": [tender],
    }
    shop = counter.shop
    assert shop.tillbook("terminal", "unmatched", "--store", "wien").status == 1
    shop.take([receipt]).done()
    with counter.client() as client:
        until(lambda: not client.unmatched("wien")["payments"], what="the payment has found its receipt")
        totals = client.settle_terminal("front")
        assert totals["amount"] == "12.50"
        (day,) = client.card_agreement("wien")["days"]
        assert (day["approved"], day["counted"], day["tenders"]) == ("12.50", "12.50", "12.50")
        assert client.test_terminal("front")["ready"]
        assert '"000000"' not in json.dumps(client.terminal("front"))


def test_a_person_takes_a_payment_too(counter: Counter) -> None:
    declined = counter.shop.tillbook("terminal", "pay", "front", "1.51", "--yes")
    assert (declined.status, declined.answer["state"]) == (1, "declined")
    assert "insert card" in declined.err


def test_killed_in_the_middle_of_a_payment_the_till_still_learns_the_truth(counter: Counter) -> None:
    before = len(counter.terminal.charges())
    counter.terminal.plan(_PAUSE)
    till = counter.till("20.00", "sale-2")
    until(lambda: counter.at_work("sale-2"), what="the terminal is at work", every=0.02)
    counter.shop.kill()
    counter.shop.serve()
    status, payment, said = _ended(till)
    charged = [charge["amount"] for charge in counter.terminal.charges()][before:]
    assert payment is not None, said
    assert payment["reference"] == "sale-2"
    assert (status, payment["state"]) in {(0, "approved"), (1, "cancelled"), (1, "declined")}, said
    assert charged == ([2000] if payment["state"] == "approved" else [])
    (attempt,) = [each for each in counter.attempts() if each["reference"] == "sale-2"]
    assert attempt["state"] == payment["state"]
    status, payment, said = _ended(counter.till("3.00", "sale-3"))
    assert (status, payment["state"]) == (0, "approved"), said


def test_a_persons_pack_of_the_log_has_what_was_paid(counter: Counter, tmp_path: Path) -> None:
    shop, file = counter.shop, tmp_path / "front.zip"
    paid = shop.tillbook("terminal", "pay", "front", "4.00", "--yes").done()
    written = shop.tillbook("terminal", "pack", "front", "--out", str(file)).done()
    assert written["sha256"] == sha256(file.read_bytes()).hexdigest()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with ZipFile(file) as pack:
        assert pack.namelist() == written["members"]
        attempts = [json.loads(line) for line in pack.read("attempts.jsonl").splitlines()]
        messages = pack.read("messages.log").decode()
    assert attempts[-1]["reference"] == paid["tender_reference"]
    assert f" {paid['tender_reference']} > " in messages
    again = shop.tillbook("terminal", "pack", "front", "--out", str(file))
    assert (again.status, again.answer["error"]["code"]) == (1, "file_exists")
    said = shop.run("terminal", "pack", "front", "--from", "2026-01-01", "--out", str(tmp_path / "b.zip"))
    assert "EFTPOS.LOG" in said.out
    log = shop.home / "log" / "terminals"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (log, log / "front.log")] == [0o700, 0o600]


def test_a_revoked_key_takes_no_payment(counter: Counter) -> None:
    shop = counter.shop
    made = shop.tillbook("terminal", "key", "create", "--store", "wien", "--till", "2").done()
    shop.tillbook("terminal", "key", "revoke", str(made["key"]["id"]), "--yes").done()
    kept, counter.key = counter.key, made["secret"]
    try:
        status, payment, said = _ended(counter.till("5.00", "sale-5"))
    finally:
        counter.key = kept
    assert (status, payment) == (1, None)
    assert "not accepted" in said


def test_the_service_stops_in_time_while_a_payment_runs(counter: Counter) -> None:
    before = len(counter.terminal.charges())
    till = counter.till("9.80", "sale-6")  # the customer does nothing at this amount
    try:
        until(lambda: counter.at_work("sale-6"), what="the terminal is at work", every=0.02)
        assert counter.shop.stop() == 0
        assert len(counter.terminal.charges()) == before
    finally:
        till.kill()
        till.communicate(timeout=180)
