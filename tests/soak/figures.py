"""The figures of a soak, for the person who reads what it showed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from tests.soak.evidence import Found, used
from tests.soak.soak import Soak
from tests.soak.tables import Tables


def figures(soak: Soak, tables: Tables, books: Mapping[str, Found], database: str) -> dict[str, object]:
    """Return what happened, as plain data."""
    calls = [call for call in soak.evidence.calls if call["face"] == "api"]
    faults = soak.evidence.faults()
    outcomes = Counter(tables.attempts().values())
    most = used(soak.evidence.calls)
    return {
        "database": database,
        "seed": soak.plan.size.seed,
        "days": soak.plan.days,
        "stores": len(soak.plan.stores),
        "organisations": len(soak.plan.organisations),
        "machines": len(soak.machines),
        "seconds": round(time.monotonic() - soak.started),
        "kills": soak.trouble.kills,
        "freezes": soak.trouble.freezes,
        "receipts": soak.taken.receipts,
        "documents": sum(len(each.documents) for each in books.values()),
        "payments": sum(each.payments for each in books.values()),
        "days changed after posting": sum(len(days) for days in soak.taken.late.values()),
        "calls": len(calls),
        "writes": sum(call["method"] != "GET" for call in calls),
        "calls hit by a fault": sum(bool(call["fault_kind"]) for call in calls),
        "faults": dict(sorted(faults.items())),
        "attempts": dict(sorted(outcomes.items())),
        "unknown outcomes resolved": outcomes["resolved"],
        "most used of an allowance": {
            name: max((asdict(each)[name] for each in most.values()), default=0)
            for name in ("minute", "day", "at_once", "refused")
        },
        "deeds of people": sum(soak.people.deeds.tried.values()),
    }


def write(report: Mapping[str, object], folder: Path) -> Path:
    """Write the report file; return where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"soak-{report['database']}-{report['seed']}-{report['days']}.json"
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return path
