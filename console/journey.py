"""The whole journey on the practice company: connect, map, import, post, verify."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from console.demo import PracticeCompany, allow_access, calls, make_shop, practice_company, trial_balance
from console.waiting import polls
from services.contract.answers import DayDocumentsAnswer, TendersRow
from services.contract.states import SETTLED, DayState

JOURNEY_SECONDS = 900
CONSENT_SECONDS = 30
OVER_SHORT_ACCOUNT = "490"
_MONEY_TENDERS = ("cash", "eftpos", "credit")
_ZERO = Decimal("0.00")


class DemoDay(TypedDict):
    """One practice day and what became of it."""

    date: str
    kind: str
    state: str
    documents: list[str]
    takings: str
    proof: bool


class ClearingRow(TypedDict):
    """One tender: what the tills took against the balance of its clearing account."""

    tender: str
    account: str
    tills: str
    ledger: str
    agrees: bool


class DemoAnswer(TypedDict):
    """The summary of a practice journey."""

    practice: bool
    organisation: str
    receipts: int
    documents: int
    xero_calls: int
    days: list[DemoDay]
    clearing: list[ClearingRow]
    trial_balance_is_zero: bool
    proved: bool


def journey(home: Path, count: int, step: Callable[[str], None]) -> DemoAnswer:
    """Run the journey over `count` practice days, all through the service's own door.

    `step` is told what is being done. Raises Problem when a step fails.
    """
    # The shop keeps Auckland's dates; its yesterday is over everywhere.
    last = (datetime.now(ZoneInfo("Pacific/Auckland")) - timedelta(days=1)).date().isoformat()
    shop = home / "shop"
    make_shop(shop, last, count)
    store = read_json(shop / "store.json")
    step("Starting the practice company")
    with practice_company(home, store) as company:
        organisation = connected(company, store["key"], shop, step)
        step(f"Importing {count} days of receipts")
        imported = company.service.import_file(shop / "receipts.jsonl")
        kinds = read_json(shop / "days.json")
        days = _posted(company, store["key"], min(kinds), last, step)
        return _verified(company, organisation, imported["new"], days, kinds)


def read_json(file: Path) -> dict[str, Any]:
    """Return a file of the practice shop."""
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def connected(company: PracticeCompany, key: str, shop: Path, step: Callable[[str], None]) -> str:
    """Connect the practice shop and map its tills; return the organisation's name."""
    service = company.service
    step("Connecting to the practice Xero")
    consent = service.begin_consent(key, client_id=company.client_id, redirect=company.redirect)
    allow_access(company, consent["address"])
    for _ in polls(CONSENT_SECONDS):
        if service.consent(key)["state"] != "waiting":
            break
    chosen = service.choose_organisation(key, tenant=company.tenant)
    step("Reading the chart of accounts, mapping the tills")
    service.refresh_reference(key)
    service.save_mapping(key, read_json(shop / "mapping.json"))
    return str(chosen["name"])


def _posted(
    company: PracticeCompany, key: str, first: str, last: str, step: Callable[[str], None]
) -> list[DayDocumentsAnswer]:
    company.service.sync(key, first=first, last=last)
    days: list[DayDocumentsAnswer] = []
    for _ in polls(JOURNEY_SECONDS):
        days = company.service.sync_state(key, first=first, last=last)["days"]
        settled = sum(DayState(day["state"]) in SETTLED for day in days)
        step(f"Posting: {settled} of {len(days)} days")
        if settled == len(days):
            break
    return days


def _verified(
    company: PracticeCompany,
    organisation: str,
    receipts: int,
    days: list[DayDocumentsAnswer],
    kinds: Mapping[str, str],
) -> DemoAnswer:
    key = days[0]["store"]
    balances = trial_balance(company)
    first, last = days[0]["date"], days[-1]["date"]
    accounts = company.service.mapping(key)["tenders"]
    clearing = _clearing(company.service.totals(key, first=first, last=last)["tenders"], accounts, balances)
    rows = [_demo_day(day, kinds[day["date"]]) for day in days]
    is_zero = sum(map(Decimal, balances.values()), _ZERO) == _ZERO
    return DemoAnswer(
        practice=True,
        organisation=organisation,
        receipts=receipts,
        documents=sum(len(day["documents"]) for day in days),
        xero_calls=len(calls(company)),
        days=rows,
        clearing=clearing,
        trial_balance_is_zero=is_zero,
        proved=is_zero
        and all(row["agrees"] for row in clearing)
        and all(row["proof"] and row["state"] == DayState.POSTED for row in rows),
    )


def _demo_day(day: DayDocumentsAnswer, kind: str) -> DemoDay:
    takings = sum((Decimal(x["total"]) * _sign(x["kind"]) for x in day["documents"]), _ZERO)
    return DemoDay(
        date=day["date"],
        kind=kind,
        state=day["state"],
        documents=[f"{x['kind']} {x['number']} {x['total']}" for x in day["documents"]],
        takings=f"{takings:.2f}",
        proof=all(check["holds"] for check in day["proof"]),
    )


def _sign(kind: str) -> int:
    return {"ACCREC": 1, "ACCRECCREDIT": -1}.get(kind, 0)


def _clearing(
    tenders: Iterable[TendersRow], accounts: Mapping[str, str], balances: Mapping[str, str]
) -> list[ClearingRow]:
    taken: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in tenders:
        taken[row["type"]] += Decimal(row["amount"])
    # A drawer counted short holds less than the tills took: the difference stands in over/short.
    taken["cash"] -= Decimal(balances.get(OVER_SHORT_ACCOUNT, "0"))
    return [
        ClearingRow(
            tender=tender,
            account=accounts[tender],
            tills=f"{taken[tender]:.2f}",
            ledger=f"{Decimal(balances.get(accounts[tender], '0')):.2f}",
            agrees=taken[tender] == Decimal(balances.get(accounts[tender], "0")),
        )
        for tender in _MONEY_TENDERS
    ]
