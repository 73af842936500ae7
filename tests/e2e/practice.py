"""The practice Xero as a process of its own, and a hand on its controls."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from services.sandbox.xero import (
    AU_TENANT,
    CUSTOM_CLIENT,
    GB_TENANT,
    NZ_TENANT,
    PKCE_CLIENT,
    WEB_CLIENT,
    WEB_SECRET,
)
from tests.e2e.processes import Json, Process, free_port, module, plain_environment, start

__all__ = ["AU_TENANT", "CUSTOM_CLIENT", "GB_TENANT", "NZ_TENANT", "PKCE_CLIENT", "WEB_CLIENT", "WEB_SECRET"]


# So that several stores may wait for their consent at the same time.
_REDIRECTS = 12


class PracticeXero:
    """A practice Xero in `folder`; it keeps its books there, over restarts too.

    Without `generous` its limits are Xero's own. Each has redirect addresses of its own,
    so that several may run side by side.
    """

    def __init__(
        self, folder: Path, organisations: Sequence[Mapping[str, object]] = (), *, generous: bool = True
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._generous = generous
        self.redirects = [f"http://localhost:{free_port()}/callback" for _ in range(_REDIRECTS)]
        self._organisations = list(organisations)
        self.url = ""
        self._port = free_port()
        self._process: Process | None = None

    def start(self) -> None:
        """Start it; each time at the same address."""
        config = self.folder / "config.json"
        chosen: dict[str, object] = {"organisations": self._organisations} if self._organisations else {}
        config.write_text(json.dumps({"apps": self._apps(), **chosen}), encoding="utf-8")
        options = ["--port", str(self._port), "--announce", "--config", str(config)]
        options += ["--generous"] if self._generous else []
        options += ["--state", str(self.folder / "state.json")]
        self._process = start(
            module("services.sandbox.xero", *options),
            self.folder / "xero.log",
            plain_environment(),
            heard=True,
        )
        self.url = json.loads(self._process.first_line())["url"]

    def stop(self) -> None:
        """Stop it: nobody answers at its address."""
        if self._process is not None:
            self._process.stop()

    def environment(self) -> dict[str, str]:
        """Return the settings that make Tillbook talk to it."""
        return dict.fromkeys(
            ("TILLBOOK_XERO_LOGIN_URL", "TILLBOOK_XERO_IDENTITY_URL", "TILLBOOK_XERO_API_URL"), self.url
        )

    def said(self) -> str:
        """Return the end of its log."""
        return self._process.said() if self._process else ""

    def allow(self, address: str, tenant: str) -> httpx.Response:
        """Do what a person does in the browser: open the address, choose, allow."""
        query = {**httpx.URL(address).params, "auto": "allow", "tenant": tenant}
        return httpx.get(address, params=query, follow_redirects=True, timeout=180)

    def deny(self, address: str) -> httpx.Response:
        """Open the address and refuse."""
        query = {**httpx.URL(address).params, "auto": "deny"}
        return httpx.get(address, params=query, follow_redirects=True, timeout=180)

    def balances(self, tenant: str) -> dict[str, Decimal]:
        """Return the trial balance by account code, debits positive, zero left out."""
        found = self._get("trial-balance", tenant=tenant)["balances"]
        return {code: Decimal(amount) for code, amount in found.items()}

    def calls(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        """Return the calls received, of one method and to addresses that match."""
        found: list[dict[str, Any]] = self._get("calls", method=method, path=path)["calls"]
        return found

    def fault(self, **fault: object) -> None:
        """Make matching calls fail; the fields of `services.sandbox.xero.Fault`."""
        self._post("faults", fault)

    def mend(self) -> None:
        """Take all faults away."""
        httpx.delete(f"{self.url}/practice/faults", timeout=180).raise_for_status()

    def configure(self, tenant: str | None = None, **settings: object) -> None:
        """Change something inside an organisation, or of the server."""
        self._post("config", {"tenant": tenant, **settings} if tenant else settings)

    def act(self, tenant: str, method: str, path: str, body: object = None) -> Json:
        """Do as a person inside the organisation does; return what the API would answer."""
        sent = {"tenant": tenant, "method": method, "path": path, "body": body}
        answer = self._post("act", sent)
        assert answer["status"] < 300, answer
        return answer["body"]

    def numbers(self, tenant: str, kind: str = "ACCREC") -> list[str]:
        """Return the numbers of the documents of a kind, voided ones left out."""
        if kind == "JOURNAL":
            found = self.act(tenant, "GET", "ManualJournals")["ManualJournals"]
            return sorted(each["Narration"] for each in found)
        if kind == "ACCRECCREDIT":
            found = self._pages(tenant, "CreditNotes")
            return sorted(x["CreditNoteNumber"] for x in found if x["Status"] not in {"VOIDED", "DELETED"})
        found = [x for x in self._pages(tenant, "Invoices") if x["Type"] == kind]
        return sorted(x["InvoiceNumber"] for x in found if x["Status"] not in {"VOIDED", "DELETED"})

    def _pages(self, tenant: str, what: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for page in range(1, 50):
            rows = self.act(tenant, "GET", f"{what}?page={page}&pageSize=1000")[what]
            found += rows
            if len(rows) < 1000:
                break
        return found

    def _apps(self) -> list[dict[str, Any]]:
        return [
            {"client_id": PKCE_CLIENT, "redirects": self.redirects},
            {"client_id": WEB_CLIENT, "flow": "web", "secret": WEB_SECRET, "redirects": self.redirects},
        ]

    def _get(self, what: str, **query: str) -> Json:
        answer = httpx.get(f"{self.url}/practice/{what}", params=query, timeout=180)
        return answer.raise_for_status().json()

    def _post(self, what: str, body: object) -> Json:
        answer = httpx.post(f"{self.url}/practice/{what}", json=body, timeout=180)
        assert answer.is_success, answer.text
        return answer.json()
