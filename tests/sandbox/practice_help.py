"""What the tests of the practice Xero share.

A clock, documents, and two ways to call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx

from services.sandbox.xero import ALL_SCOPES, NZ_TENANT, PKCE_CLIENT, Answer, PracticeXero
from tests.clocks import MovingClock

Json = dict[str, Any]
START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
API = "/api.xro/2.0/"


@dataclass
class Clock(MovingClock):
    """A clock that stands still until it is moved."""

    now: datetime = START


def line(amount: object = "115.00", account: str | None = "200", **more: object) -> Json:
    made: Json = {"Description": "Sales", "Quantity": 1, "UnitAmount": amount, **more}
    return made if account is None else {**made, "AccountCode": account}


def invoice(number: str = "POS-1", *lines: Json, **more: object) -> Json:
    return {
        "Type": "ACCREC",
        "InvoiceNumber": number,
        "Contact": {"ContactNumber": "POS-1"},
        "Date": "2026-11-19",
        "DueDate": "2026-11-19",
        "LineAmountTypes": "Inclusive",
        "Status": "AUTHORISED",
        "LineItems": list(lines) or [line()],
        **more,
    }


def bill(number: str = "B-1", *lines: Json, **more: object) -> Json:
    own = {"Type": "ACCPAY", "Contact": {"ContactNumber": "S-200"}}
    return invoice(number, *(lines or (line(account="310"),)), **{**own, **more})


def credit_note(number: str = "CN-1", *lines: Json, **more: object) -> Json:
    made = invoice(number, *lines, **more)
    del made["InvoiceNumber"], made["DueDate"]
    return {**made, "Type": more.get("Type", "ACCRECCREDIT"), "CreditNoteNumber": number}


def journal(*amounts: tuple[str, str], **more: object) -> Json:
    pairs = amounts or (("611", "100.00"), ("200", "-100.00"))
    lines = [{"AccountCode": code, "LineAmount": amount, "Description": "Day"} for code, amount in pairs]
    return {"Narration": "POS day", "Date": "2026-11-19", "Status": "POSTED", "JournalLines": lines, **more}


def elements(answer: Answer | httpx.Response) -> list[Json]:
    """Return the elements an answer lists."""
    body = answer.body if isinstance(answer, Answer) else answer.json()
    return next(value for value in body.values() if isinstance(value, list))


def messages(answer: Answer | httpx.Response, kind: str = "ValidationErrors") -> list[str]:
    """Return every message of every element of an answer."""
    return [entry["Message"] for element in elements(answer) for entry in element.get(kind, [])]


class Books:
    """A hand inside one organisation: no token, no HTTP, the same rules."""

    def __init__(self, practice: PracticeXero, tenant: str = NZ_TENANT) -> None:
        self.practice = practice
        self.tenant = tenant

    def send(self, method: str, path: str, *elements: Json) -> Answer:
        """Write elements; a single body for one, a list for several."""
        plural = path.partition("?")[0].split("/")[-1]
        body = {plural: list(elements)} if len(elements) != 1 else elements[0]
        return self.practice.act(self.tenant, method, path, body)

    def put(self, path: str, *elements: Json) -> Answer:
        return self.send("PUT", path, *elements)

    def post(self, path: str, *elements: Json) -> Answer:
        return self.send("POST", path, *elements)

    def get(self, path: str) -> Answer:
        return self.practice.act(self.tenant, "GET", path)

    def rows(self, path: str) -> list[Json]:
        """Return the rows of a list."""
        return elements(self.get(path))

    def made(self, path: str, element: Json) -> Json:
        """Create one element that must be accepted; return how it is shown."""
        answer = self.put(path, element)
        assert answer.status == 200, answer.text
        return elements(answer)[0]

    def refused(self, path: str, element: Json, method: str = "PUT") -> list[str]:
        """Send one element that must be refused; return the messages."""
        answer = self.send(method, path, element)
        assert answer.status == 400, answer.text
        return messages(answer)

    def pay(self, document: Json, amount: object, account: str = "611", **more: object) -> Json:
        """Pay a document by its id."""
        uid = document.get("InvoiceID") or document["CreditNoteID"]
        key, field = ("Invoice", "InvoiceID") if "InvoiceID" in document else ("CreditNote", "CreditNoteID")
        body = {key: {field: uid}, "Account": {"Code": account}, "Date": "2026-11-19", "Amount": amount}
        return self.made("Payments", {**body, **more})


class Web:
    """A client over HTTP, as an app is: token, tenant and Accept on each call."""

    def __init__(
        self,
        practice: PracticeXero,
        *,
        client_id: str = PKCE_CLIENT,
        tenants: Iterable[str] = (NZ_TENANT,),
        scopes: Iterable[str] = ALL_SCOPES,
    ) -> None:
        self.practice = practice
        self.token = str(practice.token(client_id, tenants, scopes)["access_token"])
        self.http = httpx.Client(base_url=practice.url, trust_env=False, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def send(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Call the accounting API; a header given as None-like "" is left out."""
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Xero-Tenant-Id": NZ_TENANT,
            "Accept": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        kept = {name: value for name, value in sent.items() if value}
        return self.http.request(method, API + path, json=body, headers=kept)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.send("GET", path, **headers)

    def put(self, path: str, body: object, **headers: str) -> httpx.Response:
        return self.send("PUT", path, body, **headers)
