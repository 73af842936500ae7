"""Bundles made by hand, good ones and others."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.contract import bundle

NZ_ORGANISATION = {
    "Name": "Kauri Ltd",
    "CountryCode": "NZ",
    "BaseCurrency": "NZD",
    "SalesTaxBasis": "PAYMENTS",
    "Timezone": "NEWZEALANDSTANDARDTIME",
    "PeriodLockDate": "/Date(1774915200000+0000)/",
}
STORE = {
    "key": "queen-st", "name": "Queen St", "country": "NZ", "currency": "NZD", "timezone": "Pacific/Auckland",
    "cutoff": "00:00", "prices": "inclusive", "gst_basis": "accrual", "cash_rounding": None,
    "frequency": "manual", "sync_at": None, "start": None,
}  # fmt: skip


def manifest_of(members: Mapping[str, bytes], **other: object) -> dict[str, Any]:
    listed = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
    }
    told: dict[str, Any] = {
        "form": bundle.FORM, "tillbook": "0.1.0", "made": "2026-11-20T00:00:00+00:00", "stores": ["queen-st"],
        "members": listed, "left_out": [],
    }  # fmt: skip
    return {**told, **other}


def written(path: Path, members: Mapping[str, bytes], manifest: Mapping[str, Any] | None = None) -> Path:
    """Write an archive of these members, with a manifest that fits or this one."""
    told = json.dumps(manifest_of(members) if manifest is None else manifest).encode()
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {**members, bundle.MANIFEST: told}.items():
            add(archive, name, content)
    return path


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def failed_day(**document: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a document
    """Return a refused day with one document."""
    why = {"code": "account_archived", "what": "Account 200 is archived in Xero.", "why": "y", "next": "n"}
    made = {
        "kind": "ACCREC", "number": "POS-queen-st-2026-11-19", "contact": "POS Sales", "date": "2026-11-19",
        "line_amounts": "Inclusive", "key": "sales", "state": "refused", "why": [why],
        "lines": [{"account": "200", "tax_type": "OUTPUT2", "amount": "23.00"}],
    }  # fmt: skip
    made |= document
    day = {
        "store": "queen-st",
        "date": "2026-11-19",
        "state": "refused",
        "blocked": [why],
        "documents": [made],
    }
    said = {"sales": ["Account code '200' has been archived, or has been deleted."]}
    return {
        "day": day,
        "mapping": 1,
        "said": said,
        "calls": {"sales": "PUT Invoices"},
        "found": {},
        "together": False,
    }


def members(failures: list[dict[str, Any]], reference: dict[str, Any] | None = None) -> dict[str, bytes]:
    """Return the members of one store that a plan is made of."""
    organisation = {"organisation": {"read": "", "rows": [NZ_ORGANISATION]}}
    store = {"store": STORE, "tenant": "b0a6", "organisation": "Kauri Ltd", "scopes": ["accounting.invoices"]}
    parts: dict[str, object] = {
        bundle.STORE: store,
        bundle.REFERENCE: organisation if reference is None else reference,
        bundle.MAPPINGS: [{"version": 1, "body": {"store": "queen-st"}}],
        bundle.FAILURES: failures,
        bundle.RECORDS: {"store": "queen-st", "id": "A-1"},
    }
    return {bundle.of_store("queen-st", name): json.dumps(part).encode() for name, part in parts.items()}
