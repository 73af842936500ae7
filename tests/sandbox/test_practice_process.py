"""The practice Xero as a process, its state file, and its configuration."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from services.sandbox.xero import (
    AU_TENANT,
    CUSTOM_CLIENT,
    CUSTOM_SECRET,
    NZ_TENANT,
    PKCE_CLIENT,
    Fault,
    Limits,
    PracticeApp,
    PracticeConfig,
    PracticeOrganisation,
    PracticeXero,
    SettingsError,
)
from services.sandbox.xero.__main__ import main
from tests.sandbox.practice_help import Books, Clock, Json, Web, invoice

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def process(*options: str, how: int = signal.SIGTERM) -> Iterator[Json]:
    """Run a practice Xero of its own; yield what it announces.

    End it and check its status.
    """
    command = [sys.executable, "-P", "-m", "services.sandbox.xero", "--announce", *options]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}
    ) as running:
        assert running.stdout is not None
        try:
            yield json.loads(running.stdout.readline())
        finally:
            running.send_signal(how)
            status = running.wait(60)
    assert status == (0 if how != signal.SIGKILL else -signal.SIGKILL)


def custom_token(url: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": CUSTOM_CLIENT, "client_secret": CUSTOM_SECRET}
    with httpx.Client(trust_env=False) as http:
        return str(http.post(f"{url}/connect/token", data=form).json()["access_token"])


def test_a_process_announces_itself_and_ends_on_a_signal() -> None:
    with process("--generous") as said:
        assert said["url"].startswith("http://127.0.0.1:")
        assert next(app["client_id"] for app in said["apps"]) == PKCE_CLIENT
        assert {o["country"] for o in said["organisations"]} == {"NZ", "AU", "GB"}
        assert "secret" not in json.dumps(said)


def test_a_killed_process_comes_back_with_all_it_answered(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "xero.db"))
    with process(*state, how=signal.SIGKILL) as said, httpx.Client(trust_env=False) as http:
        headers = {"Authorization": f"Bearer {custom_token(said['url'])}", "Accept": "application/json"}
        made = http.put(
            f"{said['url']}/api.xro/2.0/Invoices",
            json=invoice("POS-1"),
            headers={**headers, "Idempotency-Key": "k"},
        ).json()
    with process(*state) as said, httpx.Client(trust_env=False) as http:
        again = http.put(
            f"{said['url']}/api.xro/2.0/Invoices",
            json=invoice("POS-1"),
            headers={**headers, "Idempotency-Key": "k"},
        )
        assert again.json() == made
        fresh = http.put(f"{said['url']}/api.xro/2.0/Invoices", json=invoice("POS-2"), headers=headers).json()
        assert fresh["Invoices"][0]["InvoiceID"] != made["Invoices"][0]["InvoiceID"]


def test_everything_is_kept_in_the_state_file(tmp_path: Path, clock: Clock) -> None:
    state = tmp_path / "xero.db"
    with PracticeXero(clock=clock, state=state) as first:
        tokens = first.token(tenants=[NZ_TENANT, AU_TENANT])
        books = Books(first)
        sale = books.made("Invoices", invoice("POS-1"))
        books.pay(sale, "15.00")
        note = books.made("CreditNotes", {**invoice("x"), "Type": "ACCRECCREDIT", "CreditNoteNumber": "CN-1"})
        allocation = {"Invoice": {"InvoiceID": sale["InvoiceID"]}, "Amount": 5, "Date": "2026-11-19"}
        path = f"CreditNotes/{note['CreditNoteID']}/Allocations"
        kept, gone = books.made(path, allocation), books.made(path, allocation)
        first.act(NZ_TENANT, "DELETE", f"{path}/{gone['AllocationID']}")
        first.configure(NZ_TENANT, rename="Sold (practice)", archive_account="201", invoice_cap=7)
        assert state.stat().st_mode & 0o077 == 0
        before = first.trial_balance(NZ_TENANT)
        lists = [books.rows(p) for p in ("Invoices/POS-1", "Accounts", "Contacts")]
    with PracticeXero(clock=clock, state=state) as second:
        again = Books(second)
        assert second.trial_balance(NZ_TENANT) == before
        assert [again.rows(p) for p in ("Invoices/POS-1", "Accounts", "Contacts")] == lists
        assert again.rows("Organisation")[0]["Name"] == "Sold (practice)"
        assert [a["AllocationID"] for a in again.rows("CreditNotes/CN-1")[0]["Allocations"]] == [
            kept["AllocationID"]
        ]
        with Web(second) as web:
            form = {
                "grant_type": "refresh_token",
                "client_id": PKCE_CLIENT,
                "refresh_token": tokens["refresh_token"],
            }
            assert web.http.post("/connect/token", data=form).status_code == 200
            headers = {"Authorization": f"Bearer {tokens['access_token']}"}
            assert len(web.http.get("/connections", headers=headers).json()) == 2
        second.reset()
    third = PracticeXero(clock=clock, state=state)
    assert third.trial_balance(NZ_TENANT) == {}
    assert Books(third).rows("Organisation")[0]["Name"] == "Queen St Store (practice)"


def test_ids_go_on_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    def run(start: int) -> int:
        books = Books(PracticeXero(clock=clock, state=tmp_path / "xero.db"))
        for number in range(4):
            books.made("Invoices", invoice(f"POS-{start}-{number}"))
        return len(books.rows("Invoices"))

    assert [run(start) for start in range(3)] == [4, 8, 12]


def test_the_same_seed_gives_the_same_ids(clock: Clock) -> None:
    def run(seed: str) -> str:
        return str(
            Books(PracticeXero(PracticeConfig(seed=seed), clock=clock)).made("Invoices", invoice())[
                "InvoiceID"
            ]
        )

    assert run("a") == run("a") != run("b")


def test_starting_twice_on_one_port_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with PracticeXero() as running:
        port = running.url.rpartition(":")[2]
        assert main(["--port", port]) == 2
    assert "did not start" in capsys.readouterr().err


def test_a_configuration_file_may_be_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "xero.json"
    file.write_text('{"colour": 1}')
    assert main(["--config", str(file)]) == 2
    assert "PracticeConfig has no colour" in capsys.readouterr().err


def test_stopping_twice_is_harmless_and_starting_again_works() -> None:
    xero = PracticeXero()
    with pytest.raises(RuntimeError, match="does not run"):
        _ = xero.url
    with xero:
        xero.stop()
    with xero, Web(xero) as web:
        assert web.get("Organisation").status_code == 200


def test_a_configuration_in_json() -> None:
    text = json.dumps(
        {
            "organisations": [
                {
                    "country": "AU",
                    "name": "Cafe (practice)",
                    "invoice_cap": 3,
                    "accounts": [
                        {"code": "4-1000", "name": "Sales", "type": "REVENUE", "tax_type": "OUTPUT"}
                    ],
                    "tax_rates": [
                        {"tax_type": "OUTPUT", "name": "GST", "rate": "10", "applies": ["REVENUE"]}
                    ],
                    "contacts": [{"name": "Till"}],
                    "tracking": [{"name": "Site", "options": ["A", "B"]}],
                }
            ],
            "apps": [{"client_id": "A", "redirects": ["https://shop.invalid/back"], "scopes": ["openid"]}],
            "users": [{"uid": "u", "email": "a@b.invalid"}],
            "limits": {"minute": 5},
            "auto": "deny",
        }
    )
    config = PracticeConfig.from_json(text)
    [organisation] = config.organisations
    assert (organisation.tenant, organisation.settings.name) == (AU_TENANT, "Cafe (practice)")
    assert organisation.settings.invoice_cap == 3
    assert organisation.tax_rates[0].rate == Decimal(10)
    assert organisation.tracking[0].options == ("A", "B")
    assert config.apps[0].scopes == frozenset({"openid"})
    assert (config.limits, config.auto) == (Limits(minute=5), "deny")
    assert config.generous().limits == Limits.generous()
    books = Books(PracticeXero(config), AU_TENANT)
    assert [a["Code"] for a in books.rows("Accounts")] == ["4-1000"]


@pytest.mark.parametrize(
    "text, words",
    [
        ("{", "no JSON"),
        ("[]", "must be a JSON object"),
        ('{"organisations": [{"country": "FR"}]}', "No practice organisation is built in for 'FR'"),
        ('{"organisations": [{"country": "NZ", "colour": 1}]}', "An organisation has no colour"),
        ('{"organisations": {}}', "organisations must be a list"),
        ('{"apps": [1]}', "must be an object"),
        ('{"apps": [{"client_id": "A", "redirects": ["http://127.0.0.1:1/x"]}]}', "Xero does not register"),
        ('{"apps": [{"client_id": "A", "flow": "custom"}]}', "names no organisation"),
        ('{"limits": {"hour": 1}}', "Limits has no hour"),
    ],
)
def test_a_wrong_configuration_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        PracticeConfig.from_json(text)


def test_redirects_are_what_xero_registers() -> None:
    for address in ("http://127.0.0.1:8742/callback", "tillbook://callback", "http://shop.invalid/"):
        with pytest.raises(SettingsError):
            PracticeApp("A", redirects=(address,))
    assert PracticeApp("A", redirects=("https://shop.invalid/", "http://localhost/cb")).flow == "pkce"


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": 1},
        {"archive_account": "no"},
        {"archive_contact": "no"},
        {"delete_tax_rate": "no"},
        {"reconcile_payment": "no"},
        {"period_lock_date": "soon"},
        {"invoice_cap": "many"},
        {"actions": 1},
        {"limits": {"hour": 1}},
        {"auto": "maybe"},
        {"clock_offset": "later"},
        {"add_redirect": "http://127.0.0.1/"},
    ],
)
def test_a_wrong_setting_is_refused(practice: PracticeXero, settings: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        practice.configure(NZ_TENANT, **settings)


def test_settings_that_change_the_books(nz: Books, clock: Clock) -> None:
    nz.practice.configure(
        NZ_TENANT, enable_payments={"611": False}, delete_tax_rate="OUTPUT2", sales_tax_basis="CASH"
    )
    assert len(nz.refused("Invoices", invoice())) == 1
    assert nz.rows("Organisation")[0]["SalesTaxBasis"] == "CASH"
    nz.practice.configure(match_contact_names=False, tenant=NZ_TENANT)
    nz.practice.configure(clock_offset=3600)
    assert (nz.practice.now() - clock.now).total_seconds() == 3600
    nz.practice.configure(NZ_TENANT, revoke_connection=True)
    assert nz.practice.faults.add(Fault()) == 1


def test_the_tenant_may_be_left_out_of_one_organisation_only(practice: PracticeXero, clock: Clock) -> None:
    with pytest.raises(SettingsError, match="tenant is missing"):
        practice.configure(rename="x")
    alone = PracticeXero(PracticeConfig(organisations=(PracticeOrganisation.of("GB"),)), clock=clock)
    alone.configure(rename="Alone (practice)")
    tenant = alone.config.organisations[0].tenant
    assert alone.book(tenant).organisation.name == "Alone (practice)"
    with pytest.raises(SettingsError, match="no practice organisation"):
        alone.book(NZ_TENANT)
