"""Replaying a bundle: shop and organisation made again, failed days sent.

Everything runs on this machine in a folder apart from any real state, as the demo does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from console.demo import PracticeCompany, allow_access, practice_company
from console.waiting import polls
from services.contract.problem import Problem, Refused
from services.contract.states import SETTLED, DayState
from services.contract.support import Failure, ReplayAnswer, ReplayedFailure, failure_of

CONSENT_SECONDS = 30
DAY_SECONDS = 120
_STORE_FIELDS = ("name", "country", "currency", "timezone", "cutoff", "prices", "gst_basis", "cash_rounding")
# A day that waits for a reason goes no further by itself within the time of a replay.
_STAYS = frozenset({DayState.WAITING, DayState.OPEN})

# Limits are no part of what is replayed, and waiting for them would only take time.
_LIMITS = ("minute", "day", "concurrent", "app_minute")
_NO_LIMIT = 1_000_000
_SETTINGS = f"[allowance]\nminute = {_NO_LIMIT}\nday = {_NO_LIMIT}\nat_once = 5\nreserve = 0\n"

Step = Callable[[str], None]
Plan = Mapping[str, Any]


def replayed(home: Path, name: str, plan: Plan, step: Step) -> ReplayAnswer:
    """Replay a plan of `services.sandbox.replay` in `home`; say what was seen.

    Raises Problem when a step fails.
    """
    failures: list[ReplayedFailure] = []
    if plan["stores"]:
        failures = list(_all(home, plan, step))
    return {
        "bundle": name,
        "made": plan["made"],
        "tillbook": plan["tillbook"],
        "failures": failures,
        "not_replayed": plan["not_replayed"],
        "reproduced": bool(failures) and all(each["reproduced"] for each in failures),
    }


def _all(home: Path, plan: Plan, step: Step) -> Iterator[ReplayedFailure]:
    step("Starting the practice company")
    config = {"organisations": plan["organisations"], "limits": dict.fromkeys(_LIMITS, _NO_LIMIT)}
    (home / "tillbook.toml").write_text(_SETTINGS, encoding="utf-8")
    details = [_details(each["store"]) for each in plan["stores"]]
    with practice_company(home, details[0], config) as company:
        for each in details[1:]:
            company.service.add_store(**each)
        for store in plan["stores"]:
            yield from _Store(company, store, step).days()


def _details(store: Mapping[str, Any]) -> dict[str, str]:
    told = {name: str(store[name]) for name in _STORE_FIELDS if store.get(name)}
    return {"key": str(store["key"]), **told}


class _Store:
    """One store of the plan, made again."""

    def __init__(self, company: PracticeCompany, store: Plan, step: Step) -> None:
        self._company = replace(company, tenant=store["tenant"])
        self._service = company.service
        self._plan = store
        self._key: str = store["key"]
        self._step = step

    def days(self) -> Iterator[ReplayedFailure]:
        """Replay what the reference data stop, then what Xero refused."""
        self._step(f"{self._key}: connecting and importing")
        if self._plan["connected"]:
            self._connect()
        self._service.import_file(Path(self._plan["records"]))
        for day in sorted(self._plan["days"], key=lambda day: (day["how"] != "reference", day["date"])):
            self._step(f"{self._key}: {day['date']}")
            yield self._day(day)

    def _connect(self) -> None:
        self._configure(withhold_scopes=self._plan["withheld"])
        consent = self._service.begin_consent(
            self._key, client_id=self._company.client_id, redirect=self._company.redirect
        )
        allow_access(self._company, consent["address"])
        for _ in polls(CONSENT_SECONDS):
            if self._service.consent(self._key)["state"] != "waiting":
                break
        self._service.choose_organisation(self._key, tenant=self._plan["tenant"], confirm=self._plan["name"])
        self._refresh()

    def _refresh(self) -> None:
        # Without the right to read, the replay goes on with what it knows, as the shop did.
        with contextlib.suppress(Problem):
            self._service.refresh_reference(self._key)

    def _day(self, day: Plan) -> ReplayedFailure:
        self._map(day["mapping"])
        with contextlib.suppress(Problem):  # a date that is over needs no close
            self._service.close_day(self._key, day["date"])
        if day["how"] != "reference":
            self._organisation(day["heal"])
            self._refresh()
            for document in day["documents"]:
                self._made_by_somebody_else(document)
            for fault in day["faults"]:
                self._practice("faults", fault)
        seen = self._sent(day["date"])
        if day["how"] != "reference":
            httpx.delete(f"{self._company.xero_url}/practice/faults", timeout=30).raise_for_status()
            self._organisation(day["heal"])
        expected: Failure = day["expected"]
        return {
            "store": self._key,
            "date": day["date"],
            "expected": expected,
            "seen": seen,
            "reproduced": _same(expected, seen),
            "how": day["how"],
        }

    def _map(self, version: int | None) -> None:
        body = self._plan["mappings"].get(str(version))
        if body is not None:
            self._service.save_mapping(self._key, {**body, "store": self._key})

    def _sent(self, date: str) -> Failure:
        self._service.sync(self._key, date=date)
        day = None
        for _ in polls(DAY_SECONDS):
            days = self._service.sync_state(self._key, first=date, last=date)["days"]
            day = next((each for each in days if each["date"] == date), None)
            if day is None:
                break
            state = DayState(day["state"])
            if state in SETTLED or (state in _STAYS and day["blocked"]):
                break
        if day is None:
            return {"store": self._key, "date": date, "state": "missing", "reasons": []}
        return failure_of(day)

    def _made_by_somebody_else(self, document: Plan) -> None:
        """Put a document under the number into the practice books; void it where it was."""
        plural = document["plural"]
        body = {**document["body"], "Contact": {"Name": document["contact"]}}
        made = self._act("PUT", plural, {plural: [body]})[plural][0]
        if document["void"]:
            field = next(name for name in ("InvoiceID", "CreditNoteID") if name in made)
            self._act("POST", f"{plural}/{made[field]}", {field: made[field], "Status": "VOIDED"})

    def _act(self, method: str, path: str, body: object) -> dict[str, Any]:
        sent = {"tenant": self._plan["tenant"], "method": method, "path": path, "body": body}
        answer = self._practice("act", sent)
        if answer["status"] >= httpx.codes.BAD_REQUEST:
            raise Refused(
                "The practice Xero does not take what the bundle says was there.",
                str(answer["body"])[:300],
                "Read the bundle itself: days, documents and the ledger's answers are in it.",
            )
        found: dict[str, Any] = answer["body"]
        return found

    def _organisation(self, words: Mapping[str, Any]) -> None:
        if words:
            self._configure(tenant=self._plan["tenant"], **words)

    def _configure(self, **words: object) -> None:
        self._practice("config", words)

    def _practice(self, what: str, body: object) -> dict[str, Any]:
        answer = httpx.post(f"{self._company.xero_url}/practice/{what}", json=body, timeout=30)
        if not answer.is_success:
            raise Refused(
                "The practice Xero cannot be set up as the bundle says.",
                answer.text[:300],
                "Read the bundle itself: days, documents and the ledger's answers are in it.",
            )
        told: dict[str, Any] = answer.json()
        return told


def _same(expected: Failure, seen: Failure) -> bool:
    """Whether a day was told in the same words, in whatever order."""

    def words(failure: Failure) -> Sequence[tuple[str, ...]]:
        return sorted(
            (one.get("code", ""), one["what"], one["why"], one["next"]) for one in failure["reasons"]
        )

    return expected["state"] == seen["state"] and words(expected) == words(seen)
