"""The plan of a replay: the practice Xero, the stores, each failed day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from services.contract import bundle
from services.contract.bundle import FailedDay
from services.contract.support import NotReplayed, failure_of
from services.sandbox.replay.causes import cause_of, refusals
from services.sandbox.replay.organisation import practice_organisation
from services.sandbox.replay.reading import Bundle
from services.sandbox.xero.scopes import ALL_SCOPES

_NOWHERE = "00000000-0000-4000-8000-{:012d}"
_REFERENCE, _RULES, _RECORDED = "reference", "rules", "recorded"
_ALONE = "receipt:"
_OF_SEVERAL = {"archive_account", "restore_account", "archive_contact", "restore_contact"}
_NOT_SET_UP = {
    "unknown": "its outcome is unknown: an answer was lost, and nothing was refused",
    "differs": "it is posted, and somebody changed it at the ledger",
    "changed": "it is posted, and its records changed since",
    "waiting": "it waits, and nothing was refused",
}


def summary(opened: Bundle) -> dict[str, Any]:
    """Return what a bundle says of itself."""
    manifest = opened.manifest
    return {name: manifest[name] for name in ("made", "tillbook", "stores", "members", "left_out")}


def plan(opened: Bundle, folder: Path) -> dict[str, Any]:
    """Write what a replay needs into `folder`; return the plan. Raises Refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = {name: opened.manifest[name] for name in ("made", "tillbook")}
    stores = [_store(opened, key, number, folder) for number, key in enumerate(opened.manifest["stores"])]
    organisations = {each["tenant"]: each.pop("organisation") for each in stores}
    not_replayed = [day for each in stores for day in each.pop("not_replayed")]
    return {
        **made,
        "organisations": list(organisations.values()),
        "stores": [each for each in stores if each["days"]],
        "not_replayed": not_replayed,
    }


def _store(opened: Bundle, key: str, number: int, folder: Path) -> dict[str, Any]:
    about = opened.json(bundle.of_store(key, bundle.STORE))
    reference = opened.json(bundle.of_store(key, bundle.REFERENCE)) or {}
    tenant = about["tenant"] or _NOWHERE.format(number)
    name = about["organisation"] or about["store"]["name"]
    records = folder / f"records-{number}.jsonl"
    with records.open("wb") as file:
        file.writelines(opened.lines(bundle.of_store(key, bundle.RECORDS)))
    failed: list[FailedDay] = opened.json(bundle.of_store(key, bundle.FAILURES)) or []
    granted = frozenset(about["scopes"])
    return {
        "key": key,
        "store": about["store"],
        "connected": about["tenant"] is not None,
        "tenant": tenant,
        "name": name,
        "organisation": practice_organisation(tenant, name, about["store"]["country"], reference),
        "withheld": sorted(ALL_SCOPES - granted) if granted else [],
        "records": str(records),
        "mappings": {
            str(row["version"]): row["body"]
            for row in opened.json(bundle.of_store(key, bundle.MAPPINGS)) or []
        },
        "days": [_day(each) for each in failed if _why_not(each) is None],
        "not_replayed": list(_passed_over(failed)),
    }


def _passed_over(failed: Iterable[FailedDay]) -> Iterator[NotReplayed]:
    for each in failed:
        day = each["day"]
        if why := _why_not(each):
            yield {"store": day["store"], "date": day["date"], "state": day["state"], "why": why}


def _why_not(failed: FailedDay) -> str | None:
    """Return why a day cannot be caused again; None when it can."""
    if why := _NOT_SET_UP.get(failed["day"]["state"]):
        return why
    if failed.get("together"):
        return "it is summed with the other dates of its week or month"
    if any(one["key"].startswith(_ALONE) for one in failed["day"]["documents"]):
        return "its receipts were sent one by one as they came"
    return None


def _day(failed: FailedDay) -> dict[str, Any]:
    day = failed["day"]
    causes = [cause_of(refusal) for refusal in refusals(failed)] if day["state"] == "refused" else []
    ways = {cause.how for cause in causes}
    heal: dict[str, Any] = {}
    for cause in causes:
        heal = _together(heal, cause.heal)
    return {
        "date": day["date"],
        "expected": failure_of(day),
        "mapping": failed["mapping"],
        "how": _RECORDED if _RECORDED in ways else _RULES if ways else _REFERENCE,
        "heal": heal,
        "documents": [document for cause in causes for document in cause.documents],
        "faults": _one_a_call(fault for cause in causes for fault in cause.faults),
    }


def _one_a_call(faults: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each fault once; the changes that come at the same call as one.

    A call meets one fault only, and its documents may be refused for different reasons.
    """
    found: dict[str, dict[str, Any]] = {}
    for fault in faults:
        key = json.dumps({**fault, "change": "change" in fault}, sort_keys=True)
        known = found.get(key, {}).get("change", {})
        more = {"change": _together(known, fault["change"])} if "change" in fault else {}
        found[key] = {**fault, **more}
    return list(found.values())


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return settings of an organisation with more of them, of several accounts too."""
    joined = {**one, **other}
    for name in one.keys() & other.keys():
        if isinstance(other[name], dict):
            joined[name] = {**one[name], **other[name]}
        elif name in _OF_SEVERAL:
            joined[name] = sorted({*_listed(one[name]), *_listed(other[name])})
    return joined


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]
